import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type Mail = Schemas["MailRecord"];
export type MailState = Mail["state"];

export const mailsQuery = (params: Params) =>
  list<Mail>({
    queryKey: ["mails", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/mails", { params: filters(params), signal })),
  });

export const returnMail = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/mails/{id}/return", { params: { path: { id } }, body: { reason }, headers: once(key) }));

export const sendMailAgain = (id: string, key: string) =>
  ask(api.POST("/api/v1/mails/{id}/again", { params: { path: { id } }, headers: once(key) }));
