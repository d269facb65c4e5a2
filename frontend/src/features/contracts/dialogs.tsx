import { DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { Contract, Step } from "@/api/contracts";
import type { DepositFields } from "@/api/deposits";
import type { PaymentMethod } from "@/api/payments";
import { type TextKey, useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { methodNames, optionsOf } from "@/ui/names";

type Dialog<B> = { open: boolean; busy: boolean; onClose: () => void; onAct: (body: B) => void };
type Body<D extends Step["do"]> = Extract<Step, { do: D; body: unknown }>["body"];

const day = (d: Dayjs) => d.format("YYYY-MM-DD");

export function ReasonDialog({
  open,
  busy,
  onAct,
  onClose,
  text,
  hint,
  danger,
}: Dialog<{ reason: string }> & { text: TextKey; hint?: string; danger?: boolean }) {
  const { t } = useText();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open={open}
      title={t(text)}
      okText={t(text)}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {hint && <p className="meta">{hint}</p>}
      <Form form={form} layout="vertical" onFinish={onAct} clearOnDestroy>
        <Form.Item
          name="reason"
          label={t("ui.reason")}
          rules={[{ required: true, message: t("ui.required", { name: t("ui.reason") }) }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}

type Signing = { signed_on: Dayjs; customer_signer: string; provider_signer: string; attachment_id: string };

/**
 * One scan with both seals is the usual case; a signer left empty means that only the other side has signed so far, which `both`
 * does not allow.
 */
export function SignDialog({ open, busy, onAct, onClose, both }: Dialog<Body<"sign">> & { both?: boolean }) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Signing>();
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Modal
      open={open}
      title={t("contract.act.sign")}
      okText={t("contract.act.sign")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ signed_on: dayjs(today) }}
        onFinish={(v) => onAct({ ...v, signed_on: day(v.signed_on) })}
      >
        <Form.Item
          name="customer_signer"
          label={`${t("contract.sign.signer")} · ${t("contract.sign.customer")}`}
          rules={both ? must(t("contract.sign.signer")) : []}
        >
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item
          name="provider_signer"
          label={`${t("contract.sign.signer")} · ${t("contract.sign.provider")}`}
          extra={both ? undefined : t("contract.sign.oneSide")}
          rules={both ? must(t("contract.sign.signer")) : []}
        >
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="signed_on" label={t("contract.sign.signedOn")} rules={must(t("contract.sign.signedOn"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item
          name="attachment_id"
          label={t("contract.sign.scan")}
          extra={t("contract.sign.scanHint")}
          rules={must(t("contract.sign.scan"))}
        >
          <AttachmentUpload purpose="contract_scan" label={t("contract.sign.scan")} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function ConfirmSigning({ contract, open, busy, onAct, onClose }: Dialog<void> & { contract: Contract }) {
  const { t } = useText();
  const waiting = (contract.signings ?? []).filter((s) => !s.confirmed_at);
  return (
    <ConfirmTotals
      open={open}
      title={t("contract.act.confirm_signing")}
      sentence={t("contract.sign.confirmSentence")}
      lines={waiting.map((s) => ({
        label: `${t(s.side === "customer" ? "contract.sign.customer" : "contract.sign.provider")} · ${s.signer} · ${s.signed_on ?? ""}`,
        value: <AttachmentLink file={{ id: s.attachment_id, name: t("contract.sign.scan") }} />,
      }))}
      confirm={t("contract.act.confirm_signing")}
      busy={busy}
      onConfirm={() => onAct()}
      onCancel={onClose}
    />
  );
}

type Deposit = { amount_fen: number; value_date: Dayjs; method: PaymentMethod; reference: string };

export function DepositDialog({ contract, open, busy, onAct, onClose }: Dialog<DepositFields> & { contract: Contract }) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Deposit>();
  const amount = Form.useWatch("amount_fen", form);
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const agreed = contract.terms?.find((term) => term.name === "deposit")?.value;
  return (
    <ConfirmTotals
      open={open}
      title={t("contract.act.deposit")}
      sentence={t("contract.deposit.sentence", { amount: amount ? formatYuan(amount) : "…" })}
      confirm={t("contract.act.deposit")}
      busy={busy}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ method: "transfer", value_date: dayjs(today) }}
        onFinish={(v) => onAct({ ...v, value_date: day(v.value_date) })}
      >
        <Form.Item
          name="amount_fen"
          label={t("contract.deposit.amount")}
          extra={agreed && t("contract.deposit.expected", { amount: agreed })}
          rules={must(t("contract.deposit.amount"))}
        >
          <MoneyInput />
        </Form.Item>
        <Form.Item name="value_date" label={t("contract.deposit.valueDate")} rules={must(t("contract.deposit.valueDate"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
        <Form.Item name="method" label={t("contract.deposit.method")}>
          <Select options={optionsOf(methodNames, t)} />
        </Form.Item>
        <Form.Item name="reference" label={t("contract.deposit.reference")} rules={must(t("contract.deposit.reference"))}>
          <Input maxLength={80} />
        </Form.Item>
      </Form>
    </ConfirmTotals>
  );
}
