import { Form, Input, Modal } from "antd";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";

type Props = { open: boolean; busy: boolean; error: unknown; onRefuse: (reason: string) => void; onClose: () => void };

export function RefuseDialog({ open, busy, error, onRefuse, onClose }: Props) {
  const { t } = useText();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open={open}
      title={t("desk.refuseTitle")}
      okText={t("desk.refuse")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger: true }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" onFinish={(v) => onRefuse(v.reason)} clearOnDestroy>
        <Form.Item
          name="reason"
          label={t("ui.reason")}
          extra={t("desk.refuseHint")}
          rules={[{ required: true, whitespace: true, message: t("ui.required", { name: t("ui.reason") }) }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={500} showCount />
        </Form.Item>
        <ErrorNote error={error} compact />
      </Form>
    </Modal>
  );
}
