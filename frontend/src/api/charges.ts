import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Charge = Schemas["ChargeRow"];
export type ChargeFields = Schemas["Add-chargeRequest"];
export type ChargeKind = Charge["kind"];
export type ChargeState = Charge["state"];
export type Payable = Schemas["PayableRow"];
export type PayableState = Payable["state"];
export type CarrierCount = Schemas["CarrierCount"];

export const chargesQuery = (params: Params) =>
  list<Charge>({
    queryKey: ["charges", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/charges", { params: filters(params), signal })),
  });
export const addCharge = ({ id, ...body }: ChargeFields & { id: string }, key: string) =>
  ask(api.POST("/api/v1/contracts/{id}/charges", { params: { path: { id } }, body, headers: once(key) }));
export const decideCharge = ({ id, ...body }: { id: string; approve: boolean; reason?: string }, key: string) =>
  ask(api.POST("/api/v1/charges/{id}/decision", { params: { path: { id } }, body, headers: once(key) }));
export const withdrawCharge = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/charges/{id}/withdraw", { params: { path: { id } }, body: { reason }, headers: once(key) }));

export const carrierCountsQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "carrier-counts"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/carrier-counts", { params: { path: { id } }, signal })),
  });
export const enterCount = ({ id, ...body }: Schemas["Enter-carrier-countRequest"] & { id: string }, _key: string) =>
  ask(api.PUT("/api/v1/contracts/{id}/carrier-counts", { params: { path: { id } }, body }));

export const payablesQuery = (params: Params) =>
  list<Payable>({
    queryKey: ["payables", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/payables", { params: filters(params), signal })),
  });
export const comparePayable = ({ id, ...body }: Schemas["Compare-payableRequest"] & { id: string }, key: string) =>
  ask(api.POST("/api/v1/payables/{id}/compare", { params: { path: { id } }, body, headers: once(key) }));
export const approvePayable = ({ id, reason }: { id: string; reason?: string }, key: string) =>
  ask(api.POST("/api/v1/payables/{id}/approve", { params: { path: { id } }, body: { reason }, headers: once(key) }));
export const payPayable = ({ id, ...body }: Schemas["Pay-payableRequest"] & { id: string }, key: string) =>
  ask(api.POST("/api/v1/payables/{id}/pay", { params: { path: { id } }, body, headers: once(key) }));
