import type { Registration } from "@/api/registrations";
import { useText } from "@/i18n";
import { useBusinessNow } from "./now";

/** How long the review has left, while it is open. */
export function Due({ record: r }: { record: Pick<Registration, "state" | "due_at"> }) {
  const { t } = useText();
  const now = useBusinessNow();
  if (r.state !== "submitted" && r.state !== "in_review") return null;
  const minutes = Math.round((Date.parse(r.due_at ?? "") - now) / 60_000);
  return (
    <span className="state" data-tone={minutes < 0 ? "bad" : minutes < 30 ? "warn" : "busy"}>
      {minutes < 0 ? t("chain.late", { n: -minutes }) : t("chain.left", { n: minutes })}
    </span>
  );
}
