import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Licence, licencesQuery, turnDownLicence, verifyLicence } from "@/api/licences";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { licenceKindNames, nameOf } from "@/ui/names";
import { Page } from "@/ui/Page";
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
      render: (l) => l.attachment_id && <AttachmentLink file={{ id: l.attachment_id, name: t("customer.licence.scan") }} />,
    },
    { key: "submitted", title: t("customer.licence.submittedAt"), render: (l) => <Instant at={l.submitted_at} /> },
    { key: "state", title: t("ui.state"), render: (l) => <StateTag kind="licence" state={l.state} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (l) => (
        <span className="row-actions">
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
        </span>
      ),
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
