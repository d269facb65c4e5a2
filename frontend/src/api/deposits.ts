import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type Deposit = Schemas["DepositRecord"];
export type DepositMove = Schemas["DepositMove"];
export type DepositFields = Schemas["DepositInput"];

export const depositQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "deposit"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/deposit", { params: { path: { id } }, signal })),
  });
export const receiveDeposit = ({ id, ...body }: DepositFields & { id: string }, key: string) =>
  ask(api.POST("/api/v1/contracts/{id}/deposit", { params: { path: { id } }, body, headers: once(key) }));
export const requestRefund = ({ id, ...body }: DepositFields & { id: string }, key: string) =>
  ask(api.POST("/api/v1/contracts/{id}/deposit/refunds", { params: { path: { id } }, body, headers: once(key) }));
export const decideRefund = ({ id, approve }: { id: string; approve: boolean }, key: string) =>
  ask(api.POST("/api/v1/deposits/{id}/decision", { params: { path: { id } }, body: { approve }, headers: once(key) }));
export const depositReceipt = (id: string) => `/api/v1/deposits/${id}/receipt`;
