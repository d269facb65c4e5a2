import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { actOnProposal, type Proposal, type ProposalAct, proposalsQuery } from "@/api/corner";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { fields } from "./names";
import { OwnFaults } from "./OwnFaults";
import { ProposeDialog } from "./ProposeDialog";

const acts: readonly { act: ProposalAct; text: TextKey }[] = [
  { act: "accept", text: "proposal.accept" },
  { act: "refuse", text: "proposal.refuse" },
  { act: "withdraw", text: "proposal.withdraw" },
];

/** Changes of the own record: customers propose them, sales accept or refuse. */
export function ProposalsPage() {
  const { t } = useText();
  const { can } = useSession();
  const [asking, setAsking] = useState(false);
  const [refusing, setRefusing] = useState<Proposal | null>(null);
  const act = useAct(actOnProposal, { onDone: () => setRefusing(null) });
  const columns: Column<Proposal>[] = [
    { key: "at", title: t("corner.at"), always: true, render: (p) => <Instant at={p.proposed_at} /> },
    { key: "customer", title: t("ticket.customer"), render: (p) => p.customer_name },
    { key: "changes", title: t("proposal.changes"), render: (p) => <Changes proposal={p} /> },
    { key: "note", title: t("proposal.note"), render: (p) => p.note },
    { key: "by", title: t("corner.by"), render: (p) => p.proposed_by },
    { key: "state", title: t("ui.state"), render: (p) => <StateTag kind="paper" state={p.state} /> },
    { key: "answer", title: t("proof.answer"), render: (p) => p.answer },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (p) => (
        <span className="row-actions">
          {acts
            .filter((a) => allows(p, a.act))
            .map((a) => (
              <Button
                key={a.act}
                size="small"
                onClick={() => (a.act === "refuse" ? setRefusing(p) : act.mutate({ id: p.id, act: a.act }))}
              >
                {t(a.text)}
              </Button>
            ))}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("nav.proposals")}
      actions={
        can("corner.manage") && (
          <Button type="primary" icon={<EditOutlined />} onClick={() => setAsking(true)}>
            {t("proposal.send")}
          </Button>
        )
      }
    >
      {can("corner.manage") && <OwnFaults onCorrect={() => setAsking(true)} />}
      <DataTable
        id="proposals"
        label={t("nav.proposals")}
        columns={columns}
        query={proposalsQuery}
        rowKey={(p) => p.id}
        filters={[{ key: "state", single: true, label: t("ui.state"), options: stateOptions("paper", t) }]}
        empty={{ why: t("proposal.empty"), next: t("proposal.hint") }}
      />
      {asking && <ProposeDialog onClose={() => setAsking(false)} />}
      <AskReason
        open={refusing !== null}
        title={t("proposal.refuse")}
        confirm={t("proposal.refuse")}
        busy={act.isPending}
        onAct={(reason) => refusing && act.mutate({ id: refusing.id, act: "refuse", reason })}
        onClose={() => setRefusing(null)}
      />
    </Page>
  );
}

function Changes({ proposal: p }: { proposal: Proposal }) {
  const { t } = useText();
  const named = fields.filter((f) => p.changes[f]).map((f) => `${t(`proposal.${f}`)}：${p.changes[f]}`);
  for (const c of p.changes.contacts ?? []) named.push(`${t("proposal.contacts")}：${c.name} ${c.phone}`);
  return named.map((line) => <div key={line}>{line}</div>);
}
