import { Form, Input } from "antd";
import { requestTaking, type Taking } from "@/api/deposits";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";

export type TakingKind = "deduct" | "set_off" | "forfeit";
const paths: Readonly<Record<TakingKind, Taking>> = { deduct: "deductions", set_off: "set-offs", forfeit: "forfeits" };

type Fields = { amount_fen: number; reason: string; document_id?: string };
type Props = { contract: string; held: number; what: TakingKind | null; onClose: () => void };

/** Asks to keep a part of a deposit, or to pay with it what is owed; somebody else decides. */
export function TakingDialog({ contract, held, what, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(requestTaking, { quiet: true, done: t("contract.deposit.asked"), onDone: onClose });
  const title = t(`contract.deposit.${what ?? "deduct"}`);
  return (
    <FormDialog<Fields>
      open={what !== null}
      title={title}
      sentence={t("contract.deposit.takeSentence", { amount: formatYuan(held) })}
      confirm={title}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => what && act.mutate({ ...v, id: contract, what: paths[what] })}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <Form.Item name="amount_fen" label={t("payment.amount")} rules={must(t("payment.amount"))}>
        <MoneyInput />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
      <Form.Item
        name="document_id"
        label={t("contract.deposit.evidence")}
        rules={what === "deduct" ? must(t("contract.deposit.evidence")) : []}
      >
        <AttachmentUpload purpose="evidence" />
      </Form.Item>
    </FormDialog>
  );
}
