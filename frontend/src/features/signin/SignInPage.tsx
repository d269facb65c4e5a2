import { CheckOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { type KeyboardEvent, useEffect, useState } from "react";
import { sessionQuery, signIn } from "@/api/session";
import { setLang, useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { useAct } from "@/ui/use-act";

type Fields = { login: string; password: string };

export function SignInPage() {
  const { t, lang } = useText();
  const client = useQueryClient();
  const [caps, setCaps] = useState(false);
  const act = useAct((v: Fields) => signIn(v), {
    quiet: true,
    touches: [],
    onDone: () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  useEffect(() => {
    document.title = `${t("app.signIn.title")} · ${t("app.name")}`;
  }, [t]);
  const onKey = (e: KeyboardEvent) => setCaps(e.getModifierState("CapsLock"));
  return (
    <div className="signin">
      <section className="signin-about" aria-label={t("app.name")}>
        <p className="signin-brand">
          <img src="/favicon.svg" alt="" width={36} height={36} />
          {t("app.name")}
        </p>
        <p className="signin-tagline">{t("app.tagline")}</p>
        <ul>
          {(["app.signIn.point1", "app.signIn.point2", "app.signIn.point3"] as const).map((key) => (
            <li key={key}>
              <CheckOutlined aria-hidden /> {t(key)}
            </li>
          ))}
        </ul>
      </section>
      <main className="signin-form">
        <div className="signin-card">
          <h1>{t("app.signIn.title")}</h1>
          <Form<Fields> layout="vertical" requiredMark={false} onFinish={(v) => act.mutate(v)}>
            <Form.Item
              name="login"
              label={t("app.signIn.login")}
              rules={[{ required: true, message: t("app.signIn.loginMissing") }]}
            >
              <Input size="large" autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
            </Form.Item>
            <Form.Item
              name="password"
              label={t("app.signIn.password")}
              rules={[{ required: true, message: t("app.signIn.passwordMissing") }]}
              extra={caps ? t("app.signIn.capsLock") : undefined}
            >
              <Input.Password size="large" autoComplete="current-password" onKeyUp={onKey} />
            </Form.Item>
            <ErrorNote error={act.error} compact />
            <Button type="primary" size="large" htmlType="submit" block loading={act.isPending}>
              {t("app.signIn.submit")}
            </Button>
          </Form>
          <Button type="link" lang={lang === "en" ? "zh-CN" : "en"} onClick={() => setLang(lang === "en" ? "zh-CN" : "en")}>
            {lang === "en" ? "中文" : "English"}
          </Button>
        </div>
      </main>
    </div>
  );
}
