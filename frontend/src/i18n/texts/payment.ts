import type { Tree } from "../pair";

export const payment = {
  number: ["收据号", "Receipt number"],
  amount: ["金额", "Amount"],
  valueDate: ["到账日期", "Value date"],
  valueDateHint: [
    "滞纳金按到账日计算，补录以往日期会重新分配。",
    "Late fees follow the value date; an earlier date works allocations out again.",
  ],
  method: ["方式", "Method"],
  reference: ["凭证号", "Reference"],
  referenceHint: ["银行流水号或支票号；同一号码只能登记一次。", "The bank's or cheque's number; each can be recorded once only."],
  recordedAt: ["登记时间", "Recorded"],
  recordedBy: ["登记人", "Recorded by"],
  allocated: ["已分配", "Allocated"],
  unallocated: ["余额", "Left over"],
  receipt: ["收据", "Receipt"],
  search: ["收据号、客户、凭证号", "Receipt, customer or reference"],
  create: ["登记收款", "Record a payment"],
  empty: ["还没有收款。", "There are no payments yet."],
  emptyNext: [
    "收到款项后在这里登记，系统按合同约定自动分配到账单。",
    "Record what came in; it is allocated to bills as the contract says.",
  ],
  recorded: ["已登记 {{amount}}", "{{amount}} recorded"],
  openBills: ["该客户的未付账单", "What this customer owes"],
  noOpenBills: ["没有未付账单，款项会记为客户余额。", "Nothing is owed; the money becomes the customer's credit balance."],
  confirm: [
    "登记 {{customer}} 的收款 {{amount}}，到账日 {{date}}。",
    "Record {{amount}} from {{customer}}, value date {{date}}.",
  ],
  owed: ["未付合计", "Owed in all"],
  after: ["登记后", "Afterwards"],
  afterRest: ["付清后余 {{amount}}", "paid in full, {{amount}} left over"],
  afterOwed: ["仍欠 {{amount}}", "{{amount}} still owed"],
  totalShown: ["合计", "In all"],
} as const satisfies Tree;
