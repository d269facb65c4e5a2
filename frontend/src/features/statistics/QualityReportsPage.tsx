import { Link } from "@tanstack/react-router";
import { type QualityReportRow, qualityReportsQuery } from "@/api/quality-reports";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { formatCount } from "@/ui/money";
import { Page } from "@/ui/Page";
import { useLasting } from "./lasting";
import { shareOf } from "./ways";

/** The monthly reports of quality (A32), the newest month first. */
export function QualityReportsPage() {
  const { t } = useText();
  const own = Boolean(useSession().session.user.customer_id);
  const lasting = useLasting();
  const columns: Column<QualityReportRow>[] = [
    {
      key: "number",
      title: t("service.number"),
      always: true,
      render: (r) => (
        <Link className="num" to={`/quality-reports/${r.id}`}>
          {r.number}
        </Link>
      ),
    },
    ...(own ? [] : [{ key: "customer", title: t("customer.one"), render: (r: QualityReportRow) => r.customer_name }]),
    { key: "period", title: t("service.period"), render: (r) => <span className="num">{r.period}</span> },
    { key: "delivered", title: t("statistics.figure.delivered"), numeric: true, render: (r) => formatCount(r.delivered) },
    { key: "failed", title: t("statistics.figure.failed"), numeric: true, render: (r) => formatCount(r.failed) },
    { key: "unknown", title: t("statistics.figure.unknown"), numeric: true, render: (r) => formatCount(r.unknown) },
    { key: "share", title: t("statistics.figure.share"), numeric: true, render: shareOf },
    { key: "p50", title: t("service.p50"), numeric: true, render: (r) => lasting(r.p50_s) },
    { key: "p99", title: t("service.p99"), numeric: true, render: (r) => lasting(r.p99_s) },
    { key: "outage", title: t("service.outageMinutes"), numeric: true, render: (r) => formatCount(r.outage_minutes) },
  ];
  return (
    <Page title={t("nav.qualityReports")}>
      <DataTable
        id="quality-reports"
        label={t("nav.qualityReports")}
        columns={columns}
        query={qualityReportsQuery}
        rowKey={(r) => r.id}
        href={(r) => `/quality-reports/${r.id}`}
        search={t("service.search")}
        empty={{ why: t("service.empty"), next: t("service.emptyNext") }}
      />
    </Page>
  );
}
