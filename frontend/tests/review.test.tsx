import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Call, open, Refusal, serve } from "./harness";

const group = (id: string, text: string, undecided: number) => ({
  id,
  rest: false,
  messages: 100,
  pass: 0,
  hold: 100,
  refuse: 0,
  escalate: 0,
  parts: 100,
  max_level: 3,
  reason_codes: ["LINK.NOT_FILED"],
  segments: [
    { text, hits: [] },
    { text: "t.cn/x", hits: [0] },
  ],
  hits: [{ rule: "link.short", action: "hold", reason_code: "LINK.NOT_FILED", title: "短链接" }],
  tally: { approved: 100 - undecided, refused: 0, undecided, escalated: 0 },
});
const queued = {
  batch_id: "t1",
  number: "B20261121-0001",
  customer_id: "c1",
  customer_name: "云帆商城",
  category: "notice",
  file_name: "a.csv",
  submitter_name: "王",
  messages: 200,
  pass: 0,
  hold: 200,
  refuse: 0,
  escalate: 0,
  groups: 2,
  risk: 41,
  max_level: 3,
  high_risk: false,
  state: "open",
  came_at: "2026-11-21T10:00:00+08:00",
  due_at: "2026-11-21T10:40:00+08:00",
  own: false,
  claim: null as { user_id: string; user_name: string; expires_at: string } | null,
};
const claim = {
  batch_id: "t1",
  user_id: "u1",
  user_name: "陈晓",
  taken_at: "2026-11-21T10:00:00+08:00",
  expires_at: new Date(Date.now() + 240_000).toISOString(),
};
const progress = {
  decisions_hash: "hash-1",
  tally: { approved: 0, refused: 0, undecided: 200, escalated: 0 },
  high_risk: false,
  state: "open",
  signed: [],
};
const desk = (more: object = {}) => ({
  batch: {
    id: "t1",
    number: "B20261121-0001",
    customer_id: "c1",
    customer_name: "云帆商城",
    category: "notice",
    state: "review",
  },
  queued,
  claim,
  groups: [group("g1", "第一组 ", 100), group("g2", "第二组 ", 100)],
  progress,
  decisions: [],
  record: {
    batches: 1,
    batches_refused: 0,
    messages: 200,
    messages_refused_by_rules: 0,
    messages_escalated: 0,
    messages_approved: 0,
  },
  past: [],
  checks: [{ code: "contract", ok: true }],
  available_actions: ["decide", "release", "finish"],
  ...more,
});
const start = async (more: object = {}) => {
  const server = serve({
    "GET /review/queue": { items: [queued], total: 1 },
    "GET /review/batches/t1": desk(more),
    "POST /review/batches/t1/decide": {},
    "POST /review/batches/t1/finish": {},
    "POST /review/batches/t1/claim": {},
    "POST /review/batches/t1/undo": {},
    "POST /review/next": { ...claim, batch_id: "t2" },
    "GET /review/batches/t2": desk({ batch: { ...desk().batch, id: "t2" }, claim: { ...claim, batch_id: "t2" } }),
    "POST /review/batches/t1/release": null,
  });
  open("/review?batch=t1");
  await screen.findByText(/第一组/);
  return server;
};
const decisions = (server: Awaited<ReturnType<typeof start>>) =>
  server.of("POST", "/review/batches/t1/decide").map((c) => c.body);

