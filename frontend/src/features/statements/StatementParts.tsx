import { Link } from "@tanstack/react-router";
import type { Statement, StatementMove } from "@/api/statements";
import { type TextKey, useText } from "@/i18n";
import { useSession } from "@/session/session";
import { LinkTo } from "@/ui/LinkTo";
import { Money } from "@/ui/Money";
import { formatDecimal } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";

const kinds: Readonly<Record<string, TextKey>> = {
  bill: "statement.kinds.bill",
  debit_note: "statement.kinds.debit_note",
  credit_note: "statement.kinds.credit_note",
  late_fee: "statement.kinds.late_fee",
  allocation: "statement.kinds.allocation",
  reversal: "statement.kinds.reversal",
};

/** Each movement with the balance after it, from what was brought forward to what is carried. */
export function running(
  s: Pick<Statement, "brought_fen" | "corrected_fen" | "moves">,
): { move: StatementMove; balance: number }[] {
  let balance = s.brought_fen + s.corrected_fen;
  return (s.moves ?? []).map((move) => {
    balance += move.amount_fen;
    return { move, balance };
  });
}

export function Movements({ statement: s }: { statement: Statement }) {
  const { t } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <Panel flush title={t("statement.balance")}>
      <table className="table plain" aria-label={t("statement.balance")}>
        <thead>
          <tr>
            <th scope="col">{t("statement.date")}</th>
            <th scope="col">{t("statement.what")}</th>
            <th scope="col" data-numeric>
              {t("statement.up") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("statement.down") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("statement.left") + unit}
            </th>
          </tr>
        </thead>
        <tbody>
          <Sum label={t("statement.brought")} fen={s.brought_fen} />
          {s.corrected_fen !== 0 && (
            <tr>
              <td />
              <td>{t("statement.corrected")}</td>
              <td data-numeric>{s.corrected_fen > 0 && <Money fen={s.corrected_fen} />}</td>
              <td data-numeric>{s.corrected_fen < 0 && <Money fen={-s.corrected_fen} />}</td>
              <td data-numeric>
                <Money fen={s.brought_fen + s.corrected_fen} />
              </td>
            </tr>
          )}
          {running(s).map(({ move: m, balance }) => (
            <tr key={`${m.kind}.${m.number}.${m.on}.${m.entries?.[0] ?? ""}`}>
              <td className="num">
                {m.on}
                {m.to && m.to !== m.on && ` – ${m.to.slice(5)}`}
              </td>
              <td>
                {nameOf(kinds, m.kind, t)} <span className="num">{m.number}</span>
              </td>
              <td data-numeric>{m.amount_fen > 0 && <Money fen={m.amount_fen} explain={<Behind move={m} />} />}</td>
              <td data-numeric>{m.amount_fen < 0 && <Money fen={-m.amount_fen} explain={<Behind move={m} />} />}</td>
              <td data-numeric>
                <Money fen={balance} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <Sum label={t("statement.carried")} fen={s.carried_fen} />
        </tfoot>
      </table>
    </Panel>
  );
}

/** The ledger entries behind a movement, for those who may read the ledger a click away. */
function Behind({ move: m }: { move: StatementMove }) {
  const { t } = useText();
  const { can } = useSession();
  const keys = m.entries ?? [];
  return (
    <>
      <p>{t("statement.entries", { count: keys.length })}</p>
      <ul>
        {keys.map((key) => (
          <li key={key}>
            {can("ledger.read") ? (
              <LinkTo className="mono" href={`/ledger?tab=entries&q=${encodeURIComponent(key)}`}>
                {key}
              </LinkTo>
            ) : (
              <code className="mono">{key}</code>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Sum({ label, fen }: { label: string; fen: number }) {
  return (
    <tr>
      <td />
      <td>
        <b>{label}</b>
      </td>
      <td />
      <td />
      <td data-numeric>
        <b>
          <Money fen={fen} />
        </b>
      </td>
    </tr>
  );
}

export function Charges({ statement: s }: { statement: Statement }) {
  const { t } = useText();
  const charges = s.charges ?? [];
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <Panel flush title={t("statement.charges")} extra={s.bill && <Link to={`/bills/${s.bill.id}`}>{s.bill.number}</Link>}>
      {charges.length === 0 ? (
        <p className="panel-body meta">{t("statement.noCharges")}</p>
      ) : (
        <table className="table plain" aria-label={t("statement.charges")}>
          <thead>
            <tr>
              <th scope="col">{t("bill.charge")}</th>
              <th scope="col" data-numeric>
                {t("bill.quantity")}
              </th>
              <th scope="col" data-numeric>
                {t("bill.unitPrice") + unit}
              </th>
              <th scope="col" data-numeric>
                {t("bill.amount") + unit}
              </th>
            </tr>
          </thead>
          <tbody>
            {charges.map((c) => (
              <tr key={c.line}>
                <td>
                  {c.name}
                  {c.note && <div className="meta">{c.note}</div>}
                </td>
                <td data-numeric>{c.quantity && formatDecimal(c.quantity)}</td>
                <td data-numeric>{c.unit_price ? formatDecimal(c.unit_price) : "—"}</td>
                <td data-numeric>
                  <Money fen={c.amount_fen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
