import { useQuery } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { type Proposal, propose } from "@/api/corner";
import { type Customer, customerQuery } from "@/api/customers";
import { useText } from "@/i18n";
import { ContactFields } from "@/parts/ContactFields";
import { useSession } from "@/session/session";
import { FormDialog } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";
import { fields } from "./names";
import "./corner.css";

type Contact = { name: string; phone: string; email?: string };
type Fields = Partial<Record<(typeof fields)[number] | "note", string>> & { contacts?: Contact[] };

/** The API takes whole contacts: an e-mail address that was left out is an empty one. */
const whole = (cs: readonly Contact[]) => cs.map((c) => ({ name: c.name, phone: c.phone, email: c.email ?? "" }));

/** What differs from the record as it stands. */
function changesOf(v: Fields, now: Customer): Proposal["changes"] {
  const changed = fields.filter((f) => v[f]?.trim() && v[f]?.trim() !== now[f]);
  const contacts = whole(v.contacts ?? []);
  const same = JSON.stringify(contacts) === JSON.stringify(whole(now.contacts ?? []));
  return { ...Object.fromEntries(changed.map((f) => [f, v[f]?.trim()])), ...(same ? {} : { contacts }) };
}

/** The own record as it stands, to be changed; sales accept or refuse. */
export function ProposeDialog({ onClose }: { onClose: () => void }) {
  const { session } = useSession();
  const record = useQuery(customerQuery(session.user.customer_id ?? ""));
  return record.data ? <Dialog now={record.data} onClose={onClose} /> : null;
}

function Dialog({ now, onClose }: { now: Customer; onClose: () => void }) {
  const { t } = useText();
  const send = useAct(propose, { done: t("proposal.sent"), onDone: onClose, quiet: true });
  return (
    <FormDialog<Fields>
      open
      title={t("proposal.send")}
      sentence={t("proposal.hint")}
      confirm={t("proposal.send")}
      busy={send.isPending}
      error={send.error}
      initial={{ ...Object.fromEntries(fields.map((f) => [f, now[f]])), contacts: now.contacts ?? [] }}
      onAct={(v) => send.mutate({ changes: changesOf(v, now), note: v.note })}
      onClose={onClose}
    >
      {fields.map((f) => (
        <Form.Item key={f} name={f} label={t(`proposal.${f}`)}>
          <Input maxLength={200} />
        </Form.Item>
      ))}
      <h3 className="form-part">{t("proposal.contacts")}</h3>
      <ContactFields />
      <Form.Item name="note" label={t("proposal.note")} style={{ marginTop: 16 }}>
        <Input maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}
