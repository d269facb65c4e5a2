import {
  type ChangeRequest,
  type Incident,
  incidentsQuery,
  recordsQuery,
  requestsQuery,
  type ServiceRecord,
  type Visit,
  visitsQuery,
} from "@/api/maintenance";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { late, of, type Props, useColumns, useTable } from "./columns";

export function RequestsTab(props: Props) {
  const { t } = useText();
  const { number, what, state, fee, actions } = useColumns<ChangeRequest>("changeRequest", props);
  const longer = (r: ChangeRequest) =>
    r.extend_to && <div className="meta">{t("maintenance.asks", { day: r.extend_to, reason: r.extend_reason })}</div>;
  return (
    <DataTable
      {...useTable("changeRequest")}
      id="change-requests"
      label={t("maintenance.requests")}
      query={of(requestsQuery, props.contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        what(
          (r) => r.title,
          (r) => r.answer || r.text,
          longer,
        ),
        { key: "due", title: t("maintenance.due"), render: (r) => late(r.due_on ?? "", r.late, t("maintenance.late")) },
        state(),
        fee(() => ""),
        actions,
      ]}
    />
  );
}

export function IncidentsTab(props: Props) {
  const { t } = useText();
  const { number, what, state, actions } = useColumns<Incident>("incident", props);
  return (
    <DataTable
      {...useTable("incident")}
      id="incidents"
      label={t("maintenance.incidents")}
      query={of(incidentsQuery, props.contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        what(
          (r) => [r.title, r.object].filter(Boolean).join(" · "),
          (r) => r.cause || r.text,
        ),
        {
          key: "due",
          title: t("maintenance.respondBy"),
          render: (r) => (
            <>
              <Instant at={r.respond_by} /> {r.late && <span className="bad">{t("maintenance.late")}</span>}
            </>
          ),
        },
        state(),
        actions,
      ]}
    />
  );
}

export function VisitsTab(props: Props) {
  const { t } = useText();
  const silence = (r: Visit) =>
    r.silent ? t("maintenance.silent") : r.state === "reported" && t("maintenance.confirmBy", { day: r.confirm_by ?? "" });
  const { number, what, state, fee, actions } = useColumns<Visit>("visit", props);
  return (
    <DataTable
      {...useTable("visit")}
      id="visits"
      label={t("maintenance.visits")}
      query={of(visitsQuery, props.contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        what(
          (r) => [r.purpose, r.origin_number].filter(Boolean).join(" · "),
          (r) => r.note || r.result,
        ),
        {
          key: "on",
          title: t("maintenance.visitOn"),
          render: (r) => (
            <>
              <span className="num">{r.visit_on || r.planned_on}</span>
              <div className="meta">{r.engineer}</div>
            </>
          ),
        },
        state((r) => <div className="meta">{silence(r)}</div>),
        fee((r) => r.fee_note),
        {
          key: "report",
          title: t("maintenance.report"),
          render: (r) =>
            r.document_id ? (
              <AttachmentLink file={{ id: r.document_id, name: `${r.number}.pdf` }} />
            ) : (
              <span className="meta">—</span>
            ),
        },
        actions,
      ]}
    />
  );
}

export function RecordsTab(props: Props) {
  const { t } = useText();
  const { number, what, state, actions } = useColumns<ServiceRecord>("serviceRecord", props, { accept: "accept_record" });
  return (
    <DataTable
      {...useTable("serviceRecord")}
      id="service-records"
      label={t("maintenance.records")}
      query={of(recordsQuery, props.contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        { key: "kind", title: t("maintenance.field.kind"), render: (r) => t(`maintenance.kind.${r.kind}`) },
        what(
          (r) => r.title,
          (r) => r.decided_note || r.text,
        ),
        { key: "on", title: t("maintenance.visitOn"), render: (r) => <span className="num">{r.on}</span> },
        { key: "who", title: t("maintenance.field.who"), render: (r) => r.who },
        state(),
        actions,
      ]}
    />
  );
}
