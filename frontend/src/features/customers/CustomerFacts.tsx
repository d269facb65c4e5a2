import type { Customer } from "@/api/customers";
import { useText } from "@/i18n";
import { Hotline } from "@/parts/Hotline";
import { useSession } from "@/session/session";
import { Facts } from "@/ui/Page";

export function CustomerFacts({ customer: c }: { customer: Customer }) {
  const { t } = useText();
  const { can } = useSession();
  return (
    <Facts
      items={[
        { label: t("customer.name"), value: c.name },
        { label: t("customer.creditCode"), value: <code className="mono">{c.uscc}</code> },
        { label: t("customer.legal"), value: c.legal_rep },
        { label: t("customer.industry"), value: c.industry },
        { label: t("customer.bank"), value: c.bank_name },
        { label: t("customer.account"), value: c.bank_account },
        { label: t("customer.owner"), value: c.owner_name },
        can("complaint.read") && { label: t("complaint.hotline.one"), value: <Hotline customer={c.id} /> },
        { label: t("customer.address"), value: c.address, wide: true },
        {
          label: t("customer.contacts"),
          wide: true,
          value: (
            <ul>
              {(c.contacts ?? []).map((p) => (
                <li key={`${p.name}.${p.phone}`}>
                  {p.name} <span className="num">{p.phone}</span> {p.email}
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}
