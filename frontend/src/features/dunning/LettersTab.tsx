import { FilePdfOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { type Letter, letterHref, lettersQuery } from "@/api/dunning";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";

/** Reminder letters as they went out, each with its PDF. */
export function LettersTab() {
  const { t } = useText();
  const columns: Column<Letter>[] = [
    { key: "number", title: t("dunning.letter"), always: true, render: (l) => <span className="num">{l.number}</span> },
    { key: "step", title: t("dunning.step"), render: (l) => t(`dunning.steps.${l.step}`) },
    { key: "on", title: t("dunning.sentOn"), render: (l) => <span className="num">{l.on}</span> },
    {
      key: "customer",
      title: t("customer.one"),
      render: (l) => <Link to={`/customers/${l.customer_id}`}>{l.customer_name}</Link>,
    },
    {
      key: "bill",
      title: t("bill.one"),
      render: (l) => (
        <Link className="num" to={`/bills/${l.bill_id}`}>
          {l.bill_number}
        </Link>
      ),
    },
    {
      key: "fee",
      title: `${t("bill.lateFee")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (l) => <Money fen={l.late_fee_fen} />,
    },
    {
      key: "amount",
      title: `${t("dunning.amount")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (l) => <Money fen={l.amount_fen} explain={l.amount_words} />,
    },
    {
      key: "pdf",
      title: "PDF",
      render: (l) => (
        <a href={letterHref(l.id)} target="_blank" rel="noreferrer" aria-label={`PDF ${l.number}`}>
          <FilePdfOutlined aria-hidden /> PDF
        </a>
      ),
    },
  ];
  return (
    <DataTable
      embedded
      id="letters"
      label={t("dunning.letters")}
      columns={columns}
      query={lettersQuery}
      rowKey={(l) => l.id}
      empty={{ why: t("dunning.noLetters") }}
    />
  );
}
