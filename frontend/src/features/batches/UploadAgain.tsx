import { UploadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef } from "react";
import { uploadBatchFile } from "@/api/batches";
import { useText } from "@/i18n";
import { useAct } from "@/ui/use-act";
import { useDropAnywhere, useStayWhile, useUploadProgress } from "./upload";

/** A batch without its file yet, or with one that could not be read, takes another. */
export function UploadAgain({ batch }: { batch: string }) {
  const { t } = useText();
  const input = useRef<HTMLInputElement>(null);
  const { upload, start, progress, stop } = useUploadProgress();
  const act = useAct((file: File) => {
    start();
    return uploadBatchFile(batch, file, progress).finally(stop);
  });
  const take = (file: File | undefined) => file && act.mutate(file);
  useDropAnywhere(take);
  useStayWhile(upload !== null, t("batch.leave"));
  return (
    <>
      <input
        ref={input}
        className="sr-only"
        type="file"
        aria-label={t("batch.file")}
        accept=".csv,.txt,.xlsx,.json,.jsonl"
        onChange={(e) => take(e.target.files?.[0])}
      />
      <Button type="primary" icon={<UploadOutlined />} loading={act.isPending} onClick={() => input.current?.click()}>
        {upload?.all ? `${Math.floor((100 * upload.done) / upload.all)}%` : t("batch.uploadAgain")}
      </Button>
    </>
  );
}
