import { Link } from "@tanstack/react-router";
import { type Appeal, appealsQuery } from "@/api/complaints";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";

/** What customers object to. */
export function AppealsPage() {
  const { t } = useText();
  const { session } = useSession();
  const own = Boolean(session.user.customer_id);
  const columns: Column<Appeal>[] = [
    {
      key: "number",
      title: t("complaint.number"),
      always: true,
      render: (a) => (
        <Link className="num" to={`/appeals/${a.id}`}>
          {a.number}
        </Link>
      ),
    },
    { key: "state", title: t("ui.state"), render: (a) => <StateTag kind="appeal" state={a.state} /> },
    ...(own ? [] : [{ key: "customer", title: t("customer.one"), render: (a: Appeal) => a.customer_name }]),
    { key: "matter", title: t("appeal.matter"), render: (a) => a.title },
    { key: "decider", title: t("appeal.decider"), render: (a) => a.decider_name || t("appeal.system") },
    { key: "due", title: t("appeal.dueOn"), render: (a) => <span className="num">{a.due_on}</span> },
    { key: "judge", title: t("appeal.decidedBy"), render: (a) => a.decided_by_name },
  ];
  return (
    <Page title={t("nav.appeals")}>
      <DataTable
        id="appeals"
        label={t("nav.appeals")}
        columns={columns}
        query={appealsQuery}
        rowKey={(a) => a.id}
        href={(a) => `/appeals/${a.id}`}
        search={t("appeal.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("appeal", t), width: 180 }]}
        empty={{ why: t("appeal.empty"), next: t("appeal.emptyNext") }}
      />
    </Page>
  );
}
