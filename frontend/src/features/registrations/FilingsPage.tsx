import { useQuery } from "@tanstack/react-query";
import { Tabs } from "antd";
import { desksQuery, filingsQuery, type Sheet, sheetHref, sheetsQuery } from "@/api/registrations";
import { useText } from "@/i18n";
import { carrierNames, kindNames } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { nameOf, optionsOf } from "@/ui/names";
import { Page } from "@/ui/Page";
import { stateOptions } from "@/ui/states";
import { useUrlState } from "@/ui/url-state";
import { AnswerDialog } from "./AnswerDialog";
import { DeskCard } from "./DeskCard";
import { useFilingColumns } from "./filing-columns";
import "@/parts/chain/chain.css";

/** The carriers' desks: what waits to be filed, what went out, what they answered. */
export function FilingsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const desks = useQuery(desksQuery);
  const { columns, answering, close } = useFilingColumns();
  const register = (
    <DataTable
      id="filings"
      label={t("chain.filings")}
      columns={columns}
      query={filingsQuery}
      rowKey={(f) => f.id}
      filters={[
        { key: "carrier", label: t("chain.carrierLabel"), options: optionsOf(carrierNames, t) },
        { key: "kind", label: t("chain.kindLabel"), options: optionsOf(kindNames, t) },
        { key: "state", label: t("ui.state"), options: stateOptions("filing", t) },
        { key: "overdue", label: t("chain.desk.overdue"), options: [{ value: "true", label: t("chain.overdue") }] },
      ]}
      empty={{ why: t("chain.desk.noFilings") }}
    />
  );
  return (
    <Page title={t("chain.desk.title")}>
      <Loaded query={desks}>
        {(found) => (
          <div className="desk-cards">
            {(found.items ?? []).map((d) => (
              <DeskCard key={d.carrier} desk={d} />
            ))}
          </div>
        )}
      </Loaded>
      {can("filing.write") ? (
        <Tabs
          activeKey={params.tab ?? "filings"}
          onChange={(tab) => set({ tab }, { replace: true })}
          items={[
            { key: "filings", label: t("chain.filings"), children: register },
            { key: "sheets", label: t("chain.desk.sheets"), children: <Sheets /> },
          ]}
        />
      ) : (
        register
      )}
      <AnswerDialog filing={answering} onClose={close} />
    </Page>
  );
}

function Sheets() {
  const { t } = useText();
  const columns: Column<Sheet>[] = [
    { key: "number", title: t("chain.desk.sheet"), always: true, render: (s) => <code className="mono">{s.number}</code> },
    { key: "carrier", title: t("chain.carrierLabel"), render: (s) => nameOf(carrierNames, s.carrier, t) },
    { key: "kind", title: t("chain.kindLabel"), render: (s) => t(kindNames[s.kind]) },
    { key: "count", title: t("chain.desk.count"), numeric: true, render: (s) => s.count },
    { key: "answered", title: t("chain.desk.answered"), numeric: true, render: (s) => s.answered },
    { key: "made", title: t("chain.sentAt"), render: (s) => <Instant at={s.made_at} /> },
    { key: "due", title: t("chain.desk.dueOn"), render: (s) => <span className="num">{s.due_on}</span> },
    {
      key: "file",
      title: t("chain.desk.download"),
      always: true,
      render: (s) => (
        <a href={sheetHref(s.id)} title={t("chain.handler.logged")}>
          {t("chain.desk.download")}
        </a>
      ),
    },
  ];
  return (
    <DataTable
      embedded
      id="filing-sheets"
      label={t("chain.desk.sheets")}
      columns={columns}
      query={sheetsQuery}
      rowKey={(s) => s.id}
      empty={{ why: t("chain.desk.noSheets") }}
    />
  );
}
