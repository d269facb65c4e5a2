import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Contract, type Step, takeStep } from "@/api/contracts";
import { receiveDeposit } from "@/api/deposits";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useAct } from "@/ui/use-act";
import { ConfirmSigning, DepositDialog, ReasonDialog, SignDialog } from "./dialogs";
import { LifeActions } from "./LifeActions";
import { SignInPortal } from "./SignDialogs";

type Shown = { action: string; text: TextKey; primary?: boolean; danger?: boolean };

/** In the order in which they come in a contract's life. Which of them may be taken now, the server says. */
const shown: readonly Shown[] = [
  { action: "edit", text: "contract.edit" },
  { action: "withdraw", text: "contract.act.withdraw" },
  { action: "submit", text: "contract.act.submit", primary: true },
  { action: "reject", text: "contract.act.reject", danger: true },
  { action: "approve", text: "contract.act.approve", primary: true },
  { action: "sign_online", text: "signing.sign_online", primary: true },
  { action: "e_sign", text: "signing.e_sign" },
  { action: "sign", text: "contract.act.sign", primary: true },
  { action: "confirm_signing", text: "contract.act.confirm_signing", primary: true },
  { action: "deposit", text: "contract.act.deposit", primary: true },
];

export function ContractActions({ contract }: { contract: Contract }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [open, setOpen] = useState<string | null>(null);
  const close = () => setOpen(null);
  const act = useAct(takeStep, { onDone: close });
  const deposit = useAct(receiveDeposit, { onDone: close });
  const take = (step: Step) => act.mutate({ id: contract.id, step });
  const press = (action: string) => {
    if (action === "edit") void navigate({ to: `/contracts/${contract.id}/edit` });
    else if (action === "submit") take({ do: "submit" });
    // Whoever approves names the version that was read, so that nobody approves what came after.
    else if (action === "approve") take({ do: "approve", body: { version: contract.version } });
    else setOpen(action);
  };
  const dialog = (action: string) => ({ open: open === action, busy: act.isPending, onClose: close });
  return (
    <>
      {shown
        .filter((s) => allows(contract, s.action))
        .map((s) => (
          <Button
            key={s.action}
            type={s.primary ? "primary" : "default"}
            danger={s.danger}
            loading={act.isPending && act.variables?.step.do === s.action}
            onClick={() => press(s.action)}
          >
            {t(s.text)}
          </Button>
        ))}
      <ReasonDialog {...dialog("reject")} text="contract.act.reject" danger onAct={(body) => take({ do: "reject", body })} />
      <ReasonDialog {...dialog("withdraw")} text="contract.act.withdraw" onAct={(body) => take({ do: "withdraw", body })} />
      <SignDialog {...dialog("sign")} onAct={(body) => take({ do: "sign", body })} />
      <ConfirmSigning {...dialog("confirm_signing")} contract={contract} onAct={() => take({ do: "confirm_signing" })} />
      <DepositDialog
        {...dialog("deposit")}
        busy={deposit.isPending}
        contract={contract}
        onAct={(body) => deposit.mutate({ ...body, id: contract.id })}
      />
      <SignInPortal contract={contract} way={open === "sign_online" || open === "e_sign" ? open : null} onClose={close} />
      <LifeActions contract={contract} />
    </>
  );
}
