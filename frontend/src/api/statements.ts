import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import type { Share } from "./notes";
import { list, type Params } from "./types";

export type Statement = Schemas["StatementRecord"];
export type StatementRow = Schemas["StatementRow"];
export type StatementState = StatementRow["state"];
export type StatementMove = Schemas["StatementMove"];

export const statementsQuery = (params: Params) =>
  list<StatementRow>({
    queryKey: ["statements", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/statements", { params: filters(params), signal })),
  });
export const statementQuery = (id: string) =>
  queryOptions({
    queryKey: ["statements", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/statements/{id}", { params: { path: { id } }, signal })),
  });
export const confirmStatement = ({ id, remark }: { id: string; remark: string }, key: string) =>
  ask(api.POST("/api/v1/statements/{id}/confirmation", { params: { path: { id } }, body: { remark }, headers: once(key) }));
export const disputeStatement = ({ id, lines, reason }: { id: string; lines: Share[]; reason: string }, key: string) =>
  ask(api.POST("/api/v1/statements/{id}/disputes", { params: { path: { id } }, body: { lines, reason }, headers: once(key) }));
export const statementDocument = (id: string) => `/api/v1/statements/${id}/document`;
