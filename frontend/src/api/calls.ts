import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type CallTask = Schemas["CallTask"];
export type CallState = CallTask["state"];
export type SystemMessage = Schemas["SystemMessage"];
export type MessageState = SystemMessage["state"];
export type NoticeWay = Schemas["NoticeWay"];

export const callTasksQuery = (params: Params) =>
  list<CallTask>({
    queryKey: ["call-tasks", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/call-tasks", { params: filters(params), signal })),
  });
export const systemMessagesQuery = (params: Params) =>
  list<SystemMessage>({
    queryKey: ["system-messages", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/system-messages", { params: filters(params), signal })),
  });

export type CallReport = { outcome: string; contact?: string; note: string; again_on?: string };
export const reportCall = ({ id, ...body }: { id: string } & CallReport, key: string) =>
  ask(api.POST("/api/v1/call-tasks/{id}/calls", { params: { path: { id } }, body: body as never, headers: once(key) }));
export const cancelCall = ({ id, note }: { id: string; note: string }, key: string) =>
  ask(api.POST("/api/v1/call-tasks/{id}/cancel", { params: { path: { id } }, body: { note }, headers: once(key) }));
export const makeCall = (body: { customer_id: string; title: string; text?: string; due_on: string }, key: string) =>
  ask(api.POST("/api/v1/call-tasks", { body, headers: once(key) }));
export const sendMessageAgain = (id: string, key: string) =>
  ask(api.POST("/api/v1/system-messages/{id}/again", { params: { path: { id } }, headers: once(key) }));

export const noticeWaysQuery = (customer?: string) => ({
  queryKey: ["notice-ways", customer ?? ""],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/notice-ways", { params: { query: customer ? { customer_id: customer } : {} }, signal })),
});
export const preferNotice = ({ kind, ...body }: { kind: string; mail: boolean; message: boolean; customer_id?: string }) =>
  ask(api.PUT("/api/v1/notice-ways/{kind}", { params: { path: { kind } }, body }));
