import { Link } from "@tanstack/react-router";
import type { Batch } from "@/api/batches";
import { useText } from "@/i18n";
import type { Column } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";

/** A batch as a row, wherever batches are listed. */
export function useBatchColumns({ customer }: { customer: boolean }): Column<Batch>[] {
  const { t } = useText();
  return [
    {
      key: "number",
      title: t("batch.number"),
      always: true,
      render: (b) => (
        <Link className="num" to={`/batches/${b.id}`}>
          {b.number ?? b.id}
        </Link>
      ),
    },
    ...(customer ? [{ key: "customer", title: t("customer.one"), render: (b: Batch) => b.customer_name }] : []),
    { key: "signature", title: t("batch.signature"), render: (b) => b.signature && `【${b.signature}】` },
    { key: "category", title: t("batch.category"), render: (b) => nameOf(categoryNames, b.category, t) },
    { key: "file", title: t("batch.file"), render: (b) => <span className="wrap">{b.file?.name}</span> },
    { key: "state", title: t("ui.state"), render: (b) => <StateTag kind="batch" state={b.state} /> },
    { key: "good", title: t("batch.messages"), numeric: true, render: (b) => formatCount(b.rows.good) },
    { key: "bad", title: t("batch.badRows"), numeric: true, render: (b) => formatCount(b.rows.bad + b.rows.repeated) },
    { key: "created", title: t("batch.createdAt"), render: (b) => <Instant at={b.created_at} /> },
  ];
}
