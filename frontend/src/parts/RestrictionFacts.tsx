import type { Restriction } from "@/api/complaints";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Facts } from "@/ui/Page";

/** Why something was refused, suspended or restricted, on what evidence, and what ends it. */
export function RestrictionFacts({ restriction: r }: { restriction: Restriction }) {
  const { t, pick } = useText();
  return (
    <Facts
      columns={2}
      items={[
        { label: t("restriction.reason"), value: pick(r.reason, r.reason_en) || undefined, wide: true },
        { label: t("restriction.evidence"), value: pick(r.evidence, r.evidence_en) || undefined, wide: true },
        { label: t("restriction.remedy"), value: pick(r.remedy, r.remedy_en), wide: true },
        { label: t("restriction.decider"), value: r.decider_name || t("appeal.system") },
        { label: t("restriction.since"), value: r.since && <Instant at={r.since} /> },
      ]}
    />
  );
}
