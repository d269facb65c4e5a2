import { MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { type HandReason, type LifeStep, takeLifeStep } from "@/api/contract-life";
import type { Contract } from "@/api/contracts";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useAct } from "@/ui/use-act";
import { ChangePlanDialog, SupplementDialog } from "./amend-dialogs";
import { HoldDialog, ObjectDialog, TerminateDialog } from "./end-dialogs";
import { PriceDialog } from "./price-dialogs";

const hand: readonly HandReason[] = ["data", "behaviour", "content"];
type Opened = "change_plan" | "supplement" | "announce_price" | "object_renewal" | "terminate" | "suspend" | "lift";
const beside: readonly Opened[] = ["announce_price", "object_renewal", "lift", "suspend", "terminate"];

/** What may be done with a contract in force: the two usual acts as buttons, the rest behind one. */
export function LifeActions({ contract: c }: { contract: Contract }) {
  const { t } = useText();
  const [open, setOpen] = useState<Opened | null>(null);
  const close = () => setOpen(null);
  const act = useAct(takeLifeStep, { onDone: close });
  const take = (step: LifeStep) => act.mutate({ id: c.id, step });
  const dialog = (what: Opened) => ({ open: open === what, busy: act.isPending, onClose: close });
  const more = beside.filter((what) => allows(c, what));
  const reasons = c.suspension_reasons ?? [];
  return (
    <>
      {allows(c, "change_plan") && <Button onClick={() => setOpen("change_plan")}>{t("life.act.change_plan")}</Button>}
      {allows(c, "supplement") && <Button onClick={() => setOpen("supplement")}>{t("life.act.supplement")}</Button>}
      {more.length > 0 && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: more.map((key) => ({ key, label: t(`life.act.${key}`), danger: key === "terminate" || key === "suspend" })),
            onClick: ({ key }) => setOpen(key as Opened),
          }}
        >
          <Button icon={<MoreOutlined aria-hidden />}>{t("life.act.more")}</Button>
        </Dropdown>
      )}
      <ChangePlanDialog {...dialog("change_plan")} contract={c} onAct={(body) => take({ do: "change_plan", body })} />
      <SupplementDialog {...dialog("supplement")} contract={c} onAct={(body) => take({ do: "supplement", body })} />
      <PriceDialog {...dialog("announce_price")} contract={c} onAct={(body) => take({ do: "announce_price", body })} />
      <ObjectDialog {...dialog("object_renewal")} contract={c} onAct={(body) => take({ do: "object_renewal", body })} />
      <TerminateDialog {...dialog("terminate")} contract={c} onAct={(body) => take({ do: "terminate", body })} />
      <HoldDialog
        {...dialog("suspend")}
        reasons={hand.filter((r) => !reasons.includes(r))}
        onAct={(body) => take({ do: "suspend", body })}
      />
      <HoldDialog
        {...dialog("lift")}
        lift
        reasons={hand.filter((r) => reasons.includes(r))}
        onAct={(body) => take({ do: "lift", body })}
      />
    </>
  );
}
