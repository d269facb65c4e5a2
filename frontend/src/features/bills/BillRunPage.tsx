import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Progress, Switch } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { type BillRun, billRunQuery, runBills } from "@/api/bills";
import { type TextKey, useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { ErrorNote } from "@/ui/ErrorNote";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Figures, Page, Panel } from "@/ui/Page";
import { monthBefore } from "@/ui/time";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";

const anomalyNames: Readonly<Record<string, TextKey>> = {
  no_usage: "bill.run.anomaly.no_usage",
  unusual: "bill.run.anomaly.unusual",
  five_times: "bill.run.anomaly.five_times",
  missing_tax_number: "bill.run.anomaly.missing_tax_number",
  price_missing: "bill.run.anomaly.price_missing",
};

/** Preview the month, look at what is unusual, then issue: the run goes on and can be looked at again from its address. */
export function BillRunPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const [confirming, setConfirming] = useState(false);
  const today = useBusinessDay();
  const month = params.month ?? monthBefore(`${today}T00:00:00+08:00`);
  const preview = useAct(runBills, { quiet: true, touches: [] });
  const issue = useAct(runBills, {
    onDone: (run) => {
      setConfirming(false);
      preview.reset();
      if (run.id) set({ run: run.id });
    },
  });
  const issued = useQuery({
    ...billRunQuery(params.run ?? ""),
    enabled: params.run !== undefined,
    refetchInterval: (q) => (q.state.data?.state === "running" ? 1_000 : false),
  });
  const shown = params.run ? (issued.data ?? issue.data) : (issue.data ?? preview.data);
  const dry = shown?.dry_run ?? false;
  const over = month < today.slice(0, 7); // a month that goes on can be looked at, not issued
  return (
    <Page
      title={t("nav.billRun")}
      actions={
        dry && over && shown && shown.count > 0 ? (
          <Button type="primary" onClick={() => setConfirming(true)}>
            {t("bill.run.issue")}
          </Button>
        ) : undefined
      }
    >
      <Panel>
        <div className="table-tools" style={{ padding: 0 }}>
          <label htmlFor="run-month">{t("bill.run.month")}</label>
          <DatePicker
            id="run-month"
            picker="month"
            allowClear={false}
            value={dayjs(`${month}-01`)}
            onChange={(d) => {
              preview.reset();
              issue.reset();
              set({ month: d?.format("YYYY-MM"), run: undefined });
            }}
          />
          <Button loading={preview.isPending} onClick={() => preview.mutate({ month, dry_run: true })}>
            {t("bill.run.preview")}
          </Button>
          <span className="meta">{t("bill.run.hint")}</span>
        </div>
      </Panel>
      <ErrorNote
        error={preview.error ?? issued.error}
        onRetry={preview.error ? () => preview.mutate({ month, dry_run: true }) : undefined}
      />
      {dry && !over && (
        <p className="meta" role="status">
          {t("bill.run.open")}
        </p>
      )}
      {shown && <RunView run={shown} />}
      {shown && (
        <ConfirmTotals
          open={confirming}
          title={t("bill.run.issueTitle")}
          sentence={t("bill.run.sentence", { month, count: formatCount(shown.count), total: formatYuan(shown.total_fen) })}
          lines={[
            { label: t("bill.run.count"), value: formatCount(shown.count) },
            { label: t("bill.run.total"), value: <Money fen={shown.total_fen} sign /> },
          ]}
          confirm={t("bill.run.issue")}
          busy={issue.isPending}
          onConfirm={() => issue.mutate({ month, dry_run: false })}
          onCancel={() => setConfirming(false)}
        >
          <p className="meta">{t("bill.run.sentenceFinal")}</p>
        </ConfirmTotals>
      )}
    </Page>
  );
}

function RunView({ run }: { run: BillRun }) {
  const { t } = useText();
  const [only, setOnly] = useState(false);
  const items = run.items ?? [];
  const unusual = items.filter((i) => i.anomalies?.length || i.error);
  const rows = only ? unusual : items;
  if (run.count === 0 && items.length === 0) return <Empty why={t("bill.run.none")} next={t("bill.run.noneNext")} />;
  return (
    <>
      <Figures
        items={[
          { label: t("bill.run.month"), value: run.month },
          { label: t("bill.run.count"), value: formatCount(run.count) },
          { label: t("bill.run.total"), value: <Money fen={run.total_fen} sign /> },
          { label: t("bill.run.anomalies"), value: formatCount(unusual.length) },
        ]}
      />
      {!run.dry_run && (
        <Panel>
          <div role="status">
            {run.state === "running"
              ? t("bill.run.issuing", { done: formatCount(run.issued ?? 0), all: formatCount(run.count) })
              : t("bill.run.done", { count: formatCount(run.issued ?? run.count), total: formatYuan(run.total_fen) })}
            {run.state === "running" && (
              <>
                <Progress
                  percent={run.count ? Math.floor((100 * (run.issued ?? 0)) / run.count) : 0}
                  size="small"
                  aria-label={t("nav.billRun")}
                />
                <p className="meta">{t("bill.run.leave")}</p>
              </>
            )}
          </div>
        </Panel>
      )}
      <Panel
        flush
        title={t("nav.bills")}
        extra={
          <span className="meta">
            <Switch size="small" checked={only} onChange={setOnly} aria-label={t("bill.run.onlyAnomalies")} />{" "}
            {t("bill.run.onlyAnomalies")}
          </span>
        }
      >
        <div className="table-wrap">
          <table className="table" aria-label={t("nav.billRun")}>
            <thead>
              <tr>
                <th scope="col">{t("contract.one")}</th>
                <th scope="col">{t("customer.one")}</th>
                <th scope="col">{t("bill.number")}</th>
                <th scope="col">{t("bill.run.anomalies")}</th>
                <th scope="col" data-numeric>{`${t("bill.total")} (${t("ui.money.unit")})`}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((i) => (
                <tr key={i.contract_id}>
                  <td>
                    <Link className="num" to={`/contracts/${i.contract_id}`}>
                      {i.contract_number}
                    </Link>
                  </td>
                  <td>{i.customer_name}</td>
                  <td>
                    {i.bill_id && (
                      <Link className="num" to={`/bills/${i.bill_id}`}>
                        {i.bill_number}
                      </Link>
                    )}
                  </td>
                  <td>{i.error ?? (i.anomalies ?? []).map((a) => nameOf(anomalyNames, a, t)).join("、")}</td>
                  <td data-numeric>
                    <Money fen={i.total_fen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </>
  );
}
