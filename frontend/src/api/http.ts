import { ApiError, toProblem, unreachable } from "./problem";

export const root = "/api/v1";

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined && value !== "") search.set(key, String(value));
  const text = search.toString();
  return `${root}${path}${text ? `?${text}` : ""}`;
}

const ended = new Set<() => void>();
/** Tells when the session has ended while someone was working, so that the portal can ask for it again in place. */
export function onSessionEnd(tell: () => void): () => void {
  ended.add(tell);
  return () => void ended.delete(tell);
}

async function send(path: string, init: RequestInit & { query?: Query }): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address(path, init.query), { credentials: "same-origin", ...init });
  } catch {
    throw new ApiError(unreachable);
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== "/session") for (const tell of ended) tell();
  const body: unknown = await response.json().catch(() => null);
  throw new ApiError(toProblem(response.status, body, response.headers.get("X-Request-Id")));
}

const json = async <T>(response: Response): Promise<T> => (response.status === 204 ? undefined : await response.json()) as T;
const headers = (key?: string) => ({ "Content-Type": "application/json", ...(key ? { "Idempotency-Key": key } : {}) });

export const http = {
  get: async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
    json<T>(await send(path, { method: "GET", query, signal })),
  post: async <T>(path: string, body?: unknown, key?: string): Promise<T> =>
    json<T>(await send(path, { method: "POST", headers: headers(key ?? crypto.randomUUID()), body: JSON.stringify(body ?? {}) })),
  put: async <T>(path: string, body: unknown): Promise<T> =>
    json<T>(await send(path, { method: "PUT", headers: headers(), body: JSON.stringify(body) })),
  patch: async <T>(path: string, body: unknown): Promise<T> =>
    json<T>(await send(path, { method: "PATCH", headers: headers(), body: JSON.stringify(body) })),
  delete: async (path: string): Promise<void> => void (await send(path, { method: "DELETE" })),
  blob: async (path: string, body: unknown): Promise<Blob> =>
    (await send(path, { method: "POST", headers: headers(crypto.randomUUID()), body: JSON.stringify(body) })).blob(),
};

export type Progress = (done: number, all: number) => void;

/** Uploads with progress, which fetch can't tell; failures are the same problems as everywhere. */
export function upload<T>(
  method: "POST" | "PUT",
  path: string,
  body: XMLHttpRequestBodyInit,
  progress: Progress,
  type?: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, address(path));
    xhr.setRequestHeader("Idempotency-Key", crypto.randomUUID());
    if (type) xhr.setRequestHeader("Content-Type", type);
    xhr.upload.onprogress = (e) => progress(e.loaded, e.total);
    xhr.onerror = () => reject(new ApiError(unreachable));
    xhr.onload = () => {
      const answer: unknown = parse(xhr.responseText);
      if (xhr.status >= 200 && xhr.status < 300) resolve(answer as T);
      else reject(new ApiError(toProblem(xhr.status, answer, xhr.getResponseHeader("X-Request-Id"))));
    };
    xhr.send(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
