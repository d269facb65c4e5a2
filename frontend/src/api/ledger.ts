import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import { list, type Params, type Rows } from "./types";

export type Posting = { account: string; account_name?: string; debit_fen?: number; credit_fen?: number; amount_fen?: number };
export type Entry = {
  id: string;
  key: string;
  kind: string;
  at: string;
  date?: string;
  text?: string;
  customer_name?: string;
  postings: Posting[] | null;
};
export type TrialBalance = {
  accounts: { account: string; name?: string; debit_fen: number; credit_fen: number; balance_fen: number }[] | null;
  sum_fen: number;
  as_of?: string;
};

export const entriesQuery = (params: Params) =>
  list({
    queryKey: ["ledger", "entries", params],
    queryFn: ({ signal }) => http.get<Rows<Entry>>("/ledger/entries", params, signal),
  });
export const trialBalanceQuery = queryOptions({
  queryKey: ["ledger", "trial-balance"],
  queryFn: ({ signal }) => http.get<TrialBalance>("/ledger/trial-balance", undefined, signal),
});
