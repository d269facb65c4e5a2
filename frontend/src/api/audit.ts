import { http } from "./http";
import { list, type Params, type Rows } from "./types";

export type AuditRow = {
  seq: number;
  at: string;
  actor?: string;
  actor_name?: string;
  action: string;
  object_type: string;
  object_id: string;
  detail?: Record<string, unknown> | string;
  hash?: string;
  chained?: boolean;
};
export type Verification = { ok: boolean; rows: number; head: string; broken_at?: number };

export const auditQuery = (params: Params) =>
  list({ queryKey: ["audit", params], queryFn: ({ signal }) => http.get<Rows<AuditRow>>("/audit", params, signal) });
export const verifyAudit = (_: undefined, key: string) => http.post<Verification>("/audit/verify", {}, key);
