import { Button } from "antd";
import { useState } from "react";
import { type CarrierOrder, liftOrder, ordersQuery } from "@/api/sending";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { carrierNames } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { OrderDialog } from "./OrderDialog";

/** What carriers have ordered to cut: who, when, to how much, until when. */
export function OrdersTab() {
  const { t } = useText();
  const { can } = useSession();
  const [entering, setEntering] = useState(false);
  const [lifting, setLifting] = useState<CarrierOrder | null>(null);
  const act = useAct(liftOrder, { done: t("sending.lifted"), onDone: () => setLifting(null) });
  const columns: Column<CarrierOrder>[] = [
    { key: "carrier", title: t("sending.carrier"), always: true, render: (o) => nameOf(carrierNames, o.carrier, t) },
    {
      key: "category",
      title: t("sending.category"),
      render: (o) => (o.category ? nameOf(categoryNames, o.category, t) : t("sending.everybody")),
    },
    {
      key: "limit",
      title: t("sending.measure"),
      always: true,
      render: (o) => t(`sending.limited.${o.measure}` as TextKey, { n: formatCount(o.volume) }),
    },
    {
      key: "state",
      title: t("ui.state"),
      render: (o) => (
        <span className="state" data-tone={o.holds ? "warn" : "idle"}>
          {t(o.holds ? "sending.inForce" : "sending.isOver")}
        </span>
      ),
    },
    { key: "by", title: t("sending.givenBy"), render: (o) => o.given_by },
    { key: "reference", title: t("sending.reference"), render: (o) => o.reference },
    { key: "reason", title: t("ui.reason"), render: (o) => o.reason },
    { key: "at", title: t("sending.setAt"), render: (o) => <Instant at={o.set_at} /> },
    {
      key: "until",
      title: t("sending.until"),
      render: (o) => {
        const end = o.lifted_at ?? o.until;
        return end ? <Instant at={end} /> : <span className="meta">{t("sending.untilLifted")}</span>;
      },
    },
    {
      key: "lift",
      title: "",
      always: true,
      render: (o) =>
        allows(o, "lift-carrier-order") && (
          <Button size="small" onClick={() => setLifting(o)}>
            {t("sending.lift")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="carrier-orders"
        label={t("sending.orders")}
        columns={columns}
        query={ordersQuery}
        rowKey={(o) => o.id}
        toolbar={can("carrier.order") && <Button onClick={() => setEntering(true)}>{t("sending.newOrder")}</Button>}
        empty={{ why: t("sending.noOrders") }}
      />
      {entering && <OrderDialog onClose={() => setEntering(false)} />}
      <AskReason
        open={lifting !== null}
        title={t("sending.liftOrder")}
        hint={t("sending.liftHint")}
        confirm={t("sending.lift")}
        busy={act.isPending}
        onAct={(reason) => lifting && act.mutate({ id: lifting.id, reason })}
        onClose={() => setLifting(null)}
      />
    </>
  );
}