describe("the review desk by keyboard", () => {
  it("passes a clean batch with two keys: A and Enter", async () => {
    const server = await start();
    await userEvent.keyboard("a");
    await waitFor(() => expect(decisions(server)).toEqual([{ scope: "batch", decision: "approve" }]));
    await waitFor(() => expect(screen.getByRole("button", { name: /提交审核/ })).toBeEnabled());
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(server.of("POST", "/review/batches/t1/finish")[0]?.body).toEqual({ decisions_hash: "hash-1" }));
  });

  it("refuses a bad batch with three keys: R, a reason, Enter", async () => {
    const server = await start();
    await userEvent.keyboard("r");
    expect(await screen.findByRole("group", { name: /拒绝原因/ })).toBeInTheDocument();
    await userEvent.keyboard("1{Enter}");
    await waitFor(() =>
      expect(decisions(server)).toEqual([{ scope: "batch", decision: "refuse", reason_codes: ["LINK.NOT_FILED"] }]),
    );
    await waitFor(() => expect(server.of("POST", "/review/batches/t1/finish")).toHaveLength(1));
  });

  it("does not refuse without a reason, and Escape leaves everything as it was", async () => {
    const server = await start();
    await userEvent.keyboard("r{Enter}");
    expect(decisions(server)).toEqual([]);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("group", { name: /拒绝原因/ })).toBeNull());
  });

  it("decides about the group that J and K lead to", async () => {
    const server = await start();
    await userEvent.keyboard("jja");
    await waitFor(() => expect(decisions(server)).toEqual([{ scope: "group", group_id: "g2", decision: "approve" }]));
  });

  it("walks through the hits with N", async () => {
    await start();
    await userEvent.keyboard("jn");
    await waitFor(() => expect(document.querySelector('[data-current][data-hit="1"]')).not.toBeNull());
  });

  it("ignores keys while a note is being typed", async () => {
    const server = await start();
    await userEvent.keyboard("r");
    await userEvent.type(await screen.findByRole("textbox", { name: "备注" }), "area 1");
    expect(decisions(server)).toEqual([]);
    expect(screen.getByRole("textbox", { name: "备注" })).toHaveValue("area 1");
    expect(within(screen.getByRole("group", { name: /拒绝原因/ })).queryAllByRole("checkbox", { checked: true })).toEqual([]);
  });

  it("does nothing when keys are switched off", async () => {
    const server = await start();
    await userEvent.click(screen.getByRole("switch", { name: "启用按键" }));
    (document.activeElement as HTMLElement).blur();
    await userEvent.keyboard("a");
    expect(decisions(server)).toEqual([]);
    await userEvent.click(screen.getByRole("switch", { name: "启用按键" }));
  });

  it("takes a batch that nobody has, once", async () => {
    const server = await start({ claim: null, available_actions: ["claim"] });
    await waitFor(() => expect(server.of("POST", "/review/batches/t1/claim")).toHaveLength(1));
  });

  it("offers nothing where the server allows nothing", async () => {
    const server = await start({ available_actions: [], queued: { ...queued, own: true } });
    expect(screen.queryByRole("button", { name: /批准/ })).toBeNull();
    expect(screen.getAllByText("您提交的批次，须由他人审核").length).toBeGreaterThan(0);
    await userEvent.keyboard("a");
    expect(decisions(server)).toEqual([]);
  });

  it("undoes a finished review while it can be", async () => {
    const server = await start({
      available_actions: ["undo"],
      progress: {
        ...progress,
        state: "frozen",
        manifest: { approved: 200, refused: 0, not_before: new Date(Date.now() + 9_000).toISOString() },
      },
    });
    expect(screen.getByRole("button", { name: /撤销（0:0\d）/ })).toBeInTheDocument();
    await userEvent.keyboard("z");
    await waitFor(() => expect(server.of("POST", "/review/batches/t1/undo")).toHaveLength(1));
  });
});

