import type { Kind } from "@/api/recipients";
import type { TextKey } from "@/i18n";

export const kindNames: Readonly<Record<Kind, TextKey>> = {
  opt_out: "recipient.kind.opt_out",
  blacklist: "recipient.kind.blacklist",
};

/** Where an entry comes from; others may name more. */
export const sourceNames: Readonly<Record<string, TextKey>> = {
  reply: "recipient.source.reply",
  complaint: "recipient.source.complaint",
  portal: "recipient.source.portal",
  import: "recipient.source.import",
  carrier: "recipient.source.carrier",
};

export const wayNames: Readonly<Record<string, TextKey>> = {
  web: "consent.way.web",
  app: "consent.way.app",
  paper: "consent.way.paper",
  counter: "consent.way.counter",
  reply: "consent.way.reply",
  contract: "consent.way.contract",
  other: "consent.way.other",
};
