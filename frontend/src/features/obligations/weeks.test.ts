import { describe, expect, it } from "vitest";
import { weeksOf } from "./weeks";

describe("weeks of a month", () => {
  it("begin on Monday and have every day of the month once", () => {
    for (const [month, days, count] of [
      ["2026-10", 31, 5],
      ["2026-02", 28, 5],
      ["2027-02", 28, 4], // begins on a Monday and ends on a Sunday
      ["2028-02", 29, 5],
      ["2026-08", 31, 6],
    ] as const) {
      const weeks = weeksOf(month);
      expect(weeks).toHaveLength(count);
      expect(weeks.every((w) => w.length === 7 && new Date(`${w[0]}T12:00:00Z`).getUTCDay() === 1)).toBe(true);
      expect(weeks.flat().filter((d) => d.startsWith(month))).toHaveLength(days);
    }
  });
});
