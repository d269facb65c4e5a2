import { PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Page } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { ComplaintsTab } from "./ComplaintsTab";
import { HotlinesTab } from "./HotlinesTab";
import { ImportDialog } from "./ImportDialog";
import { RegisterDialog } from "./RegisterDialog";
import { StandingsTab } from "./StandingsTab";

/** What recipients complain of: the tickets, and how each customer does. */
export function ComplaintsPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const [params, set] = useUrlState();
  const [open, setOpen] = useState<"register" | "import" | null>(null);
  return (
    <Page
      title={t("nav.complaints")}
      actions={
        <>
          {can("complaint.write") && (
            <Button icon={<UploadOutlined />} onClick={() => setOpen("import")}>
              {t("complaint.import")}
            </Button>
          )}
          {can("complaint.register") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen("register")}>
              {t("complaint.register")}
            </Button>
          )}
        </>
      }
    >
      <Tabs
        activeKey={params.tab ?? "list"}
        onChange={(tab) => set({ tab })}
        destroyOnHidden
        items={[
          { key: "list", label: t("complaint.list"), children: <ComplaintsTab /> },
          { key: "standings", label: t("complaint.standings"), children: <StandingsTab /> },
          { key: "hotlines", label: t("complaint.hotline.title"), children: <HotlinesTab /> },
        ]}
      />
      <RegisterDialog
        open={open === "register"}
        onClose={() => setOpen(null)}
        onDone={(id) => void navigate({ to: `/complaints/${id}` })}
      />
      <ImportDialog open={open === "import"} onClose={() => setOpen(null)} />
    </Page>
  );
}
