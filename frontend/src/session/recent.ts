import { useEffect, useSyncExternalStore } from "react";

export type RecentRecord = { to: string; title: string; kind: string };

const key = "sealgate.recent";
const most = 8;

function load(): RecentRecord[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? (list as RecentRecord[]) : [];
  } catch {
    return [];
  }
}

let current = load();
const listeners = new Set<() => void>();
const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => void listeners.delete(tell);
};

function replace(next: RecentRecord[]): void {
  current = next;
  localStorage.setItem(key, JSON.stringify(current));
  for (const tell of listeners) tell();
}

/** Records opened lately in this browser, newest first; only names and addresses, and gone at sign-out. */
export const useRecent = () => useSyncExternalStore(subscribe, () => current);

export const forgetRecent = () => replace([]);

/** Call on a record's page once its name is known. */
export function useRemember(record: RecentRecord | undefined): void {
  const { to, title, kind } = record ?? {};
  useEffect(() => {
    if (to && title && kind) replace([{ to, title, kind }, ...current.filter((r) => r.to !== to)].slice(0, most));
  }, [to, title, kind]);
}
