import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, InputNumber, Radio } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { askExemption, decideExemption, type Exemption, endExemption, exemptionsQuery } from "@/api/compliance";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

const acts = ["approve", "reject", "end"] as const;
type Act = { what: (typeof acts)[number]; of: Exemption };

function send({ what, of, reason }: Act & { reason: string }, key: string) {
  if (what === "end") return endExemption({ id: of.id, reason }, key);
  return decideExemption({ id: of.id, approve: what === "approve", reason }, key);
}

/** Whose clean batches go without a look at each, until when, by whose word. */
export function ExemptionsTab() {
  const { t } = useText();
  const { can } = useSession();
  const [act, setAct] = useState<Act | null>(null);
  const [asking, setAsking] = useState(false);
  const run = useAct(send, { done: t("quality.done"), onDone: () => setAct(null) });
  const columns: Column<Exemption>[] = [
    {
      key: "number",
      title: t("quality.number"),
      always: true,
      render: (e) => (
        <>
          <span className="num">{e.number}</span>
          <div className="meta">
            <Link className="num" to={`/batches/${e.batch_id}`}>
              {e.batch_number}
            </Link>
          </div>
        </>
      ),
    },
    { key: "customer", title: t("customer.one"), render: (e) => e.customer_name },
    {
      key: "scope",
      title: t("quality.scope"),
      render: (e) => (
        <>
          {t(`quality.kind.${e.kind}`)} · {nameOf(categoryNames, e.category, t)}
          <div className="meta num">
            {t("quality.sampleShare", { share: e.sample_share, count: formatCount(e.max_messages) })}
          </div>
        </>
      ),
    },
    { key: "until", title: t("quality.until"), render: (e) => <span className="num">{e.until}</span> },
    {
      key: "state",
      title: t("ui.state"),
      render: (e) => (
        <>
          <StateTag kind="exemption" state={e.state} />
          <div className="meta num">{t("quality.used", { passed: formatCount(e.passed), sampled: formatCount(e.sampled) })}</div>
        </>
      ),
    },
    {
      key: "reason",
      title: t("ui.reason"),
      render: (e) => (
        <>
          {e.reason}
          <div className="meta">
            {e.asked_by_name}
            {e.decided_by_name && ` → ${e.decided_by_name}`} {e.end_reason || e.decision_reason}
          </div>
        </>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (e) => (
        <span className="row-actions">
          {acts.map(
            (what) =>
              allows(e, what) && (
                <Button key={what} size="small" danger={what !== "approve"} onClick={() => setAct({ what, of: e })}>
                  {t(`quality.act.${what}`)}
                </Button>
              ),
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="exemptions"
        label={t("quality.exemptions")}
        columns={columns}
        query={exemptionsQuery}
        rowKey={(e) => e.id}
        toolbar={can("exemption.write") && <Button onClick={() => setAsking(true)}>{t("quality.askExemption")}</Button>}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("exemption", t), width: 160 }]}
        empty={{ why: t("quality.noExemptions"), next: t("quality.noExemptionsNext") }}
      />
      <AskReason
        open={act !== null}
        title={act ? t(`quality.act.${act.what}`) : ""}
        confirm={act ? t(`quality.act.${act.what}`) : ""}
        optional={act?.what === "approve"}
        danger={act?.what !== "approve"}
        busy={run.isPending}
        onAct={(reason) => act && run.mutate({ ...act, reason })}
        onClose={() => setAct(null)}
      />
      <AskDialog open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

type Fields = {
  batch_id: string;
  kind: "text" | "customer";
  max_messages: number;
  sample_share: number;
  until: Dayjs;
  reason: string;
};

function AskDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(askExemption, { quiet: true, done: t("quality.done"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open={open}
      title={t("quality.askExemption")}
      sentence={t("quality.exemptionHint")}
      confirm={t("quality.askExemption")}
      busy={run.isPending}
      error={run.error}
      initial={{ kind: "text", max_messages: 10000, sample_share: 10 }}
      onAct={({ until, batch_id, ...v }) =>
        run.mutate({ ...v, batch_id: batch_id.trim().split("/").pop() ?? "", until: until.format("YYYY-MM-DD") })
      }
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="batch_id" label={t("quality.basisId")} rules={must(t("quality.basisId"))}>
        <Input maxLength={200} className="num" />
      </Form.Item>
      <Form.Item name="kind" label={t("quality.scope")}>
        <Radio.Group options={(["text", "customer"] as const).map((k) => ({ value: k, label: t(`quality.kind.${k}`) }))} />
      </Form.Item>
      <Form.Item name="max_messages" label={t("quality.maxMessages")} rules={must(t("quality.maxMessages"))}>
        <InputNumber min={1} max={1000000} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="sample_share" label={t("quality.sampleField")} rules={must(t("quality.sampleField"))}>
        <InputNumber min={1} max={100} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="until" label={t("quality.until")} rules={must(t("quality.until"))}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDialog>
  );
}
