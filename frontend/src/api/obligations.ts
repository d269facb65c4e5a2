import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";

export type Obligation = Schemas["ObligationEntry"];
export type ObligationKind = Obligation["kind"];
export type ObligationFilter = { from: string; to: string; owner?: string; kinds?: string };

export const obligationsQuery = (query: ObligationFilter) =>
  queryOptions({
    queryKey: ["obligations", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/obligations", { params: { query }, signal })),
    placeholderData: (before) => before,
  });

/** The same as a calendar file. */
export const icsHref = (query: ObligationFilter) =>
  `/api/v1/obligations.ics?${new URLSearchParams(Object.entries(query).filter((e): e is [string, string] => !!e[1]))}`;