describe("the claim on the batch on the desk", () => {
  const claims = (server: Awaited<ReturnType<typeof start>>) => server.of("POST", "/review/batches/t1/claim");
  const lost = new Refusal(409, { code: "review.not_claimed" });

  it("is not taken again by who has signed and waits for the second person", async () => {
    const server = await start({
      claim: null,
      available_actions: ["claim"],
      progress: { ...progress, state: "second", signed: [{ user_id: "u1", user_name: "陈晓", at: queued.came_at }] },
    });
    expect(await screen.findByRole("button", { name: /^领取 T/ })).toBeInTheDocument();
    expect(claims(server)).toEqual([]);
    await userEvent.keyboard("t");
    await waitFor(() => expect(claims(server)).toHaveLength(1));
  });

  it("that ran out over a note is taken again, and the refusal goes through with the note", async () => {
    const server = await start();
    let held = false;
    server.answers["POST /review/batches/t1/decide"] = () => (held ? {} : lost);
    server.answers["POST /review/batches/t1/claim"] = () => {
      held = true;
      return claim;
    };
    await userEvent.keyboard("r1");
    await userEvent.type(await screen.findByRole("textbox", { name: "备注" }), "写了很久{Enter}");
    await waitFor(() => expect(claims(server)).toHaveLength(1));
    await waitFor(() => expect(decisions(server)).toHaveLength(2));
    expect(decisions(server)[1]).toEqual({
      scope: "batch",
      decision: "refuse",
      reason_codes: ["LINK.NOT_FILED"],
      note: "写了很久",
    });
  });

  it("that somebody else has by now keeps the note and says who has it", async () => {
    const server = await start();
    server.answers["POST /review/batches/t1/decide"] = () => lost;
    server.answers["POST /review/batches/t1/claim"] = new Refusal(409, {
      code: "review.claimed",
      detail: "该批次正由 赵国栋 审核",
    });
    await userEvent.keyboard("r1");
    await userEvent.type(await screen.findByRole("textbox", { name: "备注" }), "写了很久");
    const other = { ...claim, user_id: "u2", user_name: "赵国栋" };
    server.answers["GET /review/batches/t1"] = desk({ claim: other, available_actions: [], withheld: true });
    await userEvent.type(screen.getByRole("textbox", { name: "备注" }), "{Enter}");
    expect(await screen.findByText(/赵国栋 正在审核，\d\d:\d\d 前无操作即退回队列/)).toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "备注" })).toHaveValue("写了很久");
  });

  it("is given back when another batch is opened and nothing was decided", async () => {
    const server = await start();
    await userEvent.keyboard("t");
    await waitFor(() => expect(server.of("POST", "/review/next")).toHaveLength(1));
    await waitFor(() => expect(server.of("POST", "/review/batches/t1/release")).toHaveLength(1));
  });

  it("stays with who began to decide", async () => {
    const server = await start();
    await userEvent.keyboard("ja");
    await waitFor(() => expect(decisions(server)).toHaveLength(1));
    await userEvent.keyboard("t");
    await waitFor(() => expect(server.of("GET", "/review/batches/t2").length).toBeGreaterThan(0));
    expect(server.of("POST", "/review/batches/t1/release")).toEqual([]);
  });
});

describe("undo", () => {
  const mine = (n: number, choice: string, more: object = {}) => ({
    n,
    choice,
    scope: "group",
    group_id: "g1",
    user_id: "u1",
    user_name: "陈晓",
    at: queued.came_at,
    ...more,
  });

  it("takes the last decision back by Z before the review is finished", async () => {
    const server = await start({ decisions: [mine(1, "approve", { scope: "batch", group_id: undefined }), mine(2, "refuse")] });
    expect(screen.getByText(/拒绝 · 第 1 组/)).toBeInTheDocument();
    await userEvent.keyboard("z");
    await waitFor(() => expect(decisions(server)).toEqual([{ scope: "group", group_id: "g1", decision: "withdraw" }]));
  });

  it("leaves what others decided, and what was taken back already", async () => {
    const server = await start({ decisions: [mine(1, "ask", { user_id: "u2" }), mine(2, "refuse"), mine(3, "withdraw")] });
    expect(screen.getByText(/已请示主管部门/)).toBeInTheDocument();
    await userEvent.keyboard("z");
    expect(decisions(server)).toEqual([]);
  });

  it("still reaches the batch that was finished before this one", async () => {
    sessionStorage.setItem(
      "sealgate.review.finished",
      JSON.stringify({ batch: "t0", number: "B-0", until: new Date(Date.now() + 9_000).toISOString() }),
    );
    const server = await start();
    server.answers["POST /review/batches/t0/undo"] = {};
    expect(screen.getByText("B-0 已提交")).toBeInTheDocument();
    await userEvent.keyboard("z");
    await waitFor(() => expect(server.of("POST", "/review/batches/t0/undo")).toHaveLength(1));
    sessionStorage.clear();
  });

  it("is remembered when a review is finished", async () => {
    const server = await start();
    const until = new Date(Date.now() + 9_000).toISOString();
    server.answers["POST /review/batches/t1/finish"] = { manifest: { not_before: until } };
    await userEvent.keyboard("{Enter}");
    await waitFor(() =>
      expect(JSON.parse(sessionStorage.getItem("sealgate.review.finished") ?? "null")).toEqual({
        batch: "t1",
        number: "B20261121-0001",
        until,
      }),
    );
    sessionStorage.clear();
  });
});

