package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/simulate"
)

// errTrialBusy: a trial takes a core for some tenths of a second, and people's work comes first.
var errTrialBusy = errs.RateLimited("trial.busy", "正在进行的试算较多，请几秒后再试", "too many trials are under way; try again in a few seconds")

// trialsAtOnce is how many trials one server runs beside each other.
const trialsAtOnce = 2

type trialInput struct {
	ContractID      string            `json:"contract_id,omitempty" maxLength:"32" doc:"A contract of ours: with the terms of today, from its start. Else the form below."`
	TemplateID      string            `json:"template_id,omitempty" maxLength:"64"`
	TemplateVersion int               `json:"template_version,omitempty" minimum:"0"`
	Values          map[string]string `json:"values,omitempty" doc:"What is filled in so far; the form need not be finished."`
	Parts           int64             `json:"monthly_parts" minimum:"0" doc:"Message parts delivered each month."`
	Pays            simulate.Payer    `json:"pays" enum:"on_time,late,never"`
	LateDays        int               `json:"late_days,omitempty" minimum:"0" maximum:"365" doc:"With late: days after the due date."`
	Months          int               `json:"months,omitempty" minimum:"0" maximum:"36" doc:"How many months are billed; 12 where left out."`
}

type trialYear struct {
	Kind    contract.Kind  `json:"kind"`
	From    caldate.Date   `json:"from"`
	Until   caldate.Date   `json:"until" doc:"The last day that was run."`
	Totals  trialTotals    `json:"totals"`
	Bills   []trialBill    `json:"bills"`
	States  []trialState   `json:"states"`
	Refused []trialRefusal `json:"refused" doc:"What the rules did not allow on the way."`
}

type trialTotals struct {
	Billed    money.Fen `json:"billed_fen"`
	Tax       money.Fen `json:"tax_fen"`
	LateFee   money.Fen `json:"late_fee_fen"`
	Paid      money.Fen `json:"paid_fen" doc:"Of bills and late fees."`
	Open      money.Fen `json:"open_fen"`
	Deposit   money.Fen `json:"deposit_fen" doc:"Held at the end."`
	ToppedUp  money.Fen `json:"topped_up_fen" doc:"Paid in advance (prepaid, centre)."`
	Wallet    money.Fen `json:"wallet_fen" doc:"Left in the wallet at the end."`
	Suspended int       `json:"suspended_days"`
}

type trialBill struct {
	Month    caldate.Month `json:"month"`
	Number   string        `json:"number"`
	IssuedOn caldate.Date  `json:"issued_on"`
	DueOn    caldate.Date  `json:"due_on"`
	Total    money.Fen     `json:"total_fen"`
	Tax      money.Fen     `json:"tax_fen"`
	LateFee  money.Fen     `json:"late_fee_fen"`
	Paid     money.Fen     `json:"paid_fen"`
	Open     money.Fen     `json:"open_fen"`
	State    string        `json:"state" enum:"issued,overdue,paid,void"`
	PaidOn   caldate.Date  `json:"paid_on"`
	Lines    []trialLine   `json:"lines"`
}

type trialLine struct {
	Charge    plan.Charge `json:"charge"`
	Name      string      `json:"name"`
	Note      string      `json:"note,omitempty"`
	Quantity  string      `json:"quantity"`
	Unit      string      `json:"unit"`
	UnitPrice string      `json:"unit_price"`
	Amount    money.Fen   `json:"amount_fen"`
	TaxRate   string      `json:"tax_rate"`
}

type trialState struct {
	On      caldate.Date   `json:"on"`
	State   contract.State `json:"state" enum:"active,suspended,expired,terminated,settled,closed"`
	Reasons []string       `json:"reasons"`
}

type trialRefusal struct {
	On       caldate.Date `json:"on"`
	Code     string       `json:"code"`
	Detail   string       `json:"detail"`
	DetailEn string       `json:"detail_en"`
}

