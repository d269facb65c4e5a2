import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type Fault, faultsQuery } from "@/api/customers";
import { useText } from "@/i18n";
import { FaultState } from "@/parts/faults/FaultState";
import { faultFieldNames } from "@/parts/faults/names";
import { nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";

type Props = { onCorrect: () => void };

/** What of the own record is wrong, until when, and how it is corrected; nothing where all is right. */
export function OwnFaults({ onCorrect }: Props) {
  const { t } = useText();
  const { data } = useQuery(faultsQuery({ state: "open,corrected", limit: "50" }));
  const faults = data?.items ?? [];
  if (faults.length === 0) return null;
  return (
    <Panel title={t("fault.own")} flush>
      <table className="table plain" aria-label={t("fault.own")}>
        <thead>
          <tr>
            <th scope="col">{t("fault.field")}</th>
            <th scope="col">{t("fault.note")}</th>
            <th scope="col">{t("ui.state")}</th>
            <th scope="col">{t("ui.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((f) => (
            <tr key={f.id}>
              <td>
                <b>{nameOf(faultFieldNames, f.field, t)}</b>
              </td>
              <td>{f.note}</td>
              <td>
                <FaultState fault={f} />
              </td>
              <td>
                <Cure fault={f} onCorrect={onCorrect} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Cure({ fault: f, onCorrect }: Props & { fault: Fault }) {
  const { t } = useText();
  if (f.state === "corrected") return <span className="meta">{t("fault.waiting")}</span>;
  if (f.field === "name" || f.field === "uscc")
    // these change with the licence
    return <Link to={`/customers/${f.customer_id}?tab=licences`}>{t("fault.byLicence")}</Link>;
  return (
    <Button size="small" type="primary" onClick={onCorrect}>
      {t("fault.correct")}
    </Button>
  );
}
