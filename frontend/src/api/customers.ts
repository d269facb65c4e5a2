import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import { type Actions, list, type Params, type Rows } from "./types";

export type Contact = { name: string; phone: string; email?: string };
export type CustomerFields = {
  name: string;
  uscc: string;
  legal_rep: string;
  address: string;
  industry?: string;
  bank_name?: string;
  bank_account?: string;
  contacts?: Contact[] | null;
};
export type Customer = CustomerFields &
  Actions & {
    id: string;
    number?: string;
    owner_id?: string;
    owner_name?: string;
    created_at: string;
    updated_at?: string;
    version: number;
  };

export const customersQuery = (params: Params) =>
  list({
    queryKey: ["customers", "list", params],
    queryFn: ({ signal }) => http.get<Rows<Customer>>("/customers", params, signal),
  });
export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["customers", id],
    queryFn: ({ signal }) => http.get<Customer>(`/customers/${id}`, undefined, signal),
  });

export const createCustomer = (v: CustomerFields, key: string) => http.post<Customer>("/customers", v, key);
export const changeCustomer = (v: CustomerFields & { id: string; version: number }) => {
  const { id, ...fields } = v;
  return http.patch<Customer>(`/customers/${id}`, fields);
};
