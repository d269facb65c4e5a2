import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type Call, open, Refusal, serve } from "./harness";

const desk = (more: object = {}) => ({
  published: "2026-11-21.1",
  unsound: 0,
  base_moved: false,
  proposals: 0,
  available_actions: ["edit"],
  ...more,
});
const draft = (state: string) => ({
  id: "d1",
  state,
  base: "2026-11-21.1",
  version: 3,
  reason: "投诉增多",
  submitted_by: "赵国栋",
  submitted_at: null,
  decided_at: null,
  created_at: null,
  updated_at: null,
  authors: [{ user_id: "u2", user_name: "赵国栋", changes: 1, last_at: null }],
  changes: [
    {
      key: "rule:ad.house",
      kind: "rule",
      id: "ad.house",
      change: "added",
      waiting: false,
      changed_by: "赵国栋",
      changed_at: null,
    },
  ],
});
const hits = { total: 5, days_7: 2, days_30: 4, shadow: 0, shadow_7: 0, batches: 1 };
const listed = {
  items: [
    {
      key: "rule:ad.house",
      kind: "rule",
      id: "ad.house",
      title: { zh: "房产推销", en: "flats" },
      class: "advertising",
      level: 3,
      action: "hold",
      state: "live",
      words: 2,
      hits,
      change: "added",
      waiting: true,
      problems: 1,
      changed_by: "赵国栋",
      changed_at: "2026-11-21T09:00:00.000+08:00",
      version: 1,
    },
  ],
};

describe("the rule desk", () => {
  it("lists rules with what the draft does to them and what they hit", async () => {
    serve({ "GET /rule-desk": desk(), "GET /rule-desk/documents": listed });
    open("/rules");
    const row = await screen.findByRole("row", { name: /房产推销/ });
    expect(row).toHaveTextContent("新增");
    expect(row).toHaveTextContent("有错误");
    expect(row).toHaveTextContent("转人工审核");
    expect(within(row).getByText("2")).toBeInTheDocument();
  });

  it("offers approval only where the server allows it, and asks before it publishes", async () => {
    const user = userEvent.setup();
    const server = serve({
      "GET /rule-desk": desk({ draft: draft("submitted"), available_actions: ["send_back", "approve"] }),
      "GET /rule-desk/documents": listed,
      "POST /rule-desk/approve": desk(),
    });
    open("/rules");
    await user.click(await screen.findByRole("button", { name: "批准并发布" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("已在检测的批次不变");
    expect(dialog).toHaveTextContent("ad.house");
    expect(server.of("POST", "/rule-desk/approve")).toHaveLength(0);
    await user.click(within(dialog).getByRole("button", { name: "批准并发布" }));
    await waitFor(() => expect(server.of("POST", "/rule-desk/approve")).toHaveLength(1));
  });

  it("does not offer an author to approve her own", async () => {
    serve({
      "GET /rule-desk": desk({ draft: draft("submitted"), available_actions: ["withdraw"] }),
      "GET /rule-desk/documents": listed,
    });
    open("/rules");
    expect(await screen.findByText("您参与了这份草稿，不能自己批准。")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "批准并发布" })).not.toBeInTheDocument();
  });

  it("submits with a reason, and not without", async () => {
    const user = userEvent.setup();
    const server = serve({
      "GET /rule-desk": desk({ draft: draft("open"), available_actions: ["edit", "submit", "discard"] }),
      "GET /rule-desk/documents": listed,
      "POST /rule-desk/submit": (c: Call) =>
        desk({ draft: { ...draft("submitted"), reason: (c.body as { reason: string }).reason } }),
    });
    open("/rules");
    await user.click(await screen.findByRole("button", { name: "提交审批" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "提交审批" }));
    expect(server.of("POST", "/rule-desk/submit")).toHaveLength(0);
    await user.type(within(dialog).getByRole("textbox"), "投诉增多");
    await user.click(within(dialog).getByRole("button", { name: "提交审批" }));
    await waitFor(() => expect(server.of("POST", "/rule-desk/submit")[0]?.body).toEqual({ reason: "投诉增多" }));
  });

  it("shows why an exception can't be accepted, and keeps the dialog with what was typed", async () => {
    const user = userEvent.setup();
    serve({
      "GET /rule-desk": desk({ proposals: 1 }),
      "GET /rule-exceptions": {
        items: [
          {
            id: "p1",
            state: "proposed",
            rule: "ad.house",
            rule_set: "2026-11-21.1",
            word: "内部房源",
            context: "谨防内部房源骗局",
            note: "反诈提示",
            batch_id: "b1",
            batch_number: "B1",
            group_id: "g",
            messages: 3,
            created_at: null,
            created_by: "u3",
            created_by_name: "李静",
            decided_at: null,
            available_actions: ["accept", "decline"],
          },
        ],
      },
      "POST /rule-exceptions/p1/accept": new Refusal(422, {
        code: "ruleset.unsound",
        detail: "规则有错误",
        errors: [{ field: "rule:ad.house:16:7 tests.hit[0]", code: "example", detail: "例子应命中而没有命中", detail_en: "x" }],
      }),
    });
    open("/rules?tab=alarms");
    await user.click(await screen.findByRole("button", { name: "采纳" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByRole("textbox"), "吗");
    await user.click(within(dialog).getByRole("button", { name: "采纳" }));
    expect(await within(dialog).findByText(/例子应命中而没有命中/)).toBeInTheDocument();
    expect(within(dialog).getByRole("textbox")).toHaveValue("谨防内部房源骗局吗");
  });
});
