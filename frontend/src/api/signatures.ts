import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type SignatureState = Schemas["SignatureRecord"]["state"];
export type Signature = Schemas["SignatureRecord"];

export const signaturesQuery = (params: Params) =>
  list<Signature>({
    queryKey: ["signatures", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/signatures", { params: filters(params), signal })),
  });
export const customerSignaturesQuery = (id: string, params: Params) =>
  list<Signature>({
    queryKey: ["signatures", "of", id, params],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/customers/{id}/signatures", { params: { path: { id }, ...filters(params) }, signal })),
  });

export const submitSignature = (
  { customer_id, ...body }: Schemas["Submit-signatureRequest"] & { customer_id: string },
  key: string,
) => ask(api.POST("/api/v1/customers/{id}/signatures", { params: { path: { id: customer_id } }, body, headers: once(key) }));
export const approveSignature = ({ id }: { id: string }, key: string) =>
  ask(api.POST("/api/v1/signatures/{id}/approve", { params: { path: { id } }, headers: once(key) }));
export const refuseSignature = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/signatures/{id}/refuse", { params: { path: { id } }, body: { reason }, headers: once(key) }));
