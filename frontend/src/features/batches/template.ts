import type { BatchTemplate, Preview } from "@/api/batch-uploads";
import type { VariableType } from "@/parts/chain/names";

type Variable = { type: string; name: string };

/** A piece of a template's text: fixed words, or a variable by its number from 0. */
export type Piece = { text: string } | { variable: number };

/** The text with {1}, {2} … taken apart in reading order. */
export function pieces(text: string): Piece[] {
  return text
    .split(/(\{\d+\})/)
    .filter((p) => p !== "")
    .map((p) => (/^\{\d+\}$/.test(p) ? { variable: Number(p.slice(1, -1)) - 1 } : { text: p }));
}

const examples: Readonly<Record<VariableType, string>> = {
  digits: "204816",
  text: "王小明",
  money: "128.50元",
  date: "11月23日",
  phone: "028-85551234",
  link: "example.com/a",
};

/** A message as it would read with one value of each type. */
export function example(template: Pick<BatchTemplate, "text" | "variables">, signature: string): string {
  const of = (v: Variable | undefined) => examples[v?.type as VariableType] ?? "";
  const body = pieces(template.text).map((p) => ("text" in p ? p.text : of(template.variables?.[p.variable])));
  return `【${signature}】${body.join("")}`;
}

/** Which column fills a variable, from 0; -1: none does. */
export const filledBy = (preview: Pick<Preview, "columns">, name: string) =>
  (preview.columns ?? []).findIndex((c) => c.use === "variable" && c.variable === name);
