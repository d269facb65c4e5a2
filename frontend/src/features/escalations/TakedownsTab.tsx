import { Link } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { askLift, decideLift, reportTakedown, type Takedown, takedownReportHref, takedownsQuery } from "@/api/compliance";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

const acts = ["report", "ask_lift", "decide_lift"] as const;
type What = "report" | "ask_lift" | "lift" | "keep";
type Act = { what: What; of: Takedown };

/** Customers whose sending was stopped for illegal content: what was found, what was stopped, the report, the lifting. */
export function TakedownsTab() {
  const { t } = useText();
  const [act, setAct] = useState<Act | null>(null);
  const columns: Column<Takedown>[] = [
    {
      key: "number",
      title: t("quality.number"),
      always: true,
      render: (c) => (
        <>
          <span className="num">{c.number}</span>
          <div className="meta">
            <Link className="num" to={`/batches/${c.batch_id}`}>
              {c.batch_number}
            </Link>
          </div>
        </>
      ),
    },
    {
      key: "customer",
      title: t("customer.one"),
      render: (c) => <Link to={`/customers/${c.customer_id}`}>{c.customer_name}</Link>,
    },
    {
      key: "found",
      title: t("quality.found"),
      render: (c) => (
        <>
          <b>{c.class_name}</b>
          <div>{c.description}</div>
          <div className="meta">
            {c.found_by_name} · <Instant at={c.found_at} />
          </div>
        </>
      ),
    },
    {
      key: "state",
      title: t("ui.state"),
      render: (c) => (
        <>
          <StateTag kind="takedown" state={c.state} />
          <div className="meta num">
            {t("quality.stoppedWhat", {
              contracts: formatCount(c.totals.contracts),
              batches: formatCount(c.totals.batches),
              messages: formatCount(c.totals.messages),
            })}
          </div>
          {c.lift_reason && <div className="meta">{c.lift_reason}</div>}
        </>
      ),
    },
    {
      key: "report",
      title: t("quality.reported"),
      render: (c) => (
        <>
          <a href={takedownReportHref(c.id)} target="_blank" rel="noreferrer">
            {t("quality.reportPdf")}
          </a>
          <div className="meta">
            {c.reported_at ? (
              <>
                {c.authority} · {c.report_ref} · <Instant at={c.reported_at} />
              </>
            ) : (
              t("quality.notReported")
            )}
          </div>
        </>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (c) => (
        <span className="row-actions">
          {acts.map((what) =>
            allows(c, what) ? (
              what === "decide_lift" ? (
                (["lift", "keep"] as const).map((w) => (
                  <Button key={w} size="small" danger={w === "lift"} onClick={() => setAct({ what: w, of: c })}>
                    {t(`quality.act.${w}`)}
                  </Button>
                ))
              ) : (
                <Button
                  key={what}
                  size="small"
                  type={what === "report" ? "primary" : "default"}
                  onClick={() => setAct({ what, of: c })}
                >
                  {t(`quality.act.${what}`)}
                </Button>
              )
            ) : null,
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="takedowns"
        label={t("quality.takedowns")}
        columns={columns}
        query={takedownsQuery}
        rowKey={(c) => c.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("takedown", t), width: 180 }]}
        empty={{ why: t("quality.noTakedowns"), next: t("quality.noTakedownsNext") }}
      />
      <ActDialog act={act} onClose={() => setAct(null)} />
    </>
  );
}

type Fields = { authority?: string; report_ref?: string; reason?: string; document_id?: string };

function send({ what, of, v }: { what: What; of: Takedown; v: Fields }, key: string) {
  const reason = v.reason ?? "";
  switch (what) {
    case "report":
      return reportTakedown({ id: of.id, authority: v.authority ?? "", report_ref: v.report_ref ?? "" }, key);
    case "ask_lift":
      return askLift({ id: of.id, reason, document_id: v.document_id }, key);
    default:
      return decideLift({ id: of.id, approve: what === "lift", reason }, key);
  }
}

function ActDialog({ act, onClose }: { act: Act | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(send, { quiet: true, done: t("quality.done"), onDone: onClose });
  const of = act?.of;
  const sentence = () => {
    if (!act || !of) return null;
    if (act.what === "report") return t("quality.reportSentence", { number: of.number });
    if (act.what === "ask_lift") return t("quality.liftSentence", { customer: of.customer_name });
    return t("quality.decideSentence", { who: of.lift_asked_by_name, reason: of.lift_reason });
  };
  return (
    <FormDialog<Fields>
      open={act !== null}
      title={act ? t(`quality.act.${act.what}`) : ""}
      sentence={sentence()}
      confirm={act ? t(`quality.act.${act.what}`) : ""}
      danger={act?.what === "lift"}
      busy={run.isPending}
      error={run.error}
      initial={{ authority: of?.authority }}
      onAct={(v) => act && run.mutate({ ...act, v })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {act?.what === "report" ? (
        <>
          <Form.Item name="authority" label={t("quality.authority")} rules={must(t("quality.authority"))}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="report_ref" label={t("quality.reportRef")} rules={must(t("quality.reportRef"))}>
            <Input maxLength={100} className="num" />
          </Form.Item>
        </>
      ) : (
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input.TextArea rows={3} maxLength={1000} />
        </Form.Item>
      )}
      {act?.what === "ask_lift" && (
        <Form.Item name="document_id">
          <AttachmentUpload purpose="takedown" />
        </Form.Item>
      )}
    </FormDialog>
  );
}
