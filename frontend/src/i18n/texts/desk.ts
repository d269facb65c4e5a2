import type { Tree } from "../pair";

export const desk = {
  verify: ["核验通过", "Verify"],
  refuse: ["不通过", "Refuse"],
  revoke: ["撤销", "Revoke"],
  approve: ["审核通过", "Approve"],
  verified: ["已核验", "Verified"],
  approved: ["已通过", "Approved"],
  refused: ["已退回，客户会收到原因", "Refused; the customer is told why"],
  refuseTitle: ["不通过的原因", "Why it is refused"],
  refuseHint: ["写明问题和改正办法，会发给提交人。", "Say what is wrong and how to mend it; it goes to whoever submitted it."],
  empty: ["没有资质。", "There are no licences."],
  emptyNext: ["在客户页面提交后会出现在这里。", "They appear here once submitted on the customer's page."],
} as const satisfies Tree;
