import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { open, Refusal, serve } from "./harness";

const terms = {
  kind: "package",
  rent_fen: 10000,
  included: 1000,
  overage: "0.085",
  price: "0",
  threshold: 0,
  mode: "excess",
  ports: 1,
  lump_sum_fen: 0,
  minimum_fen: 0,
  daily_cap: 0,
  deposit_fen: 50000,
  grace_days: 30,
  plan_change_cutoff: 20,
  amount_fen: 0,
};
const version = {
  id: "v1",
  number: 1,
  state: "published",
  terms,
  valid_from: "2026-01-01",
  note: "入门套餐",
  author: "陈晓",
  written_at: "2026-01-01T09:00:00+08:00",
  decider: "王芳",
  decided_at: "2026-01-01T10:00:00+08:00",
  changed: [],
  on_offer: true,
  available_actions: [],
};
const plan = {
  id: "p1",
  code: "PKG-100",
  kind: "package",
  name: "包月 100 元",
  name_en: "Package 100",
  withdrawn: false,
  versions: [version],
  available_actions: ["revise", "withdraw"],
};
const waiting = {
  ...version,
  id: "v2",
  number: 2,
  state: "submitted",
  on_offer: false,
  changed: ["rent_fen"],
  decider: "",
  available_actions: ["publish", "send_back"],
};

describe("plans", () => {
  it("shows what is on offer, what changed, and lets another person publish", async () => {
    const server = serve({
      "GET /plans": { items: [{ ...plan, versions: [waiting, version] }], total: 1 },
      "POST /plan-versions/v2/publish": plan,
    });
    open("/plans");
    const table = await screen.findByRole("table", { name: /PKG-100/ });
    expect(within(table).getByText("在售")).toBeInTheDocument();
    expect(within(table).getAllByText(/月租 ¥100\.00，含 1,000 条，超出 0\.085 元\/条/)).toHaveLength(2);
    expect(within(table).getByText("月租费")).toBeInTheDocument();
    await userEvent.click(within(table).getByRole("button", { name: /发\s*布/ }));
    await vi.waitFor(() => expect(server.of("POST", "/plan-versions/v2/publish")).toHaveLength(1));
  });

  it("sends the next version with what was changed and puts errors beside their fields", async () => {
    const server = serve({
      "GET /plans": { items: [plan], total: 1 },
      "POST /plans/p1/versions": new Refusal(422, {
        code: "plan.invalid",
        errors: [{ field: "terms.rent_fen", code: "negative", detail: "金额不能为负数", detail_en: "must not be negative" }],
      }),
    });
    open("/plans");
    await userEvent.click(await screen.findByRole("button", { name: "起草新版本" }));
    const dialog = await screen.findByRole("dialog");
    const rent = within(dialog).getByLabelText("月租费");
    await userEvent.clear(rent);
    await userEvent.type(rent, "120");
    await userEvent.type(within(dialog).getByLabelText("说明"), "调价");
    await userEvent.click(within(dialog).getByRole("button", { name: "保存草稿" }));
    expect((await within(dialog).findAllByText("金额不能为负数")).length).toBeGreaterThan(0);
    const body = server.of("POST", "/plans/p1/versions")[0]?.body as { terms: Record<string, unknown>; note: string };
    expect(body.terms).toMatchObject({ rent_fen: 12000, included: 1000, overage: "0.085" });
    expect(body.note).toBe("调价");
  });
});
