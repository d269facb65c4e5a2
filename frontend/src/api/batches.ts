import { queryOptions } from "@tanstack/react-query";
import type { Hit, Segment } from "@/ui/segments";
import { http, type Progress, root, upload } from "./http";
import { type Actions, list, type Params, type Rows } from "./types";

export type BatchState =
  | "draft"
  | "receiving"
  | "screening"
  | "review"
  | "approved"
  | "sending"
  | "done"
  | "paused"
  | "refused"
  | "failed"
  | "cancelled";
export type Category = "verification" | "notice" | "marketing" | "advertising";
export type BatchMode = "template" | "text_per_row" | "list_one_text";

export type Counts = Record<string, number>;
export type Batch = Actions & {
  id: string;
  number?: string;
  customer_id: string;
  customer_name: string;
  contract_id: string;
  contract_number: string;
  signature?: string;
  category: Category;
  mode: BatchMode;
  text?: string;
  state: BatchState;
  scheduled_at?: string;
  created_at: string;
  submitted_by_name?: string;
  file?: { name: string; size: number; sha256?: string; encoding?: string };
  rows?: { total: number; good: number; bad: number; repeated?: number; parts?: number };
  progress?: { stage: string; done: number; all: number; rows_per_second?: number };
  verdicts?: Counts;
  handoff?: Counts;
  reasons?: { code: string; detail: string; detail_en?: string; remedy?: string; remedy_en?: string }[] | null;
  rule_set?: string;
  manifest_hash?: string;
};
export type ErrorRow = { line: number; reason: string; reason_en?: string; code?: string; content?: string };
export type Group = {
  id: string;
  rest?: boolean;
  messages: number;
  pass: number;
  hold: number;
  refuse: number;
  escalate: number;
  parts: number;
  max_level: number;
  reason_codes: string[] | null;
  segments: Segment[] | null;
  hits: Hit[] | null;
};
export type Message = {
  seq: number;
  line?: number;
  phone: string;
  verdict: string;
  segments: Segment[] | null;
  hits: Hit[] | null;
  outcome?: string;
};

const moving = new Set<BatchState>(["receiving", "screening", "sending", "approved"]);
export const isMoving = (state: BatchState | undefined) => state !== undefined && moving.has(state);

export const batchesQuery = (params: Params) =>
  list({ queryKey: ["batches", "list", params], queryFn: ({ signal }) => http.get<Rows<Batch>>("/batches", params, signal) });
export const batchQuery = (id: string) =>
  queryOptions({ queryKey: ["batches", id], queryFn: ({ signal }) => http.get<Batch>(`/batches/${id}`, undefined, signal) });
export const errorRowsQuery = (id: string) =>
  list({
    queryKey: ["batches", id, "error-rows"],
    queryFn: ({ signal }) => http.get<Rows<ErrorRow>>(`/batches/${id}/error-rows`, undefined, signal),
  });
export const groupsQuery = (id: string, params: Params = {}) =>
  list({
    queryKey: ["batches", id, "groups", params],
    queryFn: ({ signal }) => http.get<Rows<Group>>(`/batches/${id}/groups`, params, signal),
  });
export const groupMessagesQuery = (id: string, group: string) =>
  list({
    queryKey: ["batches", id, "groups", group, "messages"],
    queryFn: ({ signal }) => http.get<Rows<Message>>(`/batches/${id}/groups/${group}/messages`, { limit: "20" }, signal),
  });

export const createBatch = (
  v: { contract_id: string; signature_id?: string; category: Category; mode: BatchMode; text?: string; scheduled_at?: string },
  key: string,
) => http.post<Batch>("/batches", v, key);
export const uploadBatchFile = (id: string, file: File, progress: Progress) =>
  upload<Batch>("PUT", `/batches/${id}/file?name=${encodeURIComponent(file.name)}`, file, progress, "application/octet-stream");
export const actOnBatch = (v: { id: string; action: string; body?: Record<string, unknown> }, key: string) =>
  http.post<Batch>(`/batches/${v.id}/${v.action}`, v.body ?? {}, key);
export const batchErrorsHref = (id: string) => `${root}/batches/${id}/errors`;
export const batchEventsHref = (id: string) => `${root}/batches/${id}/events`;
