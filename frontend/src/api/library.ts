import { api, ask, once, type Schemas } from "./client";

export type LibraryTemplate = Schemas["LibraryTemplate"];
export type LibraryClause = Schemas["LibraryClause"];
export type CalendarYear = Schemas["CalendarYear"];
export type SpecialDay = Schemas["SpecialDay"];
export type LibraryKind = "templates" | "clauses";

export const libraryTemplates = {
  queryKey: ["library", "templates"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/library/templates", { signal })),
};
export const libraryClauses = {
  queryKey: ["library", "clauses"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/v1/library/clauses", { signal })),
};
export const changesQuery = (kind: LibraryKind, id: string, version: number, against: number) => ({
  queryKey: ["library", kind, id, version, against],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(
      api.GET("/api/v1/library/{kind}/{id}/{version}/changes", {
        params: { path: { kind, id, version }, query: { against } },
        signal,
      }),
    ),
});
export const previewAddress = (id: string, version: number) =>
  `/api/v1/library/templates/${encodeURIComponent(id)}/${version}/preview`;
export const approveVersion = (
  { kind, id, version, note }: { kind: LibraryKind; id: string; version: number; note: string },
  key: string,
) =>
  ask(
    api.POST("/api/v1/library/{kind}/{id}/{version}/approval", {
      params: { path: { kind, id, version } },
      body: { note },
      headers: once(key),
    }),
  );

export const calendarQuery = (year: number) => ({
  queryKey: ["calendar", year],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    ask(api.GET("/api/v1/calendar/{year}", { params: { path: { year } }, signal })),
});
export const enterDays = (days: { day: string; worked: boolean; name: string; reason: string }[], key: string) =>
  ask(api.POST("/api/v1/calendar/days", { body: { days }, headers: once(key) }));
export const withdrawDay = ({ day, reason }: { day: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/calendar/days/{day}/withdraw", { params: { path: { day } }, body: { reason }, headers: once(key) }));
