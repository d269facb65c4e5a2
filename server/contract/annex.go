package contract

import (
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
)

// AnnexKind says what a paper annexed to a contract is.
type AnnexKind string

// The kinds: what we offer, what the customer orders, fees that the customer confirms (C18), and the joint confirmation that the work is
// completed, with which the contract ends (C17).
const (
	Offer           AnnexKind = "offer"
	Order           AnnexKind = "order"
	FeeConfirmation AnnexKind = "fee_confirmation"
	Completion      AnnexKind = "completion"
)

// AnnexKinds lists all kinds.
func AnnexKinds() []AnnexKind { return []AnnexKind{Offer, Order, FeeConfirmation, Completion} }

var annexWords = map[AnnexKind][2]string{
	Offer: {"报价单", "offer"}, Order: {"订单", "order"}, FeeConfirmation: {"费用确认单", "fee confirmation"}, Completion: {"完成确认书", "completion"},
}

// Words are a kind as people read it.
func (k AnnexKind) Words() (zh, en string) { return annexWords[k][0], annexWords[k][1] }

// mark is the letter of a kind in a number.
func (k AnnexKind) mark() string {
	return map[AnnexKind]string{Offer: "Q", Order: "O", FeeConfirmation: "F", Completion: "C"}[k]
}

// AnnexState is where an annex stands.
type AnnexState string

// The states. Confirmed, refused, withdrawn and lapsed are ends.
const (
	AnnexOpen      AnnexState = "open"     // waits for the customer's answer
	AnnexRecorded  AnnexState = "recorded" // confirmed on paper; a second person compares the scan
	AnnexConfirmed AnnexState = "confirmed"
	AnnexRefused   AnnexState = "refused"
	AnnexWithdrawn AnnexState = "withdrawn"
	AnnexLapsed    AnnexState = "lapsed" // not answered until its last day
)

var annexMoves = map[AnnexState][]AnnexState{
	AnnexOpen:     {AnnexRecorded, AnnexConfirmed, AnnexRefused, AnnexWithdrawn, AnnexLapsed},
	AnnexRecorded: {AnnexConfirmed, AnnexOpen},
}

// AnnexItem is one line of an annex.
type AnnexItem struct {
	Text     string        `json:"text"`
	Quantity money.Decimal `json:"quantity"`
	Price    money.Decimal `json:"price"` // yuan
	Amount   money.Fen     `json:"amount_fen"`
}

// Annex is a paper that the customer confirms and that then belongs to the contract (C17, C18). What it says never changes.
type Annex struct {
	ID         string `gorm:"primaryKey"`
	Number     string // the contract's number with -Q01 (报价单), -O01 (订单), -F01 (费用确认单), -C01 (完成确认书)
	ContractID string
	CustomerID string
	Kind       AnnexKind
	State      AnnexState
	Title      string
	Body       string
	Items      []AnnexItem `gorm:"serializer:json"`
	TotalFen   money.Fen
	ValidUntil caldate.Date // last day of an answer; none: no end
	LastDay    caldate.Date // of a completion: last day of service that it ends the contract with
	FormID     string       // the paper that was made
	FormSHA256 string       `gorm:"column:form_sha256"`
	DocumentID string       // scan of the confirmed paper, where it was confirmed so
	Signer     string
	EvidenceID string // acceptance, where it was confirmed in the portal
	CreatedBy  string
	CreatedAt  caldate.Instant
	RecordedBy string
	RecordedAt caldate.Instant
	AnsweredBy string
	AnsweredAt caldate.Instant
	AnsweredOn caldate.Date
	Reason     string // why it was refused or withdrawn
}

// TableName is contract_annexes.
func (Annex) TableName() string { return "contract_annexes" }

// AnnexDraft is what an annex is made of.
type AnnexDraft struct {
	Kind       AnnexKind
	Title      string
	Body       string
	Items      []AnnexItem
	ValidUntil caldate.Date
	LastDay    caldate.Date
}

const (
	maxAnnexBody  = 5000
	maxAnnexItems = 100
)

