import type { ReactNode } from "react";
import { Instant } from "./Instant";

export type Moment = { id: string; at: string | null; what: ReactNode; who?: ReactNode; why?: ReactNode };

/** One object's history, newest first: what happened, when, by whom, why. */
export function Timeline({ moments, label }: { moments: readonly Moment[]; label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {moments.map((m) => (
        <li key={m.id}>
          <div className="timeline-what">{m.what}</div>
          {m.why && <div className="timeline-why">{m.why}</div>}
          <div className="meta">
            <Instant at={m.at} />
            {m.who && <span> · {m.who}</span>}
          </div>
        </li>
      ))}
    </ol>
  );
}
