import { Form, Input, Modal } from "antd";
import type { ReactNode } from "react";
import { useText } from "@/i18n";

type Props = {
  open: boolean;
  title: string;
  confirm: string;
  label?: string;
  hint?: ReactNode;
  danger?: boolean;
  optional?: boolean;
  /** The most characters; 500 where nothing else is said. */
  most?: number;
  busy?: boolean;
  onAct: (reason: string) => void;
  onClose: () => void;
};

/** Asks for the reason of a step that a person answers for. */
export function AskReason({ open, title, confirm, label, hint, danger, optional, most = 500, busy, onAct, onClose }: Props) {
  const { t } = useText();
  const [form] = Form.useForm<{ reason?: string }>();
  const name = label ?? t("ui.reason");
  return (
    <Modal
      open={open}
      title={title}
      okText={confirm}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {hint && <p className="meta">{hint}</p>}
      <Form form={form} layout="vertical" onFinish={(v) => onAct(v.reason?.trim() ?? "")} clearOnDestroy>
        <Form.Item
          name="reason"
          label={name}
          style={{ marginBottom: 28 }} // the count of characters hangs below the field
          rules={optional ? [] : [{ required: true, whitespace: true, message: t("ui.required", { name }) }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={most} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
