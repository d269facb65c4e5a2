/** Money is whole fen everywhere; these functions turn it into text and back without ever computing in yuan. */

/** `12345678` → `123,456.78`. Throws on anything but a whole number of fen, because a fraction of a fen is a bug elsewhere. */
export function formatFen(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new Error(`not a whole number of fen: ${fen}`);
  const digits = String(Math.abs(fen)).padStart(3, "0");
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "-" : ""}${yuan}.${digits.slice(-2)}`;
}

/** `¥` stands before the sign-less figure: `-¥1.00`. */
export function formatYuan(fen: number): string {
  const text = formatFen(fen);
  return text.startsWith("-") ? `-¥${text.slice(1)}` : `¥${text}`;
}

/** Yuan as typed (`1,234.5`, `1234.50`) → fen; `null` for what is not an amount with at most two decimals. */
export function parseYuan(text: string): number | null {
  const match = /^(-?)(\d{1,13})(?:\.(\d{0,2}))?$/.exec(text.replace(/[,\s，¥￥]/g, ""));
  if (!match) return null;
  const fen = Number(`${match[2]}${(match[3] ?? "").padEnd(2, "0")}`);
  return match[1] && fen !== 0 ? -fen : fen;
}

/** A decimal as the server writes it (`10000.00`, `0.085`) with thousands separators; its digits stay as they are. */
export function formatDecimal(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Counts (messages, rows) with thousands separators. */
export function formatCount(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
