import { DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import { placeHold } from "@/api/evidence";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

type Fields = {
  customer_id?: string;
  first_month?: Dayjs;
  last_month?: Dayjs;
  batch_id?: string;
  authority: string;
  reference: string;
  reason: string;
  attachment_id?: string;
};

/** Places a legal hold; it holds at once. */
export function HoldDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(placeHold, { quiet: true, done: t("keeping.placed"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open={open}
      title={t("keeping.place")}
      sentence={t("keeping.placeSentence")}
      confirm={t("keeping.place")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) =>
        act.mutate({
          ...v,
          batch_id: v.batch_id?.trim() || undefined,
          first_month: v.first_month?.format("YYYY-MM"),
          last_month: v.last_month?.format("YYYY-MM"),
        })
      }
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <Form.Item name="customer_id" label={t("customer.one")}>
        <CustomerSelect />
      </Form.Item>
      <Form.Item label={t("keeping.months")} extra={t("keeping.monthsHint")} style={{ marginBottom: 8 }}>
        <Form.Item name="first_month" noStyle>
          <DatePicker picker="month" aria-label={t("keeping.firstMonth")} placeholder={t("keeping.firstMonth")} />
        </Form.Item>{" "}
        <Form.Item name="last_month" noStyle>
          <DatePicker picker="month" aria-label={t("keeping.lastMonth")} placeholder={t("keeping.lastMonth")} />
        </Form.Item>
      </Form.Item>
      <Form.Item name="batch_id" label={t("keeping.batchOr")}>
        <Input className="num" maxLength={32} placeholder="B20261001-0001" />
      </Form.Item>
      <Form.Item name="authority" label={t("keeping.authority")} rules={must(t("keeping.authority"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="reference" label={t("keeping.reference")} rules={must(t("keeping.reference"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="reason" label={t("keeping.reason")} rules={must(t("keeping.reason"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="attachment_id">
        <AttachmentUpload purpose="legal_hold" />
      </Form.Item>
    </FormDialog>
  );
}
