import { FilePdfOutlined, PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Payment, paymentsQuery, receiptHref } from "@/api/payments";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";
import { methodNames, nameOf } from "@/ui/names";
import { Page } from "@/ui/Page";
import { BackDialog } from "./BackDialog";

export function PaymentsPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const [back, setBack] = useState<{ what: "bounce" | "undo"; payment: Payment } | null>(null);
  const unit = ` (${t("ui.money.unit")})`;
  const columns: Column<Payment>[] = [
    { key: "number", title: t("payment.number"), always: true, render: (p) => <span className="num">{p.number}</span> },
    {
      key: "customer",
      title: t("customer.one"),
      render: (p) => <Link to={`/customers/${p.customer_id}`}>{p.customer_name}</Link>,
    },
    { key: "value_date", title: t("payment.valueDate"), render: (p) => <span className="num">{p.value_date}</span> },
    { key: "method", title: t("payment.method"), render: (p) => nameOf(methodNames, p.method, t) },
    { key: "reference", title: t("payment.reference"), render: (p) => <code className="mono">{p.reference}</code> },
    { key: "recorded", title: t("payment.recordedAt"), render: (p) => <Instant at={p.recorded_at} /> },
    { key: "by", title: t("payment.recordedBy"), render: (p) => p.recorded_by_name },
    {
      key: "amount",
      title: t("payment.amount") + unit,
      numeric: true,
      render: (p) => <Money fen={p.amount_fen} explain={p.allocations?.length ? <Split payment={p} /> : undefined} />,
    },
    {
      key: "rest",
      title: t("payment.unallocated") + unit,
      numeric: true,
      render: (p) => (
        <>
          <Money fen={p.unallocated_fen} />
          {(p.takes ?? []).map((x) => (
            <div key={`${x.kind}.${x.on}`} className="meta" title={x.reason}>
              {t(`refund.taken.${x.kind}`)} <Money fen={x.amount_fen} />
            </div>
          ))}
        </>
      ),
    },
    {
      key: "receipt",
      title: t("payment.receipt"),
      render: (p) =>
        allows(p, "receipt") && (
          <a href={receiptHref(p.id)} target="_blank" rel="noreferrer" aria-label={`PDF ${t("payment.receipt")} ${p.number}`}>
            <FilePdfOutlined aria-hidden /> PDF
          </a>
        ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (p) => (
        <span className="row-actions">
          {(["bounce", "undo"] as const).map(
            (what) =>
              allows(p, what) && (
                <Button key={what} size="small" type="text" onClick={() => setBack({ what, payment: p })}>
                  {t(`refund.${what}`)}
                </Button>
              ),
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.payments")}
      actions={
        can("payment.record") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: "/payments/new" })}>
            {t("payment.create")}
          </Button>
        )
      }
    >
      <DataTable
        id="payments"
        label={t("nav.payments")}
        columns={columns}
        query={paymentsQuery}
        rowKey={(p) => p.id}
        search={t("payment.search")}
        empty={{ why: t("payment.empty"), next: t("payment.emptyNext") }}
        footer={({ total_fen }) =>
          total_fen !== undefined && (
            <span>
              {t("payment.totalShown")}{" "}
              <b>
                <Money fen={total_fen} sign />
              </b>
            </span>
          )
        }
      />
      <BackDialog act={back} onClose={() => setBack(null)} />
    </Page>
  );
}

function Split({ payment }: { payment: Payment }) {
  const { t } = useText();
  return (
    <dl>
      {(payment.allocations ?? []).map((a) => (
        <div key={a.bill_id}>
          <dt>
            <Link className="num" to={`/bills/${a.bill_id}`}>
              {a.bill_number}
            </Link>
          </dt>
          <dd>
            {t("bill.principal")} <Money fen={a.principal_fen} /> · {t("bill.lateFee")} <Money fen={a.late_fee_fen} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
