import { expect, it } from "vitest";
import { findingsOf, type Hit } from "./segments";

const hit = (rule: string, action: string, text = ""): Hit => ({
  rule,
  title: rule.toUpperCase(),
  action,
  reason_code: "R",
  text,
});

it("tells what each rule found at which places, the gravest first", () => {
  const hits = [hit("loan", "hold", "贷 款"), hit("loan", "hold", "放款"), hit("prize", "refuse_message", "中奖")];
  const segments = [
    { text: "贷 款", hits: [0] },
    { text: "，", hits: [] },
    { text: "中奖", hits: [2] },
    { text: "，", hits: null },
    { text: "放款", hits: [1] },
  ];
  expect(findingsOf(segments, hits)).toEqual([
    { rule: "prize", title: "PRIZE", weight: "refuse", places: [2], terms: ["中奖"] },
    { rule: "loan", title: "LOAN", weight: "hold", places: [1, 3], terms: ["贷 款", "放款"] },
  ]);
});

it("names what has no place in the text, too", () => {
  expect(findingsOf([{ text: "您好", hits: [] }], [hit("recipient.opted_out", "refuse_message")])).toEqual([
    { rule: "recipient.opted_out", title: "RECIPIENT.OPTED_OUT", weight: "refuse", places: [], terms: [] },
  ]);
});

it("is nothing for a message without hits", () => {
  expect(findingsOf([{ text: "您好", hits: [] }], [])).toEqual([]);
  expect(findingsOf(null, undefined)).toEqual([]);
});
