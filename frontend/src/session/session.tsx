import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Session, sessionQuery } from "@/api/session";
import type { Capability } from "./capability";

type Value = { session: Session; can: (capability: Capability | readonly Capability[] | undefined) => boolean };
const Context = createContext<Value | null>(null);

/** Whoever is signed in, and what they may do: the server's list of capabilities, never a rule written here again. */
export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const value = useMemo<Value>(() => {
    const held = new Set<string>(session.capabilities);
    // Of several, one is enough.
    const can: Value["can"] = (capability) => capability === undefined || [capability].flat().some((c) => held.has(c));
    return { session, can };
  }, [session]);
  return <Context value={value}>{children}</Context>;
}

export function useSession(): Value {
  const value = useContext(Context);
  if (!value) throw new Error("useSession needs a signed-in page");
  return value;
}

export const useSessionQuery = () => useQuery(sessionQuery);
