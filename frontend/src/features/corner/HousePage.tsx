import { Tabs } from "antd";
import { useText } from "@/i18n";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { ChecksTable } from "./ChecksTable";
import { PeopleTab } from "./PeopleTab";
import { SecurityTab } from "./SecurityTab";

/** A customer's own people, rules and emergency brake. */
export function HousePage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  return (
    <Page title={t("nav.house")}>
      <Tabs
        activeKey={params.tab ?? "people"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[
          { key: "people", label: t("corner.people"), children: <PeopleTab /> },
          { key: "security", label: t("corner.security"), children: <SecurityTab /> },
          { key: "checks", label: t("corner.checks"), children: <ChecksTable embedded /> },
        ]}
      />
    </Page>
  );
}
