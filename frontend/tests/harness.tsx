import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import "@/i18n";
// What a browser would fetch when it is needed is read once here, so that no test waits for it.
import "@/app/Inside";
import "@/parts/ClockMover";
import { makeClient, Portal } from "@/app/Portal";
import { makeRouter } from "@/app/router";
import { capabilities } from "@/session/capability";

export type Call = { method: string; path: string; query: URLSearchParams; body: unknown; key: string | null };
type Answer = unknown | ((call: Call) => unknown);

/** An answer that is a problem rather than a record. */
export class Refusal {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object = {}) {
    this.status = status;
    this.body = { status, code: "test.refused", detail: "不行", detail_en: "No", request_id: "req-1", ...body };
  }
}

export const session = {
  user: { id: "u1", login: "chenxiao", name: "陈晓", roles: ["sales_lead", "compliance_lead"] },
  capabilities: [...capabilities] as string[],
  sandbox: false,
  version: "test",
};

/** A server of fixed answers, by `METHOD /path`; every call is kept. What it has no answer for is 404, as on the real one. */
export function serve(answers: Record<string, Answer>) {
  const calls: Call[] = [];
  const all: Record<string, Answer> = { "GET /session": session, "GET /notices": { items: [] }, ...answers };
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    const path = url.pathname.replace("/api/v1", "");
    const text = await request.text();
    const call: Call = {
      method: request.method,
      path,
      query: url.searchParams,
      body: text ? JSON.parse(text) : undefined,
      key: request.headers.get("Idempotency-Key"),
    };
    calls.push(call);
    const found = all[`${request.method} ${path}`];
    const answer: unknown = await (typeof found === "function" ? found(call) : found);
    if (answer === undefined) return reply(404, new Refusal(404, { code: "http.no_route" }).body);
    if (answer instanceof Refusal) return reply(answer.status, answer.body);
    return answer === null ? new Response(null, { status: 204 }) : reply(200, answer);
  });
  return {
    calls,
    answers: all,
    of: (method: string, path: string) => calls.filter((c) => c.method === method && c.path === path),
  };
}

const reply = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json" },
  });

/** The whole portal at an address, as a browser would have it. */
export function open(path: string) {
  const history = createMemoryHistory({ initialEntries: [path] });
  const client = makeClient();
  client.setDefaultOptions({ queries: { retry: false, staleTime: 0 } });
  const view = render(<Portal router={makeRouter(history)} client={client} />);
  return { ...view, history, at: () => history.location.pathname + history.location.search };
}
