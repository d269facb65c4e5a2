import { DatePicker, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { Payment } from "@/api/payments";
import { bouncePayment, undoPayment } from "@/api/refunds";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";

type Props = { act: { what: "bounce" | "undo"; payment: Payment } | null; onClose: () => void };

/** Money that was taken back by the bank, or entered by mistake. */
export function BackDialog({ act, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const what = act?.what ?? "undo";
  const p = act?.payment;
  const send = useAct(
    ({ what, id, on, reason }: { what: string; id: string; on: string; reason: string }, key: string) =>
      what === "bounce" ? bouncePayment({ id, on, reason }, key) : undoPayment({ id, reason }, key),
    { quiet: true, onDone: onClose },
  );
  return (
    <FormDialog<{ on?: Dayjs; reason: string }>
      open={act !== null}
      danger
      title={`${t(`refund.${what}`)} ${p?.number ?? ""}`}
      sentence={
        p && t(`refund.${what}Sentence`, { customer: p.customer_name, amount: formatYuan(p.amount_fen), number: p.number })
      }
      confirm={t(`refund.${what}`)}
      busy={send.isPending}
      error={send.error}
      initial={{ on: dayjs(today) }}
      onAct={(v) => p && send.mutate({ what, id: p.id, on: (v.on ?? dayjs(today)).format("YYYY-MM-DD"), reason: v.reason })}
      onClose={() => {
        send.reset();
        onClose();
      }}
    >
      {what === "bounce" && (
        <Form.Item name="on" label={t("refund.bounceOn")} rules={must(t("refund.bounceOn"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
      )}
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}
