import { describe, expect, it } from "vitest";
import { closer, figuresOf, partOf, shareOf, ways, waysOf } from "./ways";

describe("a share", () => {
  it("is of what came to an end, and is never rounded up to a hundred", () => {
    expect(shareOf({ delivered: 99_999, failed: 1, unknown: 0 })).toBe("99.99%");
    expect(shareOf({ delivered: 1, failed: 1, unknown: 2 })).toBe("25.00%");
    expect(shareOf({ delivered: 0, failed: 0, unknown: 0 })).toBe("—");
  });
});

describe("a result code", () => {
  it("has a part of what came to an end, and nothing that was sent by it", () => {
    const all = { delivered: 970, failed: 28, unknown: 2 };
    expect(partOf({ delivered: 0, failed: 28, unknown: 0 }, all)).toBe("2.80%");
    expect(partOf(all, all)).toBe("100.00%");
    expect(figuresOf("code", true)).not.toContain("sent");
    expect(figuresOf("day", true)).toContain("submitted");
    expect(figuresOf("carrier", false)).not.toContain("submitted");
  });
});

describe("a click on a row", () => {
  it("goes from a month to its days, to the last of them", () => {
    expect(closer("month", "2028-02", false)).toEqual({ from: "2028-02-01", to: "2028-02-29", by: "day" });
    expect(closer("month", "2026-12", false)).toEqual({ from: "2026-12-01", to: "2026-12-31", by: "day" });
  });
  it("names recipients whose carrier nobody knows", () => {
    expect(closer("carrier", "", false)?.carrier).toBe("unknown");
  });
  it("never leads a customer to customers or channels", () => {
    const open = waysOf(true) as readonly string[];
    expect(open).not.toContain("channel");
    for (const w of ways) if (open.includes(w) && w !== "batch") expect(open).toContain(closer(w, "2026-01", true)?.by);
  });
});
