import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { contractLife, termsOf } from "./contract-life";
import { open, serve } from "./harness";

const contract = {
  id: "k1",
  number: "HT-2026-000001",
  kind: "package",
  customer_id: "c1",
  customer_name: "云帆商城",
  template_id: "package",
  template_version: 1,
  state: "active",
  suspension_reasons: [],
  start: "2026-10-01",
  end: "2027-09-30",
  service_code: "1069",
  totals: { billed_fen: 0, paid_fen: 0, open_fen: 0, deposit_fen: 0, used: 0, included: 1000 },
  created_at: "2026-10-01T00:00:00+08:00",
  version: 3,
  values: {},
  terms: [],
  checklist: [],
  warnings: [],
  signings: [],
  suspensions: [],
  life: contractLife,
  available_actions: ["terminate", "change_plan", "supplement", "cure", "withdraw_termination", "suspend"],
};

const stage = (change: object = {}) =>
  serve({
    "GET /contracts/k1": { ...contract, ...change },
    "GET /contracts/k1/timeline": { items: [], total: 0 },
    "GET /contracts/k1/terms": (call: { query: URLSearchParams }) =>
      (call.query.get("on") ?? "") >= "2026-12-01"
        ? termsOf("2026-12-01", "200.00", "plan_change", "2026-12-01")
        : termsOf("2026-11-26", "100.00", "contract", "2026-10-01"),
    "POST /contracts/k1/plan-changes": contractLife.amendments[0],
    "POST /contracts/k1/cure": contract,
    "POST /contracts/k1/terminate": contract,
  });

describe("a contract's life after its signing", () => {
  it("shows the terms of a day that is chosen among the changes", async () => {
    stage();
    open("/contracts/k1");
    expect(await screen.findByText(/自 2026-10-01 起执行（合同）/)).toBeInTheDocument();
    await userEvent.click(await screen.findByRole("button", { name: "2026-12-01" }));
    expect(await screen.findByText(/自 2026-12-01 起执行（套餐变更）/)).toBeInTheDocument();
  });

  it("sends only the terms that were changed, and says from when on they would hold", async () => {
    const server = stage();
    open("/contracts/k1");
    await userEvent.click(await screen.findByRole("button", { name: "套餐变更" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByText(/自 2026-12-01 起生效/)).toBeInTheDocument();
    const rent = await within(dialog).findByLabelText("月租费");
    await userEvent.click(within(dialog).getByRole("button", { name: "提交变更" }));
    expect(await within(dialog).findByText("没有改动任何一项。")).toBeInTheDocument();
    await userEvent.clear(rent);
    await userEvent.type(rent, "200");
    await userEvent.click(within(dialog).getByRole("button", { name: "提交变更" }));
    await waitFor(() => expect(server.of("POST", "/contracts/k1/plan-changes")).toHaveLength(1));
    expect(server.of("POST", "/contracts/k1/plan-changes")[0]?.body).toEqual({ terms: { rent_fen: 20000 } });
  });

  it("counts a breach's clock and stops it", async () => {
    const server = stage();
    open("/contracts/k1");
    expect(await screen.findByText(/2026-12-10 0 时终止，最后服务日 2026-12-09/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "事由已消除" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.type(within(dialog).getByLabelText("原因"), "已补报");
    await userEvent.click(within(dialog).getByRole("button", { name: "事由已消除" }));
    await waitFor(() => expect(server.of("POST", "/contracts/k1/cure")[0]?.body).toEqual({ reason: "已补报" }));
  });

  it("has a termination that somebody else asked for decided by a second person", async () => {
    const asked = { ...contractLife.terminations[0], state: "requested", decided_by_name: undefined };
    const server = stage({ life: { ...contractLife, terminations: [asked] }, available_actions: ["decide_termination"] });
    open("/contracts/k1");
    await userEvent.click(await screen.findByRole("button", { name: "批准终止" }));
    await waitFor(() => expect(server.of("POST", "/contracts/k1/terminations/e1/approve")).toHaveLength(1));
  });

  it("lists what was amended with its paper", async () => {
    stage();
    open("/contracts/k1?tab=changes");
    const table = await screen.findByRole("table", { name: "变更与补充协议" });
    expect(within(table).getByText("已成立")).toBeInTheDocument();
    expect(within(table).getByRole("link", { name: "PDF HT-2026-000001-B01" })).toHaveAttribute("href", "/api/v1/attachments/f1");
    expect(within(table).getByRole("button", { name: /取\s?消/ })).toBeInTheDocument();
    expect(within(screen.getByRole("table", { name: "终止" })).getByText("2026-11-10 起 30 日")).toBeInTheDocument();
  });
});
