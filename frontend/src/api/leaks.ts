import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Leak = Schemas["LeakRecord"];
export type LeakState = Leak["state"];
export type LeakDuty = Schemas["LeakDuty"];
export type LeakDutyState = LeakDuty["state"];
export type LeakFacts = Schemas["LeakFacts"];
export type LeakDeadline = Schemas["LeakDeadline"];

export const leaksQuery = (params: Params) =>
  list<Leak>({
    queryKey: ["leaks", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/leaks", { params: filters(params), signal })),
  });
export const leakQuery = (id: string) =>
  queryOptions({
    queryKey: ["leaks", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/leaks/{id}", { params: { path: { id } }, signal })),
  });
export const leakDeadlinesQuery = queryOptions({
  queryKey: ["leaks", "deadlines"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/leak-deadlines", { signal })),
});

const at = (id: string) => ({ params: { path: { id } } });
const duty = (id: string, duty: string) => ({ params: { path: { id, duty } } });

export const recordLeak = (body: LeakFacts, key: string) => ask(api.POST("/api/v1/leaks", { body, headers: once(key) }));
export const amendLeak = ({ id, version, facts }: { id: string; version: number; facts: LeakFacts }) =>
  ask(api.PUT("/api/v1/leaks/{id}", { params: { path: { id }, query: { version } }, body: facts }));
export const containLeak = ({ id, measures }: { id: string; measures: string }, key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/contain", { ...at(id), body: { measures }, headers: once(key) }));
export const tellCustomers = (id: string, key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/tell-customers", { ...at(id), body: {}, headers: once(key) }));
export const addLeakFile = ({ id, document_id }: { id: string; document_id: string }, key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/add-file", { ...at(id), body: { document_id }, headers: once(key) }));
export const askClose = ({ id, ...body }: { id: string; outcome: "real" | "none"; conclusion: string }, key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/ask-close", { ...at(id), body, headers: once(key) }));
export const decideClose = ({ id, ...body }: { id: string; approve: boolean; note: string }, key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/decide-close", { ...at(id), body, headers: once(key) }));
export const meetDuty = ({ id, dutyId, ...body }: { id: string; dutyId: string } & Schemas["LeakTelling"], key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/duties/{duty}/meet", { ...duty(id, dutyId), body, headers: once(key) }));
export const waiveDuty = ({ id, dutyId, reason }: { id: string; dutyId: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/leaks/{id}/duties/{duty}/waive", { ...duty(id, dutyId), body: { reason }, headers: once(key) }));
export const setLeakDeadlines = (body: Schemas["Set-leak-deadlinesRequest"]) => ask(api.PUT("/api/v1/leak-deadlines", { body }));
