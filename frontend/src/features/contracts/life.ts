import type { ContractState } from "@/api/contracts";
import type { Say } from "@/i18n";
import { type Stop, straight } from "@/ui/Lane";

/** The stations of a contract's life (C05) as a straight way; suspension and termination are where it left that way. */
export function lifeOf(state: ContractState, t: Say): Stop[] {
  const usual = ["draft", "under_review", "awaiting_signature", "active", "expired", "settled", "closed"] as const;
  const ended = state === "terminated" ? "terminated" : "expired";
  const order = usual.map((s) => {
    const key: ContractState = s === "expired" ? ended : s === "active" && state === "suspended" ? "suspended" : s;
    return { key, label: t(`state.contract.${key}`) };
  });
  return straight<ContractState>(order, state, {
    broken: state === "suspended" || state === "terminated",
    finished: state === "closed",
  });
}
