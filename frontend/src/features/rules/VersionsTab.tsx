import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { type RuleDesk, rollBack, ruleHistoryQuery, ruleSetsQuery, rulesKey } from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Panel } from "@/ui/Page";
import { Timeline } from "@/ui/Timeline";
import { useAct } from "@/ui/use-act";
import { DiffView } from "./DiffView";
import { ReasonDialog } from "./ReasonDialog";

/** What the draft changes, which versions there were, who published what and why; and the way back. */
export function VersionsTab({ desk }: { desk: RuleDesk | undefined }) {
  const { t } = useText();
  const [back, setBack] = useState<string | null>(null);
  const [compared, setCompared] = useState<string | null>(null);
  const sets = useQuery(ruleSetsQuery);
  const history = useQuery(ruleHistoryQuery);
  const roll = useAct(rollBack, { touches: [rulesKey], done: t("rules.done.rollBack"), onDone: () => setBack(null) });
  const published = desk?.published ?? "";
  return (
    <div className="columns">
      <div>
        {desk?.draft && (
          <Panel title={t("rules.version.draftChanges")}>
            <DiffView key={desk.draft.version} from={desk.draft.base} to="draft" />
          </Panel>
        )}
        {compared && published && (
          <Panel
            title={t("rules.version.diffTitle", { from: compared, to: published })}
            extra={
              <button type="button" className="link" onClick={() => setCompared(null)}>
                {t("ui.close")}
              </button>
            }
          >
            <DiffView from={compared} to={published} />
          </Panel>
        )}
        <Panel flush title={t("rules.version.version")}>
          <Loaded query={sets} rows={3}>
            {(data) => (
              <div className="table-wrap" data-whole>
                <table className="table" aria-label={t("rules.version.version")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("rules.version.version")}</th>
                      <th scope="col" data-numeric>
                        {t("rules.version.rules")}
                      </th>
                      <th scope="col">{t("rules.version.publishedAt")}</th>
                      <th scope="col" aria-label={t("rules.act.rollBack")} />
                    </tr>
                  </thead>
                  <tbody>
                    {(data.items ?? []).map((v) => (
                      <tr key={v.version}>
                        <td className="num">
                          {v.version}{" "}
                          {v.published && (
                            <span className="state" data-tone="ok">
                              {t("rules.version.current")}
                            </span>
                          )}
                        </td>
                        <td data-numeric>{formatCount(v.rules)}</td>
                        <td>
                          {v.published_at ? (
                            <Instant at={v.published_at} />
                          ) : (
                            <span className="meta">{t("rules.version.neverPublished")}</span>
                          )}
                        </td>
                        <td>
                          <span className="row-actions">
                            {!v.published && (
                              <Button size="small" onClick={() => setCompared(v.version)}>
                                {t("rules.version.compare")}
                              </Button>
                            )}
                            {allows(v, "roll_back") && (
                              <Button size="small" danger onClick={() => setBack(v.version)}>
                                {t("rules.act.rollBack")}
                              </Button>
                            )}
                          </span>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Loaded>
        </Panel>
      </div>
      <Panel title={t("rules.version.history")}>
        <Loaded query={history} rows={3}>
          {(data) => (
            <Timeline
              label={t("rules.version.history")}
              moments={(data.items ?? []).map((p) => ({
                id: p.id,
                at: p.at,
                what: (
                  <>
                    {t(`rules.version.kind.${p.kind}`)} <span className="num">{p.version}</span>
                  </>
                ),
                why: p.kind === "install" ? undefined : p.reason,
                who:
                  p.kind === "install"
                    ? undefined
                    : p.submitted_by_name
                      ? t("rules.version.by", { by: p.by_name, submitter: p.submitted_by_name })
                      : p.by_name,
              }))}
            />
          )}
        </Loaded>
      </Panel>
      {back && (
        <ReasonDialog
          open
          danger
          title="rules.act.rollBack"
          label="rules.reason.rollBack"
          busy={roll.isPending}
          onClose={() => setBack(null)}
          onAct={(reason) => roll.mutate({ version: back, reason })}
        >
          <p className="num">{t("rules.version.line", { previous: published, version: back })}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
