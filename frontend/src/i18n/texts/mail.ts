import type { Tree } from "../pair";

export const mail = {
  subject: ["主题", "Subject"],
  to: ["收件人", "To"],
  written: ["通知时间", "Written"],
  done: ["送达时间", "Taken at"],
  proof: ["服务器应答", "The server's answer"],
  file: ["附件", "Attachment"],
  again: ["重发", "Send again"],
  bounced: ["登记退信", "It came back"],
  bouncedHint: [
    "退信后，这封邮件不再作为送达凭证；系统会改以站内通知、短信告知客户，并给销售生成呼叫任务。",
    "From then the mail proves nothing: the customer is told in the portal and by message, and sales are asked to call.",
  ],
  bouncedDone: ["已登记，改以其他方式通知", "Noted; the customer is told the next way"],
  queued: ["已重新排队，稍后发出", "Queued again; it goes out shortly"],
  empty: ["还没有发出过邮件", "No e-mail has been sent yet"],
  emptyNext: [
    "给客户的通知（账单、催款、停复机等）在配置了邮件服务器（mail.host）之后会同时以邮件发出。",
    "What customers are told (bills, reminders, suspensions) also goes by e-mail once a mail server is configured (mail.host).",
  ],
} as const satisfies Tree;
