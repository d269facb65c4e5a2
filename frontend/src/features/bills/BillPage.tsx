import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type Bill, billQuery } from "@/api/bills";
import { useText } from "@/i18n";
import { paidOf } from "@/parts/bill-columns";
import { Disputes } from "@/parts/Disputes";
import { EntryTable } from "@/parts/EntryTable";
import { ExceptionNote } from "@/parts/ExceptionNote";
import { useRemember } from "@/session/recent";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount, formatFen } from "@/ui/money";
import { Facts, Figures, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { BillActions } from "./BillActions";
import { BillLines } from "./BillLines";
import { BillNotes } from "./BillNotes";
import { Invoices, Noted, Paid, Sum } from "./BillWhy";

export function BillPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(billQuery(id));
  const b = query.data;
  useRemember(b && { to: `/bills/${b.id}`, title: `${b.number} ${b.customer_name}`, kind: t("bill.one") });
  return (
    <Page
      title={<span className="num">{b?.number ?? "…"}</span>}
      name={b?.number ?? t("bill.one")}
      crumbs={[{ label: t("nav.bills"), to: "/bills" }]}
      aside={b && <StateTag kind="bill" state={b.state} />}
      sub={
        b && (
          <>
            <Link to={`/customers/${b.customer_id}`}>{b.customer_name}</Link>
            <Link className="num" to={`/contracts/${b.contract_id}`}>
              {b.contract_number}
            </Link>
            <span className="num">{b.period}</span>
          </>
        )
      }
      actions={b && <BillActions bill={b} />}
    >
      {b && <ExceptionNote contract={b.contract_id} />}
      <Loaded query={query}>{(bill) => <Record bill={bill} />}</Loaded>
    </Page>
  );
}

function Record({ bill: b }: { bill: Bill }) {
  const { t } = useText();
  const days = b.late_fee_days ?? [];
  return (
    <>
      <Figures
        items={[
          { label: t("bill.total"), value: <Money fen={b.total_fen} sign explain={<Sum bill={b} />} /> },
          ...(b.noted_fen
            ? [{ label: t("note.noted"), value: <Money fen={b.noted_fen} sign explain={<Noted bill={b} />} /> }]
            : []),
          {
            label: t("bill.lateFee"),
            value: (
              <Money
                fen={b.late_fee_fen}
                sign
                explain={
                  <>
                    <p>{t("bill.why.late")}</p>
                    <ol>
                      {days.map((d) => (
                        <li key={d.on} className="num">
                          {t("bill.why.lateDay", {
                            day: d.on ?? "",
                            base: formatFen(d.base_fen),
                            rate: d.rate,
                            sum: formatFen(d.sum_fen),
                          })}
                        </li>
                      ))}
                    </ol>
                  </>
                }
              />
            ),
          },
          { label: t("bill.paid"), value: <Money fen={paidOf(b)} sign explain={<Paid bill={b} />} /> },
          { label: t("bill.open"), value: <Money fen={b.open_fen} sign explain={t("bill.why.open")} /> },
          ...(b.disputed_fen
            ? [{ label: t("note.disputed"), value: <Money fen={b.disputed_fen} sign explain={t("note.form.disputeHint")} /> }]
            : []),
        ]}
      />
      <div className="columns">
        <div>
          <BillLines bill={b} />
          <BillNotes bill={b} />
          {b.disputes && b.disputes.length > 0 && <Disputes disputes={b.disputes} />}
          <Allocations bill={b} />
          {b.entries && b.entries.length > 0 && (
            <Panel flush title={t("bill.entries")}>
              <EntryTable entries={b.entries.toReversed()} />
            </Panel>
          )}
        </div>
        <Panel title={t("bill.one")}>
          <Facts
            columns={1}
            items={[
              { label: t("bill.words"), value: b.total_words },
              { label: t("bill.service"), value: `${b.service_from} – ${b.service_to}` },
              { label: t("bill.issuedOn"), value: b.issued_on },
              { label: t("bill.window"), value: `${b.window_from} – ${b.due_on}` },
              b.suspend_on !== null && b.open_fen > 0 && { label: t("bill.suspendOn"), value: b.suspend_on },
              { label: t("bill.usedParts"), value: formatCount(b.used_parts) },
              { label: t("bill.hash"), value: <code className="mono">{b.hash}</code> },
              b.paid_on !== null && { label: t("bill.paidOn"), value: b.paid_on },
              b.statement_id !== "" && {
                label: t("statement.one"),
                value: <Link to={`/statements/${b.statement_id}`}>{b.period}</Link>,
              },
              !!b.tax_invoices?.length && { label: t("invoice.one"), value: <Invoices bill={b} /> },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

function Allocations({ bill }: { bill: Bill }) {
  const { t } = useText();
  const rows = bill.allocations ?? [];
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <Panel flush title={t("bill.allocations")}>
      {rows.length === 0 ? (
        <p className="panel-body meta">{t("bill.noAllocations")}</p>
      ) : (
        <table className="table" aria-label={t("bill.allocations")}>
          <thead>
            <tr>
              <th scope="col">{t("bill.payment")}</th>
              <th scope="col">{t("bill.valueDate")}</th>
              <th scope="col" data-numeric>
                {t("bill.principal") + unit}
              </th>
              <th scope="col" data-numeric>
                {t("bill.lateFee") + unit}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((a) => (
              <tr key={`${a.payment_id}.${a.value_date}`}>
                <td className="num">{a.payment_number ?? a.payment_id}</td>
                <td className="num">{a.value_date}</td>
                <td data-numeric>
                  <Money fen={a.principal_fen} />
                </td>
                <td data-numeric>
                  <Money fen={a.late_fee_fen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
