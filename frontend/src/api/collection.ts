import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Case = Schemas["CollectionCase"];
export type CaseState = Case["state"];
export type CaseEvent = Schemas["CollectionEvent"];

export const casesQuery = (params: Params) =>
  list<Case>({
    queryKey: ["collection", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/collection-cases", { params: filters(params), signal })),
  });
export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ["collection", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/collection-cases/{id}", { params: { path: { id } }, signal })),
  });

const at = (id: string) => ({ params: { path: { id } } });
export const openCase = (body: Schemas["Open-collection-caseRequest"], key: string) =>
  ask(api.POST("/api/v1/collection-cases", { body, headers: once(key) }));
export const addEvent = ({ id, ...body }: Schemas["Add-collection-eventRequest"] & { id: string }, key: string) =>
  ask(api.POST("/api/v1/collection-cases/{id}/events", { ...at(id), body, headers: once(key) }));
export const askWriteOff = ({ id, ...body }: { id: string; reason: string; document_id?: string }, key: string) =>
  ask(api.POST("/api/v1/collection-cases/{id}/write-off", { ...at(id), body, headers: once(key) }));
export const decideWriteOff = ({ id, ...body }: { id: string; approve: boolean; reason?: string }, key: string) =>
  ask(api.POST("/api/v1/write-offs/{id}/decision", { ...at(id), body, headers: once(key) }));
export const recover = ({ id, ...body }: Schemas["Recover-debtRequest"] & { id: string }, key: string) =>
  ask(api.POST("/api/v1/collection-cases/{id}/recoveries", { ...at(id), body, headers: once(key) }));
export const closeCase = ({ id, ...body }: { id: string; state: "collected" | "withdrawn"; reason: string }, key: string) =>
  ask(api.POST("/api/v1/collection-cases/{id}/close", { ...at(id), body, headers: once(key) }));
