import { UploadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type BankLine, type BankMatch, bankLinesQuery, confirmLines, sureQuery } from "@/api/bank";
import { allows, type Rows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { type Column, DataTable } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";
import { AsideDialog, MatchDialog, ReopenDialog } from "./line-dialogs";
import { Suggested } from "./Suggested";
import "./bank.css";

type Asked = { what: "match" | "other" | "parked" | "ignored" | "reopen"; line: BankLine };

/** The lines of bank statements that wait to be somebody's money: each with what it may be and why, confirmed one by one or many. */
export function BankLinesPage() {
  const { t } = useText();
  const { can } = useSession();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [all, setAll] = useState(false);
  const may = can("bank.import");
  const sure = useQuery({ ...sureQuery, enabled: may });
  const confirm = useAct(confirmLines, {
    done: (r) => t("bank.confirmed", { count: r.matched }),
    onDone: () => setAll(false),
  });
  const columns: Column<BankLine>[] = [
    { key: "on", title: t("bank.line.on"), render: (l) => <span className="num">{l.on}</span>, width: 96 },
    {
      key: "name",
      title: t("bank.line.name"),
      always: true,
      render: (l) => (
        <>
          {l.name || <span className="meta">—</span>}
          {l.account && <div className="meta mono">{l.account}</div>}
        </>
      ),
    },
    {
      key: "purpose",
      title: t("bank.line.purpose"),
      render: (l) => (
        <>
          {l.purpose}
          <div className="meta mono">{l.reference}</div>
        </>
      ),
    },
    {
      key: "amount",
      title: `${t("bank.line.amount")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (l) => (
        <>
          <b>
            <Money fen={l.direction === "out" ? -l.amount_fen : l.amount_fen} />
          </b>
          {l.reversal && <div className="meta">{t("bank.line.reversal")}</div>}
        </>
      ),
    },
    { key: "state", title: t("ui.state"), render: (l) => <StateTag kind="bankLine" state={l.state} /> },
    { key: "suggestion", title: t("bank.line.suggestion"), render: (l) => <Suggested line={l} /> },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (l) => (
        <span className="row-actions">
          {allows(l, "match") && l.suggestions?.[0] && !l.suggestions[0].closed && (
            <Button size="small" type="primary" onClick={() => setAsked({ what: "match", line: l })}>
              {t("bank.confirm")}
            </Button>
          )}
          {allows(l, "match") && l.direction === "in" && (
            <Button size="small" onClick={() => setAsked({ what: "other", line: l })}>
              {t("bank.other")}
            </Button>
          )}
          {allows(l, "park") && (
            <Button size="small" type="text" onClick={() => setAsked({ what: "parked", line: l })}>
              {t("bank.park")}
            </Button>
          )}
          {allows(l, "ignore") && (
            <Button size="small" type="text" onClick={() => setAsked({ what: "ignored", line: l })}>
              {t("bank.ignore")}
            </Button>
          )}
          {allows(l, "reopen") && (
            <Button size="small" type="text" danger onClick={() => setAsked({ what: "reopen", line: l })}>
              {t("bank.reopen")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  const close = () => setAsked(null);
  const s = sure.data;
  const totals = s && { count: s.count, in: formatYuan(s.in_fen), out: formatYuan(s.out_fen) };
  return (
    <Page
      title={t("nav.bankLines")}
      crumbs={[{ label: t("nav.payments"), to: "/payments" }]}
      actions={
        may && (
          <>
            {s && s.count > 0 && <Button onClick={() => setAll(true)}>{t("bank.sure", { count: s.count })}</Button>}
            <Button type="primary" icon={<UploadOutlined />} onClick={() => void navigate({ to: "/bank-lines/import" })}>
              {t("bank.import")}
            </Button>
          </>
        )
      }
    >
      <DataTable
        id="bank-lines"
        label={t("nav.bankLines")}
        columns={columns}
        query={(p) => bankLinesQuery({ state: "open,parked", ...p })}
        rowKey={(l) => l.id}
        search={t("bank.search")}
        filters={[
          { key: "state", label: t("ui.state"), options: stateOptions("bankLine", t), width: 190 },
          {
            key: "direction",
            label: t("bank.line.amount"),
            single: true,
            width: 110,
            options: [
              { value: "in", label: t("bank.in") },
              { value: "out", label: t("bank.out") },
            ],
          },
        ]}
        empty={{ why: t("bank.empty"), next: t("bank.emptyNext") }}
        footer={(page: Rows<BankLine> & { in_fen?: number; out_fen?: number }) => (
          <span>{t("bank.sums", { in: formatYuan(page.in_fen ?? 0), out: formatYuan(page.out_fen ?? 0) })}</span>
        )}
      />
      <MatchDialog line={asked?.what === "match" ? asked.line : null} onClose={close} />
      <MatchDialog other line={asked?.what === "other" ? asked.line : null} onClose={close} />
      <AsideDialog
        line={asked?.what === "parked" || asked?.what === "ignored" ? asked.line : null}
        state={asked?.what === "ignored" ? "ignored" : "parked"}
        onClose={close}
      />
      <ReopenDialog line={asked?.what === "reopen" ? asked.line : null} onClose={close} />
      <ConfirmTotals
        open={all && !!s}
        title={t("bank.sure", { count: s?.count ?? 0 })}
        sentence={totals && t("bank.confirmSentence", totals)}
        confirm={t("bank.confirm")}
        busy={confirm.isPending}
        onConfirm={() =>
          s && confirm.mutate({ matches: (s.matches ?? []) as BankMatch[], count: s.count, in_fen: s.in_fen, out_fen: s.out_fen })
        }
        onCancel={() => setAll(false)}
      />
    </Page>
  );
}
