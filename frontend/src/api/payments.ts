import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Payment = Schemas["PaymentRow"];
export type PaymentMethod = Payment["method"];

export const paymentsQuery = (params: Params) =>
  list<Payment>({
    queryKey: ["payments", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/payments", { params: filters(params), signal })),
  });
export const recordPayment = (body: Schemas["Record-paymentRequest"], key: string) =>
  ask(api.POST("/api/v1/payments", { body, headers: once(key) }));
export const receiptHref = (id: string) => `/api/v1/payments/${id}/receipt`;
