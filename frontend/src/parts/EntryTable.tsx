import type { Entry } from "@/api/ledger";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Money } from "@/ui/Money";

/** Ledger entries with their postings, debit and credit side by side. */
export function EntryTable({ entries }: { entries: readonly Entry[] }) {
  const { t, pick } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  return (
    <div className="table-wrap" data-whole>
      <table className="table" aria-label={t("bill.entries")}>
        <thead>
          <tr>
            <th scope="col">{t("bill.entry")}</th>
            <th scope="col">{t("ui.at")}</th>
            <th scope="col">{t("bill.account")}</th>
            <th scope="col" data-numeric>
              {t("bill.debit") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("bill.credit") + unit}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.flatMap((e) =>
            (e.postings ?? []).map((p, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the postings of an entry never move
              <tr key={`${e.id}.${i}`}>
                <td>{i === 0 && <code className="mono">{e.key}</code>}</td>
                <td>{i === 0 && <Instant at={e.at} />}</td>
                <td>{pick(p.account_name, p.account_name_en) || p.account}</td>
                <td data-numeric>{p.debit_fen !== 0 && <Money fen={p.debit_fen} />}</td>
                <td data-numeric>{p.credit_fen !== 0 && <Money fen={p.credit_fen} />}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
