import type { TextKey } from "@/i18n";

type Names = Readonly<Record<string, TextKey>>;

export const classNames: Names = {
  constitution: "rules.class.constitution",
  state_security: "rules.class.state_security",
  national_honour: "rules.class.national_honour",
  ethnic_hatred: "rules.class.ethnic_hatred",
  religion_cult: "rules.class.religion_cult",
  public_order: "rules.class.public_order",
  vice_violence: "rules.class.vice_violence",
  defamation: "rules.class.defamation",
  other_unlawful: "rules.class.other_unlawful",
  fraud: "rules.class.fraud",
  advertising: "rules.class.advertising",
  structure: "rules.class.structure",
  recipient: "rules.class.recipient",
  batch: "rules.class.batch",
  tag: "rules.class.tag",
};

export const actionNames: Names = {
  hold: "rules.action.hold",
  refuse_message: "rules.action.refuse_message",
  refuse_batch: "rules.action.refuse_batch",
  escalate: "rules.action.escalate",
  score: "rules.action.score",
  tag: "rules.action.tag",
  pass: "rules.action.pass",
};

export const viewNames: Names = {
  plain: "rules.view.plain",
  folded: "rules.view.folded",
  simplified: "rules.view.simplified",
  stripped: "rules.view.stripped",
  pinyin: "rules.view.pinyin",
  joined: "rules.view.joined",
  "": "rules.view.facts",
};

export const decidedNames: Names = {
  approved: "rules.decided.approved",
  refused: "rules.decided.refused",
  by_rules: "rules.decided.by_rules",
  escalated: "rules.decided.escalated",
  open: "rules.decided.open",
};

export const changeNames: Names = {
  added: "rules.change.added",
  changed: "rules.change.changed",
  deleted: "rules.change.deleted",
  removed: "rules.change.removed",
};

/** Words as people type them: between spaces, commas or on lines of their own. */
export const splitWords = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,，、;；]+/)
      .map((w) => w.trim())
      .filter(Boolean),
  ),
];

/** One example a line. */
export const splitLines = (text: string): string[] =>
  text
    .split("\n")
    .map((l) => l.trim())
    .filter(Boolean);
