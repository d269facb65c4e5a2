import { Checkbox, DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type Complaint, registerComplaint } from "@/api/complaints";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { carriers } from "@/parts/chain/names";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

type Fields = {
  customer_id?: string;
  carrier?: string;
  carrier_ref?: string;
  phone: string;
  source: Complaint["source"];
  kind: Complaint["kind"];
  received_on: Dayjs;
  message_on?: Dayjs;
  signature?: string;
  text: string;
  everybody?: boolean;
  document_id?: string;
};
const sources = ["phone", "carrier", "authority", "portal"] as const;
const kinds = ["unwanted", "no_way_out", "content", "fraud", "frequency", "fees", "other"] as const;

/** A complaint as it comes in; the sender is found from the number. */
export function RegisterDialog({ open, onClose, onDone }: { open: boolean; onClose: () => void; onDone: (id: string) => void }) {
  const { t } = useText();
  const { can } = useSession();
  const must = useMust();
  const today = useBusinessDay();
  const run = useAct(registerComplaint, {
    quiet: true,
    onDone: (c) => {
      onClose();
      onDone(c.id);
    },
  });
  const ours = can("complaint.write");
  const day = (d?: Dayjs) => d?.format("YYYY-MM-DD");
  return (
    <FormDialog<Fields>
      open={open}
      title={t("complaint.register")}
      sentence={t("complaint.registerHint")}
      confirm={t("complaint.register")}
      busy={run.isPending}
      error={run.error}
      initial={{ received_on: dayjs(today), source: "phone", kind: "unwanted" }}
      onAct={(v) => run.mutate({ ...v, received_on: day(v.received_on), message_on: day(v.message_on) })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="phone" label={t("complaint.phone")} rules={must(t("complaint.phone"))}>
        <Input className="num" maxLength={20} placeholder={t("complaint.phoneForm")} inputMode="tel" />
      </Form.Item>
      {ours && (
        <Form.Item name="source" label={t("complaint.source.label")}>
          <Select options={sources.map((s) => ({ value: s, label: t(`complaint.source.${s}`) }))} />
        </Form.Item>
      )}
      <Form.Item noStyle dependencies={["source"]}>
        {({ getFieldValue }) =>
          getFieldValue("source") === "carrier" && (
            <>
              <Form.Item name="carrier" label={t("complaint.source.carrier")} rules={must(t("complaint.source.carrier"))}>
                <Select options={carriers.map((c) => ({ value: c, label: t(`complaint.carriers.${c}`) }))} />
              </Form.Item>
              <Form.Item name="carrier_ref" label={t("complaint.carrierRef")}>
                <Input className="num" maxLength={60} />
              </Form.Item>
            </>
          )
        }
      </Form.Item>
      <Form.Item name="kind" label={t("complaint.kind.label")}>
        <Select options={kinds.map((k) => ({ value: k, label: t(`complaint.kind.${k}`) }))} />
      </Form.Item>
      <Form.Item name="text" label={t("complaint.text")} rules={must(t("complaint.text"))}>
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
      <Form.Item name="received_on" label={t("complaint.receivedOn")} rules={must(t("complaint.receivedOn"))}>
        <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="message_on" label={t("complaint.messageOn")}>
        <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="signature" label={t("complaint.signature")}>
        <Input maxLength={40} />
      </Form.Item>
      {ours && (
        <>
          <Form.Item name="customer_id" label={t("complaint.senderIfKnown")}>
            <CustomerSelect />
          </Form.Item>
          <Form.Item name="everybody" valuePropName="checked">
            <Checkbox>{t("complaint.everybody")}</Checkbox>
          </Form.Item>
        </>
      )}
      <Form.Item name="document_id">
        <AttachmentUpload purpose="complaint" />
      </Form.Item>
    </FormDialog>
  );
}
