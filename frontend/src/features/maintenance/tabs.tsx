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
import { Money } from "@/ui/Money";
import { StateTag } from "@/ui/StateTag";
import { late, of, type Props, useColumns, useTable } from "./columns";

export function RequestsTab({ contract, act }: Props) {
  const { t } = useText();
  const { number, actions } = useColumns<ChangeRequest>(act);
  return (
    <DataTable
      {...useTable("changeRequest")}
      id="change-requests"
      label={t("maintenance.requests")}
      query={of(requestsQuery, contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        {
          key: "what",
          title: t("maintenance.what"),
          render: (r) => (
            <>
              <b>{r.title}</b>
              <div className="meta">{r.answer || r.text}</div>
              {r.extend_to && <div className="meta">{t("maintenance.asks", { day: r.extend_to, reason: r.extend_reason })}</div>}
            </>
          ),
        },
        { key: "due", title: t("maintenance.due"), render: (r) => late(r.due_on ?? "", r.late, t("maintenance.late")) },
        { key: "state", title: t("ui.state"), render: (r) => <StateTag kind="changeRequest" state={r.state} /> },
        {
          key: "fee",
          title: t("maintenance.fee"),
          numeric: true,
          render: (r) => (r.fee_fen ? <Money fen={r.fee_fen} /> : <span className="meta">—</span>),
        },
        actions,
      ]}
    />
  );
}

export function IncidentsTab({ contract, act }: Props) {
  const { t } = useText();
  const { number, actions } = useColumns<Incident>(act);
  return (
    <DataTable
      {...useTable("incident")}
      id="incidents"
      label={t("maintenance.incidents")}
      query={of(incidentsQuery, contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        {
          key: "what",
          title: t("maintenance.what"),
          render: (r) => (
            <>
              <b>{r.title}</b> <span className="meta">{r.object}</span>
              <div className="meta">{r.cause || r.text}</div>
            </>
          ),
        },
        {
          key: "due",
          title: t("maintenance.respondBy"),
          render: (r) => (
            <>
              <Instant at={r.respond_by} /> {r.late && <span className="bad">{t("maintenance.late")}</span>}
            </>
          ),
        },
        { key: "state", title: t("ui.state"), render: (r) => <StateTag kind="incident" state={r.state} /> },
        actions,
      ]}
    />
  );
}

export function VisitsTab({ contract, act }: Props) {
  const { t } = useText();
  const { number, actions } = useColumns<Visit>(act);
  return (
    <DataTable
      {...useTable("visit")}
      id="visits"
      label={t("maintenance.visits")}
      query={of(visitsQuery, contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        {
          key: "what",
          title: t("maintenance.what"),
          render: (r) => (
            <>
              <b>{r.purpose}</b> <span className="meta num">{r.origin_number}</span>
              <div className="meta">{r.note || r.result}</div>
            </>
          ),
        },
        { key: "on", title: t("maintenance.visitOn"), render: (r) => <span className="num">{r.visit_on || r.planned_on}</span> },
        { key: "engineer", title: t("maintenance.engineer"), render: (r) => r.engineer },
        {
          key: "state",
          title: t("ui.state"),
          render: (r) => (
            <>
              <StateTag kind="visit" state={r.state} />
              {r.silent && <div className="meta">{t("maintenance.silent")}</div>}
            </>
          ),
        },
        { key: "by", title: t("maintenance.confirmBy"), render: (r) => <span className="num">{r.confirm_by ?? "—"}</span> },
        {
          key: "fee",
          title: t("maintenance.fee"),
          numeric: true,
          render: (r) => (r.fee_fen ? <Money fen={r.fee_fen} /> : <span className="meta">{r.fee_note || "—"}</span>),
        },
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

export function RecordsTab({ contract, act }: Props) {
  const { t } = useText();
  const { number, actions } = useColumns<ServiceRecord>(act, { accept: "accept_record" });
  return (
    <DataTable
      {...useTable("serviceRecord")}
      id="service-records"
      label={t("maintenance.records")}
      query={of(recordsQuery, contract)}
      rowKey={(r) => r.id}
      columns={[
        number,
        { key: "kind", title: t("maintenance.field.kind"), render: (r) => t(`maintenance.kind.${r.kind}`) },
        {
          key: "what",
          title: t("maintenance.what"),
          render: (r) => (
            <>
              <b>{r.title}</b>
              <div className="meta">{r.decided_note || r.text}</div>
            </>
          ),
        },
        { key: "on", title: t("maintenance.visitOn"), render: (r) => <span className="num">{r.on}</span> },
        { key: "who", title: t("maintenance.field.who"), render: (r) => r.who },
        { key: "state", title: t("ui.state"), render: (r) => <StateTag kind="serviceRecord" state={r.state} /> },
        actions,
      ]}
    />
  );
}
