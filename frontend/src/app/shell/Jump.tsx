import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input, type InputRef, Modal } from "antd";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { type Found, searchQuery } from "@/api/home";
import { type TextKey, useText } from "@/i18n";
import { useRecent } from "@/session/recent";
import { useMenu } from "./SideMenu";

type Target = { to: string; title: string; kind: string };

/** Jumps to a record by number or name, or to a page; asks only for what this person may see. */
export function Jump({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<InputRef>(null);
  const targets = useTargets(text.trim(), open);
  const chosen = Math.min(at, targets.length - 1);

  useEffect(() => {
    if (!open) return;
    setText("");
    setAt(0);
  }, [open]);
  const go = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    void navigate({ to: target.to });
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === "ArrowDown") setAt(Math.min(chosen + 1, targets.length - 1));
    else if (e.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (e.key === "Enter") go(targets[chosen]);
    else return;
    e.preventDefault();
  };
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={560}
      style={{ top: 88 }}
      styles={{ container: { padding: 0 } }}
      title={null}
      aria-label={t("app.search")}
      afterOpenChange={(shown) => shown && input.current?.focus()}
    >
      <div className="jump">
        <Input
          ref={input}
          variant="borderless"
          size="large"
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t("app.searchHint")}
          aria-label={t("app.search")}
          role="combobox"
          aria-expanded
          aria-controls="jump-list"
          aria-activedescendant={targets.length ? `jump-${chosen}` : undefined}
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <div id="jump-list" role="listbox" aria-label={t("app.search")}>
          {targets.map((target, i) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active option
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
            <div
              key={target.to}
              id={`jump-${i}`}
              role="option"
              aria-selected={i === chosen}
              onMouseEnter={() => setAt(i)}
              onClick={() => go(target)}
            >
              <span>{target.title}</span>
              <span className="meta">{target.kind}</span>
            </div>
          ))}
        </div>
        {targets.length === 0 && <p className="meta jump-none">{t("app.searchNothing")}</p>}
      </div>
    </Modal>
  );
}

const kinds: Readonly<Record<Found["kind"], TextKey>> = {
  customer: "nav.customers",
  contract: "nav.contracts",
  batch: "nav.batches",
  bill: "nav.bills",
  complaint: "nav.complaints",
};

function useTargets(text: string, open: boolean): Target[] {
  const { t } = useText();
  const menu = useMenu();
  const recent = useRecent();
  const q = useDeferredValue(text);
  const found = useQuery({ ...searchQuery(q), enabled: open && q.length > 0, placeholderData: keepPreviousData });
  return useMemo(() => {
    const pages = menu.map((r) => ({ to: r.path, title: t(r.title), kind: t("app.searchPages") }));
    if (!q) return [...recent.map((r) => ({ ...r, kind: `${r.kind} · ${t("app.searchRecent")}` })), ...pages];
    const low = q.toLowerCase();
    const records = (found.data?.items ?? []).map((f) => ({
      to: f.link,
      title: `${f.label}  ${f.title}`,
      kind: t(kinds[f.kind]),
    }));
    return [...records, ...pages.filter((p) => p.title.toLowerCase().includes(low))];
  }, [q, menu, recent, t, found.data]);
}
