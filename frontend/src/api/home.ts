import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";

export type Queue = Schemas["ReportQueue"];
export type Home = Schemas["Home"];
export type Found = Schemas["ReportFound"];

export const homeQuery = queryOptions({
  queryKey: ["home"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/home", { signal })),
  refetchInterval: 30_000,
});

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ["search", q],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/search", { params: { query: { q } }, signal })),
    enabled: q.length > 0,
    staleTime: 10_000,
  });
