import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type TermsVersion = Schemas["TermsVersionRecord"];
export type TermsStanding = Schemas["TermsStanding"];
export type TermsBody = { values: Record<string, string>; changes: string; use_accepts: boolean };

const at = (id: string) => ({ path: { id } });

export const serviceTermsQuery = queryOptions({
  queryKey: ["service-terms"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/service-terms", { signal })),
});
export const termsFormQuery = queryOptions({
  queryKey: ["service-terms", "form"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/service-terms/form", { signal })),
  staleTime: 600_000,
});
export const standingsQuery = (id: string) =>
  queryOptions({
    queryKey: ["service-terms", id, "standings"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/service-terms/{id}/standings", { params: at(id), signal })),
  });
export const termsDocument = (id: string) => `/api/v1/service-terms/${id}/document`;

/** Keeps a draft: a new one, or the one with this id as of the version that was read. */
export const saveTerms = ({ id, version, ...body }: TermsBody & { id?: string; version?: number }, key: string) =>
  id
    ? ask(api.PUT("/api/v1/service-terms/{id}", { params: at(id), body: { ...body, version } }))
    : ask(api.POST("/api/v1/service-terms", { body, headers: once(key) }));

export type TermsStep =
  | { do: "announce"; effective_on: string }
  | { do: "withdraw" | "object"; reason: string }
  | { do: "accept"; sha256: string };

export function takeTermsStep({ id, step }: { id: string; step: TermsStep }, key: string): Promise<unknown> {
  const call = { params: at(id), headers: once(key) };
  switch (step.do) {
    case "announce":
      return ask(api.POST("/api/v1/service-terms/{id}/announce", { ...call, body: { effective_on: step.effective_on } }));
    case "withdraw":
      return ask(api.POST("/api/v1/service-terms/{id}/withdraw", { ...call, body: { reason: step.reason } }));
    case "object":
      return ask(api.POST("/api/v1/service-terms/{id}/object", { ...call, body: { reason: step.reason } }));
    case "accept":
      return ask(api.POST("/api/v1/service-terms/{id}/accept", { ...call, body: { agree: true, sha256: step.sha256 } }));
  }
}
