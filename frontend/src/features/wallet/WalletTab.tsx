import { ExclamationCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import type { Contract } from "@/api/contracts";
import { setThreshold, type Wallet, type WalletAct, walletQuery } from "@/api/wallets";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Empty, Figures, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { RecordDialog, ThresholdDialog } from "./dialogs";
import { Moves } from "./Moves";

/** What is left, what it came from and where it went: top-ups with their proof, what batches set aside, charges by month. */
export function WalletTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  const [act, setAct] = useState<WalletAct | "threshold" | null>(null);
  const query = useQuery(walletQuery(contract.id));
  const threshold = useAct(setThreshold, { onDone: () => setAct(null) });
  return (
    <Loaded query={query}>
      {(w) => (
        <div className="stack" style={{ gap: 16 }}>
          <Figures
            items={[
              { label: t("wallet.available"), value: <Money fen={w.available_fen} sign />, note: t("wallet.availableHint") },
              { label: t("wallet.balance"), value: <Money fen={w.balance_fen} sign />, note: t("wallet.balanceHint") },
              { label: t("wallet.reserved"), value: <Money fen={w.reserved_fen} sign />, note: t("wallet.reservedHint") },
              {
                label: t("wallet.messages"),
                value: formatCount(w.messages),
                note:
                  w.reserved_messages > 0
                    ? t("wallet.messagesReserved", { count: formatCount(w.reserved_messages) })
                    : t("wallet.messagesHint"),
              },
            ]}
          />
          {w.low && !w.ended_on && (
            <div className="warn-note" role="status">
              <ExclamationCircleOutlined aria-hidden /> {t("wallet.low")}
              <p className="meta">{t("wallet.lowNext")}</p>
            </div>
          )}
          {w.ended_on && <p className="meta">{t("wallet.ended", { day: w.ended_on })}</p>}
          <Panel
            flush
            title={t("wallet.moves")}
            extra={
              <span className="row-actions">
                {(["threshold", "give_back", "refund", "top_up"] as const)
                  .filter((a) => w.available_actions?.includes(a))
                  .map((a) => (
                    <Button key={a} size="small" type={a === "top_up" ? "primary" : "default"} onClick={() => setAct(a)}>
                      {t(`wallet.act.${a}`)}
                    </Button>
                  ))}
              </span>
            }
          >
            {w.moves?.length ? <Moves moves={w.moves} /> : <Empty why={t("wallet.none")} next={t("wallet.noneNext")} />}
          </Panel>
          <Months wallet={w} />
          <Reservations wallet={w} />
          {!!w.lots?.length && <Lots wallet={w} />}
          {act && act !== "threshold" && (
            <RecordDialog contract={contract.id} act={act} most={w.available_fen} onClose={() => setAct(null)} />
          )}
          <ThresholdDialog
            open={act === "threshold"}
            wallet={w}
            busy={threshold.isPending}
            onAct={(body) => threshold.mutate({ ...body, id: contract.id })}
            onClose={() => setAct(null)}
          />
        </div>
      )}
    </Loaded>
  );
}

function Months({ wallet: w }: { wallet: Wallet }) {
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

function Reservations({ wallet: w }: { wallet: Wallet }) {
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

function Lots({ wallet: w }: { wallet: Wallet }) {
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
