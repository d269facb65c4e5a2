import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { type Customer, customersQuery } from "@/api/customers";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { CustomerFacts } from "./CustomerFacts";

export function CustomersPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const columns: Column<Customer>[] = [
    { key: "name", title: t("customer.name"), always: true, render: (c) => <Link to={`/customers/${c.id}`}>{c.name}</Link> },
    { key: "uscc", title: t("customer.creditCode"), render: (c) => <code className="mono">{c.uscc}</code> },
    { key: "legal", title: t("customer.legal"), render: (c) => c.legal_rep },
    { key: "industry", title: t("customer.industry"), render: (c) => c.industry },
    {
      key: "contact",
      title: t("customer.contacts"),
      render: (c) => c.contacts?.[0] && `${c.contacts[0].name} ${c.contacts[0].phone}`,
    },
    { key: "owner", title: t("customer.owner"), render: (c) => c.owner_name },
    { key: "created_at", title: t("customer.createdAt"), render: (c) => <Instant at={c.created_at} precision="date" /> },
  ];
  const create = can("customer.write") && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: "/customers/new" })}>
      {t("customer.create")}
    </Button>
  );
  return (
    <Page title={t("nav.customers")} actions={create}>
      <DataTable
        id="customers"
        label={t("nav.customers")}
        columns={columns}
        query={customersQuery}
        rowKey={(c) => c.id}
        href={(c) => `/customers/${c.id}`}
        peek={(c) => <CustomerFacts customer={c} />}
        search={t("customer.search")}
        empty={{ why: t("customer.empty"), next: create ? t("customer.emptyNext") : undefined }}
      />
    </Page>
  );
}
