import { FileOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { attachmentHref } from "@/api/attachments";
import { type Charge, chargesQuery, decideCharge, withdrawCharge } from "@/api/charges";
import type { Contract } from "@/api/contracts";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { CountsPanel } from "./CountsPanel";
import { ChargeDialog, WhyDialog } from "./charge-dialogs";

/** What goes on the next bill besides the plan; for port agreements the carrier's counts, which are the billing basis. */
export function ChargesTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const query = useQuery(chargesQuery({ contract_id: contract.id, limit: "100" }));
  const live = !["draft", "under_review", "awaiting_signature", "closed"].includes(contract.state);
  return (
    <div className="stack" style={{ gap: 16 }}>
      <Panel
        flush
        title={t("charge.title")}
        extra={
          can("charge.record") && live ? (
            <Button size="small" type="primary" onClick={() => setAdding(true)}>
              {t("charge.add")}
            </Button>
          ) : undefined
        }
      >
        <p className="meta" style={{ padding: "10px 16px" }}>
          {t("charge.hint")}
        </p>
        <Loaded query={query} rows={3}>
          {(data) =>
            data.items?.length ? <Charges items={data.items} /> : <Empty why={t("charge.none")} next={t("charge.noneNext")} />
          }
        </Loaded>
      </Panel>
      {contract.kind === "port" && <CountsPanel contract={contract} />}
      {adding && <ChargeDialog contract={contract.id} onClose={() => setAdding(false)} />}
    </div>
  );
}

function Charges({ items }: { items: readonly Charge[] }) {
  const { t } = useText();
  const [open, setOpen] = useState<{ charge: Charge; act: "approve" | "reject" | "withdraw" } | null>(null);
  const close = { onDone: () => setOpen(null) };
  const decide = useAct(decideCharge, close);
  const withdraw = useAct(withdrawCharge, close);
  return (
    <>
      <div className="table-wrap">
        <table className="table" aria-label={t("charge.title")}>
          <thead>
            <tr>
              <th scope="col">{t("charge.on")}</th>
              <th scope="col">{t("charge.kind")}</th>
              <th scope="col">{t("charge.reason")}</th>
              <th scope="col">{t("charge.state")}</th>
              <th scope="col">{t("charge.by")}</th>
              <th scope="col" data-numeric>{`${t("charge.amount")} (${t("ui.money.unit")})`}</th>
              <th scope="col">{t("ui.actions")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((x) => (
              <tr key={x.id}>
                <td className="num">{x.on}</td>
                <td>
                  {t(`charge.kinds.${x.kind}`)}
                  {x.name && x.name !== t(`charge.kinds.${x.kind}`) && <div className="meta">{x.name}</div>}
                  {x.kind === "blocked" && (
                    <div className="meta num">
                      {formatCount(x.blocked)} / {formatCount(x.submitted)}
                    </div>
                  )}
                </td>
                <td>
                  {x.reason}
                  {x.document_id && (
                    <div>
                      <a href={attachmentHref(x.document_id)} target="_blank" rel="noreferrer">
                        <FileOutlined aria-hidden /> {t("charge.evidence")}
                      </a>
                    </div>
                  )}
                </td>
                <td>
                  {t(`charge.states.${x.state}`)}
                  {x.bill_id ? (
                    <div>
                      <Link className="num" to={`/bills/${x.bill_id}`}>
                        {x.bill_number}
                      </Link>
                    </div>
                  ) : (
                    x.billed_month && <div className="meta">{t("charge.setOff", { month: x.billed_month })}</div>
                  )}
                  {x.decision_reason && <div className="meta">{x.decision_reason}</div>}
                </td>
                <td>
                  {x.recorded_by_name} <Instant at={x.recorded_at} />
                </td>
                <td data-numeric>{x.kind === "blocked" ? "—" : <Money fen={x.amount_fen} />}</td>
                <td>
                  <span className="row-actions">
                    {x.available_actions?.includes("decide") && (
                      <>
                        <Button size="small" type="primary" onClick={() => setOpen({ charge: x, act: "approve" })}>
                          {t("charge.approve")}
                        </Button>
                        <Button size="small" danger onClick={() => setOpen({ charge: x, act: "reject" })}>
                          {t("charge.reject")}
                        </Button>
                      </>
                    )}
                    {x.available_actions?.includes("withdraw") && (
                      <Button size="small" onClick={() => setOpen({ charge: x, act: "withdraw" })}>
                        {t("charge.withdraw")}
                      </Button>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open?.act === "approve" && (
        <ConfirmTotals
          open
          title={t("charge.approveTitle")}
          sentence={t("charge.approveSentence", {
            customer: open.charge.customer_name,
            contract: open.charge.contract_number,
            what: t(`charge.kinds.${open.charge.kind}`),
            amount: formatYuan(open.charge.amount_fen),
            reason: open.charge.reason,
          })}
          confirm={t("charge.approve")}
          busy={decide.isPending}
          onConfirm={() => decide.mutate({ id: open.charge.id, approve: true })}
          onCancel={() => setOpen(null)}
        />
      )}
      {open && open.act !== "approve" && (
        <WhyDialog
          title={t(open.act === "reject" ? "charge.reject" : "charge.withdraw")}
          busy={decide.isPending || withdraw.isPending}
          onAct={(reason) =>
            open.act === "reject"
              ? decide.mutate({ id: open.charge.id, approve: false, reason })
              : withdraw.mutate({ id: open.charge.id, reason })
          }
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
