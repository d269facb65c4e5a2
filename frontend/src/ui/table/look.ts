import { useState } from "react";

type Saved = { hidden: string[]; relaxed: boolean; pageSize: number };
const initial: Saved = { hidden: [], relaxed: false, pageSize: 50 };

function load(key: string): Saved {
  try {
    return { ...initial, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
  } catch {
    return initial;
  }
}

export type TableLook = Saved & { save: (change: Partial<Saved>) => void };

/** Hidden columns, density and page size of one table, remembered by this browser. */
export function useTableLook(id: string): TableLook {
  const key = `sealgate.table.${id}`;
  const [saved, setSaved] = useState(() => load(key));
  const save = (change: Partial<Saved>) => {
    const next = { ...saved, ...change };
    setSaved(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  return { ...saved, save };
}
