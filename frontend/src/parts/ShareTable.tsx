import { useText } from "@/i18n";
import { Money, MoneyInput } from "@/ui/Money";
import { formatFen } from "@/ui/money";

/** A line of which a part can be taken; `left` is the most. */
export type Takeable = { line: number; name: string; left: number };
export type Taken = Readonly<Record<number, number | null | undefined>>;

/** The parts that were entered, in the form that the server takes. */
export const sharesOf = (taken: Taken) =>
  Object.entries(taken).flatMap(([line, fen]) => (fen ? [{ line: Number(line), amount_fen: fen }] : []));

/** What is wrong with the amounts that were entered, if anything. */
export function wrongShare(lines: readonly Takeable[], taken: Taken): number | "none" | null {
  if (sharesOf(taken).length === 0) return "none";
  return lines.find((l) => (taken[l.line] ?? 0) > l.left || (taken[l.line] ?? 0) < 0)?.line ?? null;
}

type Props = { lines: readonly Takeable[]; value?: Taken; onChange?: (taken: Taken) => void; label: string };

/** Lines with what is left of each, and how much of it is meant. */
export function ShareTable({ lines, value = {}, onChange, label }: Props) {
  const { t } = useText();
  const sum = sharesOf(value).reduce((all, s) => all + s.amount_fen, 0);
  return (
    <table className="table plain" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("bill.charge")}</th>
          <th scope="col" data-numeric>
            {t("note.form.left")}
          </th>
          <th scope="col" data-numeric>
            {t("note.form.amount")}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((l) => {
          const over = (value[l.line] ?? 0) > l.left;
          return (
            <tr key={l.line}>
              <td>{l.name}</td>
              <td data-numeric>
                <Money fen={l.left} />
              </td>
              <td data-numeric>
                <MoneyInput
                  aria-label={`${l.name} · ${t("note.form.amount")}`}
                  value={value[l.line] ?? null}
                  status={over ? "error" : undefined}
                  onChange={(fen) => onChange?.({ ...value, [l.line]: fen })}
                />
                {over && <div className="field-error">{t("note.form.tooMuch", { left: formatFen(l.left) })}</div>}
              </td>
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={2}>{t("note.form.sum")}</td>
          <td data-numeric>
            <Money fen={sum} sign />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
