import { DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { PaymentMethod } from "@/api/payments";
import { type TextKey, useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { methodNames, optionsOf } from "@/ui/names";
import type { ActProps } from "./ContractActions";

const day = (d: Dayjs) => d.format("YYYY-MM-DD");

export function RejectDialog({ open, busy, onAct, onClose }: ActProps) {
  const { t } = useText();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open={open}
      title={t("contract.act.reject")}
      okText={t("contract.act.reject")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger: true }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
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

export function SignDialog({ open, busy, onAct, onClose }: ActProps) {
  const { t } = useText();
  const [form] = Form.useForm<Signing>();
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const customer = `${t("contract.sign.signer")} · ${t("contract.sign.customer")}`;
  const provider = `${t("contract.sign.signer")} · ${t("contract.sign.provider")}`;
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
        initialValues={{ signed_on: dayjs() }}
        onFinish={(v) => onAct({ ...v, signed_on: day(v.signed_on) })}
      >
        <Form.Item name="customer_signer" label={customer} rules={must(customer)}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="provider_signer" label={provider} rules={must(provider)}>
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

export function ConfirmSigning({ open, busy, onAct, onClose }: ActProps) {
  const { t } = useText();
  return (
    <ConfirmTotals
      open={open}
      title={t("contract.act.confirm_signing")}
      sentence={t("contract.sign.confirmSentence")}
      confirm={t("contract.act.confirm_signing")}
      busy={busy}
      onConfirm={() => onAct({})}
      onCancel={onClose}
    />
  );
}

type Deposit = { amount_fen: number; value_date: Dayjs; method: PaymentMethod; reference: string };

export function DepositDialog({ contract, open, busy, onAct, onClose }: ActProps) {
  const { t } = useText();
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
        initialValues={{ method: "transfer", value_date: dayjs() }}
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
          <DatePicker style={{ width: "100%" }} />
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

const causes = [
  "mutual",
  "notice",
  "breach",
  "insolvency",
  "force_majeure",
  "policy",
  "illegal_content",
  "non_payment",
  "complaints",
] as const;

export function TerminateDialog({ open, busy, onAct, onClose }: ActProps) {
  const { t } = useText();
  const [form] = Form.useForm<{ cause: string; on: Dayjs; reason: string }>();
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <ConfirmTotals
      open={open}
      title={t("contract.act.terminate")}
      sentence={t("contract.terminate.sentence")}
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
        initialValues={{ cause: "mutual", on: dayjs() }}
        onFinish={(v) => onAct({ ...v, on: day(v.on) })}
      >
        <Form.Item name="cause" label={t("contract.terminate.cause")} rules={must(t("contract.terminate.cause"))}>
          <Select options={causes.map((value) => ({ value, label: t(`contract.terminate.${value}` satisfies TextKey) }))} />
        </Form.Item>
        <Form.Item name="on" label={t("contract.terminate.on")} rules={must(t("contract.terminate.on"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      </Form>
    </ConfirmTotals>
  );
}
