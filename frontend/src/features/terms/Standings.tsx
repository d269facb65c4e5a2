import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { standingsQuery } from "@/api/service-terms";
import { proofHref } from "@/api/signing";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";

/** Who accepted a version, when and how; who objected; who has said nothing. */
export function Standings({ id }: { id: string }) {
  const { t } = useText();
  const query = useQuery(standingsQuery(id));
  return (
    <Loaded query={query} rows={3}>
      {(data) => (
        <table className="table" aria-label={t("terms.standings")}>
          <tbody>
            {(data.items ?? []).map((s) => (
              <tr key={s.customer_id}>
                <td>
                  <Link to={`/customers/${s.customer_id}`}>{s.customer_name}</Link>
                </td>
                <td>
                  {s.acceptance_id ? (
                    <span className="state" data-tone="ok">
                      {s.person} {s.note && <span className="meta">{s.note}</span>}
                    </span>
                  ) : s.objection ? (
                    <span className="state" data-tone="bad">
                      {t("terms.objected", { reason: s.objection })}
                    </span>
                  ) : (
                    <span className="meta">{t("terms.silent")}</span>
                  )}
                </td>
                <td>{(s.accepted_at || s.objected_at) && <Instant at={(s.accepted_at || s.objected_at) ?? ""} />}</td>
                <td>
                  {s.acceptance_id && (
                    <a href={proofHref("online", s.acceptance_id)} target="_blank" rel="noreferrer">
                      {t("signing.sheet")}
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Loaded>
  );
}
