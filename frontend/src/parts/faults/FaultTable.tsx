import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { type Fault, faultsQuery, returnFault, settleFault, suspendForFault } from "@/api/customers";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { FaultState } from "./FaultState";
import { faultFieldNames } from "./names";

type Act = { fault: Fault; what: "settle" | "return" };
/** Of one customer inside its page, else of all in a page of its own. */
type Props = { customer?: string; toolbar?: ReactNode };

/** What is wrong with registration data: who has to do what until when. */
export function FaultTable({ customer, toolbar }: Props) {
  const { t } = useText();
  const [asking, setAsking] = useState<Act | null>(null);
  const close = () => setAsking(null);
  const settle = useAct(settleFault, { done: t("fault.settled"), onDone: close });
  const giveBack = useAct(returnFault, { done: t("fault.returned"), onDone: close });
  const suspend = useAct(suspendForFault, { done: t("fault.suspended") });
  const columns: Column<Fault>[] = [
    { key: "field", title: t("fault.field"), always: true, render: (f) => nameOf(faultFieldNames, f.field, t) },
    ...(customer
      ? []
      : [
          {
            key: "customer",
            title: t("customer.one"),
            render: (f: Fault) => <Link to={`/customers/${f.customer_id}?tab=faults`}>{f.customer_name}</Link>,
          },
        ]),
    { key: "note", title: t("fault.note"), render: (f) => f.note },
    { key: "state", title: t("ui.state"), render: (f) => <FaultState fault={f} /> },
    { key: "raised", title: t("fault.raised"), render: (f) => <Who name={f.raised_by_name} at={f.raised_at} /> },
    { key: "corrected", title: t("fault.corrected"), render: (f) => <Who name={f.corrected_by_name} at={f.corrected_at} /> },
    {
      key: "settled",
      title: t("fault.looked"),
      render: (f) => (
        <>
          <Who name={f.settled_by_name} at={f.settled_at} />
          {f.settlement && <div className="meta">{f.settlement}</div>}
        </>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (f) => (
        <span className="row-actions">
          {allows(f, "settle") && (
            <Button size="small" onClick={() => setAsking({ fault: f, what: "settle" })}>
              {t("fault.settle")}
            </Button>
          )}
          {allows(f, "return") && (
            <Button size="small" onClick={() => setAsking({ fault: f, what: "return" })}>
              {t("fault.return")}
            </Button>
          )}
          {allows(f, "suspend") && (
            <Button size="small" danger loading={suspend.isPending} onClick={() => suspend.mutate({ id: f.id })}>
              {t("fault.suspend")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  const settling = asking?.what === "settle";
  return (
    <>
      <DataTable
        embedded={customer !== undefined}
        id={customer ? "customer-faults" : "faults"}
        label={t("fault.title")}
        columns={columns}
        query={(p) => faultsQuery(customer ? { ...p, customer_id: customer } : p)}
        rowKey={(f) => f.id}
        search={customer ? undefined : t("fault.search")}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("fault", t) }]}
        toolbar={toolbar}
        empty={{ why: t("fault.empty"), next: t("fault.emptyNext") }}
      />
      <AskReason
        open={asking !== null}
        title={t(settling ? "fault.settle" : "fault.return")}
        label={t(settling ? "fault.settlement" : "fault.note")}
        hint={t(settling ? "fault.settleHint" : "fault.returnHint")}
        confirm={t(settling ? "fault.settle" : "fault.return")}
        busy={settle.isPending || giveBack.isPending}
        onAct={(text) =>
          asking &&
          (settling
            ? settle.mutate({ id: asking.fault.id, settlement: text })
            : giveBack.mutate({ id: asking.fault.id, note: text }))
        }
        onClose={close}
      />
    </>
  );
}

function Who({ name, at }: { name?: string; at?: string | null }) {
  if (!at) return null;
  return (
    <>
      {name}
      <div className="meta">
        <Instant at={at} />
      </div>
    </>
  );
}
