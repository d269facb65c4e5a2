import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import "@/i18n";
import { StateTag } from "@/ui/StateTag";
import { type StateKind, states } from "@/ui/states";

describe("state tags", () => {
  const all = (Object.keys(states) as StateKind[]).flatMap((kind) => Object.keys(states[kind]).map((state) => ({ kind, state })));

  it.each(all)("$kind $state has a word and an icon, never colour alone", ({ kind, state }) => {
    const { container } = render(<StateTag kind={kind} state={state} />);
    expect(container.textContent?.trim()).toMatch(/\p{Script=Han}/u);
    expect(container.querySelector("svg")).not.toBeNull();
    expect(container.querySelector("[data-tone]")).not.toBeNull();
  });

  it("have different words within one kind", () => {
    for (const kind of Object.keys(states) as StateKind[]) {
      const words = Object.values(states[kind]).map((l: { text?: string }) => l.text);
      expect(new Set(words).size).toBe(words.length);
    }
  });

  it("show a state that is newer than this page by its own name", () => {
    render(<StateTag kind="bill" state="frobnicated" />);
    expect(screen.getByText("frobnicated")).toBeInTheDocument();
  });
});
