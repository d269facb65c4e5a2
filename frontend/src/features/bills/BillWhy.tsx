import { Link } from "@tanstack/react-router";
import type { Bill } from "@/api/bills";
import { useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { StateTag } from "@/ui/StateTag";
import { signed } from "./BillNotes";

/** The tax invoices of a bill. */
export function Invoices({ bill }: { bill: Bill }) {
  const { t } = useText();
  return (bill.tax_invoices ?? []).map((i) => (
    <div key={i.id}>
      <Link className="num" to={`/tax-invoices/${i.id}`}>
        {i.number || i.reference}
      </Link>{" "}
      {i.kind === "red" && `${t("invoice.red")} `}
      <StateTag kind="taxInvoice" state={i.state} />
    </div>
  ));
}

/** Which notes changed the bill, by how much. */
export function Noted({ bill }: { bill: Bill }) {
  const { t } = useText();
  return (
    <>
      <p>{t("note.whyNoted")}</p>
      <dl>
        {(bill.notes ?? []).map((n) => (
          <div key={n.id}>
            <dt className="num">{n.number}</dt>
            <dd>
              <Money fen={signed(n)} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What payments covered of the amount, and of the late fee. */
export function Paid({ bill }: { bill: Bill }) {
  const { t } = useText();
  return (
    <>
      <p>{t("bill.why.paid")}</p>
      <dl>
        <div>
          <dt>{t("bill.principal")}</dt>
          <dd>
            <Money fen={bill.paid_fen} />
          </dd>
        </div>
        <div>
          <dt>{t("bill.lateFee")}</dt>
          <dd>
            <Money fen={bill.late_fee_paid_fen} />
          </dd>
        </div>
      </dl>
    </>
  );
}

export function Sum({ bill }: { bill: Bill }) {
  const { t, pick } = useText();
  return (
    <dl>
      {(bill.lines ?? []).map((l, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an issued bill never move
        <div key={i}>
          <dt>{pick(l.description, l.description_en)}</dt>
          <dd>
            <Money fen={l.amount_fen} />
          </dd>
        </div>
      ))}
      <div>
        <dt>
          <b>{t("bill.why.total")}</b>
        </dt>
        <dd>
          <b>
            <Money fen={bill.total_fen} />
          </b>
        </dd>
      </div>
    </dl>
  );
}
