// Package taxinvoice asks the tax platform for invoices (数电票) of months that are paid, and for red ones where a month was
// corrected (B09). See README.md.
package taxinvoice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// Kind tells an invoice from one that takes it back.
type Kind string

// Blue is an ordinary invoice, Red a negative one (红字发票) that refers to a blue one.
const (
	Blue Kind = "blue"
	Red  Kind = "red"
)

// State is where an invoice stands.
type State string

// The states. A blue invoice: requested → issued | rejected, rejected → cancelled (and asked for anew, with better data); issued →
// red_requested → issued (a part was taken back, or the request lapsed) | red_flushed. A red one: requested (the buyer has 72
// hours to confirm) → issued | lapsed | rejected.
const (
	Requested    State = "requested"
	Rejected     State = "rejected"
	Cancelled    State = "cancelled"
	Issued       State = "issued"
	RedRequested State = "red_requested"
	RedFlushed   State = "red_flushed"
	Lapsed       State = "lapsed"
)

// States lists them in the order of an invoice's life.
func States() []State {
	return []State{Requested, Rejected, Cancelled, Issued, RedRequested, RedFlushed, Lapsed}
}

var moves = map[Kind]map[State][]State{
	Blue: {Requested: {Issued, Rejected}, Rejected: {Cancelled}, Issued: {RedRequested}, RedRequested: {Issued, RedFlushed}},
	Red:  {Requested: {Issued, Rejected, Lapsed}, Rejected: {Cancelled}},
}

// CanMove tells whether the life cycle of a kind allows from → to.
func CanMove(k Kind, from, to State) bool {
	for _, s := range moves[k][from] {
		if s == to {
			return true
		}
	}
	return false
}

// ConfirmHours is how long a buyer has to confirm a red invoice; afterwards the request lapses.
const ConfirmHours = 72

// Invoice is one request to the platform and its answer. What was asked for is hashed and never changed.
type Invoice struct {
	ID             string `gorm:"primaryKey"`
	Reference      string // INV-<bill number>-<n> or RED-…: the platform takes each once
	Kind           Kind
	BillID         string
	BillNumber     string
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Month          caldate.Month
	RedOf          string // the blue invoice
	Buyer          string // JSON of Buyer
	LineItems      string // JSON of []Line
	NetFen         money.Fen
	TaxFen         money.Fen
	TotalFen       money.Fen // positive for both kinds
	Reason         string
	Hash           string
	RequestedOn    caldate.Date
	RequestedAt    caldate.Instant
	RequestedBy    string
	RequesterName  string

	State      State
	RedFen     money.Fen       // blue: what red invoices have taken back of it
	ConfirmBy  caldate.Instant // red: the buyer confirms before
	SentAt     caldate.Instant // handed to the platform
	Attempts   int
	NextTryAt  caldate.Instant
	Problem    string // why it was rejected, or the last try failed
	Number     *string
	IssuedOn   caldate.Date
	DocumentID string // the file that the platform made
	AnsweredAt caldate.Instant
}

// TableName is tax_invoices.
func (Invoice) TableName() string { return "tax_invoices" }

// InvoiceNumber is the platform's number, "" while there is none.
func (i *Invoice) InvoiceNumber() string {
	if i.Number == nil {
		return ""
	}
	return *i.Number
}

// Buyer is the customer as the invoice names it.
type Buyer struct {
	Name        string `json:"name"`
	USCC        string `json:"uscc"` // 统一社会信用代码
	Address     string `json:"address"`
	Phone       string `json:"phone"`
	BankName    string `json:"bank_name"`
	BankAccount string `json:"bank_account"`
	Email       string `json:"email"` // where the platform sends the file
}

// Line is a line of an invoice. Of is the place of the bill's line that it is for (bill.Rest), −1 for late fees.
type Line struct {
	Of       int           `json:"of"`
	Code     string        `json:"tax_code"` // 商品和服务税收分类编码
	Name     string        `json:"name"`     // "*电信服务*短信月租费"
	Unit     string        `json:"unit,omitempty"`
	Quantity string        `json:"quantity,omitempty"`
	Amount   money.Fen     `json:"amount_fen"` // with tax
	Net      money.Fen     `json:"net_fen"`
	TaxRate  money.Decimal `json:"tax_rate"`
	Tax      money.Fen     `json:"tax_fen"`
}

// Lines reads the lines.
func (i *Invoice) Lines() ([]Line, error) {
	var out []Line
	if err := json.Unmarshal([]byte(i.LineItems), &out); err != nil {
		return nil, fmt.Errorf("lines of invoice %s: %w", i.Reference, err)
	}
	return out, nil
}

// To reads the buyer.
func (i *Invoice) To() (Buyer, error) {
	var b Buyer
	if err := json.Unmarshal([]byte(i.Buyer), &b); err != nil {
		return b, fmt.Errorf("buyer of invoice %s: %w", i.Reference, err)
	}
	return b, nil
}

// Seal is the hash over what was asked for.
func (i *Invoice) Seal() string {
	h := sha256.Sum256([]byte(strings.Join([]string{
		i.ID, i.Reference, string(i.Kind), i.BillID, i.BillNumber, i.ContractID, i.ContractNumber, i.CustomerID, i.CustomerName, i.Month.String(), i.RedOf, i.Buyer, i.LineItems,
		fmt.Sprint(int64(i.NetFen)), fmt.Sprint(int64(i.TaxFen)), fmt.Sprint(int64(i.TotalFen)), i.Reason, i.RequestedOn.String(), fmt.Sprint(i.RequestedAt.Ms()), i.RequestedBy, i.RequesterName,
	}, "\n")))
	return hex.EncodeToString(h[:])
}

