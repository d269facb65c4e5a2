// Package payment records money that arrived and says which bills it pays. See README.md.
package payment

import (
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
)

// Method is how the money came.
type Method string

// The methods (B05).
const (
	Transfer Method = "transfer"
	Cash     Method = "cash"
	Cheque   Method = "cheque"
	SetOff   Method = "set_off"   // a deposit pays what is owed
	WriteOff Method = "write_off" // nobody pays: bad debt
	Wallet   Method = "wallet"    // what was left in a wallet when its contract ended
)

// Money tells the methods by which money arrives.
func (m Method) Money() bool { return m == Transfer || m == Cash || m == Cheque }

// Zh is the method as receipts name it.
func (m Method) Zh() string {
	switch m {
	case Transfer:
		return "银行转账"
	case Cash:
		return "现金"
	case Cheque:
		return "支票"
	case SetOff:
		return "押金抵扣"
	case WriteOff:
		return "坏账核销"
	case Wallet:
		return "预存款抵扣"
	}
	return string(m)
}

// Payment is money that arrived from a customer. It is never changed: a wrong one is corrected by another.
type Payment struct {
	ID           string `gorm:"primaryKey"`
	Number       string // R-YYYY-NNNNNN: the number of its receipt; of the notice or write-off where no money came
	PaymentKey   string // pay:<bank account>:<reference>, or pay:<number> for cash; ~2 behind it once the first was undone
	CustomerID   string
	CustomerName string
	ContractID   string // only this contract's bills are paid by it; empty: all of the customer's
	AmountFen    money.Fen
	ValueDate    caldate.Date // the day on which the money arrived: from then on it counts, whenever it is entered
	EntrySeq     int64        // order of entry within the customer, for payments of one value date
	Method       Method
	BankAccount  string // ours, that the money arrived on; the provider's own where a transfer names none
	Reference    string // of the bank, or the cheque's number
	Note         string
	RecordedBy   string
	RecorderName string
	RecordedAt   caldate.Instant
}

// Input is what finance enter.
type Input struct {
	CustomerID  string
	Amount      money.Fen
	ValueDate   caldate.Date
	Method      Method
	BankAccount string
	Reference   string
	Note        string
}

// earliest is the first value date that is believed: nothing of ours is older.
var earliest = caldate.MustParse("2000-01-01")

// check cleans the input and gives every wrong field at once (ErrInvalid).
func (in Input) check(today caldate.Date) (Input, error) {
	var f errs.Fields
	out := in
	if in.CustomerID == "" {
		f.Add("customer_id", "missing", "请选择客户", "choose the customer")
	}
	CheckAmount(&f, "amount_fen", in.Amount)
	CheckValueDate(&f, "value_date", in.ValueDate, today)
	out.BankAccount = form.BankAccount(&f, "bank_account", in.BankAccount, false)
	switch in.Method {
	case Transfer, Cheque:
		out.Reference = form.Text(&f, "reference", in.Reference, 80, true)
	case Cash:
		out.Reference = form.Text(&f, "reference", in.Reference, 80, false)
	default:
		f.Add("method", "unknown", "付款方式请选择：transfer（转账）、cash（现金）、cheque（支票）", "the method must be transfer, cash or cheque")
	}
	out.Note = form.Text(&f, "note", in.Note, 200, false)
	return out, f.Err(ErrInvalid)
}

// CheckAmount refuses what is no amount of money to receive: nothing, negative, or beyond what numerals can write.
func CheckAmount(f *errs.Fields, field string, a money.Fen) {
	switch {
	case a <= 0:
		f.Add(field, "not_positive", "金额必须大于 0", "the amount must be above 0")
	case a > money.MaxFen:
		f.Add(field, "too_large", "金额过大：最多 9,999,999,999,999.99 元，请检查是否多输了数字", "too large: at most 9,999,999,999,999.99 yuan; check for digits too many")
	}
}

// CheckValueDate refuses days on which no money can have arrived.
func CheckValueDate(f *errs.Fields, field string, d, today caldate.Date) {
	switch {
	case d.IsZero():
		f.Add(field, "missing", "请填写到账日期", "give the day on which the money arrived")
	case d.After(today):
		f.Add(field, "future", fmt.Sprintf("到账日期 %s 晚于今天（%s），款项到账后再登记", d, today), fmt.Sprintf("the value date %s is after today (%s); record the money when it is there", d, today))
	case d.Before(earliest):
		f.Add(field, "too_early", "到账日期过早，请检查年份", "the value date is too long ago; check the year")
	}
}

// Key makes a payment recordable once: by the bank's reference, else by its receipt.
func Key(m Method, bankAccount, reference, number string) string {
	if m == Cash || reference == "" {
		return "pay:" + number
	}
	if bankAccount == "" {
		bankAccount = string(m)
	}
	return "pay:" + bankAccount + ":" + reference
}
