import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";
import { type Progress, upload } from "./upload";

export type BankLine = Schemas["BankLine"];
export type BankLineState = BankLine["state"];
export type Suggestion = Schemas["PaymentSuggestion"];
export type BankMatch = Schemas["BankMatch"];
export type MatchKind = BankMatch["kind"];
export type BankImport = Schemas["BankImport"];
export type Mapping = Schemas["BankfileMapping"];

export type BankProblem = { line: number; field: string; code: string; detail: string; detail_en: string };
/** What a file would bring; the server answers it to an upload, which the description knows as bytes. */
export type BankLook = {
  bank_account: string;
  format: "csv" | "xlsx" | "mt940" | "camt053";
  encoding: string;
  file_account: string;
  columns: string[];
  sample: string[][];
  mapping: Mapping;
  guessed: boolean;
  confirmed: boolean;
  saved_by: string;
  saved_at: string | null;
  lines: {
    line: number;
    on: string;
    direction: "in" | "out";
    reversal: boolean;
    amount_fen: number;
    name: string;
    account: string;
    purpose: string;
    reference: string;
    derived: boolean;
  }[];
  line_count: number;
  fresh: number;
  known: number;
  in_fen: number;
  out_fen: number;
  in_count: number;
  out_count: number;
  from: string | null;
  to: string | null;
  opening_fen: number | null;
  closing_fen: number | null;
  checked: string[];
  problems: BankProblem[];
  problem_count: number;
  notes: BankProblem[];
};
export type BankFile = { file: File; account: string; mapping?: Mapping };

function parts({ file, account, mapping }: BankFile): FormData {
  const form = new FormData();
  form.append("bank_account", account);
  if (mapping) form.append("mapping", JSON.stringify(mapping));
  form.append("file", file, file.name);
  return form;
}
const noProgress: Progress = () => {};
export const lookAtBankFile = (f: BankFile) => upload<BankLook>("POST", "/api/v1/bank-files/preview", parts(f), noProgress);
export const importBankFile = (f: BankFile) => upload<BankImport>("POST", "/api/v1/bank-files", parts(f), noProgress);

export const bankAccountsQuery = queryOptions({
  queryKey: ["bank", "accounts"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/bank-accounts", { signal })),
});
export const bankFilesQuery = queryOptions({
  queryKey: ["bank", "files"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/bank-files", { signal })),
});
export const bankLinesQuery = (params: Params) =>
  list<BankLine>({
    queryKey: ["bank", "lines", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/bank-lines", { params: filters(params), signal })),
  });
export const sureQuery = queryOptions({
  queryKey: ["bank", "sure"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/bank-lines/sure", { signal })),
});
export const confirmLines = (body: Schemas["Confirm-bank-linesRequest"], key: string) =>
  ask(api.POST("/api/v1/bank-lines/matches", { body, headers: once(key) }));
export const setAside = (body: Schemas["Set-bank-lines-asideRequest"], key: string) =>
  ask(api.POST("/api/v1/bank-lines/aside", { body, headers: once(key) }));
export const reopenLine = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/bank-lines/{id}/reopen", { params: { path: { id } }, body: { reason }, headers: once(key) }));
