import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import "@/i18n";
import { HighlightedText } from "@/ui/Highlighted";
import { type Hit, mark, reasonsOf, type Segment, visible } from "@/ui/segments";

const refuse: Hit = {
  rule: "fraud.loan",
  action: "refuse_message",
  reason_code: "CONTENT.FRAUD",
  title: "涉诈",
  term: "无抵押贷款",
};
const hold: Hit = { rule: "link.short", action: "hold", reason_code: "LINK.NOT_FILED", title: "短链接" };
const shadow: Hit = { rule: "trial", action: "refuse_message", reason_code: "TRIAL", shadow: true };
const segments: Segment[] = [
  { text: "您好，", hits: [] },
  { text: "无抵押贷款", hits: [1, 0] },
  { text: "请点", hits: null },
  { text: "t.cn/x", hits: [1] },
  { text: "谢谢", hits: [2] },
];
const hits = [refuse, hold, shadow];

describe("mark", () => {
  it("numbers hits in reading order and lets the gravest decide", () => {
    expect(mark(segments, hits).map((m) => [m.number, m.weight])).toEqual([
      [undefined, undefined],
      [1, "refuse"],
      [undefined, undefined],
      [2, "hold"],
      [3, "tag"],
    ]);
  });
  it("takes neighbours that different words led to for one place", () => {
    const pieces = mark(
      [
        { text: "无抵押", hits: [0] },
        { text: "贷款", hits: [0, 1] },
        { text: "当天", hits: [1] },
      ],
      hits,
    );
    expect(pieces.map((p) => [p.text, p.number])).toEqual([
      ["无抵押贷款", 1],
      ["当天", 2],
    ]);
  });
  it("ignores places that name no hit", () => expect(mark([{ text: "a", hits: [9] }], hits)[0]?.weight).toBeUndefined());
});

it("loses no character of the text", () => {
  render(<HighlightedText segments={segments} hits={hits} />);
  const text = document.querySelector(".message")?.cloneNode(true) as HTMLElement;
  for (const extra of text.querySelectorAll("sup, .sr-only")) extra.remove();
  expect(text.textContent).toBe("您好，无抵押贷款请点t.cn/x谢谢");
});

it("says in words what the lines say by their form", () => {
  render(<HighlightedText segments={segments} hits={hits} current={2} />);
  expect(screen.getByText("（命中拒绝规则 短链接、涉诈）")).toBeInTheDocument();
  expect(screen.getByText("（命中待审规则 短链接）")).toBeInTheDocument();
  expect(document.querySelector('[data-hit="2"]')).toHaveAttribute("data-current", "true");
  expect(document.querySelector('[data-hit="1"]')).toHaveAttribute("data-weight", "refuse");
});

it("makes characters visible that a phone hides", () => {
  expect(visible("无\u200b抵\ue001押")).toEqual([
    { text: "无" },
    { text: "\u200b", hidden: "U+200B" },
    { text: "抵" },
    { text: "\ue001", hidden: "U+E001" },
    { text: "押" },
  ]);
  expect(visible("普通文字 abc")).toEqual([{ text: "普通文字 abc" }]);
});

it("keeps markup in a message as text", () => {
  render(<HighlightedText segments={[{ text: "<img src=x onerror=alert(1)>", hits: [] }]} hits={[]} />);
  expect(document.querySelector("img")).toBeNull();
  expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeInTheDocument();
});

it("offers each reason once, gravest first", () =>
  expect(reasonsOf([hold, refuse, hold])).toEqual(["CONTENT.FRAUD", "LINK.NOT_FILED"]));
