import type { Tally } from "@/api/review";
import { type Hit, mark, reasonsOf, type Segment } from "@/ui/segments";

/** What the rules of the desk need to know of a group of near-identical texts. */
export type TextGroup = {
  id: string;
  reason_codes: string[] | null;
  segments: Segment[] | null;
  hits: Hit[] | null;
  tally: Tally;
};

/** What the next decision is about: the whole batch, or one group of texts. Position 0 is the batch, n the n-th group. */
export type Target<G extends TextGroup = TextGroup> = { position: number; group: G | undefined };

export function targetAt<G extends TextGroup>(groups: readonly G[], position: number): Target<G> {
  const at = Math.min(Math.max(position, 0), groups.length);
  return { position: at, group: at === 0 ? undefined : groups[at - 1] };
}

/** The group after `position` that still waits for a decision; stays where it is when there is none. */
export function nextUndecided(groups: readonly TextGroup[], position: number): number {
  const ahead = groups.findIndex((g, i) => i + 1 > position && g.tally.undecided > 0);
  if (ahead >= 0) return ahead + 1;
  const any = groups.findIndex((g) => g.tally.undecided > 0);
  return any >= 0 ? any + 1 : position;
}

export type Ruling = "undecided" | "approved" | "refused" | "mixed";

export function rulingOf({ approved, refused, undecided }: Tally): Ruling {
  // What the rules refused by themselves is no decision: without an approval the rest is simply still to be decided.
  if (undecided > 0) return approved > 0 ? "mixed" : "undecided";
  if (approved > 0) return refused > 0 ? "mixed" : "approved";
  return refused > 0 ? "refused" : "undecided";
}

/** The reasons offered for a target: those of its hits first, and always the general one. Nine at most, one per digit key. */
export function offeredReasons(groups: readonly TextGroup[], target: Target): string[] {
  const from = target.group ? [target.group] : groups;
  const hits: Hit[] = from.flatMap((g) => g.hits ?? []);
  const codes = [...reasonsOf(hits), ...from.flatMap((g) => g.reason_codes ?? [])];
  return [...new Set(codes.filter((c) => c !== "OTHER.REVIEW"))].slice(0, 8).concat("OTHER.REVIEW");
}

export const hitsIn = (group: TextGroup | undefined): number =>
  group ? mark(group.segments, group.hits).filter((p) => p.number !== undefined).length : 0;
