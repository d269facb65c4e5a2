import type { Tree } from "../pair";

export const ledger = {
  trial: ["试算平衡", "Trial balance"],
  entries: ["凭证", "Entries"],
  account: ["科目", "Account"],
  debit: ["借方", "Debit"],
  credit: ["贷方", "Credit"],
  balance: ["余额", "Balance"],
  sum: ["合计", "Sum"],
  balanced: ["借贷平衡，差额 0.00", "Balanced: the difference is 0.00"],
  unbalanced: ["借贷不平，差额 {{amount}}", "Not balanced: the difference is {{amount}}"],
  key: ["唯一键", "Key"],
  kind: ["种类", "Kind"],
  document: ["单据", "Document"],
  date: ["业务日", "Date"],
  amount: ["金额", "Amount"],
  search: ["唯一键、客户", "Key or customer"],
  empty: ["还没有凭证。", "There are no entries yet."],
  emptyNext: ["押金、账单、收款、滞纳金都会在这里留下凭证。", "Deposits, bills, payments and late fees each leave one here."],
} as const satisfies Tree;
