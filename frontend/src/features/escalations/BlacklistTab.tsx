import { blacklistQuery, type Listed } from "@/api/compliance";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";

/** Customers and senders from which nothing is taken any more. */
export function BlacklistTab() {
  const { t } = useText();
  const columns: Column<Listed>[] = [
    { key: "kind", title: t("quality.class"), render: (l) => t(`quality.listedKind.${l.kind}`) },
    {
      key: "listed",
      title: t("quality.listed"),
      always: true,
      render: (l) => (l.kind === "customer" ? l.customer_name : l.listed),
    },
    { key: "customer", title: t("customer.one"), render: (l) => l.customer_name },
    { key: "reason", title: t("ui.reason"), render: (l) => <span className="num">{l.reason}</span> },
    { key: "since", title: t("quality.since"), render: (l) => <Instant at={l.added_at} /> },
  ];
  return (
    <DataTable
      embedded
      id="blacklist"
      label={t("quality.blacklist")}
      columns={columns}
      query={blacklistQuery}
      rowKey={(l) => l.id}
      empty={{ why: t("quality.noListed") }}
    />
  );
}
