import type { Verdict } from "./states";

/** The gravest verdict among the messages of a group: what it is shown under. */
export function verdictOf(counts: { pass: number; hold: number; refuse: number; escalate: number }): Verdict {
  if (counts.escalate > 0) return "escalate";
  if (counts.refuse > 0) return "refuse_message";
  return counts.hold > 0 ? "hold" : "pass";
}
