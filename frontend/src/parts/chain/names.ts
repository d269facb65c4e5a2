import type { RegistrationKind } from "@/api/registrations";
import type { TextKey } from "@/i18n";

type Names<K extends string> = Readonly<Record<K, TextKey>>;

export const kinds: readonly RegistrationKind[] = ["qualification", "signature", "template", "link", "phone"];
export const kindNames: Names<RegistrationKind> = {
  qualification: "chain.kind.qualification",
  signature: "chain.kind.signature",
  template: "chain.kind.template",
  link: "chain.kind.link",
  phone: "chain.kind.phone",
};
export const textNames: Names<RegistrationKind> = {
  qualification: "chain.text.qualification",
  signature: "chain.text.signature",
  template: "chain.text.template",
  link: "chain.text.link",
  phone: "chain.text.phone",
};
export const hintNames: Names<RegistrationKind> = {
  qualification: "chain.hint.qualification",
  signature: "chain.hint.signature",
  template: "chain.hint.template",
  link: "chain.hint.link",
  phone: "chain.hint.phone",
};
export const carriers = ["cmcc", "cucc", "ctcc", "cbn"] as const;
export const carrierNames: Names<(typeof carriers)[number]> = {
  cmcc: "chain.carrier.cmcc",
  cucc: "chain.carrier.cucc",
  ctcc: "chain.carrier.ctcc",
  cbn: "chain.carrier.cbn",
};
export const sourceNames: Names<"company" | "app" | "trade_mark" | "website" | "mini_program" | "public"> = {
  company: "chain.source.company",
  app: "chain.source.app",
  trade_mark: "chain.source.trade_mark",
  website: "chain.source.website",
  mini_program: "chain.source.mini_program",
  public: "chain.source.public",
};
export const formNames: Names<"domain" | "url" | "short"> = {
  domain: "chain.form.domain",
  url: "chain.form.url",
  short: "chain.form.short",
};
export type VariableType = "digits" | "text" | "money" | "date" | "phone" | "link";
export const variableNames: Names<VariableType> = {
  digits: "chain.variable.digits",
  text: "chain.variable.text",
  money: "chain.variable.money",
  date: "chain.variable.date",
  phone: "chain.variable.phone",
  link: "chain.variable.link",
};
export const takesNames: Names<VariableType> = {
  digits: "chain.takes.digits",
  text: "chain.takes.text",
  money: "chain.takes.money",
  date: "chain.takes.date",
  phone: "chain.takes.phone",
  link: "chain.takes.link",
};
export const causeNames: Names<"parent" | "letter" | "unused" | "rules" | "carrier" | "withdrawn" | "replaced"> = {
  parent: "chain.cause.parent",
  letter: "chain.cause.letter",
  unused: "chain.cause.unused",
  rules: "chain.cause.rules",
  carrier: "chain.cause.carrier",
  withdrawn: "chain.cause.withdrawn",
  replaced: "chain.cause.replaced",
};
/** A signature as it stands in texts, anything else as it is. */
export const shown = (r: { kind: RegistrationKind; text?: string }) =>
  r.kind === "signature" ? `【${r.text}】` : (r.text ?? "");
