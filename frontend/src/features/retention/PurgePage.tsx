import { useQuery } from "@tanstack/react-query";
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { type KeyState, type Purge, planQuery, purgesQuery } from "@/api/evidence";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Empty, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";

/** What is to be purged and when, what keeps it, and what is gone. */
export function PurgePage() {
  const { t } = useText();
  const today = useBusinessDay();
  const [on, setOn] = useState<string>();
  const plan = useQuery(planQuery(on ?? today));
  const columns: Column<Purge>[] = [
    { key: "on", title: t("keeping.due"), always: true, render: (p) => <span className="num">{p.on}</span> },
    { key: "customer", title: t("customer.one"), render: (p) => p.customer_name || t("keeping.ours") },
    { key: "month", title: t("keeping.month"), render: (p) => <span className="num">{p.month}</span> },
    { key: "rule", title: t("keeping.rule"), render: (p) => t(`keeping.rules.${p.rule}`) },
    { key: "messages", title: t("keeping.messages"), numeric: true, render: (p) => p.messages.toLocaleString() },
    { key: "at", title: t("keeping.purgedAt"), render: (p) => <Instant at={p.purged_at} precision="second" /> },
    {
      key: "cleared",
      title: t("keeping.cleared"),
      render: (p) => (
        <>
          <Instant at={p.cleared_at} precision="second" /> <span className="meta num">{p.objects}</span>
        </>
      ),
    },
  ];
  return (
    <Page
      title={t("keeping.purge")}
      actions={
        <DatePicker
          aria-label={t("keeping.asOf")}
          value={dayjs(on ?? today)}
          onChange={(d) => setOn(d?.format("YYYY-MM-DD"))}
          allowClear={false}
        />
      }
    >
      <Panel flush title={t("keeping.plan")}>
        <p className="meta" style={{ padding: "12px 16px" }}>
          {t("keeping.planHint")}
        </p>
        <Loaded query={plan}>{(p) => <Plan items={p.items ?? []} />}</Loaded>
      </Panel>
      <section aria-label={t("keeping.report")}>
        <h2>{t("keeping.report")}</h2>
        <DataTable
          id="purges"
          label={t("keeping.report")}
          columns={columns}
          query={purgesQuery}
          rowKey={(p) => p.id}
          empty={{ why: t("keeping.noPurges"), next: t("keeping.noPurgesNext") }}
        />
      </section>
    </Page>
  );
}

function Plan({ items }: { items: readonly KeyState[] }) {
  const { t } = useText();
  if (items.length === 0) return <Empty why={t("keeping.noPlan")} />;
  return (
    <table className="table" aria-label={t("keeping.plan")}>
      <thead>
        <tr>
          <th scope="col">{t("keeping.due")}</th>
          <th scope="col">{t("ui.state")}</th>
          <th scope="col">{t("customer.one")}</th>
          <th scope="col">{t("keeping.month")}</th>
          <th scope="col" data-numeric>
            {t("keeping.messages")}
          </th>
          <th scope="col">{t("keeping.lastUse")}</th>
          <th scope="col">{t("keeping.rule")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((k) => (
          <tr key={`${k.customer_id}-${k.month}`}>
            <td className="num">{k.due_on}</td>
            <td>
              <StateTag kind="purge" state={k.state} /> <span className="meta num">{(k.holds ?? []).join(" ")}</span>
            </td>
            <td>{k.customer_id ? k.customer_name : <span className="meta">{t("keeping.ours")}</span>}</td>
            <td className="num">{k.month}</td>
            <td data-numeric>{k.messages.toLocaleString()}</td>
            <td className="num">{k.last_use}</td>
            <td>{t(`keeping.rules.${k.rule}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