it("shows the groups after the first hundred when somebody asks for them or gets that far by J", async () => {
  const server = await start({ groups_next_cursor: "after-2", batch: { ...desk().batch, group_count: 4 } });
  server.answers["GET /review/batches/t1/groups"] = (call: Call) =>
    call.query.get("cursor") === "after-2"
      ? { items: [group("g3", "第三组 ", 100)], next_cursor: "after-3", total: 4 }
      : { items: [group("g4", "第四组 ", 100)], next_cursor: "", total: 4 };
  await userEvent.click(screen.getByRole("button", { name: "还有 2 组，继续显示" }));
  expect(await screen.findByText(/第三组/)).toBeInTheDocument();
  await userEvent.keyboard("jjj");
  expect(await screen.findByText(/第四组/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /继续显示/ })).toBeNull();
  await userEvent.keyboard("ja");
  await waitFor(() => expect(decisions(server)).toEqual([{ scope: "group", group_id: "g4", decision: "approve" }]));
});

it("opens single messages by S and asks for more of them", async () => {
  const server = await start();
  const message = (seq: number) => ({ ...group("g1", `第 ${seq} 条短信 `, 0), seq, phone: "138****0000", outcome: "undecided" });
  server.answers["GET /review/batches/t1/groups/g1/messages"] = (call: Call) =>
    call.query.get("cursor")
      ? { items: [message(2)], next_cursor: "", total: 2 }
      : { items: [message(1)], next_cursor: "after-1", total: 2 };
  await userEvent.keyboard("s");
  expect(await screen.findByText(/第 1 条短信/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "更多样例" }));
  expect(await screen.findByText(/第 2 条短信/)).toBeInTheDocument();
});

it("seeks in the whole queue, not only among what is listed", async () => {
  const server = await start();
  const other = { ...queued, batch_id: "t9", number: "B20261121-0900", customer_name: "远山物流" };
  server.answers["GET /review/queue"] = (call: Call) =>
    call.query.get("q") === "远山" ? { items: [other], total: 1 } : { items: [queued], total: 900 };
  await userEvent.type(screen.getByRole("textbox", { name: "编号、客户、文件名" }), "远山");
  expect(await screen.findByText("B20261121-0900")).toBeInTheDocument();
  await userEvent.clear(screen.getByRole("textbox", { name: "编号、客户、文件名" }));
  await waitFor(() => expect(screen.queryByText("B20261121-0900")).toBeNull());
});

it("says in words why a contract may not send", async () => {
  await start({ checks: [{ code: "contract", ok: false, detail: "licence, suspended:non_payment" }] });
  expect(screen.getByText("资质失效、欠费")).toBeInTheDocument();
});

it("finishes with an Enter that came before the decision was on the server", async () => {
  const server = await start();
  let answer = (_: object) => {};
  server.answers["POST /review/batches/t1/decide"] = () => new Promise<object>((resolve) => (answer = resolve));
  await userEvent.keyboard("a{Enter}");
  expect(server.of("POST", "/review/batches/t1/finish")).toEqual([]);
  answer({});
  await waitFor(() => expect(server.of("POST", "/review/batches/t1/finish")[0]?.body).toEqual({ decisions_hash: "hash-1" }));
});

it("moves the focus to the texts once a batch is opened, so that Enter finishes it", async () => {
  await start();
  await waitFor(() => expect(document.activeElement).toHaveAttribute("aria-label", "内容分组"));
});
