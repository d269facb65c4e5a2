import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { onSessionEnd } from "@/api/client";
import { sessionQuery, signIn } from "@/api/session";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { useAct } from "@/ui/use-act";

/** Asks for the password where the session ended, so that a half-filled form is not lost. */
export function SessionEnded() {
  const { t } = useText();
  const { session } = useSession();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(() => onSessionEnd(() => setEnded(true)), []);
  const act = useAct((v: { password: string }) => signIn({ login: session.user.login, password: v.password }), {
    quiet: true,
    onDone: () => setEnded(false),
  });
  return (
    <Modal
      open={ended}
      title={t("app.ended.title")}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={400}
      destroyOnHidden
    >
      <p className="quiet">{t("app.ended.text")}</p>
      <Form layout="vertical" onFinish={(v: { password: string }) => act.mutate(v)} requiredMark={false}>
        <Form.Item label={t("app.signIn.login")}>
          <Input value={session.user.login} disabled autoComplete="username" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("app.signIn.password")}
          rules={[{ required: true, message: t("app.signIn.passwordMissing") }]}
        >
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
        <ErrorNote error={act.error} compact />
        <div className="actions">
          <Button type="link" onClick={() => client.setQueryData(sessionQuery.queryKey, null)}>
            {t("app.ended.other")}
          </Button>
          <Button type="primary" htmlType="submit" loading={act.isPending}>
            {t("app.signIn.submit")}
          </Button>
        </div>
      </Form>
    </Modal>
  );
}
