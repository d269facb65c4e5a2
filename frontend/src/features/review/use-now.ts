import { useEffect, useState } from "react";
import { msUntil } from "@/ui/time";

/** The machine's time, ticking each second: leases and undo are measured by it, not by the business clock. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

// The second hand may be a second behind what the server has just said: no more is shown left than there can be.
export const leaseLeft = (until: string | null | undefined, now: number) => Math.min(msUntil(until, now), 240_000);
export const undoTime = (until: string | null | undefined, now: number) => Math.min(msUntil(until, now), 10_000);
