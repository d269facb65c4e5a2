import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Tabs } from "antd";
import { billsQuery } from "@/api/bills";
import { contractsQuery } from "@/api/contracts";
import { type Customer, customerQuery } from "@/api/customers";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useBillColumns } from "@/parts/bill-columns";
import { useContractColumns } from "@/parts/contract-columns";
import { ExceptionNote } from "@/parts/ExceptionNote";
import { useRemember } from "@/session/recent";
import { useSession } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { Loaded } from "@/ui/Loading";
import { Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { ChainTab } from "./ChainTab";
import { CustomerFacts } from "./CustomerFacts";
import { FaultsTab } from "./FaultsTab";
import { LicencesTab } from "./LicencesTab";

export function CustomerPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const { can } = useSession();
  const navigate = useNavigate();
  const query = useQuery(customerQuery(id));
  const c = query.data;
  useRemember(c && { to: `/customers/${c.id}`, title: c.name, kind: t("customer.one") });
  return (
    <Page
      title={c?.name ?? "…"}
      crumbs={[{ label: t("nav.customers"), to: "/customers" }]}
      sub={c && <code className="mono">{c.uscc}</code>}
      actions={
        <>
          {c && allows(c, "edit") && (
            <Button icon={<EditOutlined />} onClick={() => void navigate({ to: `/customers/${id}/edit` })}>
              {t("customer.edit")}
            </Button>
          )}
          {can("contract.write") && (
            <Button
              type="primary"
              icon={<PlusOutlined />}
              onClick={() => void navigate({ to: "/contracts/new", search: { customer: id } })}
            >
              {t("customer.newContract")}
            </Button>
          )}
        </>
      }
    >
      <ExceptionNote customer={id} />
      <Loaded query={query}>{(customer) => <Record customer={customer} />}</Loaded>
    </Page>
  );
}

function Record({ customer }: { customer: Customer }) {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  return (
    <>
      <Panel title={t("customer.basics")}>
        <CustomerFacts customer={customer} />
      </Panel>
      <Tabs
        activeKey={params.tab ?? "licences"}
        onChange={(tab) => set({ tab }, { replace: true })}
        items={[
          { key: "licences", label: t("customer.licences"), children: <LicencesTab customer={customer.id} /> },
          { key: "faults", label: t("fault.title"), children: <FaultsTab customer={customer.id} /> },
          { key: "chain", label: t("chain.title"), children: <ChainTab customer={customer.id} /> },
          ...(can("contract.read")
            ? [{ key: "contracts", label: t("customer.contracts"), children: <Contracts customer={customer.id} /> }]
            : []),
          ...(can("bill.read") ? [{ key: "bills", label: t("customer.bills"), children: <Bills customer={customer.id} /> }] : []),
        ]}
      />
    </>
  );
}

function Contracts({ customer }: { customer: string }) {
  const { t } = useText();
  return (
    <DataTable
      embedded
      id="customer-contracts"
      label={t("customer.contracts")}
      columns={useContractColumns({ customer: false })}
      query={(p) => contractsQuery({ ...p, customer_id: customer })}
      rowKey={(c) => c.id}
      href={(c) => `/contracts/${c.id}`}
      empty={{ why: t("contract.empty"), next: t("contract.emptyNext") }}
    />
  );
}

function Bills({ customer }: { customer: string }) {
  const { t } = useText();
  return (
    <DataTable
      embedded
      id="customer-bills"
      label={t("customer.bills")}
      columns={useBillColumns({ customer: false })}
      query={(p) => billsQuery({ ...p, customer_id: customer })}
      rowKey={(b) => b.id}
      href={(b) => `/bills/${b.id}`}
      empty={{ why: t("bill.empty"), next: t("bill.emptyNext") }}
    />
  );
}
