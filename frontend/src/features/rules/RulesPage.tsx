import { DownOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Dropdown, Tabs } from "antd";
import { ruleDeskQuery } from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { AlarmsTab } from "./AlarmsTab";
import { BacktestsTab } from "./BacktestsTab";
import { DeskBar } from "./DeskBar";
import { RuleList } from "./RuleList";
import { ShadowTab } from "./ShadowTab";
import { VersionsTab } from "./VersionsTab";
import "./rules.css";

const tabs = ["list", "versions", "backtests", "shadow", "alarms"] as const;

/** The rule desk: the rules with what they hit, the draft and its way to publication, and what tells whether a change is good. */
export function RulesPage() {
  const { t } = useText();
  const navigate = useNavigate();
  const [params, set] = useUrlState();
  const query = useQuery(ruleDeskQuery);
  const desk = query.data;
  const tab = tabs.find((x) => x === params.tab) ?? "list";
  return (
    <Page
      title={t("nav.rules")}
      actions={
        allows(desk, "edit") && (
          <>
            <Button onClick={() => void navigate({ to: "/rules/words" })}>{t("rules.importWords")}</Button>
            <Dropdown
              menu={{
                items: [
                  { key: "rule", label: t("rules.newRule") },
                  { key: "bank", label: t("rules.newBank") },
                ],
                onClick: ({ key }) => void navigate({ to: "/rules/new", search: { kind: key } as never }),
              }}
            >
              <Button type="primary">
                {t("rules.newRule")} <DownOutlined aria-hidden />
              </Button>
            </Dropdown>
          </>
        )
      }
    >
      <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      {desk && <DeskBar desk={desk} />}
      <Tabs
        activeKey={tab}
        onChange={(key) => set({ tab: key === "list" ? undefined : key, run: undefined })}
        destroyOnHidden
        items={[
          { key: "list", label: t("rules.tab.list"), children: <RuleList /> },
          { key: "versions", label: t("rules.tab.versions"), children: <VersionsTab desk={desk} /> },
          { key: "backtests", label: t("rules.tab.backtests"), children: <BacktestsTab desk={desk} /> },
          { key: "shadow", label: t("rules.tab.shadow"), children: <ShadowTab /> },
          { key: "alarms", label: t("rules.tab.alarms"), children: <AlarmsTab /> },
        ]}
      />
    </Page>
  );
}
