import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import { ApiError } from "./problem";

export type Role =
  | "sales"
  | "sales_lead"
  | "compliance_reviewer"
  | "compliance_lead"
  | "finance"
  | "finance_lead"
  | "system_admin"
  | "security_admin"
  | "auditor"
  | "customer";

export type Session = {
  user: { id: string; login: string; name: string; roles: Role[]; customer_id?: string };
  capabilities: string[];
  sandbox: boolean;
  version: string;
  /** Nothing but changing the password is allowed yet. */
  must_change_password: boolean;
};

/** `null` is nobody: not being signed in is an answer, not a failure. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await http.get<Session>("/session", undefined, signal);
    } catch (e) {
      if (e instanceof ApiError && e.problem.status === 401) return null;
      throw e;
    }
  },
  staleTime: 60_000,
});

export const signIn = (v: { login: string; password: string }) => http.post<Session>("/session", v);
export const signOut = () => http.delete("/session");
export const changePassword = (v: { current: string; next: string }) => http.post<void>("/session/password", v);
