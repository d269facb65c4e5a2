import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { type BillRun, billRunQuery, billRunsQuery, runBills } from "@/api/bills";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { ErrorNote } from "@/ui/ErrorNote";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { Page, Panel } from "@/ui/Page";
import { monthBefore } from "@/ui/time";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { Live, Recent } from "./RunProgress";
import { RunView } from "./RunView";
import { useLiveRun } from "./use-live-run";

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
