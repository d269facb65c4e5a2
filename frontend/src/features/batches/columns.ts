import type { Choice, Preview } from "@/api/batch-uploads";
import type { BatchMode } from "@/api/batches";
import type { Say } from "@/i18n";

/** What a column is for, as one value of a select: "phone", "text", "variable:姓名" or "". */
export const purposeOf = (column: { use: string; variable?: string }) =>
  column.use === "variable" ? `variable:${column.variable ?? ""}` : column.use;

/** The uses that a batch's columns may have. */
export function usesFor(mode: BatchMode, variables: readonly string[], t: Say) {
  return [
    { value: "", label: t("batch.columns.none") },
    { value: "phone", label: t("batch.columns.phone") },
    ...(mode === "text_per_row" ? [{ value: "text", label: t("batch.columns.text") }] : []),
    ...variables.map((v) => ({ value: `variable:${v}`, label: `{${v}}` })),
  ];
}

/** The columns as they are shown, with one of them changed: a use that stood elsewhere moves. */
export function choose(preview: Pick<Preview, "header" | "columns">, index: number, value: string): Choice {
  const [use = "", ...rest] = value.split(":");
  const columns = (preview.columns ?? []).map((c, i) => {
    if (i === index) return use === "variable" ? { use, variable: rest.join(":") } : { use };
    if (value !== "" && purposeOf(c) === value) return { use: "" };
    return c.variable ? { use: c.use, variable: c.variable } : { use: c.use };
  });
  return { header: preview.header, columns: columns as Choice["columns"] };
}
