import { MoonOutlined, SearchOutlined, SunOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { setLang, useText } from "@/i18n";
import { setPrefs, usePrefs } from "@/session/prefs";
import { useSession } from "@/session/session";
import { ClockControl } from "./ClockControl";
import { Jump } from "./Jump";
import { Notices } from "./Notices";
import { UserMenu } from "./UserMenu";

export function Header() {
  const { t, lang } = useText();
  const { dark } = usePrefs();
  const { session, can } = useSession();
  const [jumping, setJumping] = useState(false);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
        e.preventDefault();
        setJumping(true);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <header className="top">
      <button type="button" className="jump-button" onClick={() => setJumping(true)}>
        <SearchOutlined aria-hidden />
        <span>{t("app.search")}</span>
        <span className="jump-hint">{t("app.searchHint")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className="grow" />
      {session.sandbox && can("sandbox.read") && <ClockControl />}
      <Notices />
      <Tooltip title={t("app.language")}>
        <Button
          type="text"
          aria-label={`${lang === "en" ? "中文" : "EN"} ${t("app.language")}`}
          icon={<TranslationOutlined />}
          lang={lang === "en" ? "zh-CN" : "en"}
          onClick={() => setLang(lang === "en" ? "zh-CN" : "en")}
        >
          {lang === "en" ? "中文" : "EN"}
        </Button>
      </Tooltip>
      <Tooltip title={t("app.theme")}>
        <Button
          type="text"
          aria-label={t("app.theme")}
          aria-pressed={dark}
          icon={dark ? <SunOutlined /> : <MoonOutlined />}
          onClick={() => setPrefs({ dark: !dark })}
        />
      </Tooltip>
      <UserMenu />
      <Jump open={jumping} onClose={() => setJumping(false)} />
    </header>
  );
}
