import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { actOnContract, type Contract } from "@/api/contracts";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useAct } from "@/ui/use-act";
import { ConfirmSigning, DepositDialog, RejectDialog, SignDialog, TerminateDialog } from "./dialogs";

export type ActProps = {
  contract: Contract;
  open: boolean;
  busy: boolean;
  error: unknown;
  onAct: (body: Record<string, unknown>) => void;
  onClose: () => void;
};

type Step = { action: string; text: TextKey; primary?: boolean; danger?: boolean; dialog?: (p: ActProps) => React.ReactNode };

/** In the order in which they come in a contract's life. Which of them may be done now, the server says. */
const steps: readonly Step[] = [
  { action: "submit", text: "contract.act.submit", primary: true },
  { action: "withdraw", text: "contract.act.withdraw" },
  { action: "reject", text: "contract.act.reject", danger: true, dialog: RejectDialog },
  { action: "approve", text: "contract.act.approve", primary: true },
  { action: "sign", text: "contract.act.sign", primary: true, dialog: SignDialog },
  { action: "confirm-signing", text: "contract.act.confirm_signing", primary: true, dialog: ConfirmSigning },
  { action: "deposit", text: "contract.act.deposit", primary: true, dialog: DepositDialog },
  { action: "terminate", text: "contract.act.terminate", danger: true, dialog: TerminateDialog },
];

export function ContractActions({ contract }: { contract: Contract }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [open, setOpen] = useState<string | null>(null);
  const act = useAct(actOnContract, { onDone: () => setOpen(null) });
  const shown = steps.filter((s) => allows(contract, s.action) || allows(contract, s.action.replaceAll("-", "_")));
  const run = (s: Step, body: Record<string, unknown>) => act.mutate({ id: contract.id, action: s.action, body });
  return (
    <>
      {(allows(contract, "edit") || allows(contract, "update")) && (
        <Button onClick={() => void navigate({ to: `/contracts/${contract.id}/edit` })}>{t("contract.edit")}</Button>
      )}
      {shown.map((s) => (
        <Button
          key={s.action}
          type={s.primary ? "primary" : "default"}
          danger={s.danger}
          loading={act.isPending && act.variables?.action === s.action && !s.dialog}
          onClick={() => (s.dialog ? setOpen(s.action) : run(s, {}))}
        >
          {t(s.text)}
        </Button>
      ))}
      {shown.map(
        (s) =>
          s.dialog && (
            <s.dialog
              key={s.action}
              contract={contract}
              open={open === s.action}
              busy={act.isPending}
              error={act.error}
              onAct={(body) => run(s, body)}
              onClose={() => setOpen(null)}
            />
          ),
      )}
    </>
  );
}
