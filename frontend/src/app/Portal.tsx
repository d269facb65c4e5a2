import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect } from "react";
import { ApiError } from "@/api/problem";
import { useText } from "@/i18n";
import { cspNonce } from "@/nonce";
import { usePrefs } from "@/session/prefs";
import { darkTheme, lightTheme } from "@/styles/theme";
import type { makeRouter } from "./router";

export const makeClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused it will refuse again; only lost connections and its own faults are worth another try.
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.refused),
        refetchOnWindowFocus: true,
      },
    },
  });

export function Portal({ router, client }: { router: ReturnType<typeof makeRouter>; client: QueryClient }) {
  const { lang } = useText();
  const { dark } = usePrefs();
  useEffect(() => void dayjs.locale(lang === "en" ? "en" : "zh-cn"), [lang]);
  return (
    <QueryClientProvider client={client}>
      <ConfigProvider
        locale={lang === "en" ? en : zh}
        theme={dark ? darkTheme : lightTheme}
        csp={cspNonce ? { nonce: cspNonce } : undefined}
        button={{ autoInsertSpace: false }}
        wave={{ disabled: true }}
        form={{ scrollToFirstError: { block: "center" } }}
      >
        <App className="app">
          <RouterProvider router={router} />
        </App>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
