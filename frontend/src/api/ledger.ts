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
