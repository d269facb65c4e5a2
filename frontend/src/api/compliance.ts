import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Escalation = Schemas["Escalation"];
export type EscalationState = Escalation["state"];
export type Takedown = Schemas["TakedownRecord"];
export type TakedownState = Takedown["state"];
export type Listed = Schemas["TakedownListed"];
export type Exemption = Schemas["Exemption"];
export type ExemptionState = Exemption["state"];
export type Recheck = Schemas["RecheckRecord"];
export type RecheckState = Recheck["state"];
export type RecheckGroup = Schemas["RecheckGroup"];
export type ReviewerShare = Schemas["ReviewerShare"];

const at = (id: string) => ({ path: { id } });

export const escalationsQuery = (params: Params) =>
  list<Escalation>({
    queryKey: ["escalations", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/escalations", { params: filters(params), signal })),
  });
type Question = {
  batch: string;
  scope: "batch" | "group";
  group_id?: string;
  question: string;
  authority: string;
  due_on?: string;
};
export const escalate = ({ batch, ...body }: Question, key: string) =>
  ask(api.POST("/api/v1/review/batches/{id}/escalate", { params: at(batch), body, headers: once(key) }));
type Answer = {
  id: string;
  outcome: "allowed" | "forbidden";
  answer: string;
  answer_ref: string;
  answered_on: string;
  document_id: string;
};
export const answerEscalation = ({ id, ...body }: Answer, key: string) =>
  ask(api.POST("/api/v1/escalations/{id}/answer", { params: at(id), body, headers: once(key) }));
export const withdrawEscalation = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/escalations/{id}/withdraw", { params: at(id), body: { reason }, headers: once(key) }));

export const takedownsQuery = (params: Params) =>
  list<Takedown>({
    queryKey: ["takedowns", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/takedowns", { params: filters(params), signal })),
  });
export const takedownPreviewQuery = (batch: string, group: string) =>
  queryOptions({
    queryKey: ["takedowns", "preview", batch, group],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/batches/{id}/takedown", { params: { ...at(batch), query: { group_id: group || undefined } }, signal }),
      ),
  });
export const blacklistQuery = () =>
  list<Listed>({
    queryKey: ["takedowns", "blacklist"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/takedowns/blacklist", { signal })),
  });
export const takedownReportHref = (id: string) => `/api/v1/takedowns/${id}/report.pdf`;
type Finding = { batch: string; group_ids?: string[]; class: string; description: string; authority?: string };
export const beginTakedown = ({ batch, ...body }: Finding, key: string) =>
  ask(api.POST("/api/v1/batches/{id}/takedown", { params: at(batch), body, headers: once(key) }));
export const reportTakedown = ({ id, ...body }: { id: string; authority: string; report_ref: string }, key: string) =>
  ask(api.POST("/api/v1/takedowns/{id}/report", { params: at(id), body, headers: once(key) }));
export const askLift = ({ id, ...body }: { id: string; reason: string; document_id?: string }, key: string) =>
  ask(api.POST("/api/v1/takedowns/{id}/ask-lift", { params: at(id), body, headers: once(key) }));
export const decideLift = ({ id, ...body }: { id: string; approve: boolean; reason: string }, key: string) =>
  ask(api.POST("/api/v1/takedowns/{id}/decide-lift", { params: at(id), body, headers: once(key) }));

export const exemptionsQuery = (params: Params) =>
  list<Exemption>({
    queryKey: ["exemptions", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/review/exemptions", { params: filters(params), signal })),
  });
export const askExemption = (body: Schemas["Ask-exemptionRequest"], key: string) =>
  ask(api.POST("/api/v1/review/exemptions", { body, headers: once(key) }));
export const decideExemption = ({ id, ...body }: { id: string; approve: boolean; reason?: string }, key: string) =>
  ask(api.POST("/api/v1/review/exemptions/{id}/decision", { params: at(id), body, headers: once(key) }));
export const endExemption = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/review/exemptions/{id}/end", { params: at(id), body: { reason }, headers: once(key) }));

export const rechecksQuery = (params: Params) =>
  list<Recheck>({
    queryKey: ["rechecks", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/review/rechecks", { params: filters(params), signal })),
  });
export const recheckQuery = (id: string) =>
  queryOptions({
    queryKey: ["rechecks", "one", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/review/rechecks/{id}", { params: at(id), signal })),
    refetchOnWindowFocus: false,
  });
export const takeRecheck = (id: string, key: string) =>
  ask(api.POST("/api/v1/review/rechecks/{id}/take", { params: at(id), headers: once(key) }));
type Judgement = { id: string; group_id: string; choice: "approve" | "refuse"; reason_codes?: string[]; note?: string };
export const judgeRecheck = ({ id, ...body }: Judgement, key: string) =>
  ask(api.POST("/api/v1/review/rechecks/{id}/judge", { params: at(id), body, headers: once(key) }));
export const settleRecheck = ({ id, ...body }: { id: string; resolution: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/review/rechecks/{id}/settle", { params: at(id), body, headers: once(key) }));

export const agreementQuery = queryOptions({
  queryKey: ["rechecks", "agreement"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/review/agreement", { signal })),
});
export const setRecheck = (body: Schemas["RecheckSettings"], key: string) =>
  ask(api.PUT("/api/v1/review/agreement", { body, headers: once(key) }));

export const reviewersQuery = () =>
  list<ReviewerShare>({
    queryKey: ["reviewers"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/review/reviewers", { signal })),
  });
type Share = { id: string; categories: string[]; max_risk: number; customers: string[]; on_duty: boolean };
export const setReviewer = ({ id, ...body }: Share, key: string) =>
  ask(api.PUT("/api/v1/review/reviewers/{id}", { params: at(id), body, headers: once(key) }));
export const workersQuery = queryOptions({
  queryKey: ["reviewers", "statistics"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/review/statistics", { signal })),
});
