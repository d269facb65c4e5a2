import { DatePicker, Form, Input, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { HandReason, LifeStep } from "@/api/contract-life";
import type { AskedCause, Contract } from "@/api/contracts";
import { type TextKey, useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { optionsOf } from "@/ui/names";
import { asked, began, dated, needsSecond } from "./causes";

type Dialog<B> = { open: boolean; busy: boolean; onClose: () => void; onAct: (body: B) => void };
type Body<D extends LifeStep["do"]> = Extract<LifeStep, { do: D; body: unknown }>["body"];

const day = (d: Dayjs) => d.format("YYYY-MM-DD");

export function ObjectDialog({
  contract: c,
  open,
  busy,
  onAct,
  onClose,
}: Dialog<Body<"object_renewal">> & { contract: Contract }) {
  const { t } = useText();
  const [form] = Form.useForm<Body<"object_renewal">>();
  return (
    <ConfirmTotals
      open={open}
      title={t("life.act.object_renewal")}
      sentence={t("life.object.sentence", { end: c.end ?? "", until: c.life.object_until ?? "" })}
      confirm={t("life.act.object_renewal")}
      busy={busy}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" clearOnDestroy initialValues={{ by: "customer" }} onFinish={onAct}>
        <Form.Item name="by" label={t("life.object.by")}>
          <Radio.Group
            options={[
              { value: "customer", label: t("contract.sign.customer") },
              { value: "provider", label: t("contract.sign.provider") },
            ]}
          />
        </Form.Item>
        <Form.Item name="reason" label={t("ui.reason")}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Form.Item name="attachment_id" label={t("life.object.proof")}>
          <AttachmentUpload purpose="renewal_objection" label={t("life.object.proof")} />
        </Form.Item>
      </Form>
    </ConfirmTotals>
  );
}

type End = { cause: AskedCause; on?: Dayjs | null; since?: Dayjs | null; reason: string; attachment_id?: string };

/** Each cause has its own rule, which the form tells; only what the rule leaves open is asked for. */
export function TerminateDialog({ contract: c, open, busy, onAct, onClose }: Dialog<Body<"terminate">> & { contract: Contract }) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<End>();
  const cause = Form.useWatch("cause", form) ?? "mutual";
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <ConfirmTotals
      open={open}
      title={t("contract.act.terminate")}
      sentence={t(`life.terminate.rule.${cause}`)}
      confirm={t("contract.act.terminate")}
      danger
      busy={busy}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ cause: "mutual", on: dayjs(today) }}
        onFinish={({ on, since, ...v }) =>
          onAct({
            ...v,
            ...(on && dated.includes(v.cause) && { on: day(on) }),
            ...(since && began.includes(v.cause) && { since: day(since) }),
          })
        }
      >
        <Form.Item name="cause" label={t("contract.terminate.cause")} rules={must(t("contract.terminate.cause"))}>
          <Select options={optionsOf(asked, t)} />
        </Form.Item>
        {dated.includes(cause) && (
          <Form.Item name="on" label={t("life.lastDay")} rules={needsSecond(cause) ? [] : must(t("life.lastDay"))}>
            <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} maxDate={dayjs(c.end)} />
          </Form.Item>
        )}
        {began.includes(cause) && (
          <Form.Item name="since" label={t("life.terminate.since")}>
            <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
          </Form.Item>
        )}
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
        <Form.Item name="attachment_id" label={t("life.terminate.proof")}>
          <AttachmentUpload purpose="termination_proof" label={t("life.terminate.proof")} />
        </Form.Item>
        <p className="meta">{t("contract.terminate.sentence")}</p>
      </Form>
    </ConfirmTotals>
  );
}

const handReasons: Readonly<Record<HandReason, TextKey>> = {
  data: "contract.reason.data",
  behaviour: "contract.reason.behaviour",
  content: "contract.reason.content",
};

/** To suspend by hand with what was seen, or to lift what somebody else suspended. */
export function HoldDialog({
  lift,
  reasons,
  open,
  busy,
  onAct,
  onClose,
}: Dialog<Body<"suspend">> & { lift?: boolean; reasons: readonly HandReason[] }) {
  const { t } = useText();
  const [form] = Form.useForm<Body<"suspend">>();
  const evidence = t(lift ? "life.hold.lifted" : "life.hold.evidence");
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <ConfirmTotals
      open={open}
      title={t(lift ? "life.act.lift" : "life.act.suspend")}
      sentence={t(lift ? "life.hold.liftSentence" : "life.hold.sentence")}
      confirm={t(lift ? "life.act.lift" : "life.act.suspend")}
      danger={!lift}
      busy={busy}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" clearOnDestroy initialValues={{ reason: reasons[0] }} onFinish={onAct}>
        <Form.Item name="reason" label={t("life.hold.reason")} rules={must(t("life.hold.reason"))}>
          <Radio.Group options={reasons.map((value) => ({ value, label: t(handReasons[value]) }))} />
        </Form.Item>
        <Form.Item name="evidence" label={evidence} rules={must(evidence)}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
        {!lift && (
          <Form.Item name="attachment_id" label={t("life.hold.proof")}>
            <AttachmentUpload purpose="suspension_proof" label={t("life.hold.proof")} />
          </Form.Item>
        )}
      </Form>
    </ConfirmTotals>
  );
}
