import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { dropUpload } from "@/api/batch-uploads";
import type { Batch } from "@/api/batches";
import { useText } from "@/i18n";
import { Panel } from "@/ui/Page";
import { formatBytes } from "@/ui/time";
import { useAct } from "@/ui/use-act";
import { FileDrop } from "./FileDrop";
import { PreviewPanel } from "./PreviewPanel";
import { TransferBar } from "./TransferBar";
import { isBusy, startTransfer, useTransfer } from "./transfer";

/** A batch that wants its file: takes it, goes on with one that was broken off, shows what it will become and submits it. */
export function DraftPanel({ batch }: { batch: Batch }) {
  const { t } = useText();
  const client = useQueryClient();
  const transfer = useTransfer(batch.id);
  const busy = isBusy(transfer);
  const drop = useAct(dropUpload);
  const begun = (!busy && batch.upload) || null;
  const arrived = begun !== null && (begun.missing ?? []).length === 0;
  const take = (file: File) =>
    void startTransfer(batch.id, file, false, () => client.invalidateQueries({ queryKey: ["batches"] }));
  return (
    <>
      <Panel
        title={t("batch.file")}
        extra={
          begun && (
            <Button size="small" loading={drop.isPending} onClick={() => drop.mutate(batch.id)}>
              {t("batch.transfer.drop")}
            </Button>
          )
        }
      >
        <div className="stack">
          {begun && !arrived && (
            <p className="warn-note">
              {t("batch.transfer.broken", { name: begun.name, done: formatBytes(begun.received), all: formatBytes(begun.size) })}
            </p>
          )}
          {!arrived && <FileDrop onFile={take}>{transfer && <TransferBar transfer={transfer} />}</FileDrop>}
          {begun && arrived && (
            <span>
              <b>{begun.name}</b> <span className="num meta">{formatBytes(begun.size)}</span>{" "}
              <code className="mono meta">SHA-256 {begun.sha256.slice(0, 16)}…</code>
            </span>
          )}
        </div>
      </Panel>
      {arrived && <PreviewPanel batch={batch} />}
    </>
  );
}
