import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";
import { type Progress, upload } from "./upload";

export type Complaint = Schemas["ComplaintRecord"];
export type ComplaintState = Complaint["state"];
export type Candidate = Schemas["Candidate"];
export type Standing = Schemas["ComplaintStanding"];
export type Threshold = Schemas["ComplaintThreshold"];
export type Hotline = Schemas["HotlineRecord"];
export type Appeal = Schemas["AppealRecord"];
export type AppealState = Appeal["state"];

export const complaintsQuery = (params: Params) =>
  list<Complaint>({
    queryKey: ["complaints", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/complaints", { params: filters(params), signal })),
  });
export const complaintQuery = (id: string) =>
  queryOptions({
    queryKey: ["complaints", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/complaints/{id}", { params: { path: { id } }, signal })),
  });
export const candidatesQuery = (id: string) =>
  queryOptions({
    queryKey: ["complaints", id, "candidates"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/complaints/{id}/candidates", { params: { path: { id } }, signal })),
  });
export const standingsQuery = (month: string) =>
  queryOptions({
    queryKey: ["complaints", "standings", month],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/complaint-standings", { params: { query: { month } }, signal })),
  });
export const thresholdsQuery = queryOptions({
  queryKey: ["complaints", "thresholds"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/complaint-thresholds", { signal })),
});

export const hotlinesQuery = (params: Params) =>
  list<Hotline>({
    queryKey: ["complaints", "hotlines", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/complaint-hotlines", { params: filters(params), signal })),
  });
export const hotlineQuery = (id: string) =>
  queryOptions({
    queryKey: ["complaints", "hotline", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/customers/{id}/hotline", { params: { path: { id } }, signal })),
  });

const at = (id: string) => ({ params: { path: { id } } });
export const registerComplaint = (body: Schemas["Register-complaintRequest"], key: string) =>
  ask(api.POST("/api/v1/complaints", { body, headers: once(key) }));
export const attachComplaint = ({ id, ...body }: { id: string; batch_id: string; seq: number }, key: string) =>
  ask(api.POST("/api/v1/complaints/{id}/attach", { ...at(id), body, headers: once(key) }));
export const forwardComplaint = ({ id, ...body }: { id: string; note?: string }, key: string) =>
  ask(api.POST("/api/v1/complaints/{id}/forward", { ...at(id), body, headers: once(key) }));
export const answerComplaint = ({ id, ...body }: { id: string; text: string; document_id?: string }, key: string) =>
  ask(api.POST("/api/v1/complaints/{id}/answer", { ...at(id), body, headers: once(key) }));
export const closeComplaint = ({ id, ...body }: { id: string; outcome: "upheld" | "dismissed"; result: string }, key: string) =>
  ask(api.POST("/api/v1/complaints/{id}/close", { ...at(id), body, headers: once(key) }));
export const setHotline = ({ id, ...body }: { id: string; phone: string; hours: string; version: number }) =>
  ask(api.PUT("/api/v1/customers/{id}/hotline", { ...at(id), body }));
export const setThresholds = (body: Schemas["Set-complaint-thresholdsRequest"]) =>
  ask(api.PUT("/api/v1/complaint-thresholds", { body }));

/** What became of each line of a carrier's file. */
export type ComplaintSheet = {
  lines: { line: number; carrier_ref: string; number?: string; known: boolean; problem?: string; problem_en?: string }[];
  taken: number;
  known: number;
  bad: number;
};
const silent: Progress = () => undefined;
export const importComplaints = ({ carrier, file }: { carrier: string; file: File }) =>
  upload<ComplaintSheet>("POST", `/api/v1/complaints/import?carrier=${carrier}`, file, silent);

export const appealsQuery = (params: Params) =>
  list<Appeal>({
    queryKey: ["appeals", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/appeals", { params: filters(params), signal })),
  });
export const appealQuery = (id: string) =>
  queryOptions({
    queryKey: ["appeals", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/appeals/{id}", { params: { path: { id } }, signal })),
  });
export type Restriction = Schemas["RestrictionRecord"];
/** What is refused, suspended or restricted for a customer; without one, for the caller's own. */
export const restrictionsQuery = (params: Params) =>
  list<Restriction>({
    queryKey: ["appeals", "restrictions", params],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/restrictions", {
          params: { query: params.customer_id ? { customer_id: params.customer_id } : {} },
          signal,
        }),
      ),
  });
export const restrictionQuery = (kind: Restriction["kind"], object: string) =>
  queryOptions({
    queryKey: ["appeals", "restrictions", kind, object],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/restrictions/{kind}/{object}", { params: { path: { kind, object } }, signal })),
  });
export const fileAppeal = (body: Schemas["File-appealRequest"], key: string) =>
  ask(api.POST("/api/v1/appeals", { body, headers: once(key) }));
export const decideAppeal = ({ id, ...body }: { id: string; grant: boolean; answer: string }, key: string) =>
  ask(api.POST("/api/v1/appeals/{id}/decision", { ...at(id), body, headers: once(key) }));
export const withdrawAppeal = ({ id }: { id: string }, key: string) =>
  ask(api.POST("/api/v1/appeals/{id}/withdraw", { ...at(id), headers: once(key) }));
