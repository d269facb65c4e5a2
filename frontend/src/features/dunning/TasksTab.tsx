import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { decideSuspension, type SuspensionTask, tasksQuery } from "@/api/dunning";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Money } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";

/** Suspensions that the contract leaves to a person. */
export function TasksTab() {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const [asked, setAsked] = useState<{ suspend: boolean; task: SuspensionTask } | null>(null);
  const act = useAct(decideSuspension, { quiet: true, done: t("dunning.decided"), onDone: () => setAsked(null) });
  const columns: Column<SuspensionTask>[] = [
    {
      key: "customer",
      title: t("customer.one"),
      always: true,
      render: (x) => <Link to={`/customers/${x.customer_id}`}>{x.customer_name}</Link>,
    },
    {
      key: "contract",
      title: t("contract.one"),
      render: (x) => (
        <Link className="num" to={`/contracts/${x.contract_id}`}>
          {x.contract_number}
        </Link>
      ),
    },
    {
      key: "bill",
      title: t("bill.one"),
      render: (x) => (
        <Link className="num" to={`/bills/${x.bill_id}`}>
          {x.bill_number}
        </Link>
      ),
    },
    { key: "due", title: t("bill.dueOn"), render: (x) => <span className="num">{x.due_on}</span> },
    { key: "raised", title: t("dunning.raisedOn"), render: (x) => <span className="num">{x.raised_on}</span> },
    {
      key: "owed",
      title: `${t("dunning.owed")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (x) => (
        <b>
          <Money fen={x.owed_fen} />
        </b>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (x) => (
        <span className="row-actions">
          {allows(x, "suspend") && (
            <Button size="small" danger onClick={() => setAsked({ suspend: true, task: x })}>
              {t("dunning.suspend")}
            </Button>
          )}
          {allows(x, "wait") && (
            <Button size="small" onClick={() => setAsked({ suspend: false, task: x })}>
              {t("dunning.wait")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  const x = asked?.task;
  const words = x && {
    bill: x.bill_number,
    amount: formatYuan(x.owed_fen),
    customer: x.customer_name,
    contract: x.contract_number,
  };
  return (
    <>
      <DataTable
        embedded
        id="suspension-tasks"
        label={t("dunning.tasks")}
        columns={columns}
        query={() => tasksQuery()}
        rowKey={(r) => r.id}
        empty={{ why: t("dunning.noTasks"), next: t("dunning.noTasksNext") }}
      />
      <FormDialog<{ until?: Dayjs; reason: string }>
        open={asked !== null}
        danger={asked?.suspend}
        title={asked?.suspend ? t("dunning.suspend") : t("dunning.wait")}
        sentence={words && t(asked?.suspend ? "dunning.suspendSentence" : "dunning.waitSentence", words)}
        confirm={asked?.suspend ? t("dunning.suspend") : t("dunning.wait")}
        busy={act.isPending}
        error={act.error}
        onAct={(v) =>
          asked &&
          act.mutate({ id: asked.task.id, suspend: asked.suspend, until: v.until?.format("YYYY-MM-DD"), reason: v.reason })
        }
        onClose={() => {
          act.reset();
          setAsked(null);
        }}
      >
        {!asked?.suspend && (
          <Form.Item
            name="until"
            label={t("dunning.waitUntil")}
            extra={t("dunning.waitHint")}
            rules={must(t("dunning.waitUntil"))}
          >
            <DatePicker style={{ width: "100%" }} minDate={dayjs(today).add(1, "day")} maxDate={dayjs(today).add(92, "day")} />
          </Form.Item>
        )}
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
