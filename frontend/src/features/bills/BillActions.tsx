import { FilePdfOutlined, MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { type Bill, billDocument } from "@/api/bills";
import { creditBill, debitBill, disputeBill, type NoteInput, type NoteRequest } from "@/api/notes";
import { requestTaxInvoice } from "@/api/tax-invoices";
import { useText } from "@/i18n";
import type { Takeable } from "@/parts/ShareTable";
import { TakeDialog } from "@/parts/TakeDialog";
import { useAct } from "@/ui/use-act";
import { DebitDialog } from "./DebitDialog";

type Asked = "credit" | "debit" | "dispute";

/** What open disputes hold of a line can neither be credited nor disputed again. */
export function takeable(bill: Bill): Takeable[] {
  const held = new Map<number, number>();
  for (const d of bill.disputes ?? []) {
    if (d.state === "open") for (const s of d.lines ?? []) held.set(s.line, (held.get(s.line) ?? 0) + s.amount_fen);
  }
  return (bill.rest ?? [])
    .map((l, line) => ({ line, name: l.description, left: l.amount_fen - (held.get(line) ?? 0) }))
    .filter((l) => l.left > 0);
}

export function BillActions({ bill }: { bill: Bill }) {
  const { t } = useText();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const told = (r: NoteRequest) => {
    close();
    void message.success(r.note ? t("note.issued", { number: r.note.number }) : t("note.sent"));
  };
  const credit = useAct(creditBill, { onDone: told });
  const debit = useAct(debitBill, { onDone: told });
  const dispute = useAct(disputeBill, { onDone: close, done: t("note.dispute.done") });
  const invoice = useAct(requestTaxInvoice, { done: t("invoice.requested") });
  const may = (act: string) => bill.available_actions?.includes(act) ?? false;
  const acts = (["credit", "debit", "dispute"] as const).filter(may);
  const take = (body: NoteInput) => ({ id: bill.id, body });
  return (
    <>
      <Button icon={<FilePdfOutlined />} href={billDocument(bill.id)} target="_blank">
        {t("bill.document")}
      </Button>
      {may("invoice") && (
        <Button loading={invoice.isPending} onClick={() => invoice.mutate(bill.id)}>
          {t("invoice.act.request")}
        </Button>
      )}
      {acts.length === 1 && acts[0] && <Button onClick={() => setAsked(acts[0] ?? null)}>{t(`note.act.${acts[0]}`)}</Button>}
      {acts.length > 1 && (
        <Dropdown
          trigger={["click"]}
          menu={{ items: acts.map((act) => ({ key: act, label: t(`note.act.${act}`), onClick: () => setAsked(act) })) }}
        >
          <Button icon={<MoreOutlined />}>{t("note.more")}</Button>
        </Dropdown>
      )}
      {may("pay") && (
        <Button
          type="primary"
          icon={<PlusOutlined />}
          onClick={() => void navigate({ to: "/payments/new", search: { customer: bill.customer_id } })}
        >
          {t("payment.create")}
        </Button>
      )}
      <TakeDialog
        open={asked === "credit"}
        title={`${t("note.act.credit")} · ${bill.number}`}
        confirm={t("note.act.credit")}
        hint={`${t("note.form.creditHint")} ${t("note.form.limit")}`}
        lines={takeable(bill)}
        evidence="bill_note"
        busy={credit.isPending}
        onAct={(body) => credit.mutate(take(body))}
        onClose={close}
      />
      <TakeDialog
        open={asked === "dispute"}
        title={`${t("note.act.dispute")} · ${bill.number}`}
        confirm={t("note.act.dispute")}
        hint={t("note.form.disputeHint")}
        lines={takeable(bill)}
        evidence="dispute"
        busy={dispute.isPending}
        onAct={(body) => dispute.mutate(take(body))}
        onClose={close}
      />
      <DebitDialog
        bill={bill}
        open={asked === "debit"}
        busy={debit.isPending}
        onAct={(body) => debit.mutate(take(body))}
        onClose={close}
      />
    </>
  );
}
