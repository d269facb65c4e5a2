import { queryOptions } from "@tanstack/react-query";
import { http, root } from "./http";
import type { Entry } from "./ledger";
import { type Actions, list, type Params, type Rows } from "./types";

export type BillState = "issued" | "overdue" | "paid" | "void";
export type BillLine = {
  charge: string;
  description?: string;
  description_en?: string;
  quantity: string;
  unit?: string;
  unit_price: string;
  amount_fen: number;
  tax_rate: string;
  tax_fen: number;
  net_fen?: number;
  clause?: string;
  basis?: string;
  basis_en?: string;
};
export type Allocation = {
  payment_id: string;
  payment_number?: string;
  value_date: string;
  principal_fen: number;
  late_fee_fen: number;
};
export type Bill = Actions & {
  id: string;
  number: string;
  contract_id: string;
  contract_number: string;
  customer_id: string;
  customer_name: string;
  period: string;
  issued_on: string;
  due_on: string;
  state: BillState;
  total_fen: number;
  total_words?: string;
  net_fen?: number;
  tax_fen?: number;
  paid_fen: number;
  late_fee_fen: number;
  late_fee_paid_fen?: number;
  open_fen: number;
  paid_on?: string;
  lines?: BillLine[] | null;
  allocations?: Allocation[] | null;
  late_fee_days?: { on: string; base_fen: number; rate: string; sum_fen: number }[] | null;
  entries?: Entry[] | null;
};
export type RunItem = {
  contract_id: string;
  contract_number: string;
  customer_name: string;
  total_fen: number;
  bill_id?: string;
  bill_number?: string;
  anomalies?: string[] | null;
  error?: string;
};
export type BillRun = {
  id?: string;
  month: string;
  dry_run: boolean;
  state: "running" | "done" | "failed" | "preview";
  count: number;
  issued?: number;
  total_fen: number;
  items: RunItem[] | null;
};

export const billsQuery = (params: Params) =>
  list({ queryKey: ["bills", "list", params], queryFn: ({ signal }) => http.get<Rows<Bill>>("/bills", params, signal) });
export const billQuery = (id: string) =>
  queryOptions({ queryKey: ["bills", id], queryFn: ({ signal }) => http.get<Bill>(`/bills/${id}`, undefined, signal) });
export const billRunQuery = (id: string) =>
  queryOptions({
    queryKey: ["bill-runs", id],
    queryFn: ({ signal }) => http.get<BillRun>(`/bill-runs/${id}`, undefined, signal),
  });
export const runBills = (v: { month: string; dry_run: boolean }, key: string) => http.post<BillRun>("/bill-runs", v, key);
export const billDocument = (id: string) => `${root}/bills/${id}/document`;
