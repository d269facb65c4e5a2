import type { SuspensionReason } from "@/api/contracts";
import type { TextKey } from "@/i18n";

/** Why a contract is suspended, in words. */
export const reasonNames: Readonly<Record<SuspensionReason, TextKey>> = {
  non_payment: "contract.reason.non_payment",
  licence: "contract.reason.licence",
  data: "contract.reason.data",
  behaviour: "contract.reason.behaviour",
  content: "contract.reason.content",
};

/** Those that a person set: a person lifts them, and the customer may appeal. */
export const byHand = (r: string) => r === "data" || r === "behaviour" || r === "content";
