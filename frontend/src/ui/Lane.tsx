import { CheckOutlined, ClockCircleOutlined, ExclamationOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

export type Stop = {
  key: string;
  label: string;
  /** done → now → ahead; `broken` is a station the object left the usual way at (refused, suspended, ended early). */
  state: "done" | "now" | "ahead" | "broken";
  note?: ReactNode;
};

/** Where an object stands in its life: the stations it passed, the one it is at, those ahead. */
export function Lane({ stops, label }: { stops: readonly Stop[]; label: string }) {
  return (
    <ol className="lane" aria-label={label}>
      {stops.map((stop) => (
        <li
          key={stop.key}
          data-state={stop.state}
          aria-current={stop.state === "now" || stop.state === "broken" ? "step" : undefined}
        >
          <span className="lane-dot" aria-hidden>
            {stop.state === "done" && <CheckOutlined />}
            {stop.state === "now" && <ClockCircleOutlined />}
            {stop.state === "broken" && <ExclamationOutlined />}
          </span>
          <span className="lane-label">{stop.label}</span>
          {stop.note && <span className="meta">{stop.note}</span>}
        </li>
      ))}
    </ol>
  );
}

/** The stations of a straight life up to where the object is now. */
export function straight<K extends string>(
  order: readonly { key: K; label: string; note?: ReactNode }[],
  at: K,
  opts: { broken?: boolean; finished?: boolean } = {},
): Stop[] {
  const here = order.findIndex((s) => s.key === at);
  return order.map((s, i) => ({
    ...s,
    state: i < here || (i === here && opts.finished) ? "done" : i > here ? "ahead" : opts.broken ? "broken" : "now",
  }));
}
