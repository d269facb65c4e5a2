import { queryOptions } from "@tanstack/react-query";
import { http, root } from "./http";
import { type Actions, list, type Params, type Rows } from "./types";

export type ContractState =
  | "draft"
  | "under_review"
  | "awaiting_signature"
  | "active"
  | "suspended"
  | "expired"
  | "terminated"
  | "settled"
  | "closed";
export type ContractKind = "package" | "prepaid" | "postpaid" | "centre" | "port" | "maintenance";

/** A text that comes in both languages. */
export type Both = { zh: string; en: string };
export type BlankType =
  | "text"
  | "long_text"
  | "date"
  | "time"
  | "time_range"
  | "money"
  | "rate"
  | "integer"
  | "day_of_month"
  | "phone"
  | "email"
  | "uscc"
  | "choice";
export type Blank = {
  name: string;
  label: Both;
  type: BlankType;
  required: boolean;
  required_when?: { blank: string; is: string };
  default?: string;
  min?: string;
  max?: string;
  max_length?: number;
  choices?: { value: string; label: Both }[] | null;
  multiple?: boolean;
  unit?: Both;
  help?: Both;
  group?: string;
  configured?: boolean;
};
export type TemplateHead = { id: string; version: number; title: Both; kind: ContractKind };
export type Template = TemplateHead & { groups: { name: string; label: Both }[] | null; blanks: Blank[] | null };

export type CheckItem = { key: string; done: boolean; label?: string; label_en?: string; detail?: string; detail_en?: string };
export type Term = { name: string; label: string; label_en?: string; value: string; group?: string; group_en?: string };
export type Contract = Actions & {
  id: string;
  number: string;
  customer_id: string;
  customer_name: string;
  kind: ContractKind;
  template_id: string;
  template_version: number;
  state: ContractState;
  start: string;
  end: string;
  created_at: string;
  values?: Record<string, string>;
  terms?: Term[] | null;
  suspension_reasons?: string[] | null;
  checklist?: CheckItem[] | null;
  warnings?: { code: string; detail: string; detail_en?: string }[] | null;
  totals?: { billed_fen?: number; paid_fen?: number; open_fen?: number; deposit_fen?: number; used?: number; included?: number };
};
export type ContractEvent = {
  id: string;
  at: string;
  kind: string;
  text?: string;
  text_en?: string;
  actor_name?: string;
  reason?: string;
  link?: string;
};
export type Draft = { customer_id: string; template_id: string; template_version: number; values: Record<string, string> };

export const contractsQuery = (params: Params) =>
  list({
    queryKey: ["contracts", "list", params],
    queryFn: ({ signal }) => http.get<Rows<Contract>>("/contracts", params, signal),
  });
export const contractQuery = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id],
    queryFn: ({ signal }) => http.get<Contract>(`/contracts/${id}`, undefined, signal),
  });
export const contractTimelineQuery = (id: string) =>
  list({
    queryKey: ["contracts", id, "timeline"],
    queryFn: ({ signal }) => http.get<Rows<ContractEvent>>(`/contracts/${id}/timeline`, undefined, signal),
  });
export const templatesQuery = queryOptions({
  queryKey: ["contract-templates"],
  queryFn: ({ signal }) => http.get<Rows<TemplateHead>>("/contract-templates", undefined, signal),
  staleTime: 600_000,
});
export const templateQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["contract-templates", id, version],
    queryFn: ({ signal }) => http.get<Template>(`/contract-templates/${id}/${version}`, undefined, signal),
    staleTime: 600_000,
  });

export const createContract = (v: Draft, key: string) => http.post<Contract>("/contracts", v, key);
export const changeContract = (v: { id: string; values: Record<string, string> }) =>
  http.patch<Contract>(`/contracts/${v.id}`, { values: v.values });
export const previewContract = (v: Draft) => http.blob("/contracts/preview", v);
export const contractDocument = (id: string) => `${root}/contracts/${id}/document`;

/** Every step of a contract's life is one POST; what each needs beside the id is the caller's to give. */
export const actOnContract = (v: { id: string; action: string; body?: Record<string, unknown> }, key: string) =>
  http.post<Contract>(`/contracts/${v.id}/${v.action}`, v.body ?? {}, key);