// Code is a tax category: its 19 digits and the short name that stands between asterisks.
type Code struct {
	Code  string
	Short string
}

// Codes says which tax category a charge falls into. Since 2026-01-01 SMS and MMS service is basic telecom (公告 2026 年第 9 号),
// before it was value-added telecom. They can be set by the configuration: the tax accountant knows.
type Codes struct {
	Basic    Code // messages from 2026 on
	Added    Code // messages before
	Software Code
	Goods    Code
}

// DefaultCodes are those of the catalogue of goods and services.
func DefaultCodes() Codes {
	return Codes{
		Basic: Code{"3030100000000000000", "电信服务"}, Added: Code{"3030200000000000000", "电信服务"},
		Software: Code{"3040201000000000000", "信息技术服务"}, Goods: Code{"1090000000000000000", "计算机及外部设备"},
	}
}

var basicFrom = caldate.MustParse("2026-01-01")

// For gives the category of a kind of charge for service on a day.
func (c Codes) For(k plan.TaxKind, on caldate.Date) Code {
	switch {
	case k == plan.TaxSoftware:
		return c.Software
	case k == plan.TaxGoods:
		return c.Goods
	case on.Before(basicFrom):
		return c.Added
	}
	return c.Basic
}

// lateFeeLine is the place of late fees among lines.
const lateFeeLine = -1

// Wanted gives what should be invoiced of a bill that is paid or void: what is left of each line after its notes, and the late
// fee as an extra charge of the service (价外费用), unless the contract says that it is none.
func Wanted(b *bill.Bill, rest []bill.NoteLine, terms bill.Conditions, codes Codes) []Line {
	var out []Line
	for i, l := range rest {
		if l.Amount == 0 {
			continue
		}
		kind := l.TaxKind
		if kind == "" {
			kind = b.Kind.Tax()
		}
		c := codes.For(kind, l.From)
		x := Line{Of: i, Code: c.Code, Name: "*" + c.Short + "*" + l.Name, Amount: l.Amount, Net: l.Net, TaxRate: l.TaxRate, Tax: l.Tax}
		if !strings.Contains(l.Quantity, "/") { // a share of a month has no quantity that a platform understands
			x.Unit, x.Quantity = l.Unit, l.Quantity
		}
		out = append(out, x)
	}
	if b.LateFeePaidFen > 0 && !terms.LateFee.TaxFree {
		c := codes.For(b.Kind.Tax(), b.ServiceTo)
		net, tax := b.LateFeePaidFen.NetOfTax(terms.LateFeeTax)
		out = append(out, Line{Of: lateFeeLine, Code: c.Code, Name: "*" + c.Short + "*滞纳金", Amount: b.LateFeePaidFen, Net: net, TaxRate: terms.LateFeeTax, Tax: tax})
	}
	return out
}

// Missing compares what should be invoiced with what is, line by line: blue is to be invoiced still, red to be taken back.
// Lines below zero (credits of the month) are taken off the largest lines of the same rate, because an invoice has none.
func Missing(wanted, have []Line) (blue, red []Line) {
	type sums struct{ amount, net, tax money.Fen }
	is := map[int]sums{}
	shape := map[int]Line{}
	for _, l := range have {
		s := is[l.Of]
		is[l.Of] = sums{s.amount + l.Amount, s.net + l.Net, s.tax + l.Tax}
		if _, ok := shape[l.Of]; !ok || l.Amount > 0 {
			shape[l.Of] = l
		}
	}
	add := func(l Line, d sums) {
		switch {
		case d.amount > 0:
			if d.amount != l.Amount {
				l.Unit, l.Quantity = "", ""
			}
			l.Amount, l.Net, l.Tax = d.amount, d.net, d.tax
			blue = append(blue, l)
		case d.amount < 0:
			l.Unit, l.Quantity = "", ""
			l.Amount, l.Net, l.Tax = -d.amount, -d.net, -d.tax
			red = append(red, l)
		}
	}
	for _, l := range positive(wanted) {
		s := is[l.Of]
		delete(is, l.Of)
		add(l, sums{l.Amount - s.amount, l.Net - s.net, l.Tax - s.tax})
	}
	for _, l := range have {
		if s, ok := is[l.Of]; ok {
			delete(is, l.Of)
			add(shape[l.Of], sums{-s.amount, -s.net, -s.tax})
		}
	}
	return blue, red
}

// positive takes lines below zero off others of the same rate, the largest first; what is left over of them is left out.
func positive(lines []Line) []Line {
	var out []Line
	for _, l := range lines {
		if l.Amount > 0 {
			out = append(out, l)
		}
	}
	for _, l := range lines {
		if l.Amount >= 0 {
			continue
		}
		left := -l.Amount
		for left > 0 {
			at := -1
			for i := range out {
				if out[i].Amount > 0 && out[i].TaxRate.Cmp(l.TaxRate) == 0 && (at < 0 || out[i].Amount > out[at].Amount) {
					at = i
				}
			}
			if at < 0 {
				break
			}
			take := min(left, out[at].Amount)
			left -= take
			o := &out[at]
			o.Amount -= take
			o.Unit, o.Quantity = "", ""
			o.Net, o.Tax = o.Amount.NetOfTax(o.TaxRate)
		}
	}
	keep := out[:0]
	for _, l := range out {
		if l.Amount > 0 {
			keep = append(keep, l)
		}
	}
	return keep
}

func sum(lines []Line) (net, tax, total money.Fen) {
	for _, l := range lines {
		net, tax, total = net+l.Net, tax+l.Tax, total+l.Amount
	}
	return net, tax, total
}
