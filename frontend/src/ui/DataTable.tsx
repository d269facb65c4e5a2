import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Drawer } from "antd";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef, useState } from "react";
import type { ListQuery, Rows } from "@/api/types";
import { useText } from "@/i18n";
import { ErrorNote } from "./ErrorNote";
import { useSlow } from "./Loading";
import { Empty } from "./Page";
import { useTableLook } from "./table/look";
import { Pager } from "./table/Pager";
import { type Filter, Toolbar } from "./table/Toolbar";
import { type Params, useLocalState, useUrlState } from "./url-state";

export type Column<T> = {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  /** Numbers stand right and line up digit under digit. */
  numeric?: boolean;
  width?: number;
  /** The server's sort key; a column without one can't be sorted by. */
  sort?: string;
  /** A column that names the row can't be hidden. */
  always?: boolean;
};

type Props<T> = {
  id: string;
  label: string;
  columns: readonly Column<T>[];
  query: (params: Params) => ListQuery<T>;
  rowKey: (row: T) => string;
  href?: (row: T) => string | undefined;
  /** What a drawer shows of a row on Space, without leaving the list. */
  peek?: (row: T) => ReactNode;
  /** Placeholder of the search box; none without it. */
  search?: string;
  filters?: readonly Filter[];
  toolbar?: ReactNode;
  empty: { why: ReactNode; next?: ReactNode };
  /** A line under the rows, such as the sum of what is shown. */
  footer?: (page: Rows<T>) => ReactNode;
  /** Inside another page: state stays out of the address and the table grows with its rows. */
  embedded?: boolean;
};

const placing = new Set(["cursor", "page", "limit", "sort", "tab"]);

export function DataTable<T>(props: Props<T>) {
  return props.embedded ? <Embedded {...props} /> : <Addressed {...props} />;
}
function Embedded<T>(props: Props<T>) {
  const [params, set] = useLocalState();
  return <Table {...props} params={params} set={set} />;
}
function Addressed<T>(props: Props<T>) {
  const [params, set] = useUrlState();
  return <Table {...props} params={params} set={set} />;
}

function Table<T>({ params, set, ...p }: Props<T> & { params: Params; set: ReturnType<typeof useUrlState>[1] }) {
  const { t } = useText();
  const navigate = useNavigate();
  const look = useTableLook(p.id);
  const [peeked, setPeeked] = useState<T | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);

  const { page: _, ...asked } = params;
  const query = useQuery({ ...p.query({ limit: String(look.pageSize), ...asked }), placeholderData: keepPreviousData });
  const rows = query.data?.items ?? [];
  const slow = useSlow(query.isPending);
  const columns = p.columns.filter((c) => c.always || !look.hidden.includes(c.key));
  const filtered = Object.keys(params).some((k) => !placing.has(k));

  const open = (row: T) => {
    const to = p.href?.(row);
    if (to) void navigate({ to });
  };
  const onRowClick = (e: MouseEvent, row: T) => {
    // Links, buttons and selected text inside a row keep their own meaning.
    if ((e.target as HTMLElement).closest("a,button,input,label") || window.getSelection()?.toString()) return;
    open(row);
  };
  const onRowKey = (e: KeyboardEvent<HTMLTableRowElement>, row: T) => {
    if (e.target !== e.currentTarget) return;
    const step = e.key === "ArrowDown" ? "nextElementSibling" : e.key === "ArrowUp" ? "previousElementSibling" : null;
    if (step) (e.currentTarget[step] as HTMLElement | null)?.focus();
    else if (e.key === "Enter") open(row);
    else if (e.key === " " && p.peek) setPeeked(row);
    else return;
    e.preventDefault();
  };
  const sortBy = (column: Column<T>) => {
    if (!column.sort) return;
    const next = params.sort === column.sort ? `-${column.sort}` : params.sort === `-${column.sort}` ? undefined : column.sort;
    set({ sort: next, cursor: undefined, page: undefined });
  };

  return (
    <section className="panel table-panel" data-flush data-embedded={p.embedded || undefined} aria-label={p.label}>
      <Toolbar
        search={p.search}
        filters={p.filters}
        params={params}
        set={set}
        look={look}
        columns={p.columns}
        onReload={() => void query.refetch()}
        busy={query.isFetching}
      >
        {p.toolbar}
      </Toolbar>
      <div className="busy-line" data-busy={query.isFetching || undefined} aria-hidden />
      {query.error ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      <div className="table-wrap">
        <table className="table" data-relaxed={look.relaxed || undefined} aria-label={p.label} aria-busy={query.isFetching}>
          <thead>
            <tr>
              {columns.map((c) => {
                const order =
                  c.sort && params.sort === c.sort
                    ? "ascending"
                    : c.sort && params.sort === `-${c.sort}`
                      ? "descending"
                      : undefined;
                return (
                  <th key={c.key} scope="col" data-numeric={c.numeric || undefined} style={{ width: c.width }} aria-sort={order}>
                    {c.sort ? (
                      <button type="button" onClick={() => sortBy(c)}>
                        {c.title}
                        <i aria-hidden>{order === "ascending" ? "↑" : order === "descending" ? "↓" : "↕"}</i>
                      </button>
                    ) : (
                      c.title
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.map((row, i) => (
              <tr
                key={p.rowKey(row)}
                tabIndex={p.href || p.peek ? (i === 0 ? 0 : -1) : undefined}
                data-link={p.href?.(row) ? true : undefined}
                onClick={(e) => onRowClick(e, row)}
                onKeyDown={(e) => onRowKey(e, row)}
              >
                {columns.map((c) => (
                  <td key={c.key} data-numeric={c.numeric || undefined}>
                    {c.render(row)}
                  </td>
                ))}
              </tr>
            ))}
            {slow && rows.length === 0 && bones.map((width) => <Bones key={width} columns={columns} width={width} />)}
          </tbody>
        </table>
        {query.isSuccess && rows.length === 0 && (
          <Empty
            why={filtered ? t("ui.table.noMatch") : p.empty.why}
            next={
              filtered ? (
                <button
                  type="button"
                  className="link"
                  onClick={() => set(Object.fromEntries(Object.keys(params).map((k) => [k, undefined])))}
                >
                  {t("ui.table.clear")}
                </button>
              ) : (
                p.empty.next
              )
            }
          />
        )}
      </div>
      {rows.length > 0 && (
        <Pager
          data={query.data}
          shown={rows.length}
          params={params}
          set={set}
          look={look}
          footer={query.data && p.footer?.(query.data)}
        />
      )}
      {p.peek && (
        <Drawer open={peeked !== null} onClose={() => setPeeked(null)} size={520} title={p.label}>
          {peeked !== null && p.peek(peeked)}
        </Drawer>
      )}
    </section>
  );
}

const bones = [64, 48, 72, 56, 80, 52, 68, 60];

function Bones<T>({ columns, width }: { columns: readonly Column<T>[]; width: number }) {
  return (
    <tr aria-hidden className="bones">
      {columns.map((c) => (
        <td key={c.key}>
          <span style={{ width: `${width}%` }} />
        </td>
      ))}
    </tr>
  );
}
