import { Checkbox, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { addCharge, type ChargeKind } from "@/api/charges";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { MoneyInput } from "@/ui/Money";
import { monthBefore } from "@/ui/time";
import { useAct } from "@/ui/use-act";

export const chargeKinds: readonly ChargeKind[] = ["credit", "compensation", "fine", "penalty", "visit", "one_off", "blocked"];
/** The kinds that stand on a document (B13). */
export const needsEvidence = (kind: ChargeKind | undefined) =>
  kind !== undefined && ["credit", "compensation", "fine", "penalty"].includes(kind);

type Fields = {
  kind: ChargeKind;
  amount_fen?: number;
  on: Dayjs;
  name?: string;
  reason: string;
  attachment_id?: string;
  submitted?: number;
  blocked?: number;
  fault?: boolean;
};

export function ChargeDialog({ contract, onClose }: { contract: string; onClose: () => void }) {
  const { t, pick } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form);
  const send = useAct(addCharge, {
    quiet: true,
    done: (x) => t(x.state === "requested" ? "charge.waits" : "charge.recorded"),
    onDone: onClose,
  });
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Modal
      open
      title={t("charge.add")}
      okText={t("charge.add")}
      cancelText={t("ui.cancel")}
      confirmLoading={send.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ kind: "credit", on: dayjs(today) }}
        onFinish={(v) =>
          send.mutate(
            { ...v, id: contract, amount_fen: v.amount_fen ?? undefined, on: v.on.format("YYYY-MM-DD") },
            { onError: (e) => placeErrors(form, e, pick) },
          )
        }
      >
        <Form.Item name="kind" label={t("charge.kind")}>
          <Select options={chargeKinds.map((k) => ({ value: k, label: t(`charge.kinds.${k}`) }))} />
        </Form.Item>
        {kind === "blocked" ? (
          <>
            <Form.Item name="submitted" label={t("charge.submitted")} rules={must(t("charge.submitted"))}>
              <InputNumber min={1} precision={0} style={{ width: "100%" }} />
            </Form.Item>
            <Form.Item name="blocked" label={t("charge.blocked")} rules={must(t("charge.blocked"))}>
              <InputNumber min={1} precision={0} style={{ width: "100%" }} />
            </Form.Item>
          </>
        ) : (
          <Form.Item name="amount_fen" label={t("charge.amount")} extra={t("charge.amountHint")} rules={must(t("charge.amount"))}>
            <MoneyInput />
          </Form.Item>
        )}
        <Form.Item name="on" label={t("charge.on")} extra={t("charge.onHint")} rules={must(t("charge.on"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="name" label={t("charge.name")}>
          <Input maxLength={60} placeholder={kind ? t(`charge.kinds.${kind}`) : undefined} />
        </Form.Item>
        <Form.Item name="reason" label={t("charge.reason")} rules={must(t("charge.reason"))}>
          <Input.TextArea rows={2} maxLength={200} showCount />
        </Form.Item>
        <Form.Item
          name="attachment_id"
          label={t("charge.evidence")}
          rules={needsEvidence(kind) ? must(t("charge.evidence")) : []}
        >
          <AttachmentUpload purpose="charge_evidence" label={t("charge.evidence")} />
        </Form.Item>
        {kind === "compensation" && (
          <Form.Item name="fault" valuePropName="checked">
            <Checkbox>{t("charge.fault")}</Checkbox>
          </Form.Item>
        )}
        <ErrorNote error={send.error} compact />
      </Form>
    </Modal>
  );
}

export function WhyDialog({
  title,
  busy,
  onAct,
  onClose,
}: {
  title: string;
  busy: boolean;
  onAct: (reason: string) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" onFinish={(v) => onAct(v.reason)} clearOnDestroy>
        <Form.Item
          name="reason"
          label={t("ui.reason")}
          rules={[{ required: true, message: t("ui.required", { name: t("ui.reason") }) }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={200} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}

type Count = { month: Dayjs; port?: string; parts: number; note?: string };

export function CountDialog({
  busy,
  onAct,
  onClose,
}: {
  busy: boolean;
  onAct: (body: { month: string; port?: string; parts: number; note?: string }) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Count>();
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Modal
      open
      title={t("charge.counts.enter")}
      okText={t("ui.save")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form<Count>
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ month: dayjs(`${monthBefore(`${today}T00:00:00+08:00`)}-01`) }}
        onFinish={(v) => onAct({ ...v, month: v.month.format("YYYY-MM") })}
      >
        <Form.Item name="month" label={t("charge.counts.month")} rules={must(t("charge.counts.month"))}>
          <DatePicker picker="month" style={{ width: "100%" }} allowClear={false} />
        </Form.Item>
        <Form.Item name="port" label={t("charge.counts.port")} extra={t("charge.counts.portHint")}>
          <Input maxLength={32} className="num" />
        </Form.Item>
        <Form.Item name="parts" label={t("charge.counts.parts")} rules={must(t("charge.counts.parts"))}>
          <InputNumber min={0} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="note" label={t("wallet.note")}>
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
