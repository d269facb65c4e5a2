import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import type { Filing } from "@/api/registrations";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { carrierNames, causeNames, kindNames, shown } from "@/parts/chain/names";
import { useSession } from "@/session/session";
import type { Column } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";

/** The columns of a table of filings, and the one whose answer is being entered. */
export function useFilingColumns({ what = true }: { what?: boolean } = {}) {
  const { t } = useText();
  const { can } = useSession();
  const [answering, setAnswering] = useState<Filing | null>(null);
  const about: Column<Filing>[] = [
    { key: "kind", title: t("chain.kindLabel"), render: (f) => t(kindNames[f.kind]) },
    { key: "text", title: t("chain.what"), render: (f) => <Link to={`/registrations/${f.registration_id}`}>{shown(f)}</Link> },
    {
      key: "customer",
      title: t("customer.one"),
      render: (f) => <Link to={`/customers/${f.customer_id}`}>{f.customer_name}</Link>,
    },
  ];
  const columns: Column<Filing>[] = [
    { key: "number", title: t("chain.number"), always: true, render: (f) => <code className="mono">{f.number}</code> },
    ...(what ? about : []),
    { key: "carrier", title: t("chain.carrierLabel"), render: (f) => nameOf(carrierNames, f.carrier, t) },
    {
      key: "state",
      title: t("ui.state"),
      render: (f) => (
        <>
          <StateTag kind="filing" state={f.state} />
          {f.attempt > 1 && <span className="meta"> {t("chain.attempt", { n: f.attempt })}</span>}
        </>
      ),
    },
    { key: "sent", title: t("chain.sentAt"), render: (f) => f.state !== "queued" && <Instant at={f.sent_at} /> },
    {
      key: "due",
      title: t("chain.desk.dueOn"),
      render: (f) =>
        f.state === "submitted" && (
          <span className={f.overdue ? "state num" : "num"} data-tone={f.overdue ? "bad" : undefined}>
            {f.due_on} {f.overdue && t("chain.overdue")}
          </span>
        ),
    },
    {
      key: "reason",
      title: t("ui.reason"),
      render: (f) => [f.cause && nameOf(causeNames, f.cause, t), f.reason, f.note].filter(Boolean).join(" · "),
    },
    { key: "carrier_number", title: t("chain.carrierNumber"), render: (f) => f.carrier_number },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (f) =>
        can("filing.write") &&
        allows(f, "answer") && (
          <Button size="small" onClick={() => setAnswering(f)}>
            {t("chain.answer")}
          </Button>
        ),
    },
  ];
  return { columns, answering, close: () => setAnswering(null) };
}
