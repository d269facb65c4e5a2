import { Link } from "@tanstack/react-router";
import type { BillRow } from "@/api/bills";
import { useText } from "@/i18n";
import type { Column } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { StateTag } from "@/ui/StateTag";

/** What has been paid of a bill, its late fee included: amount + late fee − paid = owed. */
export const paidOf = (b: BillRow): number => b.paid_fen + b.late_fee_paid_fen;

/** A bill as a row, wherever bills are listed. */
export function useBillColumns({ customer }: { customer: boolean }): Column<BillRow>[] {
  const { t } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  return [
    {
      key: "number",
      title: t("bill.number"),
      always: true,
      render: (b) => (
        <Link className="num" to={`/bills/${b.id}`}>
          {b.number}
        </Link>
      ),
    },
    ...(customer ? [{ key: "customer", title: t("customer.one"), render: (b: BillRow) => b.customer_name }] : []),
    {
      key: "contract",
      title: t("contract.one"),
      render: (b) => (
        <Link className="num" to={`/contracts/${b.contract_id}`}>
          {b.contract_number}
        </Link>
      ),
    },
    { key: "period", title: t("bill.period"), render: (b) => <span className="num">{b.period}</span> },
    { key: "due_on", title: t("bill.dueOn"), render: (b) => <span className="num">{b.due_on}</span> },
    { key: "state", title: t("ui.state"), render: (b) => <StateTag kind="bill" state={b.state} /> },
    { key: "total", title: t("bill.total") + unit, numeric: true, render: (b) => <Money fen={b.total_fen} /> },
    { key: "late_fee", title: t("bill.lateFee") + unit, numeric: true, render: (b) => <Money fen={b.late_fee_fen} /> },
    { key: "paid", title: t("bill.paid") + unit, numeric: true, render: (b) => <Money fen={paidOf(b)} /> },
    {
      key: "open",
      title: t("bill.open") + unit,
      numeric: true,
      render: (b) => (
        <b>
          <Money fen={b.open_fen} />
        </b>
      ),
    },
  ];
}
