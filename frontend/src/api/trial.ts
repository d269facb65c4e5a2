import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";

export type TrialAsk = Schemas["TrialInput"];
export type TrialYear = Schemas["TrialYear"];
export type TrialBill = Schemas["TrialBill"];
export type Payer = TrialAsk["pays"];

/** What a contract, or a form of one, would come to; the server keeps nothing of it. */
export const trialQuery = (body: TrialAsk) =>
  queryOptions({
    queryKey: ["contract-trial", body],
    queryFn: ({ signal }) => ask(api.POST("/api/v1/contracts/trial", { body, signal })),
    staleTime: 60_000,
    retry: false,
  });
