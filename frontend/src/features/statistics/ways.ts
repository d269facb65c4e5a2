import type { StatisticsRow } from "@/api/statistics";
import type { TextKey } from "@/i18n";
import type { Params } from "@/ui/url-state";

export const ways = ["day", "month", "customer", "carrier", "channel", "category", "code", "batch"] as const;
export type Way = (typeof ways)[number];

/** What only our own people see: customers and channels are nobody else's business. */
const ours: readonly Way[] = ["customer", "channel"];
export const waysOf = (own: boolean) => ways.filter((w) => !own || !ours.includes(w));

export const intake = ["submitted", "refused", "approved"] as const;
export const fates = ["sent", "delivered", "failed", "unknown", "parts"] as const;

/** What the table shows: a result code is counted where the result came in, so nothing was sent or charged by it. */
export const figuresOf = (by: Way, withIntake: boolean) =>
  by === "code" ? (["delivered", "failed", "unknown"] as const) : withIntake ? [...intake, ...fates] : fates;

type Ended = Pick<StatisticsRow, "delivered" | "failed" | "unknown">;
const ended = (r: Ended) => r.delivered + r.failed + r.unknown;

/** How much of all that came to an end a row is: what a result code has instead of a delivered share. */
export const partOf = (r: Ended, all: Ended) => shareOf({ delivered: ended(r), failed: ended(all) - ended(r), unknown: 0 });

export const meanings: Readonly<Record<string, TextKey>> = {
  delivered: "statistics.meaning.delivered",
  on_the_way: "statistics.meaning.on_the_way",
  absent: "statistics.meaning.absent",
  no_number: "statistics.meaning.no_number",
  blacklisted: "statistics.meaning.blacklisted",
  content: "statistics.meaning.content",
  sender: "statistics.meaning.sender",
  volume: "statistics.meaning.volume",
  expired: "statistics.meaning.expired",
  account: "statistics.meaning.account",
  stopped: "statistics.meaning.stopped",
  other: "statistics.meaning.other",
};

const hundredths = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The share of what came to an end that was delivered, as 97.53%; a dash where nothing did. */
export function shareOf(r: Ended): string {
  const all = ended(r);
  return all === 0 ? "—" : `${hundredths.format(Math.floor((r.delivered * 10_000) / all) / 100)}%`;
}

/** What a click on a row asks next: one step closer to single batches. */
export function closer(by: Way, key: string, own: boolean): Params | undefined {
  switch (by) {
    case "day":
      return { from: key, to: key, by: "batch" };
    case "month":
      return { ...monthOf(key), by: "day" };
    case "customer":
      return { customer_id: key, by: "day" };
    case "carrier":
      return { carrier: key || "unknown", by: "code" };
    case "channel":
      return { channel: key, by: "code" };
    case "category":
      return { category: key, by: "carrier" };
    case "code":
      return { code: key, by: own ? "day" : "customer" };
    default:
      return undefined;
  }
}

function monthOf(key: string): Params {
  const [year = 0, month = 0] = key.split("-").map(Number);
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { from: `${key}-01`, to: `${key}-${last}` };
}
