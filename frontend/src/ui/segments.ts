/** What a rule found, as the server tells it; offsets are the server's business. */
export type Hit = {
  rule: string;
  class?: string;
  action: string;
  reason_code: string;
  term?: string;
  title?: string;
  /** What was found, as it stands in the message. */
  text?: string;
  /** A rule on trial: counted, without effect. */
  shadow?: boolean;
};

/** A run of a message's text with the hits on it, by their place in the list of hits. */
export type Segment = { text: string; hits: number[] | null };

export type Weight = "refuse" | "hold" | "tag";

export function weightOf(hit: Hit): Weight {
  if (hit.shadow || hit.action === "tag" || hit.action === "pass") return "tag";
  return hit.action.startsWith("refuse") ? "refuse" : "hold";
}

const order: readonly Weight[] = ["refuse", "hold", "tag"];

export type Marked = { text: string; number?: number; weight?: Weight; hits: Hit[] };

/**
 * Segments with the hits themselves. Neighbours of the same weight are one place for a reader, however many rules met there: it has one
 * number, in reading order, and the gravest hit decides the line under it.
 */
export function mark(segments: readonly Segment[] | null | undefined, hits: readonly Hit[] | null | undefined): Marked[] {
  const out: Marked[] = [];
  let number = 0;
  for (const { text, hits: at } of segments ?? []) {
    const found = (at ?? []).map((i) => hits?.[i]).filter((h): h is Hit => h !== undefined);
    const weight = order.find((w) => found.some((h) => weightOf(h) === w));
    const last = out.at(-1);
    if (weight && last?.weight === weight) {
      last.text += text;
      last.hits.push(...found.filter((h) => !last.hits.includes(h)));
    } else if (weight) {
      number += 1;
      out.push({ text, number, weight, hits: found });
    } else out.push({ text, hits: [] });
  }
  return out;
}

// Zero-width, bidi, soft hyphen, variation selectors and private use: characters that change what is read without being seen.
const unseen = /\p{Default_Ignorable_Code_Point}|\p{Co}/u;

/** Cuts out characters that can't be seen and names them (`U+200B`), so that a reviewer sees what a phone hides. */
export function visible(text: string): { text: string; hidden?: string }[] {
  const out: { text: string; hidden?: string }[] = [];
  let plain = "";
  for (const ch of text) {
    if (!unseen.test(ch)) {
      plain += ch;
      continue;
    }
    if (plain) out.push({ text: plain });
    plain = "";
    out.push({ text: ch, hidden: `U+${ch.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}` });
  }
  if (plain) out.push({ text: plain });
  return out;
}

/** The reasons that the hits themselves suggest, gravest first: what keys 1–9 choose from. */
export function reasonsOf(hits: readonly Hit[] | null | undefined): string[] {
  const grave = [...(hits ?? [])].sort((a, b) => order.indexOf(weightOf(a)) - order.indexOf(weightOf(b)));
  return [...new Set(grave.map((h) => h.reason_code).filter(Boolean))];
}

/** What one rule found in a message: at which numbered places, if any, and in which words. */
export type Finding = { rule: string; title: string; weight: Weight; places: number[]; terms: string[] };

/** What the rules found, gravest first and in reading order; what has no place in the text (a recipient who opted out) comes last. */
export function findingsOf(segments: readonly Segment[] | null | undefined, hits: readonly Hit[] | null | undefined): Finding[] {
  const found = new Map<string, Finding>();
  const add = (hit: Hit, place?: number) => {
    const at = found.get(hit.rule) ?? {
      rule: hit.rule,
      title: hit.title || hit.rule,
      weight: weightOf(hit),
      places: [],
      terms: [],
    };
    if (place !== undefined && !at.places.includes(place)) at.places.push(place);
    const words = hit.text?.trim() || hit.term;
    if (words && !at.terms.includes(words)) at.terms.push(words);
    found.set(hit.rule, at);
  };
  for (const piece of mark(segments, hits)) for (const hit of piece.hits) add(hit, piece.number);
  for (const hit of hits ?? []) if (!found.has(hit.rule)) add(hit);
  return [...found.values()].sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}
