import type { FormInstance } from "antd";
import { useEffect, useRef, useState } from "react";
import { dropFormDraft, saveFormDraft } from "@/api/signing";
import { useText } from "@/i18n";
import { formatInstant } from "@/ui/time";

export type KeptForm = { body?: Record<string, unknown>; saved_at?: string | null };
type Values = Record<string, string | undefined>;

const pause = 800;

/**
 * Keeps what is typed on the server, by itself, so that a form can be gone on with at any machine. What is typed meanwhile is sent
 * once the typing rests; a save that fails is tried again with the next change.
 */
export function useServerDraft(form: FormInstance<{ values: Values }>, name: string, kept: KeptForm | undefined) {
  const { t } = useText();
  const [initial] = useState<Values>(() => (kept?.body?.values ?? {}) as Values);
  const [savedAt, setSavedAt] = useState(kept?.saved_at ?? null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const over = useRef(false);
  const save = () => {
    timer.current = undefined;
    if (over.current) return;
    void saveFormDraft(name, { values: form.getFieldsValue(true).values }).then(
      (d) => setSavedAt(d.saved_at ?? null),
      () => undefined,
    );
  };
  const now = useRef(save);
  now.current = save;
  useEffect(
    () => () => {
      if (timer.current === undefined) return;
      clearTimeout(timer.current);
      now.current(); // whoever leaves the page in the middle of a word loses nothing
    },
    [],
  );
  return {
    initial,
    note: savedAt ? t("ui.draftKept", { at: formatInstant(savedAt, "second").slice(11) }) : "",
    keep: () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(save, pause);
    },
    forget: () => {
      over.current = true;
      clearTimeout(timer.current);
      timer.current = undefined;
      return dropFormDraft(name).then(
        () => undefined,
        () => undefined,
      );
    },
  };
}
