import { FileOutlined, InboxOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { useText } from "@/i18n";
import { formatBytes } from "@/ui/time";
import { useDropAnywhere } from "./drop";

type Props = { file?: File | null; onFile: (file: File) => void; children?: ReactNode };

/** Takes a file that is chosen, or dropped anywhere on the page. */
export function FileDrop({ file, onFile, children }: Props) {
  const { t } = useText();
  const hovering = useDropAnywhere(onFile);
  return (
    <div className="dropzone" data-over={hovering || undefined}>
      <input
        id="batch-file"
        className="sr-only"
        type="file"
        aria-label={t("batch.file")}
        accept=".csv,.txt,.xlsx,.json,.jsonl"
        onChange={(e) => {
          const chosen = e.target.files?.[0];
          if (chosen) onFile(chosen);
          e.target.value = "";
        }}
      />
      <label htmlFor="batch-file">
        {file ? <FileOutlined aria-hidden /> : <InboxOutlined aria-hidden />}
        <b>{hovering ? t("batch.dropNow") : file ? file.name : t("batch.drop")}</b>
        <span className="meta">{file ? `${formatBytes(file.size)} · ${t("batch.change")}` : t("batch.dropHint")}</span>
      </label>
      {children}
    </div>
  );
}
