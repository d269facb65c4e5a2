package bill

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/series"
)

// NoteKind says whether a note takes off or puts on.
type NoteKind string

// A bill that was issued is never edited: these two refer to it (billing.md "The monthly bill").
const (
	Credit NoteKind = "credit"
	Debit  NoteKind = "debit"
)

// Note is a credit note (贷项通知单) or debit note (借项通知单): a document of its own with a number and a hash, never changed.
// Its amounts are positive whichever way it goes.
type Note struct {
	ID             string `gorm:"primaryKey"`
	NoteKey        string // note:<request>, note:dispute:<dispute>, note:reissue:<bill>: issued once
	Number         string // CN-YYYYMM-NNNNNN or DN-…, by month of issue
	Kind           NoteKind
	BillID         string
	BillNumber     string
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	Month          caldate.Month // of service, of its bill
	OnDate         caldate.Date  // from 00:00 of this day it counts: for what is owed, for late fees and their cap
	DueOn          caldate.Date  // debit notes: last day on which payment of it is in time
	SuspendOn      caldate.Date  // debit notes: the end of its own grace
	IssuedOn       caldate.Date
	IssuedAt       caldate.Instant
	NetFen         money.Fen
	TaxFen         money.Fen
	TotalFen       money.Fen
	LineItems      string // JSON of []NoteLine
	Reason         string
	DocumentID     string // evidence
	DisputeID      string // the dispute that was upheld by it
	RequestID      string
	RequestedBy    string
	RequesterName  string
	ApprovedBy     string // the second person; empty where none was needed
	ApproverName   string
	Hash           string
}

// TableName is bill_notes.
func (Note) TableName() string { return "bill_notes" }

// NoteLine is a line of a note; Of is the place of the line that it refers to among the lines of Rest.
type NoteLine struct {
	Of int `json:"of"`
	plan.Line
}

// Lines are the note's lines, positive as its amounts are.
func (n *Note) Lines() ([]NoteLine, error) { return readLines(n.LineItems, n.Number) }

func readLines(text, of string) ([]NoteLine, error) {
	var out []NoteLine
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("lines of %s: %w", of, err)
	}
	return out, nil
}

// Seal is the hash over everything that was issued.
func (n *Note) Seal() string {
	h := sha256.Sum256([]byte(strings.Join([]string{
		n.ID, n.NoteKey, n.Number, string(n.Kind), n.BillID, n.BillNumber, n.ContractID, n.ContractNumber, n.CustomerID, n.CustomerName, n.Month.String(),
		n.OnDate.String(), n.DueOn.String(), n.SuspendOn.String(), n.IssuedOn.String(), fmt.Sprint(n.IssuedAt.Ms()),
		fmt.Sprint(int64(n.NetFen)), fmt.Sprint(int64(n.TaxFen)), fmt.Sprint(int64(n.TotalFen)), n.LineItems, n.Reason, n.DocumentID, n.DisputeID, n.RequestID,
		n.RequestedBy, n.RequesterName, n.ApprovedBy, n.ApproverName,
	}, "\n")))
	return hex.EncodeToString(h[:])
}

// Noted is the note as far as claims care.
func (n *Note) Noted() Noted {
	out := Noted{On: n.OnDate, Amount: n.TotalFen, DueOn: n.DueOn, SuspendOn: n.SuspendOn}
	if n.Kind == Credit {
		out.Amount = -n.TotalFen
	}
	return out
}

// noteNumbers are of the notes of each kind, anew in each month of issue.
var noteNumbers = map[NoteKind]series.Kind{Credit: {Name: "cn", Mark: "CN", Digits: 6}, Debit: {Name: "dn", Mark: "DN", Digits: 6}}

// Share is a part of a line: what is credited or disputed of it, or put on top of it.
type Share struct {
	Line   int       `json:"line"` // place among the lines of Rest; −1: none of them (debit notes alone)
	Amount money.Fen `json:"amount_fen"`
	Name   string    `json:"name,omitempty"` // what the note calls it; the line's own name where empty
}

// NoteInput is what a note is asked for with: shares of lines, or an amount that is spread over what is left of the lines.
type NoteInput struct {
	Lines      []Share
	Amount     money.Fen
	Reason     string
	DocumentID string
	On         caldate.Date // from when it counts, not before the bill's issue; the day of issue of the note where zero
}

// RequestState is where the wish for a note stands.
type RequestState string

// The states of a request: below the limit it is approved at once.
const (
	Waiting  RequestState = "waiting"
	Approved RequestState = "approved"
	Refused  RequestState = "refused"
)

