import { Form, Input, Radio } from "antd";
import { type Answer, answerFiling, type Filing } from "@/api/registrations";
import { useText } from "@/i18n";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

/** Enters what a carrier said about one filing. */
export function AnswerDialog({ filing, onClose }: { filing: Filing | null; onClose: () => void }) {
  const { t } = useText();
  const act = useAct(answerFiling, { quiet: true, done: t("chain.done"), onDone: onClose });
  return (
    <FormDialog<Answer>
      open={filing !== null}
      title={t("chain.answerTitle")}
      sentence={filing && <code className="mono">{filing.number}</code>}
      confirm={t("ui.submit")}
      busy={act.isPending}
      error={act.error}
      initial={{ state: filing?.state === "accepted" ? "lapsed" : "accepted" }}
      onAct={(v) => filing && act.mutate({ id: filing.id, ...v })}
      onClose={onClose}
    >
      <AnswerFields accepted={filing?.state === "accepted"} />
    </FormDialog>
  );
}

function AnswerFields({ accepted }: { accepted: boolean }) {
  const { t } = useText();
  const must = useMust();
  const state = Form.useWatch("state") as Answer["state"] | undefined;
  const choices = accepted ? (["lapsed"] as const) : (["accepted", "refused", "lapsed"] as const);
  return (
    <>
      <Form.Item name="state" label={t("chain.result")}>
        <Radio.Group options={choices.map((s) => ({ value: s, label: t(`state.filing.${s}`) }))} />
      </Form.Item>
      {state !== "accepted" && (
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input.TextArea rows={3} maxLength={500} showCount />
        </Form.Item>
      )}
      <Form.Item name="carrier_number" label={`${t("chain.carrierNumber")} (${t("ui.optional")})`}>
        <Input maxLength={64} />
      </Form.Item>
    </>
  );
}
