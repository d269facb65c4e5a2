import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { short } from "@/features/reports/ReportChart";
import { open, serve } from "./harness";

// What is drawn is looked at in the browser tests; here there is no canvas.
vi.mock("@/ui/Chart", () => ({ Chart: ({ label }: { label: string }) => <div role="img" aria-label={label} /> }));

const columns = [
  { key: "customer", title: "客户", title_en: "Customer", kind: "text" },
  { key: "days", title: "天数", title_en: "Days", kind: "count" },
  { key: "owed", title: "应收合计", title_en: "Owed", kind: "fen" },
];
const table = {
  key: "receivables",
  title: "应收账款账龄",
  title_en: "Receivables by age",
  note: "按逾期天数分档",
  note_en: "By days overdue",
  as_of: "2026-12-01T12:00:00+08:00",
  columns,
  rows: [{ cells: [{ text: "云帆商城", link: "/customers/c1" }, { number: 16 }, { number: 123456 }] }],
  totals: [{ text: "合计", text_en: "Total" }, {}, { number: 9900000 }],
  count: 700,
  chart: { kind: "stacked", x: "customer", series: ["owed"] },
};
const offered = {
  items: [
    { key: "receivables", title: "应收账款账龄", title_en: "Receivables by age", months: false, by: [] },
    { key: "revenue", title: "收入", title_en: "Revenue", months: true, by: ["kind", "owner", "charge"] },
  ],
};

describe("reports", () => {
  it("shows figures with links, the totals of all rows, and says where the rest is", async () => {
    serve({ "GET /reports": offered, "GET /reports/receivables": table });
    open("/reports");
    const shown = await screen.findByRole("table", { name: "应收账款账龄" });
    expect(within(shown).getByRole("link", { name: "云帆商城" })).toHaveAttribute("href", "/customers/c1");
    expect(within(shown).getByText("1,234.56")).toBeInTheDocument();
    expect(within(shown).getByText("99,000.00")).toBeInTheDocument();
    expect(screen.getByText(/共 700 行/)).toBeInTheDocument();
    expect(screen.getByRole("img", { name: /应收账款账龄/ })).toBeInTheDocument();
    expect(screen.getByRole("link", { name: /电子表格/ })).toHaveAttribute(
      "href",
      "/api/v1/reports/receivables/file?format=xlsx",
    );
  });

  it("asks again when the grouping changes, and the files follow it", async () => {
    const server = serve({ "GET /reports": offered, "GET /reports/revenue": { ...table, key: "revenue", title: "收入" } });
    open("/reports?tab=revenue&from=2026-01&to=2026-06");
    await screen.findByRole("table", { name: "收入" });
    await userEvent.click(screen.getByRole("combobox", { name: "分组" }));
    await userEvent.click(await screen.findByText("费用种类"));
    await vi.waitFor(() => expect(server.of("GET", "/reports/revenue").at(-1)?.query.get("by")).toBe("charge"));
    expect(server.of("GET", "/reports/revenue").at(-1)?.query.get("from")).toBe("2026-01");
    expect(screen.getByRole("link", { name: /PDF/ }).getAttribute("href")).toContain("by=charge");
  });

  it("says so when there is nothing", async () => {
    serve({ "GET /reports": offered, "GET /reports/receivables": { ...table, rows: [], count: 0 } });
    open("/reports");
    expect(await screen.findByText("没有记录")).toBeInTheDocument();
    expect(screen.queryByRole("table")).not.toBeInTheDocument();
  });

  it.each([
    [12345, "123.5"],
    [1_234_500_00, "123.5万"],
    [12_345_000_000_00, "123.5亿"],
    [-5_000_00, "-5000"],
  ])("writes %d fen on the axis as %s", (fen, text) => {
    expect(short(fen)).toBe(text);
  });
});

describe("e-mails", () => {
  const mail = {
    id: "m1",
    at: "2026-11-01T00:05:00+08:00",
    kind: "bill_issued",
    customer_id: "c1",
    object_type: "bill",
    object_id: "b1",
    subject: "2026-10账单已出具",
    state: "failed",
    recipients: ["li@example.com"],
    attachment: "账单.pdf",
    tries: 1,
    message_id: "m1@x",
    response: "550 no such mailbox",
    done_at: null,
    available_actions: ["again"],
  };

  it("shows the proof and sends again what failed", async () => {
    const server = serve({ "GET /mails": { items: [mail], total: 1 }, "POST /mails/m1/again": { ...mail, state: "queued" } });
    open("/mails");
    expect(await screen.findByRole("link", { name: "2026-10账单已出具" })).toHaveAttribute("href", "/bills/b1");
    expect(screen.getByText("550 no such mailbox")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: /重\s*发/ }));
    await vi.waitFor(() => expect(server.of("POST", "/mails/m1/again")).toHaveLength(1));
    expect(server.of("POST", "/mails/m1/again")[0]?.key).toBeTruthy();
  });
});
