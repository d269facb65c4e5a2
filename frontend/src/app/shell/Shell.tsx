import type { ReactNode } from "react";
import { useText } from "@/i18n";
import { usePrefs } from "@/session/prefs";
import { Banner } from "./Banner";
import { Header } from "./Header";
import { SideMenu } from "./SideMenu";

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useText();
  const { menuFolded } = usePrefs();
  return (
    <div className="shell" data-folded={menuFolded || undefined}>
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      <SideMenu />
      <div className="shell-main">
        <Header />
        <Banner />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
