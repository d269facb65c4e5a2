package payment

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"sealgate/server/bankfile"
	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Fold makes names comparable: full-width and half-width brackets, blanks and points don't tell companies apart.
func Fold(name string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("·.。、,，-—_\"'“”", r) {
			return -1
		}
		return r
	}, width.Fold.String(name)))
}

// References are numbers of ours that a text names.
type References struct {
	Bills, Contracts, Customers, Refunds, Deposits []string
}

var numbers = []struct {
	form *regexp.Regexp
	to   func(*References) *[]string
}{
	{regexp.MustCompile(`B-[0-9]{6}-[0-9]{6,12}`), func(r *References) *[]string { return &r.Bills }},
	{regexp.MustCompile(`HT-[0-9]{4}-[0-9]{4,12}`), func(r *References) *[]string { return &r.Contracts }},
	{regexp.MustCompile(`\bC-[0-9]{6,12}`), func(r *References) *[]string { return &r.Customers }},
	{regexp.MustCompile(`RF-[0-9]{4}-[0-9]{6,12}`), func(r *References) *[]string { return &r.Refunds }},
	{regexp.MustCompile(`DR-[0-9]{4}-[0-9]{6,12}`), func(r *References) *[]string { return &r.Deposits }},
}

// looseNumber is a number that a payer or bank wrote without its dashes: B202610000001, HT2026000001.
var looseNumber = regexp.MustCompile(`\b(B)([0-9]{6})([0-9]{6,12})\b|\b(HT)([0-9]{4})([0-9]{4,12})\b`)

// Named finds the numbers in a line's purpose; dashes may be missing or of another kind.
func Named(purpose string) (r References) {
	text := strings.ToUpper(width.Fold.String(purpose))
	text = strings.NewReplacer("—", "-", "–", "-", "−", "-", "_", "-").Replace(text)
	text = looseNumber.ReplaceAllStringFunc(text, func(m string) string {
		p := looseNumber.FindStringSubmatch(m)
		if p[1] != "" {
			return p[1] + "-" + p[2] + "-" + p[3]
		}
		return p[4] + "-" + p[5] + "-" + p[6]
	})
	for _, n := range numbers {
		to := n.to(&r)
		for _, m := range n.form.FindAllString(text, -1) {
			if !slices.Contains(*to, m) {
				*to = append(*to, m)
			}
		}
	}
	return r
}

// OpenBill is a bill as matching sees it.
type OpenBill struct {
	ID             string       `json:"id"`
	Number         string       `json:"number"`
	ContractNumber string       `json:"contract_number"`
	CustomerID     string       `json:"-"`
	DueOn          caldate.Date `json:"due_on"`
	Owed           money.Fen    `json:"owed_fen"`
}

// Candidate is somebody whose money a credit may be, with what speaks for it.
type Candidate struct {
	CustomerID  string
	Number      string
	Name        string
	BankAccount string
	Closed      bool       `gorm:"-"` // all contracts are closed: nothing can be recorded
	Aliases     []string   `gorm:"-"`
	Accounts    []string   `gorm:"-"` // from which confirmed payments came
	Contracts   []string   `gorm:"-"` // numbers
	Bills       []OpenBill `gorm:"-"` // open ones, the oldest first
}

// Document is something of ours that a line may be: a refund, a refunded deposit, a payment that was taken back.
type Document struct {
	Kind         MatchKind
	ID           string
	Number       string
	CustomerID   string
	CustomerName string
	Name         string // whom it was paid to, or who paid
	Account      string
	Amount       money.Fen
	On           caldate.Date
	Reference    string
}

