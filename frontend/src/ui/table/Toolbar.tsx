import { ColumnHeightOutlined, ReloadOutlined, SearchOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Popover, Select, Tooltip } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useText } from "@/i18n";
import type { Params, SetParams } from "../url-state";
import type { TableLook } from "./look";

export type Filter = {
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
  width?: number;
  single?: boolean;
};

type Props = {
  search?: string;
  filters?: readonly Filter[];
  params: Params;
  set: SetParams;
  look: TableLook;
  columns: readonly { key: string; title: string; always?: boolean }[];
  onReload: () => void;
  busy: boolean;
  children?: ReactNode;
};

/** Several values of one filter are joined by commas, as the API takes them. Search and filters left, what the page adds in the middle, how the table looks right. */
export function Toolbar({ search, filters, params, set, look, columns, onReload, busy, children }: Props) {
  const { t } = useText();
  const start = { cursor: undefined, page: undefined };
  return (
    <div className="table-tools">
      {search && <SearchBox label={search} value={params.q ?? ""} onSearch={(q) => set({ ...start, q })} />}
      {filters?.map((f) => (
        <Select
          key={f.key}
          aria-label={f.label}
          placeholder={f.label}
          mode={f.single ? undefined : "multiple"}
          maxTagCount={2}
          value={f.single ? params[f.key] : (params[f.key]?.split(",") ?? [])}
          options={[...f.options]}
          allowClear
          style={{ minWidth: f.width ?? 148, maxWidth: 360 }}
          popupMatchSelectWidth={false}
          onChange={(values: string | string[] | undefined) => set({ ...start, [f.key]: [values ?? []].flat().join(",") })}
        />
      ))}
      {children}
      <div className="grow" />
      <Tooltip title={t("ui.table.reload")}>
        <Button type="text" aria-label={t("ui.table.reload")} icon={<ReloadOutlined spin={busy} />} onClick={onReload} />
      </Tooltip>
      <Tooltip title={t(look.relaxed ? "ui.table.dense" : "ui.table.relaxed")}>
        <Button
          type="text"
          aria-label={t("ui.table.density")}
          aria-pressed={look.relaxed}
          icon={<ColumnHeightOutlined />}
          onClick={() => look.save({ relaxed: !look.relaxed })}
        />
      </Tooltip>
      <Popover
        trigger="click"
        placement="bottomRight"
        title={t("ui.table.columns")}
        content={
          <Checkbox.Group
            className="stack"
            value={columns.map((c) => c.key).filter((k) => !look.hidden.includes(k))}
            options={columns.map((c) => ({ label: c.title, value: c.key, disabled: c.always }))}
            onChange={(shown: string[]) => look.save({ hidden: columns.map((c) => c.key).filter((k) => !shown.includes(k)) })}
          />
        }
      >
        <Button type="text" aria-label={t("ui.table.columns")} icon={<SettingOutlined />} />
      </Popover>
    </div>
  );
}

/** Searches 300 ms after the last key, at once on Enter, and never half-way through a Chinese word. */
function SearchBox({ label, value, onSearch }: { label: string; value: string; onSearch: (q: string | undefined) => void }) {
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (composing || text.trim() === value) return;
    const timer = setTimeout(() => onSearch(text.trim() || undefined), 300);
    return () => clearTimeout(timer);
  }, [text, value, composing, onSearch]);
  return (
    <Input
      className="table-search"
      aria-label={label}
      placeholder={label}
      prefix={<SearchOutlined aria-hidden />}
      allowClear
      value={text}
      onChange={(e) => setText(e.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
      onPressEnter={() => !composing && onSearch(text.trim() || undefined)}
    />
  );
}
