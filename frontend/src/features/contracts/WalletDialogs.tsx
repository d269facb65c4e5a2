import { DatePicker, Form, Input, InputNumber, Modal, Segmented, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { moveWallet, type Wallet, type WalletAct } from "@/api/wallets";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { type Method, methods } from "@/parts/wallet/methods";
import { AttachmentUpload } from "@/ui/Attachment";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { MoneyInput } from "@/ui/Money";
import { methodNames } from "@/ui/names";
import { useAct } from "@/ui/use-act";

type Fields = {
  amount_fen?: number;
  messages?: number;
  value_date?: Dayjs;
  ends_on?: Dayjs;
  method?: Method;
  reference?: string;
  attachment_id?: string;
  note?: string;
};

/** Records what came in, is given back or leaves; nothing of it counts before a second person has confirmed it. */
export function RecordDialog({
  contract,
  act,
  most,
  onClose,
}: {
  contract: string;
  act: WalletAct;
  most: number;
  onClose: () => void;
}) {
  const { t, pick } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Fields>();
  const [credits, setCredits] = useState(false);
  const cash = Form.useWatch("method", form) === "cash";
  const send = useAct(moveWallet, { quiet: true, done: t("wallet.recorded"), onDone: onClose });
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const bank = act !== "give_back";
  return (
    <Modal
      open
      title={t(`wallet.act.${act}`)}
      okText={t(`wallet.act.${act}`)}
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
        initialValues={{ method: "transfer", value_date: dayjs(today), amount_fen: act === "refund" ? most : undefined }}
        onFinish={(v) =>
          send.mutate(
            {
              id: contract,
              act,
              amount_fen: v.amount_fen ?? 0,
              messages: credits ? v.messages : undefined,
              value_date: v.value_date?.format("YYYY-MM-DD"),
              ends_on: v.ends_on?.format("YYYY-MM-DD"),
              method: bank ? v.method : undefined,
              reference: v.reference,
              attachment_id: v.attachment_id,
              note: v.note,
            },
            { onError: (e) => placeErrors(form, e, pick) },
          )
        }
      >
        {act !== "refund" && (
          <Form.Item label={t("wallet.what")}>
            <Segmented
              value={credits ? "credits" : "money"}
              onChange={(v) => setCredits(v === "credits")}
              options={[
                { value: "money", label: t("wallet.money") },
                { value: "credits", label: t("wallet.credits") },
              ]}
            />
          </Form.Item>
        )}
        {credits && (
          <Form.Item name="messages" label={t("wallet.credits")} rules={must(t("wallet.credits"))}>
            <InputNumber min={1} precision={0} style={{ width: "100%" }} />
          </Form.Item>
        )}
        {(!credits || act === "top_up") && (
          <Form.Item
            name="amount_fen"
            label={credits ? t("wallet.fee") : t("wallet.amount")}
            extra={credits ? t("wallet.feeHint") : undefined}
            rules={credits ? [] : must(t("wallet.amount"))}
          >
            <MoneyInput />
          </Form.Item>
        )}
        {credits && (
          <Form.Item name="ends_on" label={t("wallet.endsOn")} extra={t("wallet.endsOnHint")}>
            <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
          </Form.Item>
        )}
        {bank && (
          <>
            <Form.Item name="value_date" label={t("wallet.on")} rules={must(t("wallet.on"))}>
              <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
            </Form.Item>
            <Form.Item name="method" label={t("payment.method")}>
              <Select options={methods.map((m) => ({ value: m, label: t(methodNames[m]) }))} />
            </Form.Item>
            <Form.Item
              name="reference"
              label={t("wallet.reference")}
              extra={t("wallet.referenceHint")}
              rules={cash || credits ? [] : must(t("wallet.reference"))}
            >
              <Input maxLength={80} className="num" />
            </Form.Item>
          </>
        )}
        {act !== "refund" && (
          <Form.Item name="attachment_id" label={t("wallet.proof")} extra={t("wallet.proofHint")}>
            <AttachmentUpload purpose="payment_proof" label={t("wallet.proof")} />
          </Form.Item>
        )}
        <Form.Item name="note" label={t("wallet.note")} rules={act === "top_up" ? [] : must(t("wallet.note"))}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <ErrorNote error={send.error} compact />
      </Form>
    </Modal>
  );
}

type Threshold = { threshold_fen: number; threshold_messages?: number };

export function ThresholdDialog({
  open,
  wallet,
  busy,
  onAct,
  onClose,
}: {
  open: boolean;
  wallet: Wallet;
  busy: boolean;
  onAct: (v: Threshold) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const [form] = Form.useForm<Threshold>();
  return (
    <Modal
      open={open}
      title={t("wallet.act.threshold")}
      okText={t("ui.save")}
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
        initialValues={{ threshold_fen: wallet.threshold_fen, threshold_messages: wallet.threshold_messages }}
        onFinish={(v) => onAct({ threshold_fen: v.threshold_fen ?? 0, threshold_messages: v.threshold_messages ?? 0 })}
      >
        <Form.Item name="threshold_fen" label={t("wallet.balance")} extra={t("wallet.thresholdHint")}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="threshold_messages" label={t("wallet.thresholdMessages")}>
          <InputNumber min={0} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
