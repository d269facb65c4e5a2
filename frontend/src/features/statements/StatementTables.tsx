import { Link } from "@tanstack/react-router";
import type { Statement } from "@/api/statements";
import { useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Panel } from "@/ui/Page";

export function OpenBills({ statement: s }: { statement: Statement }) {
  const { t } = useText();
  const rows = s.open_bills ?? [];
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <Panel flush title={t("statement.open")}>
      {rows.length === 0 ? (
        <p className="panel-body meta">{t("statement.noOpen")}</p>
      ) : (
        <table className="table plain" aria-label={t("statement.open")}>
          <thead>
            <tr>
              <th scope="col">{t("bill.number")}</th>
              <th scope="col">{t("bill.dueOn")}</th>
              <th scope="col" data-numeric>
                {t("statement.lateOpen") + unit}
              </th>
              <th scope="col" data-numeric>
                {t("bill.open") + unit}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((b) => (
              <tr key={b.id}>
                <td>
                  <Link className="num" to={`/bills/${b.id}`}>
                    {b.number}
                  </Link>
                </td>
                <td className="num">{b.due_on}</td>
                <td data-numeric>
                  <Money fen={b.late_fee_fen} />
                </td>
                <td data-numeric>
                  <Money fen={b.open_fen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

export function UsageDays({ statement: s }: { statement: Statement }) {
  const { t } = useText();
  const days = s.usage ?? [];
  return (
    <Panel flush title={t("statement.usage")}>
      {days.length === 0 ? (
        <p className="panel-body meta">{t("statement.noUsage")}</p>
      ) : (
        <table className="table plain" aria-label={t("statement.usage")}>
          <thead>
            <tr>
              <th scope="col">{t("statement.date")}</th>
              <th scope="col" data-numeric>
                {t("statement.used")}
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map((u) => (
              <tr key={u.day}>
                <td className="num">{u.day}</td>
                <td data-numeric>{formatCount(u.parts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
