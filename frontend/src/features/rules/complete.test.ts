import { describe, expect, it } from "vitest";
import type { Vocabulary } from "@/api/rules";
import { complete, namesIn, offsetOf } from "./complete";

const vocabulary: Vocabulary = {
  classes: ["fraud", "advertising"],
  actions: ["hold", "refuse_message"],
  states: ["draft", "live"],
  views: ["plain", "stripped"],
  extractors: ["phone", "url"],
  message_facts: ["phone_count", "category"],
  batch_facts: ["parts", "hour"],
  banks: ["finance.words"],
  patterns: ["contact"],
  groups: ["pressure"],
  rules: ["fraud.loan"],
  reasons: [{ code: "FRAUD.LOAN", zh: "非法放贷", en: "loans" }],
  rule_keys: ["id", "class", "condition", "terms"],
  bank_keys: ["bank", "title", "words"],
};

/** What is offered where | stands. */
const offered = (marked: string) => {
  const at = marked.indexOf("|");
  return complete(marked.replace("|", ""), at, vocabulary)?.offers.map((o) => o.label) ?? [];
};

describe("completion", () => {
  it.each([
    ["keys that are not there yet", "id: a.b\n|", ["class: ", "condition: ", "terms: "]],
    ["a key that is begun", "id: a.b\ncla|", ["class: ", "condition: ", "terms: "]],
    ["classes", "class: |", ["fraud", "advertising"]],
    ["actions", "action: ho|", ["hold", "refuse_message"]],
    ["states", "state: |", ["draft", "live"]],
    ["reason codes", "reason_code: FR|", ["FRAUD.LOAN"]],
    ["banks in a flow", "terms: {w: {bank: |", ["finance.words"]],
    ["banks in a list", "terms:\n  w:\n    bank: [|", ["finance.words"]],
    ["the second of a list of views", "terms:\n  w: {words: [a], views: [plain, |", ["plain", "stripped"]],
    ["views in lines", "terms:\n  w:\n    views:\n      - |", ["plain", "stripped"]],
    ["extractors", "patterns:\n  p: {extract: |", ["phone", "url"]],
    ["shared patterns", "patterns:\n  p: {use: con|", ["contact"]],
    ["keys of a list of words", "terms:\n  w:\n    v|", ["words: ", "bank: ", "views: ", "max_gap: ", "whole_word: "]],
    ["languages of a title", "title: {|", ["zh: ", "en: "]],
    ["keys of a bank", "bank: x\nw|", ["title: ", "words: "]],
    ["nothing in a comment", "# cla|", []],
    ["nothing in a description", "description: cla|", []],
  ])("offers %s", (_, text, want) => expect(offered(text)).toEqual(want));

  it("offers the rule's own names first in a condition, then the facts of its scope", () => {
    const rule = "terms:\n  loan: [a]\n  lure: {words: [b]}\npatterns: {tel: {extract: phone}}\n";
    expect(offered(`${rule}condition: loan && ph|`)).toEqual(
      expect.arrayContaining(["loan", "loan.count", "lure", "tel", "phone_count", "category"]),
    );
    expect(offered("scope: batch\ncondition: |")).toEqual(["parts", "hour"]);
  });

  it("finds the names whether they stand on lines or in a flow", () => {
    expect(namesIn("terms:\n  a: [x]\n  b:\n    words: [y]\npatterns: {c: {extract: url}, d: x}\n")).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });
});

describe("places", () => {
  it.each([
    ["a: 1\n贷款x\n", 2, 3, 7],
    ["a", 1, 1, 0],
    ["a", 5, 1, 1],
    ["𝐀b\n", 1, 2, 2],
  ])("of %j at %i:%i are offsets", (text, line, column, want) => expect(offsetOf(text, line, column)).toBe(want));
});
