import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { customerQuery, customersQuery } from "@/api/customers";
import { useText } from "@/i18n";

type Props = { value?: string[]; onChange?: (ids: string[]) => void; id?: string };

/** Customers of whom a reviewer takes the batches first; found by name on the server. */
export function CustomersField({ value = [], onChange, id }: Props) {
  const { t } = useText();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const found = useQuery({ ...customersQuery({ limit: "20", ...(q ? { q } : {}) }), placeholderData: keepPreviousData });
  const items = found.data?.items ?? [];
  const others = useQueries({ queries: value.filter((v) => !items.some((c) => c.id === v)).map((v) => customerQuery(v)) });
  const all = [...items, ...others.flatMap((o) => o.data ?? [])];
  return (
    <Select
      id={id}
      mode="multiple"
      value={value}
      onChange={onChange}
      maxCount={200}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={found.isFetching}
      placeholder={t("customer.search")}
      options={all.map((c) => ({ value: c.id, label: c.name }))}
      notFoundContent={found.isFetching ? t("ui.loading") : t("ui.table.noMatch")}
    />
  );
}
