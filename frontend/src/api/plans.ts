import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type Plan = Schemas["PlanRecord"];
export type PlanVersion = Schemas["PlanVersion"];
export type PlanTerms = Schemas["PlanTerms"];
export type PlanPatch = Schemas["PlanPatch"];
export type PlanVersionState = PlanVersion["state"];

export const plansQuery = (kind?: string) =>
  queryOptions({
    queryKey: ["plans", kind ?? ""],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/plans", { params: { query: { kind } }, signal })),
  });

export type PlanText = { code: string; name: string; name_en?: string; kind: Plan["kind"] };
export type PlanDraft = { terms: PlanPatch; valid_from: string; note: string };

export const createPlan = (body: PlanText & PlanDraft, key: string) =>
  ask(api.POST("/api/v1/plans", { body: body as Schemas["Create-planRequest"], headers: once(key) }));
export const revisePlan = ({ id, ...body }: { id: string } & PlanDraft, key: string) =>
  ask(
    api.POST("/api/v1/plans/{id}/versions", {
      params: { path: { id } },
      body: body as Schemas["Revise-planRequest"],
      headers: once(key),
    }),
  );

export type VersionAct = "submit" | "drop" | "publish" | "send-back";
export const actOnVersion = ({ id, act, reason }: { id: string; act: VersionAct; reason?: string }, key: string) =>
  ask(api.POST(`/api/v1/plan-versions/{id}/${act}`, { params: { path: { id } }, body: { reason }, headers: once(key) }));
export const withdrawPlan = ({ id, off, reason }: { id: string; off: boolean; reason: string }, key: string) =>
  ask(api.POST("/api/v1/plans/{id}/withdraw", { params: { path: { id } }, body: { off, reason }, headers: once(key) }));
