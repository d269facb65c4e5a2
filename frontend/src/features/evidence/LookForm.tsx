import { Button, Form, Input, Select } from "antd";
import type { ReactNode } from "react";
import { type Look, type Purpose, purposes } from "@/api/evidence";
import { useText } from "@/i18n";
import { useMust } from "@/ui/FormDialog";

type Fields = { purpose: Purpose; grounds: string; phone?: string };
type Props = {
  phone?: boolean;
  busy: boolean;
  confirm: string;
  onLook: (v: Look & { phone: string }) => void;
  children?: ReactNode;
};

/** Why somebody looks: asked before anything is shown, because every look is logged with it. */
export function LookForm({ phone, busy, confirm, onLook, children }: Props) {
  const { t } = useText();
  const must = useMust();
  return (
    <Form<Fields>
      layout="inline"
      requiredMark={false}
      initialValues={{ purpose: "complaint" }}
      onFinish={(v) => onLook({ purpose: v.purpose, grounds: v.grounds.trim(), phone: v.phone?.trim() ?? "" })}
      style={{ rowGap: 12 }}
    >
      {phone && (
        <Form.Item name="phone" label={t("evidence.phone")} rules={must(t("evidence.phone"))}>
          <Input className="num" maxLength={40} autoFocus inputMode="tel" style={{ width: 180 }} />
        </Form.Item>
      )}
      <Form.Item name="purpose" label={t("evidence.purpose")} rules={must(t("evidence.purpose"))}>
        <Select
          style={{ width: 180 }}
          options={purposes.map((p) => ({ value: p, label: t(`evidence.purposes.${p}`) }))}
          aria-label={t("evidence.purpose")}
        />
      </Form.Item>
      <Form.Item name="grounds" label={t("evidence.grounds")} rules={must(t("evidence.grounds"))}>
        <Input maxLength={200} style={{ width: 260 }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {confirm}
      </Button>
      {children}
    </Form>
  );
}
