package simulate

import (
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

// Result is what happened, up to the end of the last day. Money is in fen, dates are days, `at` is a moment.
type Result struct {
	Bills     []Bill     `json:"bills"`     // in the order of issue
	States    []State    `json:"states"`    // every change of a contract's state, once
	Sends     []Send     `json:"sends"`     // what was asked to be sent, and the answer
	Documents []Document `json:"documents"` // credit and debit notes
	Deposits  []Deposit  `json:"deposits"`
	Wallets   []Wallet   `json:"wallets"`
	Customers []Customer `json:"customers"`
	Notices   []Notice   `json:"notices"`
	Ledger    Ledger     `json:"ledger"`
	Refused   []Refusal  `json:"refused"` // events that the rules forbid; they changed nothing
	Failed    []Failure  `json:"failed"`  // months that could not be billed (amounts beyond what a bill can hold)
}

// Failure is a contract's month for which no bill could be made; the real run reports it to finance.
type Failure struct {
	Contract string        `json:"contract"`
	Period   caldate.Month `json:"period"`
	Detail   string        `json:"detail"`
}

// Bill is a bill as it stands at the end.
type Bill struct {
	Contract    string        `json:"contract"`
	Number      string        `json:"number"`
	Period      caldate.Month `json:"period"`
	IssuedOn    caldate.Date  `json:"issued_on"`
	WindowFrom  caldate.Date  `json:"window_from"`
	DueOn       caldate.Date  `json:"due_on"`
	SuspendOn   caldate.Date  `json:"suspend_on"`
	Lines       []Line        `json:"lines"`
	Total       money.Fen     `json:"total_fen"`
	TotalWords  string        `json:"total_words"`
	Credited    money.Fen     `json:"credited_fen"` // by credit notes
	Debited     money.Fen     `json:"debited_fen"`  // by debit notes
	Paid        money.Fen     `json:"paid_fen"`     // of the principal
	LateFee     money.Fen     `json:"late_fee_fen"` // accrued so far
	LateFeePaid money.Fen     `json:"late_fee_paid_fen"`
	Disputed    money.Fen     `json:"disputed_fen"` // open disputes
	Open        money.Fen     `json:"open_fen"`     // principal and late fee
	State       string        `json:"state"`
	PaidOn      *caldate.Date `json:"paid_on"` // null while anything is open
}

// Line is one line of a bill.
type Line struct {
	Charge    string       `json:"charge"`
	Name      string       `json:"name"`
	Note      string       `json:"note,omitempty"`
	Quantity  string       `json:"quantity"`
	Unit      string       `json:"unit"`
	UnitPrice string       `json:"unit_price"`
	Amount    money.Fen    `json:"amount_fen"`
	Net       money.Fen    `json:"net_fen"`
	TaxRate   string       `json:"tax_rate"`
	Tax       money.Fen    `json:"tax_fen"`
	From      caldate.Date `json:"from"`
	To        caldate.Date `json:"to"`
}

// State is a change of a contract's state; Reasons are those of a suspension.
type State struct {
	Contract string          `json:"contract"`
	On       caldate.Date    `json:"on"`
	At       caldate.Instant `json:"at"`
	State    string          `json:"state"`
	Reasons  []string        `json:"reasons,omitempty"`
	Cause    string          `json:"cause,omitempty"` // of a termination
}

// Send is the answer to whether so many parts would be let through: all of them or none.
type Send struct {
	Contract string          `json:"contract"`
	On       caldate.Date    `json:"on"`
	At       caldate.Instant `json:"at"`
	Asked    int64           `json:"asked"`
	Allowed  int64           `json:"allowed"`
	Reason   *string         `json:"reason"`
}

// Document is a paper that was issued.
type Document struct {
	Contract string       `json:"contract,omitempty"`
	Number   string       `json:"number"`
	Kind     string       `json:"kind"` // credit_note, debit_note
	Amount   money.Fen    `json:"amount_fen"`
	On       caldate.Date `json:"on"`
	Bill     string       `json:"bill,omitempty"` // the number of the bill that it is for
	Reason   string       `json:"reason,omitempty"`
}

// Deposit is what became of a contract's deposit.
type Deposit struct {
	Contract string    `json:"contract"`
	Held     money.Fen `json:"held_fen"`
	Refunded money.Fen `json:"refunded_fen"`
	Deducted money.Fen `json:"deducted_fen"`
}

// Wallet is what a contract's wallet holds: money less what was charged, message credits, what is reserved.
type Wallet struct {
	Contract string    `json:"contract"`
	Balance  money.Fen `json:"balance_fen"`
	Messages int64     `json:"messages"`
	Reserved money.Fen `json:"reserved_fen"`
}

// Customer is what a customer has paid beyond the bills so far: it pays the next one by itself.
type Customer struct {
	Customer string    `json:"customer"`
	Balance  money.Fen `json:"balance_fen"`
}

// Notice is a message that went into an inbox.
type Notice struct {
	On       caldate.Date    `json:"on"`
	At       caldate.Instant `json:"at"`
	To       string          `json:"to"` // customer, sales, or a role
	Kind     string          `json:"kind"`
	Customer string          `json:"customer,omitempty"`
	Title    string          `json:"title"`
	TitleEn  string          `json:"title_en"`
}

// Ledger is the book at the end: every account's debits less its credits, which sum to nothing.
type Ledger struct {
	Entries  int64                `json:"entries"`
	Sum      money.Fen            `json:"sum_fen"`
	Balances map[string]money.Fen `json:"balances"`
}

// Refusal is an event that the rules forbid.
type Refusal struct {
	Event    int          `json:"event"` // its place in the file's list, from 0
	Line     int          `json:"line"`
	On       caldate.Date `json:"on"`
	Code     string       `json:"code"`
	Detail   string       `json:"detail"`
	DetailEn string       `json:"detail_en"`
}

// refusal words an error for the list; nil where it is no refusal but a fault.
func refusal(e Event, err error) *Refusal {
	house := errs.As(err)
	if house == nil || house.Kind == errs.KindInternal || house.Kind == errs.KindUnavailable {
		return nil
	}
	zh, en := house.Zh, house.En
	for _, f := range house.Fields {
		if f.Zh != zh {
			zh += "；" + f.Zh
		}
		if f.En != en {
			en += "; " + f.En
		}
	}
	return &Refusal{Event: e.Index, Line: e.Line, On: e.On, Code: house.Code, Detail: zh, DetailEn: en}
}
