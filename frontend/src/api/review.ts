import { queryOptions } from "@tanstack/react-query";
import type { Hit, Segment } from "@/ui/segments";
import type { Batch } from "./batches";
import { http } from "./http";
import type { Rows } from "./types";

export type ReviewState = "open" | "second" | "frozen" | "closed";
export type Claim = { batch_id: string; user_id: string; user_name: string; taken_at: string; expires_at: string };
export type QueueItem = {
  batch_id: string;
  number: string;
  customer_id: string;
  customer_name: string;
  category: string;
  file_name: string;
  submitter_name: string;
  messages: number;
  pass: number;
  hold: number;
  refuse: number;
  escalate: number;
  groups: number;
  risk: number;
  max_level: number;
  high_risk: boolean;
  state: ReviewState;
  came_at: string;
  due_at: string;
  own: boolean;
  claim?: Claim | null;
};
export type Tally = { approved: number; refused: number; undecided: number; escalated: number };
export type DeskGroup = {
  id: string;
  rest: boolean;
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
  tally: Tally;
};
export type DeskMessage = {
  seq: number;
  line: number;
  phone: string;
  verdict: string;
  segments: Segment[] | null;
  hits: Hit[] | null;
  outcome: "undecided" | "approved" | "refused";
};
export type Choice = "approve" | "refuse" | "withdraw";
export type Decided = {
  n: number;
  scope: "batch" | "group" | "message";
  group_id?: string;
  seq?: number;
  choice: Choice;
  reason_codes?: string[] | null;
  note?: string;
  user_name: string;
  at: string;
};
export type Progress = {
  decisions_hash: string;
  tally: Tally;
  high_risk: boolean;
  state: ReviewState;
  signed: { user_id: string; user_name: string; at: string }[] | null;
  manifest?: { approved: number; refused: number; not_before: string; taken_at?: string } | null;
};
export type Desk = {
  batch: Batch;
  queued: QueueItem;
  claim?: Claim | null;
  groups: DeskGroup[] | null;
  progress: Progress;
  decisions: Decided[] | null;
  record: {
    batches: number;
    batches_refused: number;
    messages: number;
    messages_refused_by_rules: number;
    messages_escalated: number;
    messages_approved: number;
  };
  past:
    | {
        id: string;
        number: string;
        state: string;
        category: string;
        messages: number;
        hold: number;
        refuse: number;
        screened_at: string;
        approved?: number | null;
        refused?: number | null;
        reason_codes?: string;
      }[]
    | null;
  checks: { code: string; ok: boolean; detail?: string }[] | null;
  available_actions?: string[] | null;
};
export type Decision = {
  batch: string;
  scope: "batch" | "group" | "message";
  group_id?: string;
  seq?: number;
  decision: Choice;
  reason_codes?: string[];
  note?: string;
};

export const reviewQueueQuery = queryOptions({
  queryKey: ["review", "queue"],
  queryFn: ({ signal }) => http.get<Rows<QueueItem>>("/review/queue", { limit: "100" }, signal),
  refetchInterval: 15_000,
});
export const deskQuery = (batch: string) =>
  queryOptions({
    queryKey: ["review", "desk", batch],
    queryFn: ({ signal }) => http.get<Desk>(`/review/batches/${batch}`, undefined, signal),
  });
export const deskMessagesQuery = (batch: string, group: string) =>
  queryOptions({
    queryKey: ["review", "desk", batch, "messages", group],
    queryFn: ({ signal }) =>
      http.get<Rows<DeskMessage>>(`/review/batches/${batch}/groups/${group}/messages`, { limit: "20" }, signal),
  });

export const actOnReview = (
  v: { batch: string; action: "claim" | "release" | "finish" | "confirm" | "undo"; body?: Record<string, unknown> },
  key: string,
) => http.post<unknown>(`/review/batches/${v.batch}/${v.action}`, v.body ?? {}, key);
export const decide = (v: Decision, key: string) => {
  const { batch, ...body } = v;
  return http.post<Progress>(`/review/batches/${batch}/decide`, body, key);
};
