import { Link } from "@tanstack/react-router";
import type { Wallet } from "@/api/wallets";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";

export function Months({ wallet: w }: { wallet: Wallet }) {
  const { t } = useText();
  return (
    <Panel flush title={t("wallet.months")}>
      {w.months?.length ? (
        <div className="table-wrap">
          <table className="table" aria-label={t("wallet.months")}>
            <thead>
              <tr>
                <th scope="col">{t("wallet.month")}</th>
                <th scope="col" data-numeric>
                  {t("wallet.moneyParts")}
                </th>
                <th scope="col" data-numeric>
                  {t("wallet.creditParts")}
                </th>
                <th scope="col" data-numeric>
                  {t("wallet.openParts")}
                </th>
                <th scope="col" data-numeric>{`${t("wallet.charged")} (${t("ui.money.unit")})`}</th>
              </tr>
            </thead>
            <tbody>
              {w.months.map((m) => (
                <tr key={m.month}>
                  <td className="num">{m.month}</td>
                  <td data-numeric>{formatCount(m.money_parts)}</td>
                  <td data-numeric>{formatCount(m.credit_parts)}</td>
                  <td data-numeric>
                    {formatCount(m.open_parts)}
                    {m.open_parts > 0 && <div className="meta">{t("wallet.openPartsHint")}</div>}
                  </td>
                  <td data-numeric>
                    <Money
                      fen={m.charged_fen}
                      explain={
                        m.lines?.length
                          ? m.lines.map((l) => (
                              <div key={`${l.from}${l.unit_price}${l.basis ?? ""}`}>
                                {t("bill.why.formula", { quantity: formatCount(Number(l.quantity)), price: l.unit_price })}
                                {l.basis && <span className="meta"> {l.basis}</span>} = <Money fen={l.amount_fen} sign />
                              </div>
                            ))
                          : undefined
                      }
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty why={t("wallet.noMonths")} />
      )}
    </Panel>
  );
}

export function Reservations({ wallet: w }: { wallet: Wallet }) {
  const { t } = useText();
  return (
    <Panel flush title={t("wallet.reservations")}>
      {w.reservations?.length ? (
        <div className="table-wrap">
          <table className="table" aria-label={t("wallet.reservations")}>
            <thead>
              <tr>
                <th scope="col">{t("wallet.batch")}</th>
                <th scope="col" data-numeric>
                  {t("wallet.wanted")}
                </th>
                <th scope="col" data-numeric>
                  {t("wallet.charged")}
                </th>
                <th scope="col" data-numeric>
                  {t("wallet.released")}
                </th>
                <th scope="col" data-numeric>
                  {t("wallet.held")}
                </th>
                <th scope="col" data-numeric>{`${t("wallet.reserved")} (${t("ui.money.unit")})`}</th>
              </tr>
            </thead>
            <tbody>
              {w.reservations.map((r) => (
                <tr key={r.batch_id}>
                  <td>
                    <Link to={`/batches/${r.batch_id}`}>
                      <Instant at={r.created_at} />
                    </Link>
                  </td>
                  <td data-numeric>{formatCount(r.wanted)}</td>
                  <td data-numeric>{formatCount(r.charged_parts)}</td>
                  <td data-numeric>{formatCount(r.released_parts)}</td>
                  <td data-numeric>{r.held > 0 ? <b>{formatCount(r.held)}</b> : "0"}</td>
                  <td data-numeric>
                    <Money fen={r.reserved_fen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty why={t("wallet.noReservations")} />
      )}
    </Panel>
  );
}

export function Lots({ wallet: w }: { wallet: Wallet }) {
  const { t } = useText();
  return (
    <Panel flush title={t("wallet.lots")} extra={<span className="meta">{t("wallet.lotsHint")}</span>}>
      <div className="table-wrap">
        <table className="table" aria-label={t("wallet.lots")}>
          <thead>
            <tr>
              <th scope="col">{t("wallet.granted")}</th>
              <th scope="col">{t("wallet.endsOn")}</th>
              <th scope="col" data-numeric>
                {t("wallet.count")}
              </th>
              <th scope="col" data-numeric>
                {t("wallet.left")}
              </th>
              <th scope="col" data-numeric>{`${t("wallet.fee")} (${t("ui.money.unit")})`}</th>
            </tr>
          </thead>
          <tbody>
            {w.lots?.map((l) => (
              <tr key={l.id}>
                <td className="num">{l.granted_on}</td>
                <td className="num">{l.ends_on ?? t("wallet.withContract")}</td>
                <td data-numeric>{formatCount(l.messages)}</td>
                <td data-numeric>{formatCount(l.left)}</td>
                <td data-numeric>
                  <Money fen={l.fee_fen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
