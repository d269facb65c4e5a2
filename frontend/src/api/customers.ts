import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type CustomerFields = Schemas["CustomerFields"];
export type Customer = Schemas["CustomerRecord"];

export const customersQuery = (params: Params) =>
  list<Customer>({
    queryKey: ["customers", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/customers", { params: filters(params), signal })),
  });
export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["customers", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal })),
  });

export const createCustomer = (body: CustomerFields, key: string) =>
  ask(api.POST("/api/v1/customers", { body, headers: once(key) }));
export const changeCustomer = ({ id, contacts, ...body }: CustomerFields & { id: string; version: number }) =>
  ask(api.PATCH("/api/v1/customers/{id}", { params: { path: { id } }, body: { ...body, contacts: contacts ?? [] } }));
