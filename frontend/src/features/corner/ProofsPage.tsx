import { UploadOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { type Proof, proofsQuery, refuseProof, sendProof, withdrawProof } from "@/api/corner";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Money, MoneyInput } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { MatchDialog } from "./MatchDialog";

type Fields = { amount_fen: number; paid_on: Dayjs; payer: string; reference?: string; document_id: string; note?: string };

/** What customers show of payments they made; for finance a hint where the money is. */
export function ProofsPage() {
  const { t } = useText();
  const { can } = useSession();
  const today = useBusinessDay();
  const [sending, setSending] = useState(false);
  const [asking, setAsking] = useState<{ proof: Proof; act: "match" | "refuse" } | null>(null);
  const close = () => setAsking(null);
  const send = useAct(sendProof, { done: t("proof.sent"), onDone: () => setSending(false), quiet: true });
  const refuse = useAct(refuseProof, { onDone: close });
  const withdraw = useAct(withdrawProof);
  const columns: Column<Proof>[] = [
    { key: "paid", title: t("proof.paidOn"), always: true, render: (p) => <span className="num">{p.paid_on}</span> },
    { key: "customer", title: t("ticket.customer"), render: (p) => p.customer_name },
    { key: "payer", title: t("proof.payer"), render: (p) => p.payer },
    {
      key: "amount",
      title: `${t("proof.amount")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (p) => <Money fen={p.amount_fen} />,
    },
    { key: "reference", title: t("proof.reference"), render: (p) => p.reference },
    {
      key: "file",
      title: t("proof.file"),
      render: (p) => <AttachmentLink file={{ id: p.document_id, name: t("proof.file") }} />,
    },
    { key: "state", title: t("ui.state"), render: (p) => <StateTag kind="paper" state={p.state} /> },
    { key: "answer", title: t("proof.answer"), render: (p) => p.answer },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (p) => (
        <span className="row-actions">
          {allows(p, "match") && (
            <Button size="small" onClick={() => setAsking({ proof: p, act: "match" })}>
              {t("proof.match")}
            </Button>
          )}
          {allows(p, "refuse") && (
            <Button size="small" onClick={() => setAsking({ proof: p, act: "refuse" })}>
              {t("proof.refuse")}
            </Button>
          )}
          {allows(p, "withdraw") && (
            <Button size="small" onClick={() => withdraw.mutate(p.id)}>
              {t("proof.withdraw")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.proofs")}
      actions={
        can("proof.send") && (
          <Button type="primary" icon={<UploadOutlined />} onClick={() => setSending(true)}>
            {t("proof.send")}
          </Button>
        )
      }
    >
      <DataTable
        id="payment-proofs"
        label={t("nav.proofs")}
        columns={columns}
        query={proofsQuery}
        rowKey={(p) => p.id}
        filters={[{ key: "state", single: true, label: t("ui.state"), options: stateOptions("paper", t) }]}
        empty={{ why: t("proof.empty"), next: t("proof.hint") }}
      />
      <FormDialog<Fields>
        open={sending}
        title={t("proof.send")}
        sentence={t("proof.hint")}
        confirm={t("proof.send")}
        busy={send.isPending}
        error={send.error}
        initial={{ paid_on: dayjs(today) }}
        onAct={(v) => send.mutate({ ...v, paid_on: v.paid_on.format("YYYY-MM-DD") })}
        onClose={() => setSending(false)}
      >
        <ProofFields />
      </FormDialog>
      <AskReason
        open={asking?.act === "refuse"}
        title={t("proof.refuse")}
        confirm={t("proof.refuse")}
        busy={refuse.isPending}
        onAct={(reason) => asking && refuse.mutate({ id: asking.proof.id, reason })}
        onClose={close}
      />
      {asking?.act === "match" && <MatchDialog proof={asking.proof} onClose={close} />}
    </Page>
  );
}

function ProofFields() {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      <Form.Item name="amount_fen" label={t("proof.amount")} rules={must(t("proof.amount"))}>
        <MoneyInput />
      </Form.Item>
      <Form.Item name="paid_on" label={t("proof.paidOn")} rules={must(t("proof.paidOn"))}>
        <DatePicker />
      </Form.Item>
      <Form.Item name="payer" label={t("proof.payer")} rules={must(t("proof.payer"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="reference" label={t("proof.reference")}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="document_id" label={t("proof.file")} rules={must(t("proof.file"))}>
        <AttachmentUpload purpose="payment_proof" label={t("proof.file")} />
      </Form.Item>
      <Form.Item name="note" label={t("proof.note")}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </>
  );
}
