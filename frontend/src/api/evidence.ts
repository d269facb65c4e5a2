import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Found = Schemas["FoundMessage"];
export type Chain = Schemas["EvidenceChain"];
export type Purpose = Schemas["FindInputBody"]["purpose"];
export type Look = { purpose: Purpose; grounds: string };
export const purposes: readonly Purpose[] = ["complaint", "review", "customer", "disclosure", "fault", "audit"];

/** Looks are calls that are logged, not reads that a page repeats by itself. */
export const findMessages = (body: Look & { phone: string }) => ask(api.POST("/api/v1/evidence/find", { body }));
export const showEvidence = ({ id, seq, ...body }: Look & { id: string; seq: number; unmask?: boolean }) =>
  ask(api.POST("/api/v1/evidence/batches/{id}/messages/{seq}", { params: { path: { id, seq } }, body }));

export type Hold = Schemas["HoldRecord"];
export type KeyState = Schemas["KeyStateRecord"];
export type Purge = Schemas["PurgeRecord"];
export type NewHold = Schemas["HoldInputBody"];
export const holdsQuery = (params: Params) =>
  list<Hold>({ queryKey: ["legal-holds", params], queryFn: ({ signal }) => ask(api.GET("/api/v1/legal-holds", { signal })) });
export const placeHold = (body: NewHold, key: string) => ask(api.POST("/api/v1/legal-holds", { body, headers: once(key) }));
export const liftHold = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/legal-holds/{id}/lift", { params: { path: { id } }, body: { reason }, headers: once(key) }));
export const planQuery = (on: string) =>
  queryOptions({
    queryKey: ["retention", "plan", on],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/retention/plan", { params: { query: { on } }, signal })),
  });
export const purgesQuery = (params: Params) =>
  list<Purge>({
    queryKey: ["retention", "purges", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/retention/purges", { params: filters(params), signal })),
  });
