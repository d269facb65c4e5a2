import { describe, expect, it } from "vitest";
import { nextUndecided, offeredReasons, rulingOf, type TextGroup, targetAt } from "./target";

const group = (id: string, undecided: number, more: Partial<TextGroup> = {}): TextGroup => ({
  id,
  reason_codes: [],
  segments: [],
  hits: [],
  tally: { approved: 10 - undecided, refused: 0, undecided, escalated: 0 },
  ...more,
});

describe("the target", () => {
  const groups = [group("a", 0), group("b", 10), group("c", 10)];
  it("is the batch first, then each group, and never beyond", () => {
    expect(targetAt(groups, -1)).toEqual({ position: 0, group: undefined });
    expect(targetAt(groups, 1).group?.id).toBe("a");
    expect(targetAt(groups, 99).group?.id).toBe("c");
  });
  it("moves on to what is still undecided, from the start again after the end", () => {
    expect(nextUndecided(groups, 2)).toBe(3);
    expect(nextUndecided(groups, 3)).toBe(2);
    expect(nextUndecided([group("a", 0)], 1)).toBe(1);
  });
});

it("says of counts what is decided", () => {
  expect(rulingOf({ approved: 0, refused: 0, undecided: 3, escalated: 0 })).toBe("undecided");
  expect(rulingOf({ approved: 3, refused: 0, undecided: 0, escalated: 0 })).toBe("approved");
  expect(rulingOf({ approved: 0, refused: 3, undecided: 0, escalated: 0 })).toBe("refused");
  expect(rulingOf({ approved: 0, refused: 13, undecided: 787, escalated: 0 })).toBe("undecided");
  expect(rulingOf({ approved: 1, refused: 2, undecided: 0, escalated: 0 })).toBe("mixed");
  expect(rulingOf({ approved: 1, refused: 0, undecided: 2, escalated: 0 })).toBe("mixed");
});

describe("offered reasons", () => {
  const hit = (action: string, reason_code: string) => ({ rule: reason_code, action, reason_code });
  const groups = [
    group("a", 1, { hits: [hit("hold", "LINK.NOT_FILED"), hit("refuse_message", "CONTENT.FRAUD")] }),
    group("b", 1, { hits: [hit("hold", "MKT.NO_OPTOUT")] }),
  ];
  it("are those of the group's hits, gravest first, and the general one", () => {
    expect(offeredReasons(groups, targetAt(groups, 1))).toEqual(["CONTENT.FRAUD", "LINK.NOT_FILED", "OTHER.REVIEW"]);
  });
  it("are those of all groups for the whole batch, nine at most", () => {
    expect(offeredReasons(groups, targetAt(groups, 0))).toEqual([
      "CONTENT.FRAUD",
      "LINK.NOT_FILED",
      "MKT.NO_OPTOUT",
      "OTHER.REVIEW",
    ]);
    const many = [group("x", 1, { reason_codes: Array.from({ length: 20 }, (_, i) => `X.${i}`) })];
    expect(offeredReasons(many, targetAt(many, 0))).toHaveLength(9);
  });
});
