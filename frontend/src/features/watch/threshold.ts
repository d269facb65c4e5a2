import type { AlertCode, WatchRule } from "@/api/watch";
import type { TextKey, useText } from "@/i18n";
import { formatCount } from "@/ui/money";

type T = ReturnType<typeof useText>["t"];
export type Params = WatchRule["params"];
export type Field = keyof Params;

/** Which thresholds a rule has, in the order in which its sentence names them. */
export const fieldsOf: Record<AlertCode, readonly Field[]> = {
  volume: ["least", "tenths"],
  refused: ["least", "share"],
  failed: ["least", "share"],
  night: ["from", "to", "least"],
  recipients: ["share", "least", "tenths"],
  place: [],
};

/** How many of what the server counts make one of what people speak of: times are kept in tenths, shares per mille. */
export const units: Record<Field, number> = { least: 1, tenths: 10, share: 10, from: 1, to: 1 };

/** What people enter, as the server keeps it. */
export function kept(shown: Params): Params {
  return inUnits(shown, (field, n) => Math.round(n * units[field]));
}

/** What the server keeps, as people enter it: 30 tenths are 3 times, 300 per mille are 30 %. */
export function spoken(params: Params): Params {
  return inUnits(params, (field, n) => n / units[field]);
}

function inUnits(params: Params, of: (field: Field, n: number) => number): Params {
  const out = { ...params };
  for (const field of Object.keys(units) as Field[]) {
    const n = params[field];
    if (n !== undefined) out[field] = of(field, n);
  }
  return out;
}

/** A rule's thresholds in one sentence. */
export function thresholdText(code: AlertCode, params: Params, t: T): string {
  const { least, tenths = 0, share = 0, from = 0, to = 0 } = spoken(params);
  const hour = (n: number) => `${String(n).padStart(2, "0")}:00`;
  return t(`watch.sentence.${code}` as TextKey, {
    least: formatCount(least),
    times: tenths,
    share,
    from: hour(from),
    to: hour(to),
  });
}
