import { CheckCircleOutlined, ClockCircleOutlined, ExclamationCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Tabs } from "antd";
import { batchesQuery } from "@/api/batches";
import { billsQuery } from "@/api/bills";
import { type Contract, contractQuery, contractTimelineQuery } from "@/api/contracts";
import { useText } from "@/i18n";
import { AppealButton } from "@/parts/AppealButton";
import { useBatchColumns } from "@/parts/batch-columns";
import { useBillColumns } from "@/parts/bill-columns";
import { ExceptionNote } from "@/parts/ExceptionNote";
import { useRemember } from "@/session/recent";
import { useSession } from "@/session/session";
import { actorName } from "@/ui/actor";
import { DataTable } from "@/ui/DataTable";
import { Lane } from "@/ui/Lane";
import { LinkTo } from "@/ui/LinkTo";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { contractKindNames, nameOf } from "@/ui/names";
import { Empty, Figures, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { Timeline } from "@/ui/Timeline";
import { useUrlState } from "@/ui/url-state";
import { AnnexTab } from "./AnnexTab";
import { ChangesTab } from "./ChangesTab";
import { ChargesTab } from "./ChargesTab";
import { ContractActions } from "./ContractActions";
import { DepositTab } from "./DepositTab";
import { DocumentTab } from "./DocumentTab";
import { EndingNote } from "./EndingNote";
import { lifeOf } from "./life";
import { PlanNote } from "./PlanNote";
import { byHand, reasonNames } from "./reasons";
import { SettlementTab } from "./SettlementTab";
import { SigningTab } from "./SigningTab";
import { TermsTab } from "./TermsTab";
import { TrialYear } from "./TrialYear";
import { WalletTab } from "./WalletTab";

export function ContractPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(contractQuery(id));
  const c = query.data;
  useRemember(c && { to: `/contracts/${c.id}`, title: `${c.number} ${c.customer_name}`, kind: t("contract.one") });
  return (
    <Page
      title={<span className="num">{c?.number ?? "…"}</span>}
      name={c?.number ?? t("contract.one")}
      crumbs={[{ label: t("nav.contracts"), to: "/contracts" }]}
      aside={c && <StateTag kind="contract" state={c.state} />}
      sub={
        c && (
          <>
            <Link to={`/customers/${c.customer_id}`}>{c.customer_name}</Link>
            <span>{nameOf(contractKindNames, c.kind, t)}</span>
            <span className="num">
              {c.start} – {c.end}
            </span>
          </>
        )
      }
      actions={c && <ContractActions contract={c} />}
    >
      <ExceptionNote contract={id} />
      <Loaded query={query}>{(contract) => <Record contract={contract} />}</Loaded>
    </Page>
  );
}

const ended = new Set<Contract["state"]>(["expired", "terminated", "settled", "closed"]);

