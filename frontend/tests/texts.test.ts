import { describe, expect, it } from "vitest";
import { isPair, type Pair, side, type Tree } from "@/i18n/pair";
import { texts } from "@/i18n/texts";

const leaves = (tree: Tree, path = ""): [string, Pair][] =>
  Object.entries(tree).flatMap(([key, value]) => {
    const here = path ? `${path}.${key}` : key;
    return isPair(value) ? [[here, value] as [string, Pair]] : leaves(value, here);
  });
type Plain = { [key: string]: string | Plain };
const keys = (o: Plain, path = ""): string[] =>
  Object.entries(o).flatMap(([k, v]) => (typeof v === "string" ? [`${path}${k}`] : keys(v, `${path}${k}.`)));
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
const han = /\p{Script=Han}/u;
const all = leaves(texts);

describe("the portal's texts", () => {
  it("have the same keys in both languages", () => {
    expect(keys(side(texts, 0) as Plain)).toEqual(keys(side(texts, 1) as Plain));
    expect(all.length).toBeGreaterThan(400);
  });
  it("are complete: neither side is empty", () => {
    expect(all.filter(([, [zh, en]]) => !zh.trim() || !en.trim()).map(([key]) => key)).toEqual([]);
  });
  it("have the same blanks to fill in on both sides", () => {
    expect(all.filter(([, [zh, en]]) => holes(zh).join() !== holes(en).join()).map(([key]) => key)).toEqual([]);
  });
  it("are English on the English side", () => {
    // Brackets of a signature and 甲/乙 are not words of a sentence.
    expect(all.filter(([, [, en]]) => han.test(en)).map(([key]) => key)).toEqual([]);
  });
  it("are Chinese on the Chinese side", () => {
    expect(all.filter(([, [zh]]) => !han.test(zh)).map(([key]) => key)).toEqual([]);
  });
});
