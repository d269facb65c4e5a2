import type { DeskGroup } from "@/api/review";
import { useText } from "@/i18n";
import { findingsOf } from "@/ui/segments";
import { useReasonName } from "./reasons";

/** How many of a rule's places and words are named; a message full of them is no clearer with all. */
const named = 6;

/** Why a group is held or refused, in words: the rules with the numbers of their places in the text, and what is no matter of the text. */
export function Findings({ group, current }: { group: DeskGroup; current: number }) {
  const { t } = useText();
  const reasonName = useReasonName();
  const findings = findingsOf(group.segments, group.hits);
  if (findings.length === 0) {
    const reasons = group.reason_codes ?? [];
    return reasons.length > 0 && <p className="meta findings">{reasons.map(reasonName).join("、")}</p>;
  }
  return (
    <ul className="findings">
      {findings.map((f) => (
        <li key={f.rule} data-weight={f.weight} data-current={f.places.includes(current) || undefined}>
          {f.places.length > 0 && (
            <span className="num meta">
              {f.places.slice(0, named).join("·")}
              {f.places.length > named && t("review.places", { count: f.places.length })}
            </span>
          )}
          {f.title}
          {f.terms.length > 0 && <span className="meta">{f.terms.slice(0, named).join("、")}</span>}
        </li>
      ))}
    </ul>
  );
}
