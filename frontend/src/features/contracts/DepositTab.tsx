import { FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { Contract } from "@/api/contracts";
import { type DepositMove, decideRefund, depositQuery, depositReceipt, requestRefund } from "@/api/deposits";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { methodNames, nameOf } from "@/ui/names";
import { Empty, Figures, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { RefundDialog } from "./RefundDialog";

/** What was agreed, what is held, and every move with its receipt; a refund is asked for by one person and decided by another. */
export function DepositTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  const { can } = useSession();
  const [refunding, setRefunding] = useState(false);
  const query = useQuery(depositQuery(contract.id));
  const refund = useAct(requestRefund, { done: t("contract.deposit.asked"), onDone: () => setRefunding(false) });
  const ended = ["settled", "closed"].includes(contract.state);
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
              ended && d.held_fen > 0 && can("deposit.receive") ? (
                <Button size="small" onClick={() => setRefunding(true)}>
                  {t("contract.deposit.refund")}
                </Button>
              ) : undefined
            }
          >
            {d.moves?.length ? <Moves moves={d.moves} /> : <Empty why={t("contract.deposit.none")} />}
          </Panel>
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
  const { can } = useSession();
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
            <td>{nameOf(methodNames, m.method, t)}</td>
            <td>
              {m.recorded_by_name} <Instant at={m.recorded_at} />
            </td>
            <td data-numeric>
              <Money fen={m.amount_fen} explain={m.amount_words} />
            </td>
            <td>
              <span className="row-actions">
                {m.state === "done" && (
                  <a
                    href={depositReceipt(m.id)}
                    target="_blank"
                    rel="noreferrer"
                    aria-label={`PDF ${t("payment.receipt")} ${m.number}`}
                  >
                    <FilePdfOutlined aria-hidden /> PDF
                  </a>
                )}
                {m.state === "requested" && can("deposit.receive") && (
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
