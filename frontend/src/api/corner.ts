import { queryOptions } from "@tanstack/react-query";
import { api, ask, filters, once, type Schemas } from "./client";
import { list, type Params } from "./types";

export type ApiKey = Schemas["ApiKeyRecord"];
export type Webhook = Schemas["WebhookRecord"];
export type Delivery = Schemas["WebhookDelivery"];
export type Member = Schemas["MemberRecord"];
export type Settings = Schemas["CornerSettings"];
export type Freeze = Schemas["FreezeRecord"];
export type SupportCheck = Schemas["SupportCheck"];
export type Proposal = Schemas["ProfileProposal"];
export type Proof = Schemas["ProofRecord"];
export type Ticket = Schemas["TicketRecord"];

export type ApiKeyState = "active" | "frozen" | "revoked" | "expired";
export type SwitchState = "on" | "off";
export type DeliveryState = "queued" | "delivered" | "aside";
export type TicketState = "open" | "answered" | "closed";
export type PaperState = "open" | "accepted" | "matched" | "refused" | "withdrawn";
export type Part = "administrator" | "submitter" | "approver";
export const parts: readonly Part[] = ["administrator", "submitter", "approver"];
export const eventKinds = [
  "batch.state",
  "message.receipts",
  "message.reply",
  "bill.issued",
  "statement.issued",
  "contract.changed",
  "balance.low",
] as const;

const path = (id: string) => ({ path: { id } });

