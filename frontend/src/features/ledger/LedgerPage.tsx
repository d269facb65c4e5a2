import { CheckCircleOutlined, CloseCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Tabs } from "antd";
import { type Entry, entriesQuery, type TrialBalance, trialBalanceQuery } from "@/api/ledger";
import { useText } from "@/i18n";
import { EntryTable } from "@/parts/EntryTable";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatFen } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { AccountTab } from "./AccountTab";
import { DocumentLink, kindNames } from "./names";

export function LedgerPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  return (
    <Page title={t("nav.ledger")}>
      <Tabs
        destroyOnHidden
        activeKey={params.tab ?? "trial"}
        onChange={(tab) => set({ tab, account: undefined, q: undefined, cursor: undefined, page: undefined }, { replace: true })}
        items={[
          { key: "trial", label: t("ledger.trial"), children: <Trial /> },
          { key: "account", label: t("ledger.statement"), children: <AccountTab /> },
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
                <Link
                  to="/ledger"
                  search={{ tab: "account", account: a.account } as never}
                  style={{ textDecoration: "underline" }}
                >
                  {pick(a.name, a.name_en) || a.account}
                </Link>{" "}
                <code className="mono meta">{a.account}</code>
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
