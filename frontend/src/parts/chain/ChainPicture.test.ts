import { describe, expect, it } from "vitest";
import type { Filing, Registration } from "@/api/registrations";
import { inOrder, standing } from "./ChainPicture";

const record = (id: string, parent_id?: string, filings: Partial<Filing>[] = []) => ({ id, parent_id, filings }) as Registration;

describe("the chain as a picture", () => {
  it("puts everything under what it hangs on, and keeps what has lost it", () => {
    const rows = inOrder([record("q1"), record("t", "s1"), record("s1", "q1"), record("q2"), record("lost", "gone")]);
    expect(rows.map((r) => `${r.depth}${r.record.id}`)).toEqual(["0q1", "1s1", "2t", "0q2", "0lost"]);
  });
  it("shows an accepted filing that still holds before a second one", () => {
    const second = { carrier: "cmcc", attempt: 2, state: "queued" as const };
    const first = { carrier: "cmcc", attempt: 1, state: "accepted" as const };
    expect(standing(record("s", "q", [second, first]), "cmcc")?.attempt).toBe(1);
    expect(standing(record("s", "q", [second, { ...first, state: "refused" as const }]), "cmcc")?.attempt).toBe(2);
    expect(standing(record("s", "q"), "cmcc")).toBeUndefined();
  });
});
