import { Outlet } from "@tanstack/react-router";
import { App, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { Suspense, useEffect } from "react";
import type { Session } from "@/api/session";
import { MustChangePage } from "@/features/signin/MustChangePage";
import { useText } from "@/i18n";
import { cspNonce } from "@/nonce";
import { usePrefs } from "@/session/prefs";
import { SessionProvider } from "@/session/session";
import { darkTheme, lightTheme } from "@/styles/theme";
import { Skeleton } from "@/ui/Loading";
import "antd/dist/antd.css";
import "@/styles/ui.css";
import "@/styles/shell.css";
import "@/styles/narrow.css";
import { SessionEnded } from "./SessionEnded";
import { Shell } from "./shell/Shell";

/** The portal of whoever is signed in, with the component library that only they need. */
export default function Inside({ session }: { session: Session }) {
  const { lang } = useText();
  const { dark } = usePrefs();
  useEffect(() => void dayjs.locale(lang === "en" ? "en" : "zh-cn"), [lang]);
  return (
    <ConfigProvider
      locale={lang === "en" ? en : zh}
      theme={dark ? darkTheme : lightTheme}
      csp={cspNonce ? { nonce: cspNonce } : undefined}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
      form={{ scrollToFirstError: { block: "center" } }}
    >
      <App className="app">
        <SessionProvider session={session}>
          {session.must_change_password ? (
            <MustChangePage />
          ) : (
            <Shell>
              <Suspense fallback={<Skeleton />}>
                <Outlet />
              </Suspense>
            </Shell>
          )}
          <SessionEnded />
        </SessionProvider>
      </App>
    </ConfigProvider>
  );
}
