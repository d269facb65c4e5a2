import type { Desk } from "@/api/review";
import { type TextKey, useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { useReasonName } from "./reasons";
import type { DeskControl } from "./use-desk";

const choiceNames: Readonly<Record<string, TextKey>> = {
  approve: "review.approved",
  refuse: "review.refused",
  withdraw: "review.act.withdraw",
  ask: "review.choice.ask",
  clear: "review.choice.clear",
  recall: "review.choice.recall",
};

/** What was decided about the batch, the latest first: by whom, about which part, why. The caller's latest can be taken back. */
export function Decisions({ data, desk }: { data: Desk; desk: DeskControl }) {
  const { t } = useText();
  const reasonName = useReasonName();
  const decisions = [...(data.decisions ?? [])].reverse();
  const about = ({ scope, group_id, seq }: (typeof decisions)[number]) => {
    if (scope === "message") return t("review.aboutMessage", { n: seq ?? 0 });
    const n = desk.groups.findIndex((g) => g.id === group_id) + 1;
    return group_id && n > 0 ? t("review.aboutGroup", { n }) : t(group_id ? "review.aboutSome" : "review.whole");
  };
  return (
    <>
      <h2>{t("review.decisions")}</h2>
      {decisions.length === 0 && <p className="meta">{t("review.decisionsNone")}</p>}
      <ol className="past">
        {decisions.map((d) => (
          <li key={d.n}>
            <span>
              {nameOf(choiceNames, d.choice, t)} · {about(d)}{" "}
              <span className="meta">{(d.reason_codes ?? []).map(reasonName).join("、")}</span>
            </span>
            {d.n === desk.retractable?.n && (
              <button type="button" className="link meta" disabled={desk.busy} onClick={desk.retract}>
                {t("review.act.withdraw")} <kbd>Z</kbd>
              </button>
            )}
            {d.note && <span className="quiet">{d.note}</span>}
            <span className="meta">
              {d.user_name} · <Instant at={d.at} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
