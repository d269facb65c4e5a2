/** What a text counts as: one up to 70 UTF-16 units, signature included, else one for every 67 begun. Shown as a preview only. */
export function partsOf(text: string, signature: string | undefined): { units: number; parts: number } {
  const units = text.length + (signature && !text.includes(`【${signature}】`) ? signature.length + 2 : 0);
  return { units, parts: units <= 70 ? 1 : Math.ceil(units / 67) };
}
