import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Disclosure = Schemas["DisclosureRecord"];
export type DisclosureState = Disclosure["state"];
export type Ground = Disclosure["ground"];
export type NewDisclosure = Schemas["DisclosureInputBody"];
export const grounds: readonly Ground[] = ["lawful_request", "emergency", "rights", "consent"];

export const disclosuresQuery = (params: Params) =>
  list<Disclosure>({
    queryKey: ["disclosures", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/disclosures", { params: filters(params), signal })),
  });
export const disclosureQuery = (id: string) =>
  queryOptions({
    queryKey: ["disclosures", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/disclosures/{id}", { params: { path: { id } }, signal })),
    // Another person decides while somebody looks, and the file is made within seconds of the approval.
    refetchInterval: (q) => (["requested", "approved"].includes(q.state.data?.state ?? "") ? 2000 : false),
  });

const at = (id: string) => ({ params: { path: { id } } });
type Act = { id: string; reason: string };
export const requestDisclosure = (body: NewDisclosure, key: string) =>
  ask(api.POST("/api/v1/disclosures", { body, headers: once(key) }));
export const approveDisclosure = ({ id, reason }: Act, key: string) =>
  ask(api.POST("/api/v1/disclosures/{id}/approve", { ...at(id), body: { reason }, headers: once(key) }));
export const refuseDisclosure = ({ id, reason }: Act, key: string) =>
  ask(api.POST("/api/v1/disclosures/{id}/refuse", { ...at(id), body: { reason }, headers: once(key) }));
export const withdrawDisclosure = ({ id, reason }: Act, key: string) =>
  ask(api.POST("/api/v1/disclosures/{id}/withdraw", { ...at(id), body: { reason }, headers: once(key) }));
export const addPapers = ({ id, attachment_id }: { id: string; attachment_id: string }, key: string) =>
  ask(api.POST("/api/v1/disclosures/{id}/papers", { ...at(id), body: { attachment_id }, headers: once(key) }));
/** Where the file is fetched from; each fetch is logged with whom it goes to. */
export const disclosureFile = (id: string, purpose: string) =>
  `/api/v1/disclosures/${id}/file?purpose=${encodeURIComponent(purpose)}`;
