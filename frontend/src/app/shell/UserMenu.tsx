import { DownOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Modal } from "antd";
import { useState } from "react";
import { sessionQuery, signOut } from "@/api/session";
import { PasswordForm } from "@/features/signin/PasswordForm";
import { useText } from "@/i18n";
import { forgetRecent } from "@/session/recent";
import { useSession } from "@/session/session";
import { nameOf, roleNames } from "@/ui/names";
import { useAct } from "@/ui/use-act";

export function UserMenu() {
  const { t } = useText();
  const { session } = useSession();
  const client = useQueryClient();
  const [changing, setChanging] = useState(false);
  const leave = useAct(() => signOut(), {
    touches: [],
    onDone: () => {
      forgetRecent();
      client.setQueryData(sessionQuery.queryKey, null);
      // The session's own entry stays: who watches it would not hear of one made anew.
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== sessionQuery.queryKey[0] });
    },
  });
  const roles = (session.user.roles ?? []).map((r) => nameOf(roleNames, r, t)).join("、");
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "who", label: `${session.user.login} · ${roles}`, disabled: true },
            { key: "version", label: `${t("app.version")} ${session.version}`, disabled: true },
            { type: "divider" },
            { key: "password", label: t("app.changePassword"), onClick: () => setChanging(true) },
            { key: "out", label: t("app.signOut"), onClick: () => leave.mutate(undefined) },
          ],
        }}
      >
        <Button type="text" aria-label={`${t("app.account")} ${session.user.name}`}>
          <span className="avatar" aria-hidden data-initial={session.user.name.slice(0, 1)} />
          {session.user.name}
          <DownOutlined aria-hidden style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      <Modal
        open={changing}
        title={t("app.changePassword")}
        footer={null}
        onCancel={() => setChanging(false)}
        width={420}
        destroyOnHidden
      >
        <PasswordForm onDone={() => setChanging(false)} />
      </Modal>
    </>
  );
}
