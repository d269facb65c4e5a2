import { Link } from "@tanstack/react-router";
import { type Complaint, complaintsQuery } from "@/api/complaints";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { Due } from "./Due";

/** The tickets, the newest first. */
export function ComplaintsTab() {
  const { t } = useText();
  const { session } = useSession();
  const own = Boolean(session.user.customer_id);
  const all: (Column<Complaint> & { ours?: boolean })[] = [
    {
      key: "number",
      title: t("complaint.number"),
      always: true,
      render: (c) => (
        <Link className="num" to={`/complaints/${c.id}`}>
          {c.number}
        </Link>
      ),
    },
    { key: "state", title: t("ui.state"), render: (c) => <StateTag kind="complaint" state={c.state} /> },
    { key: "kind", title: t("complaint.kind.label"), render: (c) => t(`complaint.kind.${c.kind}`) },
    { key: "source", title: t("complaint.source.label"), render: (c) => t(`complaint.source.${c.source}`) },
    { key: "phone", title: t("complaint.phone"), render: (c) => <span className="num">{c.phone}</span> },
    {
      key: "sender",
      title: t("complaint.sender"),
      ours: true,
      render: (c) => c.customer_name || <span className="meta">{t("complaint.senderUnknown")}</span>,
    },
    { key: "received", title: t("complaint.receivedOn"), render: (c) => <span className="num">{c.received_on}</span> },
    { key: "due", title: t(own ? "complaint.answerBy" : "complaint.dueOn"), render: (c) => <Due of={c} own={own} /> },
    { key: "outcome", title: t("complaint.outcome"), render: (c) => c.outcome && t(`complaint.${c.outcome}`) },
  ];
  return (
    <DataTable
      id="complaints"
      label={t("nav.complaints")}
      columns={all.filter((c) => !own || !c.ours)}
      query={complaintsQuery}
      rowKey={(c) => c.id}
      href={(c) => `/complaints/${c.id}`}
      search={t("complaint.search")}
      filters={[
        { key: "state", label: t("ui.state"), options: stateOptions("complaint", t), width: 180 },
        {
          key: "overdue",
          label: t("complaint.overdue"),
          options: [{ value: "true", label: t("complaint.onlyOverdue") }],
          width: 140,
        },
      ]}
      empty={{ why: t("complaint.empty"), next: t(own ? "complaint.emptyOwn" : "complaint.emptyNext") }}
    />
  );
}
