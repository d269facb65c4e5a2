import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Exception = Schemas["Exception"];
export type ExceptionState = Exception["state"];
export type ExceptionKind = Exception["kind"];
export type SuspensionTask = Schemas["SuspensionTask"];
export type Letter = Schemas["Letter"];
export type LetterStep = Letter["step"];

export const exceptionsQuery = (params: Params) =>
  list<Exception>({
    queryKey: ["dunning", "exceptions", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/exceptions", { params: filters(params), signal })),
  });
/** The exceptions of a customer, or of a contract and its customer, that count today. */
export const activeExceptionsQuery = (of: { customer_id?: string; contract_id?: string }) =>
  queryOptions({
    queryKey: ["dunning", "active", of],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/exceptions", { params: { query: { ...of, active: true } }, signal })),
  });
export const tasksQuery = () =>
  list<SuspensionTask>({
    queryKey: ["dunning", "tasks"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/suspension-tasks", { signal })),
  });
export const lettersQuery = (params: Params) =>
  list<Letter>({
    queryKey: ["dunning", "letters", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/letters", { params: filters(params), signal })),
  });
export const letterHref = (id: string) => `/api/v1/letters/${id}/document`;

const at = (id: string) => ({ params: { path: { id } } });
export const askException = (body: Schemas["Request-exceptionRequest"], key: string) =>
  ask(api.POST("/api/v1/exceptions", { body, headers: once(key) }));
export const decideException = ({ id, ...body }: { id: string; approve: boolean; reason?: string }, key: string) =>
  ask(api.POST("/api/v1/exceptions/{id}/decision", { ...at(id), body, headers: once(key) }));
export const endException = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/exceptions/{id}/end", { ...at(id), body: { reason }, headers: once(key) }));
export const decideSuspension = (
  { id, ...body }: { id: string; suspend: boolean; until?: string; reason: string },
  key: string,
) => ask(api.POST("/api/v1/suspension-tasks/{id}/decision", { ...at(id), body, headers: once(key) }));
