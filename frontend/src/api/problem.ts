export type FieldProblem = { field?: string; code?: string; detail?: string; detail_en?: string };

/** RFC 9457, as the server sends it: a stable code, and the same sentence in two languages with place and cure. */
export type Problem = FieldProblem & {
  title?: string;
  status: number;
  errors?: FieldProblem[];
  request_id?: string;
};

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.code ?? problem.title ?? String(problem.status));
    this.name = "ApiError";
    this.problem = problem;
  }
  /** The server has certainly not acted: the request may be corrected and sent anew. */
  get refused(): boolean {
    return this.problem.status >= 400 && this.problem.status < 500;
  }
}

/** No answer came: whether the server acted is unknown, so a repeat must carry the same Idempotency-Key. */
export const unreachable: Problem = {
  status: 0,
  code: "portal.unreachable",
  detail: "连不上服务器，改动是否生效尚不确定。请检查网络后重试，重试不会重复执行。",
  detail_en:
    "The server can't be reached; whether the change took effect is not known. Check the connection and try again: it won't be done twice.",
};

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null;

/** What a failed response says, also when a proxy answered in HTML. */
export function toProblem(status: number, body: unknown, requestId?: string | null): Problem {
  if (isRecord(body) && (typeof body.detail === "string" || typeof body.code === "string")) {
    return { request_id: requestId ?? undefined, ...body, status } as Problem;
  }
  return {
    status,
    code: `http.${status}`,
    detail: `服务器返回 ${status}，没有说明原因。`,
    detail_en: `The server answered ${status} without a reason.`,
    request_id: requestId ?? undefined,
  };
}

export function asProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const text = error instanceof Error ? error.message : String(error);
  return { status: -1, code: "portal.fault", detail: `页面出错：${text}`, detail_en: `The page failed: ${text}` };
}
