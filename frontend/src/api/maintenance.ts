import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type ChangeRequest = Schemas["ChangeRequest"];
export type Incident = Schemas["MaintenanceIncident"];
export type Visit = Schemas["MaintenanceVisit"];
export type ServiceRecord = Schemas["ServiceRecord"];
export type ServerSheet = Schemas["ServerSheet"];
export type Server = Schemas["MaintenanceServer"];
export type Work = Schemas["MaintenanceWork"];

export const requestsQuery = (params: Params) =>
  list<ChangeRequest>({
    queryKey: ["change-requests", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/change-requests", { params: filters(params), signal })),
  });
export const incidentsQuery = (params: Params) =>
  list<Incident>({
    queryKey: ["incidents", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/maintenance-incidents", { params: filters(params), signal })),
  });
export const visitsQuery = (params: Params) =>
  list<Visit>({
    queryKey: ["visits", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/maintenance-visits", { params: filters(params), signal })),
  });
export const recordsQuery = (params: Params) =>
  list<ServiceRecord>({
    queryKey: ["service-records", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/service-records", { params: filters(params), signal })),
  });
export const sheetsQuery = (id: string) => ({
  queryKey: ["server-sheets", id],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/contracts/{id}/server-sheets", { params: { path: { id } }, signal })),
  enabled: id !== "",
});
export const reportAddress = (contract: string, from: string, to: string) =>
  `/api/v1/contracts/${encodeURIComponent(contract)}/maintenance-report?from=${from}&to=${to}`;

/** What can be done with a record of maintenance, and where it is sent to. */
export const paths = {
  answer: "/api/v1/change-requests/{id}/answer",
  ask_longer: "/api/v1/change-requests/{id}/extension",
  agree_longer: "/api/v1/change-requests/{id}/extension/decision",
  decide: "/api/v1/change-requests/{id}/decision",
  finish: "/api/v1/change-requests/{id}/finish",
  withdraw: "/api/v1/change-requests/{id}/withdraw",
  accept: "/api/v1/maintenance-incidents/{id}/accept",
  resolve: "/api/v1/maintenance-incidents/{id}/resolve",
  close: "/api/v1/maintenance-incidents/{id}/close",
  reopen: "/api/v1/maintenance-incidents/{id}/reopen",
  report: "/api/v1/maintenance-visits/{id}/report",
  confirm: "/api/v1/maintenance-visits/{id}/confirmation",
  cancel: "/api/v1/maintenance-visits/{id}/cancel",
  accept_record: "/api/v1/service-records/{id}/acceptance",
  ask: "/api/v1/contracts/{id}/change-requests",
  raise: "/api/v1/contracts/{id}/maintenance-incidents",
  plan: "/api/v1/contracts/{id}/maintenance-visits",
  record: "/api/v1/contracts/{id}/service-records",
  sheet: "/api/v1/contracts/{id}/server-sheets",
} as const;
export type MaintenanceAct = keyof typeof paths;

export const actMaintenance = ({ what, id, body }: { what: MaintenanceAct; id: string; body: object }, key: string) =>
  ask(api.POST(paths[what], { params: { path: { id } }, body: body as never, headers: once(key) }));
