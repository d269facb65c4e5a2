import { Link } from "@tanstack/react-router";
import type { Reissue } from "@/api/notes";
import { useText } from "@/i18n";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Figures, Panel } from "@/ui/Page";

/** What a correction would do, or did. */
export function ReissueView({ reissue: r }: { reissue: Reissue }) {
  const { t } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  const items = r.items ?? [];
  return (
    <>
      <Figures
        items={[
          { label: t("note.reissue.expected"), value: formatCount(r.expected) },
          { label: t("note.reissue.done"), value: formatCount(r.done) },
          { label: t("note.reissue.skipped"), value: formatCount(r.skipped) },
          { label: t("note.reissue.failed"), value: formatCount(r.failed) },
          { label: t("note.reissue.tax"), value: <Money fen={r.tax_after_fen - r.tax_before_fen} sign /> },
        ]}
      />
      {items.length > 0 && (
        <Panel flush>
          <div className="table-wrap">
            <table className="table" aria-label={t("note.reissue.expected")}>
              <thead>
                <tr>
                  <th scope="col">{t("note.reissue.old")}</th>
                  <th scope="col">{t("customer.one")}</th>
                  <th scope="col" data-numeric>
                    {t("note.reissue.total") + unit}
                  </th>
                  <th scope="col" data-numeric>
                    {t("note.reissue.tax") + unit}
                  </th>
                  <th scope="col">{t("note.reissue.new")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((i) => (
                  <tr key={i.bill_id}>
                    <td>
                      <Link className="num" to={`/bills/${i.bill_id}`}>
                        {i.bill_number}
                      </Link>
                    </td>
                    <td>{i.customer_name}</td>
                    <td data-numeric>
                      <Money fen={i.before_fen} />
                      {i.after_fen !== i.before_fen && (
                        <>
                          {" → "}
                          <Money fen={i.after_fen} />
                        </>
                      )}
                    </td>
                    <td data-numeric>
                      <Money fen={i.tax_before_fen} /> → <Money fen={i.tax_after_fen} />
                    </td>
                    <td>
                      {i.new_bill_id && (
                        <Link className="num" to={`/bills/${i.new_bill_id}`}>
                          {i.new_bill_number}
                        </Link>
                      )}
                      {i.problem && <span className="meta">{i.problem}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
    </>
  );
}
