import { ExclamationCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Progress, Switch } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { type BillRun, billRunQuery, billRunsQuery, runBills } from "@/api/bills";
import { type TextKey, useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { ErrorNote } from "@/ui/ErrorNote";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Figures, Page, Panel } from "@/ui/Page";
import { monthBefore } from "@/ui/time";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { type RunStep, useLiveRun } from "./use-live-run";

const anomalyNames: Readonly<Record<string, TextKey>> = {
  no_usage: "bill.run.anomaly.no_usage",
  unusual: "bill.run.anomaly.unusual",
  five_times: "bill.run.anomaly.five_times",
  missing_tax_number: "bill.run.anomaly.missing_tax_number",
  tax_number_missing: "bill.run.anomaly.missing_tax_number",
  price_missing: "bill.run.anomaly.price_missing",
  count_missing: "bill.run.anomaly.count_missing",
  count_differs: "bill.run.anomaly.count_differs",
};

/**
 * Preview the month, look at what is unusual, then issue. A run goes on in the background from its own address: whoever leaves the
 * page, or loses the connection, finds it again where it is.
 */
export function BillRunPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const [confirming, setConfirming] = useState(false);
  const today = useBusinessDay();
  const month = params.month ?? monthBefore(`${today}T00:00:00+08:00`);
  const begun = {
    onDone: (run: BillRun) => {
      setConfirming(false);
      set({ run: run.id, month: run.month ?? undefined });
    },
  };
  const preview = useAct(runBills, { ...begun, quiet: true, touches: [billRunsQuery.queryKey] });
  const issue = useAct(runBills, begun);
  const query = useQuery({ ...billRunQuery(params.run ?? ""), enabled: params.run !== undefined });
  const run = params.run ? query.data : undefined;
  const running = run?.state === "running";
  const { step, polling } = useLiveRun(params.run, running);
  useQuery({ ...billRunQuery(params.run ?? ""), enabled: running && polling, refetchInterval: 1_000 });
  const dry = run?.dry_run ?? false;
  const over = month < today.slice(0, 7); // a month that goes on can be looked at, not issued
  const look = () => preview.mutate({ month, dry_run: true, background: true });
  return (
    <Page
      title={t("nav.billRun")}
      actions={
        dry && over && run && !running && run.count > 0 ? (
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
          <Button loading={preview.isPending || (running && dry)} onClick={look}>
            {t("bill.run.preview")}
          </Button>
          <span className="meta">{t("bill.run.hint")}</span>
        </div>
      </Panel>
      <ErrorNote error={preview.error ?? query.error} onRetry={preview.error ? look : undefined} />
      {dry && !over && (
        <p className="meta" role="status">
          {t("bill.run.open")}
        </p>
      )}
      {run && running && <Live run={run} step={step} />}
      {run && !running && (
        <RunView
          run={run}
          retry={
            !dry && run.failed > 0
              ? () => issue.mutate({ month: run.month ?? month, dry_run: false, background: true })
              : undefined
          }
          busy={issue.isPending}
        />
      )}
      {!run && <Recent onOpen={(r) => set({ run: r.id, month: r.month ?? undefined })} />}
      {run && (
        <ConfirmTotals
          open={confirming}
          title={t("bill.run.issueTitle")}
          sentence={t("bill.run.sentence", { month, count: formatCount(run.count), total: formatYuan(run.total_fen) })}
          lines={[
            { label: t("bill.run.count"), value: formatCount(run.count) },
            { label: t("bill.run.total"), value: <Money fen={run.total_fen} sign /> },
          ]}
          confirm={t("bill.run.issue")}
          busy={issue.isPending}
          onConfirm={() => issue.mutate({ month, dry_run: false, background: true })}
          onCancel={() => setConfirming(false)}
        >
          <p className="meta">{t("bill.run.sentenceFinal")}</p>
        </ConfirmTotals>
      )}
    </Page>
  );
}

/** How far a run is, as its steps tell. */
function Live({ run, step }: { run: BillRun; step: RunStep | null }) {
  const { t } = useText();
  const looked = step?.looked ?? run.count + run.skipped + run.nothing_owed + run.failed;
  const all = step?.expected ?? run.expected;
  const values = { done: formatCount(looked), all: formatCount(all) };
  return (
    <Panel>
      <div role="status">
        {run.dry_run ? t("bill.run.previewing", values) : t("bill.run.issuing", values)}
        <Progress percent={all ? Math.floor((100 * looked) / all) : 0} status="active" aria-label={t("nav.billRun")} />
        <p className="num">
          {t("bill.run.soFar", {
            looked: formatCount(looked),
            count: formatCount(step?.count ?? run.count),
            total: formatYuan(step?.total_fen ?? run.total_fen),
          })}
        </p>
        <p className="meta">{t("bill.run.leave")}</p>
      </div>
    </Panel>
  );
}

function Recent({ onOpen }: { onOpen: (run: BillRun) => void }) {
  const { t } = useText();
  const query = useQuery(billRunsQuery);
  const runs = (query.data?.items ?? []).slice(0, 12);
  return (
    <Panel flush title={t("bill.run.recent")}>
      {runs.length === 0 ? (
        <Empty why={t("bill.run.noRecent")} next={t("bill.run.hint")} />
      ) : (
        <div className="table-wrap">
          <table className="table" aria-label={t("bill.run.recent")}>
            <thead>
              <tr>
                <th scope="col">{t("bill.run.month")}</th>
                <th scope="col">{t("bill.run.startedAt")}</th>
                <th scope="col" data-numeric>
                  {t("bill.run.count")}
                </th>
                <th scope="col" data-numeric>
                  {t("bill.run.error")}
                </th>
                <th scope="col" data-numeric>{`${t("bill.total")} (${t("ui.money.unit")})`}</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((r) => (
                <tr key={r.id}>
                  <td>
                    <Button type="link" size="small" className="num" onClick={() => onOpen(r)}>
                      {r.month} · {r.dry_run ? t("bill.run.kindPreview") : t("bill.run.kindIssue")}
                    </Button>
                  </td>
                  <td>
                    <Instant at={r.started_at} />
                  </td>
                  <td data-numeric>{formatCount(r.count)}</td>
                  <td data-numeric>{formatCount(r.failed)}</td>
                  <td data-numeric>
                    <Money fen={r.total_fen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function RunView({ run, retry, busy }: { run: BillRun; retry?: () => void; busy: boolean }) {
  const { t } = useText();
  const [only, setOnly] = useState(false);
  const items = run.items ?? [];
  const unusual = items.filter((i) => i.anomalies?.length || i.error);
  const rows = only ? unusual : items;
  if (run.count === 0 && items.length === 0 && run.skipped === 0)
    return <Empty why={t("bill.run.none")} next={t("bill.run.noneNext")} />;
  return (
    <>
      <Figures
        items={[
          { label: t("bill.run.month"), value: run.month },
          { label: t("bill.run.count"), value: formatCount(run.count) },
          { label: t("bill.run.total"), value: <Money fen={run.total_fen} sign /> },
          { label: t("bill.run.anomalies"), value: formatCount(unusual.length) },
          { label: t("bill.run.skipped"), value: formatCount(run.skipped) },
          { label: t("bill.run.nothing"), value: formatCount(run.nothing_owed) },
        ]}
      />
      {!run.dry_run && (
        <Panel>
          <div role="status">
            {t("bill.run.done", { count: formatCount(run.issued ?? run.count), total: formatYuan(run.total_fen) })}
          </div>
        </Panel>
      )}
      {run.failed > 0 && (
        <div className="warn-note" role="alert">
          <ExclamationCircleOutlined aria-hidden /> {t("bill.run.failed", { count: formatCount(run.failed) })}{" "}
          {retry && (
            <Button size="small" loading={busy} onClick={retry}>
              {t("bill.run.retry")}
            </Button>
          )}
        </div>
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
