import "./watch.css";
import { Link } from "@tanstack/react-router";
import { Button, Form, Input, Radio } from "antd";
import { useState } from "react";
import { allows } from "@/api/types";
import { type Alert, alertsQuery, closeAlert, liftAlert } from "@/api/watch";
import { type TextKey, useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

const outcomes = ["explained", "false_alarm", "confirmed"] as const;
const acts = ["lift", "close"] as const;
type Act = { what: (typeof acts)[number]; of: Alert };

/** The alerts with the figures that show them, and what a person made of them. */
export function AlertsTab() {
  const { t } = useText();
  const [act, setAct] = useState<Act | null>(null);
  const columns: Column<Alert>[] = [
    {
      key: "what",
      title: t("watch.what"),
      always: true,
      render: (a) => (
        <>
          <b className="wrap">{t(`watch.code.${a.code}`)}</b>
          <div className="meta">{t("review.level", { level: a.level })}</div>
        </>
      ),
    },
    {
      key: "customer",
      title: t("customer.one"),
      render: (a) => (
        <span className="wrap">
          {a.customer_id ? <Link to={`/customers/${a.customer_id}`}>{a.customer_name}</Link> : a.customer_name}
        </span>
      ),
    },
    {
      key: "on",
      title: t("watch.on"),
      render: (a) => (
        <>
          <span className="num">{a.on}</span>
          <div className="meta found">
            {t("quality.found")} <Instant at={a.raised_at} />
          </div>
        </>
      ),
    },
    { key: "evidence", title: t("watch.evidence"), render: (a) => <Evidence of={a} /> },
    {
      key: "state",
      title: t("ui.state"),
      render: (a) => (
        <>
          <StateTag kind="alert" state={a.state} />
          {a.auto_stopped && (
            <div className="meta wrap">
              {a.lifted_at ? t("watch.liftedBy", { name: a.lifted_by_name }) : t("watch.autoStopped")}
              {a.lift_reason && `：${a.lift_reason}`}
            </div>
          )}
          {a.outcome && (
            <div className="meta wrap">
              {t(`watch.outcomes.${a.outcome}` as TextKey)} · {a.closed_by_name} · {a.close_reason}
            </div>
          )}
          <span className="row-actions">
            {acts.map(
              (what) =>
                allows(a, what) && (
                  <Button key={what} size="small" danger={what === "lift"} onClick={() => setAct({ what, of: a })}>
                    {t(`watch.${what}`)}
                  </Button>
                ),
            )}
          </span>
        </>
      ),
    },
  ];
  return (
    <div className="alerts">
      <DataTable
        embedded
        id="alerts"
        label={t("watch.alerts")}
        columns={columns}
        query={alertsQuery}
        rowKey={(a) => a.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("alert", t), width: 160 }]}
        empty={{ why: t("watch.none"), next: t("watch.noneNext") }}
      />
      <ActDialog act={act} onClose={() => setAct(null)} />
    </div>
  );
}

function Evidence({ of }: { of: Alert }) {
  const { t } = useText();
  return (
    <dl className="evidence">
      {(of.evidence ?? []).map((e) => (
        <div key={e.name}>
          <dt>{t(`watch.names.${e.name}` as TextKey)}</dt>
          <dd className="num">{/^\d+$/.test(e.value) ? formatCount(Number(e.value)) : e.value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Fields = { reason: string; outcome?: string };

function send({ act, v }: { act: Act; v: Fields }, key: string) {
  if (act.what === "lift") return liftAlert({ id: act.of.id, reason: v.reason }, key);
  return closeAlert({ id: act.of.id, outcome: v.outcome ?? "explained", reason: v.reason }, key);
}

function ActDialog({ act, onClose }: { act: Act | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(send, { quiet: true, done: t("watch.done"), onDone: onClose });
  const lifts = act?.what === "lift";
  return (
    <FormDialog<Fields>
      open={act !== null}
      title={t(lifts ? "watch.lift" : "watch.close")}
      sentence={lifts ? t("watch.liftSentence", { customer: act?.of.customer_name ?? "" }) : t("watch.closeSentence")}
      confirm={t(lifts ? "watch.lift" : "watch.close")}
      danger={lifts}
      busy={run.isPending}
      error={run.error}
      initial={{ outcome: "explained" }}
      onAct={(v) => act && run.mutate({ act, v })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {!lifts && (
        <Form.Item name="outcome" label={t("watch.outcome")}>
          <Radio.Group options={outcomes.map((o) => ({ value: o, label: t(`watch.outcomes.${o}`) }))} />
        </Form.Item>
      )}
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
