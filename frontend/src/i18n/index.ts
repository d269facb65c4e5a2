import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { type Leaves, side } from "./pair";
import { texts } from "./texts";

export type Lang = "zh-CN" | "en";
export type TextKey = Leaves<typeof texts>;
export type Values = Record<string, string | number>;

const stored = "sealgate.lang";

/** Chinese first (P08): English only when this browser asked for it before. */
export function firstLang(): Lang {
  return localStorage.getItem(stored) === "en" ? "en" : "zh-CN";
}

void i18next.use(initReactI18next).init({
  lng: firstLang(),
  fallbackLng: false,
  resources: { "zh-CN": { translation: side(texts, 0) }, en: { translation: side(texts, 1) } },
  // React escapes by itself.
  interpolation: { escapeValue: false },
  returnNull: false,
});
document.documentElement.lang = firstLang();

export function setLang(lang: Lang): void {
  localStorage.setItem(stored, lang);
  document.documentElement.lang = lang;
  void i18next.changeLanguage(lang);
}

export type Say = (key: TextKey, values?: Values) => string;

/** `t` for the portal's own texts, `pick` for texts that the server sends in both languages. */
export function useText(): { t: Say; lang: Lang; pick: (zh?: string, en?: string) => string } {
  const { t, i18n } = useTranslation();
  const lang: Lang = i18n.language === "en" ? "en" : "zh-CN";
  return {
    t: (key, values) => t(key, values ?? {}),
    lang,
    pick: (zh, en) => (lang === "en" ? en || zh : zh || en) ?? "",
  };
}

/** For the few places outside React, such as the document's title. */
export const say: Say = (key, values) => i18next.t(key, values ?? {});
