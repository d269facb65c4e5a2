import { Button, Form, Input } from "antd";
import type { ReactNode } from "react";
import { changePassword, sessionQuery } from "@/api/session";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { useAct } from "@/ui/use-act";

type Passwords = { current: string; next: string };

/** Changing one's own password; all other sessions of the account end with it. */
export function PasswordForm({ onDone, extra }: { onDone?: () => void; extra?: ReactNode }) {
  const { t, pick } = useText();
  const { session } = useSession();
  const [form] = Form.useForm<Passwords>();
  const act = useAct((v: Passwords) => changePassword(v), {
    done: t("app.passwordChanged"),
    quiet: true,
    touches: [sessionQuery.queryKey],
    onDone,
  });
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(v) => act.mutate(v, { onError: (e) => void placeErrors(form, e, pick) })}
      clearOnDestroy
    >
      {/* Password managers file the new password under this name. */}
      <input type="text" autoComplete="username" value={session.user.login} readOnly hidden />
      <Form.Item
        name="current"
        label={t("app.currentPassword")}
        rules={[{ required: true, message: t("app.signIn.passwordMissing") }]}
      >
        <Input.Password autoComplete="current-password" autoFocus />
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
      <div className="actions">
        {extra}
        <Button type="primary" htmlType="submit" loading={act.isPending}>
          {t("app.changePassword")}
        </Button>
      </div>
    </Form>
  );
}
