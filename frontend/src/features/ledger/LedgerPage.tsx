import { CheckCircleOutlined, CloseCircleOutlined, DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Select, Tabs } from "antd";
import dayjs from "dayjs";
import {
  type AccountStatement,
  accountFile,
  accountQuery,
  type Entry,
  entriesQuery,
  type Movement,
  type TrialBalance,
  trialBalanceQuery,
} from "@/api/ledger";
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
        onChange={(tab) => set({ tab, account: undefined, q: undefined, cursor: undefined, page: undefined }, { replace: true })}
        items={[
          { key: "trial", label: t("ledger.trial"), children: <Trial /> },
          { key: "account", label: t("ledger.statement"), children: <Account /> },
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
                <Link to="/ledger" search={{ tab: "account", account: a.account } as never}>
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
function DocumentLink({ entry }: { entry: Pick<Entry, "document_type" | "document_id"> }) {
  const { t } = useText();
  const page = pages[entry.document_type];
  const name = nameOf(documentNames, entry.document_type, t);
  return page ? <Link to={`${page}${entry.document_id}`}>{name}</Link> : <span className="quiet">{name}</span>;
}

/** One account over a period: what it stood at, what moved it, what it stands at. */
function Account() {
  const { t, pick } = useText();
  const [params, set] = useUrlState();
  const trial = useQuery(trialBalanceQuery);
  const accounts = trial.data?.accounts ?? [];
  const account = params.account ?? "receivable";
  const unit = ` (${t("ui.money.unit")})`;
  const columns: Column<Movement>[] = [
    { key: "date", title: t("ledger.date"), always: true, render: (m) => <span className="num">{m.date}</span> },
    { key: "key", title: t("ledger.key"), always: true, render: (m) => <code className="mono">{m.key}</code> },
    { key: "kind", title: t("ledger.kind"), render: (m) => nameOf(kindNames, m.kind, t) },
    { key: "document", title: t("ledger.document"), render: (m) => <DocumentLink entry={m} /> },
    {
      key: "debit",
      title: t("ledger.debit") + unit,
      numeric: true,
      render: (m) => (m.debit_fen ? <Money fen={m.debit_fen} /> : null),
    },
    {
      key: "credit",
      title: t("ledger.credit") + unit,
      numeric: true,
      render: (m) => (m.credit_fen ? <Money fen={m.credit_fen} /> : null),
    },
    { key: "balance", title: t("ledger.balance") + unit, numeric: true, render: (m) => <Money fen={m.balance_fen} /> },
  ];
  const { tab: _, account: __, page: ___, ...asked } = params;
  return (
    <DataTable
      key={account}
      id="ledger-account"
      label={t("ledger.statement")}
      columns={columns}
      query={({ tab: _, account: __, ...p }) => accountQuery(account, p)}
      rowKey={(m) => `${m.entry_id}.${m.key}.${m.balance_fen}`}
      toolbar={
        <>
          <Select
            aria-label={t("ledger.account")}
            style={{ minWidth: 180 }}
            showSearch={{ optionFilterProp: "label" }}
            value={account}
            options={accounts.map((a) => ({ value: a.account, label: pick(a.name, a.name_en) || a.account }))}
            onChange={(value) => set({ account: value, cursor: undefined, page: undefined })}
          />
          <DatePicker.RangePicker
            allowEmpty={[true, true]}
            placeholder={[t("ledger.from"), t("ledger.to")]}
            value={[params.from ? dayjs(params.from) : null, params.to ? dayjs(params.to) : null]}
            onChange={(range) =>
              set({
                from: range?.[0]?.format("YYYY-MM-DD"),
                to: range?.[1]?.format("YYYY-MM-DD"),
                cursor: undefined,
                page: undefined,
              })
            }
          />
          <Button icon={<DownloadOutlined />} href={accountFile(account, asked)}>
            {t("ledger.download")}
          </Button>
        </>
      }
      empty={{ why: t("ledger.noMovements"), next: t("ledger.noMovementsNext") }}
      footer={(page) => <Balances of={page as unknown as AccountStatement} />}
    />
  );
}

function Balances({ of }: { of: AccountStatement }) {
  const { t } = useText();
  return (
    <span>
      {t("ledger.opening")} <Money fen={of.opening_fen} sign /> · {t("ledger.debit")} <Money fen={of.debit_fen} sign /> ·{" "}
      {t("ledger.credit")} <Money fen={of.credit_fen} sign /> · {t("ledger.closing")}{" "}
      <b>
        <Money fen={of.closing_fen} sign />
      </b>
    </span>
  );
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
