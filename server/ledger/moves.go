package ledger

// Accounts and kinds of what moves money beside bills and payments: deposits that are kept, refunds, bounced transfers, debts
// in collection.
const (
	DepositIncome Account = "deposit_income" // deposits deducted or forfeited
	LegalCosts    Account = "legal_costs"    // what collecting debts costs us

	KindRefund         Kind = "refund"     // a customer's balance goes back: from credit to refunds, from refunds to the bank
	KindBounce         Kind = "bounce"     // the bank took a payment back
	KindUndo           Kind = "undo"       // a payment was entered by mistake
	KindSetOff         Kind = "set_off"    // a deposit pays what is owed
	KindWriteOff       Kind = "write_off"  // a debt that nobody will pay
	KindRecovery       Kind = "recovery"   // money for a debt that was written off
	KindCost           Kind = "legal_cost" // paid for collecting a debt
	DocumentRefund          = "refund"
	DocumentCollection      = "collection"
)
