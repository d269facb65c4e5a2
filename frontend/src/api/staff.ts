import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type UserState = Schemas["User"]["state"];
export type User = Schemas["User"];

export const usersQuery = (params: Params) =>
  list<User>({
    queryKey: ["users", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/users", { params: filters(params), signal })),
  });
export const createUser = (body: Schemas["Create-userRequest"], key: string) =>
  ask(api.POST("/api/v1/users", { body, headers: once(key) }));
export const setRoles = ({ id, roles }: { id: string; roles: string[] }) =>
  ask(api.PUT("/api/v1/users/{id}/roles", { params: { path: { id } }, body: { roles } }));

type Act = { id: string; action: "freeze" | "unfreeze" | "reset-password"; reason?: string };
export const actOnUser = ({ id, action, reason }: Act, key: string) =>
  ask(api.POST(`/api/v1/users/{id}/${action}`, { params: { path: { id } }, body: { reason }, headers: once(key) }));
