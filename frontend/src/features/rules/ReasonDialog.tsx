import { Form, Input, Modal } from "antd";
import type { ReactNode } from "react";
import { type TextKey, useText } from "@/i18n";

type Props = {
  open: boolean;
  title: TextKey;
  label: TextKey;
  busy: boolean;
  danger?: boolean;
  children?: ReactNode;
  onAct: (reason: string) => void;
  onClose: () => void;
};

/** An act that someone may ask about later is done with its reason. */
export function ReasonDialog({ open, title, label, busy, danger, children, onAct, onClose }: Props) {
  const { t } = useText();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open={open}
      title={t(title)}
      okText={t(title)}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {children}
      <Form form={form} layout="vertical" onFinish={(v) => onAct(v.reason.trim())} clearOnDestroy>
        <Form.Item
          name="reason"
          label={t(label)}
          rules={[{ required: true, whitespace: true, message: t("ui.required", { name: t("ui.reason") }) }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
