import type { ReactNode } from "react";
import type { QualityFigures, QualityReport } from "@/api/quality-reports";
import { useText } from "@/i18n";
import { carrierNames } from "@/parts/chain/names";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Panel } from "@/ui/Page";
import { useLasting } from "./lasting";
import { meanings, shareOf } from "./ways";

type Props = { report: QualityReport };
type Head = { text: string; numeric?: boolean };

/** A small table of the report; the first column names its row. */
function Plain({ title, head, rows, empty }: { title: string; head: Head[]; rows: ReactNode[][]; empty: string }) {
  return (
    <Panel flush title={title}>
      {rows.length === 0 ? (
        <Empty why={empty} />
      ) : (
        <table className="table plain" aria-label={title}>
          <thead>
            <tr>
              {head.map((h) => (
                <th key={h.text} scope="col" data-numeric={h.numeric || undefined}>
                  {h.text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a report never move
              <tr key={i}>
                {cells.map((c, n) => (
                  <td key={head[n]?.text} data-numeric={head[n]?.numeric || undefined}>
                    {c}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** The month beside the one before. */
export function Beside({ report: r }: Props) {
  const { t } = useText();
  const lasting = useLasting();
  const lines: [string, (f: QualityFigures) => string][] = [
    [t("statistics.figure.sent"), (f) => formatCount(f.sent)],
    [t("statistics.figure.delivered"), (f) => formatCount(f.delivered)],
    [t("statistics.figure.failed"), (f) => formatCount(f.failed)],
    [t("statistics.figure.unknown"), (f) => formatCount(f.unknown)],
    [t("statistics.figure.share"), shareOf],
    [t("service.p50"), (f) => lasting(f.p50_s)],
    [t("service.p90"), (f) => lasting(f.p90_s)],
    [t("service.p99"), (f) => lasting(f.p99_s)],
    [t("service.outages"), (f) => formatCount(f.outages)],
    [t("service.outageMinutes"), (f) => formatCount(f.outage_minutes)],
  ];
  return (
    <Plain
      title={t("service.beside")}
      head={[
        { text: t("service.figure") },
        { text: t("service.month"), numeric: true },
        { text: t("service.before"), numeric: true },
      ]}
      rows={lines.map(([name, of]) => [name, of(r.month), r.before ? of(r.before) : "—"])}
      empty=""
    />
  );
}

export function ByCarrier({ report: r }: Props) {
  const { t } = useText();
  const lasting = useLasting();
  return (
    <Plain
      title={t("service.byCarrier")}
      head={[
        { text: t("statistics.by.carrier") },
        { text: t("statistics.figure.delivered"), numeric: true },
        { text: t("statistics.figure.failed"), numeric: true },
        { text: t("statistics.figure.unknown"), numeric: true },
        { text: t("statistics.figure.share"), numeric: true },
        { text: t("service.p50"), numeric: true },
        { text: t("service.p99"), numeric: true },
      ]}
      rows={(r.carriers ?? []).map((c) => [
        c.carrier ? nameOf(carrierNames, c.carrier, t) : t("statistics.unknownCarrier"),
        formatCount(c.delivered),
        formatCount(c.failed),
        formatCount(c.unknown),
        shareOf(c),
        lasting(c.p50_s),
        lasting(c.p99_s),
      ])}
      empty={t("statistics.empty")}
    />
  );
}

/** How long deliveries took, class by class, and how much had come by then. */
export function Delays({ report: r }: Props) {
  const { t } = useText();
  const lasting = useLasting();
  const classes = r.delays ?? [];
  const all = classes.reduce((n, c) => n + c.messages, 0);
  let sum = 0;
  const rows = classes.map((c) => {
    sum += c.messages;
    return [lasting(c.within_s), formatCount(c.messages), shareOf({ delivered: sum, failed: all - sum, unknown: 0 })];
  });
  return (
    <Plain
      title={t("service.delays")}
      head={[
        { text: t("service.within") },
        { text: t("statistics.figure.delivered"), numeric: true },
        { text: t("service.together"), numeric: true },
      ]}
      rows={rows}
      empty={t("service.noneDelivered")}
    />
  );
}

export function Codes({ report: r }: Props) {
  const { t } = useText();
  return (
    <Plain
      title={t("service.codes")}
      head={[
        { text: t("statistics.by.code") },
        { text: t("service.meaning") },
        { text: t("statistics.figure.failed"), numeric: true },
      ]}
      rows={(r.codes ?? []).map((c) => [
        <span key="code" className="num">
          {c.code || "—"}
        </span>,
        nameOf(meanings, c.meaning, t),
        formatCount(c.messages),
      ])}
      empty={t("service.noneFailed")}
    />
  );
}

export function Outages({ report: r }: Props) {
  const { t, pick } = useText();
  return (
    <Plain
      title={t("service.outages")}
      head={[
        { text: t("service.matter") },
        { text: t("service.from") },
        { text: t("service.until") },
        { text: t("service.minutes"), numeric: true },
        { text: t("service.promise") },
      ]}
      rows={(r.outages ?? []).map((o) => [
        <>
          {pick(o.title_zh, o.title_en)}{" "}
          <span className="meta num" key="number">
            {o.number} · {t(o.planned ? "service.planned" : "service.unplanned")}
          </span>
        </>,
        <Instant key="from" at={o.from} />,
        o.lasting ? t("service.lasting") : <Instant key="until" at={o.until} />,
        formatCount(o.minutes),
        o.credit_days > 0
          ? t("service.credit", { days: String(o.credit_days) })
          : t(o.planned && o.short_notice ? "service.shortNotice" : "service.kept"),
      ])}
      empty={t("service.noOutages")}
    />
  );
}

export function Incidents({ report: r }: Props) {
  const { t } = useText();
  const incidents = r.incidents ?? [];
  if (incidents.length === 0) return null;
  return (
    <Plain
      title={t("service.incidents")}
      head={[
        { text: t("service.matter") },
        { text: t("service.from") },
        { text: t("service.until") },
        { text: t("service.answer") },
      ]}
      rows={incidents.map((i) => [
        `${i.number} ${i.title}`,
        <Instant key="from" at={i.reported_at} />,
        <Instant key="until" at={i.resolved_at} />,
        t(i.in_time ? "service.inTime" : "service.late"),
      ])}
      empty=""
    />
  );
}
