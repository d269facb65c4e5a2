import { useId } from "react";
import type { Example, Rule } from "@/api/rules";
import { useText } from "@/i18n";
import { Field, WordsInput } from "./fields";

type Tests = Rule["tests"];

/** An example that is a text and nothing else can be a line of a field; others stay as they are. */
export const isPlain = (e: Example) =>
  Boolean(e.text) &&
  !e.text?.includes("\n") &&
  !e.category &&
  !e.signature &&
  !e.vars?.length &&
  !Object.keys(e.facts ?? {}).length;

/** Lines in place of the plain examples, the others behind them as they were. */
export function withLines(list: readonly Example[] | null | undefined, lines: readonly string[]): Example[] {
  return [...lines.map((text) => ({ text })), ...(list ?? []).filter((e) => !isPlain(e))];
}

export function ExamplesFields({ tests, onChange }: { tests: Tests; onChange: (tests: Tests) => void }) {
  const { t } = useText();
  const id = useId();
  const side = (name: "hit" | "miss") => {
    const list = tests[name] ?? [];
    const more = list.filter((e) => !isPlain(e)).length;
    return (
      <Field label={t(`rules.field.${name}`)} at={`${id}-${name}`} wide>
        <WordsInput
          id={`${id}-${name}`}
          lines
          rows={8}
          value={list.filter(isPlain).map((e) => e.text ?? "")}
          onChange={(lines) => onChange({ ...tests, [name]: withLines(list, lines) })}
        />
        {more > 0 && <span className="meta">{t("rules.field.moreExamples", { count: more })}</span>}
      </Field>
    );
  };
  return (
    <>
      {side("hit")}
      {side("miss")}
    </>
  );
}
