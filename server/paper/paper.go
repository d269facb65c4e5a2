// Package paper turns plain facts into the papers that a customer gets: bills
// and receipts. It knows no domain, no store and no clock: the same facts give
// the same bytes, so a paper can be made again and compared by hash.
package paper

import (
	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Party is one side of a paper. Empty fields are left out.
type Party struct {
	Name        string
	USCC        string // unified social credit code (统一社会信用代码)
	Address     string
	Contact     string
	Phone       string
	Email       string
	BankName    string
	BankAccount string
	Seal        []byte // PNG of its seal; printed where it stands as the one who issues a paper, may be nil
}

// sealOf is the picture to stamp: the paper's own, or the issuer's.
func sealOf(own []byte, issuer Party) []byte {
	if own != nil {
		return own
	}
	return issuer.Seal
}

// BillLine is one charge. Net and Tax must add up to Amount.
type BillLine struct {
	Name      string    // "月租费"
	Note      string    // how the line came about, small print under the name; may be empty
	Quantity  string    // "234"
	Unit      string    // "条", "月"
	UnitPrice string    // yuan with tax, "0.085"
	Net       money.Fen // without tax
	TaxRate   string    // decimal, "0.09" is printed as 9%
	Tax       money.Fen
	Amount    money.Fen // with tax; negative for credits
}

// BillData is a bill (账单, B03). The lines must add up to the totals: a paper
// that does not add up is never made.
type BillData struct {
	Number         string // "B-202610-000001"; "" while it is a preview
	Title          string // "账单" if empty; "贷项通知单", "借项通知单" for notes
	ContractNumber string
	ContractTitle  string
	Provider       Party // its bank account is where the customer pays
	Customer       Party
	From, To       caldate.Date // first and last day of the service billed
	IssuedOn       caldate.Date
	WindowFrom     caldate.Date // first day of the payment window; zero: from issue
	DueOn          caldate.Date // last day on which payment is in time
	Lines          []BillLine
	Net            money.Fen
	Tax            money.Fen
	Total          money.Fen
	LateFeeNote    string   // what happens after the due date, from the contract; printed in bold
	Notes          []string // further remarks, printed in order
	Watermark      string   // "草稿", "作废"; "" for the real thing
	Seal           []byte   // PNG of the provider's seal; may be nil
}

// ReceiptItem says what a part of the money is for.
type ReceiptItem struct {
	Text   string // "账单 B-202610-000001 本金"
	Amount money.Fen
}

// ReceiptData is a receipt (收据, B07, B09) for a payment or a deposit. If
// there are items, they must add up to the amount.
type ReceiptData struct {
	Number         string
	Title          string // "收据" if empty
	Purpose        string // 收款事由: "2026年10月服务费", "合同押金"
	ContractNumber string
	Payee          Party // who received the money: the provider
	Payer          Party // who paid: the customer
	Amount         money.Fen
	Method         string       // "银行转账", "支票", "现金"
	Reference      string       // bank reference or cheque number
	ReceivedOn     caldate.Date // value date of the money
	IssuedOn       caldate.Date
	Items          []ReceiptItem
	Handler        string // 经手人
	Notes          []string
	Watermark      string
	Seal           []byte // PNG; may be nil
}
