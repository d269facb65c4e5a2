import { Button } from "antd";
import { useState } from "react";
import { actOnBatch, type Batch } from "@/api/batches";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { formatCount } from "@/ui/money";
import { useAct } from "@/ui/use-act";

export function BatchActions({ batch }: { batch: Batch }) {
  const { t } = useText();
  const [asking, setAsking] = useState<"cancel" | "settle" | null>(null);
  const act = useAct(actOnBatch, { done: t("batch.act.done"), onDone: () => setAsking(null) });
  const run = (action: string, body?: Record<string, unknown>) => act.mutate({ id: batch.id, action, body });
  const unknown = batch.handoff?.unknown ?? 0;
  return (
    <>
      {allows(batch, "pause") && <Button onClick={() => run("pause")}>{t("batch.act.pause")}</Button>}
      {allows(batch, "resume") && (
        <Button type="primary" onClick={() => run("resume")}>
          {t("batch.act.resume")}
        </Button>
      )}
      {(allows(batch, "settle-unknown") || allows(batch, "settle_unknown")) && (
        <Button onClick={() => setAsking("settle")}>{t("batch.act.settle")}</Button>
      )}
      {allows(batch, "cancel") && (
        <Button danger onClick={() => setAsking("cancel")}>
          {t("batch.act.cancel")}
        </Button>
      )}
      <ConfirmTotals
        open={asking === "cancel"}
        title={t("batch.act.cancel")}
        sentence={t("batch.act.cancelSentence", { count: formatCount(batch.rows?.good ?? 0) })}
        confirm={t("batch.act.cancel")}
        danger
        busy={act.isPending}
        onConfirm={() => run("cancel")}
        onCancel={() => setAsking(null)}
      />
      <ConfirmTotals
        open={asking === "settle"}
        title={t("batch.act.settle")}
        sentence={t("batch.act.settleSentence", { count: formatCount(unknown) })}
        confirm={t("batch.act.settleSent")}
        busy={act.isPending}
        onConfirm={() => run("settle-unknown", { outcome: "sent" })}
        onCancel={() => setAsking(null)}
      >
        <Button onClick={() => run("settle-unknown", { outcome: "not_sent" })}>{t("batch.act.settleNot")}</Button>
      </ConfirmTotals>
    </>
  );
}
