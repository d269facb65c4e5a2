import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { type Announcement, actAnnouncement, creditsQuery, type OutageCredit } from "@/api/announcements";
import { useText } from "@/i18n";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";

/** What each contract is due for an interruption; one press gives what was not given yet. */
export function CreditsDialog({ of, onClose }: { of: Announcement | null; onClose: () => void }) {
  const { t } = useText();
  const query = useQuery(creditsQuery(of?.id ?? ""));
  const run = useAct(actAnnouncement, { done: t("outage.done"), onDone: onClose });
  const open = (query.data?.items ?? []).filter((c) => !c.granted);
  const total = open.reduce((sum, c) => sum + c.amount_fen, 0);
  return (
    <ConfirmTotals
      open={of !== null}
      title={t("outage.act.credit")}
      sentence={t("outage.creditSentence", { count: open.length, amount: formatYuan(total) })}
      confirm={t("outage.act.credit")}
      busy={run.isPending}
      onConfirm={() =>
        open.length === 0
          ? onClose()
          : of && run.mutate({ what: "credit", id: of.id, body: { contract_ids: open.map((c) => c.contract_id) } })
      }
      onCancel={onClose}
    >
      <Loaded query={query}>
        {(list) => (
          <Table<OutageCredit>
            rowKey="contract_id"
            size="small"
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            dataSource={list.items ?? []}
            columns={[
              { title: t("maintenance.contract"), render: (_, c) => <span className="num">{c.contract_number}</span> },
              { title: t("customer.one"), render: (_, c) => c.customer_name },
              { title: t("outage.days"), align: "right", render: (_, c) => c.days },
              { title: t("outage.rent"), align: "right", render: (_, c) => <Money fen={c.rent_fen} /> },
              { title: t("outage.credit"), align: "right", render: (_, c) => <Money fen={c.amount_fen} /> },
              { title: t("ui.state"), render: (_, c) => (c.granted ? t("outage.given") : "—") },
            ]}
          />
        )}
      </Loaded>
    </ConfirmTotals>
  );
}
