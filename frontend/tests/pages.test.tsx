import { screen, waitFor } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { setLang } from "@/i18n";
import { contractLife, termsOf } from "./contract-life";
import { open, serve } from "./harness";

const at = "2026-11-01T00:00:00+08:00";
const customer = {
  id: "c1",
  number: "C-000001",
  name: "云帆商城",
  uscc: "91510100MA6CXXXX0K",
  legal_rep: "李",
  address: "成都",
  contacts: [{ name: "王", phone: "139", email: "" }],
  owner_id: "u1",
  owner_name: "陈",
  created_at: at,
  updated_at: at,
  version: 1,
  available_actions: ["edit"],
};
const totals = { billed_fen: 11989, paid_fen: 0, open_fen: 11989, deposit_fen: 50000, used: 1234, included: 1000 };
const contract = {
  id: "k1",
  number: "HT-2026-000001",
  kind: "package",
  customer_id: "c1",
  customer_name: "云帆商城",
  template_id: "package",
  template_version: 1,
  state: "suspended",
  suspension_reasons: ["non_payment"],
  start: "2026-10-01",
  end: "2027-09-30",
  service_code: "1069",
  totals,
  created_at: at,
  version: 3,
  values: {},
  terms: [
    {
      name: "rent",
      label: "月租",
      label_en: "Rent",
      value: "100.00 元",
      value_en: "CNY 100.00",
      group: "费用",
      group_en: "Fees",
    },
  ],
  checklist: [{ key: "deposit", done: false, label: "押金已到账", label_en: "Deposit received" }],
  warnings: [],
  signings: [],
  suspensions: [],
  life: contractLife,
  available_actions: ["terminate", "change_plan", "supplement", "cure", "withdraw_termination"],
};
const bill = {
  id: "b1",
  number: "B-202610-000001",
  contract_id: "k1",
  contract_number: contract.number,
  customer_id: "c1",
  customer_name: "云帆商城",
  period: "2026-10",
  kind: "bill",
  issued_on: "2026-11-01",
  due_on: "2026-11-15",
  suspend_on: "2026-11-26",
  window_from: "2026-11-05",
  paid_on: null,
  state: "overdue",
  total_fen: 11989,
  net_fen: 10999,
  tax_fen: 990,
  paid_fen: 0,
  late_fee_fen: 370,
  late_fee_paid_fen: 0,
  open_fen: 12359,
  total_words: "人民币壹佰壹拾玖元捌角玖分",
  used_parts: 1234,
  hash: "ab",
  lines: [
    {
      charge: "rent",
      description: "月租费",
      description_en: "Rent",
      from: "2026-10-01",
      to: "2026-10-31",
      quantity: "1",
      unit: "月",
      unit_price: "100.00",
      amount_fen: 10000,
      net_fen: 9174,
      tax_fen: 826,
      tax_rate: "0.09",
    },
  ],
  allocations: [],
  late_fee_days: [{ on: "2026-11-16", base_fen: 11989, rate: "0.003", sum_fen: 36, change_fen: 36 }],
  entries: [],
  available_actions: [],
};
const batch = {
  id: "t1",
  number: "B20261121-0001",
  customer_id: "c1",
  customer_name: "云帆商城",
  contract_id: "k1",
  contract_number: contract.number,
  signature_id: "s1",
  signature: "云帆商城",
  service_code: "1069",
  category: "notice",
  mode: "template",
  text: "您好{姓名}",
  state: "review",
  scheduled_at: null,
  created_at: at,
  received_at: at,
  screened_at: at,
  updated_at: at,
  submitted_by: "u1",
  submitted_by_name: "陈",
  rows: { total: 20, good: 18, bad: 1, repeated: 1, parts: 36, recipients: 18, longest_run: 1 },
  verdicts: { pass: 17, hold: 1, refuse: 0, escalate: 0 },
  reasons: [],
  version: 1,
  available_actions: ["pause", "cancel"],
};
const of = (...items: object[]) => ({ items, total: items.length });

