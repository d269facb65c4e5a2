import type { FormInstance } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useText } from "@/i18n";
import { formatInstant } from "./time";

/** Keeps what is typed in this browser until it is saved, so that a closed tab loses nothing. Without a name it keeps nothing. */
export function useDraft<T extends object>(form: FormInstance<T>, name: string | undefined) {
  const { t } = useText();
  const key = name && `sealgate.draft.${name}`;
  const [keptAt, setKeptAt] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const initial = useMemo<Partial<T>>(() => {
    try {
      return key ? JSON.parse(sessionStorage.getItem(key) ?? "{}") : {};
    } catch {
      return {};
    }
  }, [key]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    initial,
    note: keptAt ? t("ui.draftKept", { at: formatInstant(keptAt, "second").slice(11) }) : "",
    keep: () => {
      if (!key) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        sessionStorage.setItem(key, JSON.stringify(form.getFieldsValue(true)));
        setKeptAt(new Date().toISOString());
      }, 400);
    },
    forget: () => {
      clearTimeout(timer.current);
      if (key) sessionStorage.removeItem(key);
    },
  };
}