// check cleans what was entered and gives every wrong field at once; amounts are worked out.
func (d AnnexDraft) check(c *Contract, today caldate.Date) (AnnexDraft, error) {
	var f errs.Fields
	if !slices.Contains(AnnexKinds(), d.Kind) {
		f.Add("kind", "unknown", "请选择：offer（报价单）、order（订单）、fee_confirmation（费用确认单）、completion（完成确认书）", "choose offer, order, fee_confirmation or completion")
	}
	d.Title = form.Text(&f, "title", d.Title, 100, true)
	d.Body = form.Lines(&f, "body", d.Body, maxAnnexBody, d.Kind == Completion)
	if len(d.Items) > maxAnnexItems {
		f.Add("items", "too_many", fmt.Sprintf("最多 %d 行", maxAnnexItems), fmt.Sprintf("at most %d lines", maxAnnexItems))
		d.Items = d.Items[:maxAnnexItems]
	}
	d.Items = append([]AnnexItem{}, d.Items...)
	for i := range d.Items {
		d.Items[i] = d.Items[i].check(&f, fmt.Sprintf("items[%d].", i))
	}
	if len(d.Items) == 0 && d.Kind != Completion {
		f.Add("items", "missing", "请至少填写一行项目与金额", "give at least one line with its amount")
	}
	if !d.ValidUntil.IsZero() && d.ValidUntil.Before(today) {
		f.Add("valid_until", "past", "有效期 "+d.ValidUntil.String()+" 已经过去，请填今天或以后的日期", "has passed; give today or a later day")
	}
	switch last := d.LastDay; {
	case d.Kind != Completion && !last.IsZero():
		f.Add("last_day", "not_completion", "只有完成确认书才填最后服务日", "only a completion ends the contract")
	case d.Kind == Completion && last.IsZero():
		f.Add("last_day", "missing", "请填写最后服务日", "give the last day of service")
	case d.Kind == Completion && last.Before(today):
		f.Add("last_day", "past", "最后服务日 "+last.String()+" 已经过去；请填今天或以后的日期", "the last day has passed; give today or a later day")
	case d.Kind == Completion && last.After(c.EndDate):
		f.Add("last_day", "after_end", "最后服务日晚于合同终止日 "+c.EndDate.String(), "the last day is after the contract's end on "+c.EndDate.String())
	}
	return d, f.Err(ErrAnnex)
}

// maxPrice bounds quantity, price and amount of a line, so that sums stay far from what a Fen can hold.
var maxPrice = money.NewDecimal(1_000_000_000)

func (i AnnexItem) check(f *errs.Fields, at string) AnnexItem {
	i.Text = form.Text(f, at+"text", i.Text, 200, true)
	n := len(*f)
	if i.Quantity.Sign() <= 0 || i.Quantity.Cmp(maxPrice) > 0 {
		f.Add(at+"quantity", "range", "数量须大于 0，且不超过 1000000000", "more than 0, at most 1000000000")
	}
	if i.Price.Sign() < 0 || i.Price.Cmp(maxPrice) > 0 {
		f.Add(at+"price", "range", "单价须不小于 0，且不超过 1000000000 元", "at least 0, at most 1000000000 yuan")
	}
	amount := i.Price.Mul(i.Quantity)
	if len(*f) == n && amount.Cmp(maxPrice) > 0 {
		f.Add(at+"price", "range", "这一行的金额超过 1000000000 元，请核对数量与单价", "the line is more than 1000000000 yuan; check quantity and price")
	}
	if len(*f) == n {
		i.Amount = amount.Fen()
	}
	return i
}

// AnnexActions are what a person may do next with an annex, before capabilities.
func AnnexActions(a *Annex, today caldate.Date, who actor.Actor) []string {
	over := !a.ValidUntil.IsZero() && today.After(a.ValidUntil)
	switch {
	case a.State == AnnexOpen && over:
		return []string{"withdraw_annex"}
	case a.State == AnnexOpen && who.CustomerID != "":
		return []string{"accept_annex", "refuse_annex"}
	case a.State == AnnexOpen:
		return []string{"record_annex", "refuse_annex", "withdraw_annex"}
	case a.State == AnnexRecorded && a.RecordedBy != who.UserID:
		return []string{"confirm_annex", "return_annex"}
	}
	return nil
}

// AnnexStatement is the sentence under which an annex is confirmed in the portal.
func AnnexStatement(c *Contract, a *Annex) string {
	zh, _ := a.Kind.Words()
	s := []string{"本人代表" + c.CustomerName + "，确认《" + zh + "》（编号 " + a.Number + "，SHA-256 " + a.FormSHA256 + "）的全部内容"}
	if a.TotalFen > 0 {
		s = append(s, "金额合计 "+a.TotalFen.Grouped()+" 元")
	}
	if a.Kind == Completion {
		s = append(s, "合同服务至 "+a.LastDay.Zh()+" 为止")
	}
	return strings.Join(s, "，") + "。"
}