// Reason is what speaks for a suggestion, or against it (a score below zero).
type Reason struct {
	Code  string `json:"code"`
	Score int    `json:"score"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// Suggestion is what a line may be. Sure ones name a bill or contract, or agree in name and amount, and nothing speaks
// against them; a person confirms them all the same.
type Suggestion struct {
	Kind         MatchKind  `json:"kind"`
	CustomerID   string     `json:"customer_id"`
	CustomerName string     `json:"customer_name"`
	DocumentID   string     `json:"document_id,omitempty"`
	Number       string     `json:"number,omitempty"` // of the document
	Bills        []OpenBill `json:"bills"`            // what the money would pay, the oldest first, as far as it goes
	Owed         money.Fen  `json:"owed_fen"`         // by the customer, all bills
	Score        int        `json:"score"`
	Sure         bool       `json:"sure"`
	Closed       bool       `json:"closed"`
	Reasons      []Reason   `json:"reasons"`
}

func (s *Suggestion) because(code string, score int, zh, en string) {
	s.Reasons = append(s.Reasons, Reason{code, score, zh, en})
	s.Score += score
}

// maxSuggestions is how many are shown of a line.
const maxSuggestions = 5

// SuggestPayments says whose a credit may be. Somebody is suggested only for what identifies the payer: a number in the
// purpose, the name, an alias or an account learned before. The amount then adds to it; alone it never suggests anybody.
func SuggestPayments(l *BankLine, candidates []Candidate) []Suggestion {
	named := Named(l.Purpose)
	name := Fold(l.PayerName)
	var out []Suggestion
	for _, c := range candidates {
		s := Suggestion{Kind: MatchPayment, CustomerID: c.CustomerID, CustomerName: c.Name, Closed: c.Closed, Bills: []OpenBill{}}
		reference, person := false, false
		var meant []OpenBill
		for _, b := range c.Bills {
			s.Owed += b.Owed
			if slices.Contains(named.Bills, b.Number) {
				meant = append(meant, b)
			}
		}
		for _, b := range meant {
			reference = true
			s.because("bill_number", 50, "摘要写明账单 "+b.Number, "the purpose names bill "+b.Number)
			break
		}
		for _, n := range c.Contracts {
			if slices.Contains(named.Contracts, n) {
				reference = true
				s.because("contract_number", 45, "摘要写明合同 "+n, "the purpose names contract "+n)
				break
			}
		}
		if slices.Contains(named.Customers, c.Number) {
			reference = true
			s.because("customer_number", 40, "摘要写明客户编号 "+c.Number, "the purpose names customer "+c.Number)
		}
		switch {
		case name != "" && name == Fold(c.Name):
			person = true
			s.because("name", 40, "付款户名与客户名称一致", "the payer's name is the customer's")
		case name != "" && slices.Contains(c.Aliases, name):
			person = true
			s.because("alias", 35, "该户名曾确认为此客户付款", "this name was confirmed for this customer before")
		}
		if a := l.PayerAccount; a != "" && (a == c.BankAccount || slices.Contains(c.Accounts, a)) {
			person = true
			s.because("account", 30, "付款账号属于此客户", "the payer's account is this customer's")
		}
		if !reference && !person {
			continue
		}
		amount := s.amount(l.AmountFen, c.Bills, meant)
		if reference && !person && name != "" {
			s.because("other_payer", -25, "付款户名“"+l.PayerName+"”不是此客户：请核实是否代付", "the payer's name "+l.PayerName+" is another: find out whether somebody pays for the customer")
		}
		if c.Closed {
			s.because("closed", -20, "客户合同已全部结案，不能登记付款", "all contracts of the customer are closed; no payment can be recorded")
		}
		s.Sure = !c.Closed && person && (reference || amount)
		left := l.AmountFen
		for _, b := range c.Bills {
			if left <= 0 {
				break
			}
			s.Bills = append(s.Bills, b)
			left -= b.Owed
		}
		out = append(out, s)
	}
	sure := 0
	for _, s := range out {
		if s.Sure {
			sure++
		}
	}
	if sure > 1 { // two that are sure make neither sure
		for i := range out {
			out[i].Sure = false
		}
	}
	return best(out)
}

// amount says how the amount agrees with what is owed; it tells whether it does.
func (s *Suggestion) amount(a money.Fen, bills, meant []OpenBill) bool {
	sum := func(bs []OpenBill) (f money.Fen) {
		for _, b := range bs {
			f += b.Owed
		}
		return f
	}
	switch {
	case len(meant) > 0 && sum(meant) == a:
		s.because("amount_named", 30, "金额等于写明账单的欠款", "the amount is what the named bills owe")
		return true
	case len(bills) > 0 && sum(bills) == a:
		s.because("amount_all", 30, "金额等于全部欠款", "the amount is all that is owed")
		return true
	}
	for _, b := range bills {
		if b.Owed == a {
			s.because("amount_bill", 30, "金额等于账单 "+b.Number+" 的欠款", "the amount is what bill "+b.Number+" owes")
			return true
		}
	}
	var run money.Fen
	for i, b := range bills {
		if run += b.Owed; run == a {
			s.because("amount_sum", 25, fmt.Sprintf("金额等于最早 %d 张账单的欠款之和", i+1), fmt.Sprintf("the amount is what the %d oldest bills owe", i+1))
			return true
		}
	}
	switch all := sum(bills); {
	case all == 0:
		s.because("nothing_owed", 0, "客户当前没有欠款，将计入余额", "nothing is owed: it becomes the customer's balance")
	case a > all:
		s.because("over", 0, fmt.Sprintf("超出欠款 %s 元，多余部分计入余额", (a-all).Grouped()), fmt.Sprintf("%s more than is owed: the rest becomes the balance", (a-all).Grouped()))
	default:
		s.because("partial", 0, fmt.Sprintf("部分付款，付后还欠 %s 元", (all-a).Grouped()), fmt.Sprintf("a part: %s is owed afterwards", (all-a).Grouped()))
	}
	return false
}

// SuggestDocuments says which refund, deposit or bounced payment a line may be: by its number, or by name or account
// together with the amount.
func SuggestDocuments(l *BankLine, documents []Document) []Suggestion {
	named := Named(l.Purpose)
	name := Fold(l.PayerName)
	var out []Suggestion
	for _, d := range documents {
		if d.Amount != l.AmountFen {
			continue
		}
		s := Suggestion{Kind: d.Kind, CustomerID: d.CustomerID, CustomerName: d.CustomerName, DocumentID: d.ID, Number: d.Number, Bills: []OpenBill{}}
		known := false
		if slices.Contains(named.Refunds, d.Number) || slices.Contains(named.Deposits, d.Number) || d.Number != "" && strings.Contains(l.Purpose, d.Number) {
			known = true
			s.because("document_number", 50, "摘要写明 "+d.Number, "the purpose names "+d.Number)
		}
		if d.Reference != "" && (strings.Contains(l.Purpose, d.Reference) || d.Reference == l.Reference) {
			known = true
			s.because("reference", 45, "与流水号 "+d.Reference+" 相同", "the bank's reference "+d.Reference+" is the same")
		}
		if name != "" && (name == Fold(d.Name) || name == Fold(d.CustomerName)) {
			known = true
			s.because("name", 40, "户名一致", "the name is the same")
		}
		if l.PayerAccount != "" && l.PayerAccount == d.Account {
			known = true
			s.because("account", 30, "账号一致", "the account is the same")
		}
		if !known || d.Kind == MatchRecorded && d.On != l.OnDate && d.Reference != l.Reference || d.Kind == MatchBounce && (l.OnDate.Before(d.On) || !l.Reversal && s.Score < 45) {
			continue
		}
		s.because("amount", 30, "金额一致", "the amount is the same")
		if l.Reversal && (d.Kind == MatchBounce || d.Kind == MatchRefundReturned) {
			s.because("reversal", 20, "银行标明为退汇或冲正", "the bank marks it as returned or reversed")
		}
		s.Sure = s.Score >= 70
		out = append(out, s)
	}
	sure := 0
	for _, s := range out {
		if s.Sure {
			sure++
		}
	}
	for i := range out {
		out[i].Sure = out[i].Sure && sure == 1
	}
	return best(out)
}

func best(out []Suggestion) []Suggestion {
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		if a.Sure != b.Sure {
			if a.Sure {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Score, a.Score)
	})
	return out[:min(len(out), maxSuggestions)]
}

// fits tells whether a kind of match goes with a line's direction.
func (k MatchKind) fits(d bankfile.Direction) bool {
	switch k {
	case MatchPayment, MatchRefundReturned, MatchRecorded:
		return d == bankfile.In
	case MatchRefund, MatchDepositRefund, MatchBounce:
		return d == bankfile.Out
	}
	return false
}
