import type { Tree } from "../pair";

export const report = {
  which: ["报表", "Report"],
  from: ["起始月份", "From"],
  to: ["结束月份", "To"],
  by: ["分组", "Grouped by"],
  kind: ["合同类型", "Kind of contract"],
  owner: ["销售", "Sales owner"],
  charge: ["费用种类", "Kind of charge"],
  xlsx: ["下载电子表格", "Spreadsheet"],
  pdf: ["下载 PDF", "PDF"],
  asOf: ["截至 {{at}}", "As of {{at}}"],
  empty: ["没有记录", "Nothing to report"],
  emptyNext: ["这张报表目前没有任何数据。", "There are no figures for this report at present."],
  cut: [
    "共 {{all}} 行，此处列出前 {{shown}} 行；下载的文件含全部行。",
    "{{all}} rows in all, the first {{shown}} are shown; the files have all of them.",
  ],
  chart: ["{{title}}（图）", "{{title}} (chart)"],
} as const satisfies Tree;
