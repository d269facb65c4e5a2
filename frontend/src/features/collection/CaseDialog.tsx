import { DatePicker, Form, Input, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { addEvent, askWriteOff, type Case, type CaseEvent, closeCase, decideWriteOff, recover } from "@/api/collection";
import type { PaymentMethod } from "@/api/payments";
import { type TextKey, useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { methodNames } from "@/ui/names";
import { useAct } from "@/ui/use-act";

export type CaseAct = {
  what: "note" | "cost" | "outcome" | "write_off" | "recover" | "close" | "approve" | "reject";
  of: Case;
  event?: CaseEvent;
};
type Fields = {
  on?: Dayjs;
  amount_fen?: number;
  outcome?: string;
  method?: PaymentMethod | "";
  reference?: string;
  state?: "collected" | "withdrawn";
  note?: string;
  document_id?: string;
};
const outcomes = ["judgment", "settlement", "enforcement", "paid", "lost", "insolvent", "untraceable", "not_worth_it"] as const;
const ways: readonly PaymentMethod[] = ["transfer", "cash", "cheque"];

function send({ act, v, today }: { act: CaseAct; v: Fields; today: string }, key: string) {
  const { what, of, event } = act;
  const on = v.on?.format("YYYY-MM-DD") ?? today;
  const note = v.note ?? "";
  switch (what) {
    case "write_off":
      return askWriteOff({ id: of.id, reason: note, document_id: v.document_id }, key);
    case "approve":
    case "reject":
      return decideWriteOff({ id: event?.id ?? "", approve: what === "approve", reason: note || undefined }, key);
    case "recover":
      return recover(
        { id: of.id, on, amount_fen: v.amount_fen ?? 0, method: v.method || undefined, reference: v.reference, note },
        key,
      );
    case "close":
      return closeCase({ id: of.id, state: v.state ?? "collected", reason: note }, key);
    default:
      return addEvent(
        { id: of.id, kind: what, on, amount_fen: v.amount_fen, outcome: v.outcome, note, document_id: v.document_id },
        key,
      );
  }
}

/** One dialog for what can be done in a case; each act asks for its own few fields. */
export function CaseDialog({ act, onClose }: { act: CaseAct | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const run = useAct(send, { quiet: true, done: t("collection.done"), onDone: onClose });
  const what = act?.what ?? "note";
  const c = act?.of;
  const dated = ["note", "cost", "outcome", "recover"].includes(what);
  const sentence = () => {
    if (!c) return null;
    if (what === "write_off")
      return t("collection.writeOffSentence", { contract: c.contract_number, amount: formatYuan(c.owed_fen) });
    if (what === "approve")
      return t("collection.approveSentence", { number: act?.event?.number ?? "", amount: formatYuan(c.owed_fen) });
    if (what === "recover")
      return t("collection.recoverSentence", { written: formatYuan(c.written_off_fen), recovered: formatYuan(c.recovered_fen) });
    return `${c.customer_name} ${c.number}`;
  };
  return (
    <FormDialog<Fields>
      open={act !== null}
      title={t(`collection.act.${what}`)}
      sentence={sentence()}
      confirm={t(`collection.act.${what}`)}
      danger={what === "write_off" || what === "approve" || what === "reject"}
      busy={run.isPending}
      error={run.error}
      initial={{
        on: dayjs(today),
        method: "",
        state: "collected",
        amount_fen: what === "recover" && c?.balance_fen ? c.balance_fen : undefined,
      }}
      onAct={(v) => act && run.mutate({ act, v, today })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {dated && (
        <Form.Item name="on" label={t("collection.on")} rules={must(t("collection.on"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
      )}
      {(what === "cost" || what === "recover") && (
        <Form.Item name="amount_fen" label={t("collection.amount")} rules={must(t("collection.amount"))}>
          <MoneyInput />
        </Form.Item>
      )}
      {what === "recover" && (
        <>
          <Form.Item name="method" label={t("payment.method")}>
            <Radio.Group
              options={[
                { value: "", label: `${t("collection.fromBalance")} ${formatYuan(c?.balance_fen ?? 0)}` },
                ...ways.map((m) => ({ value: m, label: t(methodNames[m]) })),
              ]}
            />
          </Form.Item>
          <Form.Item name="reference" label={t("payment.reference")}>
            <Input maxLength={80} className="num" />
          </Form.Item>
        </>
      )}
      {what === "outcome" && (
        <Form.Item name="outcome" label={t("collection.outcome")} rules={must(t("collection.outcome"))}>
          <Select options={outcomes.map((o) => ({ value: o, label: t(`collection.outcomes.${o}` as TextKey) }))} />
        </Form.Item>
      )}
      {what === "close" && (
        <Form.Item name="state" label={t("collection.closeAs")}>
          <Radio.Group options={(["collected", "withdrawn"] as const).map((s) => ({ value: s, label: t(`state.case.${s}`) }))} />
        </Form.Item>
      )}
      <Form.Item
        name="note"
        label={t("collection.note")}
        rules={what === "approve" || what === "recover" ? [] : must(t("collection.note"))}
      >
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
      {["note", "cost", "outcome", "write_off"].includes(what) && (
        <Form.Item name="document_id">
          <AttachmentUpload purpose="collection" />
        </Form.Item>
      )}
    </FormDialog>
  );
}
