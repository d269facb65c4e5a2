import type { Batch } from "@/api/batches";
import { type TextKey, useText } from "@/i18n";
import { Instant } from "@/ui/Instant";

type Release = NonNullable<Batch["release"]>;
const names: Readonly<Record<Release["state"], TextKey>> = {
  waiting: "corner.releaseState.waiting",
  released: "corner.releaseState.released",
  declined: "corner.releaseState.declined",
};

/** The customer's own approval of a batch: who gave it and when, or what was said against it. */
export function OwnRelease({ of: r }: { of: Release }) {
  const { t } = useText();
  return (
    <>
      {t(names[r.state])} {r.decided_by_name} {r.decided_at && <Instant at={r.decided_at} />}
      {r.note && <p className="quiet">{r.note}</p>}
    </>
  );
}
