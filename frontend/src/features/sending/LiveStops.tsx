import { StopOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { liftStop, type Stop, stopsQuery } from "@/api/sending";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { scopeNames } from "./names";

/** Stops that hold, until somebody lifts them; nothing where there are none. */
export function LiveStops() {
  const { t } = useText();
  const { can } = useSession();
  const query = useQuery({ ...stopsQuery, refetchInterval: 5_000 });
  const [lifting, setLifting] = useState<Stop | null>(null);
  const act = useAct(liftStop, { done: t("sending.lifted"), onDone: () => setLifting(null) });
  const stops = query.data?.items ?? [];
  if (stops.length === 0) return null;
  return (
    <Panel title={t("sending.liveStops")}>
      <ul className="plain-list">
        {stops.map((s) => (
          <li key={s.id} className="warn-note hold">
            <StopOutlined aria-hidden /> {nameOf(scopeNames, s.scope, t)} <strong>{s.object_name}</strong> {s.reason}{" "}
            <span className="meta">
              {t("sending.since")} <Instant at={s.set_at} precision="second" />
            </span>{" "}
            {can("batch.settle") && (
              <Button size="small" onClick={() => setLifting(s)}>
                {t("sending.lift")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <AskReason
        open={lifting !== null}
        title={t("sending.liftTitle")}
        hint={t("sending.liftHint")}
        confirm={t("sending.lift")}
        busy={act.isPending}
        onAct={(reason) => lifting && act.mutate({ id: lifting.id, reason })}
        onClose={() => setLifting(null)}
      />
    </Panel>
  );
}
