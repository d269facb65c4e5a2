import { CheckCircleOutlined, CloseCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Tabs } from "antd";
import { type Entry, entriesQuery, type TrialBalance, trialBalanceQuery } from "@/api/ledger";
import { type TextKey, useText } from "@/i18n";
import { EntryTable } from "@/parts/EntryTable";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatFen } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";

export function LedgerPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  return (
    <Page title={t("nav.ledger")}>
      <Tabs
        destroyOnHidden
        activeKey={params.tab ?? "trial"}
        onChange={(tab) => set({ tab, q: undefined, cursor: undefined, page: undefined }, { replace: true })}
        items={[
          { key: "trial", label: t("ledger.trial"), children: <Trial /> },
          { key: "entries", label: t("ledger.entries"), children: <Entries /> },
        ]}
      />
    </Page>
  );
}

function Trial() {
  const query = useQuery(trialBalanceQuery);
  return <Loaded query={query}>{(balance) => <TrialTable balance={balance} />}</Loaded>;
}

function TrialTable({ balance }: { balance: TrialBalance }) {
  const { t, pick } = useText();
  const unit = ` (${t("ui.money.unit")})`;
  const accounts = balance.accounts ?? [];
  const sum = (of: "debit_fen" | "credit_fen") => accounts.reduce((total, a) => total + a[of], 0);
  const level = balance.sum_fen === 0;
  return (
    <Panel
      flush
      title={t("ledger.trial")}
      extra={
        <span className="state" data-tone={level ? "ok" : "bad"}>
          {level ? <CheckCircleOutlined aria-hidden /> : <CloseCircleOutlined aria-hidden />}
          {level ? t("ledger.balanced") : t("ledger.unbalanced", { amount: formatFen(balance.sum_fen) })}
        </span>
      }
    >
      <table className="table" aria-label={t("ledger.trial")}>
        <thead>
          <tr>
            <th scope="col">{t("ledger.account")}</th>
            <th scope="col" data-numeric>
              {t("ledger.debit") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("ledger.credit") + unit}
            </th>
            <th scope="col" data-numeric>
              {t("ledger.balance") + unit}
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((a) => (
            <tr key={a.account}>
              <td>
                {pick(a.name, a.name_en) || a.account} <code className="mono meta">{a.account}</code>
              </td>
              <td data-numeric>
                <Money fen={a.debit_fen} />
              </td>
              <td data-numeric>
                <Money fen={a.credit_fen} />
              </td>
              <td data-numeric>
                {a.balance_fen !== 0 && (
                  <span className="meta">{t(a.debit_fen > a.credit_fen ? "ledger.dr" : "ledger.cr")} </span>
                )}
                <Money fen={a.balance_fen} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t("ledger.sum")}</td>
            <td data-numeric>
              <Money fen={sum("debit_fen")} />
            </td>
            <td data-numeric>
              <Money fen={sum("credit_fen")} />
            </td>
            <td data-numeric>
              <Money fen={balance.sum_fen} />
            </td>
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}

const turnover = (e: Entry) => (e.postings ?? []).reduce((sum, p) => sum + p.debit_fen, 0);

const kindNames: Readonly<Record<string, TextKey>> = {
  bill: "ledger.kinds.bill",
  payment: "ledger.kinds.payment",
  allocation: "ledger.kinds.allocation",
  late_fee: "ledger.kinds.late_fee",
  deposit: "ledger.kinds.deposit",
  deposit_refund: "ledger.kinds.deposit_refund",
  deposit_deduction: "ledger.kinds.deposit_deduction",
  reversal: "ledger.kinds.reversal",
};

const documentNames: Readonly<Record<string, TextKey>> = {
  bill: "ledger.documents.bill",
  payment: "ledger.documents.payment",
  deposit: "ledger.documents.deposit",
};

const pages: Readonly<Record<string, string>> = { bill: "/bills/", contract: "/contracts/" };

/** What an entry was posted for, where the portal has a page of it. */
function DocumentLink({ entry }: { entry: Entry }) {
  const { t } = useText();
  const page = pages[entry.document_type];
  const name = nameOf(documentNames, entry.document_type, t);
  return page ? <Link to={`${page}${entry.document_id}`}>{name}</Link> : <span className="quiet">{name}</span>;
}

function Entries() {
  const { t } = useText();
  const columns: Column<Entry>[] = [
    { key: "key", title: t("ledger.key"), always: true, render: (e) => <code className="mono">{e.key}</code> },
    { key: "kind", title: t("ledger.kind"), render: (e) => nameOf(kindNames, e.kind, t) },
    { key: "document", title: t("ledger.document"), render: (e) => <DocumentLink entry={e} /> },
    { key: "date", title: t("ledger.date"), render: (e) => <span className="num">{e.date}</span> },
    { key: "at", title: t("ui.at"), render: (e) => <Instant at={e.at} precision="second" /> },
    {
      key: "amount",
      title: `${t("ledger.amount")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (e) => <Money fen={turnover(e)} explain={<EntryTable entries={[e]} />} />,
    },
  ];
  return (
    <DataTable
      id="ledger-entries"
      label={t("ledger.entries")}
      columns={columns}
      query={({ tab: _, ...p }) => entriesQuery(p)}
      rowKey={(e) => e.id}
      peek={(e) => <EntryTable entries={[e]} />}
      search={t("ledger.search")}
      empty={{ why: t("ledger.empty"), next: t("ledger.emptyNext") }}
    />
  );
}
