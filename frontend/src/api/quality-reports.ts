import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, type Schemas } from "./client";
import { list, type Params } from "./types";

export type QualityReport = Schemas["QualityReport"];
export type QualityReportRow = Schemas["QualityReportRow"];
export type QualityFigures = QualityReport["month"];

export const qualityReportsQuery = (params: Params) =>
  list<QualityReportRow>({
    queryKey: ["quality-reports", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/quality-reports", { params: filters(params), signal })),
  });
export const qualityReportQuery = (id: string) =>
  queryOptions({
    queryKey: ["quality-reports", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/quality-reports/{id}", { params: { path: { id } }, signal })),
  });
export const qualityReportDocument = (id: string) => `/api/v1/quality-reports/${id}/document`;
