import { describe, expect, it } from "vitest";
import { formatCount, formatDecimal, formatFen, formatYuan, parseYuan } from "./money";

describe("formatFen", () => {
  it.each([
    [0, "0.00"],
    [5, "0.05"],
    [-5, "-0.05"],
    [99, "0.99"],
    [11989, "119.89"],
    [100000, "1,000.00"],
    [47887435153, "478,874,351.53"],
    [-123456789, "-1,234,567.89"],
    [Number.MAX_SAFE_INTEGER, "90,071,992,547,409.91"],
  ])("%d fen is %s", (fen, text) => expect(formatFen(fen)).toBe(text));

  it("refuses a fraction of a fen", () => expect(() => formatFen(0.5)).toThrow("whole number"));
  it("puts the sign before the currency", () => expect(formatYuan(-100)).toBe("-¥1.00"));
});

describe("parseYuan", () => {
  it.each([
    ["1,234.56", 123456],
    ["1234.5", 123450],
    ["0.07", 7],
    ["￥ 12", 1200],
    ["-3.70", -370],
    ["-0", 0],
    ["9999999999999.99", 999999999999999],
  ])("%s is %d fen", (text, fen) => expect(parseYuan(text)).toBe(fen));

  it.each(["", "abc", "1.234", "1e3", "NaN", "--1", "12345678901234567890", "1.2.3"])("refuses %j", (text) =>
    expect(parseYuan(text)).toBeNull(),
  );

  it("gives back what was formatted", () => {
    for (const fen of [0, 1, 10, 101, 123456789]) expect(parseYuan(formatFen(fen))).toBe(fen);
  });
});

it("separates thousands in counts", () =>
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]));

it("groups decimals without touching their digits", () =>
  expect(["10000.00", "0.085", "1234567", "-1000.5"].map(formatDecimal)).toEqual([
    "10,000.00",
    "0.085",
    "1,234,567",
    "-1,000.5",
  ]));