function Record({ contract: c }: { contract: Contract }) {
  const { t, pick } = useText();
  const { can } = useSession();
  const [params, set] = useUrlState();
  const reasons = c.suspension_reasons ?? [];
  const warnings = c.warnings ?? [];
  const { totals } = c;
  return (
    <>
      <Panel>
        <Lane stops={lifeOf(c.state, t)} label={t("contract.life")} />
      </Panel>
      {reasons.length > 0 && (
        <div className="warn-note" role="status">
          <ExclamationCircleOutlined aria-hidden />
          {t("contract.suspended")} {reasons.map((r) => nameOf(reasonNames, r, t)).join("、")}
          <p className="meta">{t("contract.suspendedHint")}</p>
          {reasons.filter(byHand).map((r) => (
            <AppealButton key={r} kind="suspension" objectId={`${c.id}:${r}`} title={nameOf(reasonNames, r, t)} />
          ))}
        </div>
      )}
      <EndingNote contract={c} />
      <PlanNote contract={c} />
      {warnings.map((w) => (
        <div className="warn-note" key={w.code}>
          <ExclamationCircleOutlined aria-hidden />
          {pick(w.detail, w.detail_en)}
        </div>
      ))}
      <Figures
        items={[
          { label: t("contract.figures.billed"), value: <Money fen={totals.billed_fen} sign /> },
          { label: t("contract.figures.paid"), value: <Money fen={totals.paid_fen} sign /> },
          { label: t("contract.figures.open"), value: <Money fen={totals.open_fen} sign /> },
          { label: t("contract.figures.deposit"), value: <Money fen={totals.deposit_fen} sign /> },
          {
            label: t("contract.figures.used"),
            value: formatCount(totals.used),
            note: t("contract.included", { count: formatCount(totals.included) }),
          },
        ]}
      />
      <div className="columns">
        <div>
          <Tabs
            activeKey={params.tab ?? "terms"}
            onChange={(tab) => set({ tab }, { replace: true })}
            items={[
              { key: "terms", label: t("contract.terms"), children: <TermsTab contract={c} /> },
              { key: "changes", label: t("life.tab"), children: <ChangesTab contract={c} /> },
              { key: "document", label: t("contract.document"), children: <DocumentTab contract={c} /> },
              { key: "signing", label: t("signing.tab"), children: <SigningTab contract={c} /> },
              { key: "annexes", label: t("signing.annex.tab"), children: <AnnexTab contract={c} /> },
              ...(ended.has(c.state)
                ? [{ key: "settlement", label: t("signing.settlement.tab"), children: <SettlementTab contract={c} /> }]
                : []),
              {
                key: "trial",
                label: t("trial.title"),
                children: <TrialYear of={{ contract_id: c.id }} parts={totals.included || 1000} />,
              },
              { key: "deposit", label: t("contract.deposit.title"), children: <DepositTab contract={c} /> },
              ...(can("wallet.read") && ["prepaid", "centre"].includes(c.kind)
                ? [{ key: "wallet", label: t("wallet.one"), children: <WalletTab contract={c} /> }]
                : []),
              ...(can("charge.read")
                ? [{ key: "charges", label: t("charge.title"), children: <ChargesTab contract={c} /> }]
                : []),
              ...(can("bill.read") ? [{ key: "bills", label: t("contract.bills"), children: <Bills contract={c.id} /> }] : []),
              ...(can("batch.read")
                ? [{ key: "batches", label: t("contract.batches"), children: <Batches contract={c.id} /> }]
                : []),
            ]}
          />
        </div>
        <div>
          <Checklist contract={c} />
          <History id={c.id} />
        </div>
      </div>
    </>
  );
}

function Checklist({ contract }: { contract: Contract }) {
  const { t, pick } = useText();
  const items = contract.checklist ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={t("contract.checklist")}>
      <p className="meta">{t("contract.checklistHint")}</p>
      <ul className="checks">
        {items.map((item) => (
          <li key={item.key} data-done={item.done}>
            {item.done ? <CheckCircleOutlined aria-label={t("ui.yes")} /> : <ClockCircleOutlined aria-label={t("ui.no")} />}
            <div>{pick(item.label, item.label_en) || item.key}</div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function History({ id }: { id: string }) {
  const { t, pick } = useText();
  const query = useQuery(contractTimelineQuery(id));
  return (
    <Panel title={t("contract.timeline")}>
      <Loaded query={query} rows={4}>
        {(data) =>
          data.items?.length ? (
            <Timeline
              label={t("contract.timeline")}
              moments={data.items.map((e) => {
                const text = pick(e.text, e.text_en) || e.kind;
                return {
                  id: e.id,
                  at: e.at,
                  what: e.link ? <LinkTo href={e.link}>{text}</LinkTo> : text,
                  who: actorName(e.actor_name, t),
                  why: e.reason,
                };
              })}
            />
          ) : (
            <Empty why={t("contract.noTimeline")} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Bills({ contract }: { contract: string }) {
  const { t } = useText();
  return (
    <DataTable
      embedded
      id="contract-bills"
      label={t("contract.bills")}
      columns={useBillColumns({ customer: false }).filter((col) => col.key !== "contract")}
      query={(p) => billsQuery({ ...p, contract_id: contract })}
      rowKey={(b) => b.id}
      href={(b) => `/bills/${b.id}`}
      empty={{ why: t("bill.empty"), next: t("bill.emptyNext") }}
    />
  );
}

function Batches({ contract }: { contract: string }) {
  const { t } = useText();
  return (
    <DataTable
      embedded
      id="contract-batches"
      label={t("contract.batches")}
      columns={useBatchColumns({ customer: false })}
      query={(p) => batchesQuery({ ...p, contract_id: contract })}
      rowKey={(b) => b.id}
      href={(b) => `/batches/${b.id}`}
      empty={{ why: t("batch.empty"), next: t("batch.emptyNext") }}
    />
  );
}
