import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { contractsQuery } from "@/api/contracts";
import { useText } from "@/i18n";

type Props = { value?: string; onChange?: (id: string) => void; id?: string };

/** The contract whose records are shown, or which a form is about; maintenance agreements stand first. */
export function ContractSelect({ value, onChange, id }: Props) {
  const { t } = useText();
  const query = useQuery(contractsQuery({ limit: "200", state: "active,suspended" }));
  const items = [...(query.data?.items ?? [])].sort(
    (a, b) => Number(b.kind === "maintenance") - Number(a.kind === "maintenance"),
  );
  return (
    <Select
      id={id}
      aria-label={id ? undefined : t("maintenance.pick")}
      style={{ minWidth: 340 }}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={t("maintenance.pick")}
      value={value || undefined}
      onChange={(chosen?: string) => onChange?.(chosen ?? "")}
      options={items.map((c) => ({ value: c.id, label: `${c.number} ${c.customer_name}` }))}
    />
  );
}
