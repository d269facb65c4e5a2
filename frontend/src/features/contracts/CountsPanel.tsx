import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { carrierCountsQuery, enterCount } from "@/api/charges";
import type { Contract } from "@/api/contracts";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { CountDialog } from "./charge-dialogs";

/** The carrier's monthly counts of a port agreement: what it is billed by. */
export function CountsPanel({ contract }: { contract: Contract }) {
  const { t } = useText();
  const { can } = useSession();
  const [entering, setEntering] = useState(false);
  const query = useQuery(carrierCountsQuery(contract.id));
  const enter = useAct(enterCount, { done: t("charge.counts.done"), onDone: () => setEntering(false) });
  return (
    <Panel
      flush
      title={t("charge.counts.title")}
      extra={
        can("charge.record") ? (
          <Button size="small" onClick={() => setEntering(true)}>
            {t("charge.counts.enter")}
          </Button>
        ) : undefined
      }
    >
      <p className="meta" style={{ padding: "10px 16px" }}>
        {t("charge.counts.hint")}
      </p>
      <Loaded query={query} rows={2}>
        {(data) =>
          data.items?.length ? (
            <table className="table" aria-label={t("charge.counts.title")}>
              <thead>
                <tr>
                  <th scope="col">{t("charge.counts.month")}</th>
                  <th scope="col">{t("charge.counts.port")}</th>
                  <th scope="col">{t("charge.by")}</th>
                  <th scope="col" data-numeric>
                    {t("charge.counts.parts")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((c) => (
                  <tr key={`${c.month}${c.port}`}>
                    <td className="num">{c.month}</td>
                    <td className="num">{c.port || "—"}</td>
                    <td>
                      {c.entered_by_name} <Instant at={c.entered_at} />
                      {c.note && <div className="meta">{c.note}</div>}
                    </td>
                    <td data-numeric>{formatCount(c.parts)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <Empty why={t("charge.counts.none")} />
          )
        }
      </Loaded>
      {entering && (
        <CountDialog
          busy={enter.isPending}
          onAct={(body) => enter.mutate({ ...body, id: contract.id })}
          onClose={() => setEntering(false)}
        />
      )}
    </Panel>
  );
}
