import { useCallback } from "react";
import type { StatisticsRow } from "@/api/statistics";
import { type Lang, useText } from "@/i18n";
import { Chart, type Colours } from "@/ui/Chart";
import { formatCount } from "@/ui/money";

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
        valueFormatter: (n: unknown) => formatCount(Number(n)),
        backgroundColor: c.panel,
        borderColor: c.line,
        textStyle: { color: c.text },
      },
    },
  };
}

/** Figures at an axis are short, in the language's own way: 2.5万, 25K. */
const shortOf = (lang: Lang) => {
  const short = new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 2 });
  return (n: number) => (n < 10_000 ? formatCount(n) : short.format(n));
};

/** What became of messages over time. */
export function Course({ rows, label }: { rows: readonly StatisticsRow[]; label: string }) {
  const { t, lang } = useText();
  const option = useCallback(
    (c: Colours) => {
      const { axis, base } = frame(c);
      const values = { color: c.quiet, formatter: shortOf(lang) };
      return {
        ...base,
        grid: { ...base.grid, top: 58 },
        xAxis: { type: "category", data: rows.map((r) => r.key), ...axis },
        yAxis: {
          type: "value",
          minInterval: 1,
          ...axis,
          axisLabel: values,
          name: t("statistics.unit"),
          nameGap: 10,
          nameTextStyle: { color: c.quiet, align: "right" },
        },
        series: drawn.map((f) => ({
          type: "bar",
          stack: "all",
          barMaxWidth: 28,
          name: t(`statistics.figure.${f}`),
          data: rows.map((r) => r[f]),
        })),
      };
    },
    [rows, t, lang],
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
  const { t, lang } = useText();
  const option = useCallback(
    (c: Colours) => {
      const { axis, base } = frame(c);
      const top = rows.slice(0, most).reverse(); // the first stands on top
      return {
        ...base,
        grid: { ...base.grid, bottom: 30 },
        xAxis: {
          type: "value",
          minInterval: 1,
          ...axis,
          axisLabel: { color: c.quiet, formatter: shortOf(lang), hideOverlap: true },
          name: t("statistics.unit"),
          nameLocation: "middle",
          nameGap: 28,
          nameTextStyle: { color: c.quiet },
        },
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
    [rows, t, lang, nameOf],
  );
  return <Chart label={label} option={option} />;
}
