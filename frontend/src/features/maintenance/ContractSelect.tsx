import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { contractsQuery } from "@/api/contracts";
import { useText } from "@/i18n";

/** The contract whose records are shown; all of them where none is chosen. */
export function ContractSelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useText();
  const query = useQuery(contractsQuery({ limit: "200", state: "active,suspended" }));
  const items = [...(query.data?.items ?? [])].sort(
    (a, b) => Number(b.kind === "maintenance") - Number(a.kind === "maintenance"),
  );
  return (
    <Select
      aria-label={t("maintenance.pick")}
      style={{ minWidth: 340 }}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={t("maintenance.pick")}
      value={value || undefined}
      onChange={(id?: string) => onChange(id ?? "")}
      options={items.map((c) => ({ value: c.id, label: `${c.number} ${c.customer_name}` }))}
    />
  );
}
