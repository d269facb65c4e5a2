import type { FormInstance } from "antd";
import { Button, Form, Input, Modal, Radio, Space } from "antd";
import { type ReactNode, useState } from "react";
import { giveUpHanding, type Handoff, settleUnknown } from "@/api/batches";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { useAct } from "@/ui/use-act";

/** What only a person can decide about messages whose fate nobody knows. */
export function Decisions({ handoff }: { handoff: Handoff }) {
  return (
    <Space size="small">
      <GiveUp handoff={handoff} />
      <Settle handoff={handoff} />
    </Space>
  );
}

type Grounds = { reason: string };

function GiveUp({ handoff }: { handoff: Handoff }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<Grounds>();
  const act = useAct(giveUpHanding, { done: t("batch.act.done"), onDone: () => setOpen(false) });
  const count = formatCount(handoff.counts?.handing ?? 0);
  return (
    <Decision
      may={allows(handoff, "give-up-handing")}
      title={t("batch.act.giveUp")}
      form={form}
      open={open}
      onOpen={setOpen}
      busy={act.isPending}
    >
      <p className="totals-sentence">{t("batch.act.giveUpSentence", { count })}</p>
      <Form form={form} layout="vertical" clearOnDestroy onFinish={(v) => act.mutate({ id: handoff.batch_id, ...v })}>
        <GroundsItem hint={t("batch.act.giveUpHint")} />
      </Form>
    </Decision>
  );
}

type Outcome = Grounds & { outcome: "delivered" | "failed" };

function Settle({ handoff }: { handoff: Handoff }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<Outcome>();
  const act = useAct(settleUnknown, { done: t("batch.act.done"), onDone: () => setOpen(false) });
  const count = formatCount(handoff.counts?.unknown ?? 0);
  return (
    <Decision
      may={allows(handoff, "settle-unknown")}
      title={t("batch.act.settle")}
      form={form}
      open={open}
      onOpen={setOpen}
      busy={act.isPending}
    >
      <p className="totals-sentence">{t("batch.act.settleSentence", { count })}</p>
      <ul className="samples whole-rows" aria-label={t("batch.handoffs.unknown")}>
        {(handoff.unknown ?? []).slice(0, 10).map((m) => (
          <li key={m.seq}>
            <span className="num">{m.phone}</span> <code className="mono">{m.code}</code> <Instant at={m.at} precision="second" />
          </li>
        ))}
      </ul>
      <Form form={form} layout="vertical" clearOnDestroy onFinish={(v) => act.mutate({ id: handoff.batch_id, ...v })}>
        <Form.Item
          name="outcome"
          label={t("batch.act.outcome")}
          rules={[{ required: true, message: t("ui.required", { name: t("batch.act.outcome") }) }]}
        >
          <Radio.Group
            options={[
              { value: "delivered", label: t("batch.act.settleSent") },
              { value: "failed", label: t("batch.act.settleNot") },
            ]}
          />
        </Form.Item>
        <GroundsItem hint={t("batch.act.groundsHint")} />
      </Form>
    </Decision>
  );
}

function GroundsItem({ hint }: { hint: string }) {
  const { t } = useText();
  return (
    <Form.Item
      name="reason"
      label={t("batch.act.grounds")}
      extra={hint}
      rules={[{ required: true, whitespace: true, message: t("ui.required", { name: t("batch.act.grounds") }) }]}
    >
      <Input.TextArea rows={2} maxLength={500} />
    </Form.Item>
  );
}

type Box<T> = {
  may: boolean;
  title: string;
  form: FormInstance<T>;
  open: boolean;
  onOpen: (open: boolean) => void;
  busy: boolean;
  children: ReactNode;
};

/** The button of a decision and the dialogue that it opens, which stays while somebody writes, whatever the batch does meanwhile. */
function Decision<T>({ may, title, form, open, onOpen, busy, children }: Box<T>) {
  const { t } = useText();
  return (
    <>
      {may && (
        <Button size="small" onClick={() => onOpen(true)}>
          {title}
        </Button>
      )}
      <Modal
        open={open}
        title={title}
        okText={t("ui.confirm")}
        cancelText={t("ui.cancel")}
        confirmLoading={busy}
        onOk={() => form.submit()}
        onCancel={() => onOpen(false)}
        destroyOnHidden
      >
        {children}
      </Modal>
    </>
  );
}
