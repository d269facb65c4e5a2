import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { customerQuery, customersQuery } from "@/api/customers";
import { useText } from "@/i18n";

type Props = { value?: string; onChange?: (id: string) => void; id?: string; disabled?: boolean; label?: string };

/** Finds a customer by name or code on the server; there may be far too many for a list. */
export function CustomerSelect({ value, onChange, id, disabled, label }: Props) {
  const { t } = useText();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const found = useQuery({ ...customersQuery({ limit: "20", ...(q ? { q } : {}) }), placeholderData: keepPreviousData });
  const items = found.data?.items ?? [];
  const missing = value !== undefined && value !== "" && !items.some((c) => c.id === value);
  const chosen = useQuery({ ...customerQuery(value ?? ""), enabled: missing });
  const all = missing && chosen.data ? [chosen.data, ...items] : items;
  return (
    <Select
      id={id}
      aria-label={label}
      disabled={disabled}
      value={value}
      onChange={onChange}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={found.isFetching}
      placeholder={t("customer.search")}
      options={all.map((c) => ({ value: c.id, label: c.name }))}
      notFoundContent={found.isFetching ? t("ui.loading") : t("ui.table.noMatch")}
    />
  );
}
