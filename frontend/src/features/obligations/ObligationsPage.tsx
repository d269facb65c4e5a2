import { CalendarOutlined, LeftOutlined, RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { icsHref, type Obligation, type ObligationKind, obligationsQuery } from "@/api/obligations";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { LinkTo } from "@/ui/LinkTo";
import { Loaded } from "@/ui/Loading";
import { Empty, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { MonthGrid } from "./MonthGrid";
import "./obligations.css";

const kinds: readonly ObligationKind[] = [
  "expiry",
  "renewal",
  "objection",
  "negotiation",
  "cure",
  "ending",
  "price",
  "terms",
  "force",
  "deposit",
  "answer",
  "licence",
  "confidential",
];

/** What falls due, as a list of a year or month by month; the choice stands in the address. */
export function ObligationsPage() {
  const { t } = useText();
  const today = useBusinessDay();
  const [params, set] = useUrlState();
  const view = params.view === "month" ? "month" : "list";
  const month = params.month ?? today.slice(0, 7);
  const first = dayjs(`${month}-01`);
  const span =
    view === "month"
      ? { from: first.format("YYYY-MM-DD"), to: first.endOf("month").format("YYYY-MM-DD") }
      : { from: today, to: dayjs(today).add(1, "year").format("YYYY-MM-DD") };
  const filter = { ...span, ...(params.owner && { owner: params.owner }), ...(params.kinds && { kinds: params.kinds }) };
  const query = useQuery(obligationsQuery(filter));
  const all = useQuery(obligationsQuery(span)); // for the names of owners, whoever is chosen
  const owners = new Map((all.data?.items ?? []).map((o) => [o.owner_id, o.owner_name ?? o.owner_id]));
  const go = (n: number) => set({ month: first.add(n, "month").format("YYYY-MM") }, { replace: true });
  return (
    <Page
      title={t("nav.obligations")}
      actions={
        <Button icon={<CalendarOutlined />} href={icsHref(filter)}>
          {t("obligation.ics")}
        </Button>
      }
    >
      <div className="due-bar">
        <Segmented
          value={view}
          onChange={(v) => set({ view: v }, { replace: true })}
          options={[
            { value: "list", label: t("obligation.list") },
            { value: "month", label: t("obligation.month") },
          ]}
        />
        <Select
          aria-label={t("obligation.owner")}
          allowClear
          placeholder={t("obligation.allOwners")}
          value={params.owner || undefined}
          onChange={(owner) => set({ owner }, { replace: true })}
          options={[...owners].map(([value, label]) => ({ value, label }))}
          style={{ minWidth: 160 }}
        />
        <Select
          aria-label={t("obligation.kinds")}
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          placeholder={t("obligation.kinds")}
          value={params.kinds ? params.kinds.split(",") : []}
          onChange={(v: string[]) => set({ kinds: v.join(",") || undefined }, { replace: true })}
          options={kinds.map((value) => ({ value, label: t(`obligation.kind.${value}`) }))}
          style={{ minWidth: 220 }}
        />
        {view === "month" && (
          <span className="due-month">
            <Button icon={<LeftOutlined />} aria-label={t("obligation.before")} onClick={() => go(-1)} />
            <strong className="num">{month}</strong>
            <Button icon={<RightOutlined />} aria-label={t("obligation.after")} onClick={() => go(1)} />
          </span>
        )}
      </div>
      <Panel flush>
        <Loaded query={query} rows={8}>
          {(data) =>
            view === "month" ? (
              <MonthGrid month={month} today={today} entries={data.items ?? []} />
            ) : data.items?.length ? (
              <DueList rows={data.items} />
            ) : (
              <Empty why={t("obligation.empty")} />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

function DueList({ rows }: { rows: readonly Obligation[] }) {
  const { t, pick } = useText();
  return (
    <table className="table due-list" aria-label={t("obligation.title")}>
      <thead>
        <tr>
          <th scope="col">{t("obligation.on")}</th>
          <th scope="col">{t("obligation.kinds")}</th>
          <th scope="col">{t("contract.customer")}</th>
          <th scope="col">{t("life.number")}</th>
          <th scope="col">{t("life.what")}</th>
          <th scope="col">{t("obligation.owner")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((o) => (
          <tr key={o.id}>
            <td className="num">{o.on}</td>
            <td>
              <span className="due-kind" data-kind={o.kind}>
                {t(`obligation.kind.${o.kind}`)}
              </span>
            </td>
            <td>{o.customer_name}</td>
            <td className="num">
              <LinkTo href={o.link}>{o.number}</LinkTo>
            </td>
            <td>{pick(o.detail, o.detail_en)}</td>
            <td>{o.owner_name}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
