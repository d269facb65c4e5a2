import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";
import { upload } from "./upload";

export type Registration = Schemas["RegistrationRecord"];
export type RegistrationKind = Registration["kind"];
export type RegistrationState = Registration["state"];
export type RegistrationFields = Schemas["Submit-registrationRequest"];
export type Filing = Schemas["FilingRecord"];
export type FilingState = Filing["state"];
export type Sheet = Schemas["FilingSheet"];
export type Desk = Schemas["CarrierDesk"];
export type SenderNumber = Schemas["SenderNumber"];
export type NumberState = SenderNumber["state"];

export const registrationsQuery = (params: Params) =>
  list<Registration>({
    queryKey: ["registrations", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/registrations", { params: filters(params), signal })),
  });
export const customerRegistrationsQuery = (id: string, params: Params) =>
  list<Registration>({
    queryKey: ["registrations", "of", id, params],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/customers/{id}/registrations", { params: { path: { id }, ...filters(params) }, signal })),
  });
export const customerSignaturesQuery = (id: string, params: Params) =>
  customerRegistrationsQuery(id, { kind: "signature", ...params });
export const registrationQuery = (id: string) => ({
  queryKey: ["registrations", id],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/registrations/{id}", { params: { path: { id } }, signal })),
});
export const handlerQuery = (id: string) => ({
  queryKey: ["registrations", id, "handler"],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/registrations/{id}/handler", { params: { path: { id } }, signal })),
});
export type Mention = Schemas["RegistrationMention"];
/** The links and phone numbers in a template's text. */
export const mentionsQuery = (id: string) => ({
  queryKey: ["registrations", id, "mentions"],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/registrations/{id}/mentions", { params: { path: { id } }, signal })),
});
export const filingsQuery = (params: Params) =>
  list<Filing>({
    queryKey: ["filings", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/filings", { params: filters(params), signal })),
  });
export const sheetsQuery = (params: Params) =>
  list<Sheet>({
    queryKey: ["filings", "sheets", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/filing-sheets", { params: filters(params), signal })),
  });
export const desksQuery = {
  queryKey: ["filings", "desks"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/carriers", { signal })),
};
export const numbersQuery = (params: Params) =>
  list<SenderNumber>({
    queryKey: ["numbers", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/sender-numbers", { params: filters(params), signal })),
  });

export const submitRegistration = ({ customer_id, ...body }: RegistrationFields & { customer_id: string }, key: string) =>
  ask(api.POST("/api/v1/customers/{id}/registrations", { params: { path: { id: customer_id } }, body, headers: once(key) }));
export type Step = "take" | "give-back" | "approve";
export const stepRegistration = ({ id, step }: { id: string; step: Step }, key: string) =>
  ask(api.POST(`/api/v1/registrations/{id}/${step}`, { params: { path: { id } }, headers: once(key) }));
export type Turn = "refuse" | "withdraw";
export const turnDownRegistration = ({ id, turn, reason }: { id: string; turn: Turn; reason: string }, key: string) =>
  ask(api.POST(`/api/v1/registrations/{id}/${turn}`, { params: { path: { id } }, body: { reason }, headers: once(key) }));
export const refileRegistration = (
  { id, ...body }: { id: string; note: string; carriers?: string[]; proof_attachment_id?: string },
  key: string,
) => ask(api.POST("/api/v1/registrations/{id}/refile", { params: { path: { id } }, body, headers: once(key) }));
export const renewRegistration = ({ id, ...body }: { id: string } & Schemas["Renew-registrationRequest"], key: string) =>
  ask(api.POST("/api/v1/registrations/{id}/renew", { params: { path: { id } }, body, headers: once(key) }));
export const lookAtHandler = ({ id }: { id: string }) =>
  ask(api.POST("/api/v1/registrations/{id}/handler/look", { params: { path: { id } } }));

export const makeSheets = ({ carrier }: { carrier: string }, key: string) =>
  ask(api.POST("/api/v1/carriers/{carrier}/sheets", { params: { path: { carrier } }, body: {}, headers: once(key) }));
export type Answer = Schemas["AnswerFields"];
export const answerFiling = ({ id, ...body }: { id: string } & Answer, key: string) =>
  ask(api.POST("/api/v1/filings/{id}/answer", { params: { path: { id } }, body, headers: once(key) }));
export const answerSheet = ({ id, ...body }: { id: string } & Answer, key: string) =>
  ask(api.POST("/api/v1/filing-sheets/{id}/answer", { params: { path: { id } }, body, headers: once(key) }));
export const sheetHref = (id: string) => `/api/v1/filing-sheets/${encodeURIComponent(id)}/file`;
export const closeDesk = ({ carrier, ...body }: { carrier: string; from: string; to: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/carriers/{carrier}/closures", { params: { path: { carrier } }, body, headers: once(key) }));
export const reopenDesk = ({ id }: { id: string }) =>
  ask(api.DELETE("/api/v1/carrier-closures/{id}", { params: { path: { id } } }));
export const changeRules = (
  { carrier, ...body }: { carrier: string; kind: RegistrationKind; effective_on: string; note: string },
  key: string,
) => ask(api.POST("/api/v1/carriers/{carrier}/rule-changes", { params: { path: { carrier } }, body, headers: once(key) }));

/** What a carrier's file of answers would change; the server answers it to an upload, which the description knows as bytes. */
export type AnswerPreview = {
  new: number;
  rows: {
    line: number;
    reference: string;
    text: string;
    before: FilingState;
    after: FilingState;
    reason?: string;
    same: boolean;
  }[];
  faults: { line: number; column: string; detail: string; detail_en: string }[];
};
export const previewAnswers = ({ carrier, file }: { carrier: string; file: File }) =>
  upload<AnswerPreview>("POST", `/api/v1/carriers/${carrier}/answers/preview`, file, () => {}, "application/octet-stream");
export const importAnswers = ({ carrier, file }: { carrier: string; file: File }) =>
  upload<AnswerPreview>("POST", `/api/v1/carriers/${carrier}/answers`, file, () => {}, "application/octet-stream");
