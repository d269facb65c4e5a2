import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Switch } from "antd";
import { type WalletRow, walletMovesQuery, walletsQuery } from "@/api/wallets";
import { useText } from "@/i18n";
import { Moves } from "@/parts/wallet/Moves";
import { type Column, DataTable } from "@/ui/DataTable";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Empty, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";

/** What waits for a second person first, then every wallet. */
export function WalletsPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const waiting = useQuery(walletMovesQuery({ state: "requested", limit: "50" }));
  const unit = ` (${t("ui.money.unit")})`;
  const low = params.low === "true";
  const columns: Column<WalletRow>[] = [
    {
      key: "contract",
      title: t("contract.one"),
      always: true,
      render: (w) => (
        <Link className="num" to={`/contracts/${w.contract_id}`} search={{ tab: "wallet" } as never}>
          {w.contract_number}
        </Link>
      ),
    },
    { key: "customer", title: t("customer.one"), render: (w) => w.customer_name },
    { key: "available", title: t("wallet.available") + unit, numeric: true, render: (w) => <Money fen={w.available_fen} /> },
    { key: "balance", title: t("wallet.balance") + unit, numeric: true, render: (w) => <Money fen={w.balance_fen} /> },
    { key: "reserved", title: t("wallet.reserved") + unit, numeric: true, render: (w) => <Money fen={w.reserved_fen} /> },
    { key: "messages", title: t("wallet.messages"), numeric: true, render: (w) => formatCount(w.messages) },
    {
      key: "threshold",
      title: t("wallet.act.threshold") + unit,
      numeric: true,
      render: (w) => <Money fen={w.threshold_fen} />,
    },
  ];
  return (
    <Page title={t("nav.wallets")}>
      <Panel flush title={t("wallet.toConfirm")}>
        <Loaded query={waiting} rows={2}>
          {(data) =>
            data.items?.length ? (
              <Moves moves={data.items} contracts />
            ) : (
              <Empty why={t("wallet.nothingToConfirm")} next={t("wallet.nothingToConfirmNext")} />
            )
          }
        </Loaded>
      </Panel>
      <DataTable
        id="wallets"
        label={t("wallet.all")}
        columns={columns}
        query={(p) => walletsQuery(low ? { ...p, low: "true" } : p)}
        rowKey={(w) => w.contract_id}
        search={t("wallet.search")}
        toolbar={
          <span className="meta">
            <Switch
              size="small"
              checked={low}
              onChange={(on) => set({ low: on ? "true" : undefined })}
              aria-label={t("wallet.onlyLow")}
            />{" "}
            {t("wallet.onlyLow")}
          </span>
        }
        empty={{ why: t("wallet.empty"), next: t("wallet.emptyNext") }}
      />
    </Page>
  );
}
