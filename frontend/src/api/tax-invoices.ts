import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type TaxInvoice = Schemas["TaxInvoice"];
export type TaxInvoiceState = TaxInvoice["state"];
export type InvoiceAnswer = Schemas["Answer-tax-invoiceRequest"];

export const taxInvoicesQuery = (params: Params) =>
  list<TaxInvoice>({
    queryKey: ["tax-invoices", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/tax-invoices", { params: filters(params), signal })),
  });
export const taxInvoiceQuery = (id: string) =>
  queryOptions({
    queryKey: ["tax-invoices", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/tax-invoices/{id}", { params: { path: { id } }, signal })),
  });
export const requestTaxInvoice = (billId: string, key: string) =>
  ask(api.POST("/api/v1/bills/{id}/tax-invoices", { params: { path: { id: billId } }, headers: once(key) }));
export const answerTaxInvoice = ({ id, body }: { id: string; body: InvoiceAnswer }, key: string) =>
  ask(api.POST("/api/v1/tax-invoices/{id}/answer", { params: { path: { id } }, body, headers: once(key) }));
export const redFlush = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/tax-invoices/{id}/red-flush", { params: { path: { id } }, body: { reason }, headers: once(key) }));
export const resubmitTaxInvoice = (id: string, key: string) =>
  ask(api.POST("/api/v1/tax-invoices/{id}/resubmit", { params: { path: { id } }, headers: once(key) }));
