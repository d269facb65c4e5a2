import { PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, Select, Tabs } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { type CallTask, callTasksQuery, cancelCall, makeCall, reportCall } from "@/api/calls";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { MessagesTab } from "./MessagesTab";

const outcomes = ["reached", "refused", "no_answer", "call_again", "wrong_data"] as const;

/** Whom sales have to call, why and until when; and what went to phones. */
export function CallsPage() {
  const { t, pick } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const [reporting, setReporting] = useState<CallTask | null>(null);
  const [cancelling, setCancelling] = useState<CallTask | null>(null);
  const [making, setMaking] = useState(false);
  const cancel = useAct(cancelCall, { done: t("calls.done"), onDone: () => setCancelling(null) });
  const columns: Column<CallTask>[] = [
    {
      key: "to",
      title: t("calls.to"),
      always: true,
      render: (c) => <Link to={`/customers/${c.customer_id}`}>{c.customer_name}</Link>,
    },
    { key: "why", title: t("calls.why"), render: (c) => pick(c.title, c.title_en) },
    {
      key: "due",
      title: t("calls.due"),
      render: (c) => (
        <span className={c.overdue ? "bad num" : "num"}>{`${c.due_on}${c.overdue ? ` · ${t("maintenance.late")}` : ""}`}</span>
      ),
    },
    { key: "state", title: t("ui.state"), render: (c) => <StateTag kind="callTask" state={c.state} /> },
    { key: "who", title: t("calls.who"), render: (c) => c.assignee_name },
    {
      key: "tries",
      title: t("calls.tries"),
      render: (c) =>
        (c.attempts ?? []).map((a) => (
          <div key={a.at} className="meta">
            {t(`calls.outcomes.${a.outcome}` as TextKey)}：{a.note}
          </div>
        )),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (c) => (
        <span className="row-actions">
          {allows(c, "report") && (
            <Button size="small" type="primary" onClick={() => setReporting(c)}>
              {t("calls.report")}
            </Button>
          )}
          {allows(c, "cancel") && (
            <Button size="small" onClick={() => setCancelling(c)}>
              {t("calls.cancel")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.calls")}
      actions={
        can("calltask.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t("calls.make")}
          </Button>
        )
      }
    >
      <Tabs
        activeKey={params.tab ?? "calls"}
        onChange={(tab) => set({ tab }, { replace: true })}
        destroyOnHidden
        items={[
          {
            key: "calls",
            label: t("calls.title"),
            children: (
              <DataTable
                embedded
                id="calls"
                label={t("calls.title")}
                columns={columns}
                query={callTasksQuery}
                rowKey={(c) => c.id}
                filters={[{ key: "state", label: t("ui.state"), options: stateOptions("callTask", t) }]}
                empty={{ why: t("calls.empty"), next: t("calls.emptyNext") }}
              />
            ),
          },
          ...(can("mail.read") ? [{ key: "messages", label: t("calls.messages"), children: <MessagesTab /> }] : []),
        ]}
      />
      <ReportDialog task={reporting} onClose={() => setReporting(null)} />
      <MakeDialog open={making} onClose={() => setMaking(false)} />
      <AskReason
        open={cancelling !== null}
        title={t("calls.cancel")}
        confirm={t("calls.cancel")}
        busy={cancel.isPending}
        onAct={(note) => cancelling && cancel.mutate({ id: cancelling.id, note })}
        onClose={() => setCancelling(null)}
      />
    </Page>
  );
}

type Report = { outcome: string; contact?: string; note: string; again_on?: Dayjs };

function ReportDialog({ task, onClose }: { task: CallTask | null; onClose: () => void }) {
  const { t, pick } = useText();
  const must = useMust();
  const run = useAct(reportCall, { quiet: true, done: t("calls.done"), onDone: () => close() });
  const today = useBusinessDay();
  const [outcome, setOutcome] = useState("reached");
  const open = outcome === "no_answer" || outcome === "call_again";
  const close = () => {
    run.reset();
    setOutcome("reached");
    onClose();
  };
  return (
    <FormDialog<Report>
      open={task !== null}
      title={t("calls.report")}
      sentence={task && `${task.customer_name} · ${pick(task.title, task.title_en)}`}
      confirm={t("calls.report")}
      busy={run.isPending}
      error={run.error}
      initial={{ outcome: "reached", again_on: dayjs(today).add(1, "day") }}
      onAct={(v) => task && run.mutate({ ...v, id: task.id, again_on: open ? v.again_on?.format("YYYY-MM-DD") : undefined })}
      onClose={close}
    >
      <Form.Item name="outcome" label={t("calls.outcome")} rules={must(t("calls.outcome"))}>
        <Select onChange={setOutcome} options={outcomes.map((o) => ({ value: o, label: t(`calls.outcomes.${o}`) }))} />
      </Form.Item>
      {open && (
        <Form.Item name="again_on" label={t("calls.again")} rules={must(t("calls.again"))}>
          <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
        </Form.Item>
      )}
      <Form.Item name="contact" label={t("calls.contact")}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="note" label={t("calls.note")} rules={must(t("calls.note"))}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

type Make = { customer_id: string; title: string; text?: string; due_on: Dayjs };

function MakeDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const run = useAct(makeCall, { quiet: true, done: t("calls.done"), onDone: onClose });
  return (
    <FormDialog<Make>
      open={open}
      title={t("calls.make")}
      confirm={t("calls.make")}
      busy={run.isPending}
      error={run.error}
      initial={{ due_on: dayjs(today).add(1, "day") }}
      onAct={(v) => run.mutate({ ...v, due_on: v.due_on.format("YYYY-MM-DD") })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="customer_id" label={t("customer.one")} rules={must(t("customer.one"))}>
        <CustomerSelect />
      </Form.Item>
      <Form.Item name="title" label={t("calls.why")} rules={must(t("calls.why"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="due_on" label={t("calls.due")} rules={must(t("calls.due"))}>
        <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="text" label={t("calls.note")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDialog>
  );
}
