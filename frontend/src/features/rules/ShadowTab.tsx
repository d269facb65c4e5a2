import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { shadowQuery, shadowsQuery } from "@/api/rules";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Figures, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { Matrix } from "./Matrix";

/** Whole drafts that judged beside the published set: what they would have done. */
export function ShadowTab() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const query = useQuery(shadowsQuery);
  return (
    <Loaded query={query}>
      {(data) => {
        const runs = data.items ?? [];
        const run = params.run ?? runs[0]?.id;
        if (!run) return <Empty why={t("rules.shadow.none")} next={t("rules.shadow.noneNext")} />;
        return (
          <div className="columns">
            <Report id={run} />
            <Panel title={t("rules.shadow.pick")}>
              <ul className="shadow-runs">
                {runs.map((r) => (
                  <li key={r.id}>
                    <button
                      type="button"
                      className="link"
                      aria-current={r.id === run || undefined}
                      onClick={() => set({ run: r.id })}
                    >
                      <span className="num">{r.version}</span>
                    </button>{" "}
                    <span className="state" data-tone={r.ended_at ? "idle" : "busy"}>
                      {t(r.ended_at ? "rules.shadow.ended" : "rules.shadow.running")}
                    </span>
                    <p className="meta">
                      {r.started_by_name} <Instant at={r.started_at} /> · {r.reason}
                    </p>
                  </li>
                ))}
              </ul>
            </Panel>
          </div>
        );
      }}
    </Loaded>
  );
}

function Report({ id }: { id: string }) {
  const { t } = useText();
  const query = useQuery(shadowQuery(id));
  return (
    <Loaded query={query}>
      {(r) => (
        <div>
          <Figures
            items={[
              { label: t("rules.shadow.messages"), value: formatCount(r.messages) },
              { label: t("rules.shadow.changed"), value: formatCount(r.changed) },
            ]}
          />
          {r.messages === 0 ? (
            <Panel>
              <Empty why={t("rules.shadow.waiting")} />
            </Panel>
          ) : (
            <>
              <Panel flush title={t("rules.test.matrix")}>
                <Matrix moves={r.moves ?? []} label={t("rules.test.matrix")} split={false} />
              </Panel>
              <Panel flush title={t("rules.test.rules")}>
                <div className="table-wrap" data-whole>
                  <table className="table" aria-label={t("rules.test.rules")}>
                    <thead>
                      <tr>
                        <th scope="col">{t("rules.one")}</th>
                        <th scope="col" data-numeric>
                          {t("rules.test.newly")}
                        </th>
                        <th scope="col" data-numeric>
                          {t("rules.test.gone")}
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {(r.rules ?? []).map((x) => (
                        <tr key={x.rule}>
                          <td>
                            <Link className="mono" to="/rules/$key" params={{ key: `rule:${x.rule}` } as never}>
                              {x.rule}
                            </Link>
                          </td>
                          <td data-numeric>{formatCount(x.newly)}</td>
                          <td data-numeric>{formatCount(x.gone)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </Panel>
              {(r.batches ?? []).length > 0 && (
                <Panel title={t("rules.shadow.topBatches")}>
                  <ul className="rule-items">
                    {(r.batches ?? []).map((b) => (
                      <li key={b.batch_id}>
                        <Link className="num" to={`/batches/${b.batch_id}`}>
                          {b.batch_id}
                        </Link>
                        <span className="num">
                          {formatCount(b.changed)} / {formatCount(b.messages)}
                        </span>
                      </li>
                    ))}
                  </ul>
                </Panel>
              )}
            </>
          )}
        </div>
      )}
    </Loaded>
  );
}
