import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { open, Refusal, serve } from "./harness";

const line = {
  id: "l1",
  bank_account: "6222",
  reference: "F1",
  on: "2026-11-05",
  direction: "in",
  reversal: false,
  amount_fen: 123456,
  balance_fen: null,
  name: "云帆商城（成都）",
  account: "6217",
  purpose: "B-202610-000001",
  state: "open",
  match_kind: "",
  document_id: "",
  number: "",
  customer_id: "",
  customer_name: "",
  note: "",
  decided_by_name: "",
  decided_at: null,
  available_actions: ["match", "park", "ignore"],
  suggestions: [
    {
      kind: "payment",
      customer_id: "c1",
      customer_name: "云帆商城(成都)",
      bills: [{ id: "b1", number: "B-202610-000001", contract_number: "HT-1", due_on: "2026-11-15", owed_fen: 123456 }],
      owed_fen: 123456,
      score: 120,
      sure: true,
      closed: false,
      reasons: [
        { code: "bill_number", score: 50, zh: "摘要写明账单 B-202610-000001", en: "the purpose names the bill" },
        { code: "other_payer", score: -25, zh: "付款户名不是此客户", en: "another payer" },
      ],
    },
  ],
};
const stranger = { ...line, id: "l2", reference: "F2", name: "无名氏", purpose: "", suggestions: [] };

const lines = { items: [line, stranger], total: 2, in_fen: 246912, out_fen: 0 };
const sure = { matches: [{ line_id: "l1", kind: "payment", customer_id: "c1" }], count: 1, in_fen: 123456, out_fen: 0 };

describe("bank lines", () => {
  it("show what speaks for a suggestion and against it, and nobody where nothing identifies the payer", async () => {
    serve({ "GET /bank-lines": lines, "GET /bank-lines/sure": sure });
    open("/bank-lines");
    const first = (await screen.findByText("云帆商城（成都）")).closest("tr") as HTMLElement;
    expect(within(first).getByText("摘要写明账单 B-202610-000001")).toBeVisible();
    expect(within(first).getByText("付款户名不是此客户").closest("li")).toHaveAttribute("data-against");
    const second = screen.getByText("无名氏").closest("tr") as HTMLElement;
    expect(within(second).getByText(/金额不作为唯一依据/)).toBeVisible();
    expect(within(second).queryByRole("button", { name: /^确\s?认$/ })).toBeNull();
  });

  it("are confirmed with the totals that were seen", async () => {
    const server = serve({ "GET /bank-lines": lines, "GET /bank-lines/sure": sure, "POST /bank-lines/matches": { matched: 1 } });
    open("/bank-lines");
    await userEvent.click(await screen.findByRole("button", { name: "确认 1 条可靠匹配" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("确认 1 条匹配：收入 ¥1,234.56，支出 ¥0.00。");
    await userEvent.click(within(dialog).getByRole("button", { name: /^确\s?认$/ }));
    await waitFor(() => expect(server.of("POST", "/bank-lines/matches")).toHaveLength(1));
    expect(server.of("POST", "/bank-lines/matches")[0]?.body).toEqual({
      matches: sure.matches,
      count: 1,
      in_fen: 123456,
      out_fen: 0,
    });
  });

  it("that the server refuses say why, and nothing is closed", async () => {
    serve({
      "GET /bank-lines": lines,
      "GET /bank-lines/sure": { ...sure, count: 0, matches: [] },
      "POST /bank-lines/matches": new Refusal(409, { detail: "该客户的合同已全部结案" }),
    });
    open("/bank-lines");
    const first = (await screen.findByText("云帆商城（成都）")).closest("tr") as HTMLElement;
    await userEvent.click(within(first).getByRole("button", { name: /^确\s?认$/ }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("button", { name: /^确\s?认$/ }));
    expect(await within(dialog).findByText("该客户的合同已全部结案")).toBeVisible();
  });
});

const task = {
  id: "t1",
  bill_id: "b1",
  bill_number: "B-202610-000001",
  contract_id: "k1",
  contract_number: "HT-1",
  customer_id: "c1",
  customer_name: "云帆商城",
  owed_fen: 127900,
  due_on: "2026-11-15",
  suspend_on: "2026-11-26",
  raised_on: "2026-11-26",
  available_actions: ["suspend", "wait"],
};

describe("suspensions that a person decides", () => {
  it("say what is owed and ask for a reason", async () => {
    const server = serve({
      "GET /suspension-tasks": { items: [task], total: 1 },
      "POST /suspension-tasks/t1/decision": { decision: "suspend" },
    });
    open("/dunning");
    await userEvent.click(await screen.findByRole("button", { name: /^停\s?机$/ }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("因账单 B-202610-000001 欠 ¥1,279.00，停止 云帆商城 合同 HT-1 的服务。");
    await userEvent.click(within(dialog).getByRole("button", { name: /^停\s?机$/ }));
    expect(server.of("POST", "/suspension-tasks/t1/decision")).toHaveLength(0);
    await userEvent.type(within(dialog).getByLabelText("原因"), "逾期未履约");
    await userEvent.click(within(dialog).getByRole("button", { name: /^停\s?机$/ }));
    await waitFor(() => expect(server.of("POST", "/suspension-tasks/t1/decision")).toHaveLength(1));
    expect(server.of("POST", "/suspension-tasks/t1/decision")[0]?.body).toEqual({ suspend: true, reason: "逾期未履约" });
  });
});
