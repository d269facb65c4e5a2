import { type ReactNode, useEffect, useState } from "react";
import { useText } from "@/i18n";
import { ErrorNote } from "./ErrorNote";

/** True once `busy` has lasted 150 ms, so that quick answers never flash a skeleton. */
export function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, [busy]);
  return slow;
}

const widths = ["62%", "88%", "74%", "91%", "55%", "80%"];

export function Skeleton({ rows = 6 }: { rows?: number }) {
  const { t } = useText();
  return (
    <div className="skeleton" role="status" aria-label={t("ui.loading")}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <span key={i} style={{ width: widths[i % widths.length] }} />
      ))}
    </div>
  );
}

type Query<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** The three things a read can be: not here yet, failed (old data stays if there is some), here. */
export function Loaded<T>({ query, rows, children }: { query: Query<T>; rows?: number; children: (data: T) => ReactNode }) {
  const slow = useSlow(query.isPending);
  if (query.data !== undefined)
    return (
      <>
        {query.error ? <ErrorNote error={query.error} onRetry={() => query.refetch()} /> : null}
        {children(query.data)}
      </>
    );
  if (query.error)
    return (
      <div className="panel">
        <div className="panel-body">
          <ErrorNote error={query.error} onRetry={() => query.refetch()} />
        </div>
      </div>
    );
  return slow ? (
    <div className="panel">
      <Skeleton rows={rows} />
    </div>
  ) : null;
}
