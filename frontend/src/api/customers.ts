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

export type Fault = Schemas["CustomerFault"];
export type FaultField = Fault["field"];
export const faultsQuery = (params: Params) =>
  list<Fault>({
    queryKey: ["faults", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/customer-faults", { params: filters(params), signal })),
  });
export type NewFault = { customer_id: string; field: FaultField; note: string; due_on?: string };
export const raiseFault = ({ customer_id, ...body }: NewFault, key: string) =>
  ask(api.POST("/api/v1/customers/{id}/faults", { params: { path: { id: customer_id } }, body, headers: once(key) }));
export const settleFault = ({ id, settlement }: { id: string; settlement: string }, key: string) =>
  ask(api.POST("/api/v1/customer-faults/{id}/settle", { params: { path: { id } }, body: { settlement }, headers: once(key) }));
export const returnFault = ({ id, note }: { id: string; note: string }, key: string) =>
  ask(api.POST("/api/v1/customer-faults/{id}/return", { params: { path: { id } }, body: { note }, headers: once(key) }));
export const suspendForFault = ({ id }: { id: string }, key: string) =>
  ask(api.POST("/api/v1/customer-faults/{id}/suspend", { params: { path: { id } }, headers: once(key) }));

export const createCustomer = (body: CustomerFields, key: string) =>
  ask(api.POST("/api/v1/customers", { body, headers: once(key) }));
export const changeCustomer = ({ id, contacts, ...body }: CustomerFields & { id: string; version: number }) =>
  ask(api.PATCH("/api/v1/customers/{id}", { params: { path: { id } }, body: { ...body, contacts: contacts ?? [] } }));
