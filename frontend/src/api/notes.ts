import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type BillNote = Schemas["BillNote"];
export type NoteRequest = Schemas["NoteRequest"];
export type NoteRequestState = NoteRequest["state"];
export type NoteInput = Schemas["NoteInput"];
export type NoteLine = Schemas["NoteLine"];
export type Share = Schemas["BillShare"];
export type Dispute = Schemas["Dispute"];
export type DisputeState = Dispute["state"];
export type Reissue = Schemas["Reissue"];

export const noteDocument = (id: string) => `/api/v1/bill-notes/${id}/document`;

export const creditBill = ({ id, body }: { id: string; body: NoteInput }, key: string) =>
  ask(api.POST("/api/v1/bills/{id}/credit-notes", { params: { path: { id } }, body, headers: once(key) }));
export const debitBill = ({ id, body }: { id: string; body: NoteInput }, key: string) =>
  ask(api.POST("/api/v1/bills/{id}/debit-notes", { params: { path: { id } }, body, headers: once(key) }));
export const disputeBill = ({ id, body }: { id: string; body: NoteInput }, key: string) =>
  ask(api.POST("/api/v1/bills/{id}/disputes", { params: { path: { id } }, body, headers: once(key) }));
export const decideNote = ({ id, approve, reason }: { id: string; approve: boolean; reason?: string }, key: string) =>
  ask(
    api.POST("/api/v1/note-requests/{id}/decision", { params: { path: { id } }, body: { approve, reason }, headers: once(key) }),
  );
export const resolveDispute = (
  { id, outcome, reason }: { id: string; outcome: "upheld" | "withdrawn"; reason: string },
  key: string,
) =>
  ask(api.POST("/api/v1/disputes/{id}/resolution", { params: { path: { id } }, body: { outcome, reason }, headers: once(key) }));

export const noteRequestsQuery = (params: Params) =>
  list<NoteRequest>({
    queryKey: ["note-requests", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/note-requests", { params: filters(params), signal })),
  });
export const disputesQuery = (params: Params) =>
  list<Dispute>({
    queryKey: ["disputes", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/disputes", { params: filters(params), signal })),
  });

export const reissuesQuery = queryOptions({
  queryKey: ["reissues"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/reissues", { signal })),
});
export const reissueQuery = (id: string) =>
  queryOptions({
    queryKey: ["reissues", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/reissues/{id}", { params: { path: { id } }, signal })),
  });
export const previewReissue = (body: Schemas["Preview-reissueRequest"], key: string) =>
  ask(api.POST("/api/v1/reissues", { body, headers: once(key) }));
export const runReissue = (id: string, key: string) =>
  ask(api.POST("/api/v1/reissues/{id}/run", { params: { path: { id } }, headers: once(key) }));