// NoteRequest is a note that was asked for. Above the limit it waits for a second person; approved, it has its note.
type NoteRequest struct {
	ID            string `gorm:"primaryKey"`
	Kind          NoteKind
	BillID        string
	BillNumber    string
	ContractID    string
	CustomerID    string
	CustomerName  string
	AmountFen     money.Fen
	LineItems     string // JSON of []Share
	OnDate        caldate.Date
	Reason        string
	DocumentID    string
	DisputeID     string
	State         RequestState
	RequestedBy   string
	RequesterName string
	RequestedAt   caldate.Instant
	DecidedBy     string
	DeciderName   string
	DecidedAt     caldate.Instant
	Decision      string // why it was refused
	NoteID        string
	Note          *Note `gorm:"-"` // where it was issued just now
}

// TableName is bill_note_requests.
func (NoteRequest) TableName() string { return "bill_note_requests" }

// Rest gives what is left of a bill line by line: its own lines less what was credited of them, then the lines that debit
// notes have added, less what was credited of those. Places never change, so that a note can name them.
func Rest(lines []plan.Line, notes []Note) ([]NoteLine, error) {
	var out []NoteLine
	for i, l := range lines {
		out = append(out, NoteLine{i, l})
	}
	for _, kind := range []NoteKind{Debit, Credit} {
		for i := range notes {
			if notes[i].Kind != kind {
				continue
			}
			ls, err := notes[i].Lines()
			if err != nil {
				return nil, err
			}
			for _, l := range ls {
				if kind == Debit {
					l.Of = len(out)
					out = append(out, l)
				} else if l.Of >= 0 && l.Of < len(out) {
					o := &out[l.Of]
					o.Amount, o.Net, o.Tax = o.Amount-l.Amount, o.Net-l.Net, o.Tax-l.Tax
				}
			}
		}
	}
	return out, nil
}

// without gives the lines with what disputes hold taken off their amounts.
func without(rest []NoteLine, held map[int]money.Fen) []NoteLine {
	out := slices.Clone(rest)
	for i := range out {
		out[i].Amount -= held[i]
	}
	return out
}

// Spread says which shares of the lines an amount is credited from: all of what is left where it is all of it, otherwise
// in proportion to the amounts of the lines above zero, to the fen.
func Spread(rest []NoteLine, amount money.Fen) []Share {
	var total, positive money.Fen
	for _, l := range rest {
		total += l.Amount
		positive += max(l.Amount, 0)
	}
	var out []Share
	if amount == total {
		for i, l := range rest {
			if l.Amount != 0 {
				out = append(out, Share{Line: i, Amount: l.Amount})
			}
		}
		return out
	}
	if amount <= 0 || amount > positive {
		return nil
	}
	left, open := amount, positive
	for i, l := range rest {
		if l.Amount <= 0 {
			continue
		}
		part := money.Fen(0)
		if left > 0 {
			part = min(left.MulDiv(int64(l.Amount), int64(open)), l.Amount) // what is left over what is left: sums to the fen
		}
		left, open = left-part, open-l.Amount
		if part != 0 {
			out = append(out, Share{Line: i, Amount: part})
		}
	}
	return out
}

// creditLines turns shares into the lines of a credit note: a line that is credited to its end takes exactly the net and tax
// that are left of it. What open disputes hold can't be credited otherwise.
func creditLines(rest []NoteLine, held map[int]money.Fen, shares []Share) (out []NoteLine, err error) {
	var f errs.Fields
	taken := map[int]money.Fen{}
	for i, s := range shares {
		at := fmt.Sprintf("lines[%d].", i)
		if s.Line < 0 || s.Line >= len(rest) {
			f.Add(at+"line", "unknown", fmt.Sprintf("账单没有第 %d 行", s.Line+1), fmt.Sprintf("the bill has no line %d", s.Line+1))
			continue
		}
		l := rest[s.Line]
		left := l.Amount - held[s.Line]
		switch {
		case s.Amount == 0:
			f.Add(at+"amount_fen", "zero", "金额不能为 0", "the amount must not be 0")
			continue
		case (s.Amount < 0) != (left < 0) || s.Amount > 0 && s.Amount > left || s.Amount < 0 && s.Amount < left:
			f.Add(at+"amount_fen", "too_much", fmt.Sprintf("“%s”还剩 %s 元", l.Name, left.Grouped()), fmt.Sprintf("%s is left of this line", left.Grouped()))
			continue
		}
		if taken[s.Line] != 0 {
			f.Add(at+"line", "twice", "同一行请合并填写", "name a line once")
			continue
		}
		taken[s.Line] = s.Amount
		n := l
		n.Of, n.Note = s.Line, ""
		if s.Name != "" {
			n.Name = s.Name
		}
		if s.Amount != l.Amount {
			n.Quantity, n.Unit, n.UnitPrice = "", "", ""
			n.Net, n.Tax = s.Amount.NetOfTax(l.TaxRate)
			n.Amount = s.Amount
		}
		out = append(out, n)
	}
	return out, f.Err(ErrNoteInvalid)
}

