import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";

export type Report = Schemas["ReportTable"];
export type ReportColumn = NonNullable<Report["columns"]>[number];
export type ReportCell = NonNullable<Report["totals"]>[number];
export type ReportAsk = { from?: string; to?: string; by?: string };

export const reportsQuery = queryOptions({
  queryKey: ["reports"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/reports", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const reportQuery = (key: string, query: ReportAsk) =>
  queryOptions({
    queryKey: ["reports", key, query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/reports/{key}", { params: { path: { key }, query }, signal })),
  });

/** Where the whole report is had as a file. */
export const reportFile = (key: string, format: "xlsx" | "pdf", query: ReportAsk) => {
  const params = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  return `/api/v1/reports/${key}/file?${params}`;
};
