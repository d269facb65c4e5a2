import { describe, expect, it } from "vitest";
import { commandOf } from "./keys";

const key = (key: string, more: Partial<Parameters<typeof commandOf>[0]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: key.length === 1 ? key.toUpperCase().charCodeAt(0) : 0,
  target: document.body,
  ...more,
});

describe("while looking", () => {
  it.each([
    ["a", "approve"],
    ["A", "approve"],
    ["r", "refuse"],
    ["e", "escalate"],
    ["j", "next"],
    ["k", "previous"],
    ["n", "nextHit"],
    ["z", "undo"],
    ["?", "help"],
    ["]", "nextBatch"],
    ["[", "previousBatch"],
    ["Enter", "finish"],
  ])("%s means %s", (k, command) => expect(commandOf(key(k), "look")).toEqual({ do: command }));

  it("knows no digits and no other letters", () => {
    expect(commandOf(key("1"), "look")).toBeNull();
    expect(commandOf(key("q"), "look")).toBeNull();
  });

  it("leaves Enter to a focused button or link", () => {
    expect(commandOf(key("Enter", { target: document.createElement("button") }), "look")).toBeNull();
    expect(commandOf(key("Enter", { target: document.createElement("a") }), "look")).toBeNull();
  });
});

describe("while choosing reasons", () => {
  it("takes 1 to 9, Enter and Escape, and nothing else", () => {
    expect(commandOf(key("1"), "reasons")).toEqual({ do: "reason", index: 0 });
    expect(commandOf(key("9"), "reasons")).toEqual({ do: "reason", index: 8 });
    expect(commandOf(key("Enter"), "reasons")).toEqual({ do: "confirm" });
    expect(commandOf(key("Escape"), "reasons")).toEqual({ do: "cancel" });
    for (const k of ["0", "a", "r", "j", "z"]) expect(commandOf(key(k), "reasons")).toBeNull();
  });
});

describe("keys that are not the desk's", () => {
  it("ignores keys while Chinese is being composed", () => {
    expect(commandOf(key("a", { isComposing: true }), "look")).toBeNull();
    expect(commandOf(key("a", { keyCode: 229 }), "look")).toBeNull();
    expect(commandOf(key("Enter", { isComposing: true }), "reasons")).toBeNull();
  });
  it("ignores keys in text fields, but lets Escape leave the reasons", () => {
    const target = document.createElement("textarea");
    expect(commandOf(key("a", { target }), "look")).toBeNull();
    expect(commandOf(key("1", { target }), "reasons")).toBeNull();
    expect(commandOf(key("Escape", { target }), "reasons")).toEqual({ do: "cancel" });
  });
  it.each(["ctrlKey", "metaKey", "altKey"] as const)("leaves %s to the browser", (mod) =>
    expect(commandOf(key("a", { [mod]: true }), "look")).toBeNull(),
  );
});
