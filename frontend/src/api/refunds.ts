import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Refund = Schemas["Refund"];
export type RefundState = Refund["state"];
export type Cheque = Schemas["Cheque"];
export type ChequeState = Cheque["state"];

export const refundsQuery = (params: Params) =>
  list<Refund>({
    queryKey: ["payments", "refunds", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/refunds", { params: filters(params), signal })),
  });
export const chequesQuery = (params: Params) =>
  list<Cheque>({
    queryKey: ["payments", "cheques", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/cheques", { params: filters(params), signal })),
  });

const at = (id: string) => ({ params: { path: { id } } });
export const askRefund = (body: Schemas["Request-refundRequest"], key: string) =>
  ask(api.POST("/api/v1/refunds", { body, headers: once(key) }));
export const decideRefund = ({ id, ...body }: { id: string; approve: boolean; reason?: string }, key: string) =>
  ask(api.POST("/api/v1/refunds/{id}/decision", { ...at(id), body, headers: once(key) }));
export const payRefund = ({ id, ...body }: { id: string; on: string; reference: string }, key: string) =>
  ask(api.POST("/api/v1/refunds/{id}/payment", { ...at(id), body, headers: once(key) }));
export const returnRefund = ({ id, ...body }: { id: string; on: string; reference: string }, key: string) =>
  ask(api.POST("/api/v1/refunds/{id}/return", { ...at(id), body, headers: once(key) }));
export const cancelRefund = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/refunds/{id}/cancel", { ...at(id), body: { reason }, headers: once(key) }));
export const bouncePayment = ({ id, ...body }: { id: string; on: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/payments/{id}/bounce", { ...at(id), body, headers: once(key) }));
export const undoPayment = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/payments/{id}/undo", { ...at(id), body: { reason }, headers: once(key) }));
export const receiveCheque = (body: Schemas["Receive-chequeRequest"], key: string) =>
  ask(api.POST("/api/v1/cheques", { body, headers: once(key) }));
export const clearCheque = ({ id, on }: { id: string; on: string }, key: string) =>
  ask(api.POST("/api/v1/cheques/{id}/clear", { ...at(id), body: { on }, headers: once(key) }));
export const dishonourCheque = ({ id, ...body }: { id: string; on: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/cheques/{id}/dishonour", { ...at(id), body, headers: once(key) }));
