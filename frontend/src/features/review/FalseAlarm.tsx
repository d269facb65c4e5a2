import { Form, Input, Modal, Select } from "antd";
import type { DeskGroup } from "@/api/review";
import { reportFalseAlarm } from "@/api/rules";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { HighlightedText } from "@/ui/Highlighted";
import { useAct } from "@/ui/use-act";

type Props = { batch: string; group: DeskGroup; onClose: () => void };
type Values = { hit: number; context: string; note?: string };

/** The hit with a few characters round it: what the reviewer usually means by its context. */
export function contextOf(text: string, word: string): string {
  const at = text.indexOf(word);
  if (at < 0) return word;
  const stop = /[\s，。！？；：、,.!?;:【】（）()]/;
  let from = at;
  let to = at + word.length;
  while (from > 0 && at - from < 6 && !stop.test(text[from - 1] ?? " ")) from--;
  while (to < text.length && to - at - word.length < 6 && !stop.test(text[to] ?? " ")) to++;
  return text.slice(from, to);
}

/** Tells the rule desk that a hit is false, and in which words. It decides nothing about the batch. */
export function FalseAlarm({ batch, group, onClose }: Props) {
  const { t } = useText();
  const [form] = Form.useForm<Values>();
  const hits = (group.hits ?? []).filter(
    (h, i, all) => h.text && all.findIndex((o) => o.rule === h.rule && o.text === h.text) === i,
  );
  const text = (group.segments ?? []).map((s) => s.text).join("");
  const report = useAct(reportFalseAlarm, { touches: [["rules"]], quiet: true, done: t("rules.done.alarm"), onDone: onClose });
  const first = hits[0];
  return (
    <Modal
      open
      width={620}
      title={t("rules.alarm.title")}
      okText={t("rules.alarm.send")}
      cancelText={t("ui.cancel")}
      confirmLoading={report.isPending}
      okButtonProps={{ disabled: hits.length === 0 }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="quiet">{t("rules.alarm.explain")}</p>
      <HighlightedText segments={group.segments} hits={group.hits} />
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ hit: 0, context: first ? contextOf(text, first.text ?? "") : "" }}
        onFinish={({ hit, context, note }) => {
          const h = hits[hit];
          if (h)
            report.mutate({
              batch,
              group_id: group.id,
              rule: h.rule,
              word: h.text ?? "",
              context: context.trim(),
              note: note?.trim() || undefined,
            });
        }}
      >
        <Form.Item name="hit" label={t("rules.alarm.hit")}>
          <Select
            options={hits.map((h, i) => ({ value: i, label: `${h.text} · ${h.title || h.rule}` }))}
            onChange={(i: number) => form.setFieldValue("context", contextOf(text, hits[i]?.text ?? ""))}
          />
        </Form.Item>
        <Form.Item
          name="context"
          label={t("rules.alarm.context")}
          rules={[{ required: true, message: t("ui.required", { name: t("rules.alarm.in") }) }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="note" label={t("rules.alarm.note")}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
      <ErrorNote error={report.error} compact />
    </Modal>
  );
}
