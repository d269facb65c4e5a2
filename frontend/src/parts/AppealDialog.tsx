import { useQuery } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { type Appeal, fileAppeal, restrictionQuery } from "@/api/complaints";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";
import { RestrictionFacts } from "./RestrictionFacts";

type Fields = { grounds: string; document_id?: string };
type Props = { open: boolean; kind: Appeal["kind"]; objectId: string; title: string; onClose: () => void };

/** Objects to a refusal, a suspension or a restriction; somebody else decides. */
export function AppealDialog({ open, kind, objectId, title, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const matter = useQuery({ ...restrictionQuery(kind, objectId), enabled: open });
  const run = useAct(fileAppeal, { quiet: true, done: t("appeal.done"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open={open}
      title={`${t("appeal.file")} · ${title}`}
      sentence={t("appeal.fileHint")}
      confirm={t("appeal.file")}
      busy={run.isPending}
      error={run.error}
      onAct={(v) => run.mutate({ kind, object_id: objectId, ...v })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {matter.data && (
        <div style={{ marginBottom: 16 }}>
          <RestrictionFacts restriction={matter.data} />
        </div>
      )}
      <Form.Item name="grounds" label={t("appeal.grounds")} rules={must(t("appeal.grounds"))}>
        <Input.TextArea rows={5} maxLength={2000} showCount />
      </Form.Item>
      <Form.Item name="document_id">
        <AttachmentUpload purpose="appeal" />
      </Form.Item>
    </FormDialog>
  );
}
