import { PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { type Refund, refundsQuery } from "@/api/refunds";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { ChequesTab } from "./ChequesTab";
import { AskRefundDialog, type RefundAct, RefundActDialog } from "./refund-dialogs";

/** Money that goes back to customers, step by step, and cheques that wait for the bank. */
export function RefundsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [asking, setAsking] = useState(false);
  const [act, setAct] = useState<{ what: RefundAct; refund: Refund } | null>(null);
  const columns: Column<Refund>[] = [
    { key: "number", title: t("refund.number"), always: true, render: (r) => <span className="num">{r.number}</span> },
    {
      key: "customer",
      title: t("customer.one"),
      render: (r) => <Link to={`/customers/${r.customer_id}`}>{r.customer_name}</Link>,
    },
    { key: "state", title: t("ui.state"), render: (r) => <StateTag kind="refund" state={r.state} /> },
    {
      key: "to",
      title: t("refund.to"),
      render: (r) => (
        <>
          {r.to_name}
          <div className="meta mono">
            {r.to_bank} {r.to_account}
          </div>
        </>
      ),
    },
    {
      key: "reason",
      title: t("ui.reason"),
      render: (r) => (
        <>
          {r.reason}
          {r.decision_reason && <div className="meta">{r.decision_reason}</div>}
        </>
      ),
    },
    { key: "asked", title: t("refund.requestedBy"), render: (r) => r.requested_by_name },
    { key: "decided", title: t("refund.decidedBy"), render: (r) => r.decided_by_name || <span className="meta">—</span> },
    {
      key: "amount",
      title: `${t("refund.amount")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (r) => (
        <b>
          <Money fen={r.amount_fen} />
        </b>
      ),
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (r) => (
        <span className="row-actions">
          {(["approve", "reject", "pay", "return", "cancel"] as const).map(
            (what) =>
              allows(r, what) && (
                <Button
                  key={what}
                  size="small"
                  type={what === "approve" || what === "pay" ? "primary" : "default"}
                  danger={what === "reject" || what === "cancel"}
                  onClick={() => setAct({ what, refund: r })}
                >
                  {t(`refund.${what}`)}
                </Button>
              ),
          )}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.refunds")}
      crumbs={[{ label: t("nav.payments"), to: "/payments" }]}
      actions={
        can("payment.record") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking(true)}>
            {t("refund.ask")}
          </Button>
        )
      }
    >
      <Tabs
        items={[
          {
            key: "refunds",
            label: t("nav.refunds"),
            children: (
              <DataTable
                embedded
                id="refunds"
                label={t("nav.refunds")}
                columns={columns}
                query={refundsQuery}
                rowKey={(r) => r.id}
                empty={{ why: t("refund.empty"), next: t("refund.emptyNext") }}
              />
            ),
          },
          { key: "cheques", label: t("refund.cheques"), children: <ChequesTab /> },
        ]}
      />
      <AskRefundDialog open={asking} onClose={() => setAsking(false)} />
      <RefundActDialog act={act} onClose={() => setAct(null)} />
    </Page>
  );
}
