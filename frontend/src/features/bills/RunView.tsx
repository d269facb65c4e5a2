import { ExclamationCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Switch } from "antd";
import { useState } from "react";
import type { BillRun } from "@/api/bills";
import { type TextKey, useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Figures, Panel } from "@/ui/Page";

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

/** What a run came to: figures, what failed and can be tried again, and the bills with what is unusual. */
export function RunView({ run, retry, busy }: { run: BillRun; retry?: () => void; busy: boolean }) {
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
        {rows.length === 0 ? (
          <Empty why={t("bill.run.none")} next={t("bill.run.noneNext")} />
        ) : (
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
        )}
      </Panel>
    </>
  );
}
