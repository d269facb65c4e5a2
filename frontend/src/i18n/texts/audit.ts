import type { Tree } from "../pair";

export const audit = {
  seq: ["序号", "No."],
  actor: ["操作人", "Who"],
  action: ["动作", "Action"],
  object: ["对象", "Object"],
  objectType: ["对象类型", "Kind of object"],
  detail: ["内容", "Detail"],
  hash: ["哈希", "Hash"],
  realAt: ["机器时间", "Machine time"],
  from_ip: ["来源地址", "From address"],
  export: ["导出 CSV", "Export as CSV"],
  verify: ["校验全链", "Verify the chain"],
  ok: [
    "审计链完整：{{rows}} 条记录逐条校验，无缺失、无改动。",
    "The chain is unbroken: {{rows}} rows checked, none missing, none changed.",
  ],
  broken: [
    "审计链在第 {{seq}} 条断开：此条或之前的记录被改动或删除。请立即保全数据库并报告安全管理员。",
    "The chain breaks at row {{seq}}: it or a row before it was changed or removed. Secure the database and tell the security administrator now.",
  ],
  head: ["链头", "Head"],
  pending: ["待入链", "not chained yet"],
  search: ["操作人、对象编号", "Person or object"],
  from: ["起始日", "From"],
  to: ["截止日", "To"],
  empty: ["没有审计记录。", "There are no audit rows."],
  emptyNext: ["每次改动和每次查看个人数据都会留下一条。", "Every change and every look at personal data leaves one."],
} as const satisfies Tree;
