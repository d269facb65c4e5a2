import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Entry = Schemas["LedgerEntry"];
export type TrialBalance = Schemas["TrialBalance"];

export const entriesQuery = (params: Params) =>
  list<Entry>({
    queryKey: ["ledger", "entries", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/ledger/entries", { params: filters(params), signal })),
  });
export const trialBalanceQuery = queryOptions({
  queryKey: ["ledger", "trial-balance"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/ledger/trial-balance", { signal })),
});

export type AccountStatement = Schemas["AccountStatement"];
export type Movement = NonNullable<AccountStatement["items"]>[number];

/** An account over a period; the answer carries opening and closing balance beside its page of movements. */
export const accountQuery = (account: string, params: Params) =>
  list<Movement>({
    queryKey: ["ledger", "account", account, params],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/ledger/accounts/{account}", { params: { path: { account }, ...filters(params) }, signal })),
  });
export const accountFile = (account: string, params: Params) => {
  const query = new URLSearchParams(Object.entries(params).filter(([k, v]) => v && k !== "cursor" && k !== "limit"));
  return `/api/v1/ledger/accounts/${account}/file?${query}`;
};
