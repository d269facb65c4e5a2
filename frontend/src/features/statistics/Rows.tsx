import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { Statistics, StatisticsRow } from "@/api/statistics";
import { useText } from "@/i18n";
import { formatCount } from "@/ui/money";
import { Panel } from "@/ui/Page";
import type { SetParams } from "@/ui/url-state";
import { closer, figuresOf, partOf, shareOf, type Way } from "./ways";

type Props = { of: Statistics; by: Way; own: boolean; set: SetParams; nameOf: (row: StatisticsRow) => string };

/** The figures behind the pictures. A row leads one step closer to the batches. */
export function Rows({ of: s, by, own, set, nameOf }: Props) {
  const { t } = useText();
  const figures = figuresOf(by, s.intake);
  const shown = (r: StatisticsRow) => (by === "code" ? partOf(r, s.total) : shareOf(r));
  const rows = (s.rows ?? []).filter((r) => r.submitted + r.approved + r.sent + r.delivered + r.failed + r.unknown > 0);
  const label = t(`statistics.by.${by}`);
  return (
    <Panel flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is moved by the keyboard too */}
      <section className="scroll-x" aria-label={label} tabIndex={0}>
        <table className="table" aria-label={t("nav.statistics")}>
          <thead>
            <tr>
              <th scope="col">{label}</th>
              {figures.map((f) => (
                <th key={f} scope="col" data-numeric>
                  {t(`statistics.figure.${f}`)}
                </th>
              ))}
              <th scope="col" data-numeric>
                {t(by === "code" ? "statistics.part" : "statistics.figure.share")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.key}>
                <td>
                  <Name row={r} by={by} own={own} set={set} text={nameOf(r)} />
                </td>
                {figures.map((f) => (
                  <td key={f} data-numeric>
                    {formatCount(r[f])}
                  </td>
                ))}
                <td data-numeric>{shown(r)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              {figures.map((f) => (
                <td key={f} data-numeric>
                  {formatCount(s.total[f])}
                </td>
              ))}
              <td data-numeric>{shown(s.total)}</td>
            </tr>
          </tfoot>
        </table>
      </section>
      {!s.intake && <p className="panel-note">{t("statistics.noIntake")}</p>}
      {(s.rows ?? []).length >= 500 && <p className="panel-note">{t("statistics.most")}</p>}
    </Panel>
  );
}

function Name({ row, by, own, set, text }: { row: StatisticsRow; by: Way; own: boolean; set: SetParams; text: string }) {
  const next = closer(by, row.key, own);
  if (by === "batch")
    return (
      <Link to="/batches/$id" params={{ id: row.key }} className="num">
        {text}
      </Link>
    );
  return next ? (
    <Button type="link" size="small" style={{ padding: 0 }} onClick={() => set(next)}>
      {text}
    </Button>
  ) : (
    text
  );
}
