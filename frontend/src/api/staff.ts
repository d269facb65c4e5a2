import { http } from "./http";
import type { Role } from "./session";
import { type Actions, list, type Params, type Rows } from "./types";

export type UserState = "active" | "frozen" | "locked";
export type User = Actions & {
  id: string;
  login: string;
  name: string;
  roles: Role[] | null;
  state: UserState;
  customer_id?: string;
  customer_name?: string;
  last_sign_in_at?: string;
  created_at: string;
};

export const usersQuery = (params: Params) =>
  list({ queryKey: ["users", "list", params], queryFn: ({ signal }) => http.get<Rows<User>>("/users", params, signal) });
export const createUser = (v: { login: string; name: string; roles: Role[]; customer_id?: string }, key: string) =>
  http.post<User & { password?: string }>("/users", v, key);
export const setRoles = (v: { id: string; roles: Role[] }) => http.put<User>(`/users/${v.id}/roles`, { roles: v.roles });
export const actOnUser = (v: { id: string; action: "freeze" | "unfreeze" | "reset-password" }, key: string) =>
  http.post<User & { password?: string }>(`/users/${v.id}/${v.action}`, {}, key);
