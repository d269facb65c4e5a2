import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type QueueItem = Schemas["QueueItem"];
export type Desk = Schemas["DeskRecord"];
export type DeskGroup = Schemas["ReviewGroupView"];
export type Claim = Schemas["ReviewClaim"];
export type Progress = Schemas["ReviewProgress"];
export type Tally = Schemas["ReviewTally"];
export type Choice = "approve" | "refuse" | "withdraw";
export type Decision = Schemas["DecisionInputBody"] & { batch: string; scope: "batch" | "group" | "message"; decision: Choice };

const at = (id: string) => ({ path: { id } });

export const reviewQueueQuery = queryOptions({
  queryKey: ["review", "queue"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/review/queue", { params: { query: { limit: 100 } }, signal })),
  refetchInterval: 15_000,
});
/** The queue as far as it fits what is sought; what changes the queue changes this, too. */
export const queueSearchQuery = (q: string) =>
  queryOptions({
    queryKey: [...reviewQueueQuery.queryKey, q],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/review/queue", { params: { query: { limit: 100, q } }, signal })),
  });
export const deskQuery = (batch: string) =>
  queryOptions({
    queryKey: ["review", "desk", batch],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/review/batches/{id}", { params: at(batch), signal })),
    // Each look at content is logged (A22), so the page looks only when something was done.
    refetchOnWindowFocus: false,
  });
/** The groups of texts after those that come with the desk. */
export const moreGroupsQuery = (batch: string, from: string) =>
  infiniteQueryOptions({
    queryKey: ["review", "desk", batch, "groups"],
    initialPageParam: from,
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET("/api/v1/review/batches/{id}/groups", {
          params: { path: { id: batch }, query: { limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor || undefined,
    refetchOnWindowFocus: false,
  });
/** Single messages of a group, ten at a time. */
export const deskMessagesQuery = (batch: string, group: string) =>
  infiniteQueryOptions({
    queryKey: ["review", "desk", batch, "messages", group],
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET("/api/v1/review/batches/{id}/groups/{group}/messages", {
          params: { path: { id: batch, group }, query: { limit: 10, cursor: pageParam || undefined } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor || undefined,
    refetchOnWindowFocus: false,
  });

type Act =
  | { batch: string; action: "claim" | "release" | "undo" }
  | { batch: string; action: "finish" | "confirm"; decisions_hash: string };

export function actOnReview(v: Act, key: string): Promise<unknown> {
  const call = { params: at(v.batch), headers: once(key) };
  switch (v.action) {
    case "finish":
    case "confirm":
      return ask(api.POST(`/api/v1/review/batches/{id}/${v.action}`, { ...call, body: { decisions_hash: v.decisions_hash } }));
    default:
      return ask(api.POST(`/api/v1/review/batches/{id}/${v.action}`, call));
  }
}
/** A look by somebody who does not hold the claim; the purpose and the reason go into the audit trail. */
export type Look = { purpose: "complaint" | "appeal" | "authority" | "audit"; why: string };
export const lookAt = (batch: string, look: Look) =>
  ask(api.GET("/api/v1/review/batches/{id}", { params: { ...at(batch), query: look } }));
export const nextReview = (_: undefined, key: string) => ask(api.POST("/api/v1/review/next", { headers: once(key) }));
export const handOver = ({ batch, ...body }: { batch: string; user_id: string; note?: string }, key: string) =>
  ask(api.POST("/api/v1/review/batches/{id}/hand-over", { params: at(batch), body, headers: once(key) }));
export const addNote = ({ batch, text }: { batch: string; text: string }, key: string) =>
  ask(api.POST("/api/v1/review/batches/{id}/notes", { params: at(batch), body: { text }, headers: once(key) }));
export const decide = ({ batch, ...body }: Decision, key: string) =>
  ask(api.POST("/api/v1/review/batches/{id}/decide", { params: at(batch), body, headers: once(key) }));
