import { describe, expect, it } from "vitest";
import { newer } from "./use-live-run";

const step = (seq: number, looked = 0) => ({
  seq,
  state: "running",
  looked,
  expected: 100,
  count: looked,
  skipped: 0,
  nothing_owed: 0,
  failed: 0,
  total_fen: 0,
});

describe("a step of a run", () => {
  it("is taken when it is newer", () => {
    expect(newer(null, JSON.stringify(step(1, 5)))?.looked).toBe(5);
    expect(newer(step(1), JSON.stringify(step(2, 9)))?.looked).toBe(9);
  });
  it("is left when it comes again after a reconnect", () => {
    const shown = step(7, 70);
    expect(newer(shown, JSON.stringify(step(6, 60)))).toBe(shown);
    expect(newer(shown, JSON.stringify(step(7, 70)))).toBe(shown);
  });
  it("changes nothing when it is broken", () => {
    const shown = step(7, 70);
    expect(newer(shown, "{")).toBe(shown);
    expect(newer(shown, "{}")).toBe(shown);
  });
});
