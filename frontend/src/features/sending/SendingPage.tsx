import { StopOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { ChannelsTab } from "./ChannelsTab";
import { LiveStops } from "./LiveStops";
import { OrdersTab } from "./OrdersTab";
import { RulesTab } from "./RulesTab";
import { StopDialog, type StopWish } from "./StopDialog";
import { UnsettledTab } from "./UnsettledTab";

/** The ways out: how each channel does, what is stopped, what carriers have ordered, what waits to be settled. */
export function SendingPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const [stop, setStop] = useState<StopWish | null>(null);
  const channels = can("channel.read")
    ? [
        { key: "channels", label: t("sending.channels"), children: <ChannelsTab onPause={setStop} /> },
        { key: "unsettled", label: t("sending.unsettled"), children: <UnsettledTab /> },
      ]
    : [];
  const carriers = can("carrier.read")
    ? [
        { key: "orders", label: t("sending.orders"), children: <OrdersTab /> },
        { key: "rules", label: t("sending.rules"), children: <RulesTab /> },
      ]
    : [];
  const tabs = [...channels, ...carriers];
  return (
    <Page
      title={t("nav.sending")}
      actions={
        can("batch.settle") && (
          <Button danger type="primary" icon={<StopOutlined aria-hidden />} onClick={() => setStop({ scope: "all" })}>
            {t("sending.stopNow")}
          </Button>
        )
      }
    >
      {can("channel.read") && <LiveStops />}
      <Tabs activeKey={params.tab ?? tabs[0]?.key} onChange={(tab) => set({ tab })} destroyOnHidden items={tabs} />
      {stop && <StopDialog wish={stop} onClose={() => setStop(null)} />}
    </Page>
  );
}
