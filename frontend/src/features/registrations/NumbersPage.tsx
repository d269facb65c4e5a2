import { Link } from "@tanstack/react-router";
import { numbersQuery, type SenderNumber } from "@/api/registrations";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";

/** The pool of sender numbers: who has which, and which rest. */
export function NumbersPage() {
  const { t } = useText();
  const columns: Column<SenderNumber>[] = [
    { key: "code", title: t("chain.numbers.code"), always: true, render: (n) => <code className="mono">{n.code}</code> },
    {
      key: "base",
      title: t("chain.numbers.base"),
      render: (n) => (n.code === n.base ? t("chain.numbers.base") : t("chain.numbers.sub")),
    },
    { key: "state", title: t("ui.state"), render: (n) => <StateTag kind="senderNumber" state={n.state} /> },
    {
      key: "customer",
      title: t("customer.one"),
      render: (n) => n.customer_id && <Link to={`/customers/${n.customer_id}`}>{n.customer_name}</Link>,
    },
    {
      key: "contract",
      title: t("chain.numbers.contract"),
      render: (n) => n.contract_id && <Link to={`/contracts/${n.contract_id}`}>{n.contract_number}</Link>,
    },
    { key: "signature", title: t("chain.kind.signature"), render: (n) => n.signature && `【${n.signature}】` },
    { key: "allotted", title: t("chain.numbers.allotted"), render: (n) => <Instant at={n.allotted_at} /> },
    { key: "free", title: t("chain.numbers.free"), render: (n) => <span className="num">{n.free_on}</span> },
  ];
  return (
    <Page title={t("chain.numbers.title")}>
      <DataTable
        id="numbers"
        label={t("chain.numbers.title")}
        columns={columns}
        query={numbersQuery}
        rowKey={(n) => n.code}
        search={t("chain.numbers.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("senderNumber", t) }]}
        empty={{ why: t("chain.numbers.empty") }}
      />
    </Page>
  );
}
