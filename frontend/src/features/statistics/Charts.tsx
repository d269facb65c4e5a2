import { useCallback } from "react";
import type { StatisticsRow } from "@/api/statistics";
import { useText } from "@/i18n";
import { Chart, type Colours } from "@/ui/Chart";

const drawn = ["delivered", "failed", "unknown"] as const;
/** Green is well, red is not, grey is open: as everywhere. */
const colourOf = (c: Colours) => [c.series[1], c.series[5], c.series[6]].map((x) => x ?? c.text);
/** More bars than this can't be told apart; the table has all. */
const most = 12;

function frame(c: Colours) {
  const axis = {
    axisLine: { lineStyle: { color: c.line } },
    axisTick: { show: false },
    axisLabel: { color: c.quiet, hideOverlap: true },
    splitLine: { lineStyle: { color: c.line } },
  };
  return {
    axis,
    base: {
      color: colourOf(c),
      textStyle: { color: c.text, fontFamily: "inherit" },
      grid: { left: 12, right: 20, top: 36, bottom: 8, containLabel: true },
      legend: { top: 4, left: 8, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: c.text } },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        backgroundColor: c.panel,
        borderColor: c.line,
        textStyle: { color: c.text },
      },
    },
  };
}

const amount = (n: number) => (n >= 100_000_000 ? `${n / 100_000_000}亿` : n >= 10_000 ? `${n / 10_000}万` : String(n));

/** What became of messages over time. */
export function Course({ rows, label }: { rows: readonly StatisticsRow[]; label: string }) {
  const { t } = useText();
  const option = useCallback(
    (c: Colours) => {
      const { axis, base } = frame(c);
      const values = { color: c.quiet, formatter: amount };
      return {
        ...base,
        xAxis: { type: "category", data: rows.map((r) => r.key), ...axis },
        yAxis: { type: "value", minInterval: 1, ...axis, axisLabel: values },
        series: drawn.map((f) => ({
          type: "bar",
          stack: "all",
          barMaxWidth: 28,
          name: t(`statistics.figure.${f}`),
          data: rows.map((r) => r[f]),
        })),
      };
    },
    [rows, t],
  );
  return <Chart label={label} option={option} />;
}

/** The largest groups against each other. */
export function Largest({
  rows,
  label,
  nameOf,
}: {
  rows: readonly StatisticsRow[];
  label: string;
  nameOf: (row: StatisticsRow) => string;
}) {
  const { t } = useText();
  const option = useCallback(
    (c: Colours) => {
      const { axis, base } = frame(c);
      const top = rows.slice(0, most).reverse(); // the first stands on top
      return {
        ...base,
        xAxis: { type: "value", minInterval: 1, ...axis, axisLabel: { color: c.quiet, formatter: amount, hideOverlap: true } },
        yAxis: {
          type: "category",
          data: top.map(nameOf),
          ...axis,
          axisLabel: { color: c.quiet, width: 130, overflow: "truncate" },
        },
        series: drawn.map((f) => ({
          type: "bar",
          stack: "all",
          barMaxWidth: 18,
          name: t(`statistics.figure.${f}`),
          data: top.map((r) => r[f]),
        })),
      };
    },
    [rows, t, nameOf],
  );
  return <Chart label={label} option={option} />;
}
