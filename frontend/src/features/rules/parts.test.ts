import { describe, expect, it } from "vitest";
import type { ListedDoc } from "@/api/rules";
import { signatureIn } from "./Bench";
import { isPlain, withLines } from "./ExamplesFields";
import { linesOf, worry } from "./Matrix";
import { splitLines, splitWords } from "./names";
import { sift } from "./RuleList";
import { freeName } from "./TermsFields";
import { toBase64 } from "./WordsPage";

const doc = (id: string, more: Partial<ListedDoc> = {}): ListedDoc => ({
  key: `rule:${id}`,
  kind: "rule",
  id,
  title: { zh: "贷款广告", en: "loans" },
  class: "fraud",
  state: "live",
  action: "hold",
  change: "",
  waiting: false,
  problems: 0,
  version: 0,
  words: 1,
  changed_at: null,
  hits: { total: 0, days_7: 0, days_30: 0, shadow: 0, shadow_7: 0, batches: 0 },
  ...more,
});

describe("the list of rules", () => {
  const all = [
    doc("fraud.loan"),
    doc("ad.word", { class: "advertising", state: "shadow", change: "changed" }),
    doc("x", { kind: "bank" }),
  ];
  it.each([
    [{}, ["fraud.loan", "ad.word"]],
    [{ class: "advertising" }, ["ad.word"]],
    [{ state: "live" }, ["fraud.loan"]],
    [{ changed: "1" }, ["ad.word"]],
    [{ q: "LOAN" }, ["fraud.loan", "ad.word"]],
    [{ q: "ad." }, ["ad.word"]],
    [{ q: "贷款", action: "score" }, []],
  ])("lets through by %j", (params, want) => expect(sift(all, params as never).map((d) => d.id)).toEqual(want));
});

describe("a backtest's matrix", () => {
  const moves = [
    { before: "pass", after: "pass", decided: "approved", messages: 90 },
    { before: "pass", after: "hold", decided: "approved", messages: 4 },
    { before: "pass", after: "hold", decided: "open", messages: 1 },
    { before: "hold", after: "pass", decided: "refused", messages: 7 },
  ] as const;
  it("puts what changes first, the largest before the others", () => {
    expect(linesOf(moves).map((l) => `${l.before}>${l.after} ${l.total}`)).toEqual([
      "hold>pass 7",
      "pass>hold 5",
      "pass>pass 90",
    ]);
  });
  it("marks what people decided otherwise", () => {
    expect(worry({ before: "pass", after: "hold" }, "approved")).toBe(true);
    expect(worry({ before: "hold", after: "pass" }, "refused")).toBe(true);
    expect(worry({ before: "hold", after: "pass" }, "approved")).toBe(false);
    expect(worry({ before: "pass", after: "refuse_message" }, "refused")).toBe(false);
  });
});

describe("what is typed", () => {
  it("becomes words and lines, each once or as it stands", () => {
    expect(splitWords(" 贷款，放款、贷款\n下款;apple ")).toEqual(["贷款", "放款", "下款", "apple"]);
    expect(splitLines("您好，再见\n\n 甲 乙 \n")).toEqual(["您好，再见", "甲 乙"]);
  });
  it("keeps examples that are more than a text", () => {
    const more = { text: "x", category: "notice" };
    expect(isPlain(more)).toBe(false);
    expect(withLines([{ text: "old" }, more], ["new"])).toEqual([{ text: "new" }, more]);
  });
  it("gives new lists a name of their own", () => {
    expect(freeName([], "words")).toBe("words");
    expect(freeName(["words", "words2"], "words")).toBe("words3");
  });
  it("reads a message's own signature", () => {
    expect(signatureIn("【云帆商城】您好")).toBe("云帆商城");
    expect(signatureIn("您好【云帆商城】")).toBe("云帆商城");
    expect(signatureIn("您好【云帆商城】再见")).toBeUndefined();
  });
  it("goes to the server as bytes, whatever their encoding", () => {
    expect(toBase64(new Uint8Array([0xc4, 0xda, 0]))).toBe("xNoA");
    expect(toBase64(new Uint8Array(100_000)).length).toBe(133_336);
  });
});
