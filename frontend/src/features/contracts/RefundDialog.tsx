import { DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { DepositFields } from "@/api/deposits";
import type { PaymentMethod } from "@/api/payments";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { methodNames, optionsOf } from "@/ui/names";

type Fields = { amount_fen: number; value_date: Dayjs; method: PaymentMethod; bank_account?: string; reason: string };
type Props = { held: number; open: boolean; busy: boolean; onAct: (body: DepositFields) => void; onClose: () => void };

export function RefundDialog({ held, open, busy, onAct, onClose }: Props) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Fields>();
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <ConfirmTotals
      open={open}
      title={t("contract.deposit.refund")}
      sentence={t("contract.deposit.refundSentence", { amount: formatYuan(held) })}
      confirm={t("contract.deposit.refund")}
      busy={busy}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ amount_fen: held, method: "transfer", value_date: dayjs(today) }}
        onFinish={(v) => onAct({ ...v, value_date: v.value_date.format("YYYY-MM-DD") })}
      >
        <Form.Item name="amount_fen" label={t("contract.deposit.amount")} rules={must(t("contract.deposit.amount"))}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="value_date" label={t("ui.date")} rules={must(t("ui.date"))}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="method" label={t("contract.deposit.method")}>
          <Select options={optionsOf(methodNames, t)} />
        </Form.Item>
        <Form.Item name="bank_account" label={t("customer.account")}>
          <Input maxLength={60} className="num" />
        </Form.Item>
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input.TextArea rows={2} maxLength={1000} />
        </Form.Item>
      </Form>
    </ConfirmTotals>
  );
}
