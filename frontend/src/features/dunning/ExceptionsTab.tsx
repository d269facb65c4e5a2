import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Exception, exceptionsQuery } from "@/api/dunning";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { kindNames } from "@/parts/ExceptionNote";
import { type Column, DataTable } from "@/ui/DataTable";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { ExceptionActDialog } from "./exception-dialogs";

/** Who is spared what until when, by whose decision. */
export function ExceptionsTab() {
  const { t } = useText();
  const [act, setAct] = useState<{ what: "approve" | "reject" | "end"; exception: Exception } | null>(null);
  const columns: Column<Exception>[] = [
    {
      key: "customer",
      title: t("customer.one"),
      always: true,
      render: (e) => (
        <>
          <Link to={`/customers/${e.customer_id}`}>{e.customer_name}</Link>
          <div className="meta">
            {e.contract_id ? (
              <Link to={`/contracts/${e.contract_id}`}>{t("dunning.oneContract")}</Link>
            ) : (
              t("dunning.wholeCustomer")
            )}
          </div>
        </>
      ),
    },
    { key: "kind", title: t("dunning.kind"), render: (e) => nameOf(kindNames, e.kind, t) },
    { key: "from", title: t("dunning.from"), render: (e) => <span className="num">{e.from}</span> },
    {
      key: "until",
      title: t("dunning.until"),
      render: (e) => (
        <span className="num">
          {e.until}
          {e.ended_on && <div className="meta">{e.ended_on}</div>}
        </span>
      ),
    },
    {
      key: "state",
      title: t("ui.state"),
      render: (e) => (
        <>
          <StateTag kind="exception" state={e.state} />
          {e.active && <div className="meta">{t("dunning.active")}</div>}
        </>
      ),
    },
    {
      key: "reason",
      title: t("ui.reason"),
      render: (e) => (
        <>
          {e.reason}
          {e.decision_reason && <div className="meta">{e.decision_reason}</div>}
        </>
      ),
    },
    { key: "asked", title: t("dunning.requestedBy"), render: (e) => e.requested_by_name },
    { key: "decided", title: t("dunning.decidedBy"), render: (e) => e.decided_by_name || <span className="meta">—</span> },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (e) => (
        <span className="row-actions">
          {(["approve", "reject", "end"] as const).map(
            (what) =>
              allows(e, what) && (
                <Button
                  key={what}
                  size="small"
                  type={what === "approve" ? "primary" : "default"}
                  danger={what !== "approve"}
                  onClick={() => setAct({ what, exception: e })}
                >
                  {t(`dunning.${what}`)}
                </Button>
              ),
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="exceptions"
        label={t("dunning.exceptions")}
        columns={columns}
        query={exceptionsQuery}
        rowKey={(e) => e.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("exception", t), width: 180 }]}
        empty={{ why: t("dunning.noExceptions"), next: t("dunning.noExceptionsNext") }}
      />
      <ExceptionActDialog act={act} onClose={() => setAct(null)} />
    </>
  );
}
