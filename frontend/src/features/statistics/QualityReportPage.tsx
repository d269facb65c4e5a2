import { FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { type QualityReport, qualityReportDocument, qualityReportQuery } from "@/api/quality-reports";
import { useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Figures, Page } from "@/ui/Page";
import { useLasting } from "./lasting";
import { Beside, ByCarrier, Codes, Delays, Incidents, Outages } from "./QualityTables";
import { shareOf } from "./ways";

/** One month of one customer: how much was delivered, how fast, what failed, when the service was interrupted. */
export function QualityReportPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const own = Boolean(useSession().session.user.customer_id);
  const query = useQuery(qualityReportQuery(id));
  const r = query.data;
  useRemember(r && { to: `/quality-reports/${r.id}`, title: `${r.number} ${r.customer_name}`, kind: t("service.one") });
  return (
    <Page
      title={<span className="num">{r?.number ?? "…"}</span>}
      name={r?.number ?? t("service.one")}
      crumbs={[{ label: t("nav.qualityReports"), to: "/quality-reports" }]}
      sub={
        r && (
          <>
            {own ? <span>{r.customer_name}</span> : <Link to={`/customers/${r.customer_id}`}>{r.customer_name}</Link>}
            <span className="num">{r.period}</span>
            <span>{t("service.madeOn", { on: r.made_on ?? "" })}</span>
          </>
        )
      }
      actions={
        r && (
          <Button icon={<FilePdfOutlined />} href={qualityReportDocument(r.id)} target="_blank">
            {t("service.pdf")}
          </Button>
        )
      }
    >
      <Loaded query={query}>{(report) => <Record of={report} />}</Loaded>
    </Page>
  );
}

function Record({ of: r }: { of: QualityReport }) {
  const { t } = useText();
  const lasting = useLasting();
  const before = r.before ? t("service.beforeIs", { value: shareOf(r.before) }) : undefined;
  return (
    <>
      <Figures
        items={[
          { label: t("statistics.figure.share"), value: shareOf(r.month), note: before },
          { label: t("statistics.figure.delivered"), value: formatCount(r.month.delivered) },
          { label: t("service.p90"), value: lasting(r.month.p90_s) },
          { label: t("service.outages"), value: formatCount(r.month.outages) },
          { label: t("service.outageMinutes"), value: formatCount(r.month.outage_minutes) },
        ]}
      />
      <Beside report={r} />
      <ByCarrier report={r} />
      <Delays report={r} />
      <Codes report={r} />
      <Outages report={r} />
      <Incidents report={r} />
    </>
  );
}
