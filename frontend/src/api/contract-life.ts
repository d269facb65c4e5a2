import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type Life = Schemas["ContractLife"];
export type Amendment = Schemas["Amendment"];
export type AmendmentState = Amendment["state"];
export type Ending = Schemas["EndingRecord"];
export type EndingState = Ending["state"];
export type TermsOfDay = Schemas["TermsRecord"];
export type PlanTerms = Schemas["PlanTerms"];
export type Patch = Schemas["PlanPatch"];
export type HandReason = "data" | "behaviour" | "content";

/** What applied, or will apply, on a day, and every day on which the terms changed. */
export const termsQuery = (id: string, on: string) =>
  queryOptions({
    queryKey: ["contracts", id, "terms", on],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/contracts/{id}/terms", { params: { path: { id }, query: on ? { on } : {} }, signal })),
  });

/** Each act on a contract in force with what it needs; `available_actions` names those that may be taken now. */
export type LifeStep =
  | { do: "change_plan"; body: Schemas["Request-plan-changeRequest"] }
  | { do: "supplement"; body: Schemas["Draft-supplementRequest"] }
  | { do: "sign_supplement"; of: string; body: Schemas["Sign-supplementRequest"] }
  | { do: "confirm_supplement"; of: string }
  | { do: "cancel_amendment"; of: string; body: { reason: string } }
  | { do: "announce_price"; body: Schemas["Announce-priceRequest"] }
  | { do: "accept_price"; of: string }
  | { do: "object_price"; of: string; body: { reason: string; leave?: boolean } }
  | { do: "prove_price"; of: string; body: { attachment_id: string } }
  | { do: "object_renewal"; body: Schemas["Object-renewalRequest"] }
  | { do: "terminate"; body: Schemas["Terminate-contractRequest"] }
  | { do: "approve_termination"; of: string }
  | { do: "reject_termination"; of: string; body: { reason: string } }
  | { do: "cure" | "withdraw_termination"; body: { reason: string; attachment_id?: string } }
  | { do: "suspend" | "lift"; body: { reason: HandReason; evidence: string; attachment_id?: string } };

export function takeLifeStep({ id, step }: { id: string; step: LifeStep }, key: string): Promise<unknown> {
  const at = { path: { id } };
  const headers = once(key);
  switch (step.do) {
    case "change_plan":
      return ask(api.POST("/api/v1/contracts/{id}/plan-changes", { params: at, headers, body: step.body }));
    case "supplement":
      return ask(api.POST("/api/v1/contracts/{id}/supplements", { params: at, headers, body: step.body }));
    case "sign_supplement":
      return ask(
        api.POST("/api/v1/contracts/{id}/amendments/{amendment}/sign", {
          params: { path: { id, amendment: step.of } },
          headers,
          body: step.body,
        }),
      );
    case "confirm_supplement":
      return ask(
        api.POST("/api/v1/contracts/{id}/amendments/{amendment}/confirm", {
          params: { path: { id, amendment: step.of } },
          headers,
        }),
      );
    case "cancel_amendment":
      return ask(
        api.POST("/api/v1/contracts/{id}/amendments/{amendment}/cancel", {
          params: { path: { id, amendment: step.of } },
          headers,
          body: step.body,
        }),
      );
    case "announce_price":
      return ask(api.POST("/api/v1/contracts/{id}/price-changes", { params: at, headers, body: step.body }));
    case "accept_price":
      return ask(
        api.POST("/api/v1/contracts/{id}/amendments/{amendment}/accept", {
          params: { path: { id, amendment: step.of } },
          headers,
        }),
      );
    case "object_price":
      return ask(
        api.POST("/api/v1/contracts/{id}/amendments/{amendment}/object", {
          params: { path: { id, amendment: step.of } },
          headers,
          body: step.body,
        }),
      );
    case "prove_price":
      return ask(
        api.POST("/api/v1/contracts/{id}/amendments/{amendment}/proof", {
          params: { path: { id, amendment: step.of } },
          headers,
          body: step.body,
        }),
      );
    case "object_renewal":
      return ask(api.POST("/api/v1/contracts/{id}/object-renewal", { params: at, headers, body: step.body }));
    case "terminate":
      return ask(api.POST("/api/v1/contracts/{id}/terminate", { params: at, headers, body: step.body }));
    case "approve_termination":
      return ask(
        api.POST("/api/v1/contracts/{id}/terminations/{termination}/approve", {
          params: { path: { id, termination: step.of } },
          headers,
        }),
      );
    case "reject_termination":
      return ask(
        api.POST("/api/v1/contracts/{id}/terminations/{termination}/reject", {
          params: { path: { id, termination: step.of } },
          headers,
          body: step.body,
        }),
      );
    case "cure":
      return ask(api.POST("/api/v1/contracts/{id}/cure", { params: at, headers, body: step.body }));
    case "withdraw_termination":
      return ask(api.POST("/api/v1/contracts/{id}/withdraw-termination", { params: at, headers, body: step.body }));
    case "suspend":
      return ask(api.POST("/api/v1/contracts/{id}/suspend", { params: at, headers, body: step.body }));
    case "lift":
      return ask(api.POST("/api/v1/contracts/{id}/lift", { params: at, headers, body: step.body }));
  }
}
