import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { approveSignature, refuseSignature, type Signature, signaturesQuery } from "@/api/signatures";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { RefuseDialog } from "./RefuseDialog";

/** Signatures wherever they stand. */
export function SignaturesPage() {
  const { t } = useText();
  const [refusing, setRefusing] = useState<string | null>(null);
  const approve = useAct(approveSignature, { done: t("desk.approved") });
  const refuse = useAct(refuseSignature, { done: t("desk.refused"), quiet: true, onDone: () => setRefusing(null) });
  const columns: Column<Signature>[] = [
    { key: "text", title: t("customer.signature.text"), always: true, render: (s) => `【${s.text}】` },
    {
      key: "customer",
      title: t("customer.one"),
      render: (s) => <Link to={`/customers/${s.customer_id}`}>{s.customer_name}</Link>,
    },
    {
      key: "proof",
      title: t("customer.signature.proof"),
      render: (s) =>
        s.proof_attachment_id && <AttachmentLink file={{ id: s.proof_attachment_id, name: t("customer.signature.proof") }} />,
    },
    { key: "submitted", title: t("customer.licence.submittedAt"), render: (s) => <Instant at={s.submitted_at} /> },
    { key: "by", title: t("ui.by"), render: (s) => s.submitted_by_name },
    { key: "state", title: t("ui.state"), render: (s) => <StateTag kind="signature" state={s.state} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (s) => (
        <span className="row-actions">
          {allows(s, "approve") && (
            <Button
              size="small"
              type="primary"
              loading={approve.isPending && approve.variables?.id === s.id}
              onClick={() => approve.mutate({ id: s.id })}
            >
              {t("desk.approve")}
            </Button>
          )}
          {allows(s, "refuse") && (
            <Button size="small" danger onClick={() => setRefusing(s.id)}>
              {t("desk.refuse")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Page title={t("nav.signatures")}>
      <DataTable
        id="signatures"
        label={t("nav.signatures")}
        columns={columns}
        query={signaturesQuery}
        rowKey={(s) => s.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("signature", t) }]}
        empty={{ why: t("desk.emptySignatures"), next: t("desk.emptyNext") }}
      />
      <RefuseDialog
        open={refusing !== null}
        busy={refuse.isPending}
        error={refuse.error}
        onRefuse={(reason) => refusing && refuse.mutate({ id: refusing, reason })}
        onClose={() => setRefusing(null)}
      />
    </Page>
  );
}
