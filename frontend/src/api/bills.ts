import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Bill = Schemas["BillRecord"];
export type BillRow = Schemas["BillRow"];
export type BillState = BillRow["state"];
export type BillLine = Schemas["BillLine"];
export type BillRun = Schemas["BillRun"];

export const billsQuery = (params: Params) =>
  list<BillRow>({
    queryKey: ["bills", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/bills", { params: filters(params), signal })),
  });
export const billQuery = (id: string) =>
  queryOptions({
    queryKey: ["bills", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/bills/{id}", { params: { path: { id } }, signal })),
  });
export const billRunsQuery = queryOptions({
  queryKey: ["bill-runs"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/bill-runs", { signal })),
});
export const billRunQuery = (id: string) =>
  queryOptions({
    queryKey: ["bill-runs", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/bill-runs/{id}", { params: { path: { id } }, signal })),
  });
export const runBills = (body: Schemas["Run-billsRequest"], key: string) =>
  ask(api.POST("/api/v1/bill-runs", { body, headers: once(key) }));
export const billRunEvents = (id: string) => `/api/v1/bill-runs/${encodeURIComponent(id)}/events`;
export const billDocument = (id: string) => `/api/v1/bills/${id}/document`;
