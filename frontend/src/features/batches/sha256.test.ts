import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Sha256 } from "./sha256";

const bytes = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 7919 + 13) % 256);

describe("SHA-256", () => {
  it.each([0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 100_000])("is that of others for %i bytes", (n) => {
    expect(new Sha256().add(bytes(n)).hex()).toBe(createHash("sha256").update(bytes(n)).digest("hex"));
  });
  it("is the same in whatever pieces the bytes come", () => {
    const all = bytes(10_000);
    const sum = new Sha256();
    for (let at = 0, step = 1; at < all.length; at += step, step = (step * 5) % 211 || 1) sum.add(all.subarray(at, at + step));
    expect(sum.hex()).toBe(createHash("sha256").update(all).digest("hex"));
  });
});