// debitLines turns shares into the lines of a debit note: charged as the line that they refer to, or as a fee of its own.
func debitLines(b *Bill, rest []NoteLine, shares []Share) (out []NoteLine, err error) {
	var f errs.Fields
	for i, s := range shares {
		at := fmt.Sprintf("lines[%d].", i)
		if s.Amount <= 0 || s.Amount > money.MaxFen {
			f.Add(at+"amount_fen", "range", "金额必须大于 0，且不超过 9,999,999,999,999.99 元", "the amount must be above 0 and at most 9,999,999,999,999.99 yuan")
			continue
		}
		l := NoteLine{Of: -1, Line: plan.Line{Charge: plan.ChargeOneOff, Name: s.Name, From: b.ServiceFrom, To: b.ServiceTo, TaxRate: plan.TaxRate(b.Kind.Tax(), b.ServiceTo)}}
		switch {
		case s.Line >= len(rest):
			f.Add(at+"line", "unknown", fmt.Sprintf("账单没有第 %d 行", s.Line+1), fmt.Sprintf("the bill has no line %d", s.Line+1))
			continue
		case s.Line >= 0:
			of := rest[s.Line]
			l.Of, l.Charge, l.From, l.To, l.TaxRate = s.Line, of.Charge, of.From, of.To, of.TaxRate
			if l.Name == "" {
				l.Name = of.Name + "（补计）"
			}
		case s.Name == "":
			f.Add(at+"name", "missing", "请填写费用名称", "name the charge")
			continue
		}
		l.Quantity, l.Unit, l.UnitPrice, l.Amount = "1", "项", s.Amount.Yuan(), s.Amount
		l.Net, l.Tax = s.Amount.NetOfTax(l.TaxRate)
		out = append(out, l)
	}
	return out, f.Err(ErrNoteInvalid)
}

// sum adds lines up.
func sum(lines []NoteLine) (net, tax, total money.Fen) {
	for _, l := range lines {
		net, tax, total = net+l.Net, tax+l.Tax, total+l.Amount
	}
	return net, tax, total
}

// DisputeState is where a dispute stands.
type DisputeState string

// The states: while open, the amount is left out of late fees and of the ground for suspension. Upheld: the customer was
// right, and a credit note was made. Withdrawn: by the customer, or found to be wrong; the late fee comes back.
const (
	DisputeOpen      DisputeState = "open"
	DisputeUpheld    DisputeState = "upheld"
	DisputeWithdrawn DisputeState = "withdrawn"
)

// DisputeStates lists them.
func DisputeStates() []DisputeState {
	return []DisputeState{DisputeOpen, DisputeUpheld, DisputeWithdrawn}
}

// Dispute is what a customer does not accept of a bill (B10).
type Dispute struct {
	ID             string `gorm:"primaryKey"`
	BillID         string
	BillNumber     string
	ContractID     string
	ContractNumber string
	CustomerID     string
	CustomerName   string
	AmountFen      money.Fen
	LineItems      string // JSON of []Share
	Reason         string
	DocumentID     string
	StatementID    string // the statement on which it was disputed
	ByCustomer     bool   // opened by the customer, not by us on its word
	OpenedOn       caldate.Date
	OpenedAt       caldate.Instant
	OpenedBy       string
	OpenerName     string
	State          DisputeState
	ClosedOn       caldate.Date
	ClosedAt       caldate.Instant
	ClosedBy       string
	CloserName     string
	Outcome        string // why it was closed as it was
	NoteID         string
}

// TableName is bill_disputes.
func (Dispute) TableName() string { return "bill_disputes" }

// Shares are the parts of lines that are disputed.
func (d *Dispute) Shares() ([]Share, error) {
	var out []Share
	if err := json.Unmarshal([]byte(d.LineItems), &out); err != nil {
		return nil, fmt.Errorf("lines of dispute %s: %w", d.ID, err)
	}
	return out, nil
}

// Disputed is the dispute as far as claims care.
func (d *Dispute) Disputed() Disputed {
	return Disputed{Amount: d.AmountFen, From: d.OpenedOn, To: d.ClosedOn, Withdrawn: d.State == DisputeWithdrawn}
}

// DisputeInput is what a dispute is opened with: shares of lines, or an amount of the bill.
type DisputeInput struct {
	Lines       []Share
	Amount      money.Fen
	Reason      string
	DocumentID  string
	StatementID string
	On          caldate.Date // when the objection reached us; today where zero
}
