import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type Notice = Schemas["NoticeRecord"];

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/notices", { params: { query: { limit: 20 } }, signal })),
  refetchInterval: 60_000,
});
export const readNotice = (v: { id: string }, key: string) =>
  ask(api.POST("/api/v1/notices/{id}/read", { params: { path: v }, headers: once(key) }));
