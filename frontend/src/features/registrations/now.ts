import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { clockQuery } from "@/api/sandbox";
import { useSession } from "@/session/session";

/** The business clock in milliseconds, anew every half minute: reviews are timed by it. */
export function useBusinessNow(): number {
  const { session, can } = useSession();
  const clock = useQuery({ ...clockQuery, enabled: session.sandbox && can("sandbox.read") });
  const [machine, setMachine] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setMachine(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return clock.data ? Date.parse(clock.data.now ?? "") + (machine - clock.dataUpdatedAt) : machine;
}
