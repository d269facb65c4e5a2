import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { MaintenanceAct } from "@/api/maintenance";
import type { Params } from "@/api/types";
import { useText } from "@/i18n";
import type { Column } from "@/ui/DataTable";
import { type StateKind, stateOptions } from "@/ui/states";
import type { Act } from "./ActDialog";

export type Props = { contract: string; act: (a: Act) => void };
export type Row = {
  id: string;
  number: string;
  contract_id: string;
  contract_number: string;
  customer_name: string;
  available_actions?: string[] | null;
};

/** Of one contract where one is chosen. */
export const of =
  <T,>(query: (p: Params) => T, contract: string) =>
  (p: Params) =>
    query(contract ? { ...p, contract_id: contract } : p);

export function useColumns<R extends Row>(act: Props["act"], rename: Readonly<Record<string, MaintenanceAct>> = {}) {
  const { t } = useText();
  const number: Column<R> = {
    key: "number",
    title: t("maintenance.number"),
    always: true,
    render: (r) => (
      <>
        <span className="num">{r.number}</span>
        <div className="meta">
          <Link to={`/contracts/${r.contract_id}`}>{r.contract_number}</Link> {r.customer_name}
        </div>
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
  return { number, actions };
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
