import { Select } from "antd";
import type { Mapping } from "@/api/bank";
import { type TextKey, useText } from "@/i18n";

const roles = ["date", "amount", "direction", "debit", "credit", "balance", "reference", "name", "account"] as const;
const names: Readonly<Record<(typeof roles)[number], TextKey>> = {
  date: "bank.role.date",
  amount: "bank.role.amount",
  direction: "bank.role.direction",
  debit: "bank.role.debit",
  credit: "bank.role.credit",
  balance: "bank.role.balance",
  reference: "bank.role.reference",
  name: "bank.role.name",
  account: "bank.role.account",
};

type Props = { columns: readonly string[]; value: Mapping; onChange: (m: Mapping) => void };

/** Which column holds what; several may make the purpose. */
export function MappingFields({ columns, value, onChange }: Props) {
  const { t } = useText();
  const options = columns.map((c) => ({ value: c, label: c }));
  return (
    <div className="mapping">
      {roles.map((r) => (
        <div key={r}>
          <span className="meta">{t(names[r])}</span>
          <Select
            aria-label={t(names[r])}
            allowClear
            placeholder={t("bank.none")}
            value={value[r] || undefined}
            options={options}
            onChange={(c: string | undefined) => onChange({ ...value, [r]: c ?? (r === "date" ? "" : undefined) })}
          />
        </div>
      ))}
      <div>
        <span className="meta">{t("bank.role.purpose")}</span>
        <Select
          aria-label={t("bank.role.purpose")}
          mode="multiple"
          placeholder={t("bank.none")}
          value={value.purpose ?? []}
          options={options}
          onChange={(purpose: string[]) => onChange({ ...value, purpose })}
        />
      </div>
    </div>
  );
}
