package taxinvoice

import (
	"context"
	"regexp"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

// Platform is the way to the tax administration's system. Both calls may be repeated at any time: Reference names a request
// once and for all.
type Platform interface {
	// Submit hands a request in. No error means that the platform has it, now or since an earlier try.
	Submit(ctx context.Context, r Request) error
	// Fetch gives the platform's answer to a request, nil while there is none.
	Fetch(ctx context.Context, reference string) (*Answer, error)
}

// Request is what the platform needs for an invoice (数电票). Amounts are yuan as strings; those of red ones are positive,
// too: Type says the sign.
type Request struct {
	Reference string        `json:"reference" xml:"Reference"` // idempotency key
	Type      Kind          `json:"type" xml:"Type"`
	Seller    Party         `json:"seller" xml:"Seller"`
	Buyer     Party         `json:"buyer" xml:"Buyer"`
	Lines     []RequestLine `json:"lines" xml:"Lines>Line"`
	Net       string        `json:"net" xml:"Net"`
	Tax       string        `json:"tax" xml:"Tax"`
	Total     string        `json:"total" xml:"Total"`
	Capital   string        `json:"total_in_words" xml:"TotalInWords"`
	Remark    string        `json:"remark" xml:"Remark"`
	RedOf     *Original     `json:"red_of,omitempty" xml:"RedOf,omitempty"`
	Reason    string        `json:"reason,omitempty" xml:"Reason,omitempty"` // why a red one is asked for
	ConfirmBy string        `json:"confirm_by,omitempty" xml:"ConfirmBy,omitempty"`
}

// Party is a side of an invoice.
type Party struct {
	Name        string `json:"name" xml:"Name"`
	USCC        string `json:"uscc" xml:"USCC"`
	Address     string `json:"address" xml:"Address"`
	Phone       string `json:"phone" xml:"Phone"`
	BankName    string `json:"bank_name" xml:"BankName"`
	BankAccount string `json:"bank_account" xml:"BankAccount"`
	Email       string `json:"email,omitempty" xml:"Email,omitempty"`
}

// RequestLine is a line of a request.
type RequestLine struct {
	Code     string        `json:"tax_code" xml:"TaxCode"`
	Name     string        `json:"name" xml:"Name"`
	Unit     string        `json:"unit,omitempty" xml:"Unit,omitempty"`
	Quantity string        `json:"quantity,omitempty" xml:"Quantity,omitempty"`
	Net      string        `json:"net" xml:"Net"`
	TaxRate  money.Decimal `json:"tax_rate" xml:"TaxRate"`
	Tax      string        `json:"tax" xml:"Tax"`
}

// Original is the invoice that a red one takes back.
type Original struct {
	Number   string       `json:"number" xml:"Number"`
	IssuedOn caldate.Date `json:"issued_on" xml:"IssuedOn"`
}

// Outcome is what the platform says.
type Outcome string

// The outcomes: issued (for a red one: confirmed and issued), rejected with a reason, and lapsed where the buyer let the
// time run out.
const (
	OutcomeIssued   Outcome = "issued"
	OutcomeRejected Outcome = "rejected"
	OutcomeLapsed   Outcome = "lapsed"
)

// Answer is what came back for a request. File is the invoice as the platform made it (PDF or OFD in a ZIP); it may come
// later, or never.
type Answer struct {
	Reference string       `json:"reference"`
	Outcome   Outcome      `json:"outcome"`
	Number    string       `json:"number,omitempty"` // 20 digits (数电票); older ones have fewer
	IssuedOn  caldate.Date `json:"issued_on,omitzero"`
	Total     string       `json:"total,omitempty"` // yuan; checked where it is given
	Reason    string       `json:"reason,omitempty"`
	FileName  string       `json:"file_name,omitempty"`
	File      []byte       `json:"file,omitempty"` // base64 in JSON
}

var numberForm = regexp.MustCompile(`^[0-9]{8,20}$`)

// check refuses answers that can't be meant for a request.
func (a *Answer) check(i *Invoice, today caldate.Date) error {
	var f errs.Fields
	if a.Reference != i.Reference {
		f.Add("reference", "other", "答复的请求编号 "+cut(a.Reference)+" 与本次请求 "+i.Reference+" 不符", "the answer is for "+cut(a.Reference)+", not for "+i.Reference)
	}
	switch a.Outcome {
	case OutcomeIssued:
		if !numberForm.MatchString(a.Number) {
			f.Add("number", "form", "发票号码应为 8 到 20 位数字", "the number of an invoice has 8 to 20 digits")
		}
		if a.IssuedOn.IsZero() || a.IssuedOn.Before(i.RequestedOn) || a.IssuedOn.After(today) {
			f.Add("issued_on", "range", "开票日期应在 "+i.RequestedOn.String()+" 与 "+today.String()+" 之间", "the day of issue must be from "+i.RequestedOn.String()+" to "+today.String())
		}
		if a.Total != "" {
			if total, err := money.ParseYuan(a.Total); err != nil || total != i.TotalFen {
				f.Add("total", "other", "价税合计 "+cut(a.Total)+" 与请求的 "+i.TotalFen.Yuan()+" 不符", "the total "+cut(a.Total)+" is not "+i.TotalFen.Yuan())
			}
		}
	case OutcomeRejected:
		if a.Reason == "" {
			f.Add("reason", "missing", "拒绝应写明原因", "a rejection needs its reason")
		}
	case OutcomeLapsed:
		if i.Kind != Red {
			f.Add("outcome", "unknown", "只有红字申请会过期", "only a red request lapses")
		}
	default:
		f.Add("outcome", "unknown", "结果应为 issued、rejected 或 lapsed", "the outcome must be issued, rejected or lapsed")
	}
	return f.Err(ErrAnswer)
}

func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