export const keysQuery = (params: Params) =>
  list<ApiKey>({
    queryKey: ["api-keys", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/api-keys", { params: filters(params), signal })),
  });
type KeyWish = { name: string; scopes: string[]; allow_from?: string[]; expires_at?: string };
export const createKey = (body: KeyWish, key: string) => ask(api.POST("/api/v1/api-keys", { body, headers: once(key) }));
export const rotateKey = ({ id, hours }: { id: string; hours: number }, key: string) =>
  ask(api.POST("/api/v1/api-keys/{id}/rotate", { params: path(id), body: { overlap_hours: hours }, headers: once(key) }));
export const revokeKey = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/api-keys/{id}/revoke", { params: path(id), body: { reason }, headers: once(key) }));

export const webhooksQuery = (params: Params) =>
  list<Webhook>({
    queryKey: ["webhooks", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/webhooks", { params: filters(params), signal })),
  });
export const createWebhook = (body: { name: string; url: string; kinds: string[] }, key: string) =>
  ask(api.POST("/api/v1/webhooks", { body, headers: once(key) }));
export type WebhookAct = "on" | "off" | "remove" | "test";
const webhookPaths = {
  on: "/api/v1/webhooks/{id}/on",
  off: "/api/v1/webhooks/{id}/off",
  remove: "/api/v1/webhooks/{id}/remove",
  test: "/api/v1/webhooks/{id}/test",
} as const;
export const actOnWebhook = ({ id, act }: { id: string; act: WebhookAct }, key: string): Promise<unknown> =>
  ask(api.POST(webhookPaths[act], { params: path(id), headers: once(key) }));
export const rotateWebhook = ({ id, hours }: { id: string; hours: number }, key: string) =>
  ask(api.POST("/api/v1/webhooks/{id}/rotate", { params: path(id), body: { overlap_hours: hours }, headers: once(key) }));
export const deliveriesQuery = (params: Params) =>
  list<Delivery>({
    queryKey: ["webhook-deliveries", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/webhook-deliveries", { params: filters(params), signal })),
  });
export const redeliver = (id: string, key: string) =>
  ask(api.POST("/api/v1/webhook-deliveries/{id}/again", { params: path(id), headers: once(key) }));

export const peopleQuery = () =>
  list<Member>({
    queryKey: ["corner", "people"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/corner/people", { signal })),
  });
export const addPerson = (body: { login: string; name: string; parts: Part[] }, key: string) =>
  ask(api.POST("/api/v1/corner/people", { body, headers: once(key) }));
export const setParts = ({ id, parts }: { id: string; parts: Part[] }) =>
  ask(api.PUT("/api/v1/corner/people/{id}/parts", { params: path(id), body: { parts } }));
export type MemberAct = "freeze" | "unfreeze" | "reset-password";
const memberPaths = {
  freeze: "/api/v1/corner/people/{id}/freeze",
  unfreeze: "/api/v1/corner/people/{id}/unfreeze",
  "reset-password": "/api/v1/corner/people/{id}/reset-password",
} as const;
export const actOnMember = ({ id, act }: { id: string; act: MemberAct }, key: string) =>
  ask(api.POST(memberPaths[act], { params: path(id), headers: once(key) }));
export const settingsQuery = queryOptions({
  queryKey: ["corner", "settings"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/corner/settings", { signal })),
});
export const saveSettings = (body: Settings) => ask(api.PUT("/api/v1/corner/settings", { body }));

export const freezeSelf = (reason: string) => ask(api.POST("/api/v1/session/freeze", { body: { reason } }));
export const freezeCompany = (reason: string) => ask(api.POST("/api/v1/corner/freeze", { body: { reason } }));
export const freezesQuery = (params: Params) =>
  list<Freeze>({
    queryKey: ["freezes", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/freezes", { params: filters(params), signal })),
  });
export const liftFreeze = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/freezes/{id}/lift", { params: path(id), body: { reason }, headers: once(key) }));
export const checksQuery = (params: Params) =>
  list<SupportCheck>({
    queryKey: ["support-checks", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/support-checks", { params: filters(params), signal })),
  });
export type NewCheck = {
  customer_id: string;
  kind: "identity" | "authority";
  person: string;
  how: string;
  grounds: string;
  purpose: string;
  hours: number;
  document_id?: string;
};
export const recordCheck = (body: NewCheck, key: string) => ask(api.POST("/api/v1/support-checks", { body, headers: once(key) }));
export const endCheck = (id: string, key: string) =>
  ask(api.POST("/api/v1/support-checks/{id}/end", { params: path(id), headers: once(key) }));

export const proposalsQuery = (params: Params) =>
  list<Proposal>({
    queryKey: ["proposals", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/proposals", { params: filters(params), signal })),
  });
export const propose = (body: { changes: Proposal["changes"]; note?: string }, key: string) =>
  ask(api.POST("/api/v1/proposals", { body, headers: once(key) }));
const proposalPaths = {
  accept: "/api/v1/proposals/{id}/accept",
  refuse: "/api/v1/proposals/{id}/refuse",
  withdraw: "/api/v1/proposals/{id}/withdraw",
} as const;
export type ProposalAct = keyof typeof proposalPaths;
export const actOnProposal = ({ id, act, reason }: { id: string; act: ProposalAct; reason?: string }, key: string) =>
  ask(api.POST(proposalPaths[act], { params: path(id), body: { reason }, headers: once(key) }));

export const proofsQuery = (params: Params) =>
  list<Proof>({
    queryKey: ["payment-proofs", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/payment-proofs", { params: filters(params), signal })),
  });
export type NewProof = {
  amount_fen: number;
  paid_on: string;
  payer: string;
  reference?: string;
  document_id: string;
  note?: string;
};
export const sendProof = (body: NewProof, key: string) => ask(api.POST("/api/v1/payment-proofs", { body, headers: once(key) }));
export const matchProof = ({ id, payment_id }: { id: string; payment_id: string }, key: string) =>
  ask(api.POST("/api/v1/payment-proofs/{id}/match", { params: path(id), body: { payment_id }, headers: once(key) }));
export type SuggestedPayment = Schemas["SuggestedPayment"];
/** The payments that a proof may be about, the likeliest first. */
export const suggestedPaymentsQuery = (id: string, q: string) =>
  queryOptions({
    queryKey: ["payment-proofs", id, "payments", q],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/payment-proofs/{id}/payments", { params: { ...path(id), query: q ? { q } : {} }, signal })),
  });
export const refuseProof = ({ id, reason }: { id: string; reason: string }, key: string) =>
  ask(api.POST("/api/v1/payment-proofs/{id}/refuse", { params: path(id), body: { reason }, headers: once(key) }));
export const withdrawProof = (id: string, key: string) =>
  ask(api.POST("/api/v1/payment-proofs/{id}/withdraw", { params: path(id), headers: once(key) }));

export const ticketsQuery = (params: Params) =>
  list<Ticket>({
    queryKey: ["tickets", "list", params],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/tickets", { params: filters(params), signal })),
  });
export const ticketQuery = (id: string) =>
  queryOptions({
    queryKey: ["tickets", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/tickets/{id}", { params: path(id), signal })),
  });
export const ticketKinds = ["question", "batch", "bill", "plan_change", "api"] as const;
export type NewTicket = {
  customer_id?: string;
  kind: (typeof ticketKinds)[number];
  subject: string;
  text: string;
  urgent?: boolean;
  documents?: string[];
};
export const openTicket = (body: NewTicket, key: string) => ask(api.POST("/api/v1/tickets", { body, headers: once(key) }));
export const replyTicket = ({ id, text, documents }: { id: string; text: string; documents?: string[] }, key: string) =>
  ask(api.POST("/api/v1/tickets/{id}/reply", { params: path(id), body: { text, documents }, headers: once(key) }));
const ticketPaths = { take: "/api/v1/tickets/{id}/take", close: "/api/v1/tickets/{id}/close" } as const;
export const actOnTicket = ({ id, act }: { id: string; act: keyof typeof ticketPaths }, key: string) =>
  ask(api.POST(ticketPaths[act], { params: path(id), headers: once(key) }));
