import { DatePicker, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { askRefund, cancelRefund, decideRefund, payRefund, type Refund, returnRefund } from "@/api/refunds";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";

export type RefundAct = "approve" | "reject" | "pay" | "return" | "cancel";

type Asked = {
  customer_id: string;
  amount_fen: number;
  to_name?: string;
  to_bank?: string;
  to_account?: string;
  reason: string;
};

export function AskRefundDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(askRefund, { quiet: true, done: t("refund.asked"), onDone: onClose });
  return (
    <FormDialog<Asked>
      open={open}
      title={t("refund.ask")}
      confirm={t("refund.ask")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => act.mutate(v)}
      onClose={onClose}
    >
      <Form.Item name="customer_id" label={t("customer.one")} rules={must(t("customer.one"))}>
        <CustomerSelect />
      </Form.Item>
      <Form.Item name="amount_fen" label={t("refund.amount")} rules={must(t("refund.amount"))}>
        <MoneyInput />
      </Form.Item>
      <Form.Item name="to_account" label={t("refund.toAccount")} extra={t("refund.toHint")}>
        <Input maxLength={40} className="num" />
      </Form.Item>
      <Form.Item name="to_name" label={t("refund.toName")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="to_bank" label={t("refund.toBank")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}

type Fields = { reason?: string; on?: Dayjs; reference?: string };

/** The steps of a refund after it was asked for. */
export function RefundActDialog({ act, onClose }: { act: { what: RefundAct; refund: Refund } | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const send = useAct(
    ({ what, id, v }: { what: RefundAct; id: string; v: { reason: string; on: string; reference: string } }, key: string) => {
      if (what === "pay") return payRefund({ id, on: v.on, reference: v.reference }, key);
      if (what === "return") return returnRefund({ id, on: v.on, reference: v.reference }, key);
      if (what === "cancel") return cancelRefund({ id, reason: v.reason }, key);
      return decideRefund({ id, approve: what === "approve", reason: v.reason || undefined }, key);
    },
    { quiet: true, onDone: onClose },
  );
  const what = act?.what ?? "approve";
  const bank = what === "pay" || what === "return";
  const r = act?.refund;
  return (
    <FormDialog<Fields>
      open={act !== null}
      title={`${t(`refund.${what}`)} ${r?.number ?? ""}`}
      sentence={
        r && t("refund.approveSentence", { customer: r.customer_name, amount: formatYuan(r.amount_fen), account: r.to_account })
      }
      confirm={t(`refund.${what}`)}
      danger={what === "reject" || what === "cancel"}
      busy={send.isPending}
      error={send.error}
      initial={{ on: dayjs(today) }}
      onAct={(v) =>
        r &&
        send.mutate({
          what,
          id: r.id,
          v: { reason: v.reason ?? "", on: (v.on ?? dayjs(today)).format("YYYY-MM-DD"), reference: v.reference ?? "" },
        })
      }
      onClose={() => {
        send.reset();
        onClose();
      }}
    >
      {bank && (
        <>
          <Form.Item name="on" label={t("ui.date")} rules={must(t("ui.date"))}>
            <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
          </Form.Item>
          <Form.Item name="reference" label={t("payment.reference")} rules={must(t("payment.reference"))}>
            <Input maxLength={80} className="num" />
          </Form.Item>
        </>
      )}
      {!bank && (
        <Form.Item name="reason" label={t("ui.reason")} rules={what === "approve" ? [] : must(t("ui.reason"))}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
      )}
    </FormDialog>
  );
}
