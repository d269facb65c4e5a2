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
export type Taking = "deductions" | "set-offs" | "forfeits";
export const requestTaking = (
  { id, what, ...body }: { id: string; what: Taking; amount_fen: number; reason: string; document_id?: string },
  key: string,
) => {
  const call = { params: { path: { id } }, body, headers: once(key) };
  if (what === "deductions") return ask(api.POST("/api/v1/contracts/{id}/deposit/deductions", call));
  if (what === "set-offs") return ask(api.POST("/api/v1/contracts/{id}/deposit/set-offs", call));
  return ask(api.POST("/api/v1/contracts/{id}/deposit/forfeits", call));
};
export const depositNotice = (id: string) => `/api/v1/deposits/${id}/notice`;
export const depositReceipt = (id: string) => `/api/v1/deposits/${id}/receipt`;
