import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { MaintenanceAct } from "@/api/maintenance";
import type { Params } from "@/api/types";
import { useText } from "@/i18n";
import type { Column } from "@/ui/DataTable";
import { Money } from "@/ui/Money";
import { StateTag } from "@/ui/StateTag";
import { type StateKind, stateOptions } from "@/ui/states";
import type { Act } from "./ActDialog";

export type Props = { contract: string; act: (a: Act) => void };
export type Row = {
  id: string;
  number: string;
  contract_id: string;
  contract_number: string;
  customer_name: string;
  state: string;
  fee_fen?: number;
  available_actions?: string[] | null;
};

/** Of one contract where one is chosen. */
export const of =
  <T,>(query: (p: Params) => T, contract: string) =>
  (p: Params) =>
    query(contract ? { ...p, contract_id: contract } : p);

/** The columns that all the tables share: whose it is, what it is about, its state, its price, and what may be done. */
export function useColumns<R extends Row>(
  kind: StateKind,
  { contract, act }: Props,
  rename: Readonly<Record<string, MaintenanceAct>> = {},
) {
  const { t } = useText();
  const number: Column<R> = {
    key: "number",
    title: t("maintenance.number"),
    always: true,
    render: (r) => (
      <>
        <span className="num">{r.number}</span>
        {!contract && (
          <div className="meta">
            <Link to={`/contracts/${r.contract_id}`}>{r.contract_number}</Link>
            <div>{r.customer_name}</div>
          </div>
        )}
      </>
    ),
  };
  const actions: Column<R> = {
    key: "actions",
    title: t("ui.actions"),
    always: true,
    render: (r) => (
      <span className="row-actions">
        {(r.available_actions ?? []).map((a) => {
          const what = rename[a] ?? (a as MaintenanceAct);
          return (
            <Button key={a} size="small" onClick={() => act({ what, id: r.id, title: r.number })}>
              {t(`maintenance.act.${what}`)}
            </Button>
          );
        })}
      </span>
    ),
  };
  const what = (name: (r: R) => ReactNode, more: (r: R) => string, rest?: (r: R) => ReactNode): Column<R> => ({
    key: "what",
    title: t("maintenance.what"),
    render: (r) => (
      <>
        <b>{name(r)}</b>
        <div className="meta">{more(r)}</div>
        {rest?.(r)}
      </>
    ),
  });
  const state = (rest?: (r: R) => ReactNode): Column<R> => ({
    key: "state",
    title: t("ui.state"),
    render: (r) => (
      <>
        <StateTag kind={kind} state={r.state} />
        {rest?.(r)}
      </>
    ),
  });
  const fee = (without: (r: R) => string): Column<R> => ({
    key: "fee",
    title: t("maintenance.fee"),
    numeric: true,
    render: (r) => (r.fee_fen ? <Money fen={r.fee_fen} /> : <span className="meta">{without(r) || "—"}</span>),
  });
  return { number, what, state, fee, actions };
}

export const useTable = (kind: StateKind) => {
  const { t } = useText();
  return {
    embedded: true,
    filters: [{ key: "state", label: t("ui.state"), options: stateOptions(kind, t) }],
    empty: { why: t("maintenance.empty"), next: t("maintenance.emptyNext") },
  } as const;
};

export const late = (text: string, yes: boolean, word: string) => (
  <span className={yes ? "bad num" : "num"}>{yes ? `${text} · ${word}` : text}</span>
);