func (a *API) trials() {
	room := make(chan struct{}, trialsAtOnce)
	Register(a, Op{
		ID: "try-contract", Method: http.MethodPost, Path: "/contracts/trial", Capability: "contract.read", Tag: "contract", NoReplay: true,
		Summary: "试算：合同一年要花多少钱，什么时候逾期、停机", SummaryEn: "Trial: what a contract costs in a year, and when it would be overdue or suspended; nothing is kept",
	}, func(ctx context.Context, in *struct{ Body trialInput }) (*struct{ Body trialYear }, error) {
		terms, start, end, err := a.trialTerms(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		if in.Body.Months == 0 {
			in.Body.Months = 12
		}
		s, err := simulate.Year(terms, start, end, simulate.Habits{Parts: in.Body.Parts, Pays: in.Body.Pays, LateDays: in.Body.LateDays, Months: in.Body.Months})
		if err != nil {
			return nil, err
		}
		select {
		case room <- struct{}{}:
			defer func() { <-room }()
		default:
			return nil, errTrialBusy
		}
		r, err := a.deps.Trial(ctx, s)
		if err != nil {
			return nil, err
		}
		return &struct{ Body trialYear }{fromTrial(terms.Kind, s, r)}, nil
	})
}

// trialTerms are those of a contract within the actor's scope, or of a form.
func (a *API) trialTerms(ctx context.Context, in trialInput) (t plan.Terms, start, end caldate.Date, err error) {
	if in.ContractID == "" {
		return a.deps.Contracts.FormTerms(ctx, contract.Registration{TemplateID: in.TemplateID, TemplateVersion: in.TemplateVersion, Values: in.Values})
	}
	c, err := a.deps.Contracts.Get(ctx, in.ContractID)
	if err != nil {
		return t, start, end, err
	}
	return c.Terms, c.StartDate, c.EndDate, nil
}

func fromTrial(kind contract.Kind, s *simulate.Scenario, r *simulate.Result) trialYear {
	out := trialYear{Kind: kind, From: s.First(), Until: s.Until, Bills: []trialBill{}, States: []trialState{}, Refused: []trialRefusal{}}
	for _, b := range r.Bills {
		x := trialBill{Month: b.Period, Number: b.Number, IssuedOn: b.IssuedOn, DueOn: b.DueOn, Total: b.Total, LateFee: b.LateFee, Paid: b.Paid + b.LateFeePaid, Open: b.Open,
			State: b.State, Lines: []trialLine{}}
		if b.PaidOn != nil {
			x.PaidOn = *b.PaidOn
		}
		for _, l := range b.Lines {
			x.Tax += l.Tax
			x.Lines = append(x.Lines, trialLine{plan.Charge(l.Charge), l.Name, l.Note, l.Quantity, l.Unit, l.UnitPrice, l.Amount, l.TaxRate})
		}
		t := &out.Totals
		t.Billed, t.Tax, t.LateFee, t.Paid, t.Open = t.Billed+x.Total, t.Tax+x.Tax, t.LateFee+x.LateFee, t.Paid+x.Paid, t.Open+x.Open
		out.Bills = append(out.Bills, x)
	}
	var since caldate.Date // of the suspension that is open
	for _, x := range r.States {
		out.States = append(out.States, trialState{On: x.On, State: contract.State(x.State), Reasons: append([]string{}, x.Reasons...)})
		switch {
		case x.State == string(contract.Suspended):
			since = x.On
		case !since.IsZero():
			out.Totals.Suspended += x.On.Sub(since)
			since = caldate.Date{}
		}
	}
	if !since.IsZero() {
		out.Totals.Suspended += s.Until.Sub(since) + 1
	}
	for _, d := range r.Deposits {
		out.Totals.Deposit += d.Held
	}
	for _, w := range r.Wallets {
		out.Totals.Wallet += w.Balance
	}
	for _, e := range s.Events {
		if e.TopUp != nil {
			out.Totals.ToppedUp += e.TopUp.Amount
		}
	}
	for _, x := range r.Refused {
		out.Refused = append(out.Refused, trialRefusal{x.On, x.Code, x.Detail, x.DetailEn})
	}
	for _, x := range r.Failed { // an amount beyond what a bill can hold
		out.Refused = append(out.Refused, trialRefusal{x.Period.Next().First(), "bill.failed", x.Detail, x.Detail})
	}
	return out
}
