import { PlusOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { ExceptionsTab } from "./ExceptionsTab";
import { AskExceptionDialog } from "./exception-dialogs";
import { LettersTab } from "./LettersTab";
import { TasksTab } from "./TasksTab";

/** What chasing debts asks of people: suspensions to decide, exceptions to approve, letters that went out. */
export function DunningPage() {
  const { t } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const [asking, setAsking] = useState(false);
  return (
    <Page
      title={t("nav.dunning")}
      actions={
        can("dunning.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking(true)}>
            {t("dunning.ask")}
          </Button>
        )
      }
    >
      <Tabs
        activeKey={params.tab ?? "tasks"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[
          { key: "tasks", label: t("dunning.tasks"), children: <TasksTab /> },
          { key: "exceptions", label: t("dunning.exceptions"), children: <ExceptionsTab /> },
          { key: "letters", label: t("dunning.letters"), children: <LettersTab /> },
        ]}
      />
      <AskExceptionDialog open={asking} onClose={() => setAsking(false)} />
    </Page>
  );
}
