import { Button } from "antd";
import { type Delivery, deliveriesQuery, redeliver } from "@/api/corner";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { kindNames } from "./names";

/** What was told to webhooks, what they said, and what waits for a person. */
export function DeliveriesTab() {
  const { t } = useText();
  const again = useAct(redeliver);
  const columns: Column<Delivery>[] = [
    { key: "at", title: t("corner.at"), always: true, render: (d) => <Instant at={d.created_at} precision="second" /> },
    { key: "kind", title: t("corner.kinds"), render: (d) => nameOf(kindNames, d.kind, t) },
    { key: "state", title: t("ui.state"), render: (d) => <StateTag kind="delivery" state={d.state} /> },
    { key: "tries", title: t("corner.tries"), numeric: true, render: (d) => d.tries },
    {
      key: "answer",
      title: t("corner.answer"),
      render: (d) => (
        <span className="meta">
          {d.status > 0 && <span className="num">{d.status}</span>} {d.response}
        </span>
      ),
    },
    { key: "next", title: t("corner.nextTry"), render: (d) => <Instant at={d.next_try_at} precision="second" /> },
    {
      key: "again",
      title: "",
      always: true,
      render: (d) =>
        allows(d, "again") && (
          <Button size="small" loading={again.isPending && again.variables === d.id} onClick={() => again.mutate(d.id)}>
            {t("corner.again")}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      id="webhook-deliveries"
      label={t("corner.deliveries")}
      columns={columns}
      query={deliveriesQuery}
      rowKey={(d) => d.id}
      embedded
      filters={[{ key: "state", single: true, label: t("ui.state"), options: stateOptions("delivery", t) }]}
      empty={{ why: t("corner.noDeliveries") }}
    />
  );
}
