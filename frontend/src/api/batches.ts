import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type BatchState =
  | "draft"
  | "receiving"
  | "screening"
  | "confirming"
  | "review"
  | "approved"
  | "sending"
  | "done"
  | "paused"
  | "refused"
  | "failed"
  | "cancelled";
export type Category = "verification" | "notice" | "marketing" | "advertising";
export type BatchMode = "template" | "text_per_row" | "list_one_text";

export type Batch = Schemas["BatchRecord"];
export type ErrorRow = Schemas["BatchErrorRow"];
export type Group = Schemas["BatchGroup"];
export type Message = Schemas["BatchMessage"];

const moving = new Set(["receiving", "screening", "sending", "approved"]);
export const isMoving = (state: string | undefined) => state !== undefined && moving.has(state);

const at = (id: string) => ({ path: { id } });

export const batchesQuery = (params: Params) =>
  list<Batch>({
    queryKey: ["batches", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/batches", { params: filters(params), signal })),
  });
export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ["batches", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/batches/{id}", { params: at(id), signal })),
  });
export const errorRowsQuery = (id: string) =>
  queryOptions({
    queryKey: ["batches", id, "error-rows"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/batches/{id}/error-rows", { params: at(id), signal })),
  });
export const groupsQuery = (id: string) =>
  queryOptions({
    queryKey: ["batches", id, "groups"],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/batches/{id}/groups", { params: { ...at(id), query: { limit: 100 } }, signal })),
  });
export const groupMessagesQuery = (id: string, group: string) =>
  queryOptions({
    queryKey: ["batches", id, "groups", group, "messages"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/batches/{id}/groups/{group}/messages", {
          params: { path: { id, group }, query: { limit: 10 } },
          signal,
        }),
      ),
  });

export const createBatch = (body: Schemas["NewBatchBody"], key: string) =>
  ask(api.POST("/api/v1/batches", { body, headers: once(key) }));
type Act = { id: string; action: "cancel" | "pause" | "resume" | "release" | "decline"; reason?: string };
export const actOnBatch = ({ id, action, reason }: Act, key: string) =>
  ask(api.POST(`/api/v1/batches/{id}/${action}`, { params: at(id), body: { reason }, headers: once(key) }));

export const batchErrorsHref = (id: string) => `/api/v1/batches/${id}/errors`;
export const batchEventsHref = (id: string) => `/api/v1/batches/${id}/events`;

export type Handoff = Schemas["HandoffRecord"];
/** How far a batch is sent; 404 before it has begun. */
export const handoffQuery = (id: string) =>
  queryOptions({
    queryKey: ["batches", id, "handoff"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/batches/{id}/handoff", { params: at(id), signal })),
  });
export const giveUpHanding = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/batches/{id}/give-up-handing", { params: at(id), body: { reason }, headers: once(key) }));
export const settleUnknown = ({ id, ...body }: Schemas["SettleInputBody"] & { id: string }, key: string) =>
  ask(api.POST("/api/v1/batches/{id}/settle-unknown", { params: at(id), body, headers: once(key) }));
