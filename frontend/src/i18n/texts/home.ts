import type { Tree } from "../pair";

export const home = {
  hello: ["{{name}}，现在有什么要处理", "{{name}}, what needs you now"],
  queues: ["待办", "To do"],
  figures: ["概况", "Figures"],
  clear: ["没有待办事项。", "Nothing is waiting for you."],
  clearNext: ["新的事项出现时会显示在这里，也会出现在通知里。", "New items will appear here and in your notices."],
  today: ["业务日 {{day}}", "Business day {{day}}"],
  watch: ["留意", "Worth knowing"],
  noOpened: ["打开过的合同、批次、账单会列在这里。", "Contracts, batches and bills that you opened are listed here."],
  queue: {
    licences_submitted: ["资质待核验", "Licences to verify"],
    signatures_submitted: ["签名待审核", "Signatures to review"],
    contracts_to_review: ["合同待审核", "Contracts to review"],
    batches_to_review: ["批次待审核", "Batches to review"],
    contracts_draft: ["合同草稿", "Contract drafts"],
    contracts_to_sign: ["合同待签署", "Contracts to sign"],
    licences_expiring: ["资质 60 天内到期", "Licences ending within 60 days"],
    bills_overdue: ["账单逾期", "Bills overdue"],
    bills_open: ["账单待付", "Bills to be paid"],
    contracts_suspended: ["合同已停机", "Contracts suspended"],
    batches_moving: ["批次进行中", "Batches on their way"],
    batches_stuck: ["批次要处理", "Batches to be mended"],
    users_locked: ["账号被锁定", "Accounts locked out"],
  },
  figure: {
    contracts_active: ["生效合同", "Active contracts"],
    parts_this_month: ["本月计费条数", "Message parts this month"],
  },
  opened: ["最近打开", "Recently opened"],
} as const satisfies Tree;
