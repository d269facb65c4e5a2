import type { Blank, Both, Template } from "@/api/contracts";

export type BlankGroup = { name: string; label: Both; blanks: Blank[] };

/** The form's parts in the template's order; blanks that the provider's configuration fills are not asked for. */
export function groupsOf(template: Pick<Template, "groups" | "blanks">): BlankGroup[] {
  const asked = (template.blanks ?? []).filter((b) => !b.configured);
  const known = (template.groups ?? []).map((g) => ({ ...g, blanks: asked.filter((b) => b.group === g.name) }));
  const names = new Set(known.map((g) => g.name));
  const rest = asked.filter((b) => !b.group || !names.has(b.group));
  const all = rest.length ? [...known, { name: "other", label: { zh: "其他", en: "Other" }, blanks: rest }] : known;
  return all.filter((g) => g.blanks.length > 0);
}

/** Whether a blank must be filled, given what is filled so far. The server decides; this only marks the field. */
export const isRequired = (blank: Blank, values: Readonly<Record<string, string | undefined>>): boolean =>
  blank.required || (blank.required_when !== undefined && values[blank.required_when.blank] === blank.required_when.is);
