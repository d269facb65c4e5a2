import { describe, expect, it } from "vitest";
import type { PlanTerms } from "@/api/contract-life";
import { changed, daysUntil, planFields, says, supplementFields } from "./patch";

const was = { rent_fen: 10000, included: 1000, overage: "0.085", minimum_fen: 0, daily_cap: 1000, grace_days: 30 } as PlanTerms;

describe("a form of terms", () => {
  it("gives only what was changed", () => {
    const fields = planFields("package");
    expect(changed(fields, was, { rent_fen: 10000, included: 1000, overage: "0.085" })).toEqual({});
    expect(changed(fields, was, { rent_fen: 20000, included: 1000, overage: "0.0850" })).toEqual({ rent_fen: 20000 });
    expect(changed(fields, was, { rent_fen: 0, included: null, overage: "0.08" })).toEqual({ rent_fen: 0, overage: "0.08" });
  });
  it("takes terms beside the plan only into a supplement", () => {
    expect(changed(planFields("package"), was, { grace_days: 10 })).toEqual({});
    expect(changed(supplementFields("package"), was, { grace_days: 10 })).toEqual({ grace_days: 10 });
  });
  it("asks and shows what the kind of contract has", () => {
    expect(planFields("postpaid").map((f) => f.name)).toContain("price");
    expect(planFields("package").map((f) => f.name)).not.toContain("price");
    expect(says("package", "threshold")).toBe(false);
    expect(says("port", "threshold")).toBe(true);
  });
  it("counts days across months", () => {
    expect(daysUntil("2026-11-24", "2026-12-10")).toBe(16);
    expect(daysUntil("2026-12-10", "2026-12-10")).toBe(0);
  });
});
