import type { FormInstance } from "antd";
import { asProblem } from "@/api/problem";

/** `body.contacts[0].phone` → `["contacts", 0, "phone"]`. */
export function fieldPath(field: string): (string | number)[] {
  return field
    .replace(/^body\./, "")
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Puts each of the server's complaints under the field that it names; returns whether every one found its place. */
export function placeErrors(
  form: FormInstance,
  error: unknown,
  pick: (zh?: string, en?: string) => string,
  under?: string,
): boolean {
  const problem = asProblem(error);
  const named = [...(problem.errors ?? []), ...(problem.field ? [problem] : [])].filter((f) => f.field);
  const known = new Set(form.getFieldsError().map((e) => e.name.join(".")));
  const found = new Map<string, { name: (string | number)[]; errors: string[] }>(); // a field may have several complaints
  let placed = 0;
  for (const f of named) {
    let name = fieldPath(f.field ?? "");
    if (under && name[0] === under) name = [under, name.slice(1).join(".")];
    const key = name.join(".");
    if (!known.has(key)) continue;
    const errors = [...(found.get(key)?.errors ?? []), pick(f.detail, f.detail_en)];
    found.set(key, { name, errors });
    form.setFields([{ name, errors }]);
    if (placed === 0) form.scrollToField(name, { block: "center", focus: true });
    placed++;
  }
  return named.length > 0 && placed === named.length;
}
