/** What a key means at the review desk. Reasons are chosen in a mode of their own, in which letters mean nothing. */
export type Command =
  | {
      do:
        | "approve"
        | "refuse"
        | "escalate"
        | "finish"
        | "next"
        | "previous"
        | "nextHit"
        | "nextBatch"
        | "previousBatch"
        | "undo"
        | "take"
        | "release"
        | "samples"
        | "falseAlarm"
        | "takedown"
        | "handOver"
        | "addNote"
        | "help"
        | "cancel"
        | "confirm";
    }
  | { do: "reason"; index: number };

export type Mode = "look" | "reasons";

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "keyCode"> & {
  target: EventTarget | null;
};

const letters: Readonly<Record<string, Command>> = {
  a: { do: "approve" },
  r: { do: "refuse" },
  e: { do: "escalate" },
  j: { do: "next" },
  k: { do: "previous" },
  n: { do: "nextHit" },
  z: { do: "undo" },
  t: { do: "take" },
  l: { do: "release" },
  s: { do: "samples" },
  f: { do: "falseAlarm" },
  x: { do: "takedown" },
  h: { do: "handOver" },
  m: { do: "addNote" },
  "?": { do: "help" },
  "]": { do: "nextBatch" },
  "[": { do: "previousBatch" },
};

/** Input methods send keyCode 229 for keys that they swallow, also where isComposing is not set. */
const composing = (e: Key) => e.isComposing || e.keyCode === 229;

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The command of a key, or null for keys that are not the desk's: while typing, composing, or with Ctrl, Alt or Cmd. */
export function commandOf(e: Key, mode: Mode): Command | null {
  if (composing(e) || e.ctrlKey || e.metaKey || e.altKey) return null;
  if (mode === "reasons" && e.key === "Escape") return { do: "cancel" };
  if (typing(e.target)) return null;
  if (mode === "reasons") {
    if (/^[1-9]$/.test(e.key)) return { do: "reason", index: Number(e.key) - 1 };
    if (e.key === "Enter") return { do: "confirm" };
    return null;
  }
  // Enter on a focused button or link presses that, not the desk's.
  if (e.key === "Enter")
    return e.target instanceof HTMLElement && /^(BUTTON|A)$/.test(e.target.tagName) ? null : { do: "finish" };
  return letters[e.key.toLowerCase()] ?? null;
}
