import { DownloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Dropdown, Segmented } from "antd";
import { useCallback, useState } from "react";
import { type Statistics, type StatisticsRow, statisticsFile, statisticsQuery } from "@/api/statistics";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { carrierNames } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf as wordFor } from "@/ui/names";
import { Empty, Figures, Page, Panel } from "@/ui/Page";
import { type SetParams, useUrlState } from "@/ui/url-state";
import { Course, Largest } from "./Charts";
import { Filters } from "./Filters";
import { Rows } from "./Rows";
import { meanings, shareOf, type Way, waysOf } from "./ways";

/** What was submitted, refused, sent and delivered (A20): a customer's own, or everything that our people may see. */
export function StatisticsPage() {
  const { t } = useText();
  const own = Boolean(useSession().session.user.customer_id);
  const [params, set] = useUrlState();
  const [format, setFormat] = useState<"csv" | "xlsx" | null>(null);
  const ways = waysOf(own);
  const by = ways.find((w) => w === params.by) ?? "day";
  const asked = { ...params, by };
  const query = useQuery({ ...statisticsQuery(asked), placeholderData: keepPreviousData });
  return (
    <Page
      title={t("nav.statistics")}
      sub={query.data && <span className="num">{`${query.data.from} — ${query.data.to}`}</span>}
      actions={
        <Dropdown.Button
          icon={<DownloadOutlined />}
          onClick={() => setFormat("xlsx")}
          menu={{
            items: [
              { key: "xlsx", label: "XLSX" },
              { key: "csv", label: "CSV" },
            ],
            onClick: ({ key }) => setFormat(key === "csv" ? "csv" : "xlsx"),
          }}
        >
          {t("statistics.export")}
        </Dropdown.Button>
      }
    >
      <Filters params={params} set={set} own={own} shown={query.data} />
      <Segmented
        aria-label={t("statistics.by.label")}
        value={by}
        options={ways.map((w) => ({ value: w, label: t(`statistics.by.${w}`) }))}
        onChange={(value) => set({ by: value === "day" ? undefined : value })}
      />
      <Loaded query={query}>{(s) => <Record of={s} by={by} own={own} set={set} />}</Loaded>
      <AskReason
        open={format !== null}
        title={t("statistics.export")}
        label={t("statistics.purpose")}
        hint={t("statistics.purposeHint")}
        confirm={t("statistics.export")}
        most={200}
        onAct={(purpose) => {
          if (format) window.location.assign(statisticsFile(format, purpose, asked));
          setFormat(null);
        }}
        onClose={() => setFormat(null)}
      />
    </Page>
  );
}

/** The word for a row's key. */
function useNames(by: Way) {
  const { t } = useText();
  return useCallback(
    (r: StatisticsRow): string => {
      switch (by) {
        case "carrier":
          return r.key === "" ? t("statistics.unknownCarrier") : wordFor(carrierNames, r.key, t);
        case "category":
          return wordFor(categoryNames, r.key, t);
        case "code":
          return [r.key || "—", wordFor(meanings, r.name, t)].join(" · ");
        default:
          return r.name || r.key;
      }
    },
    [by, t],
  );
}

function Record({ of: s, by, own, set }: { of: Statistics; by: Way; own: boolean; set: SetParams }) {
  const { t } = useText();
  const nameOf = useNames(by);
  const { total } = s;
  if (total.submitted + total.sent + total.delivered + total.failed + total.unknown === 0)
    return (
      <Panel>
        <Empty why={t("statistics.empty")} next={t("statistics.emptyNext")} />
      </Panel>
    );
  const timed = by === "day" || by === "month";
  // Beside what was delivered no cause of failure could be seen.
  const compared = (s.rows ?? []).filter((r) => by !== "code" || r.failed + r.unknown > 0);
  const of = t(by === "code" ? "statistics.causes" : `statistics.by.${by}`);
  const figure = (f: "submitted" | "approved" | "parts") => ({
    label: t(`statistics.figure.${f}`),
    value: formatCount(total[f]),
  });
  const noted = (f: "refused" | "sent" | "failed" | "unknown") => ({
    label: t(`statistics.figure.${f}`),
    value: formatCount(total[f]),
    note: t(`statistics.hint.${f}`),
  });
  return (
    <>
      <Figures
        items={[
          ...(s.intake ? [figure("submitted"), noted("refused"), figure("approved")] : []),
          noted("sent"),
          {
            label: t("statistics.figure.delivered"),
            value: formatCount(total.delivered),
            note: <span title={t("statistics.hint.share")}>{`${t("statistics.figure.share")} ${shareOf(total)}`}</span>,
          },
          noted("failed"),
          noted("unknown"),
          ...(s.intake ? [] : [figure("parts")]),
        ]}
      />
      <Panel title={t("statistics.chart")}>
        <Course rows={s.over ?? []} label={t("statistics.chart")} />
      </Panel>
      {!timed && compared.length > 0 && (
        <Panel title={of}>
          <Largest rows={compared} label={of} nameOf={nameOf} />
        </Panel>
      )}
      <Rows of={s} by={by} own={own} set={set} nameOf={nameOf} />
    </>
  );
}
