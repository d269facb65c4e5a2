import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { setLang } from "@/i18n";
import { open, Refusal, serve } from "./harness";

// What is drawn is looked at in the browser tests; here there is no canvas.
vi.mock("@/ui/Chart", () => ({ Chart: ({ label }: { label: string }) => <div role="img" aria-label={label} /> }));

const text = (zh: string, en: string) => ({ zh, en });
const template = {
  id: "package",
  version: 1,
  kind: "package",
  title: text("企信通包月", "Package"),
  groups: [{ name: "fees", label: text("费用", "Fees") }],
  blanks: [
    { name: "rent", group: "fees", type: "money", label: text("月租", "Rent"), default: "100.00" },
    { name: "included", group: "fees", type: "number", label: text("包含条数", "Included"), default: "1000" },
  ],
};
const line = {
  charge: "rent",
  name: "月租费",
  quantity: "1",
  unit: "月",
  unit_price: "100.00",
  amount_fen: 10000,
  tax_rate: "0.09",
};
const bill = {
  month: "2026-10",
  number: "B-202610-000001",
  issued_on: "2026-11-01",
  due_on: "2026-11-15",
  total_fen: 11989,
  tax_fen: 990,
  late_fee_fen: 1234,
  paid_fen: 0,
  open_fen: 13223,
  state: "overdue",
  paid_on: null,
  lines: [
    line,
    { ...line, charge: "overage", name: "超量短信费", quantity: "234", unit: "条", unit_price: "0.085", amount_fen: 1989 },
  ],
};
const year = {
  kind: "package",
  from: "2026-10-01",
  until: "2026-11-30",
  totals: {
    billed_fen: 11989,
    tax_fen: 990,
    late_fee_fen: 1234,
    paid_fen: 0,
    open_fen: 13223,
    deposit_fen: 50000,
    topped_up_fen: 0,
    wallet_fen: 0,
    suspended_days: 5,
  },
  bills: [bill],
  states: [
    { on: "2026-10-01", state: "active", reasons: [] },
    { on: "2026-11-26", state: "suspended", reasons: ["non_payment"] },
  ],
  refused: [],
};
const answers = {
  "GET /customers": { items: [{ id: "c1", name: "云帆商城", number: "C-000001" }] },
  "GET /customers/c1": { id: "c1", name: "云帆商城", number: "C-000001" },
  "GET /contract-templates": { items: [{ id: "package", version: 1, title: template.title, kind: "package" }] },
  "GET /contract-templates/package/1": template,
  "POST /contracts/trial": year,
};

async function tryForm() {
  const server = serve(answers);
  open("/contracts/new?customer=c1");
  await userEvent.click(await screen.findByRole("button", { name: /试算/ }));
  return { server, dialog: await screen.findByRole("dialog") };
}

describe("the trial of a contract's form", () => {
  it("asks with what is filled in so far and shows bills, lines, states and totals", async () => {
    const { server, dialog } = await tryForm();
    const table = await within(dialog).findByRole("table", { name: "每月账单" });
    expect(within(table).getByText("119.89")).toBeInTheDocument();
    expect(within(table).getByText("12.34")).toBeInTheDocument();
    expect(within(dialog).getByText("欠费")).toBeInTheDocument();
    expect(within(dialog).getByRole("img", { name: "每月账单与滞纳金" })).toBeInTheDocument();
    await userEvent.click(within(table).getByRole("button", { name: "2026-10 的明细" }));
    expect(within(table).getByText("超量短信费")).toBeInTheDocument();
    const asked = server.of("POST", "/contracts/trial")[0]?.body;
    expect(asked).toMatchObject({
      template_id: "package",
      monthly_parts: 1000,
      pays: "on_time",
      months: 12,
      values: { rent: "100.00" },
    });
  });

  it("asks again when the suppositions change", async () => {
    const { server, dialog } = await tryForm();
    await within(dialog).findByRole("table");
    await userEvent.click(within(dialog).getByText("逾期付清"));
    await userEvent.click(within(dialog).getByRole("button", { name: "试算" }));
    await vi.waitFor(() => expect(server.of("POST", "/contracts/trial")).toHaveLength(2));
    expect(server.of("POST", "/contracts/trial")[1]?.body).toMatchObject({ pays: "late", late_days: 15 });
  });

  it("says what the form lacks, and where", async () => {
    const { server, dialog } = await tryForm();
    await within(dialog).findByRole("table");
    server.answers["POST /contracts/trial"] = new Refusal(422, {
      code: "contract.invalid",
      detail: "合同填写有误",
      errors: [{ field: "values.rent", code: "missing", detail: "请填写月租费", detail_en: "give a rent" }],
    });
    await userEvent.click(within(dialog).getByText("一直不付"));
    await userEvent.click(within(dialog).getByRole("button", { name: "试算" }));
    expect(await within(dialog).findByText(/请填写月租费/)).toBeInTheDocument();
  });

  it("speaks English as well", async () => {
    setLang("en");
    try {
      serve(answers);
      open("/contracts/new?customer=c1");
      await userEvent.click(await screen.findByRole("button", { name: /Try it out/ }));
      const table = await screen.findByRole("table", { name: "Bills by month" });
      expect(within(table).getByText("2026-11-15")).toBeInTheDocument();
    } finally {
      setLang("zh-CN");
    }
  });
});
