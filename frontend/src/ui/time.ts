/** Everything the portal shows is the business's day: absolute, in Asia/Shanghai, whatever the machine's zone is. */
const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

type Precision = "date" | "minute" | "second";

/** An RFC 3339 instant → `2026-11-21 14:05`. Empty for nothing or for Go's zero time. */
export function formatInstant(value: string | undefined | null, precision: Precision = "minute"): string {
  if (!value || value.startsWith("0001-")) return "";
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const p: Record<string, string> = {};
  for (const part of parts.formatToParts(date)) p[part.type] = part.value;
  const day = `${p.year}-${p.month}-${p.day}`;
  if (precision === "date") return day;
  return `${day} ${p.hour}:${p.minute}${precision === "second" ? `:${p.second}` : ""}`;
}

/** Milliseconds until an instant on the machine's clock; nothing left for one that is not set. */
export const msUntil = (instant: string | null | undefined, now: number): number =>
  instant ? new Date(instant).getTime() - now : 0;

/** Minutes and seconds left, for leases and undo: `3:07`. */
export function formatCountdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** `1536` → `1.5 KiB`; whole bytes below one KiB. */
export function formatBytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = n;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** The month before the one of an instant, `2026-11-21T…` → `2026-10`: what a bill run bills by default. */
export function monthBefore(instant: string): string {
  const [year = 0, month = 1] = formatInstant(instant, "date").split("-").map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, "0")}`;
}
