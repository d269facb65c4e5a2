import { PauseCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { type Batch, type Handoff, handoffQuery, isMoving, settleUnknown } from "@/api/batches";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";
import { Shares } from "@/ui/Shares";
import { useAct } from "@/ui/use-act";

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
  return (
    <Panel title={t("batch.handoff")} extra={query.data && <Settle handoff={query.data} />}>
      <Shares
        label={t("batch.handoff")}
        parts={[
          { label: t("batch.handoffs.delivered"), count: counts.delivered ?? 0, tone: "ok" },
          { label: t("batch.handoffs.sent"), count: counts.sent ?? 0, tone: "busy" },
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

type Fields = { outcome: "delivered" | "failed"; reason: string };

function Settle({ handoff }: { handoff: Handoff }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<Fields>();
  const act = useAct(settleUnknown, { done: t("batch.act.done"), onDone: () => setOpen(false) });
  if (!allows(handoff, "settle-unknown")) return null;
  const count = formatCount(handoff.counts?.unknown ?? 0);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t("batch.act.settle")}
      </Button>
      <Modal
        open={open}
        title={t("batch.act.settle")}
        okText={t("ui.confirm")}
        cancelText={t("ui.cancel")}
        confirmLoading={act.isPending}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p className="totals-sentence">{t("batch.act.settleSentence", { count })}</p>
        <ul className="samples" aria-label={t("batch.handoffs.unknown")}>
          {(handoff.unknown ?? []).slice(0, 10).map((m) => (
            <li key={m.seq}>
              <span className="num">{m.phone}</span> <code className="mono">{m.code}</code>{" "}
              <Instant at={m.at} precision="second" />
            </li>
          ))}
        </ul>
        <Form form={form} layout="vertical" clearOnDestroy onFinish={(v) => act.mutate({ id: handoff.batch_id, ...v })}>
          <Form.Item
            name="outcome"
            label={t("batch.act.outcome")}
            rules={[{ required: true, message: t("ui.required", { name: t("batch.act.outcome") }) }]}
          >
            <Radio.Group
              options={[
                { value: "delivered", label: t("batch.act.settleSent") },
                { value: "failed", label: t("batch.act.settleNot") },
              ]}
            />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t("batch.act.grounds")}
            extra={t("batch.act.groundsHint")}
            rules={[{ required: true, whitespace: true, message: t("ui.required", { name: t("batch.act.grounds") }) }]}
          >
            <Input.TextArea rows={2} maxLength={500} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
