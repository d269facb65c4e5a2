import { DatePicker, Form, Input, Radio } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { addLeakFile, askClose, containLeak, decideClose, type Leak, type LeakDuty, meetDuty, waiveDuty } from "@/api/leaks";
import type { TextKey } from "@/i18n";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

export type LeakAct =
  | { what: "contain" | "ask_close" | "decide_close" | "file"; of: Leak }
  | { what: "meet" | "waive"; of: Leak; duty: LeakDuty };
type Fields = {
  text?: string;
  outcome?: "real" | "none";
  approve?: boolean;
  at?: Dayjs;
  told?: string;
  way?: string;
  reference?: string;
  document_id?: string;
};

function send({ act, v }: { act: LeakAct; v: Fields }, key: string) {
  const { id } = act.of;
  const text = v.text ?? "";
  switch (act.what) {
    case "contain":
      return containLeak({ id, measures: text }, key);
    case "ask_close":
      return askClose({ id, outcome: v.outcome ?? "real", conclusion: text }, key);
    case "decide_close":
      return decideClose({ id, approve: v.approve ?? true, note: text }, key);
    case "file":
      return addLeakFile({ id, document_id: v.document_id ?? "" }, key);
    case "waive":
      return waiveDuty({ id, dutyId: act.duty.id, reason: text }, key);
    case "meet":
      return meetDuty(
        {
          id,
          dutyId: act.duty.id,
          at: v.at?.format("YYYY-MM-DDTHH:mm:00+08:00") ?? "",
          told: v.told ?? "",
          way: v.way ?? "",
          reference: v.reference,
          document_id: v.document_id ?? "",
        },
        key,
      );
  }
}

const words: Readonly<Record<LeakAct["what"], { title: TextKey; hint: TextKey; text?: TextKey }>> = {
  contain: { title: "leak.contain", hint: "leak.containHint", text: "leak.measures" },
  ask_close: { title: "leak.askClose", hint: "leak.askCloseHint", text: "leak.conclusion" },
  decide_close: { title: "leak.closing", hint: "leak.askCloseHint", text: "leak.note" },
  file: { title: "leak.addFile", hint: "leak.files" },
  waive: { title: "leak.waive", hint: "leak.waiveHint", text: "ui.reason" },
  meet: { title: "leak.meet", hint: "leak.meetHint" },
};

/** How long what is written may be, where it is less than a text. */
const most: Partial<Record<LeakAct["what"], number>> = { waive: 500, decide_close: 1000 };

/** The steps of a leak; each asks for its own few fields. */
export function LeakDialog({ act, onClose }: { act: LeakAct; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const run = useAct(send, { quiet: true, done: t("leak.done"), onDone: onClose });
  const { title, hint, text } = words[act.what];
  const line = (name: keyof Fields, label: TextKey, optional = false) => (
    <Form.Item name={name} label={t(label)} rules={optional ? [] : must(t(label))}>
      <Input maxLength={100} />
    </Form.Item>
  );
  return (
    <FormDialog<Fields>
      open
      title={act.what === "meet" ? `${t(title)} · ${t(`leak.duty.${act.duty.kind}`)}` : t(title)}
      sentence={t(hint)}
      confirm={t(title)}
      busy={run.isPending}
      error={run.error}
      initial={{ outcome: "real", approve: true, text: act.what === "contain" ? act.of.measures : undefined }}
      onAct={(v) => run.mutate({ act, v })}
      onClose={onClose}
    >
      {act.what === "ask_close" && (
        <Form.Item name="outcome" label={t("leak.outcome.label")}>
          <Radio.Group
            options={(["real", "none"] as const).map((o) => ({
              value: o,
              label: t(`leak.outcome.${o}`),
              disabled: o === "real" && act.of.state === "open",
            }))}
          />
        </Form.Item>
      )}
      {act.what === "decide_close" && (
        <Form.Item name="approve">
          <Radio.Group
            options={[
              { value: true, label: t("leak.approve") },
              { value: false, label: t("leak.sendBack") },
            ]}
          />
        </Form.Item>
      )}
      {act.what === "meet" && (
        <>
          <Form.Item name="at" label={t("leak.at")} rules={must(t("leak.at"))}>
            <DatePicker
              allowClear={false}
              showTime={{ format: "HH:mm" }}
              format="YYYY-MM-DD HH:mm"
              maxDate={dayjs(today).endOf("day")}
              style={{ width: "100%" }}
            />
          </Form.Item>
          {line("told", "leak.told")}
          {line("way", "leak.way")}
          {line("reference", "leak.reference", true)}
        </>
      )}
      {text && (
        <Form.Item name="text" label={t(text)} rules={must(t(text))}>
          <Input.TextArea rows={4} maxLength={most[act.what] ?? 4000} />
        </Form.Item>
      )}
      {(act.what === "meet" || act.what === "file") && (
        <Form.Item name="document_id" label={t("leak.proof")} rules={must(t("leak.proof"))}>
          <AttachmentUpload purpose="leak" />
        </Form.Item>
      )}
    </FormDialog>
  );
}
