import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type AuditRow = Schemas["AuditRow"];
export type Verification = Schemas["Verification"];

export const auditQuery = (params: Params) =>
  list<AuditRow>({
    queryKey: ["audit", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/audit", { params: filters(params), signal })),
  });
export const verifyAudit = (_: undefined, key: string) => ask(api.POST("/api/v1/audit/verify", { headers: once(key) }));

/** The same filters as the list, as a CSV file. */
export function auditExport({ limit: _, cursor: __, page: ___, ...params }: Params): string {
  const search = new URLSearchParams(params).toString();
  return `/api/v1/audit/export${search ? `?${search}` : ""}`;
}
