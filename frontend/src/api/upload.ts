import { ApiError, toProblem, unreachable } from "./problem";

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
    xhr.open(method, path);
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
