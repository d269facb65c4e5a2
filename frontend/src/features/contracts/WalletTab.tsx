import { ExclamationCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { Contract } from "@/api/contracts";
import { setThreshold, type WalletAct, walletQuery } from "@/api/wallets";
import { useText } from "@/i18n";
import { Moves } from "@/parts/wallet/Moves";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Empty, Figures, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { RecordDialog, ThresholdDialog } from "./WalletDialogs";
import { Lots, Months, Reservations } from "./WalletTables";

/** What is left, what it came from and where it went: top-ups with their proof, what batches set aside, charges by month. */
export function WalletTab({ contract }: { contract: Contract }) {
  const { t } = useText();
  const [act, setAct] = useState<WalletAct | "threshold" | null>(null);
  const query = useQuery(walletQuery(contract.id));
  const threshold = useAct(setThreshold, { onDone: () => setAct(null) });
  return (
    <Loaded query={query}>
      {(w) => (
        <div className="stack" style={{ gap: 16 }}>
          <Figures
            items={[
              { label: t("wallet.available"), value: <Money fen={w.available_fen} sign />, note: t("wallet.availableHint") },
              { label: t("wallet.balance"), value: <Money fen={w.balance_fen} sign />, note: t("wallet.balanceHint") },
              { label: t("wallet.reserved"), value: <Money fen={w.reserved_fen} sign />, note: t("wallet.reservedHint") },
              {
                label: t("wallet.messages"),
                value: formatCount(w.messages),
                note:
                  w.reserved_messages > 0
                    ? t("wallet.messagesReserved", { count: formatCount(w.reserved_messages) })
                    : t("wallet.messagesHint"),
              },
            ]}
          />
          {w.low && !w.ended_on && (
            <div className="warn-note" role="status">
              <ExclamationCircleOutlined aria-hidden /> {t("wallet.low")}
              <p className="meta">{t("wallet.lowNext")}</p>
            </div>
          )}
          {w.ended_on && <p className="meta">{t("wallet.ended", { day: w.ended_on })}</p>}
          <Panel
            flush
            title={t("wallet.moves")}
            extra={
              <span className="row-actions">
                {(["threshold", "give_back", "refund", "top_up"] as const)
                  .filter((a) => w.available_actions?.includes(a))
                  .map((a) => (
                    <Button key={a} size="small" type={a === "top_up" ? "primary" : "default"} onClick={() => setAct(a)}>
                      {t(`wallet.act.${a}`)}
                    </Button>
                  ))}
              </span>
            }
          >
            {w.moves?.length ? <Moves moves={w.moves} /> : <Empty why={t("wallet.none")} next={t("wallet.noneNext")} />}
          </Panel>
          <Months wallet={w} />
          <Reservations wallet={w} />
          {!!w.lots?.length && <Lots wallet={w} />}
          {act && act !== "threshold" && (
            <RecordDialog contract={contract.id} act={act} most={w.available_fen} onClose={() => setAct(null)} />
          )}
          <ThresholdDialog
            open={act === "threshold"}
            wallet={w}
            busy={threshold.isPending}
            onAct={(body) => threshold.mutate({ ...body, id: contract.id })}
            onClose={() => setAct(null)}
          />
        </div>
      )}
    </Loaded>
  );
}
