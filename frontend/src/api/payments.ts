import { http, root } from "./http";
import { type Actions, list, type Params, type Rows } from "./types";

export type PaymentMethod = "transfer" | "cheque" | "cash";
export type Payment = Actions & {
  id: string;
  number: string;
  customer_id: string;
  customer_name: string;
  amount_fen: number;
  allocated_fen?: number;
  unallocated_fen?: number;
  value_date: string;
  method: PaymentMethod;
  reference: string;
  recorded_at: string;
  recorded_by_name?: string;
  allocations?: { bill_id: string; bill_number: string; principal_fen: number; late_fee_fen: number }[] | null;
};

export const paymentsQuery = (params: Params) =>
  list({ queryKey: ["payments", "list", params], queryFn: ({ signal }) => http.get<Rows<Payment>>("/payments", params, signal) });
export const recordPayment = (
  v: { customer_id: string; amount_fen: number; value_date: string; method: PaymentMethod; reference: string },
  key: string,
) => http.post<Payment>("/payments", v, key);
export const receiptHref = (id: string) => `${root}/payments/${id}/receipt`;
