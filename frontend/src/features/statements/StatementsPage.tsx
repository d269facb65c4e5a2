import { Link } from "@tanstack/react-router";
import { type StatementRow, statementsQuery } from "@/api/statements";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";

export function StatementsPage() {
  const { t } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  const columns: Column<StatementRow>[] = [
    {
      key: "number",
      title: t("statement.number"),
      always: true,
      render: (s) => (
        <Link className="num" to={`/statements/${s.id}`}>
          {s.number}
        </Link>
      ),
    },
    { key: "customer", title: t("customer.one"), render: (s) => s.customer_name },
    {
      key: "contract",
      title: t("contract.one"),
      render: (s) => (
        <Link className="num" to={`/contracts/${s.contract_id}`}>
          {s.contract_number}
        </Link>
      ),
    },
    { key: "period", title: t("statement.period"), render: (s) => <span className="num">{s.period}</span> },
    { key: "state", title: t("ui.state"), render: (s) => <StateTag kind="statement" state={s.state} /> },
    { key: "used", title: t("statement.used"), numeric: true, render: (s) => formatCount(s.used_parts) },
    { key: "brought", title: t("statement.brought") + unit, numeric: true, render: (s) => <Money fen={s.brought_fen} /> },
    { key: "carried", title: t("statement.carried") + unit, numeric: true, render: (s) => <Money fen={s.carried_fen} /> },
    { key: "fresh", title: t("statement.fresh") + unit, numeric: true, render: (s) => <Money fen={s.new_fen} /> },
  ];
  return (
    <Page title={t("nav.statements")}>
      <DataTable
        id="statements"
        label={t("nav.statements")}
        columns={columns}
        query={statementsQuery}
        rowKey={(s) => s.id}
        href={(s) => `/statements/${s.id}`}
        search={t("statement.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("statement", t) }]}
        empty={{ why: t("statement.empty"), next: t("statement.emptyNext") }}
      />
    </Page>
  );
}
