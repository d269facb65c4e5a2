import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Alert = Schemas["WatchAlert"];
export type AlertState = Alert["state"];
export type AlertCode = Alert["code"];
export type WatchRule = Omit<Schemas["WatchRule"], "code"> & { code: AlertCode };
export type OwnThreshold = Schemas["WatchThreshold"];

const at = (id: string) => ({ path: { id } });

export const alertsQuery = (params: Params) =>
  list<Alert>({
    queryKey: ["watch", "alerts", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/watch/alerts", { params: filters(params), signal })),
  });
export const watchRulesQuery = queryOptions({
  queryKey: ["watch", "rules"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/watch/rules", { signal })),
});
export const liftAlert = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/watch/alerts/{id}/lift", { params: at(id), body: { reason }, headers: once(key) }));
export const closeAlert = ({ id, ...body }: { id: string; outcome: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/watch/alerts/{id}/close", { params: at(id), body, headers: once(key) }));
export const lookNow = (_: undefined, key: string) => ask(api.POST("/api/v1/watch/look", { headers: once(key) }));
export const setWatchRule = ({ code, ...body }: WatchRule, key: string) =>
  ask(api.PUT("/api/v1/watch/rules/{code}", { params: { path: { code } }, body, headers: once(key) }));
type Threshold = Omit<WatchRule, "level"> & { customer: string; until?: string; reason: string };
export const setThreshold = ({ customer, code, ...body }: Threshold, key: string) =>
  ask(api.PUT("/api/v1/customers/{id}/watch/{code}", { params: { path: { id: customer, code } }, body, headers: once(key) }));
