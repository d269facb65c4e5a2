import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type LicenceKind =
  | "business"
  | "telecom"
  | "icp"
  | "credit_standing"
  | "information_source"
  | "bank_account"
  | "number"
  | "signature"
  | "advertising";
export type LicenceState = Schemas["LicenceRecord"]["state"];
export type LicenceFields = Schemas["LicenceFields"];
export type Licence = Schemas["LicenceRecord"];

export const licencesQuery = (params: Params) =>
  list<Licence>({
    queryKey: ["licences", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/licences", { params: filters(params), signal })),
  });
export const customerLicencesQuery = (id: string, params: Params) =>
  list<Licence>({
    queryKey: ["licences", "of", id, params],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/customers/{id}/licences", { params: { path: { id }, ...filters(params) }, signal })),
  });

export const submitLicence = ({ customer_id, ...body }: LicenceFields & { customer_id: string }, key: string) =>
  ask(api.POST("/api/v1/customers/{id}/licences", { params: { path: { id: customer_id } }, body, headers: once(key) }));

type Act = { id: string; action: "refuse" | "revoke"; reason: string };
export const verifyLicence = ({ id }: { id: string }, key: string) =>
  ask(api.POST("/api/v1/licences/{id}/verify", { params: { path: { id } }, headers: once(key) }));
export const turnDownLicence = ({ id, action, reason }: Act, key: string) =>
  ask(api.POST(`/api/v1/licences/{id}/${action}`, { params: { path: { id } }, body: { reason }, headers: once(key) }));
