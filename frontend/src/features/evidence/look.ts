import type { Look } from "@/api/evidence";

let kept: Look | null = null;

/** The purpose of a search goes on for the messages that it found; a page that is opened anew asks again. */
export function keepLook(look: Look): void {
  kept = look;
}

export const keptLook = (): Look | null => kept;
