import { Button, Space, Tabs } from "antd";
import { useState } from "react";
import type { MaintenanceAct } from "@/api/maintenance";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { type Act, ActDialog } from "./ActDialog";
import { ContractSelect } from "./ContractSelect";
import { SheetsTab } from "./SheetsTab";
import { IncidentsTab, RecordsTab, RequestsTab, VisitsTab } from "./tabs";

const begins: readonly { what: MaintenanceAct; needs: "maintenance.ask" | "maintenance.work" }[] = [
  { what: "ask", needs: "maintenance.ask" },
  { what: "raise", needs: "maintenance.ask" },
  { what: "plan", needs: "maintenance.work" },
  { what: "record", needs: "maintenance.work" },
  { what: "sheet", needs: "maintenance.work" },
];

/** All that is done under maintenance agreements, of one contract or of all. */
export function MaintenancePage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const [act, setAct] = useState<Act | null>(null);
  const contract = params.contract ?? "";
  const tab = { contract, act: setAct };
  return (
    <Page
      title={t("nav.maintenance")}
      actions={
        <Space wrap>
          {begins.map(
            ({ what, needs }) =>
              can(needs) && (
                <Button key={what} type={what === "raise" ? "primary" : "default"} onClick={() => setAct({ what, id: contract })}>
                  {t(`maintenance.act.${what}`)}
                </Button>
              ),
          )}
        </Space>
      }
      sub={<ContractSelect value={contract} onChange={(id) => set({ contract: id })} />}
    >
      <Tabs
        activeKey={params.tab ?? "requests"}
        onChange={(key) => set({ tab: key }, { replace: true })}
        destroyOnHidden
        items={[
          { key: "requests", label: t("maintenance.requests"), children: <RequestsTab {...tab} /> },
          { key: "incidents", label: t("maintenance.incidents"), children: <IncidentsTab {...tab} /> },
          { key: "visits", label: t("maintenance.visits"), children: <VisitsTab {...tab} /> },
          { key: "records", label: t("maintenance.records"), children: <RecordsTab {...tab} /> },
          { key: "sheets", label: t("maintenance.sheets"), children: <SheetsTab contract={contract} /> },
        ]}
      />
      <ActDialog act={act} onClose={() => setAct(null)} />
    </Page>
  );
}
