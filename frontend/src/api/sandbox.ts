import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export const clockQuery = queryOptions({
  queryKey: ["sandbox", "clock"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/sandbox/clock", { signal })),
  refetchInterval: 60_000,
});
export const moveClock = (body: Schemas["MoveClockBody"], key: string) =>
  ask(api.POST("/api/v1/sandbox/clock", { body, headers: once(key) }));
