import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { type AccountStatement, accountFile, accountQuery, type Movement, trialBalanceQuery } from "@/api/ledger";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { nameOf } from "@/ui/names";
import { useUrlState } from "@/ui/url-state";
import { DocumentLink, kindNames } from "./names";

/** One account over a period: what it stood at, what moved it, what it stands at. */
export function AccountTab() {
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
