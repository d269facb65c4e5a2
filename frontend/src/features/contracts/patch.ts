import type { Patch, PlanTerms } from "@/api/contract-life";
import type { ContractKind } from "@/api/contracts";
import type { TextKey } from "@/i18n";

/** One term of a plan that a form asks for. Names are those of the API, so that its complaints find their fields. */
export type PatchField = { name: keyof Patch & keyof PlanTerms; text: TextKey; input: "money" | "count" | "price" };
/** What the form holds: fen for money, a whole number for counts, text for prices. */
export type PatchValues = Record<string, number | string | null | undefined>;

const rent: PatchField = { name: "rent_fen", text: "life.term.rent_fen", input: "money" };
const included: PatchField = { name: "included", text: "life.term.included", input: "count" };
const overage: PatchField = { name: "overage", text: "life.term.overage", input: "price" };
const price: PatchField = { name: "price", text: "life.term.price", input: "price" };
const threshold: PatchField = { name: "threshold", text: "life.term.threshold", input: "count" };
const ports: PatchField = { name: "ports", text: "life.term.ports", input: "count" };
const minimum: PatchField = { name: "minimum_fen", text: "life.term.minimum_fen", input: "money" };
const cap: PatchField = { name: "daily_cap", text: "life.term.daily_cap", input: "count" };

const plans: Readonly<Record<ContractKind, readonly PatchField[]>> = {
  package: [rent, included, overage, minimum, cap],
  prepaid: [price, cap],
  postpaid: [price, minimum, cap],
  centre: [price, cap],
  port: [ports, rent, threshold, price],
  maintenance: [rent],
};

/** What a supplement may change beside the plan. */
const beside: readonly PatchField[] = [
  { name: "deposit_fen", text: "life.term.deposit_fen", input: "money" },
  { name: "grace_days", text: "life.term.grace_days", input: "count" },
  { name: "plan_change_cutoff", text: "life.term.plan_change_cutoff", input: "count" },
  { name: "terminate_after_suspended_days", text: "life.term.terminate_after_suspended_days", input: "count" },
];

/** The prices of a plan, which an announced price change may alter. */
const priced = ["rent_fen", "included", "overage", "price", "threshold", "minimum_fen"];
export const priceFields = (kind: string): readonly PatchField[] => planFields(kind).filter((f) => priced.includes(f.name));

export const planFields = (kind: string): readonly PatchField[] => plans[kind as ContractKind] ?? plans.package;
export const supplementFields = (kind: string): readonly PatchField[] => [...planFields(kind), ...beside];

/** Terms that say nothing for a kind of contract are not shown. */
const unsaid: Readonly<Record<string, readonly string[]>> = {
  package: ["price", "threshold", "mode", "ports"],
  prepaid: ["rent_fen", "included", "overage", "threshold", "mode", "ports", "first_month", "rent_while_suspended"],
  postpaid: ["rent_fen", "included", "overage", "threshold", "mode", "ports", "first_month", "rent_while_suspended"],
  centre: ["rent_fen", "included", "overage", "threshold", "mode", "ports", "first_month", "rent_while_suspended"],
  port: ["included", "overage"],
  maintenance: ["included", "overage", "price", "threshold", "mode", "ports", "daily_cap", "count_by", "blocked"],
};
export const says = (kind: string, term: string) => !(unsaid[kind] ?? []).includes(term);

/** A price without idle noughts, so that 0.080 is no change of 0.08. */
const bare = (text: string) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

/** The terms that the form changes; what is left as it was is left out. */
export function changed(fields: readonly PatchField[], was: PlanTerms, values: PatchValues): Patch {
  const patch: Record<string, number | string> = {};
  for (const { name, input } of fields) {
    const value = values[name];
    if (value === null || value === undefined || value === "") continue;
    if (input === "price") {
      const text = bare(String(value).trim());
      if (text !== bare(String(was[name] ?? ""))) patch[name] = text;
    } else if (Number(value) !== Number(was[name] ?? 0)) patch[name] = Number(value);
  }
  return patch as Patch;
}

/** Whole days from a day to a later one; negative when it is over. */
export const daysUntil = (today: string, day: string) => Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
