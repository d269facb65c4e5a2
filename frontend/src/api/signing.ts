import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type Evidence = Schemas["EvidenceRecord"];
export type Annex = Schemas["AnnexRecord"];
export type AnnexState = Annex["state"];
export type AnnexKind = Annex["kind"];
export type ForceMajeure = Schemas["ForceRecord"];
export type ContractFile = Schemas["ContractAttachment"];
export type Settlement = Schemas["SettlementRecord"];

const at = (id: string) => ({ path: { id } });

/** The sentence that is agreed to when signing in the portal, and the hash of the text; of the contract, or of one of its amendments. */
export const statementQuery = (id: string, amendment = "") =>
  queryOptions({
    queryKey: ["contracts", id, "statement", amendment],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/contracts/{id}/statement", { params: { ...at(id), query: amendment ? { amendment } : {} }, signal })),
    staleTime: 0,
    retry: false,
  });

export type Agreement = { id: string; amendment?: string; sha256: string; password?: string };

/** Signs a contract or an amendment for the side of whoever is signed in: by acceptance, or with a password by the own key. */
export function signInPortal({ id, amendment, sha256, password }: Agreement, key: string): Promise<unknown> {
  const headers = once(key);
  const body = { agree: true, sha256 };
  if (amendment) {
    const params = { path: { id, amendment } };
    return password
      ? ask(api.POST("/api/v1/contracts/{id}/amendments/{amendment}/e-sign", { params, body: { ...body, password } }))
      : ask(api.POST("/api/v1/contracts/{id}/amendments/{amendment}/sign-online", { params, headers, body }));
  }
  return password
    ? ask(api.POST("/api/v1/contracts/{id}/e-sign", { params: at(id), body: { ...body, password } }))
    : ask(api.POST("/api/v1/contracts/{id}/sign-online", { params: at(id), headers, body }));
}

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "evidence"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/evidence", { params: at(id), signal })),
  });
/** Where the proof of a signing in the portal is read: a sheet, or a file that anybody can check. */
export const proofHref = (way: string, id: string) =>
  way === "online" ? `/api/v1/acceptances/${id}/sheet` : `/api/v1/e-signatures/${id}`;

export const contractFilesQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "attachments"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/attachments", { params: at(id), signal })),
  });
export const addContractFile = ({ id, attachment_id }: { id: string; attachment_id: string }, key: string) =>
  ask(api.POST("/api/v1/contracts/{id}/attachments", { params: at(id), body: { attachment_id }, headers: once(key) }));

export const annexesQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "annexes"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/annexes", { params: at(id), signal })),
  });

/** What may be done with a paper that the customer confirms; `available_actions` names what may be done now. */
export type AnnexStep =
  | { do: "make"; body: Schemas["Make-contract-annexRequest"] }
  | { do: "accept_annex"; of: string; body: { agree: boolean; sha256: string } }
  | { do: "record_annex"; of: string; body: { signer: string; attachment_id: string } }
  | { do: "confirm_annex"; of: string }
  | { do: "return_annex" | "refuse_annex" | "withdraw_annex"; of: string; body: { reason: string } };

export function takeAnnexStep({ id, step }: { id: string; step: AnnexStep }, key: string): Promise<unknown> {
  const headers = once(key);
  if (step.do === "make") return ask(api.POST("/api/v1/contracts/{id}/annexes", { params: at(id), headers, body: step.body }));
  const params = { path: { id, annex: step.of } };
  switch (step.do) {
    case "accept_annex":
      return ask(api.POST("/api/v1/contracts/{id}/annexes/{annex}/accept", { params, headers, body: step.body }));
    case "record_annex":
      return ask(api.POST("/api/v1/contracts/{id}/annexes/{annex}/record", { params, headers, body: step.body }));
    case "confirm_annex":
      return ask(api.POST("/api/v1/contracts/{id}/annexes/{annex}/confirm", { params, headers }));
    case "return_annex":
      return ask(api.POST("/api/v1/contracts/{id}/annexes/{annex}/return", { params, headers, body: step.body }));
    case "refuse_annex":
      return ask(api.POST("/api/v1/contracts/{id}/annexes/{annex}/refuse", { params, headers, body: step.body }));
    case "withdraw_annex":
      return ask(api.POST("/api/v1/contracts/{id}/annexes/{annex}/withdraw", { params, headers, body: step.body }));
  }
}

export const forceQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "force-majeures"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/force-majeures", { params: at(id), signal })),
  });
export const allForceQuery = queryOptions({
  queryKey: ["force-majeures"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/force-majeures", { signal })),
});
export const confidentialQuery = queryOptions({
  queryKey: ["confidentialities"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/confidentialities", { signal })),
});
type ForceBody = Schemas["Record-force-majeureRequest"];
export const recordForce = ({ id, ...body }: ForceBody & { id: string }, key: string) =>
  ask(api.POST("/api/v1/contracts/{id}/force-majeures", { params: at(id), body, headers: once(key) }));
type ForceEnd = { id: string; event: string; last_day?: string; reason?: string; attachment_id?: string };
export const endForce = ({ id, event, ...body }: ForceEnd, key: string) =>
  ask(
    api.POST("/api/v1/contracts/{id}/force-majeures/{event}/end", {
      params: { path: { id, event } },
      body,
      headers: once(key),
    }),
  );

export const settlementQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id, "settlement"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/contracts/{id}/settlement", { params: at(id), signal })),
  });

export const formDraftQuery = (form: string) =>
  queryOptions({
    queryKey: ["form-drafts", form],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/form-drafts/{form}", { params: { path: { form } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });
export const saveFormDraft = (form: string, body: Record<string, unknown>) =>
  ask(api.PUT("/api/v1/form-drafts/{form}", { params: { path: { form } }, body: body as never }));
export const dropFormDraft = (form: string) => ask(api.DELETE("/api/v1/form-drafts/{form}", { params: { path: { form } } }));
