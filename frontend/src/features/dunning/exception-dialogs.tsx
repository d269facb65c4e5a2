import { DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { askException, decideException, type Exception, type ExceptionKind, endException } from "@/api/dunning";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { kindNames } from "@/parts/ExceptionNote";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { nameOf, optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";

type Asked = {
  customer_id: string;
  kind: ExceptionKind;
  from: Dayjs;
  until: Dayjs;
  reason: string;
  document_id?: string;
};
const day = (d: Dayjs) => d.format("YYYY-MM-DD");

export function AskExceptionDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const act = useAct(askException, { quiet: true, done: t("dunning.asked"), onDone: onClose });
  return (
    <FormDialog<Asked>
      open={open}
      title={t("dunning.ask")}
      confirm={t("dunning.ask")}
      busy={act.isPending}
      error={act.error}
      initial={{ kind: "both", from: dayjs(today) }}
      onAct={(v) => act.mutate({ ...v, from: day(v.from), until: day(v.until) })}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <Form.Item name="customer_id" label={t("customer.one")} rules={must(t("customer.one"))}>
        <CustomerSelect />
      </Form.Item>
      <Form.Item name="kind" label={t("dunning.kind")}>
        <Select options={optionsOf(kindNames, t)} />
      </Form.Item>
      <Form.Item name="from" label={t("dunning.from")} extra={t("dunning.fromHint")} rules={must(t("dunning.from"))}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="until" label={t("dunning.until")} extra={t("dunning.untilHint")} rules={must(t("dunning.until"))}>
        <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
      <Form.Item name="document_id">
        <AttachmentUpload purpose="exception" />
      </Form.Item>
    </FormDialog>
  );
}

type Act = { what: "approve" | "reject" | "end"; exception: Exception } | null;

export function ExceptionActDialog({ act, onClose }: { act: Act; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const send = useAct(
    ({ what, id, reason }: { what: string; id: string; reason?: string }, key: string) =>
      what === "end"
        ? endException({ id, reason: reason ?? "" }, key)
        : decideException({ id, approve: what === "approve", reason }, key),
    { quiet: true, onDone: onClose },
  );
  const what = act?.what ?? "approve";
  const e = act?.exception;
  return (
    <FormDialog<{ reason?: string }>
      open={act !== null}
      danger={what !== "approve"}
      title={t(`dunning.${what}`)}
      sentence={
        e &&
        t("dunning.approveSentence", {
          customer: e.customer_name,
          kind: nameOf(kindNames, e.kind, t),
          from: e.from ?? "",
          until: e.until ?? "",
        })
      }
      confirm={t(`dunning.${what}`)}
      busy={send.isPending}
      error={send.error}
      onAct={(v) => e && send.mutate({ what, id: e.id, reason: v.reason || undefined })}
      onClose={() => {
        send.reset();
        onClose();
      }}
    >
      {e && <p className="meta">{e.reason}</p>}
      <Form.Item name="reason" label={t("ui.reason")} rules={what === "approve" ? [] : must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}
