import { Link } from "@tanstack/react-router";
import type { Entry } from "@/api/ledger";
import { type TextKey, useText } from "@/i18n";
import { nameOf } from "@/ui/names";

export const kindNames: Readonly<Record<string, TextKey>> = {
  bill: "ledger.kinds.bill",
  payment: "ledger.kinds.payment",
  allocation: "ledger.kinds.allocation",
  late_fee: "ledger.kinds.late_fee",
  deposit: "ledger.kinds.deposit",
  deposit_refund: "ledger.kinds.deposit_refund",
  deposit_deduction: "ledger.kinds.deposit_deduction",
  reversal: "ledger.kinds.reversal",
  wallet_top_up: "ledger.kinds.wallet_top_up",
  wallet_give_back: "ledger.kinds.wallet_give_back",
  wallet_refund: "ledger.kinds.wallet_refund",
  wallet_offset: "ledger.kinds.wallet_offset",
  wallet_forfeit: "ledger.kinds.wallet_forfeit",
  wallet_lapse: "ledger.kinds.wallet_lapse",
  wallet_convert: "ledger.kinds.wallet_convert",
  wallet_charge: "ledger.kinds.wallet_charge",
  payable: "ledger.kinds.payable",
  payable_paid: "ledger.kinds.payable_paid",
  credit_note: "ledger.kinds.credit_note",
  debit_note: "ledger.kinds.debit_note",
  refund: "ledger.kinds.refund",
  bounce: "ledger.kinds.bounce",
  undo: "ledger.kinds.undo",
  set_off: "ledger.kinds.set_off",
  write_off: "ledger.kinds.write_off",
  recovery: "ledger.kinds.recovery",
  legal_cost: "ledger.kinds.legal_cost",
};

const documentNames: Readonly<Record<string, TextKey>> = {
  bill: "ledger.documents.bill",
  payment: "ledger.documents.payment",
  deposit: "ledger.documents.deposit",
  payable: "ledger.documents.payable",
  wallet: "ledger.documents.wallet",
  wallet_move: "ledger.documents.wallet_move",
  bill_note: "ledger.documents.bill_note",
  refund: "ledger.documents.refund",
  collection: "ledger.documents.collection",
};

const pages: Readonly<Record<string, string>> = { bill: "/bills/", contract: "/contracts/", collection: "/collection/" };

/** What an entry was posted for, where the portal has a page of it. */
export function DocumentLink({ entry }: { entry: Pick<Entry, "document_type" | "document_id"> }) {
  const { t } = useText();
  const page = pages[entry.document_type];
  const name = nameOf(documentNames, entry.document_type, t);
  return page ? <Link to={`${page}${entry.document_id}`}>{name}</Link> : <span className="quiet">{name}</span>;
}
