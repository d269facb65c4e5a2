import type { AskedCause, Cause } from "@/api/contracts";
import type { TextKey } from "@/i18n";

/** Why somebody may ask that a contract ends before its day. */
export const asked: Readonly<Record<AskedCause, TextKey>> = {
  mutual: "contract.terminate.mutual",
  notice: "contract.terminate.notice",
  breach: "contract.terminate.breach",
  insolvency: "contract.terminate.insolvency",
  force_majeure: "contract.terminate.force_majeure",
  policy: "contract.terminate.policy",
  illegal_content: "contract.terminate.illegal_content",
  non_payment: "contract.terminate.non_payment",
  complaints: "contract.terminate.complaints",
};

/** Why a contract ends before its day: asked for, or completed by the paper that the customer confirms. */
export const causes: Readonly<Record<Cause, TextKey>> = { ...asked, completed: "contract.terminate.completed" };

/** Causes that end a contract on a day that people choose; the others have a clock, or end it at once. */
export const dated: readonly AskedCause[] = ["mutual", "notice", "policy", "complaints"];
/** Causes that may have begun before they are entered. */
export const began: readonly AskedCause[] = ["insolvency", "force_majeure"];
/** Causes that wait for a second person. */
export const needsSecond = (cause: AskedCause) => cause !== "mutual" && cause !== "notice";
