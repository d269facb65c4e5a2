import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Channel = Schemas["HandoffChannelView"];
export type Stop = Schemas["StopRecord"];
export type StopScope = "all" | "customer" | "signature" | "channel";
export type CarrierOrder = Schemas["OrderRecord"];
export type CarrierRule = Schemas["CarrierRuleView"];
export type Unsettled = Schemas["HandoffUnsettled"];
export type Reply = Schemas["ReplyRecord"];
export type Carrier = "cmcc" | "cucc" | "ctcc" | "cbn";
export type Measure = "stop" | "per_second" | "per_day";

export const channelsQuery = {
  queryKey: ["channels"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/handoff/channels", { signal })),
};

export const stopsQuery = {
  queryKey: ["stops"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/handoff/stops", { signal })),
};

export const stopSending = (body: { scope: StopScope; object_id?: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/handoff/stops", { body, headers: once(key) }));

export const liftStop = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/handoff/stops/{id}/lift", { params: { path: { id } }, body: { reason }, headers: once(key) }));

export const unknownsQuery = (params: Params) =>
  list<Unsettled>({
    queryKey: ["unknowns", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/handoff/unknowns", { signal })),
  });

export const ordersQuery = (params: Params) =>
  list<CarrierOrder>({
    queryKey: ["carrier-orders", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/carrier-orders", { signal })),
  });

export type OrderWish = {
  carrier: Carrier;
  category?: string;
  measure: Measure;
  volume?: number;
  given_by: string;
  reference: string;
  reason: string;
  until?: string;
};
export const giveOrder = (body: OrderWish, key: string) => ask(api.POST("/api/v1/carrier-orders", { body, headers: once(key) }));

export const liftOrder = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/carrier-orders/{id}/lift", { params: { path: { id } }, body: { reason }, headers: once(key) }));

export const carrierRulesQuery = {
  queryKey: ["carrier-rules"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/carrier-rules", { signal })),
};

export type RuleWish = { carrier: Carrier; title: string; body: string; source: string; in_force_on: string };
export const publishRule = (body: RuleWish, key: string) => ask(api.POST("/api/v1/carrier-rules", { body, headers: once(key) }));

export const acknowledgeRule = (id: string, key: string) =>
  ask(api.POST("/api/v1/carrier-rules/{id}/acknowledge", { params: { path: { id } }, headers: once(key) }));

export const repliesQuery = (params: Params) =>
  list<Reply>({
    queryKey: ["replies", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/replies", { params: filters(params), signal })),
  });
