import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";

export type Clock = {
  sandbox: boolean;
  now: string;
  real_now: string;
  offset_ms: number;
  ran: { job: string; day: string; outcome: string }[] | null;
};

export const clockQuery = queryOptions({
  queryKey: ["sandbox", "clock"],
  queryFn: ({ signal }) => http.get<Clock>("/sandbox/clock", undefined, signal),
  refetchInterval: 60_000,
});
export const moveClock = (v: { to?: string; date?: string; advance_days?: number }, key: string) =>
  http.post<Clock>("/sandbox/clock", v, key);
