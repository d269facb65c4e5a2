import type { Cell, Move } from "@/api/rules";
import { useText } from "@/i18n";
import { formatCount } from "@/ui/money";
import { StateTag } from "@/ui/StateTag";
import { decidedNames } from "./names";

const order = ["pass", "hold", "escalate", "refuse_message", "refuse_batch"];
const groups = ["approved", "refused", "by_rules", "escalated", "open"];

export type Line = { before: string; after: string; total: number; by: Record<string, number> };

/** The moves as lines: from a verdict to a verdict, split by what people decided; changes first, the largest before the others. */
export function linesOf(moves: readonly Move[]): Line[] {
  const lines = new Map<string, Line>();
  for (const m of moves) {
    const key = `${m.before}>${m.after}`;
    const line = lines.get(key) ?? { before: m.before, after: m.after, total: 0, by: {} };
    line.total += m.messages;
    line.by[m.decided] = (line.by[m.decided] ?? 0) + m.messages;
    lines.set(key, line);
  }
  const same = (l: Line) => (l.before === l.after ? 1 : 0);
  return [...lines.values()].sort(
    (a, b) => same(a) - same(b) || (same(a) ? order.indexOf(a.before) - order.indexOf(b.before) : b.total - a.total),
  );
}

type Props = { moves: readonly Move[]; label: string; chosen?: Cell; onCell?: (cell: Cell) => void; split: boolean };

/** Verdict before → after, and what people had decided about those messages. A figure opens its messages. */
export function Matrix({ moves, label, chosen, onCell, split }: Props) {
  const { t } = useText();
  const lines = linesOf(moves);
  const columns = split ? groups.filter((g) => moves.some((m) => m.decided === g)) : [];
  const figure = (n: number, cell: Cell, same: boolean) =>
    n === 0 ? (
      <span className="meta">—</span>
    ) : onCell && !same ? (
      <button
        type="button"
        className="link num"
        aria-pressed={chosen?.before === cell.before && chosen?.after === cell.after && chosen?.decided === cell.decided}
        onClick={() => onCell(cell)}
      >
        {formatCount(n)}
      </button>
    ) : (
      formatCount(n)
    );
  return (
    <div className="table-wrap" data-whole>
      <table className="table matrix" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t("rules.test.beforeAfter")}</th>
            {columns.map((g) => (
              <th key={g} scope="col" data-numeric>
                {t(decidedNames[g] ?? "rules.decided.open")}
              </th>
            ))}
            <th scope="col" data-numeric>
              {t("rules.test.all")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((l) => {
            const same = l.before === l.after;
            return (
              <tr key={`${l.before}>${l.after}`} data-same={same || undefined}>
                <th scope="row">
                  <StateTag kind="verdict" state={l.before} /> <span aria-hidden>→</span>{" "}
                  <StateTag kind="verdict" state={l.after} />
                </th>
                {columns.map((g) => (
                  <td key={g} data-numeric data-worry={worry(l, g) || undefined}>
                    {figure(l.by[g] ?? 0, { before: l.before, after: l.after, decided: g }, same)}
                  </td>
                ))}
                <td data-numeric>{figure(l.total, { before: l.before, after: l.after }, same)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What a second look is for: people approved what would now be stopped, or refused what would now pass. */
export const worry = (l: Pick<Line, "before" | "after">, decided: string): boolean =>
  (decided === "approved" && order.indexOf(l.after) > order.indexOf(l.before)) ||
  (decided === "refused" && order.indexOf(l.after) < order.indexOf(l.before));
