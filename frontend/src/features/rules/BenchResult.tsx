import { CheckCircleOutlined, MinusCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { Tried } from "@/api/rules";
import { useText } from "@/i18n";
import { HighlightedText } from "@/ui/Highlighted";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { actionNames, viewNames } from "./names";

/** What one set says about the message: verdict, why the rule in the editor fires or not, hits by view, facts. */
export function BenchResult({ result: r, several }: { result: Tried; several: boolean }) {
  const { t, pick } = useText();
  if (r.problems?.length) return <p className="warn-note">{t("rules.bench.fault")}</p>;
  const hits = r.hits ?? [];
  const views = r.views ?? [];
  const byRule = [...new Map(hits.map((h) => [h.rule, h])).values()];
  const facts = [
    { label: t("rules.bench.urls"), values: r.facts.urls ?? [] },
    { label: t("rules.bench.phones"), values: r.facts.phones ?? [] },
  ].filter((f) => f.values.length > 0);
  return (
    <div className="bench-result">
      <div className="bench-verdict">
        {several && <b>{t(r.against === "draft" ? "rules.bench.draft" : "rules.bench.published")}</b>}
        <StateTag kind="verdict" state={r.verdict} />
        <span className="meta num">
          {t("rules.bench.score", { score: r.score, hold: r.bands.hold, refuse: r.bands.refuse })} ·{" "}
          {t("rules.bench.parts", { count: r.facts.segments })} ·{" "}
          {t("rules.bench.time", { micros: (r.nanoseconds / 1000).toFixed(1) })}
        </span>
      </div>
      {r.rule && (
        <div className="bench-rule" data-fires={r.rule.fires || undefined}>
          <p>
            {r.rule.fires ? <CheckCircleOutlined aria-hidden /> : <MinusCircleOutlined aria-hidden />}{" "}
            {t(r.rule.fires ? "rules.bench.fires" : "rules.bench.silent")}
          </p>
          <ul>
            {(r.rule.parts ?? []).map((p) => (
              <li key={p.name} data-found={(p.found ?? []).length > 0 || undefined}>
                <code className="mono">{p.name}</code>{" "}
                {(p.found ?? []).length > 0
                  ? t("rules.bench.found", { words: (p.found ?? []).join("、") })
                  : t("rules.bench.absent")}
              </li>
            ))}
          </ul>
        </div>
      )}
      {hits.length === 0 && <p className="meta">{t("rules.bench.noHits")}</p>}
      {views.map((v) => (
        <div key={v.view} className="bench-view">
          <h3>
            {nameOf(viewNames, v.view, t)}{" "}
            <span className="meta num">{t("rules.bench.hits", { count: (v.hits ?? []).length })}</span>
          </h3>
          {v.view !== "" && <HighlightedText segments={v.segments} hits={hits} />}
        </div>
      ))}
      {byRule.length > 0 && (
        <ul className="bench-rules">
          {byRule.map((h) => {
            const title = r.titles[h.rule]?.title;
            return (
              <li key={h.rule}>
                <Link to="/rules/$key" params={{ key: `rule:${h.rule}` } as never}>
                  {title ? pick(title.zh, title.en) : h.rule}
                </Link>{" "}
                <span className="meta">
                  {nameOf(actionNames, h.action, t)} · <code className="mono">{h.reason_code}</code>
                  {h.shadow && ` · ${t("rules.bench.shadowed")}`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {(facts.length > 0 || r.facts.opt_out || r.facts.obfuscated) && (
        <p className="meta">
          {[
            ...facts.map((f) => `${f.label} ${f.values.join("、")}`),
            r.facts.opt_out && t("rules.bench.optOut"),
            r.facts.obfuscated && t("rules.bench.obfuscated"),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
    </div>
  );
}
