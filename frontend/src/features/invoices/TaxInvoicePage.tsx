import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { answerTaxInvoice, redFlush, resubmitTaxInvoice, type TaxInvoice, taxInvoiceQuery } from "@/api/tax-invoices";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { AttachmentLink } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { Facts, Figures, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { AnswerDialog } from "./AnswerDialog";
import { signedTotal } from "./TaxInvoicesPage";

export function TaxInvoicePage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(taxInvoiceQuery(id));
  const i = query.data;
  const name = i ? i.number || i.reference : t("invoice.one");
  return (
    <Page
      title={<span className="num">{i ? name : "…"}</span>}
      name={name}
      crumbs={[{ label: t("nav.taxInvoices"), to: "/tax-invoices" }]}
      aside={i && <StateTag kind="taxInvoice" state={i.state} />}
      sub={
        i && (
          <>
            <span>{t(i.kind === "red" ? "invoice.red" : "invoice.blue")}</span>
            <Link to={`/customers/${i.customer_id}`}>{i.customer_name}</Link>
            <Link className="num" to={`/bills/${i.bill_id}`}>
              {i.bill_number}
            </Link>
          </>
        )
      }
      actions={i && <Actions invoice={i} />}
    >
      <Loaded query={query}>{(invoice) => <Record invoice={invoice} />}</Loaded>
    </Page>
  );
}

function Actions({ invoice: i }: { invoice: TaxInvoice }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"answer" | "red_flush" | null>(null);
  const close = () => setAsked(null);
  const answer = useAct(answerTaxInvoice, { onDone: close, done: t("invoice.saved") });
  const red = useAct(redFlush, { onDone: close, done: t("invoice.requested") });
  const again = useAct(resubmitTaxInvoice, {
    done: t("invoice.requested"),
    onDone: (list) => {
      const newest = list.items?.at(-1);
      if (newest) void navigate({ to: `/tax-invoices/${newest.id}` });
    },
  });
  const may = (act: string) => i.available_actions?.includes(act) ?? false;
  return (
    <>
      {may("red_flush") && <Button onClick={() => setAsked("red_flush")}>{t("invoice.act.red_flush")}</Button>}
      {may("resubmit") && (
        <Button type="primary" loading={again.isPending} onClick={() => again.mutate(i.id)}>
          {t("invoice.act.resubmit")}
        </Button>
      )}
      {may("answer") && (
        <Button type="primary" onClick={() => setAsked("answer")}>
          {t("invoice.act.answer")}
        </Button>
      )}
      <AnswerDialog
        invoice={i}
        open={asked === "answer"}
        busy={answer.isPending}
        onAct={(body) => answer.mutate({ id: i.id, body })}
        onClose={close}
      />
      <AskReason
        open={asked === "red_flush"}
        title={`${t("invoice.act.red_flush")} · ${i.number}`}
        confirm={t("invoice.act.red_flush")}
        hint={t("invoice.redHint")}
        danger
        busy={red.isPending}
        onAct={(reason) => red.mutate({ id: i.id, reason })}
        onClose={close}
      />
    </>
  );
}

function Record({ invoice: i }: { invoice: TaxInvoice }) {
  const { t } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <>
      <Figures
        items={[
          { label: t("invoice.total"), value: <Money fen={signedTotal(i)} sign /> },
          { label: t("bill.tax"), value: <Money fen={i.kind === "red" ? -i.tax_fen : i.tax_fen} sign /> },
          ...(i.red_fen ? [{ label: t("invoice.redFen"), value: <Money fen={i.red_fen} sign /> }] : []),
        ]}
      />
      {i.problem && (
        <p className="warn-note" role="status">
          {t("invoice.problem")}：{i.problem}
        </p>
      )}
      <div className="columns">
        <Panel flush title={t("invoice.lines")}>
          <table className="table plain" aria-label={t("invoice.lines")}>
            <thead>
              <tr>
                <th scope="col">{t("invoice.name")}</th>
                <th scope="col">{t("invoice.code")}</th>
                <th scope="col" data-numeric>
                  {t("bill.net") + unit}
                </th>
                <th scope="col" data-numeric>
                  {t("bill.tax") + unit}
                </th>
                <th scope="col" data-numeric>
                  {t("bill.amount") + unit}
                </th>
              </tr>
            </thead>
            <tbody>
              {(i.lines ?? []).map((l) => (
                <tr key={l.of}>
                  <td>{l.name}</td>
                  <td className="num">{l.tax_code}</td>
                  <td data-numeric>
                    <Money fen={l.net_fen} />
                  </td>
                  <td data-numeric>
                    <Money fen={l.tax_fen} />
                  </td>
                  <td data-numeric>
                    <Money fen={l.amount_fen} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
        <Panel title={t("invoice.one")}>
          <Facts
            columns={1}
            items={[
              { label: t("invoice.reference"), value: <span className="num">{i.reference}</span> },
              { label: t("invoice.number"), value: i.number ? <span className="num">{i.number}</span> : undefined },
              { label: t("invoice.requestedOn"), value: i.requested_on },
              i.sent_at !== null && { label: t("invoice.sentAt"), value: <Instant at={i.sent_at} /> },
              i.confirm_by !== null && { label: t("invoice.confirmBy"), value: <Instant at={i.confirm_by} /> },
              i.issued_on !== null && { label: t("invoice.issuedOn"), value: i.issued_on },
              i.reason !== "" && { label: t("invoice.reason"), value: i.reason },
              i.red_of !== "" && {
                label: t("invoice.redOf"),
                value: <Link to={`/tax-invoices/${i.red_of}`}>{t("invoice.one")}</Link>,
              },
              i.document_id !== "" && {
                label: t("invoice.file"),
                value: <AttachmentLink file={{ id: i.document_id, name: `${i.number}.pdf` }} />,
              },
              { label: t("invoice.buyer"), value: i.buyer.name },
              { label: t("invoice.uscc"), value: <span className="num">{i.buyer.uscc}</span> },
              { label: t("invoice.address"), value: `${i.buyer.address} ${i.buyer.phone}`.trim() },
              { label: t("invoice.bank"), value: `${i.buyer.bank_name} ${i.buyer.bank_account}`.trim() },
              { label: t("invoice.hash"), value: <code className="mono">{i.hash}</code> },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}
