import { Link } from "@tanstack/react-router";
import type { OpenDoc } from "@/api/rules";
import { useText } from "@/i18n";
import { LinkTo } from "@/ui/LinkTo";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Figures, Panel } from "@/ui/Page";
import { Timeline } from "@/ui/Timeline";
import { changeNames } from "./names";

/** What the rule has done so far, where, and who changed it. */
export function About({ doc }: { doc: OpenDoc }) {
  const { t } = useText();
  const batches = doc.batches ?? [];
  const history = doc.history ?? [];
  return (
    <div className="rule-about">
      {doc.kind === "rule" && (
        <>
          <Figures
            items={[
              { label: t("rules.about.days7"), value: formatCount(doc.hits.days_7) },
              { label: t("rules.about.days30"), value: formatCount(doc.hits.days_30) },
              { label: t("rules.about.total"), value: formatCount(doc.hits.total) },
              { label: t("rules.about.shadow"), value: formatCount(doc.hits.shadow) },
            ]}
          />
          <Panel title={t("rules.about.batches")}>
            {batches.length === 0 && <p className="meta">{t("rules.about.noBatches")}</p>}
            <ul className="rule-items">
              {batches.map((b) => (
                <li key={b.batch_id}>
                  <Link className="num" to={`/batches/${b.batch_id}`}>
                    {b.day}
                  </Link>
                  <span className="num">{t("rules.about.messages", { count: formatCount(b.messages + b.shadow) })}</span>
                  <span className="meta num">{b.rule_set}</span>
                </li>
              ))}
            </ul>
            {doc.proposals > 0 && <LinkTo href="/rules?tab=alarms">{t("rules.about.alarms", { count: doc.proposals })}</LinkTo>}
          </Panel>
        </>
      )}
      {doc.kind === "bank" && (
        <Panel title={t("rules.list.usedBy")}>
          <ul className="rule-items">
            {(doc.used_by ?? []).map((r) => (
              <li key={r}>
                <Link to="/rules/$key" params={{ key: `rule:${r}` } as never}>
                  {r}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title={t("rules.about.history")}>
        {history.length === 0 && <p className="meta">{t("rules.about.noHistory")}</p>}
        <Timeline
          label={t("rules.about.history")}
          moments={history.map((h) => ({
            id: h.version,
            at: h.at,
            what: `${h.version} ${nameOf(changeNames, h.change, t)}`,
            who: h.by,
          }))}
        />
      </Panel>
    </div>
  );
}
