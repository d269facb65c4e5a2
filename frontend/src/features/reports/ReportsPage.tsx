import { DownloadOutlined, FilePdfOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Select, Tabs } from "antd";
import dayjs from "dayjs";
import {
  type Report,
  type ReportAsk,
  type ReportCell,
  type ReportColumn,
  reportFile,
  reportQuery,
  reportsQuery,
} from "@/api/reports";
import { type TextKey, useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Empty, Page, Panel } from "@/ui/Page";
import { formatInstant } from "@/ui/time";
import { useUrlState } from "@/ui/url-state";
import { ReportChart } from "./ReportChart";

const groupings: Readonly<Record<string, TextKey>> = { kind: "report.kind", owner: "report.owner", charge: "report.charge" };

/** The reports of money: one at a time, with its picture, its figures, and the files. Which one and what it covers stands in the address. */
export function ReportsPage() {
  const { t, pick } = useText();
  const [params, set] = useUrlState();
  const offered = useQuery(reportsQuery);
  return (
    <Page title={t("nav.reports")}>
      <Loaded query={offered}>
        {({ items }) => {
          const reports = items ?? [];
          const one = reports.find((r) => r.key === params.tab) ?? reports[0];
          if (!one) return null;
          const ask: ReportAsk = {
            ...(one.months ? { from: params.from, to: params.to } : {}),
            ...(one.by?.length ? { by: params.by } : {}),
          };
          return (
            <>
              <Tabs
                activeKey={one.key}
                onChange={(tab) => set({ tab, by: undefined }, { replace: true })}
                items={reports.map((r) => ({ key: r.key, label: pick(r.title, r.title_en) }))}
              />
              <div className="actions">
                {one.months && (
                  <DatePicker.RangePicker
                    picker="month"
                    allowEmpty={[true, true]}
                    placeholder={[t("report.from"), t("report.to")]}
                    value={[params.from ? dayjs(params.from) : null, params.to ? dayjs(params.to) : null]}
                    onChange={(range) => set({ from: range?.[0]?.format("YYYY-MM"), to: range?.[1]?.format("YYYY-MM") })}
                  />
                )}
                {!!one.by?.length && (
                  <Select
                    aria-label={t("report.by")}
                    style={{ minWidth: 140 }}
                    value={params.by ?? one.by[0]}
                    options={one.by.map((value) => ({ value, label: groupings[value] ? t(groupings[value]) : value }))}
                    onChange={(by) => set({ by })}
                  />
                )}
                <span className="grow" />
                <Button icon={<DownloadOutlined />} href={reportFile(one.key, "xlsx", ask)}>
                  {t("report.xlsx")}
                </Button>
                <Button icon={<FilePdfOutlined />} href={reportFile(one.key, "pdf", ask)} target="_blank">
                  {t("report.pdf")}
                </Button>
              </div>
              <One name={one.key} ask={ask} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function One({ name, ask }: { name: string; ask: ReportAsk }) {
  const query = useQuery({ ...reportQuery(name, ask), placeholderData: keepPreviousData });
  return <Loaded query={query}>{(report) => <Figures report={report} />}</Loaded>;
}

function Figures({ report }: { report: Report }) {
  const { t, pick } = useText();
  const title = pick(report.title, report.title_en);
  const columns = report.columns ?? [];
  const rows = report.rows ?? [];
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <Panel flush title={title} extra={<span className="meta">{t("report.asOf", { at: formatInstant(report.as_of) })}</span>}>
      <p className="panel-note">{pick(report.note, report.note_en)}</p>
      {rows.length === 0 ? (
        <Empty why={t("report.empty")} next={t("report.emptyNext")} />
      ) : (
        <>
          {report.chart.kind !== "none" && <ReportChart report={report} label={t("report.chart", { title })} />}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is moved by the keyboard too */}
          <section className="scroll-x" aria-label={title} tabIndex={0}>
            <table className="table" aria-label={title}>
              <thead>
                <tr>
                  {columns.map((c) => (
                    <th key={c.key} scope="col" data-numeric={isNumber(c) || undefined}>
                      {pick(c.title, c.title_en)}
                      {c.kind === "fen" && unit}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows of a report have no identity of their own
                  <tr key={i}>
                    {columns.map((c, n) => (
                      <td key={c.key} data-numeric={isNumber(c) || undefined}>
                        <Value cell={row.cells?.[n]} column={c} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
              {!!report.totals?.length && (
                <tfoot>
                  <tr>
                    {columns.map((c, n) => (
                      <td key={c.key} data-numeric={isNumber(c) || undefined}>
                        <Value cell={report.totals?.[n]} column={c} blank />
                      </td>
                    ))}
                  </tr>
                </tfoot>
              )}
            </table>
          </section>
          {report.count > rows.length && (
            <p className="panel-note">{t("report.cut", { all: formatCount(report.count), shown: formatCount(rows.length) })}</p>
          )}
        </>
      )}
    </Panel>
  );
}

const isNumber = (c: ReportColumn) => c.kind === "fen" || c.kind === "count";

function Value({ cell, column, blank }: { cell: ReportCell | undefined; column: ReportColumn; blank?: boolean }) {
  const { pick } = useText();
  if (cell?.number !== undefined)
    return column.kind === "fen" ? <Money fen={cell.number} /> : <span className="num">{formatCount(cell.number)}</span>;
  const text = pick(cell?.text, cell?.text_en);
  if (!text) return blank ? null : <span className="meta">—</span>;
  if (cell?.link) return <Link to={cell.link}>{text}</Link>;
  return column.kind === "date" ? <span className="num">{text}</span> : text;
}
