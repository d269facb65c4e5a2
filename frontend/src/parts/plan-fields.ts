import type { ContractKind } from "@/api/contracts";
import type { PlanTerms } from "@/api/plans";
import type { TextKey } from "@/i18n";

/** Terms by the names that the API gives them, in people's words. */
export const termNames: Readonly<Record<string, TextKey>> = {
  rent_fen: "plan.field.rent_fen",
  included: "plan.field.included",
  overage: "plan.field.overage",
  price: "plan.field.price",
  threshold: "plan.field.threshold",
  mode: "plan.field.mode",
  ports: "plan.field.ports",
  lump_sum_fen: "plan.field.lump_sum_fen",
  minimum_fen: "plan.field.minimum_fen",
  daily_cap: "plan.field.daily_cap",
  deposit_fen: "plan.field.deposit_fen",
  grace_days: "plan.field.grace_days",
  plan_change_cutoff: "plan.field.plan_change_cutoff",
  amount_fen: "plan.field.amount_fen",
  tiers: "plan.field.tiers",
  window: "plan.field.window",
  late_fee: "plan.field.late_fee",
  allocation: "plan.field.allocation",
  renewal: "plan.field.renewal",
  first_month: "plan.field.first_month",
  one_off: "plan.field.one_off",
};

export type FieldKind = "fen" | "whole" | "price" | "mode";
export type Field = { name: keyof PlanTerms & string; kind: FieldKind; max?: number };

const common: readonly Field[] = [
  { name: "deposit_fen", kind: "fen" },
  { name: "grace_days", kind: "whole", max: 365 },
];

/** What makes up the price of each kind of agreement. */
export const fieldsOf: Readonly<Record<ContractKind, readonly Field[]>> = {
  package: [
    { name: "rent_fen", kind: "fen" },
    { name: "included", kind: "whole" },
    { name: "overage", kind: "price" },
    { name: "daily_cap", kind: "whole" },
    { name: "minimum_fen", kind: "fen" },
    { name: "plan_change_cutoff", kind: "whole", max: 31 },
    ...common,
  ],
  prepaid: [
    { name: "price", kind: "price" },
    { name: "daily_cap", kind: "whole" },
  ],
  postpaid: [
    { name: "price", kind: "price" },
    { name: "minimum_fen", kind: "fen" },
    { name: "amount_fen", kind: "fen" },
    ...common,
  ],
  centre: [{ name: "price", kind: "price" }, ...common],
  port: [
    { name: "rent_fen", kind: "fen" },
    { name: "ports", kind: "whole" },
    { name: "threshold", kind: "whole" },
    { name: "price", kind: "price" },
    { name: "mode", kind: "mode" },
    ...common,
  ],
  maintenance: [
    { name: "lump_sum_fen", kind: "fen" },
    { name: "amount_fen", kind: "fen" },
  ],
};
