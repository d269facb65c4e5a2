import createClient from "openapi-fetch";
import { ApiError, toProblem, unreachable } from "./problem";
import type { components, paths } from "./schema";
import type { Params } from "./types";

/** The records of the API by the names that its description gives them. */
export type Schemas = components["schemas"];

/** The API as its description has it: a path, a field or a parameter that is not there doesn't compile. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Asked for at each call, so that tests may put a server of their own in its place.
  fetch: (request) => globalThis.fetch(request),
});

const ended = new Set<() => void>();
/** Tells when the session has ended while someone was working, so that the portal can ask for it again in place. */
export function onSessionEnd(tell: () => void): () => void {
  ended.add(tell);
  return () => void ended.delete(tell);
}

type Outcome<T> = { data?: T; error?: unknown; response: Response };

/** What came of a call: its data, or its problem thrown. */
export async function ask<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (e) {
    // A read that nobody waits for any more is no failure.
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new ApiError(unreachable);
  }
  const { data, error, response } = outcome;
  if (response.ok) return data as T;
  if (response.status === 401 && new URL(response.url || "/", window.location.origin).pathname !== "/api/v1/session") {
    for (const tell of ended) tell();
  }
  throw new ApiError(toProblem(response.status, error, response.headers.get("X-Request-Id")));
}

/** A table's filters, which come from the address as text; the server checks and converts them. */
export const filters = (params: Params) => ({ query: params as never });

/** The header that makes a repeated POST happen once. */
export const once = (key: string) => ({ "Idempotency-Key": key });
