import { DownOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Form, Input, Modal } from "antd";
import { useState } from "react";
import { changePassword, sessionQuery, signOut } from "@/api/session";
import { useText } from "@/i18n";
import { forgetRecent } from "@/session/recent";
import { useSession } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { roleNames } from "@/ui/names";
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
      client.clear();
      client.setQueryData(sessionQuery.queryKey, null);
    },
  });
  const roles = session.user.roles.map((r) => t(roleNames[r])).join("、");
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
          <span className="avatar" aria-hidden>
            {session.user.name.slice(0, 1)}
          </span>
          {session.user.name}
          <DownOutlined aria-hidden style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      <PasswordDialog open={changing} onClose={() => setChanging(false)} />
    </>
  );
}

type Passwords = { current: string; next: string };

function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const [form] = Form.useForm<Passwords>();
  const act = useAct((v: Passwords) => changePassword(v), { done: t("app.passwordChanged"), quiet: true, onDone: onClose });
  return (
    <Modal
      open={open}
      title={t("app.changePassword")}
      okText={t("ui.save")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={420}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => act.mutate(v)} clearOnDestroy>
        <Form.Item
          name="current"
          label={t("app.currentPassword")}
          rules={[{ required: true, message: t("app.signIn.passwordMissing") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="next"
          label={t("app.newPassword")}
          extra={t("app.newPasswordHint")}
          rules={[{ required: true, min: 12, message: t("app.newPasswordHint") }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <ErrorNote error={act.error} compact />
      </Form>
    </Modal>
  );
}
