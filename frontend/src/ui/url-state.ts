import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";

export type Params = Readonly<Record<string, string>>;
export type SetParams = (change: Record<string, string | undefined>, opts?: { replace?: boolean }) => void;

/** Filters, order and place of a table live in the address, so that a link shows what its sender saw. */
export function useUrlState(): [Params, SetParams] {
  const search = useRouterState({ select: (s) => s.location.searchStr });
  const navigate = useNavigate();
  const params = useMemo(() => Object.fromEntries(new URLSearchParams(search)), [search]);
  const set = useCallback<SetParams>(
    (change, opts) => {
      // From the address as it is then, not as this render saw it: two changes in one tick must both stay.
      const search = (old: Params) => changed(old, change);
      void navigate({ to: ".", search: search as never, replace: opts?.replace });
    },
    [navigate],
  );
  return [params, set];
}

/** The same for a table inside another page, whose filters are nobody else's business. */
export function useLocalState(): [Params, SetParams] {
  const [params, setParams] = useState<Params>({});
  const set = useCallback<SetParams>((change) => setParams((old) => changed(old, change)), []);
  return [params, set];
}

function changed(old: Params, change: Parameters<SetParams>[0]): Params {
  const next: Record<string, string> = { ...old };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined || value === "") delete next[key];
    else next[key] = value;
  }
  return next;
}
