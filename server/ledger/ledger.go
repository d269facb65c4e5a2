// Package ledger is the double-entry book of all money (B14): append-only, balanced within every entry, each document
// posted under a key of its own. See README.md.
package ledger

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Account is where money stands or where it came from.
type Account string

// Accounts of a customer, kept by contract; and of the provider.
const (
	Receivable Account = "receivable"      // owed by the customer: bills and late fees
	Wallet     Account = "wallet"          // prepaid money
	Deposit    Account = "deposit"         // held as security: a liability (B07)
	Credit     Account = "credit"          // paid and not yet used for a bill
	Credits    Account = "message_credits" // paid for message credits that are not used yet
	Payable    Account = "payable"         // owed by us: ports that we buy

	Bank       Account = "bank"
	VATPayable Account = "vat_payable"
	LateFee    Account = "late_fee_income"
	Refunds    Account = "refunds"
	BadDebt    Account = "bad_debt"
	PortCost   Account = "port_cost" // what bought ports cost us
)

// Revenue is the income account of a kind of charge: revenue_rent, revenue_overage, …
func Revenue(charge string) Account { return Account("revenue_" + charge) }

// ofCustomer are the accounts of which every customer and contract has its own.
var ofCustomer = []Account{Receivable, Wallet, Deposit, Credit, Credits, Payable}

// OfCustomer tells them from the provider's.
func (a Account) OfCustomer() bool { return slices.Contains(ofCustomer, a) }

// debitNormal tells the accounts that grow on the debit side; balances of the others are shown with the sign turned.
func (a Account) debitNormal() bool {
	return a == Receivable || a == Bank || a == Refunds || a == BadDebt || a == PortCost || a == LegalCosts
}

// natural turns a sum of debits less credits into the balance as people read it.
func (a Account) natural(sum money.Fen) money.Fen {
	if a.debitNormal() {
		return sum
	}
	return -sum
}

// Line is one side of an entry: a debit where the amount is positive, a credit where it is negative. Customer and contract
// are the entry's where empty.
type Line struct {
	Account    Account   `json:"account"`
	CustomerID string    `json:"customer_id"`
	ContractID string    `json:"contract_id"`
	Amount     money.Fen `json:"amount_fen"`
}

// Dr and Cr make lines.
func Dr(a Account, amount money.Fen) Line { return Line{Account: a, Amount: amount} }

// Cr is a credit line.
func Cr(a Account, amount money.Fen) Line { return Line{Account: a, Amount: -amount} }

// Of says whose account the line is, where it is not the entry's customer and contract.
func (l Line) Of(customerID, contractID string) Line {
	l.CustomerID, l.ContractID = customerID, contractID
	return l
}

// Kind is what sort of document an entry is for.
type Kind string

// The kinds of entries.
const (
	KindBill          Kind = "bill"
	KindPayment       Kind = "payment"
	KindAllocation    Kind = "allocation" // from the customer's balance to bills, or back
	KindLateFee       Kind = "late_fee"
	KindDeposit       Kind = "deposit"
	KindDepositRefund Kind = "deposit_refund"
	KindDepositDeduct Kind = "deposit_deduction"
	KindReversal      Kind = "reversal"
	KindWalletCharge  Kind = "wallet_charge"
	KindPayable       Kind = "payable"
	KindPayablePaid   Kind = "payable_paid"
	KindCreditNote    Kind = "credit_note"
	KindDebitNote     Kind = "debit_note"
	DocumentNote           = "bill_note"
	DocumentBill           = "bill"
	DocumentPayment        = "payment"
	DocumentDeposit        = "deposit"
)

// Entry is one document's posting. On is the business day for which it counts. Key makes it post once only:
// bill:<contract>:<month>:<revision>, pay:<bank account>:<reference>, latefee:<bill>:<day>, …
type Entry struct {
	ID           string          `json:"id"`
	Key          string          `json:"key"`
	Kind         Kind            `json:"kind"`
	On           caldate.Date    `json:"on"`
	PostedAt     caldate.Instant `json:"posted_at"`
	PostedBy     string          `json:"posted_by"`
	CustomerID   string          `json:"customer_id"`
	ContractID   string          `json:"contract_id"`
	DocumentType string          `json:"document_type"`
	DocumentID   string          `json:"document_id"`
	Lines        []Line          `json:"lines"`
}

// check tells whether an entry may stand: something on it, debits equal to credits, a key.
func (e *Entry) check() error {
	if e.Key == "" || e.On.IsZero() || e.Kind == "" {
		return ErrIncomplete.With("key", e.Key)
	}
	var sum money.Fen
	lines := e.Lines[:0:0]
	for _, l := range e.Lines {
		if l.Amount == 0 {
			continue
		}
		if l.CustomerID == "" {
			l.CustomerID, l.ContractID = e.CustomerID, e.ContractID
		}
		if l.Account.OfCustomer() && l.CustomerID == "" {
			return ErrIncomplete.With("key", e.Key).With("account", l.Account)
		}
		sum += l.Amount
		lines = append(lines, l)
	}
	if sum != 0 || len(lines) == 0 {
		return ErrUnbalanced.With("key", e.Key).With("difference_fen", int64(sum))
	}
	e.Lines = lines
	return nil
}

// AccountBalance is one line of a trial balance: what the account stands at, in the sign in which people read it.
type AccountBalance struct {
	Account Account   `json:"account"`
	Balance money.Fen `json:"balance_fen"`
	Debit   money.Fen `json:"debit_fen"`  // the balance as a debit, else 0
	Credit  money.Fen `json:"credit_fen"` // the balance as a credit, else 0
}
