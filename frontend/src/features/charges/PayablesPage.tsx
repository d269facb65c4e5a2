import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, InputNumber } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { approvePayable, comparePayable, type Payable, payablesQuery, payPayable } from "@/api/charges";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money, MoneyInput } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { Page } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

type Act = "compare" | "approve" | "pay";

/** Ports that we buy: our count beside the carrier's, the difference, the approval by a second person, the payment. */
export function PayablesPage() {
  const { t } = useText();
  const [open, setOpen] = useState<{ row: Payable; act: Act } | null>(null);
  const unit = ` (${t("ui.money.unit")})`;
  const columns: Column<Payable>[] = [
    { key: "number", title: t("charge.payable.number"), always: true, render: (p) => <span className="num">{p.number}</span> },
    {
      key: "contract",
      title: t("contract.one"),
      render: (p) => (
        <>
          <Link className="num" to={`/contracts/${p.contract_id}`}>
            {p.contract_number}
          </Link>
          <div className="meta">{p.customer_name}</div>
        </>
      ),
    },
    { key: "month", title: t("charge.counts.month"), render: (p) => <span className="num">{p.month}</span> },
    { key: "ours", title: t("charge.payable.ours"), numeric: true, render: (p) => formatCount(p.our_parts) },
    {
      key: "theirs",
      title: t("charge.payable.theirs"),
      numeric: true,
      render: (p) => (p.state === "open" ? "—" : formatCount(p.their_parts)),
    },
    {
      key: "difference",
      title: t("charge.payable.difference"),
      numeric: true,
      render: (p) => (p.state === "open" ? "—" : p.difference ? <b>{formatCount(p.difference)}</b> : "0"),
    },
    { key: "computed", title: t("charge.payable.computed") + unit, numeric: true, render: (p) => <Money fen={p.computed_fen} /> },
    {
      key: "claimed",
      title: t("charge.payable.claimed") + unit,
      numeric: true,
      render: (p) => (p.state === "open" ? "—" : <Money fen={p.claimed_fen} />),
    },
    { key: "due", title: t("charge.payable.due"), render: (p) => <span className="num">{p.due_on}</span> },
    {
      key: "state",
      title: t("charge.state"),
      render: (p) => (
        <>
          {t(`charge.payable.states.${p.state}`)}
          {p.note && <div className="meta">{p.note}</div>}
        </>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (p) => (
        <span className="row-actions">
          {(["approve", "pay", "compare"] as const)
            .filter((a) => p.available_actions?.includes(a))
            .map((a) => (
              <Button
                key={a}
                size="small"
                type={a === "compare" ? "default" : "primary"}
                onClick={() => setOpen({ row: p, act: a })}
              >
                {t(`charge.payable.${a}`)}
              </Button>
            ))}
        </span>
      ),
    },
  ];
  return (
    <Page title={t("charge.payable.title")}>
      <DataTable
        id="payables"
        label={t("charge.payable.title")}
        columns={columns}
        query={payablesQuery}
        rowKey={(p) => p.id}
        empty={{ why: t("charge.payable.empty"), next: t("charge.payable.emptyNext") }}
      />
      {open && <ActDialog row={open.row} act={open.act} onClose={() => setOpen(null)} />}
    </Page>
  );
}

type Fields = {
  parts?: number;
  amount_fen?: number;
  note?: string;
  attachment_id?: string;
  reason?: string;
  paid_on?: Dayjs;
  reference?: string;
};

function ActDialog({ row: p, act, onClose }: { row: Payable; act: Act; onClose: () => void }) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<Fields>();
  const send = useAct(
    (v: Fields, key: string) => {
      if (act === "compare")
        return comparePayable(
          { id: p.id, parts: v.parts ?? 0, amount_fen: v.amount_fen ?? 0, note: v.note, attachment_id: v.attachment_id },
          key,
        );
      if (act === "approve") return approvePayable({ id: p.id, reason: v.reason }, key);
      return payPayable(
        { id: p.id, paid_on: (v.paid_on ?? dayjs(today)).format("YYYY-MM-DD"), reference: v.reference ?? "" },
        key,
      );
    },
    { onDone: onClose },
  );
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const differs = p.difference !== 0 || p.claimed_fen !== p.computed_fen;
  return (
    <ConfirmTotals
      open
      title={`${t(`charge.payable.${act}`)} · ${p.number}`}
      sentence={
        act === "compare"
          ? `${p.customer_name} ${p.month}`
          : t("charge.payable.sentence", {
              customer: p.customer_name,
              month: p.month ?? "",
              claimed: formatYuan(p.claimed_fen),
              computed: formatYuan(p.computed_fen),
              difference: formatCount(p.difference),
            })
      }
      lines={[
        { label: t("charge.payable.ours"), value: formatCount(p.our_parts) },
        ...(act === "compare" ? [] : [{ label: t("charge.payable.theirs"), value: formatCount(p.their_parts) }]),
      ]}
      confirm={t(`charge.payable.${act}`)}
      busy={send.isPending}
      onConfirm={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        clearOnDestroy
        initialValues={{ paid_on: dayjs(today) }}
        onFinish={(v) => send.mutate(v)}
      >
        {act === "compare" && (
          <>
            <Form.Item name="parts" label={t("charge.payable.parts")} rules={must(t("charge.payable.parts"))}>
              <InputNumber min={0} precision={0} style={{ width: "100%" }} />
            </Form.Item>
            <Form.Item name="amount_fen" label={t("charge.payable.amount")} rules={must(t("charge.payable.amount"))}>
              <MoneyInput />
            </Form.Item>
            <Form.Item name="attachment_id" label={t("charge.evidence")}>
              <AttachmentUpload purpose="carrier_statement" label={t("charge.evidence")} />
            </Form.Item>
            <Form.Item name="note" label={t("wallet.note")}>
              <Input maxLength={200} />
            </Form.Item>
          </>
        )}
        {act === "approve" && (
          <Form.Item
            name="reason"
            label={t("ui.reason")}
            extra={t("charge.payable.reasonHint")}
            rules={differs ? must(t("ui.reason")) : []}
          >
            <Input.TextArea rows={2} maxLength={200} />
          </Form.Item>
        )}
        {act === "pay" && (
          <>
            <Form.Item name="paid_on" label={t("charge.payable.paidOn")} rules={must(t("charge.payable.paidOn"))}>
              <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
            </Form.Item>
            <Form.Item name="reference" label={t("wallet.reference")} rules={must(t("wallet.reference"))}>
              <Input maxLength={80} className="num" />
            </Form.Item>
          </>
        )}
      </Form>
    </ConfirmTotals>
  );
}
