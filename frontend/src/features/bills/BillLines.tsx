import type { Bill, BillLine } from "@/api/bills";
import { type TextKey, useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { formatDecimal, formatFen } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";

const chargeNames: Readonly<Record<string, TextKey>> = {
  rent: "bill.charges.rent",
  metered: "bill.charges.metered",
  overage: "bill.charges.overage",
  usage: "bill.charges.usage",
  one_off: "bill.charges.one_off",
  minimum: "bill.charges.minimum",
  credit: "bill.charges.credit",
  fine: "bill.charges.fine",
  late_fee: "bill.charges.late_fee",
};

/** `0.09` → `9%`, without computing. */
export const percent = (rate: string): string => {
  const [whole = "0", fraction = ""] = rate.split(".");
  const digits = `${whole}${fraction.padEnd(2, "0")}`;
  const cut = whole.length + 2;
  const tail = digits.slice(cut).replace(/0+$/, "");
  return `${digits.slice(0, cut).replace(/^0+(?=\d)/, "")}${tail ? `.${tail}` : ""}%`;
};

/** Every line with quantity, price and tax; each amount says how it came about. */
export function BillLines({ bill }: { bill: Bill }) {
  const { t, pick } = useText();
  const lines = bill.lines ?? [];
  const unit = ` (${t("ui.money.unit")})`;
  const tax = lines.reduce((sum, l) => sum + l.tax_fen, 0);
  return (
    <Panel flush title={t("bill.lines")}>
      <table className="table plain" aria-label={t("bill.lines")}>
        <thead>
          <tr>
            <th scope="col">{t("bill.charge")}</th>
            <th scope="col" data-numeric>
              {t("bill.quantity")}
            </th>
            <th scope="col" data-numeric>
              {t("bill.unitPrice") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("bill.taxRate")}
            </th>
            <th scope="col" data-numeric>
              {t("bill.tax") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("bill.amount") + unit}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((l, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an issued bill never move
            <tr key={i}>
              <td>
                {pick(l.description, l.description_en) || nameOf(chargeNames, l.charge, t)}
                <div className="meta num">
                  {l.from} – {l.to}
                </div>
                {l.basis && <div className="meta">{l.basis}</div>}
              </td>
              <td data-numeric>{formatDecimal(l.quantity)}</td>
              <td data-numeric>{l.unit_price === "" ? "—" : formatDecimal(l.unit_price)}</td>
              <td data-numeric>{percent(l.tax_rate)}</td>
              <td data-numeric>
                <Money fen={l.tax_fen} />
              </td>
              <td data-numeric>
                <Money fen={l.amount_fen} explain={<Why line={l} />} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={4}>{t("bill.run.total")}</td>
            <td data-numeric>
              <Money fen={tax} />
            </td>
            <td data-numeric>
              <Money fen={bill.total_fen} />
            </td>
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}

function Why({ line }: { line: BillLine }) {
  const { t } = useText();
  return (
    <>
      <b>{t("bill.why.title")}</b>
      <p className="num">
        {line.from} – {line.to}
      </p>
      {line.basis && <p>{line.basis}</p>}
      {line.unit_price !== "" && (
        <p className="num">
          {t("bill.why.formula", { quantity: formatDecimal(line.quantity), price: formatDecimal(line.unit_price) })}
        </p>
      )}
      <p className="num">
        {t("bill.why.tax", {
          rate: percent(line.tax_rate),
          net: formatFen(line.net_fen),
          tax: formatFen(line.tax_fen),
        })}
      </p>
    </>
  );
}
