import { Link } from "@tanstack/react-router";
import { type Registration, registrationsQuery } from "@/api/registrations";
import { useText } from "@/i18n";
import { standing } from "@/parts/chain/ChainPicture";
import { carriers, kindNames, shown } from "@/parts/chain/names";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { optionsOf } from "@/ui/names";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { Due } from "./Due";

/** Registrations wherever they stand; those that have waited longest first. */
export function RegistrationsPage() {
  const { t } = useText();
  const columns: Column<Registration>[] = [
    { key: "kind", title: t("chain.kindLabel"), render: (r) => t(kindNames[r.kind]) },
    { key: "text", title: t("chain.what"), always: true, render: (r) => <Link to={`/registrations/${r.id}`}>{shown(r)}</Link> },
    {
      key: "customer",
      title: t("customer.one"),
      render: (r) => <Link to={`/customers/${r.customer_id}`}>{r.customer_name}</Link>,
    },
    { key: "state", title: t("chain.ours"), render: (r) => <StateTag kind="registration" state={r.state} /> },
    { key: "due", title: t("chain.due"), render: (r) => <Due record={r} /> },
    { key: "taken", title: t("chain.takenBy"), render: (r) => r.taken_by_name },
    {
      key: "filings",
      title: t("chain.filings"),
      render: (r) => {
        const accepted = carriers.filter((c) => standing(r, c)?.state === "accepted").length;
        return r.state === "approved" && <span className="num">{`${accepted} / ${carriers.length}`}</span>;
      },
    },
    { key: "submitted", title: t("customer.licence.submittedAt"), render: (r) => <Instant at={r.submitted_at} /> },
  ];
  return (
    <Page title={t("nav.registrations")}>
      <DataTable
        id="registrations"
        label={t("nav.registrations")}
        columns={columns}
        query={registrationsQuery}
        rowKey={(r) => r.id}
        href={(r) => `/registrations/${r.id}`}
        search={t("chain.search")}
        filters={[
          { key: "kind", label: t("chain.kindLabel"), options: optionsOf(kindNames, t) },
          { key: "state", label: t("ui.state"), options: stateOptions("registration", t) },
        ]}
        empty={{ why: t("chain.empty"), next: t("chain.emptyNext") }}
      />
    </Page>
  );
}
