import { type TextKey, useText } from "@/i18n";

const day = 86_400;
const units: readonly [number, TextKey][] = [
  [day, "service.unit.day"],
  [3600, "service.unit.hour"],
  [60, "service.unit.minute"],
  [1, "service.unit.second"],
];

/** Words for the upper end of a class of delays: ≤ 20 minutes. Nothing for 0. */
export function useLasting(): (seconds: number) => string {
  const { t } = useText();
  return (seconds) => {
    if (seconds === 0) return "—";
    if (seconds > 3 * day) return t("service.unit.later");
    const [size, unit] = units.find(([n]) => seconds % n === 0) ?? [1, "service.unit.second"];
    return t(unit, { n: String(seconds / size) });
  };
}
