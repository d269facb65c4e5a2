import { useQuery } from "@tanstack/react-query";
import { clockQuery } from "@/api/sandbox";
import { useSession } from "@/session/session";
import { formatInstant } from "@/ui/time";

/** Today on the business clock: what forms offer as the day of a fact. In sandbox mode it may be far ahead of the machine's. */
export function useBusinessDay(): string {
  const { session, can } = useSession();
  const clock = useQuery({ ...clockQuery, enabled: session.sandbox && can("sandbox.read") });
  return formatInstant(clock.data?.now ?? new Date().toISOString(), "date");
}
