import { Link } from "@tanstack/react-router";
import { type Unsettled, unknownsQuery } from "@/api/sending";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";

/** Messages of which nobody knows whether they left; the batch's page is where a person enters what she found out. */
export function UnsettledTab() {
  const { t } = useText();
  const columns: Column<Unsettled>[] = [
    {
      key: "batch",
      title: t("sending.batch"),
      always: true,
      render: (u) => <Link to={`/batches/${u.batch_id}`}>{u.batch_number}</Link>,
    },
    { key: "customer", title: t("sending.customer"), render: (u) => u.customer_name },
    { key: "channel", title: t("sending.channel"), render: (u) => u.channel },
    { key: "messages", title: t("sending.messages"), numeric: true, render: (u) => formatCount(u.messages) },
    { key: "since", title: t("sending.since"), render: (u) => <Instant at={u.since} precision="second" /> },
  ];
  return (
    <>
      <p className="meta">{t("sending.unsettledHint")}</p>
      <DataTable
        embedded
        id="unsettled"
        label={t("sending.unsettled")}
        columns={columns}
        query={unknownsQuery}
        rowKey={(u) => `${u.batch_id} ${u.channel}`}
        empty={{ why: t("sending.noUnsettled") }}
      />
    </>
  );
}
