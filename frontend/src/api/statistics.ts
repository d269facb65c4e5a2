import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, type Schemas } from "./client";
import type { Params } from "./types";

export type Statistics = Schemas["ReportSending"];
export type StatisticsRow = NonNullable<Statistics["rows"]>[number];

export const statisticsQuery = (params: Params) =>
  queryOptions({
    queryKey: ["statistics", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/statistics", { params: filters(params), signal })),
  });

/** Where the same figures are a file; the purpose is logged. */
export const statisticsFile = (format: "csv" | "xlsx", purpose: string, params: Params) =>
  `/api/v1/statistics/file?${new URLSearchParams({ ...params, format, purpose })}`;
