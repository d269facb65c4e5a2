import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type ContractRow = Schemas["ContractRow"];
export type Contract = Schemas["ContractRecord"];
export type ContractState = ContractRow["state"];
export type ContractKind = "package" | "prepaid" | "postpaid" | "centre" | "port" | "maintenance";
export type SuspensionReason = Schemas["SuspensionRecord"]["reason"];
export type Cause = Schemas["EndingRecord"]["cause"];
/** Causes that a person may ask for; a completion comes of the paper that the customer confirms. */
export type AskedCause = Schemas["Terminate-contractRequest"]["cause"];

export type Both = Schemas["ContracttemplateText"];
export type Blank = Schemas["ContracttemplateBlank"];
export type Template = Schemas["ContracttemplateTemplate"];
export type Draft = Schemas["ContractDraft"];
export type Values = Record<string, string>;

const at = (id: string) => ({ path: { id } });

export const contractsQuery = (params: Params) =>
  list<ContractRow>({
    queryKey: ["contracts", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts", { params: filters(params), signal })),
  });
export const contractQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}", { params: at(id), signal })),
  });
export const contractTimelineQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "timeline"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/timeline", { params: at(id), signal })),
  });
export const templatesQuery = queryOptions({
  queryKey: ["contract-templates"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/contract-templates", { signal })),
  staleTime: 600_000,
});
/** A template's blanks; those that the customer's record answers come filled in. */
export const templateQuery = (id: string, version: number, customer_id: string, plan_version_id?: string) =>
  queryOptions({
    queryKey: ["contract-templates", id, version, customer_id, plan_version_id ?? ""],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/contract-templates/{id}/{version}", {
          params: { path: { id, version: String(version) }, query: { customer_id, plan_version_id } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

export const createContract = (body: Draft, key: string) => ask(api.POST("/api/v1/contracts", { body, headers: once(key) }));
export const changeContract = ({ id, ...body }: { id: string; version: number; values: Values }) =>
  ask(api.PATCH("/api/v1/contracts/{id}", { params: at(id), body }));
export const previewContract = (body: Draft) =>
  ask(api.POST("/api/v1/contracts/preview", { body, parseAs: "blob" })) as unknown as Promise<Blob>;
export const contractDocument = (id: string) => `/api/v1/contracts/${id}/document`;

/** Each step of a contract's life with what it needs; `available_actions` names those that may be taken now. */
export type Step =
  | { do: "submit" }
  | { do: "withdraw" | "reject"; body: Schemas["ReasonBody"] }
  | { do: "approve"; body: Schemas["Approve-contractRequest"] }
  | { do: "sign"; body: Schemas["Sign-contractRequest"] }
  | { do: "confirm_signing" };

export function takeStep({ id, step }: { id: string; step: Step }, key: string): Promise<unknown> {
  const call = { params: at(id), headers: once(key) };
  switch (step.do) {
    case "submit":
      return ask(api.POST("/api/v1/contracts/{id}/submit", call));
    case "withdraw":
      return ask(api.POST("/api/v1/contracts/{id}/withdraw", { ...call, body: step.body }));
    case "reject":
      return ask(api.POST("/api/v1/contracts/{id}/reject", { ...call, body: step.body }));
    case "approve":
      return ask(api.POST("/api/v1/contracts/{id}/approve", { ...call, body: step.body }));
    case "sign":
      return ask(api.POST("/api/v1/contracts/{id}/sign", { ...call, body: step.body }));
    case "confirm_signing":
      return ask(api.POST("/api/v1/contracts/{id}/confirm-signing", { ...call, body: {} }));
  }
}
