import { DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import type { InvoiceAnswer, TaxInvoice } from "@/api/tax-invoices";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";

type Values = { outcome: "issued" | "rejected" | "lapsed"; number?: string; issued_on?: Dayjs; reason?: string };
type Props = { invoice: TaxInvoice; open: boolean; busy: boolean; onAct: (body: InvoiceAnswer) => void; onClose: () => void };

/** Bytes as base64, which is how they travel in JSON. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** What a person read in the tax administration's system. */
export function AnswerDialog({ invoice, open, busy, onAct, onClose }: Props) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Values>();
  const [file, setFile] = useState<File | null>(null);
  const outcome = Form.useWatch("outcome", form) ?? "issued";
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const outcomes = ["issued", "rejected", ...(invoice.kind === "red" ? (["lapsed"] as const) : [])] as const;
  const send = async (v: Values) => {
    if (v.outcome !== "issued") return onAct({ outcome: v.outcome, reason: v.reason?.trim() });
    const content = file && { file: base64(new Uint8Array(await file.arrayBuffer())), file_name: file.name };
    onAct({ outcome: "issued", number: v.number?.trim(), issued_on: v.issued_on?.format("YYYY-MM-DD"), ...content });
  };
  return (
    <Modal
      open={open}
      title={`${t("invoice.act.answer")} · ${invoice.reference}`}
      okText={t("ui.save")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ outcome: "issued", issued_on: dayjs(today) }}
        onFinish={(v) => void send(v)}
      >
        <Form.Item name="outcome" label={t("invoice.outcome")}>
          <Select options={outcomes.map((o) => ({ value: o, label: t(`invoice.outcomes.${o}`) }))} />
        </Form.Item>
        {outcome === "issued" ? (
          <>
            <Form.Item
              name="number"
              label={t("invoice.number")}
              rules={[...must(t("invoice.number")), { pattern: /^\s*\d{8,20}\s*$/, message: t("invoice.digits") }]}
            >
              <Input inputMode="numeric" maxLength={24} />
            </Form.Item>
            <Form.Item name="issued_on" label={t("invoice.issuedOn")} rules={must(t("invoice.issuedOn"))}>
              <DatePicker style={{ width: "100%" }} />
            </Form.Item>
            <Form.Item label={t("invoice.file")} extra={t("invoice.fileHint")}>
              <input
                type="file"
                accept=".pdf,.png,.jpg"
                aria-label={t("invoice.file")}
                onChange={(e) => setFile(e.target.files?.[0] ?? null)}
              />
            </Form.Item>
          </>
        ) : (
          outcome === "rejected" && (
            <Form.Item name="reason" label={t("invoice.reason")} rules={must(t("invoice.reason"))}>
              <Input.TextArea rows={2} maxLength={500} showCount />
            </Form.Item>
          )
        )}
      </Form>
    </Modal>
  );
}
