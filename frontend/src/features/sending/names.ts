import type { Channel, Measure, StopScope } from "@/api/sending";
import type { Say, TextKey } from "@/i18n";
import { carrierNames } from "@/parts/chain/names";
import { nameOf } from "@/ui/names";

export const measureNames: Readonly<Record<Measure, TextKey>> = {
  stop: "sending.measures.stop",
  per_second: "sending.measures.per_second",
  per_day: "sending.measures.per_day",
};

export const scopeNames: Readonly<Record<StopScope | "contract", TextKey>> = {
  all: "sending.scopes.all",
  customer: "sending.scopes.customer",
  contract: "sending.scopes.contract",
  signature: "sending.scopes.signature",
  channel: "sending.scopes.channel",
};

/** Whom a channel carries, in words. */
export function carriesText(channel: Channel, t: Say): string {
  const list = channel.carriers ?? [];
  if (list.length === 0) return t("sending.everybody");
  return list.map((c) => (c === "unknown" ? t("sending.unknownCarrier") : nameOf(carrierNames, c, t))).join("、");
}

/** How fast a channel may be, in words. */
export function flowText(channel: Channel, t: Say): string {
  const parts = [];
  if (channel.per_second > 0) parts.push(t("sending.perSecond", { n: channel.per_second }));
  if (channel.per_customer > 0) parts.push(t("sending.eachCustomer", { n: channel.per_customer }));
  return parts.join("，") || t("sending.noLimit");
}
