import dayjs from "dayjs";
import { describe, expect, it } from "vitest";
import { asRows, asText, type Blank } from "./blanks";

const rows = { name: "prices", type: "rows", columns: [{}, {}, {}] } as unknown as Blank;
const date = { name: "effective_from", type: "date" } as unknown as Blank;

describe("blanks of the terms", () => {
  it("are text to the server, whatever the field holds", () => {
    expect(asText(date, dayjs("2026-11-10"))).toBe("2026-11-10");
    expect(asText(date, undefined)).toBe("");
    expect(asText(rows, [["短信", " 0.05 "], [], ["", "", ""]])).toBe('[["短信","0.05",""]]');
    expect(asText(rows, [[]])).toBe("");
  });

  it("come back as they were, and what is broken as one empty row", () => {
    expect(asRows('[["短信","0.05",""]]')).toEqual([["短信", "0.05", ""]]);
    for (const broken of ["", "[", "[]", "7"]) expect(asRows(broken)).toEqual([[]]);
  });
});
