import { ClockCircleOutlined, SyncOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { type LifeStep, takeLifeStep } from "@/api/contract-life";
import type { Contract } from "@/api/contracts";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { nameOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { causes } from "./causes";
import { ReasonDialog } from "./dialogs";
import { daysUntil } from "./patch";
import "./life.css";

/** What is about to happen to the contract: a termination with its clock and what may be done about it, or its renewal. */
export function EndingNote({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  const today = useBusinessDay();
  const [open, setOpen] = useState<LifeStep["do"] | null>(null);
  const close = () => setOpen(null);
  const act = useAct(takeLifeStep, { onDone: close });
  const take = (step: LifeStep) => act.mutate({ id: c.id, step });
  const { life } = c;
  const endings = life.terminations ?? [];
  const running = endings.find((e) => e.state === "running");
  const requested = endings.find((e) => e.state === "requested");
  const dialog = (what: LifeStep["do"]) => ({ open: open === what, busy: act.isPending, onClose: close });
  const button = (what: LifeStep["do"], text: string, look: { primary?: boolean; danger?: boolean } = {}) => (
    <Button size="small" type={look.primary ? "primary" : "default"} danger={look.danger} onClick={() => setOpen(what)}>
      {text}
    </Button>
  );
  return (
    <>
      {requested && (
        <div className="warn-note" role="status">
          <ClockCircleOutlined aria-hidden />
          {t("life.note.requested", { cause: nameOf(causes, requested.cause, t) })} — {requested.reason}
          <p className="meta">{t("life.note.second")}</p>
          <span className="life-acts">
            {allows(c, "decide_termination") && (
              <>
                <Button
                  size="small"
                  type="primary"
                  loading={act.isPending}
                  onClick={() => take({ do: "approve_termination", of: requested.id })}
                >
                  {t("life.act.approve_termination")}
                </Button>
                {button("reject_termination", t("life.act.reject_termination"), { danger: true })}
              </>
            )}
            {allows(c, "withdraw_termination") && !running && button("withdraw_termination", t("life.act.withdraw_termination"))}
          </span>
        </div>
      )}
      {running && (
        <div className="warn-note" role="status">
          <ClockCircleOutlined aria-hidden />
          {t("life.note.running", { cause: nameOf(causes, running.cause, t) })} —{" "}
          {t("life.note.over", {
            ends: running.ends_on ?? "",
            last: running.last_day ?? "",
            days: daysUntil(today, running.ends_on ?? today),
          })}
          <p className="meta">
            {running.reason}
            {running.curable && ` · ${t("life.note.curable")}`}
          </p>
          <span className="life-acts">
            {allows(c, "cure") && button("cure", t("life.act.cure"), { primary: true })}
            {allows(c, "withdraw_termination") && button("withdraw_termination", t("life.act.withdraw_termination"))}
          </span>
        </div>
      )}
      {(life.objected_on || life.renews_until || life.renewals > 0 || life.adopted) && (
        <p className="meta">
          <SyncOutlined aria-hidden />{" "}
          {[
            life.adopted && t("life.note.adopted"),
            life.renewals > 0 && t("life.note.renewed", { n: life.renewals, from: life.term_from ?? "" }),
            life.objected_on
              ? t("life.note.objected", {
                  on: life.objected_on,
                  by: t(life.objected_by === "provider" ? "contract.sign.provider" : "contract.sign.customer"),
                  end: c.end ?? "",
                })
              : life.renews_until && t("life.note.renews", { until: life.renews_until, by: life.object_until ?? "" }),
          ]
            .filter(Boolean)
            .join(" ")}
        </p>
      )}
      <ReasonDialog
        {...dialog("reject_termination")}
        text="life.act.reject_termination"
        danger
        onAct={(body) => take({ do: "reject_termination", of: requested?.id ?? "", body })}
      />
      <ReasonDialog {...dialog("cure")} text="life.act.cure" onAct={(body) => take({ do: "cure", body })} />
      <ReasonDialog
        {...dialog("withdraw_termination")}
        text="life.act.withdraw_termination"
        onAct={(body) => take({ do: "withdraw_termination", body })}
      />
    </>
  );
}