const answers = {
  "GET /home": {
    today: "2026-11-26",
    queues: [{ key: "bills_overdue", count: 12, link: "/bills?state=overdue", tone: "watch" }],
    figures: [],
  },
  "GET /customers": of(customer),
  "GET /customers/c1": customer,
  "GET /customers/c1/licences": of(),
  "GET /contracts": of(contract),
  "GET /contracts/k1": contract,
  "GET /contracts/k1/terms": termsOf("2026-11-26", "100.00", "contract", "2026-10-01"),
  "GET /contracts/k1/timeline": of({
    id: "1",
    at,
    on: "2026-10-01",
    kind: "active",
    text: "合同生效",
    text_en: "In force",
    actor_name: "陈",
  }),
  "GET /batches": of(batch),
  "GET /batches/t1": batch,
  "GET /bills": { ...of(bill), totals: { open_fen: 12359 } },
  "GET /bills/b1": bill,
  "GET /payments": { ...of(), total_fen: 0 },
  "GET /ledger/trial-balance": {
    as_of: at,
    sum_fen: 0,
    accounts: [{ account: "bank", name: "银行存款", name_en: "Bank", debit_fen: 100, credit_fen: 100, balance_fen: 0 }],
  },
  "GET /review/queue": of(),
  "GET /audit": of(),
  "GET /users": of(),
  "GET /licences": of(),
  "GET /registrations": of(),
  "GET /filings": of(),
  "GET /carriers": of(),
  "GET /sender-numbers": of(),
};

const pages = [
  ["/", "工作台"],
  ["/customers", "客户"],
  ["/customers/c1", "云帆商城"],
  ["/customers/new", "登记客户"],
  ["/contracts", "合同"],
  ["/contracts/k1", "HT-2026-000001"],
  ["/batches", "批次"],
  ["/batches/t1", "B20261121-0001"],
  ["/bills", "账单"],
  ["/bills/b1", "B-202610-000001"],
  ["/bill-run", "出账"],
  ["/payments", "收款"],
  ["/payments/new", "登记收款"],
  ["/ledger", "总账"],
  ["/review", "审核台"],
  ["/audit", "审计日志"],
  ["/users", "用户"],
  ["/licences", "资质"],
  ["/registrations", "报备登记"],
  ["/filings", "报备台"],
  ["/numbers", "码号池"],
] as const;

describe("every page", () => {
  it.each(pages)("%s has one heading, a title and no fault that axe can find without pixels", async (path, name) => {
    serve(answers);
    open(path);
    await waitFor(() => expect(document.title).toContain(name));
    expect(screen.getAllByRole("heading", { level: 1 })).toHaveLength(1);
    if (path !== "/") expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent(name);
    await screen.findByRole("main");
    // Contrast and target sizes need pixels; those are looked at in a browser.
    const result = await axe.run(document.body, {
      rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false } },
    });
    expect(result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`)).toEqual([]);
  });

  it("speaks English all through when asked to", async () => {
    setLang("en");
    try {
      serve(answers);
      open("/contracts/k1");
      expect(await screen.findByText("In force")).toBeInTheDocument();
      for (const name of ["Contracts", "Bills", "Review desk"])
        expect(screen.getAllByRole("link", { name })[0]).toBeInTheDocument();
      expect(screen.getByText("CNY 100.00")).toBeInTheDocument();
      expect(screen.getAllByText("Suspended").length).toBeGreaterThan(0);
      expect(screen.getByRole("button", { name: "Change the plan" })).toBeInTheDocument();
    } finally {
      setLang("zh-CN");
    }
  });

  it("explains an amount on one click", async () => {
    serve(answers);
    open("/bills/b1");
    const amount = await screen.findByRole("button", { name: /^100\.00，查看由来/ });
    amount.click();
    expect(await screen.findByText(/1 × 100\.00 元/)).toBeInTheDocument();
    expect(screen.getByText(/不含税 91\.74，税额 8\.26/)).toBeInTheDocument();
  });
});
