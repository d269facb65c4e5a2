import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { mentionsQuery, type Registration } from "@/api/registrations";
import { useText } from "@/i18n";
import { kindNames } from "@/parts/chain/names";
import { Loaded } from "@/ui/Loading";
import { Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";

/** Each link and phone number of a template's text: its place, and what it is registered as. */
export function Mentions({ record: r }: { record: Registration }) {
  const { t } = useText();
  const query = useQuery(mentionsQuery(r.id));
  return (
    <Panel title={t("chain.mentions")} flush>
      <Loaded query={query}>
        {({ items }) =>
          !items?.length ? (
            <p className="meta panel-note">{t("chain.mentionsNone")}</p>
          ) : (
            <table className="table plain" aria-label={t("chain.mentions")}>
              <thead>
                <tr>
                  <th scope="col">{t("chain.what")}</th>
                  <th scope="col">{t("chain.kindLabel")}</th>
                  <th scope="col">{t("chain.mentionPlace")}</th>
                  <th scope="col">{t("chain.mentionAs")}</th>
                  <th scope="col">{t("chain.ours")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((m) => (
                  <tr key={m.from}>
                    <td>
                      <b>{m.text}</b>
                    </td>
                    <td>{t(kindNames[m.kind])}</td>
                    <td className="num">{t("chain.mentionAt", { from: m.from, to: m.to })}</td>
                    <td>
                      {m.registration_id ? (
                        <Link to={`/registrations/${m.registration_id}`}>{m.registered}</Link>
                      ) : (
                        <span className="bad">{t("chain.mentionMissing", { kind: t(kindNames[m.kind]) })}</span>
                      )}
                    </td>
                    <td>{m.state && <StateTag kind="registration" state={m.state} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </Panel>
  );
}
