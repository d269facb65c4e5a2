import { useCallback, useState } from "react";

/** A review that its reviewer finished a moment ago, and until when (machine's clock) she can take it back. */
export type Finished = { batch: string; number: string; until: string };

const key = "sealgate.review.finished";

function load(): Finished | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** The last finished review of this tab. It outlives a reload and the way to the next batch, so that undo does, too. */
export function useFinished() {
  const [finished, set] = useState(load);
  const remember = useCallback((f: Finished | null) => {
    sessionStorage.setItem(key, JSON.stringify(f));
    set(f);
  }, []);
  return { finished, remember };
}
