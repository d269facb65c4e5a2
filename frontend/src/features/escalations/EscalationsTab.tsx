import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, Radio } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { answerEscalation, type Escalation, escalationsQuery, withdrawEscalation } from "@/api/compliance";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

/** What was asked of whom, until when an answer is awaited, and what it was. */
export function EscalationsTab() {
  const { t } = useText();
  const [answering, setAnswering] = useState<Escalation | null>(null);
  const [withdrawing, setWithdrawing] = useState<Escalation | null>(null);
  const withdraw = useAct(withdrawEscalation, { done: t("quality.done"), onDone: () => setWithdrawing(null) });
  const columns: Column<Escalation>[] = [
    {
      key: "number",
      title: t("quality.number"),
      always: true,
      render: (e) => (
        <>
          <span className="num">{e.number}</span>
          <div className="meta">
            <Link className="num" to={`/review?batch=${e.batch_id}`}>
              {e.batch_number}
            </Link>
          </div>
        </>
      ),
    },
    { key: "customer", title: t("customer.one"), render: (e) => e.customer_name },
    { key: "authority", title: t("quality.authority"), render: (e) => e.authority },
    {
      key: "question",
      title: t("quality.question"),
      render: (e) => (
        <>
          {e.question}
          <div className="meta num">
            {t(e.scope === "batch" ? "review.wholeOf" : "review.messages", { count: formatCount(e.messages) })}
          </div>
        </>
      ),
    },
    {
      key: "asked",
      title: t("quality.asked"),
      render: (e) => (
        <>
          {e.asked_by_name}
          <div className="meta">
            <Instant at={e.asked_at} />
          </div>
        </>
      ),
    },
    {
      key: "state",
      title: t("ui.state"),
      render: (e) => (
        <>
          <StateTag kind="escalation" state={e.state} />
          {e.state === "asked" && (
            <div className={e.overdue ? "bad-text meta num" : "meta num"}>
              {t("quality.dueOn")} {e.due_on}
              {e.reminders > 0 && ` · ${t("quality.reminders", { count: e.reminders })}`}
            </div>
          )}
        </>
      ),
    },
    {
      key: "answer",
      title: t("quality.answer"),
      render: (e) =>
        e.state === "asked" ? null : (
          <>
            {e.outcome && <b>{t(`quality.outcome.${e.outcome as "allowed" | "forbidden"}`)} </b>}
            {e.answer}
            <div className="meta num">
              {e.answer_ref} {e.answered_on}{" "}
              {e.document_id && <AttachmentLink file={{ id: e.document_id, name: t("quality.paper") }} />}
            </div>
          </>
        ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (e) => (
        <span className="row-actions">
          {allows(e, "answer") && (
            <Button size="small" type="primary" onClick={() => setAnswering(e)}>
              {t("quality.act.answer")}
            </Button>
          )}
          {allows(e, "withdraw") && (
            <Button size="small" onClick={() => setWithdrawing(e)}>
              {t("quality.act.withdraw")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="escalations"
        label={t("quality.escalations")}
        columns={columns}
        query={escalationsQuery}
        rowKey={(e) => e.id}
        search={t("quality.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("escalation", t), width: 160 }]}
        empty={{ why: t("quality.noEscalations"), next: t("quality.noEscalationsNext") }}
      />
      <AnswerDialog of={answering} onClose={() => setAnswering(null)} />
      <AskReason
        open={withdrawing !== null}
        title={t("quality.act.withdraw")}
        confirm={t("quality.act.withdraw")}
        hint={t("quality.withdrawSentence")}
        busy={withdraw.isPending}
        onAct={(reason) => withdrawing && withdraw.mutate({ id: withdrawing.id, reason })}
        onClose={() => setWithdrawing(null)}
      />
    </>
  );
}

type Fields = { outcome: "allowed" | "forbidden"; answer: string; answer_ref: string; answered_on: Dayjs; document_id: string };

function AnswerDialog({ of, onClose }: { of: Escalation | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const run = useAct(answerEscalation, { quiet: true, done: t("quality.done"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open={of !== null}
      title={t("quality.act.answer")}
      sentence={of && t("quality.answerSentence", { authority: of.authority, number: of.number })}
      confirm={t("quality.act.answer")}
      busy={run.isPending}
      error={run.error}
      initial={{ outcome: "allowed", answered_on: dayjs(today) }}
      onAct={(v) => of && run.mutate({ ...v, id: of.id, answered_on: v.answered_on.format("YYYY-MM-DD") })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="outcome" label={t("quality.answer")}>
        <Radio.Group options={(["allowed", "forbidden"] as const).map((o) => ({ value: o, label: t(`quality.outcome.${o}`) }))} />
      </Form.Item>
      <Form.Item name="answer" label={t("quality.answer")} rules={must(t("quality.answer"))}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <Form.Item name="answer_ref" label={t("quality.answerRef")} rules={must(t("quality.answerRef"))}>
        <Input maxLength={100} className="num" />
      </Form.Item>
      <Form.Item name="answered_on" label={t("quality.answeredOn")} rules={must(t("quality.answeredOn"))}>
        <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="document_id" label={t("quality.paper")} rules={must(t("quality.paper"))}>
        <AttachmentUpload purpose="authority_answer" />
      </Form.Item>
    </FormDialog>
  );
}
