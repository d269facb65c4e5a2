import "./quality.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Form, InputNumber } from "antd";
import { useState } from "react";
import { agreementQuery, type Recheck, rechecksQuery, setRecheck } from "@/api/compliance";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Figures } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

/** Batches that are judged again, and how far the two judgements agree. */
export function RechecksTab() {
  const { t } = useText();
  const { can } = useSession();
  const columns: Column<Recheck>[] = [
    {
      key: "batch",
      title: t("quality.batch"),
      always: true,
      render: (r) => (
        <Link className="num" to={`/quality/${r.id}`}>
          {r.batch_number}
        </Link>
      ),
    },
    { key: "customer", title: t("customer.one"), render: (r) => r.customer_name },
    { key: "why", title: t("quality.sampleOf"), render: (r) => t(`quality.why.${r.why}`) },
    { key: "state", title: t("ui.state"), render: (r) => <StateTag kind="recheck" state={r.state} /> },
    { key: "due", title: t("quality.until"), render: (r) => <span className="num">{r.due_on}</span> },
    { key: "judge", title: t("quality.judge"), render: (r) => r.user_name || <span className="meta">—</span> },
    {
      key: "agreed",
      title: t("quality.agreed"),
      render: (r) => <span className="num">{r.state === "open" ? `– / ${r.items}` : `${r.agreed} / ${r.items}`}</span>,
    },
  ];
  return (
    <>
      {can("reviewer.read") && <AgreementFigures />}
      <DataTable
        embedded
        id="rechecks"
        label={t("quality.rechecks")}
        columns={columns}
        query={rechecksQuery}
        rowKey={(r) => r.id}
        href={(r) => `/quality/${r.id}`}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("recheck", t), width: 160 }]}
        empty={{ why: t("quality.noRechecks"), next: t("quality.noRechecksNext") }}
      />
    </>
  );
}

type Shares = { passed: number; refused: number; exempted: number; groups: number; days: number };

function AgreementFigures() {
  const { t } = useText();
  const must = useMust();
  const query = useQuery(agreementQuery);
  const [open, setOpen] = useState(false);
  const run = useAct(setRecheck, { quiet: true, done: t("quality.done"), onDone: () => setOpen(false) });
  return (
    <Loaded query={query} rows={1}>
      {(a) => (
        <>
          <Figures
            items={[
              { label: `${t("quality.agreement")} · ${t("quality.last30")}`, value: a.percent === "–" ? "–" : `${a.percent}%` },
              { label: t("quality.kappa"), value: a.kappa, note: t("quality.kappaHint") },
              {
                label: t("quality.judged"),
                value: formatCount(
                  a.matrix.both_approve + a.matrix.both_refuse + a.matrix.first_approves + a.matrix.second_approves,
                ),
              },
              { label: t("quality.missed"), value: formatCount(a.matrix.first_approves) },
              { label: t("quality.strict"), value: formatCount(a.matrix.second_approves) },
            ]}
          />
          {allows(a, "set") && (
            <p className="quality-shares">
              <Button size="small" onClick={() => setOpen(true)}>
                {t("quality.shares")}
              </Button>{" "}
              <span className="meta num">
                {t("quality.sharesNow", {
                  passed: a.settings.passed,
                  refused: a.settings.refused,
                  exempted: a.settings.exempted,
                })}
              </span>
            </p>
          )}
          <FormDialog<Shares>
            open={open}
            title={t("quality.shares")}
            confirm={t("ui.save")}
            busy={run.isPending}
            error={run.error}
            initial={a.settings}
            onAct={(v) => run.mutate(v)}
            onClose={() => {
              run.reset();
              setOpen(false);
            }}
          >
            {(["passed", "refused", "exempted", "groups", "days"] as const).map((f) => (
              <Form.Item key={f} name={f} label={t(`quality.share.${f}`)} rules={must(t(`quality.share.${f}`))}>
                <InputNumber min={0} max={100} precision={0} style={{ width: "100%" }} />
              </Form.Item>
            ))}
          </FormDialog>
        </>
      )}
    </Loaded>
  );
}
