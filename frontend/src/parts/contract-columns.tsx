import { Link } from "@tanstack/react-router";
import type { ContractRow } from "@/api/contracts";
import { useText } from "@/i18n";
import type { Column } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { contractKindNames, nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";

/** A contract as a row, wherever contracts are listed. */
export function useContractColumns({ customer }: { customer: boolean }): Column<ContractRow>[] {
  const { t } = useText();
  return [
    {
      key: "number",
      title: t("contract.number"),
      always: true,
      render: (c) => (
        <Link className="num" to={`/contracts/${c.id}`}>
          {c.number}
        </Link>
      ),
    },
    ...(customer
      ? [
          {
            key: "customer",
            title: t("customer.one"),
            render: (c: ContractRow) => <Link to={`/customers/${c.customer_id}`}>{c.customer_name}</Link>,
          },
        ]
      : []),
    { key: "kind", title: t("contract.kind"), render: (c) => nameOf(contractKindNames, c.kind, t) },
    {
      key: "term",
      title: t("contract.term"),
      render: (c) => (
        <span className="num">
          {c.start} – {c.end}
        </span>
      ),
    },
    { key: "state", title: t("ui.state"), render: (c) => <StateTag kind="contract" state={c.state} /> },
    {
      key: "open",
      title: `${t("contract.open")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (c) => <Money fen={c.totals.open_fen} />,
    },
  ];
}
