import { Form, Input, Radio } from "antd";
import { useState } from "react";
import { type NumberList, sendList } from "@/api/recipients";
import { type Say, useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatCount } from "@/ui/money";
import { optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { kindNames } from "./names";

type Props = {
  open: boolean;
  /** Where the list is sent. */
  path: string;
  /** What the list is: blocked numbers ask for a list and a customer, ported ones for grounds, a consent's for nothing. */
  purpose: "blocks" | "portings" | "consent";
  onClose: () => void;
};

const figures = (l: NumberList) => ({
  rows: formatCount(l.rows),
  added: formatCount(l.added),
  known: formatCount(l.known),
  bad: formatCount(l.bad),
});

/** Reads a list without keeping it, says what it would bring, then imports it. */
export function ListDialog({ open, path, purpose, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const own = useSession().session.user.customer_id;
  const [file, setFile] = useState<File | null>(null);
  const look = useAct((chosen: File) => sendList(path, chosen, {}, true, () => {}), { quiet: true, touches: [] });
  const close = () => {
    setFile(null);
    look.reset();
    act.reset();
    onClose();
  };
  const act = useAct(
    (fields: Record<string, string | undefined>) =>
      sendList(
        path,
        file as File,
        Object.fromEntries(Object.entries(fields).filter((e): e is [string, string] => Boolean(e[1]))),
        false,
        () => {},
      ),
    { done: (l) => t("recipient.list.brought", figures(l)), quiet: true, onDone: () => close() },
  );
  return (
    <FormDialog<Record<string, string | undefined>>
      open={open}
      title={t("recipient.list.title")}
      sentence={t(purpose === "portings" ? "recipient.segments.portedHint" : "recipient.list.hint")}
      confirm={t("recipient.list.confirm")}
      busy={act.isPending || look.isPending}
      error={look.error ?? act.error}
      initial={{ kind: "blacklist", customer_id: own || undefined }}
      onAct={(fields) => file && look.data && act.mutate(fields)}
      onClose={close}
    >
      <Form.Item label={t("recipient.list.file")} required>
        <input
          type="file"
          aria-label={t("recipient.list.choose")}
          accept=".csv,.txt,.xlsx,.json,.jsonl"
          onChange={(e) => {
            const chosen = e.target.files?.[0] ?? null;
            setFile(chosen);
            if (chosen) look.mutate(chosen);
          }}
        />
      </Form.Item>
      {look.data && <Found list={look.data} t={t} />}
      {purpose === "blocks" && (
        <>
          <Form.Item name="kind" label={t("recipient.kindName")}>
            <Radio.Group options={optionsOf(kindNames, t)} />
          </Form.Item>
          <Form.Item name="customer_id" label={t("recipient.add.for")}>
            <CustomerSelect disabled={Boolean(own)} />
          </Form.Item>
        </>
      )}
      {purpose !== "consent" && (
        <Form.Item name="note" label={t("recipient.list.note")} rules={must(t("recipient.list.note"))}>
          <Input maxLength={500} />
        </Form.Item>
      )}
    </FormDialog>
  );
}

function Found({ list, t }: { list: NumberList; t: Say }) {
  const { pick } = useText();
  return (
    <div className={list.bad > 0 ? "warn-note" : "meta"} role="status">
      {t("recipient.list.found", figures(list))}
      <ul>
        {(list.faults ?? []).slice(0, 5).map((f) => (
          <li key={f.line}>
            {t("batch.line")} {formatCount(f.line)}: {pick(f.detail, f.detail_en)}
          </li>
        ))}
      </ul>
    </div>
  );
}
