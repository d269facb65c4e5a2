import type { PlanTerms } from "@/api/plans";
import type { Say } from "@/i18n";
import { formatCount, formatYuan } from "@/ui/money";

/** A plan's price in one line. */
export function summary(terms: PlanTerms, t: Say): string {
  switch (terms.kind) {
    case "package":
      return t("plan.sum.package", {
        rent: formatYuan(terms.rent_fen),
        included: formatCount(terms.included),
        overage: terms.overage,
      });
    case "port":
      return t("plan.sum.port", {
        rent: formatYuan(terms.rent_fen),
        threshold: formatCount(terms.threshold),
        price: terms.price,
      });
    case "maintenance":
      return t("plan.sum.maintenance", { lump: formatYuan(terms.lump_sum_fen) });
    default:
      return t("plan.sum.metered", { price: terms.price });
  }
}
