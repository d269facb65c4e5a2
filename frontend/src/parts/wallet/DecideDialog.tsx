import { Form, Input, Select } from "antd";
import { decideMove, type WalletMove } from "@/api/wallets";
import { useText } from "@/i18n";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { formatCount, formatYuan } from "@/ui/money";
import { methodNames } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { type Method, methods } from "./methods";

type Decision = { reason?: string; reference?: string; method?: Method };

/** The second person's word on a move, with its total in a sentence; a refund that the system asked for says how it was paid. */
export function DecideDialog({ move: m, confirm, onClose }: { move: WalletMove; confirm: boolean; onClose: () => void }) {
  const { t, pick } = useText();
  const [form] = Form.useForm<Decision>();
  const act = useAct(decideMove, { quiet: true, done: t(confirm ? "wallet.confirmed" : "wallet.rejected"), onDone: onClose });
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const what = t(`wallet.kinds.${m.kind}`);
  const amount = m.messages > 0 ? t("wallet.messagesCount", { count: formatCount(m.messages) }) : formatYuan(m.amount_fen);
  const pays = confirm && m.kind === "refund" && !m.reference;
  return (
    <ConfirmTotals
      open
      title={confirm ? t("wallet.confirmTitle", { what }) : `${t("wallet.reject")} · ${what}`}
      sentence={t("wallet.confirmSentence", { customer: m.customer_name, contract: m.contract_number, what, amount })}
      lines={[
        { label: t("wallet.number"), value: m.number },
        ...(m.reference ? [{ label: t("wallet.reference"), value: m.reference }] : []),
        ...(m.on ? [{ label: t("wallet.on"), value: m.on }] : []),
        { label: t("wallet.by"), value: m.recorded_by_name },
      ]}
      confirm={t(confirm ? "wallet.confirm" : "wallet.reject")}
      danger={!confirm}
      busy={act.isPending}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ method: "transfer" }}
        onFinish={(v) =>
          act.mutate(
            { id: m.id, confirm, reason: v.reason, ...(pays ? { reference: v.reference, method: v.method } : {}) },
            { onError: (e) => placeErrors(form, e, pick) },
          )
        }
      >
        {pays && (
          <>
            <Form.Item name="method" label={t("payment.method")}>
              <Select options={methods.map((m) => ({ value: m, label: t(methodNames[m]) }))} />
            </Form.Item>
            <Form.Item name="reference" label={t("wallet.reference")} rules={must(t("wallet.reference"))}>
              <Input maxLength={80} className="num" />
            </Form.Item>
          </>
        )}
        {!confirm && (
          <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
            <Input.TextArea rows={2} maxLength={200} />
          </Form.Item>
        )}
        <ErrorNote error={act.error} compact />
      </Form>
    </ConfirmTotals>
  );
}
