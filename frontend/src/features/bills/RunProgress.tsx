import { useQuery } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { type BillRun, billRunsQuery } from "@/api/bills";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";
import type { RunStep } from "./use-live-run";

/** How far a run is, as its steps tell. */
export function Live({ run, step }: { run: BillRun; step: RunStep | null }) {
  const { t } = useText();
  const looked = step?.looked ?? run.count + run.skipped + run.nothing_owed + run.failed;
  const all = step?.expected ?? run.expected;
  const values = { done: formatCount(looked), all: formatCount(all) };
  return (
    <Panel>
      <div role="status">
        {run.dry_run ? t("bill.run.previewing", values) : t("bill.run.issuing", values)}
        <Progress percent={all ? Math.floor((100 * looked) / all) : 0} status="active" aria-label={t("nav.billRun")} />
        <p className="num">
          {t("bill.run.soFar", {
            looked: formatCount(looked),
            count: formatCount(step?.count ?? run.count),
            total: formatYuan(step?.total_fen ?? run.total_fen),
          })}
        </p>
        <p className="meta">{t("bill.run.leave")}</p>
      </div>
    </Panel>
  );
}

export function Recent({ onOpen }: { onOpen: (run: BillRun) => void }) {
  const { t } = useText();
  const query = useQuery(billRunsQuery);
  const runs = (query.data?.items ?? []).slice(0, 12);
  return (
    <Panel flush title={t("bill.run.recent")}>
      {runs.length === 0 ? (
        <Empty why={t("bill.run.noRecent")} next={t("bill.run.hint")} />
      ) : (
        <div className="table-wrap">
          <table className="table" aria-label={t("bill.run.recent")}>
            <thead>
              <tr>
                <th scope="col">{t("bill.run.month")}</th>
                <th scope="col">{t("bill.run.startedAt")}</th>
                <th scope="col" data-numeric>
                  {t("bill.run.count")}
                </th>
                <th scope="col" data-numeric>
                  {t("bill.run.error")}
                </th>
                <th scope="col" data-numeric>{`${t("bill.total")} (${t("ui.money.unit")})`}</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((r) => (
                <tr key={r.id}>
                  <td>
                    <Button type="link" size="small" className="num" onClick={() => onOpen(r)}>
                      {r.month} · {r.dry_run ? t("bill.run.kindPreview") : t("bill.run.kindIssue")}
                    </Button>
                  </td>
                  <td>
                    <Instant at={r.started_at} />
                  </td>
                  <td data-numeric>{formatCount(r.count)}</td>
                  <td data-numeric>{formatCount(r.failed)}</td>
                  <td data-numeric>
                    <Money fen={r.total_fen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
