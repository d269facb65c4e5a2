import { DatePicker, Form, Input, InputNumber, Select, Space } from "antd";
import type { Dayjs } from "dayjs";
import { registerConsent } from "@/api/recipients";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { categoryNames, optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { wayNames } from "./names";

type Fields = {
  customer_id: string;
  title: string;
  category?: string;
  obtained: string;
  most?: number;
  days?: number;
  from: Dayjs;
  until?: Dayjs;
  document_id?: string;
};

/** What was agreed to, by whom it is claimed, and what proves it; the numbers come next. */
export function ConsentDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const own = useSession().session.user.customer_id;
  const act = useAct(
    ({ from, until, ...rest }: Fields, key: string) =>
      registerConsent({ ...rest, from: from.format("YYYY-MM-DD"), until: until?.format("YYYY-MM-DD") }, key),
    { done: t("consent.done"), quiet: true, onDone: onClose },
  );
  const { marketing, advertising } = categoryNames;
  return (
    <FormDialog<Fields>
      open={open}
      title={t("consent.create")}
      confirm={t("consent.create")}
      busy={act.isPending}
      error={act.error}
      initial={{ customer_id: own || undefined, category: "marketing", obtained: "web" }}
      onAct={(v) => act.mutate(v)}
      onClose={onClose}
    >
      <Form.Item name="customer_id" label={t("recipient.customer")} rules={must(t("recipient.customer"))}>
        <CustomerSelect disabled={Boolean(own)} />
      </Form.Item>
      <Form.Item name="title" label={t("consent.title")} extra={t("consent.titleHint")} rules={must(t("consent.title"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Space size={12} wrap align="start">
        <Form.Item name="category" label={t("consent.category")}>
          <Select
            style={{ width: 180 }}
            options={[{ value: "", label: t("consent.both") }, ...optionsOf({ marketing, advertising }, t)]}
          />
        </Form.Item>
        <Form.Item name="obtained" label={t("consent.obtained")}>
          <Select style={{ width: 140 }} options={optionsOf(wayNames, t)} />
        </Form.Item>
        <Form.Item name="most" label={t("consent.most")}>
          <InputNumber min={1} max={250} precision={0} />
        </Form.Item>
        <Form.Item name="days" label={t("consent.days")}>
          <InputNumber min={1} max={31} precision={0} />
        </Form.Item>
        <Form.Item name="from" label={t("consent.from")} rules={must(t("consent.from"))}>
          <DatePicker allowClear={false} />
        </Form.Item>
        <Form.Item name="until" label={t("consent.until")}>
          <DatePicker placeholder={t("consent.untilNone")} />
        </Form.Item>
      </Space>
      <Form.Item name="document_id" label={t("consent.evidence")} rules={must(t("consent.evidence"))}>
        <AttachmentUpload purpose="consent" label={t("consent.evidence")} />
      </Form.Item>
    </FormDialog>
  );
}
