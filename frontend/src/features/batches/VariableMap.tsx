import { useQuery } from "@tanstack/react-query";
import type { Preview } from "@/api/batch-uploads";
import type { Batch } from "@/api/batches";
import { registrationQuery } from "@/api/registrations";
import { useText } from "@/i18n";
import { variableNames } from "@/parts/chain/names";
import { nameOf } from "@/ui/names";
import { filledBy } from "./template";

/** Which column fills each variable, with the type that a registered template gives it. */
export function VariableMap({ batch, preview }: { batch: Batch; preview: Preview }) {
  const { t } = useText();
  const template = useQuery({ ...registrationQuery(batch.template_id ?? ""), enabled: Boolean(batch.template_id) });
  const names = preview.variables ?? [];
  if (names.length === 0) return null;
  return (
    <ul className="variable-map" aria-label={t("batch.template.mapping")}>
      {names.map((name) => {
        const at = filledBy(preview, name);
        const type = template.data?.variables?.find((v) => v.name === name)?.type;
        return (
          <li key={name} data-missing={at < 0 || undefined}>
            <span className="slot">{name}</span>
            {type && <span className="meta">{nameOf(variableNames, type, t)}</span>}
            <span>
              ←{" "}
              {at < 0
                ? t("batch.template.missing")
                : t("batch.template.filled", { n: at + 1, name: preview.columns?.[at]?.name ?? "" })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
