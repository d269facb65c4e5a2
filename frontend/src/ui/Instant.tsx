import { formatInstant } from "./time";

/** A moment, absolute and in Shanghai's time, with the seconds on hover. */
export function Instant({ at, precision }: { at?: string | null; precision?: "date" | "minute" | "second" }) {
  const text = formatInstant(at, precision);
  if (!text) return <span className="meta">—</span>;
  return (
    <time className="num nowrap" dateTime={at ?? undefined} title={`${formatInstant(at, "second")} +08:00`}>
      {text}
    </time>
  );
}
