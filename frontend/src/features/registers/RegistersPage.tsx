import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allForceQuery, confidentialQuery } from "@/api/signing";
import { useText } from "@/i18n";
import { ForceTable } from "@/parts/ForceTable";
import { Loaded } from "@/ui/Loading";
import { Empty, Page, Panel } from "@/ui/Page";

/** The registers of contracts: force majeure, and who is bound to silence until when. */
export function RegistersPage() {
  const { t } = useText();
  const force = useQuery(allForceQuery);
  const silent = useQuery(confidentialQuery);
  return (
    <Page title={t("nav.registers")}>
      <Panel flush title={t("signing.force.title")}>
        <Loaded query={force} rows={3}>
          {(data) => <ForceTable rows={data.items ?? []} linked />}
        </Loaded>
      </Panel>
      <Panel flush title={t("signing.confidential.title")}>
        <Loaded query={silent} rows={3}>
          {(data) =>
            data.items?.length ? (
              <table className="table" aria-label={t("signing.confidential.title")}>
                <thead>
                  <tr>
                    <th scope="col">{t("contract.number")}</th>
                    <th scope="col">{t("contract.customer")}</th>
                    <th scope="col">{t("signing.confidential.ended")}</th>
                    <th scope="col">{t("signing.confidential.until")}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.items.map((c) => (
                    <tr key={c.contract_id}>
                      <td className="num">
                        <Link to={`/contracts/${c.contract_id}?tab=settlement`}>{c.number}</Link>
                      </td>
                      <td>{c.customer_name}</td>
                      <td className="num">{c.ended_on}</td>
                      <td className="num">{c.until}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <Empty why={t("signing.confidential.none")} />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
