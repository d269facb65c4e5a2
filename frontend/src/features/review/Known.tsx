import { Link } from "@tanstack/react-router";
import type { Desk } from "@/api/review";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { StateTag } from "@/ui/StateTag";
import { useReasonName } from "./reasons";

/** What is known of texts like these, what was asked of authorities about them, and what colleagues noted. */
export function Known({ data, onNote }: { data: Desk; onNote: () => void }) {
  const { t } = useText();
  const { can } = useSession();
  const reasonName = useReasonName();
  const similar = data.similar ?? [];
  const questions = data.escalations ?? [];
  const notes = data.notes ?? [];
  return (
    <>
      {questions.length > 0 && (
        <>
          <h2>{t("review.questions")}</h2>
          <ul className="past">
            {questions.map((q) => (
              <li key={q.id}>
                <Link className="num" to="/escalations">
                  {q.number}
                </Link>
                <StateTag kind="escalation" state={q.state} />
                <span className="meta">
                  {q.authority} {q.state === "asked" ? q.due_on : q.answer}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{t("review.similar")}</h2>
      {similar.length === 0 && <p className="meta">{t("review.similarNone")}</p>}
      <ul className="past">
        {similar.map((s) => (
          <li key={s.batch_id}>
            <Link className="num" to={`/batches/${s.batch_id}`}>
              {s.batch_number}
            </Link>
            <span className={s.refused > 0 ? "bad-text num" : "num"}>{t("review.like", { percent: s.like })}</span>
            <span className="meta num">
              {t("review.similarWhat", { approved: formatCount(s.approved), refused: formatCount(s.refused) })}{" "}
              {(s.reason_codes ?? []).map(reasonName).join("、")}
            </span>
          </li>
        ))}
      </ul>
      <h2>
        {t("review.notes")}
        {can("review.decide") && !data.queued.own && (
          <button type="button" className="link meta" onClick={onNote}>
            {t("review.act.addNote")} <kbd>M</kbd>
          </button>
        )}
      </h2>
      {notes.length === 0 && <p className="meta">{t("review.notesNone")}</p>}
      <ul className="past">
        {notes.slice(0, 5).map((n) => (
          <li key={n.id}>
            <span>{n.text}</span>
            <span className="meta">
              {n.user_name} · {n.batch_number} · <Instant at={n.at} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
