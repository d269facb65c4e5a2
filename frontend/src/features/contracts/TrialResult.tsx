import { DownOutlined, ExclamationCircleOutlined, RightOutlined } from "@ant-design/icons";
import { Fragment, useCallback, useState } from "react";
import type { TrialBill, TrialYear } from "@/api/trial";
import { useText } from "@/i18n";
import { Chart, type Colours } from "@/ui/Chart";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Figures } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { reasonNames } from "./reasons";

/** What a trial came to: the sums, month by month as a picture and as a table, and when the contract changed its state. */
export function TrialResult({ year }: { year: TrialYear }) {
  const { t, pick } = useText();
  const { totals } = year;
  const bills = year.bills ?? [];
  const refused = year.refused ?? [];
  const prepaid = year.kind === "prepaid" || year.kind === "centre";
  return (
    <>
      <Figures
        items={[
          {
            label: t("trial.billed"),
            value: <Money fen={totals.billed_fen} sign />,
            note: t("trial.ofTax", { amount: formatYuan(totals.tax_fen) }),
          },
          ...(prepaid
            ? [
                {
                  label: t("trial.toppedUp"),
                  value: <Money fen={totals.topped_up_fen} sign />,
                  note: t("trial.left", { amount: formatYuan(totals.wallet_fen) }),
                },
              ]
            : []),
          { label: t("trial.lateFee"), value: <Money fen={totals.late_fee_fen} sign /> },
          { label: t("trial.suspended"), value: formatCount(totals.suspended_days) },
          { label: t("trial.unpaid"), value: <Money fen={totals.open_fen} sign /> },
          { label: t("trial.deposit"), value: <Money fen={totals.deposit_fen} sign /> },
        ]}
      />
      {refused.length > 0 && (
        <div className="warn-note" role="status">
          <ExclamationCircleOutlined aria-hidden /> {t("trial.refused")}
          {refused.map((r) => (
            <p key={r.on + r.code}>
              <span className="num">{r.on}</span> {pick(r.detail, r.detail_en)}
            </p>
          ))}
        </div>
      )}
      {bills.length === 0 ? (
        <Empty why={t("trial.none")} />
      ) : (
        <>
          <TrialChart bills={bills} />
          <Bills bills={bills} />
          <p className="meta">{t("trial.note")}</p>
        </>
      )}
      <Story year={year} />
    </>
  );
}

function TrialChart({ bills }: { bills: readonly TrialBill[] }) {
  const { t } = useText();
  const option = useCallback(
    (c: Colours) => ({
      color: [c.series[0] ?? c.text, c.series[2] ?? c.quiet],
      grid: { left: 8, right: 8, top: 28, bottom: 4, containLabel: true },
      legend: { top: 0, right: 0, textStyle: { color: c.text }, itemHeight: 8, itemWidth: 12 },
      tooltip: { trigger: "axis", valueFormatter: (v: unknown) => formatYuan(Number(v)) },
      xAxis: {
        type: "category",
        data: bills.map((b) => b.month ?? ""),
        axisLabel: { color: c.quiet },
        axisLine: { lineStyle: { color: c.line } },
      },
      yAxis: {
        type: "value",
        axisLabel: { color: c.quiet, formatter: (v: number) => formatYuan(v).replace(/\.00$/, "") },
        splitLine: { lineStyle: { color: c.line } },
      },
      series: [
        { name: t("trial.total"), type: "bar", stack: "owed", barMaxWidth: 32, data: bills.map((b) => b.total_fen) },
        { name: t("trial.lateFee"), type: "bar", stack: "owed", barMaxWidth: 32, data: bills.map((b) => b.late_fee_fen) },
      ],
    }),
    [bills, t],
  );
  return <Chart label={t("trial.chart")} height={200} option={option} />;
}

function Bills({ bills }: { bills: readonly TrialBill[] }) {
  const { t } = useText();
  const [open, setOpen] = useState<string>();
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <div className="table-wrap" data-whole>
      <table className="table" aria-label={t("trial.bills")}>
        <thead>
          <tr>
            <th scope="col">{t("trial.month")}</th>
            <th scope="col">{t("trial.due")}</th>
            <th scope="col" data-numeric>
              {t("trial.total") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("trial.lateFee") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("trial.paid") + unit}
            </th>
            <th scope="col">{t("trial.state")}</th>
          </tr>
        </thead>
        <tbody>
          {bills.map((b) => (
            <Fragment key={b.number}>
              <tr>
                <td>
                  <button
                    type="button"
                    className="link num"
                    aria-expanded={open === b.number}
                    aria-label={t("trial.lines", { month: b.month ?? "" })}
                    onClick={() => setOpen(open === b.number ? undefined : b.number)}
                  >
                    {open === b.number ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />} {b.month}
                  </button>
                </td>
                <td className="num">{b.due_on}</td>
                <td data-numeric>
                  <Money fen={b.total_fen} />
                </td>
                <td data-numeric>{b.late_fee_fen > 0 && <Money fen={b.late_fee_fen} />}</td>
                <td data-numeric>
                  <Money fen={b.paid_fen} />
                </td>
                <td>
                  <StateTag kind="bill" state={b.state} />{" "}
                  {b.paid_on && <span className="meta num">{t("trial.paidOn", { on: b.paid_on })}</span>}
                </td>
              </tr>
              {open === b.number &&
                (b.lines ?? []).map((l, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a bill never move
                  <tr key={i} className="trial-line">
                    <td colSpan={2}>
                      {l.name} {l.note && <span className="meta">{l.note}</span>}
                    </td>
                    <td data-numeric>
                      <Money fen={l.amount_fen} />
                    </td>
                    <td colSpan={3} className="meta num">
                      {l.quantity} {l.unit} × {l.unit_price}
                    </td>
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Story({ year }: { year: TrialYear }) {
  const { t } = useText();
  return (
    <ol className="trial-story" aria-label={t("trial.story")}>
      {(year.states ?? []).map((s) => (
        <li key={s.on + s.state}>
          <span className="num">{s.on}</span> <StateTag kind="contract" state={s.state} />{" "}
          <span className="meta">{(s.reasons ?? []).map((r) => nameOf(reasonNames, r, t)).join("、")}</span>
        </li>
      ))}
    </ol>
  );
}
