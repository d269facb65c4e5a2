import { Tabs } from "antd";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { BlocksTab } from "./BlocksTab";
import { ImportsTab } from "./ImportsTab";
import { LimitsTab } from "./LimitsTab";
import { SegmentsTab } from "./SegmentsTab";

/** Who must not get messages, how often the others may, and which carrier a number belongs to. */
export function RecipientsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const rules = can("recipient.rules");
  return (
    <Page title={t("nav.recipients")}>
      <Tabs
        activeKey={params.tab ?? "blocks"}
        onChange={(tab) => set({ tab, cursor: undefined, page: undefined }, { replace: true })}
        destroyOnHidden
        items={[
          { key: "blocks", label: t("recipient.tabs.blocks"), children: <BlocksTab /> },
          { key: "imports", label: t("recipient.tabs.imports"), children: <ImportsTab /> },
          ...(rules
            ? [
                { key: "limits", label: t("recipient.tabs.limits"), children: <LimitsTab /> },
                { key: "segments", label: t("recipient.tabs.segments"), children: <SegmentsTab /> },
              ]
            : []),
        ]}
      />
    </Page>
  );
}
