import type { Vocabulary } from "@/api/rules";

export type Offer = { label: string; detail?: string };
export type Completion = { from: number; offers: Offer[] };

const plain = (list: readonly string[] | null | undefined): Offer[] => (list ?? []).map((label) => ({ label }));

const keyOffers: Readonly<Record<string, readonly string[]>> = {
  title: ["zh", "en"],
  applies_to: ["categories", "customers", "carriers", "industries"],
  tests: ["hit", "miss"],
  terms: ["words", "bank", "views", "max_gap", "whole_word"],
  patterns: ["extract", "regex", "view", "use", "any"],
};

/** The names that a rule gives its words and patterns: what its condition may speak of. */
export function namesIn(text: string): string[] {
  const out: string[] = [];
  let inside = false;
  for (const line of text.split("\n")) {
    const top = /^([a-z_]+):(.*)$/.exec(line);
    if (top) {
      inside = top[1] === "terms" || top[1] === "patterns";
      if (inside) out.push(...flowKeys(top[2] ?? ""));
      continue;
    }
    const name = /^ {2}([a-z][a-z0-9_]*):/.exec(line);
    if (inside && name?.[1]) out.push(name[1]);
  }
  return [...new Set(out)];
}

/** The keys of a mapping in braces, without those of mappings inside it. */
function flowKeys(flow: string): string[] {
  const out: string[] = [];
  let depth = 0;
  for (let i = 0; i < flow.length; i++) {
    const ch = flow[i] ?? "";
    if (ch === "}" || ch === "]") depth--;
    if (ch === "{" || ch === "[") depth++;
    if (depth !== 1 || (ch !== "{" && ch !== ",")) continue;
    const key = /^\s*([a-z][a-z0-9_]*):/.exec(flow.slice(i + 1))?.[1];
    if (key) out.push(key);
  }
  return out;
}

/** The key of the document that a place in it belongs to. */
export function topKey(before: string): string {
  const lines = before.split("\n");
  for (let i = lines.length - 1; i >= 0; i--) {
    const key = /^([a-z_]+):/.exec(lines[i] ?? "")?.[1];
    if (key) return key;
  }
  return "";
}

/** What may stand at a place: keys, values that are known, and in conditions the rule's own names and the facts. */
export function complete(text: string, pos: number, v: Vocabulary): Completion | null {
  const before = text.slice(0, pos);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const word = /[A-Za-z0-9_.]*$/.exec(line)?.[0] ?? "";
  const from = pos - word.length;
  const give = (offers: Offer[]) => (offers.length > 0 ? { from, offers } : null);
  if (line.trimStart().startsWith("#")) return null;
  const isBank = /^bank:/m.test(text) && !/^id:/m.test(text);
  if (/^[a-z_]*$/.test(line)) {
    const used = new Set([...text.matchAll(/^([a-z_]+):/gm)].map((m) => m[1]));
    return give(
      plain(isBank ? v.bank_keys : v.rule_keys)
        .filter((o) => !used.has(o.label) || o.label === word)
        .map((o) => ({ ...o, label: `${o.label}: ` })),
    );
  }
  const top = topKey(before);
  const value =
    /(?:^|[{,\s])([a-z_]+):\s*(?:[[{"']?|\[[^\]]*[,\s]\s*)[A-Za-z0-9_.]*$/.exec(line)?.[1] ??
    (/^\s+-\s*[A-Za-z0-9_.]*$/.test(line) ? "-" : "");
  switch (value === "-" ? parentKey(before) || top : value) {
    case "class":
      return give(plain(v.classes));
    case "action":
      return give(plain(v.actions));
    case "state":
      return give(plain(v.states));
    case "scope":
      return give(plain(["message", "batch"]));
    case "reason_code":
      return give((v.reasons ?? []).map((r) => ({ label: r.code, detail: r.zh })));
    case "views":
    case "view":
      return give(plain(v.views));
    case "bank":
      return isBank ? null : give(plain(v.banks));
    case "extract":
      return give(plain(v.extractors));
    case "use":
      return give(plain(v.patterns));
    case "group":
      return give(plain(v.groups));
    case "lifts":
      return give(plain(v.rules));
    case "categories":
      return give(plain(["verification", "notice", "marketing", "advertising"]));
    case "whole_word":
      return give(plain(["true", "false"]));
  }
  if (top === "condition") {
    const own = namesIn(text).flatMap((n) => [
      { label: n },
      { label: `${n}.count` },
      { label: `${n}.distinct` },
      { label: `${n}.evaded` },
    ]);
    return give([...own, ...plain(/^scope:\s*batch/m.test(text) ? v.batch_facts : v.message_facts)]);
  }
  if (/(?:^\s+|[{,]\s*)[a-z_]*$/.test(line) && keyOffers[top])
    return give(plain(keyOffers[top]).map((o) => ({ label: `${o.label}: ` })));
  return null;
}

/** The key above a list's entry. */
function parentKey(before: string): string {
  const lines = before.split("\n");
  for (let i = lines.length - 2; i >= 0; i--) {
    const l = lines[i] ?? "";
    if (/^\s*-/.test(l) || l.trim() === "") continue;
    return /^\s*([a-z_]+):\s*$/.exec(l)?.[1] ?? "";
  }
  return "";
}

/** Line and column, from 1 and in characters, as an offset into the text; the end of the text where it has changed meanwhile. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  if (line < 1) return 0;
  if (line > lines.length) return text.length;
  const at = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
  const inLine = [...(lines[line - 1] ?? "")].slice(0, Math.max(column - 1, 0)).join("").length;
  return at + inLine;
}
