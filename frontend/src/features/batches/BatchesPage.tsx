import { UploadOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { batchesQuery } from "@/api/batches";
import { useText } from "@/i18n";
import { useBatchColumns } from "@/parts/batch-columns";
import { useSession } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { categoryNames, optionsOf } from "@/ui/names";
import { Page } from "@/ui/Page";
import { stateOptions } from "@/ui/states";

export function BatchesPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const create = can("batch.submit") && (
    <Button type="primary" icon={<UploadOutlined />} onClick={() => void navigate({ to: "/batches/new" })}>
      {t("batch.create")}
    </Button>
  );
  return (
    <Page title={t("nav.batches")} actions={create}>
      <DataTable
        id="batches"
        label={t("nav.batches")}
        columns={useBatchColumns({ customer: true })}
        query={batchesQuery}
        rowKey={(b) => b.id}
        href={(b) => `/batches/${b.id}`}
        search={t("batch.search")}
        filters={[
          { key: "state", label: t("ui.state"), options: stateOptions("batch", t) },
          { key: "category", label: t("batch.category"), options: optionsOf(categoryNames, t) },
        ]}
        empty={{ why: t("batch.empty"), next: create ? t("batch.emptyNext") : undefined }}
      />
    </Page>
  );
}
