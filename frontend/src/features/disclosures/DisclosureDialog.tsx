import { DatePicker, Form, Input, InputNumber, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type Ground, grounds, requestDisclosure } from "@/api/disclosures";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

type Fields = {
  ground: Ground;
  requester: string;
  officers?: string;
  contact?: string;
  reference?: string;
  received_on: Dayjs;
  reason: string;
  attachment_id?: string;
  phones?: string;
  customer_id?: string;
  batches?: string;
  period: [Dayjs, Dayjs];
  keep_days?: number;
};

const lines = (s?: string) => (s ?? "").split(/[\s,，、;；]+/).filter(Boolean);
const day = (d: Dayjs) => d.format("YYYY-MM-DD");

/** Records who asks for what on which ground; another person decides. */
export function DisclosureDialog({
  open,
  onClose,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  onDone: (id: string) => void;
}) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const act = useAct(requestDisclosure, {
    quiet: true,
    done: t("disclosure.recorded"),
    onDone: (d) => {
      onClose();
      onDone(d.id);
    },
  });
  return (
    <FormDialog<Fields>
      open={open}
      title={t("disclosure.new")}
      sentence={t("disclosure.newSentence")}
      confirm={t("disclosure.new")}
      busy={act.isPending}
      error={act.error}
      initial={{ ground: "lawful_request", received_on: dayjs(today), keep_days: 30 }}
      onAct={({ phones, customer_id, batches, period, received_on, ...v }) =>
        act.mutate({
          ...v,
          received_on: day(received_on),
          scope: {
            phones: lines(phones),
            customer_id,
            batches: lines(batches),
            first_day: day(period[0]),
            last_day: day(period[1]),
          },
        })
      }
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <Form.Item name="ground" label={t("disclosure.ground")} rules={must(t("disclosure.ground"))}>
        <Select options={grounds.map((g) => ({ value: g, label: t(`disclosure.grounds.${g}`) }))} />
      </Form.Item>
      <Form.Item name="requester" label={t("disclosure.requester")} rules={must(t("disclosure.requester"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="officers" label={t("disclosure.officers")}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="reference" label={t("disclosure.reference")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="contact" label={t("disclosure.contact")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="received_on" label={t("disclosure.receivedOn")} rules={must(t("disclosure.receivedOn"))}>
        <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="reason" label={t("disclosure.reason")} rules={must(t("disclosure.reason"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="attachment_id">
        <AttachmentUpload purpose="disclosure" />
      </Form.Item>
      <Form.Item name="period" label={t("disclosure.period")} rules={must(t("disclosure.period"))}>
        <DatePicker.RangePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="phones" label={t("disclosure.phones")}>
        <Input.TextArea rows={2} className="num" />
      </Form.Item>
      <Form.Item name="customer_id" label={t("disclosure.customer")}>
        <CustomerSelect />
      </Form.Item>
      <Form.Item name="batches" label={t("disclosure.batches")}>
        <Input.TextArea rows={1} className="num" />
      </Form.Item>
      <Form.Item name="keep_days" label={t("disclosure.keepDays")}>
        <InputNumber min={1} max={90} />
      </Form.Item>
    </FormDialog>
  );
}
