import { Button, Tabs } from "antd";
import { lookNow } from "@/api/watch";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { AlertsTab } from "./AlertsTab";
import { RulesTab } from "./RulesTab";

/** What is unusual about a customer or an account, and by which thresholds. */
export function WatchPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const look = useAct(lookNow, { done: (r: { raised: number }) => t("watch.looked", { count: r.raised }) });
  return (
    <Page
      title={t("nav.watch")}
      actions={
        can("watch.settle") && (
          <Button loading={look.isPending} onClick={() => look.mutate(undefined)}>
            {t("watch.look")}
          </Button>
        )
      }
    >
      <Tabs
        activeKey={params.tab ?? "alerts"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[
          { key: "alerts", label: t("watch.alerts"), children: <AlertsTab /> },
          { key: "rules", label: t("watch.rules"), children: <RulesTab /> },
        ]}
      />
    </Page>
  );
}
