import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { type Hold, holdsQuery, liftHold } from "@/api/evidence";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { AttachmentLink } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { HoldDialog } from "./HoldDialog";

/** What must not be purged, for whom, and who said so. */
export function HoldsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [placing, setPlacing] = useState(false);
  const [lifting, setLifting] = useState<Hold | null>(null);
  const lift = useAct(liftHold, { done: t("keeping.lifted"), onDone: () => setLifting(null) });
  const columns: Column<Hold>[] = [
    { key: "number", title: t("keeping.number"), always: true, render: (h) => <span className="num">{h.number}</span> },
    { key: "state", title: t("ui.state"), render: (h) => <StateTag kind="hold" state={h.state} /> },
    { key: "customer", title: t("customer.one"), render: (h) => h.customer_name },
    {
      key: "months",
      title: t("keeping.months"),
      render: (h) => (
        <span className="num">
          {h.first_month
            ? h.first_month === h.last_month
              ? h.first_month
              : `${h.first_month} – ${h.last_month}`
            : t("keeping.all")}
          {h.batch_number && <div className="meta">{h.batch_number}</div>}
        </span>
      ),
    },
    {
      key: "authority",
      title: t("keeping.authority"),
      render: (h) => (
        <>
          {h.authority}
          <div className="meta">{h.reference}</div>
        </>
      ),
    },
    { key: "reason", title: t("keeping.reason"), render: (h) => <div className="words">{h.reason}</div> },
    {
      key: "by",
      title: t("keeping.by"),
      render: (h) => (
        <>
          {h.placed_by} <Instant at={h.placed_at} />
          {h.attachment_id && (
            <div>
              <AttachmentLink file={{ id: h.attachment_id, name: t("keeping.paper") }} />
            </div>
          )}
          {h.lifted_by && (
            <div className="meta words">
              {t("keeping.lifted")} {h.lifted_by} <Instant at={h.lifted_at} /> {h.lift_reason}
            </div>
          )}
        </>
      ),
    },
    {
      key: "act",
      title: "",
      always: true,
      render: (h) =>
        allows(h, "lift") && (
          <Button size="small" danger onClick={() => setLifting(h)}>
            {t("keeping.lift")}
          </Button>
        ),
    },
  ];
  return (
    <Page
      title={t("keeping.holds")}
      actions={
        can("hold.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setPlacing(true)}>
            {t("keeping.place")}
          </Button>
        )
      }
    >
      <DataTable
        id="legal-holds"
        label={t("keeping.holds")}
        columns={columns}
        query={holdsQuery}
        rowKey={(h) => h.id}
        empty={{ why: t("keeping.noHolds"), next: t("keeping.noHoldsNext") }}
      />
      <HoldDialog open={placing} onClose={() => setPlacing(false)} />
      <AskReason
        open={lifting !== null}
        title={t("keeping.liftTitle", { number: lifting?.number ?? "" })}
        hint={t("keeping.liftHint")}
        confirm={t("keeping.lift")}
        danger
        busy={lift.isPending}
        onAct={(reason) => lifting && lift.mutate({ id: lifting.id, reason })}
        onClose={() => setLifting(null)}
      />
    </Page>
  );
}
