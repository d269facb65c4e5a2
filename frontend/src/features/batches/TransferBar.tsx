import { Progress } from "antd";
import { type TextKey, useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { formatBytes } from "@/ui/time";
import { isBusy, type Phase, type Transfer } from "./transfer";

const phases: Readonly<Record<Phase, TextKey>> = {
  hashing: "batch.transfer.hashing",
  sending: "batch.transfer.sending",
  submitting: "batch.transfer.submitting",
  arrived: "batch.transfer.arrived",
  done: "batch.transfer.arrived",
  failed: "batch.transfer.failed",
};

/** How far an upload is and how fast; it goes on when the page is left. */
export function TransferBar({ transfer: x }: { transfer: Transfer }) {
  const { t } = useText();
  const name = t(phases[x.phase]);
  return (
    <div role="status">
      <span>
        {name} <b>{x.name}</b>
      </span>
      {isBusy(x) && (
        <>
          <Progress percent={x.all ? Math.floor((100 * x.done) / x.all) : 0} size="small" aria-label={name} />
          <span className="num meta">
            {t("batch.uploaded", { done: formatBytes(x.done), all: formatBytes(x.all), speed: formatBytes(x.perSecond) })}{" "}
            {t("batch.transfer.free")}
          </span>
        </>
      )}
      <ErrorNote error={x.error} compact />
    </div>
  );
}
