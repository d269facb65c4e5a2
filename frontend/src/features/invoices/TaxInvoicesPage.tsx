import { Link } from "@tanstack/react-router";
import { type TaxInvoice, taxInvoicesQuery } from "@/api/tax-invoices";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";

/** A red invoice takes back: it counts below zero. */
export const signedTotal = (i: Pick<TaxInvoice, "kind" | "total_fen">) => (i.kind === "red" ? -i.total_fen : i.total_fen);

export function TaxInvoicesPage() {
  const { t } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  const columns: Column<TaxInvoice>[] = [
    {
      key: "number",
      title: t("invoice.number"),
      always: true,
      render: (i) => (
        <>
          <Link className="num" to={`/tax-invoices/${i.id}`}>
            {i.number || i.reference}
          </Link>
          {i.number && <div className="meta num">{i.reference}</div>}
        </>
      ),
    },
    { key: "kind", title: t("invoice.kind"), render: (i) => t(i.kind === "red" ? "invoice.red" : "invoice.blue") },
    { key: "customer", title: t("customer.one"), render: (i) => i.customer_name },
    {
      key: "bill",
      title: t("bill.one"),
      render: (i) => (
        <Link className="num" to={`/bills/${i.bill_id}`}>
          {i.bill_number}
        </Link>
      ),
    },
    { key: "requested_on", title: t("invoice.requestedOn"), render: (i) => <span className="num">{i.requested_on}</span> },
    { key: "issued_on", title: t("invoice.issuedOn"), render: (i) => <span className="num">{i.issued_on ?? "—"}</span> },
    { key: "state", title: t("ui.state"), render: (i) => <StateTag kind="taxInvoice" state={i.state} /> },
    { key: "total", title: t("invoice.total") + unit, numeric: true, render: (i) => <Money fen={signedTotal(i)} /> },
  ];
  return (
    <Page title={t("nav.taxInvoices")}>
      <DataTable
        id="tax-invoices"
        label={t("nav.taxInvoices")}
        columns={columns}
        query={taxInvoicesQuery}
        rowKey={(i) => i.id}
        href={(i) => `/tax-invoices/${i.id}`}
        search={t("invoice.search")}
        filters={[
          {
            key: "kind",
            label: t("invoice.kind"),
            single: true,
            options: [
              { value: "blue", label: t("invoice.blue") },
              { value: "red", label: t("invoice.red") },
            ],
          },
          { key: "state", label: t("ui.state"), options: stateOptions("taxInvoice", t) },
        ]}
        empty={{ why: t("invoice.empty"), next: t("invoice.emptyNext") }}
        footer={({ total_fen }) =>
          total_fen !== undefined && (
            <span>
              {t("invoice.sum")}{" "}
              <b>
                <Money fen={total_fen} sign />
              </b>
            </span>
          )
        }
      />
    </Page>
  );
}
