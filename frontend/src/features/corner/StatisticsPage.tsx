import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useCallback } from "react";
import { type Statistics, statisticsQuery } from "@/api/corner";
import { type TextKey, useText } from "@/i18n";
import { Chart, type Colours } from "@/ui/Chart";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Figures, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";

const ways: readonly { value: string; text: TextKey }[] = [
  { value: "day", text: "statistics.day" },
  { value: "carrier", text: "statistics.carrier" },
  { value: "category", text: "statistics.category" },
];
const figures = ["submitted", "refused", "delivered", "failed", "parts"] as const;

/** What was sent in the last thirty days. */
export function StatisticsPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const by = params.by ?? "day";
  const query = useQuery({ ...statisticsQuery({ by }), placeholderData: keepPreviousData });
  return (
    <Page
      title={t("nav.statistics")}
      sub={query.data && <span className="num">{`${query.data.from} — ${query.data.to}`}</span>}
      actions={
        <Segmented
          aria-label={t("statistics.by")}
          value={by}
          options={ways.map((w) => ({ value: w.value, label: t(w.text) }))}
          onChange={(value) => set({ by: value === "day" ? undefined : value })}
        />
      }
    >
      <Loaded query={query}>{(s) => <Record statistics={s} />}</Loaded>
    </Page>
  );
}

function Record({ statistics: s }: { statistics: Statistics }) {
  const { t } = useText();
  const rows = (s.rows ?? []).filter((r) => r.submitted + r.delivered + r.failed > 0);
  return (
    <>
      <Figures items={figures.map((f) => ({ label: t(`statistics.${f}`), value: formatCount(s.total[f]) }))} />
      {rows.length === 0 ? (
        <Panel>
          <Empty why={t("statistics.empty")} />
        </Panel>
      ) : (
        <>
          <Panel title={t("statistics.chart")}>
            <Bars statistics={s} />
          </Panel>
          <Panel flush>
            <table className="table plain" aria-label={t("nav.statistics")}>
              <thead>
                <tr>
                  <th scope="col">{t(ways.find((w) => w.value === s.by)?.text ?? "statistics.day")}</th>
                  {figures.map((f) => (
                    <th key={f} scope="col" data-numeric>
                      {t(`statistics.${f}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((r) => (
                  <tr key={r.key}>
                    <td className="num">{r.key}</td>
                    {figures.map((f) => (
                      <td key={f} data-numeric>
                        {formatCount(r[f])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        </>
      )}
    </>
  );
}

function Bars({ statistics: s }: { statistics: Statistics }) {
  const { t } = useText();
  const option = useCallback(
    (colours: Colours) => {
      const rows = s.rows ?? [];
      const axis = {
        axisLine: { lineStyle: { color: colours.line } },
        axisLabel: { color: colours.quiet, hideOverlap: true },
        splitLine: { lineStyle: { color: colours.line } },
      };
      return {
        color: [colours.series[0] ?? colours.text, colours.series[5] ?? colours.text], // what failed is red, as everywhere
        textStyle: { color: colours.text, fontFamily: "inherit" },
        grid: { left: 12, right: 16, top: 36, bottom: 8, containLabel: true },
        legend: { top: 4, left: 8, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: colours.text } },
        tooltip: {
          trigger: "axis",
          backgroundColor: colours.panel,
          borderColor: colours.line,
          textStyle: { color: colours.text },
        },
        xAxis: { type: "category", data: rows.map((r) => r.key), ...axis },
        yAxis: { type: "value", minInterval: 1, ...axis },
        series: (["delivered", "failed"] as const).map((f) => ({
          type: "bar",
          stack: "all",
          barMaxWidth: 36,
          name: t(`statistics.${f}`),
          data: rows.map((r) => r[f]),
        })),
      };
    },
    [s, t],
  );
  return <Chart label={t("statistics.chart")} option={option} />;
}
