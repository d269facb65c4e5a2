import { CheckCircleOutlined, CloseCircleOutlined, DownloadOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { type AuditRow, auditExport, auditQuery, type Verification, verifyAudit } from "@/api/audit";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { ErrorNote } from "@/ui/ErrorNote";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { Facts, Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";

export function AuditPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const verify = useAct(verifyAudit, { quiet: true, touches: [] });
  const columns: Column<AuditRow>[] = [
    {
      key: "seq",
      title: t("audit.seq"),
      numeric: true,
      always: true,
      width: 80,
      render: (r) => (r.seq ? formatCount(r.seq) : <span className="meta">{t("audit.pending")}</span>),
    },
    { key: "at", title: t("ui.at"), render: (r) => <Instant at={r.at} precision="second" /> },
    { key: "actor", title: t("audit.actor"), render: (r) => r.actor_name ?? r.actor },
    { key: "action", title: t("audit.action"), render: (r) => <code className="mono">{r.action}</code> },
    {
      key: "object",
      title: t("audit.object"),
      render: (r) => (
        <span>
          {r.object_type} <code className="mono">{r.object_id}</code>
        </span>
      ),
    },
    {
      key: "detail",
      title: t("audit.detail"),
      render: (r) => <span className="wrap quiet">{[moved(r), r.reason, detailText(r.detail)].filter(Boolean).join(" · ")}</span>,
    },
    { key: "hash", title: t("audit.hash"), render: (r) => r.hash && <code className="mono meta">{r.hash.slice(0, 12)}</code> },
  ];
  const day = (key: "from" | "to") => (
    <DatePicker
      aria-label={t(`audit.${key}`)}
      placeholder={t(`audit.${key}`)}
      value={params[key] ? dayjs(params[key]) : null}
      onChange={(d) => set({ [key]: d?.format("YYYY-MM-DD"), cursor: undefined, page: undefined })}
    />
  );
  return (
    <Page
      title={t("nav.audit")}
      actions={
        <>
          <Button icon={<DownloadOutlined />} href={auditExport(params)} download>
            {t("audit.export")}
          </Button>
          {can("audit.verify") && (
            <Button
              type="primary"
              icon={<SafetyCertificateOutlined />}
              loading={verify.isPending}
              onClick={() => verify.mutate(undefined)}
            >
              {t("audit.verify")}
            </Button>
          )}
        </>
      }
    >
      <ErrorNote error={verify.error} />
      {verify.data && <Result result={verify.data} />}
      <DataTable
        id="audit"
        label={t("nav.audit")}
        columns={columns}
        query={auditQuery}
        rowKey={(r) => r.id}
        peek={(r) => <Row row={r} />}
        search={t("audit.search")}
        toolbar={
          <>
            {day("from")}
            {day("to")}
          </>
        }
        empty={{ why: t("audit.empty"), next: t("audit.emptyNext") }}
      />
    </Page>
  );
}

function Result({ result }: { result: Verification }) {
  const { t } = useText();
  return (
    <div className={result.ok ? "ok-note" : "error-note"} role="status">
      {result.ok ? <CheckCircleOutlined aria-hidden /> : <CloseCircleOutlined aria-hidden />}
      <div>
        <p>
          {result.ok
            ? t("audit.ok", { rows: formatCount(result.rows) })
            : t("audit.broken", { seq: formatCount(result.broken_at ?? 0) })}
        </p>
        <p className="meta">
          {t("audit.head")} <code className="mono">{result.head}</code>
        </p>
      </div>
    </div>
  );
}

const detailText = (detail: AuditRow["detail"]): string =>
  typeof detail === "string" ? detail : detail && Object.keys(detail).length > 0 ? JSON.stringify(detail) : "";

/** What a change of state says in a glance. */
const moved = (row: AuditRow) => (row.to_state ? `${row.from_state || "∅"} → ${row.to_state}` : "");

function Row({ row }: { row: AuditRow }) {
  const { t } = useText();
  return (
    <Facts
      columns={1}
      items={[
        { label: t("audit.seq"), value: row.seq },
        { label: t("ui.at"), value: <Instant at={row.at} precision="second" /> },
        { label: t("audit.realAt"), value: <Instant at={row.real_at} precision="second" /> },
        { label: t("audit.actor"), value: row.actor_name ?? row.actor },
        { label: t("audit.action"), value: row.action },
        { label: t("audit.object"), value: `${row.object_type} ${row.object_id}` },
        row.to_state !== undefined && { label: t("ui.state"), value: moved(row) },
        row.reason !== undefined && { label: t("ui.reason"), value: row.reason },
        { label: t("audit.from_ip"), value: <code className="mono">{row.ip}</code> },
        { label: t("ui.error.request"), value: <code className="mono">{row.request_id}</code> },
        { label: t("audit.detail"), value: <pre className="mono">{JSON.stringify(row.detail, null, 2)}</pre> },
        { label: t("audit.hash"), value: <code className="mono">{row.hash}</code> },
      ]}
    />
  );
}
