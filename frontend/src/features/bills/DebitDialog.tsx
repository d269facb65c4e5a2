import { Form, Input, Modal, Select } from "antd";
import type { Bill } from "@/api/bills";
import type { NoteInput } from "@/api/notes";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { MoneyInput } from "@/ui/Money";

type Values = { line: number; name?: string; amount_fen: number; reason: string; document_id?: string };
type Props = { bill: Bill; open: boolean; busy: boolean; onAct: (body: NoteInput) => void; onClose: () => void };

/** Puts a charge on top of a bill: more of one of its lines, or a new one. */
export function DebitDialog({ bill, open, busy, onAct, onClose }: Props) {
  const { t } = useText();
  const [form] = Form.useForm<Values>();
  const line = Form.useWatch("line", form);
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Modal
      open={open}
      title={`${t("note.act.debit")} · ${bill.number}`}
      okText={t("note.act.debit")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="meta">
        {t("note.form.debitHint")} {t("note.form.limit")}
      </p>
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ line: -1 }}
        onFinish={(v) =>
          onAct({
            lines: [{ line: v.line, name: v.name?.trim() ?? "", amount_fen: v.amount_fen }],
            reason: v.reason.trim(),
            document_id: v.document_id,
          })
        }
      >
        <Form.Item name="line" label={t("note.form.line")}>
          <Select
            options={[
              { value: -1, label: t("note.form.newLine") },
              ...(bill.rest ?? []).map((l, i) => ({ value: i, label: l.description })),
            ]}
          />
        </Form.Item>
        {line === -1 && (
          <Form.Item name="name" label={t("note.form.name")} rules={must(t("note.form.name"))}>
            <Input maxLength={80} />
          </Form.Item>
        )}
        <Form.Item name="amount_fen" label={t("note.form.amount")} rules={must(t("note.form.amount"))}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="reason" label={t("note.reason")} rules={must(t("note.reason"))}>
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
        <Form.Item name="document_id" label={t("note.form.evidence")}>
          <AttachmentUpload purpose="bill_note" label={t("note.form.evidence")} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
