import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { contractsQuery } from "@/api/contracts";
import { useText } from "@/i18n";
import { useContractColumns } from "@/parts/contract-columns";
import { useSession } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { Page } from "@/ui/Page";
import { stateOptions } from "@/ui/states";

export function ContractsPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const create = can("contract.write") && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: "/contracts/new" })}>
      {t("contract.create")}
    </Button>
  );
  return (
    <Page title={t("nav.contracts")} actions={create}>
      <DataTable
        id="contracts"
        label={t("nav.contracts")}
        columns={useContractColumns({ customer: true })}
        query={contractsQuery}
        rowKey={(c) => c.id}
        href={(c) => `/contracts/${c.id}`}
        search={t("contract.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("contract", t) }]}
        empty={{ why: t("contract.empty"), next: create ? t("contract.emptyNext") : undefined }}
      />
    </Page>
  );
}
