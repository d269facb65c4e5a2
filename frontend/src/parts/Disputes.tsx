import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Dispute, resolveDispute } from "@/api/notes";
import { useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { AskReason } from "./AskReason";

type Outcome = "upheld" | "withdrawn";
const outcomes = { uphold: "upheld", withdraw: "withdrawn" } as const;

/** The disputes of a bill or a statement, each with what may be decided. */
export function Disputes({ disputes, linked }: { disputes: readonly Dispute[]; linked?: boolean }) {
  const { t } = useText();
  const [asked, setAsked] = useState<{ id: string; outcome: Outcome } | null>(null);
  const resolve = useAct(resolveDispute, { onDone: () => setAsked(null) });
  const unit = ` (${t("ui.money.unit")})`;
  const title = asked ? t(asked.outcome === "upheld" ? "note.act.uphold" : "note.act.withdraw") : "";
  return (
    <Panel flush title={t("note.dispute.title")}>
      <table className="table plain" aria-label={t("note.dispute.title")}>
        <thead>
          <tr>
            <th scope="col">{t("note.dispute.opened")}</th>
            <th scope="col" data-numeric>
              {t("note.disputed") + unit}
            </th>
            <th scope="col">{t("note.reason")}</th>
            <th scope="col">{t("ui.state")}</th>
            <th scope="col" aria-label={t("ui.actions")} />
          </tr>
        </thead>
        <tbody>
          {disputes.map((d) => (
            <tr key={d.id}>
              <td>
                <span className="num">{d.opened_on}</span>
                <div className="meta">
                  {d.opened_by_name} · {t(d.by_customer ? "note.dispute.byCustomer" : "note.dispute.byUs")}
                </div>
                {linked && (
                  <Link className="num" to={`/bills/${d.bill_id}`}>
                    {d.bill_number}
                  </Link>
                )}
              </td>
              <td data-numeric>
                <Money fen={d.amount_fen} />
              </td>
              <td>
                {d.reason}
                {d.outcome && (
                  <div className="meta">
                    {d.closed_on} {d.closed_by_name}：{d.outcome}
                  </div>
                )}
              </td>
              <td>
                <StateTag kind="dispute" state={d.state} />
              </td>
              <td>
                {(["uphold", "withdraw"] as const)
                  .filter((act) => d.available_actions?.includes(act))
                  .map((act) => (
                    <Button key={act} size="small" onClick={() => setAsked({ id: d.id, outcome: outcomes[act] })}>
                      {t(
                        act === "withdraw" && !d.available_actions?.includes("uphold")
                          ? "note.act.withdrawOwn"
                          : `note.act.${act}`,
                      )}
                    </Button>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AskReason
        open={asked !== null}
        title={title}
        confirm={title}
        hint={t("note.form.disputeHint")}
        busy={resolve.isPending}
        onAct={(reason) => asked && resolve.mutate({ ...asked, reason })}
        onClose={() => setAsked(null)}
      />
    </Panel>
  );
}
