import { Button, Select } from "antd";
import { type ReactNode, useRef } from "react";
import { useText } from "@/i18n";
import { formatCount } from "../money";
import type { Params, SetParams } from "../url-state";
import type { TableLook } from "./look";

type Props = {
  data: { next_cursor?: string; total?: number } | undefined;
  shown: number;
  params: Params;
  set: SetParams;
  look: TableLook;
  footer?: ReactNode;
};

/** Pages by cursor: forward with the server's mark, back along the marks that were used, and always back to the start. */
export function Pager({ data, shown, params, set, look, footer }: Props) {
  const { t } = useText();
  const page = Number(params.page ?? 1);
  const marks = useRef<Record<number, string>>({});
  if (params.cursor) marks.current[page] = params.cursor;
  const next = data?.next_cursor;
  // After a reload the marks of earlier pages are gone; page 1 needs none.
  const back = page === 2 || (page > 2 && marks.current[page - 1] !== undefined);
  return (
    <footer className="table-foot">
      <span className="num" role="status">
        {data?.total === undefined
          ? t("ui.table.shown", { count: formatCount(shown) })
          : t("ui.table.total", { count: formatCount(data.total) })}
      </span>
      {footer}
      <div className="grow" />
      {(next || page > 1) && (
        <>
          <Button size="small" disabled={page <= 1} onClick={() => set({ cursor: undefined, page: undefined })}>
            {t("ui.table.first")}
          </Button>
          <Button
            size="small"
            disabled={!back}
            onClick={() => set({ cursor: marks.current[page - 1], page: page === 2 ? undefined : String(page - 1) })}
          >
            {t("ui.table.previous")}
          </Button>
          <span className="num">{t("ui.table.page", { page })}</span>
          <Button size="small" disabled={!next} onClick={() => set({ cursor: next, page: String(page + 1) })}>
            {t("ui.table.next")}
          </Button>
        </>
      )}
      <Select
        size="small"
        aria-label={t("ui.table.pageSize")}
        value={look.pageSize}
        options={[20, 50, 100].map((n) => ({ value: n, label: t("ui.table.perPage", { count: n }) }))}
        onChange={(pageSize) => {
          look.save({ pageSize });
          set({ cursor: undefined, page: undefined });
        }}
      />
    </footer>
  );
}
