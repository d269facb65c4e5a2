import dayjs from "dayjs";
import { describe, expect, it } from "vitest";
import { needs, serversOf, toBody } from "./acts";

describe("acts of maintenance", () => {
  it("reads servers as people type them", () => {
    expect(serversOf("SMS-01，戴尔 R740, Debian 12，昆明机房\n\n SMS-02,浪潮,openEuler,昆明 ")).toMatchObject([
      { name: "SMS-01", model: "戴尔 R740", system: "Debian 12", place: "昆明机房", serial: "" },
      { name: "SMS-02", model: "浪潮", system: "openEuler", place: "昆明" },
    ]);
  });
  it("sends a customer's request without a channel of its own", () => {
    const v = { title: "变更", text: "内容", channel: "email", attachment_id: "a" };
    expect(toBody("ask", v, false)).toEqual({ title: "变更", text: "内容" });
    expect(toBody("ask", v, true)).toMatchObject({ channel: "email", attachment_id: "a" });
  });
  it("dates a report and gives its work as a line", () => {
    const body = toBody(
      "report",
      { day: dayjs("2026-10-16"), arrived: "09:00", left: "10:00", object: "SMS-01", work: "换盘", result: "正常" },
      true,
    );
    expect(body).toMatchObject({ on: "2026-10-16", work: [{ object: "SMS-01", work: "换盘", result: "正常" }] });
  });
  it("sends a decision with its word, and a step with its note", () => {
    for (const what of Object.keys(needs) as (keyof typeof needs)[]) {
      const body = toBody(what, { yes: false, note: "因为" }, true);
      if (needs[what].includes("yes")) expect(body).toEqual({ yes: false, note: "因为" });
      if (needs[what].join() === "note") expect(body).toEqual({ note: "因为" });
    }
  });
});
