import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { standingsQuery } from "@/api/complaints";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { Loaded } from "@/ui/Loading";
import { Empty, Panel } from "@/ui/Page";
import { ThresholdsDialog } from "./ThresholdsDialog";

/** Complaints of a month by customer, for each million of delivered messages, and what was done. */
export function StandingsTab() {
  const { t } = useText();
  const { can } = useSession();
  const today = useBusinessDay();
  const [chosen, setChosen] = useState<string>();
  const [setting, setSetting] = useState(false);
  const month = chosen ?? today.slice(0, 7);
  const query = useQuery(standingsQuery(month));
  return (
    <Panel flush>
      <div className="toolbar">
        <DatePicker
          picker="month"
          aria-label={t("complaint.month")}
          value={dayjs(`${month}-01`)}
          maxDate={dayjs(today)}
          allowClear={false}
          onChange={(d) => setChosen(d?.format("YYYY-MM"))}
        />
        {can("complaint.threshold") && <Button onClick={() => setSetting(true)}>{t("complaint.thresholds")}</Button>}
      </div>
      <Loaded query={query}>
        {(all) =>
          all.items?.length ? (
            <table className="table" aria-label={t("complaint.standings")}>
              <thead>
                <tr>
                  <th scope="col">{t("customer.one")}</th>
                  <th scope="col" data-numeric>
                    {t("complaint.count")}
                  </th>
                  <th scope="col" data-numeric>
                    {t("complaint.delayCount")}
                  </th>
                  <th scope="col" data-numeric>
                    {t("complaint.delivered")}
                  </th>
                  <th scope="col" data-numeric>
                    {t("complaint.rate")}
                  </th>
                  <th scope="col">{t("complaint.measures")}</th>
                </tr>
              </thead>
              <tbody>
                {all.items.map((s) => (
                  <tr key={s.customer_id}>
                    <td>
                      <Link to={`/customers/${s.customer_id}`}>{s.customer_name}</Link>
                    </td>
                    <td data-numeric>{s.complaints}</td>
                    <td data-numeric>{s.by_delay}</td>
                    <td data-numeric>{s.delivered.toLocaleString("en-US")}</td>
                    <td data-numeric>{s.rate || "—"}</td>
                    <td>{(s.measures ?? []).map((m) => t(`complaint.measure.${m.measure as "watch"}`)).join("、")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <Empty why={t("complaint.standingsEmpty")} next={t("complaint.standingsNext")} />
          )
        }
      </Loaded>
      {setting && <ThresholdsDialog onClose={() => setSetting(false)} />}
    </Panel>
  );
}
