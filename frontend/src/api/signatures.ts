import { http } from "./http";
import { type Actions, list, type Params, type Rows } from "./types";

export type SignatureState = "submitted" | "approved" | "refused" | "lapsed";
export type Signature = Actions & {
  id: string;
  customer_id: string;
  customer_name?: string;
  text: string;
  proof_attachment_id?: string;
  state: SignatureState;
  reason?: string;
  submitted_at: string;
  submitted_by_name?: string;
  decided_at?: string;
  decided_by_name?: string;
};

export const signaturesQuery = (params: Params) =>
  list({
    queryKey: ["signatures", "list", params],
    queryFn: ({ signal }) => http.get<Rows<Signature>>("/signatures", params, signal),
  });
export const customerSignaturesQuery = (customer: string, params: Params) =>
  list({
    queryKey: ["signatures", "of", customer, params],
    queryFn: ({ signal }) => http.get<Rows<Signature>>(`/customers/${customer}/signatures`, params, signal),
  });

export const submitSignature = (v: { customer_id: string; text: string; proof_attachment_id?: string }, key: string) => {
  const { customer_id, ...fields } = v;
  return http.post<Signature>(`/customers/${customer_id}/signatures`, fields, key);
};
export const approveSignature = (v: { id: string }, key: string) => http.post<Signature>(`/signatures/${v.id}/approve`, {}, key);
export const refuseSignature = (v: { id: string; reason: string }, key: string) =>
  http.post<Signature>(`/signatures/${v.id}/refuse`, { reason: v.reason }, key);
