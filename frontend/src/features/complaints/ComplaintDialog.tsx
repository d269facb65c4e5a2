import { Form, Input, Radio } from "antd";
import { answerComplaint, type Complaint, closeComplaint, forwardComplaint } from "@/api/complaints";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

export type ComplaintAct = { what: "forward" | "answer" | "close"; of: Complaint };
type Fields = { text?: string; outcome?: "upheld" | "dismissed"; document_id?: string };

function send({ act, v }: { act: ComplaintAct; v: Fields }, key: string) {
  const { id } = act.of;
  const text = v.text?.trim() ?? "";
  if (act.what === "forward") return forwardComplaint({ id, note: text || undefined }, key);
  if (act.what === "answer") return answerComplaint({ id, text, document_id: v.document_id }, key);
  return closeComplaint({ id, outcome: v.outcome ?? "upheld", result: text }, key);
}

/** The steps of a complaint; each asks for its own few fields. */
export function ComplaintDialog({ act, onClose }: { act: ComplaintAct | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(send, { quiet: true, done: t("complaint.done"), onDone: onClose });
  const what = act?.what ?? "close";
  const label = { forward: t("ui.note"), answer: t("complaint.answer"), close: t("complaint.result") }[what];
  const sentence = { forward: t("complaint.forwardHint"), answer: t("complaint.answerHint"), close: act?.of.text ?? "" }[what];
  return (
    <FormDialog<Fields>
      open={act !== null}
      title={t(`complaint.act.${what}`)}
      sentence={sentence}
      confirm={t(`complaint.act.${what}`)}
      busy={run.isPending}
      error={run.error}
      onAct={(v) => act && run.mutate({ act, v })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {what === "close" && (
        <Form.Item name="outcome" label={t("complaint.outcome")} rules={must(t("complaint.outcome"))}>
          <Radio.Group options={(["upheld", "dismissed"] as const).map((o) => ({ value: o, label: t(`complaint.${o}`) }))} />
        </Form.Item>
      )}
      <Form.Item name="text" label={label} rules={what === "forward" ? [] : must(label)}>
        <Input.TextArea rows={4} maxLength={1000} showCount />
      </Form.Item>
      {what === "answer" && (
        <Form.Item name="document_id">
          <AttachmentUpload purpose="complaint" />
        </Form.Item>
      )}
    </FormDialog>
  );
}
