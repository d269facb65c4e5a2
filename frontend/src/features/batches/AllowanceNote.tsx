import { useQuery } from "@tanstack/react-query";
import { allowanceQuery } from "@/api/batch-uploads";
import type { Category } from "@/api/batches";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { Facts, Panel } from "@/ui/Page";
import { formatBytes } from "@/ui/time";

type Props = { contract: string; signature: string; category: Category; file: File | null };

/** What bounds a batch, told before it hurts. */
export function AllowanceNote({ contract, signature, category, file }: Props) {
  const { t } = useText();
  const { data: a } = useQuery(allowanceQuery(contract, signature));
  if (!a) return null;
  const most = file?.name.toLowerCase().endsWith(".xlsx") ? a.max_xlsx : a.max_file;
  const warnings = [
    a.reasons?.length ? t("batch.allowance.stopped") : null,
    a.allowed_categories?.includes(category) ? null : t("batch.allowance.notAllowed"),
    a.without_consent?.includes(category) ? t("batch.allowance.noConsent") : null,
    file && file.size > most ? t("batch.allowance.tooLarge", { most: formatBytes(most) }) : null,
    a.daily_cap > 0 && a.used_today >= a.daily_cap ? t("batch.allowance.capUsed") : null,
  ].filter((w) => w !== null);
  return (
    <Panel title={t("batch.allowance.title")}>
      <Facts
        columns={3}
        items={[
          {
            label: t("batch.allowance.hours"),
            value: (
              <>
                {a.send_from ? `${a.send_from}–${a.send_to}` : t("batch.allowance.allDay")}{" "}
                {!a.inside_hours && (
                  <span className="meta">
                    {t("batch.allowance.opens")} <Instant at={a.opens_at} />
                  </span>
                )}
              </>
            ),
          },
          {
            label: t("batch.allowance.cap"),
            value:
              a.daily_cap > 0
                ? t("batch.allowance.left", {
                    left: formatCount(Math.max(0, a.daily_cap - a.used_today)),
                    cap: formatCount(a.daily_cap),
                  })
                : t("batch.allowance.none"),
          },
          a.prepaid && {
            label: t("batch.allowance.balance"),
            value: (
              <>
                <Money fen={a.balance_fen} /> {a.credits > 0 && t("batch.allowance.credits", { n: formatCount(a.credits) })}
              </>
            ),
          },
          {
            label: t("batch.category"),
            value: a.allowed_categories?.map((c) => nameOf(categoryNames, c, t)).join("、") || t("batch.allowance.noCategory"),
          },
          {
            label: t("batch.allowance.file"),
            value: t("batch.allowance.sizes", {
              file: formatBytes(a.max_file),
              xlsx: formatBytes(a.max_xlsx),
              rows: formatCount(a.max_rows),
            }),
          },
        ]}
      />
      {warnings.map((w) => (
        <p key={w} className="warn-note">
          {w}
        </p>
      ))}
    </Panel>
  );
}
