import { useCallback } from "react";
import type { Report } from "@/api/reports";
import { useText } from "@/i18n";
import { Chart, type Colours } from "@/ui/Chart";
import { formatYuan } from "@/ui/money";

/** More bars than this can't be told apart; the table has all rows. */
const most = 24;

/** The picture of a report: bars over its rows, one series for each column that is drawn. */
export function ReportChart({ report, label }: { report: Report; label: string }) {
  const { pick } = useText();
  const option = useCallback(
    (colours: Colours) => {
      const columns = report.columns ?? [];
      const rows = (report.rows ?? []).slice(0, most);
      const x = columns.findIndex((c) => c.key === report.chart.x);
      const axis = {
        axisLine: { lineStyle: { color: colours.line } },
        axisLabel: { color: colours.quiet, hideOverlap: true },
        splitLine: { lineStyle: { color: colours.line } },
      };
      return {
        color: [...colours.series],
        textStyle: { color: colours.text, fontFamily: "inherit" },
        grid: { left: 12, right: 16, top: 36, bottom: 8, containLabel: true },
        legend: {
          top: 4,
          left: 8,
          icon: "roundRect",
          itemWidth: 10,
          itemHeight: 10,
          textStyle: { color: colours.text },
          type: "plain",
        },
        tooltip: {
          trigger: "axis",
          axisPointer: { type: "shadow" },
          backgroundColor: colours.panel,
          borderColor: colours.line,
          textStyle: { color: colours.text },
          valueFormatter: (fen: number) => formatYuan(fen),
        },
        xAxis: { type: "category", data: rows.map((r) => r.cells?.[x]?.text ?? ""), ...axis },
        yAxis: { type: "value", ...axis, axisLabel: { color: colours.quiet, formatter: (fen: number) => short(fen) } },
        series: (report.chart.series ?? []).map((key) => {
          const i = columns.findIndex((c) => c.key === key);
          return {
            type: "bar",
            name: pick(columns[i]?.title, columns[i]?.title_en),
            stack: report.chart.kind === "stacked" ? "all" : undefined,
            barMaxWidth: 36,
            data: rows.map((r) => r.cells?.[i]?.number ?? 0),
          };
        }),
      };
    },
    [report, pick],
  );
  return <Chart label={label} option={option} />;
}

/** Axis labels need no cents: 1,234.00 → 1.2k, in yuan. */
export function short(fen: number): string {
  const yuan = fen / 100;
  const size = Math.abs(yuan);
  if (size >= 100_000_000) return `${round(yuan / 100_000_000)}亿`;
  if (size >= 10_000) return `${round(yuan / 10_000)}万`;
  return round(yuan);
}

const round = (n: number) => String(Math.round(n * 10) / 10);
