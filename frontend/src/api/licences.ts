import { http } from "./http";
import { type Actions, list, type Params, type Rows } from "./types";

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
export type LicenceState = "submitted" | "verified" | "refused" | "expired" | "revoked";
export type Licence = Actions & {
  id: string;
  customer_id: string;
  customer_name?: string;
  kind: LicenceKind;
  number: string;
  issuer: string;
  valid_from: string;
  valid_to?: string;
  attachment_id?: string;
  attachment_name?: string;
  state: LicenceState;
  reason?: string;
  submitted_at: string;
  submitted_by_name?: string;
  decided_at?: string;
  decided_by_name?: string;
};
export type LicenceFields = Pick<Licence, "kind" | "number" | "issuer" | "valid_from" | "valid_to" | "attachment_id">;

export const licencesQuery = (params: Params) =>
  list({ queryKey: ["licences", "list", params], queryFn: ({ signal }) => http.get<Rows<Licence>>("/licences", params, signal) });
export const customerLicencesQuery = (customer: string, params: Params) =>
  list({
    queryKey: ["licences", "of", customer, params],
    queryFn: ({ signal }) => http.get<Rows<Licence>>(`/customers/${customer}/licences`, params, signal),
  });

export const submitLicence = (v: LicenceFields & { customer_id: string }, key: string) => {
  const { customer_id, ...fields } = v;
  return http.post<Licence>(`/customers/${customer_id}/licences`, fields, key);
};
export const verifyLicence = (v: { id: string }, key: string) => http.post<Licence>(`/licences/${v.id}/verify`, {}, key);
export const refuseLicence = (v: { id: string; reason: string }, key: string) =>
  http.post<Licence>(`/licences/${v.id}/refuse`, { reason: v.reason }, key);
