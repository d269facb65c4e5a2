import { expect, it } from "vitest";
import { formatBytes, formatCountdown, formatInstant, monthBefore } from "./time";

it("shows instants as Shanghai's wall clock, whatever zone they came in", () => {
  expect(formatInstant("2026-11-30T16:00:00Z")).toBe("2026-12-01 00:00");
  expect(formatInstant("2026-12-01T00:00:00+08:00", "second")).toBe("2026-12-01 00:00:00");
  expect(formatInstant("2026-12-01T00:00:00+08:00", "date")).toBe("2026-12-01");
});

it("shows nothing for a time that has not come to be", () => {
  expect(formatInstant(undefined)).toBe("");
  expect(formatInstant("0001-01-01T00:00:00Z")).toBe("");
});

it("counts down in minutes and never below zero", () => {
  expect([240_000, 61_001, 900, -5].map(formatCountdown)).toEqual(["4:00", "1:02", "0:01", "0:00"]);
});

it("names sizes in binary units", () =>
  expect([12, 1536, 5 * 1024 * 1024].map(formatBytes)).toEqual(["12 B", "1.5 KiB", "5.0 MiB"]));

it("bills the month before, also across the year", () => {
  expect(monthBefore("2026-11-01T00:00:00+08:00")).toBe("2026-10");
  expect(monthBefore("2026-12-31T16:00:00Z")).toBe("2026-12");
  expect(monthBefore("2027-01-05T00:00:00+08:00")).toBe("2026-12");
});
