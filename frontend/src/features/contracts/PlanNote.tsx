import { Link } from "@tanstack/react-router";
import type { Contract } from "@/api/contracts";
import { useText } from "@/i18n";
import { termNames } from "@/parts/plan-fields";
import { nameOf } from "@/ui/names";

/** The plan that a contract was signed on, whether a newer version is out, and where the contract differs from it. */
export function PlanNote({ contract }: { contract: Contract }) {
  const { t, pick } = useText();
  const plan = contract.plan;
  if (!plan) return null;
  return (
    <p className="meta">
      {t("plan.signedOn")}{" "}
      <Link to="/plans">
        {plan.code} v{plan.version} {pick(plan.name, plan.name_en)}
      </Link>
      {plan.newest > plan.version && ` · ${t("plan.newer", { n: plan.newest })}`}
      {!!plan.deviates?.length &&
        ` · ${t("plan.deviates", { terms: plan.deviates.map((name) => nameOf(termNames, name, t)).join("、") })}`}
    </p>
  );
}
