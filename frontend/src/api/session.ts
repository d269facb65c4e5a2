import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";
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

export type Session = Schemas["Session"];

/** `null` is nobody: not being signed in is an answer, not a failure. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await ask(api.GET("/api/v1/session", { signal }));
    } catch (e) {
      if (e instanceof ApiError && e.problem.status === 401) return null;
      throw e;
    }
  },
  staleTime: 60_000,
});

export const signIn = (body: Schemas["Sign-inRequest"]) => ask(api.POST("/api/v1/session", { body }));
export const signOut = () => ask(api.DELETE("/api/v1/session"));
export const changePassword = (body: Schemas["Change-passwordRequest"]) => ask(api.POST("/api/v1/session/password", { body }));
