import { FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { Contract } from "@/api/contracts";
import { type DepositMove, decideRefund, depositNotice, depositQuery, depositReceipt, requestRefund } from "@/api/deposits";
import type { PaymentMethod } from "@/api/payments";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { methodNames, nameOf } from "@/ui/names";
import { Empty, Figures, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { RefundDialog } from "./RefundDialog";
import { TakingDialog, type TakingKind } from "./TakingDialog";

/** What was agreed, what is held, and every move with its receipt; a refund is asked for by one person and decided by another. */
export function DepositTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  const [taking, setTaking] = useState<TakingKind | null>(null);
  const [refunding, setRefunding] = useState(false);
  const query = useQuery(depositQuery(contract.id));
  const refund = useAct(requestRefund, { done: t("contract.deposit.asked"), onDone: () => setRefunding(false) });
  return (
    <Loaded query={query}>
      {(d) => (
        <div className="stack" style={{ gap: 16 }}>
          <Figures
            items={[
              { label: t("contract.deposit.agreed"), value: <Money fen={d.agreed_fen} sign /> },
              { label: t("contract.deposit.held"), value: <Money fen={d.held_fen} sign /> },
              { label: t("contract.deposit.missing"), value: <Money fen={d.missing_fen} sign /> },
            ]}
          />
          <Panel
            flush
            title={t("contract.deposit.moves")}
            extra={
              <span className="row-actions">
                {allows(d, "refund") && (
                  <Button size="small" onClick={() => setRefunding(true)}>
                    {t("contract.deposit.refund")}
                  </Button>
                )}
                {(["set_off", "deduct", "forfeit"] as const).map(
                  (what) =>
                    allows(d, what) && (
                      <Button key={what} size="small" onClick={() => setTaking(what)}>
                        {t(`contract.deposit.${what}`)}
                      </Button>
                    ),
                )}
              </span>
            }
          >
            {d.moves?.length ? <Moves moves={d.moves} /> : <Empty why={t("contract.deposit.none")} />}
          </Panel>
          <TakingDialog contract={contract.id} held={d.held_fen} what={taking} onClose={() => setTaking(null)} />
          <RefundDialog
            held={d.held_fen}
            open={refunding}
            busy={refund.isPending}
            onAct={(body) => refund.mutate({ ...body, id: contract.id })}
            onClose={() => setRefunding(false)}
          />
        </div>
      )}
    </Loaded>
  );
}

function Moves({ moves }: { moves: readonly DepositMove[] }) {
  const { t } = useText();
  const decide = useAct(decideRefund);
  return (
    <table className="table" aria-label={t("contract.deposit.moves")}>
      <thead>
        <tr>
          <th scope="col">{t("payment.number")}</th>
          <th scope="col">{t("contract.kind")}</th>
          <th scope="col">{t("payment.valueDate")}</th>
          <th scope="col">{t("payment.method")}</th>
          <th scope="col">{t("payment.recordedBy")}</th>
          <th scope="col" data-numeric>
            {`${t("payment.amount")} (${t("ui.money.unit")})`}
          </th>
          <th scope="col">{t("ui.actions")}</th>
        </tr>
      </thead>
      <tbody>
        {moves.map((m) => (
          <tr key={m.id}>
            <td className="num">{m.number}</td>
            <td>
              {t(`contract.deposit.kind.${m.kind}`)} <span className="meta">{t(`contract.deposit.state.${m.state}`)}</span>
            </td>
            <td className="num">{m.on}</td>
            <td>
              {m.method ? nameOf(methodNames, m.method as PaymentMethod, t) : m.reason}
              {m.document_id && <AttachmentLink file={{ id: m.document_id, name: "PDF" }} />}
            </td>
            <td>
              {m.recorded_by_name} <Instant at={m.recorded_at} />
              {m.decided_by_name && <div className="meta">{m.decided_by_name}</div>}
            </td>
            <td data-numeric>
              <Money fen={m.amount_fen} explain={m.amount_words} />
            </td>
            <td>
              <span className="row-actions">
                {allows(m, "notice") && (
                  <a href={depositNotice(m.id)} target="_blank" rel="noreferrer" aria-label={`PDF ${m.number}`}>
                    <FilePdfOutlined aria-hidden /> {t("contract.deposit.notice")}
                  </a>
                )}
                {allows(m, "receipt") && (
                  <a
                    href={depositReceipt(m.id)}
                    target="_blank"
                    rel="noreferrer"
                    aria-label={`PDF ${t("payment.receipt")} ${m.number}`}
                  >
                    <FilePdfOutlined aria-hidden /> PDF
                  </a>
                )}
                {allows(m, "approve") && (
                  <>
                    <Button
                      size="small"
                      type="primary"
                      disabled={decide.isPending}
                      onClick={() => decide.mutate({ id: m.id, approve: true })}
                    >
                      {t("contract.deposit.approve")}
                    </Button>
                    <Button
                      size="small"
                      danger
                      disabled={decide.isPending}
                      onClick={() => decide.mutate({ id: m.id, approve: false })}
                    >
                      {t("contract.deposit.reject")}
                    </Button>
                  </>
                )}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
