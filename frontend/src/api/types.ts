/** What lists answer with: one page, the mark of the next one, how many rows match in all, and where it is money, their sums. */
export type Rows<T> = {
  items: T[] | null;
  next_cursor?: string;
  total?: number;
  total_fen?: number;
  totals?: { open_fen: number };
};
export type Params = Readonly<Record<string, string>>;

/** A list as DataTable reads it. */
export type ListQuery<T> = { queryKey: readonly unknown[]; queryFn: (context: { signal: AbortSignal }) => Promise<Rows<T>> };
export const list = <T>(query: ListQuery<T>): ListQuery<T> => query;

export type Actions = { available_actions?: string[] | null };
export const allows = (record: Actions | undefined, action: string): boolean =>
  record?.available_actions?.includes(action) ?? false;
