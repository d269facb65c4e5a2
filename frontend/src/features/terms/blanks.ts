import type { Dayjs } from "dayjs";
import type { Schemas } from "@/api/client";

export type Template = Schemas["ContracttemplateTemplate"];
export type Blank = Schemas["ContracttemplateBlank"];

/** The rows of a table that a blank holds as JSON; one empty row where there is none. */
export function asRows(text: string): string[][] {
  try {
    const rows: unknown = JSON.parse(text);
    if (Array.isArray(rows) && rows.length > 0) return rows.map((r) => (Array.isArray(r) ? r.map(String) : [String(r)]));
  } catch {
    // an unfinished draft
  }
  return [[]];
}

/** A blank as the server takes it: always text. Rows without any word are left out. */
export function asText(blank: Blank, value: string | Dayjs | string[][] | undefined): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) {
    const width = blank.columns?.length ?? 0;
    const rows = value
      .map((r) => Array.from({ length: width }, (_, i) => (r?.[i] ?? "").trim()))
      .filter((r) => r.some((cell) => cell !== ""));
    return rows.length ? JSON.stringify(rows) : "";
  }
  return typeof value === "string" ? value : value.format("YYYY-MM-DD");
}
