import { useQuery } from "@tanstack/react-query";
import { AutoComplete, DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { beginTakedown, escalate, reviewersQuery, takedownPreviewQuery } from "@/api/compliance";
import { addNote, type Desk, handOver } from "@/api/review";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatCount } from "@/ui/money";
import { useAct } from "@/ui/use-act";
import type { DeskControl } from "./use-desk";

export type DeskDialog = "escalate" | "takedown" | "handOver" | "addNote";
type Props = { data: Desk; desk: DeskControl; onClose: () => void };

/** What asks for words before it happens: a question to the authority, a takedown, a hand-over, a note. */
export function Dialogs({ what, ...rest }: Props & { what: DeskDialog }) {
  switch (what) {
    case "escalate":
      return <EscalateDialog {...rest} />;
    case "takedown":
      return <TakedownDialog {...rest} />;
    case "handOver":
      return <HandOverDialog {...rest} />;
    case "addNote":
      return <NoteDialog {...rest} />;
  }
}

const authorities = ["通信管理局", "公安机关网络安全保卫部门", "互联网信息办公室", "市场监督管理局", "金融监督管理局"];

function EscalateDialog({ data, desk, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(escalate, { quiet: true, done: t("quality.done"), onDone: onClose });
  const group = desk.target.group;
  const what = group ? t("review.messages", { count: formatCount(group.messages) }) : t("review.whole");
  return (
    <FormDialog<{ question: string; authority: string; due_on?: Dayjs }>
      open
      title={t("review.act.escalate")}
      sentence={t("review.escalateSentence", { what })}
      confirm={t("review.act.escalate")}
      busy={run.isPending}
      error={run.error}
      onAct={({ due_on, ...v }) =>
        run.mutate({
          ...v,
          batch: data.batch.id,
          scope: group ? "group" : "batch",
          group_id: group?.id,
          due_on: due_on?.format("YYYY-MM-DD"),
        })
      }
      onClose={onClose}
    >
      <Form.Item name="authority" label={t("quality.authority")} rules={must(t("quality.authority"))}>
        <AutoComplete options={authorities.map((value) => ({ value }))} maxLength={100} />
      </Form.Item>
      <Form.Item name="question" label={t("quality.question")} rules={must(t("quality.question"))}>
        <Input.TextArea rows={3} maxLength={2000} autoFocus />
      </Form.Item>
      <Form.Item name="due_on" label={t("quality.dueOn")}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
    </FormDialog>
  );
}

function TakedownDialog({ data, desk, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const group = desk.target.group?.id ?? "";
  const preview = useQuery(takedownPreviewQuery(data.batch.id, group));
  const run = useAct(beginTakedown, {
    quiet: true,
    done: t("quality.done"),
    onDone: () => {
      onClose();
      desk.finish();
    },
  });
  const totals = preview.data?.totals;
  const counts = totals && Object.fromEntries(Object.entries(totals).map(([k, v]) => [k, formatCount(Number(v))]));
  return (
    <FormDialog<{ class: string; description: string; authority?: string }>
      open
      danger
      title={t("review.act.takedown")}
      sentence={counts ? t("review.takedownSentence", counts) : t("ui.loading")}
      confirm={t("review.act.takedown")}
      busy={run.isPending || preview.isPending}
      error={run.error ?? preview.error}
      onAct={(v) => run.mutate({ ...v, batch: data.batch.id, group_ids: group ? [group] : undefined })}
      onClose={onClose}
    >
      <Form.Item name="class" label={t("quality.class")} rules={must(t("quality.class"))}>
        <Select options={(preview.data?.classes ?? []).map((c) => ({ value: c.code, label: c.name }))} />
      </Form.Item>
      <Form.Item name="description" label={t("quality.found")} rules={must(t("quality.found"))}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <Form.Item name="authority" label={t("quality.authority")}>
        <AutoComplete options={(preview.data?.authorities ?? []).map((value) => ({ value }))} maxLength={100} />
      </Form.Item>
    </FormDialog>
  );
}

function HandOverDialog({ data, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const { session } = useSession();
  const people = useQuery(reviewersQuery());
  const run = useAct(handOver, { quiet: true, done: t("quality.done"), onDone: onClose });
  const others = (people.data?.items ?? []).filter((p) => p.user_id !== session.user.id);
  return (
    <FormDialog<{ user_id: string; note?: string }>
      open
      title={t("review.act.handOver")}
      confirm={t("review.act.handOver")}
      busy={run.isPending}
      error={run.error}
      onAct={(v) => run.mutate({ ...v, batch: data.batch.id })}
      onClose={onClose}
    >
      <Form.Item name="user_id" label={t("review.to")} rules={must(t("review.to"))}>
        <Select options={others.map((p) => ({ value: p.user_id, label: p.user_name }))} />
      </Form.Item>
      <Form.Item name="note" label={t("review.note")}>
        <Input.TextArea rows={2} maxLength={300} />
      </Form.Item>
    </FormDialog>
  );
}

function NoteDialog({ data, onClose }: Props) {
  const { t } = useText();
  const run = useAct(addNote, { done: t("quality.done"), onDone: onClose });
  return (
    <AskReason
      open
      title={t("review.act.addNote")}
      confirm={t("ui.save")}
      label={t("review.note")}
      busy={run.isPending}
      onAct={(text) => run.mutate({ batch: data.batch.id, text })}
      onClose={onClose}
    />
  );
}
