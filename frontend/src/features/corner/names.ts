import type { Part } from "@/api/corner";
import type { TextKey } from "@/i18n";

export const partNames: Readonly<Record<Part, TextKey>> = {
  administrator: "corner.part.administrator",
  submitter: "corner.part.submitter",
  approver: "corner.part.approver",
};
export const scopeNames: Readonly<Record<string, TextKey>> = {
  send: "corner.scope.send",
  read: "corner.scope.read",
  money: "corner.scope.money",
};
export const kindNames: Readonly<Record<string, TextKey>> = {
  "batch.state": "corner.kind.batchState",
  "message.receipts": "corner.kind.receipts",
  "message.reply": "corner.kind.reply",
  "bill.issued": "corner.kind.bill",
  "statement.issued": "corner.kind.statement",
  "contract.changed": "corner.kind.contract",
  "balance.low": "corner.kind.balance",
  ping: "corner.kind.ping",
};
export const howNames: Readonly<Record<string, TextKey>> = {
  callback: "corner.how.callback",
  id_shown: "corner.how.id_shown",
  video: "corner.how.video",
  sealed_doc: "corner.how.sealed_doc",
};
/** What a customer may propose to change of its own record, beside its contacts. */
export const fields = ["address", "legal_rep", "industry", "bank_name", "bank_account"] as const;
