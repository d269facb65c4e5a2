import { FileOutlined, FilePdfOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { attachmentHref } from "@/api/attachments";
import { topUpReceipt, type WalletMove } from "@/api/wallets";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { DecideDialog } from "./DecideDialog";

/** Documents of wallets, each with who recorded it, who confirmed it, its proof and its receipt. */
export function Moves({ moves, contracts }: { moves: readonly WalletMove[]; contracts?: boolean }) {
  const { t } = useText();
  const [open, setOpen] = useState<{ move: WalletMove; confirm: boolean } | null>(null);
  return (
    <>
      <div className="table-wrap">
        <table className="table" aria-label={t("wallet.moves")}>
          <thead>
            <tr>
              <th scope="col">{t("wallet.number")}</th>
              {contracts && <th scope="col">{t("contract.one")}</th>}
              <th scope="col">{t("wallet.kind")}</th>
              <th scope="col">{t("wallet.on")}</th>
              <th scope="col">{t("wallet.by")}</th>
              <th scope="col" data-numeric>{`${t("wallet.amount")} (${t("ui.money.unit")})`}</th>
              <th scope="col">{t("ui.actions")}</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((m) => (
              <tr key={m.id}>
                <td className="num">
                  {m.number}
                  {m.reference && (
                    <div className="meta">
                      <code className="mono" title={t("wallet.reference")}>
                        {m.reference}
                      </code>
                    </div>
                  )}
                </td>
                {contracts && (
                  <td>
                    <Link className="num" to={`/contracts/${m.contract_id}`} search={{ tab: "wallet" } as never}>
                      {m.contract_number}
                    </Link>
                    <div className="meta">{m.customer_name}</div>
                  </td>
                )}
                <td>
                  {t(`wallet.kinds.${m.kind}`)} <span className="meta">{t(`wallet.states.${m.state}`)}</span>
                  {m.decision_reason && <div className="meta">{m.decision_reason}</div>}
                  {m.reason && <div className="meta">{m.reason}</div>}
                </td>
                <td className="num">{m.on}</td>
                <td>
                  {m.recorded_by_name} <Instant at={m.recorded_at} />
                  {m.decided_by_name && m.decided_by_name !== m.recorded_by_name && (
                    <div className="meta">
                      {t("wallet.decidedBy")} {m.decided_by_name}
                    </div>
                  )}
                </td>
                <td data-numeric>
                  {(m.amount_fen > 0 || m.messages === 0) && <Money fen={m.amount_fen} />}
                  {m.messages > 0 && <div>{t("wallet.messagesCount", { count: formatCount(m.messages) })}</div>}
                </td>
                <td>
                  <span className="row-actions">
                    {m.document_id && (
                      <a href={attachmentHref(m.document_id)} target="_blank" rel="noreferrer">
                        <FileOutlined aria-hidden /> {t("wallet.proof")}
                      </a>
                    )}
                    {m.available_actions?.includes("receipt") && (
                      <a
                        href={topUpReceipt(m.id)}
                        target="_blank"
                        rel="noreferrer"
                        aria-label={`PDF ${t("wallet.receipt")} ${m.number}`}
                      >
                        <FilePdfOutlined aria-hidden /> PDF
                      </a>
                    )}
                    {m.available_actions?.includes("decide") && (
                      <>
                        <Button size="small" type="primary" onClick={() => setOpen({ move: m, confirm: true })}>
                          {t("wallet.confirm")}
                        </Button>
                        <Button size="small" danger onClick={() => setOpen({ move: m, confirm: false })}>
                          {t("wallet.reject")}
                        </Button>
                      </>
                    )}
                    {m.state === "requested" && !m.available_actions?.includes("decide") && (
                      <span className="meta">{t("wallet.own")}</span>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open && <DecideDialog move={open.move} confirm={open.confirm} onClose={() => setOpen(null)} />}
    </>
  );
}
