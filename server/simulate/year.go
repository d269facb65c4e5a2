package simulate

import (
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/wallet"
)

// Payer says how a customer of a trial pays.
type Payer string

// On the last day of the window; some days after it; never.
const (
	PaysOnTime Payer = "on_time"
	PaysLate   Payer = "late"
	PaysNever  Payer = "never"
)

// Habits are what a trial year supposes of a customer.
type Habits struct {
	Parts    int64 // delivered message parts a month
	Pays     Payer
	LateDays int // with PaysLate: how many days after the due date
	Months   int // how many months are billed, from the one in which the contract starts
}

// ErrHabits are suppositions that can't be played.
var ErrHabits = errs.Invalid("simulate.habits", "试算的假设有误，请修改标出的各项", "the suppositions of the trial are not right; correct what is marked")

func (h Habits) check() error {
	var f errs.Fields
	if h.Parts < 0 || h.Parts > maxParts {
		f.Add("monthly_parts", "range", "每月条数应在 0 到 1,000,000,000,000 之间", "from 0 to 1,000,000,000,000 messages a month")
	}
	if h.Pays != PaysOnTime && h.Pays != PaysLate && h.Pays != PaysNever {
		f.Add("pays", "unknown", "请选择：on_time（按期）、late（逾期）、never（不付）", "choose on_time, late or never")
	}
	if h.Pays == PaysLate && (h.LateDays < 1 || h.LateDays > 365) {
		f.Add("late_days", "range", "请填 1 到 365 之间的天数", "from 1 to 365 days")
	}
	if h.Months < 1 || h.Months > 36 {
		f.Add("months", "range", "请填 1 到 36 之间的月数", "from 1 to 36 months")
	}
	return f.Err(ErrHabits)
}

// Year is the scenario of a contract of which nobody knows yet how it will go: the same usage every month, in the middle
// of it, and bills paid as the habits say. Wallets are topped up on the first day of each month with what its messages
// cost at most. It ends on the 1st on which the last month is billed. Errors: ErrHabits, ErrScenario.
func Year(t plan.Terms, start, end caldate.Date, h Habits) (*Scenario, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	if bad := t.Check(); len(bad) > 0 {
		return nil, ErrScenario.AtAll(bad...)
	}
	const id, who = "contract", "试算客户"
	first := start.MonthOf()
	s := &Scenario{Contracts: []Contract{{ID: id, Customer: who, Start: start, End: end, Terms: t}}, Until: first.Add(h.Months).First()}
	add := func(e Event) {
		if e.On.After(s.Until) {
			return
		}
		e.Index, e.Customer = len(s.Events), who
		if e.Pay == nil {
			e.Contract = id
		}
		s.Events = append(s.Events, e)
	}
	pay := func(due caldate.Date) {
		on := due
		switch h.Pays {
		case PaysNever:
			return
		case PaysLate:
			on = due.AddDays(h.LateDays)
		}
		add(Event{On: on, Second: noon, Pay: &Pay{DueBy: due, ValueDate: on}})
	}
	for i := range h.Months {
		m := first.Add(i)
		from, to := m.First(), m.Last()
		if from.Before(start) {
			from = start
		}
		if to.After(end) {
			to = end
		}
		if !from.After(to) {
			if wallet.Has(t.Kind) && h.Pays != PaysNever {
				if amount := dearest(t).MulInt(h.Parts).Fen(); amount > 0 {
					add(Event{On: from, Second: 9 * 3600, TopUp: &TopUp{Amount: amount}})
				}
			}
			if h.Parts > 0 && t.Kind != plan.KindMaintenance {
				middle := m.Day(15)
				if !middle.In(from, to) {
					middle = to
				}
				add(Event{On: middle, Second: noon, Usage: &Usage{Parts: h.Parts}})
			}
		}
		_, due := t.Due(m, m.Next().First())
		pay(due)
	}
	if t.LumpSum > 0 { // billed on the day of the start, due before the first month is
		_, due := t.Due(first, start)
		pay(due)
	}
	return s, nil
}

// dearest is the most that one part may cost.
func dearest(t plan.Terms) money.Decimal {
	if t.Tiers == nil {
		return t.Price
	}
	most := money.Decimal{}
	for _, s := range t.Tiers.Steps {
		if s.Price.Cmp(most) > 0 {
			most = s.Price
		}
	}
	return most
}
