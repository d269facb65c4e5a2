import { formatCount } from "./money";
import type { Tone } from "./states";

export type Share = { label: string; count: number; tone: Tone };

/** Parts of a whole as one bar, and always as words and figures beside it. */
export function Shares({ parts, label }: { parts: readonly Share[]; label: string }) {
  const all = parts.reduce((sum, p) => sum + p.count, 0);
  const shown = parts.filter((p) => p.count > 0);
  return (
    <div>
      <div className="bar" aria-hidden>
        {shown.map((p) => (
          <i key={p.label} data-tone={p.tone} style={{ width: `${(100 * p.count) / Math.max(all, 1)}%` }} />
        ))}
      </div>
      <ul className="legend" aria-label={label}>
        {parts.map((p) => (
          <li key={p.label} data-zero={p.count === 0 || undefined}>
            <i className="dot" data-tone={p.tone} aria-hidden /> {p.label} <b className="num">{formatCount(p.count)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
