import { Tabs } from "antd";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { BlacklistTab } from "./BlacklistTab";
import { EscalationsTab } from "./EscalationsTab";
import { TakedownsTab } from "./TakedownsTab";

/** What was put before authorities, and what was stopped for illegal content. */
export function EscalationsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const more = can("takedown.read")
    ? [
        { key: "takedowns", label: t("quality.takedowns"), children: <TakedownsTab /> },
        { key: "blacklist", label: t("quality.blacklist"), children: <BlacklistTab /> },
      ]
    : [];
  return (
    <Page title={t("nav.escalations")}>
      <Tabs
        activeKey={params.tab ?? "escalations"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[{ key: "escalations", label: t("quality.escalations"), children: <EscalationsTab /> }, ...more]}
      />
    </Page>
  );
}
