import { Tabs } from "antd";
import { useText } from "@/i18n";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { DeliveriesTab } from "./DeliveriesTab";
import { KeysTab } from "./KeysTab";
import { WebhooksTab } from "./WebhooksTab";

/** How a customer's own programs get in, and how they are told what happened. */
export function AccessPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  return (
    <Page
      title={t("nav.access")}
      actions={
        <a href="/api/customer/openapi.json" target="_blank" rel="noreferrer">
          {t("corner.docs")}
        </a>
      }
    >
      <Tabs
        activeKey={params.tab ?? "keys"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[
          { key: "keys", label: t("corner.keys"), children: <KeysTab /> },
          { key: "webhooks", label: t("corner.webhooks"), children: <WebhooksTab /> },
          { key: "deliveries", label: t("corner.deliveries"), children: <DeliveriesTab /> },
        ]}
      />
    </Page>
  );
}
