import { Button, Input } from "antd";
import { useState } from "react";
import { actOnBatch, type Batch } from "@/api/batches";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { AppealButton } from "@/parts/AppealButton";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { formatCount } from "@/ui/money";
import { useAct } from "@/ui/use-act";

type Asked = "cancel" | "pause" | "decline";
const titles: Readonly<Record<Asked, TextKey>> = {
  cancel: "batch.act.cancel",
  pause: "batch.act.pause",
  decline: "corner.decline",
};

const sentences: Readonly<Record<Asked, TextKey>> = {
  cancel: "batch.act.cancelSentence",
  pause: "batch.act.pauseSentence",
  decline: "corner.declineSentence",
};

export function BatchActions({ batch }: { batch: Batch }) {
  const { t } = useText();
  const [asking, setAsking] = useState<Asked | null>(null);
  const [reason, setReason] = useState("");
  const act = useAct(actOnBatch, { done: t("batch.act.done"), onDone: () => setAsking(null) });
  const ask = (action: Asked) => {
    setReason("");
    setAsking(action);
  };
  return (
    <>
      {allows(batch, "release") && (
        <Button type="primary" loading={act.isPending} onClick={() => act.mutate({ id: batch.id, action: "release" })}>
          {t("corner.release")}
        </Button>
      )}
      {allows(batch, "decline") && <Button onClick={() => ask("decline")}>{t("corner.decline")}</Button>}
      {allows(batch, "pause") && <Button onClick={() => ask("pause")}>{t("batch.act.pause")}</Button>}
      {allows(batch, "resume") && (
        <Button type="primary" loading={act.isPending} onClick={() => act.mutate({ id: batch.id, action: "resume" })}>
          {t("batch.act.resume")}
        </Button>
      )}
      {allows(batch, "cancel") && (
        <Button danger onClick={() => ask("cancel")}>
          {t("batch.act.cancel")}
        </Button>
      )}
      {batch.state === "refused" && <AppealButton kind="batch" objectId={batch.id} title={batch.number} />}
      <ConfirmTotals
        open={asking !== null}
        title={asking ? t(titles[asking]) : ""}
        sentence={asking && t(sentences[asking], { count: formatCount(batch.rows.good) })}
        confirm={asking ? t(titles[asking]) : ""}
        danger={asking !== "pause"}
        busy={act.isPending}
        disabled={asking === "decline" && reason.trim() === ""}
        onConfirm={() => asking && act.mutate({ id: batch.id, action: asking, reason: reason || undefined })}
        onCancel={() => setAsking(null)}
      >
        <Input
          aria-label={t("ui.reason")}
          placeholder={t("ui.reason")}
          value={reason}
          maxLength={500}
          onChange={(e) => setReason(e.target.value)}
        />
      </ConfirmTotals>
    </>
  );
}
