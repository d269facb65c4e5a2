import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Wallet = Schemas["WalletRecord"];
export type WalletRow = Schemas["WalletStanding"];
export type WalletMove = Schemas["WalletMove"];
export type WalletFields = Schemas["WalletInput"];
export type WalletDecision = Schemas["Decide-wallet-moveRequest"];

export const walletsQuery = (params: Params) =>
  list<WalletRow>({
    queryKey: ["wallets", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/wallets", { params: filters(params), signal })),
  });
export const walletMovesQuery = (params: Params) =>
  list<WalletMove>({
    queryKey: ["wallets", "moves", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/wallet-moves", { params: filters(params), signal })),
  });
export const walletQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "wallet"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/wallet", { params: { path: { id } }, signal })),
  });

export type WalletAct = "top_up" | "give_back" | "refund";
/** What comes in, is given back or leaves: recorded by one person, decided by another. */
export function moveWallet(
  { id, act, ...body }: WalletFields & { id: string; act: WalletAct },
  key: string,
): Promise<WalletMove> {
  const call = { params: { path: { id } }, body, headers: once(key) };
  if (act === "top_up") return ask(api.POST("/api/v1/contracts/{id}/wallet/top-ups", call));
  if (act === "give_back") return ask(api.POST("/api/v1/contracts/{id}/wallet/give-backs", call));
  return ask(api.POST("/api/v1/contracts/{id}/wallet/refunds", call));
}
export const decideMove = ({ id, ...body }: WalletDecision & { id: string }, key: string) =>
  ask(api.POST("/api/v1/wallet-moves/{id}/decision", { params: { path: { id } }, body, headers: once(key) }));
export const setThreshold = ({ id, ...body }: Schemas["Set-wallet-thresholdRequest"] & { id: string }, _key: string) =>
  ask(api.PUT("/api/v1/contracts/{id}/wallet/threshold", { params: { path: { id } }, body }));
export const topUpReceipt = (id: string) => `/api/v1/wallet-moves/${id}/receipt`;
