import { queryOptions } from "@tanstack/react-query";
import { api, ask, once, type Schemas } from "./client";

export type RuleState = "draft" | "shadow" | "live" | "retired";
export type RuleDraftState = "open" | "submitted" | "published" | "discarded";
export type BacktestState = "running" | "done" | "failed" | "cancelled";
export type ProposalState = "proposed" | "accepted" | "declined";
export type Decided = "approved" | "refused" | "by_rules" | "escalated" | "open";
export type RuleKind = "rule" | "bank" | "settings";

export type RuleDesk = Schemas["RuleDeskRecord"];
export type ListedDoc = Schemas["RulesetListedDoc"];
export type OpenDoc = Schemas["RulesetOpenDoc"];
export type Problem = Schemas["RulesetProblem"];
export type RuleForm = Schemas["RulesetForm"];
export type Rule = Schemas["ScreeningRule"];
export type Terms = Schemas["ScreeningTerms"];
export type Pattern = Schemas["ScreeningPattern"];
export type Example = Schemas["ScreeningExample"];
export type Bank = Schemas["ScreeningBank"];
export type Vocabulary = Schemas["RulesetVocabulary"];
export type Looked = Schemas["Looked"];
export type Tried = Schemas["RulesetTried"];
export type DocDiff = Schemas["RulesetDocDiff"];
export type Backtest = Schemas["BacktestRecord"];
export type Move = Schemas["RulesetMove"];
export type RuleMove = Schemas["RulesetRuleMove"];
export type Proposal = Schemas["ProposalRecord"];
export type WordsPreview = Schemas["WordsPreview"];
export type Saved = Schemas["SavedRecord"];

/** All that an edit of a rule changes; looks at content (A22) are not among it. */
export const rulesKey = ["rules"] as const;

export const ruleDeskQuery = queryOptions({
  queryKey: ["rules", "desk"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-desk", { signal })),
  refetchInterval: 15_000, // another person approves or edits meanwhile
});
export const ruleListQuery = queryOptions({
  queryKey: ["rules", "list"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-desk/documents", { signal })),
});
export const ruleQuery = (key: string) =>
  queryOptions({
    queryKey: ["rules", "doc", key],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-desk/documents/{key}", { params: { path: { key } }, signal })),
    refetchOnWindowFocus: false,
  });
export const vocabularyQuery = queryOptions({
  queryKey: ["rules", "vocabulary"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-desk/vocabulary", { signal })),
});
export const ruleSetsQuery = queryOptions({
  queryKey: ["rules", "sets"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-sets", { signal })),
});
export const ruleHistoryQuery = queryOptions({
  queryKey: ["rules", "history"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-sets/history", { signal })),
});
export const ruleDiffQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ["rules", "diff", from, to],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-sets/{from}/diff/{to}", { params: { path: { from, to } }, signal })),
  });
export const shadowsQuery = queryOptions({
  queryKey: ["rules", "shadows"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-shadows", { signal })),
});
export const shadowQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", "shadows", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-shadows/{id}", { params: { path: { id } }, signal })),
  });
export const backtestsQuery = queryOptions({
  queryKey: ["rules", "backtests"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-backtests", { signal })),
});
export const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", "backtests", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-backtests/{id}", { params: { path: { id } }, signal })),
    // It goes on whether or not anybody looks; while one looks, it is asked for each second.
    refetchInterval: (q) => (q.state.data?.state === "running" ? 1_000 : false),
  });
export type Cell = { before?: string; after?: string; decided?: string; rule?: string };
export const backtestMessagesQuery = (id: string, cell: Cell) =>
  queryOptions({
    // Each look at content is logged (A22): asked for only when someone opens a cell.
    queryKey: ["backtest-messages", id, cell],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/rule-backtests/{id}/messages", { params: { path: { id }, query: { limit: 20, ...cell } }, signal })),
    refetchOnWindowFocus: false,
  });
export const proposalsQuery = (state?: string) =>
  queryOptions({
    queryKey: ["rules", "proposals", state],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/rule-exceptions", { params: { query: { state } }, signal })),
  });

const at = (key: string) => ({ params: { path: { key } } });

/** Asked while one types; nothing is kept. */
export const checkRule = (body: Schemas["RuleText"], signal?: AbortSignal) =>
  ask(api.POST("/api/v1/rule-desk/check", { body, signal }));
export const applyForm = (body: Schemas["Apply-rule-formRequest"], signal?: AbortSignal) =>
  ask(api.POST("/api/v1/rule-desk/form", { body, signal }));
export const tryRules = (body: Schemas["Try-rulesRequest"], signal?: AbortSignal) =>
  ask(api.POST("/api/v1/rule-desk/bench", { body, signal }));

export const saveRule = ({ key, ...body }: { key: string; text: string; version: number }) =>
  ask(api.PUT("/api/v1/rule-desk/documents/{key}", { ...at(key), body }));
export const createRule = (body: Schemas["Create-ruleRequest"], key: string) =>
  ask(api.POST("/api/v1/rule-desk/documents", { body, headers: once(key) }));
export const removeRule = ({ key, how, version }: { key: string; how: "delete" | "restore"; version: number }, once_: string) =>
  ask(api.POST(`/api/v1/rule-desk/documents/{key}/${how}`, { ...at(key), body: { version }, headers: once(once_) }));

export type DeskStep =
  | { do: "submit" | "send-back" | "discard" | "shadow"; reason: string }
  | { do: "withdraw" | "approve" | "end-shadow" };
export function actOnRules(step: DeskStep, key: string): Promise<RuleDesk> {
  const headers = once(key);
  return "reason" in step
    ? ask(api.POST(`/api/v1/rule-desk/${step.do}`, { body: { reason: step.reason }, headers }))
    : ask(api.POST(`/api/v1/rule-desk/${step.do}`, { headers }));
}
export const rebaseRules = (_: undefined, key: string) => ask(api.POST("/api/v1/rule-desk/rebase", { headers: once(key) }));
export const rollBack = ({ version, reason }: { version: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/rule-sets/{version}/roll-back", { params: { path: { version } }, body: { reason }, headers: once(key) }));

export const startBacktest = (body: Schemas["Start-rule-backtestRequest"], key: string) =>
  ask(api.POST("/api/v1/rule-backtests", { body, headers: once(key) }));
export const cancelBacktest = (id: string, key: string) =>
  ask(api.POST("/api/v1/rule-backtests/{id}/cancel", { params: { path: { id } }, headers: once(key) }));

export const previewWords = (body: Schemas["Preview-wordsRequest"]) => ask(api.POST("/api/v1/rule-desk/words/preview", { body }));
export const importWords = (body: Schemas["Import-wordsRequest"], key: string) =>
  ask(api.POST("/api/v1/rule-desk/words/import", { body, headers: once(key) }));

export const acceptProposal = ({ id, context }: { id: string; context: string }, key: string) =>
  ask(api.POST("/api/v1/rule-exceptions/{id}/accept", { params: { path: { id } }, body: { context }, headers: once(key) }));
export const declineProposal = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/rule-exceptions/{id}/decline", { params: { path: { id } }, body: { reason }, headers: once(key) }));
export const reportFalseAlarm = ({ batch, ...body }: Schemas["Report-false-alarmRequest"] & { batch: string }, key: string) =>
  ask(api.POST("/api/v1/review/batches/{id}/false-alarms", { params: { path: { id: batch } }, body, headers: once(key) }));
