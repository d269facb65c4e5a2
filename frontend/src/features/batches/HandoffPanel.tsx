import { PauseCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { type Batch, handoffQuery, isMoving } from "@/api/batches";
import { type TextKey, useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";
import { Shares } from "@/ui/Shares";
import { Decisions } from "./HandoffDecisions";

const holdNames: Readonly<Record<string, TextKey>> = {
  paused: "batch.hold.paused",
  stopped: "batch.hold.stopped",
  channel: "batch.hold.channel",
  engine: "batch.hold.engine",
  service_code: "batch.hold.sender",
  hash_mismatch: "batch.hold.mismatch",
  scheduled: "batch.hold.scheduled",
  hours: "batch.hold.hours",
  channel_hours: "batch.hold.channel_hours",
  carrier_order: "batch.hold.carrier_order",
  balance: "batch.hold.balance",
  daily_cap: "batch.hold.daily_cap",
  suspended: "batch.hold.suspended",
  contract_not_active: "batch.hold.contract_not_active",
  ended: "batch.hold.ended",
  licence: "batch.hold.licence",
};

/** What became of the approved messages; why they wait, if they do; and those of which nobody knows. */
export function HandoffPanel({ batch }: { batch: Batch }) {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery({
    ...handoffQuery(batch.id),
    enabled: can("handoff.read"),
    retry: false,
    refetchInterval: isMoving(batch.state) ? 3_000 : false,
  });
  const counts = batch.handoff ?? {};
  const handing = query.data?.counts?.handing ?? 0;
  return (
    <Panel title={t("batch.handoff")} extra={query.data && <Decisions handoff={query.data} />}>
      <Shares
        label={t("batch.handoff")}
        parts={[
          { label: t("batch.handoffs.delivered"), count: counts.delivered ?? 0, tone: "ok" },
          { label: t("batch.handoffs.sent"), count: Math.max(0, (counts.sent ?? 0) - handing), tone: "busy" },
          ...(handing > 0 ? [{ label: t("batch.handoffs.handing"), count: handing, tone: "warn" } as const] : []),
          { label: t("batch.handoffs.queued"), count: counts.queued ?? 0, tone: "idle" },
          { label: t("batch.handoffs.unknown"), count: counts.unknown ?? 0, tone: "warn" },
          { label: t("batch.handoffs.failed"), count: counts.failed ?? 0, tone: "bad" },
          { label: t("batch.handoffs.skipped"), count: counts.skipped ?? 0, tone: "idle" },
        ]}
      />
      {(query.data?.holds ?? []).map((h) => (
        <p className="warn-note hold" key={`${h.reason} ${h.detail}`}>
          <PauseCircleOutlined aria-hidden /> {nameOf(holdNames, h.reason.split(":")[0], t)}{" "}
          <span className="quiet">{h.detail}</span>{" "}
          {h.until && (
            <span className="meta">
              {t("batch.hold.until")} <Instant at={h.until} />
            </span>
          )}
        </p>
      ))}
    </Panel>
  );
}
