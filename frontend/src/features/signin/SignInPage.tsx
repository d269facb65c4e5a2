import { CheckOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { sessionQuery, signIn } from "@/api/session";
import { setLang, useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";

/** Plain form elements, so that the first visit waits for no component library. */
export function SignInPage() {
  const { t, lang } = useText();
  const client = useQueryClient();
  const [caps, setCaps] = useState(false);
  const [missing, setMissing] = useState<{ login?: boolean; password?: boolean }>({});
  const login = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const act = useMutation({
    mutationFn: signIn,
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  useEffect(() => {
    document.title = `${t("app.signIn.title")} · ${t("app.name")}`;
  }, [t]);
  useEffect(() => login.current?.focus(), []);

  const submit = (e: FormEvent) => {
    e.preventDefault();
    const typed = { login: login.current?.value.trim() ?? "", password: password.current?.value ?? "" };
    setMissing({ login: !typed.login, password: !typed.password });
    if (!typed.login) login.current?.focus();
    else if (!typed.password) password.current?.focus();
    else act.mutate(typed);
  };
  const onKey = (e: KeyboardEvent) => setCaps(e.getModifierState("CapsLock"));
  const other = lang === "en" ? "zh-CN" : "en";
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
          <form onSubmit={submit} noValidate>
            <div className="field">
              <label htmlFor="login">{t("app.signIn.login")}</label>
              <input
                ref={login}
                id="login"
                name="login"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                aria-invalid={missing.login}
                aria-describedby={missing.login ? "login-error" : undefined}
              />
              {missing.login && (
                <span id="login-error" className="field-error">
                  {t("app.signIn.loginMissing")}
                </span>
              )}
            </div>
            <div className="field">
              <label htmlFor="password">{t("app.signIn.password")}</label>
              <input
                ref={password}
                id="password"
                name="password"
                type="password"
                autoComplete="current-password"
                aria-invalid={missing.password}
                aria-describedby="password-note"
                onKeyUp={onKey}
              />
              <span id="password-note" className={missing.password ? "field-error" : "meta"}>
                {missing.password ? t("app.signIn.passwordMissing") : caps ? t("app.signIn.capsLock") : ""}
              </span>
            </div>
            <ErrorNote error={act.error} compact />
            <button type="submit" className="front-button" disabled={act.isPending}>
              {t("app.signIn.submit")}
            </button>
          </form>
          <button type="button" className="link" lang={other} onClick={() => setLang(other)}>
            {lang === "en" ? "中文" : "English"}
          </button>
          <a className="link" href="/hotlines">
            {t("app.signIn.hotlines")}
          </a>
        </div>
      </main>
    </div>
  );
}
