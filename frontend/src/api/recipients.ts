import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";
import { type Progress, upload } from "./upload";

export type Block = Schemas["RecipientBlock"];
export type NumberList = Schemas["RecipientImport"];
export type Limit = Schemas["RecipientLimit"];
export type Consent = Schemas["Consent"];
export type ConsentState = Consent["state"];
export type Kind = Block["kind"];

const at = (id: string) => ({ path: { id } });

export const blocksQuery = (params: Params) =>
  list<Block>({
    queryKey: ["recipients", "blocks", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/recipient-blocks", { params: filters(params), signal })),
  });
export const addBlock = (body: { phone: string; customer_id?: string; kind: Kind; reason: string }, key: string) =>
  ask(api.POST("/api/v1/recipient-blocks", { body, headers: once(key) }));
export const liftBlock = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/recipient-blocks/{id}/lift", { params: at(id), body: { reason }, headers: once(key) }));

export const importsQuery = (purpose: "blocks" | "portings") =>
  list<NumberList>({
    queryKey: ["recipients", "imports", purpose],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/recipient-imports", { params: { query: { purpose } }, signal })),
  });
export const liftImport = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/recipient-imports/{id}/lift", { params: at(id), body: { reason }, headers: once(key) }));

/** Sends a list of numbers to where lists are read; with `preview` nothing is kept. */
export function sendList(
  path: string,
  file: File,
  fields: Readonly<Record<string, string>>,
  preview: boolean,
  progress: Progress,
) {
  const query = new URLSearchParams({ ...fields, name: file.name });
  if (preview) query.set("preview", "true");
  return upload<NumberList>("POST", `/api/v1/${path}?${query}`, file, progress, "application/octet-stream");
}

export const limitsQuery = () =>
  list<Limit>({
    queryKey: ["recipients", "limits"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/recipient-limits", { signal })),
  });
export const setLimit = (
  body: { customer_id?: string; category: string; days: number; most: number; reason: string },
  key: string,
) => ask(api.POST("/api/v1/recipient-limits", { body, headers: once(key) }));
export const endLimit = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/recipient-limits/{id}/end", { params: at(id), body: { reason }, headers: once(key) }));

export const segmentsQuery = () =>
  queryOptions({
    queryKey: ["recipients", "segments"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/segments", { signal })),
  });
export const previewSegments = ({ text }: { text: string }) => ask(api.POST("/api/v1/segments/preview", { body: { text } }));
export const publishSegments = (body: { text: string; note: string }, key: string) =>
  ask(api.POST("/api/v1/segments", { body, headers: once(key) }));

export const consentsQuery = (params: Params) =>
  list<Consent>({
    queryKey: ["consents", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/consents", { params: filters(params), signal })),
  });
export const consentQuery = (id: string) =>
  queryOptions({
    queryKey: ["consents", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/consents/{id}", { params: at(id), signal })),
  });
export const registerConsent = (body: Schemas["Register-consentRequest"], key: string) =>
  ask(api.POST("/api/v1/consents", { body, headers: once(key) }));
export const submitConsent = ({ id, document_id }: { id: string; document_id?: string }, key: string) =>
  ask(api.POST("/api/v1/consents/{id}/submit", { params: at(id), body: { document_id }, headers: once(key) }));
type Decision = { id: string; action: "approve" | "refuse" | "withdraw"; reason?: string };
export const decideConsent = ({ id, action, reason }: Decision, key: string) =>
  ask(api.POST(`/api/v1/consents/{id}/${action}`, { params: at(id), body: { reason }, headers: once(key) }));
