import { useSyncExternalStore } from "react";

/** What this browser remembers of how its user likes the portal. Nothing here is business data. */
export type Prefs = { dark: boolean; menuFolded: boolean; reviewKeys: boolean };

const key = "sealgate.prefs";
const initial: Prefs = { dark: false, menuFolded: false, reviewKeys: true };

function load(): Prefs {
  try {
    return { ...initial, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
  } catch {
    return initial;
  }
}

let current = load();
const listeners = new Set<() => void>();

function apply(): void {
  document.documentElement.dataset.theme = current.dark ? "dark" : "light";
}
apply();

export function setPrefs(change: Partial<Prefs>): void {
  current = { ...current, ...change };
  localStorage.setItem(key, JSON.stringify(current));
  apply();
  for (const tell of listeners) tell();
}

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => void listeners.delete(tell);
};

export const usePrefs = (): Prefs => useSyncExternalStore(subscribe, () => current);
