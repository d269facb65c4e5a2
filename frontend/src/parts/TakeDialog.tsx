import { Form, Input, Modal } from "antd";
import type { ReactNode } from "react";
import type { Share } from "@/api/notes";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { ShareTable, sharesOf, type Takeable, type Taken, wrongShare } from "./ShareTable";

type Values = { taken?: Taken; reason: string; document_id?: string };
type Props = {
  open: boolean;
  title: string;
  confirm: string;
  hint: ReactNode;
  lines: readonly Takeable[];
  evidence?: string;
  busy?: boolean;
  onAct: (body: { lines: Share[]; reason: string; document_id?: string }) => void;
  onClose: () => void;
};

/** Takes parts of lines: to credit them, or to dispute them. */
export function TakeDialog({ open, title, confirm, hint, lines, evidence, busy, onAct, onClose }: Props) {
  const { t } = useText();
  const [form] = Form.useForm<Values>();
  return (
    <Modal
      open={open}
      width={640}
      title={title}
      okText={confirm}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="meta">{hint}</p>
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        onFinish={(v) => onAct({ lines: sharesOf(v.taken ?? {}), reason: v.reason.trim(), document_id: v.document_id })}
      >
        <Form.Item
          name="taken"
          rules={[
            {
              validator: (_, taken: Taken | undefined) =>
                wrongShare(lines, taken ?? {}) === null
                  ? Promise.resolve()
                  : Promise.reject(new Error(wrongShare(lines, taken ?? {}) === "none" ? t("note.form.none") : " ")),
            },
          ]}
        >
          <ShareTable lines={lines} label={title} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t("note.reason")}
          rules={[{ required: true, whitespace: true, message: t("ui.required", { name: t("note.reason") }) }]}
        >
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
        {evidence && (
          <Form.Item name="document_id" label={t("note.form.evidence")}>
            <AttachmentUpload purpose={evidence} label={t("note.form.evidence")} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
