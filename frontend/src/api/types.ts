import { queryOptions } from "@tanstack/react-query";

/** What lists answer with: one page, the mark of the next one, and how many rows there are in all. */
export type Rows<T> = { items?: T[] | null; next_cursor?: string; total?: number };
export type Params = Readonly<Record<string, string>>;

/** A list as DataTable reads it. */
export type ListQuery<T> = { queryKey: readonly unknown[]; queryFn: (context: { signal: AbortSignal }) => Promise<Rows<T>> };
export const list = <T>(query: ListQuery<T>): ListQuery<T> => query;

export const one = <T>(queryKey: readonly unknown[], queryFn: (context: { signal: AbortSignal }) => Promise<T>) =>
  queryOptions({ queryKey, queryFn });

export type Actions = { available_actions?: string[] | null };
export type Named = { id: string; name: string };

export const allows = (record: Actions | undefined, action: string): boolean =>
  record?.available_actions?.includes(action) ?? false;
