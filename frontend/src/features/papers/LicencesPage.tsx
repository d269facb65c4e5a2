import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Licence, licencesQuery, turnDownLicence, verifyLicence } from "@/api/licences";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { licenceKindNames, nameOf } from "@/ui/names";
import { Facts, Page } from "@/ui/Page";
import { ScanButton } from "@/ui/ScanButton";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { RefuseDialog } from "./RefuseDialog";

/** Licences wherever they stand; those that wait for compliance first. */
export function LicencesPage() {
  const { t } = useText();
  const [refusing, setRefusing] = useState<{ id: string; action: "refuse" | "revoke" } | null>(null);
  const verify = useAct(verifyLicence, { done: t("desk.verified") });
  const refuse = useAct(turnDownLicence, { done: t("desk.refused"), quiet: true, onDone: () => setRefusing(null) });
  const acts = (l: Licence) => (
    <>
      {allows(l, "verify") && (
        <Button
          size="small"
          type="primary"
          loading={verify.isPending && verify.variables?.id === l.id}
          onClick={() => verify.mutate({ id: l.id })}
        >
          {t("desk.verify")}
        </Button>
      )}
      {allows(l, "refuse") && (
        <Button size="small" danger onClick={() => setRefusing({ id: l.id, action: "refuse" })}>
          {t("desk.refuse")}
        </Button>
      )}
      {allows(l, "revoke") && (
        <Button size="small" danger onClick={() => setRefusing({ id: l.id, action: "revoke" })}>
          {t("desk.revoke")}
        </Button>
      )}
    </>
  );
  const columns: Column<Licence>[] = [
    {
      key: "customer",
      title: t("customer.one"),
      always: true,
      render: (l) => <Link to={`/customers/${l.customer_id}`}>{l.customer_name}</Link>,
    },
    { key: "kind", title: t("customer.licence.kind"), render: (l) => nameOf(licenceKindNames, l.kind, t) },
    { key: "number", title: t("customer.licence.number"), render: (l) => <span className="num">{l.number}</span> },
    { key: "issuer", title: t("customer.licence.issuer"), render: (l) => l.issuer },
    {
      key: "valid",
      title: t("customer.licence.valid"),
      render: (l) => (
        <span className="num">
          {l.valid_from} – {l.valid_to || t("customer.licence.longTerm")}
        </span>
      ),
    },
    {
      key: "scan",
      title: t("customer.licence.scan"),
      render: (l) =>
        l.attachment_id && (
          <ScanButton
            id={l.attachment_id}
            label={nameOf(licenceKindNames, l.kind, t)}
            entered={<Entered licence={l} />}
            acts={acts(l)}
          />
        ),
    },
    { key: "submitted", title: t("customer.licence.submittedAt"), render: (l) => <Instant at={l.submitted_at} /> },
    { key: "state", title: t("ui.state"), render: (l) => <StateTag kind="licence" state={l.state} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (l) => <span className="row-actions">{acts(l)}</span>,
    },
  ];
  return (
    <Page title={t("nav.licences")}>
      <DataTable
        id="licences"
        label={t("nav.licences")}
        columns={columns}
        query={licencesQuery}
        rowKey={(l) => l.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("licence", t) }]}
        empty={{ why: t("desk.empty"), next: t("desk.emptyNext") }}
      />
      <RefuseDialog
        open={refusing !== null}
        busy={refuse.isPending}
        error={refuse.error}
        onRefuse={(reason) => refusing && refuse.mutate({ ...refusing, reason })}
        onClose={() => setRefusing(null)}
      />
    </Page>
  );
}

/** What was entered, to be compared with the scan beside it. */
function Entered({ licence: l }: { licence: Licence }) {
  const { t } = useText();
  return (
    <Facts
      columns={1}
      items={[
        { label: t("customer.one"), value: l.customer_name },
        { label: t("customer.licence.kind"), value: nameOf(licenceKindNames, l.kind, t) },
        { label: t("customer.licence.number"), value: <span className="num">{l.number}</span> },
        { label: t("customer.licence.issuer"), value: l.issuer },
        {
          label: t("customer.licence.valid"),
          value: <span className="num">{`${l.valid_from} – ${l.valid_to || t("customer.licence.longTerm")}`}</span>,
        },
      ]}
    />
  );
}
