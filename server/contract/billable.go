package contract

import (
	"context"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/plan"
)

// Billable is what a month's bill needs to know of a contract.
type Billable struct {
	Contract
	Dated       []DatedTerms // oldest first
	Suspensions []Suspension
}

// TermsIn gives the terms with which a month begins (of the first day of service, in the first month), when they were
// agreed, and the changes that follow inside it.
func (b *Billable) TermsIn(m caldate.Month) (t plan.Terms, agreed caldate.Date, changes []plan.Change) {
	first, _ := b.Life()
	if first.Before(m.First()) {
		first = m.First()
	}
	for i, d := range b.Dated {
		switch {
		case i == 0 || !d.EffectiveFrom.After(first):
			t, agreed = d.Terms, d.PricedOn()
		case !d.EffectiveFrom.After(m.Last()):
			changes = append(changes, plan.Change{From: d.EffectiveFrom, Terms: d.Terms})
		}
	}
	if n := len(changes); n > 0 { // one-off fees are of a day, not of a span: those agreed during the month stand on its bill too
		t.OneOff = changes[n-1].Terms.OneOff
	}
	return t, agreed, changes
}

// SuspendedDays gives the days of [from, to] suspended from 00:00 to 24:00.
func (b *Billable) SuspendedDays(from, to caldate.Date) []caldate.Date {
	return suspendedDays(b.Suspensions, from, to)
}

// Billable gives a page of the contracts that were in force on any day of a month, or have messages whose receipts came
// after their bill, or charges that wait for one, in the order of their numbers after a number: a run over all contracts reads them page by page.
func (s *Service) Billable(ctx context.Context, m caldate.Month, after string, limit int) ([]Billable, error) {
	rows, err := s.store.billable(ctx, m, after, limit)
	if err != nil {
		return nil, fmt.Errorf("contracts to bill for %s: %w", m, err)
	}
	return rows, nil
}

// Started gives the contracts of a kind that came into force in the month of a day, up to that day.
func (s *Service) Started(ctx context.Context, k Kind, d caldate.Date) ([]Billable, error) {
	rows, err := s.store.started(ctx, k, d.MonthOf().First(), d)
	if err != nil {
		return nil, fmt.Errorf("contracts that started by %s: %w", d, err)
	}
	return rows, nil
}

// BillableCount is how many contracts Billable gives in all.
func (s *Service) BillableCount(ctx context.Context, m caldate.Month) (n int64, err error) {
	err = s.store.db.Q(ctx).Model(&Contract{}).Where(billableIn, m.Last(), m.First(), m.Last()).Count(&n).Error
	return n, err
}

// SuspendedFor gives the contracts of a customer ("" for all) that a reason suspends now.
func (s *Service) SuspendedFor(ctx context.Context, r Reason, customerID string) (ids []string, err error) {
	q := s.store.db.Q(ctx).Model(&Suspension{}).Where("reason = ? AND lifted_at IS NULL", r)
	if customerID != "" {
		q = q.Where("contract_id IN (SELECT id FROM contracts WHERE customer_id = ?)", customerID)
	}
	err = q.Order("contract_id").Pluck("contract_id", &ids).Error
	return ids, err
}

// CountOf tells how many contracts a customer has and how many of them are not closed.
func (s *Service) CountOf(ctx context.Context, customerID string) (all, open int64, err error) {
	if err = s.store.db.Q(ctx).Model(&Contract{}).Where("customer_id = ?", customerID).Count(&all).Error; err != nil {
		return 0, 0, err
	}
	err = s.store.db.Q(ctx).Model(&Contract{}).Where("customer_id = ? AND state <> ?", customerID, Closed).Count(&open).Error
	return all, open, err
}

const billableIn = `((activated_on IS NOT NULL AND activated_on <= ? AND COALESCE(ended_on, ends_on, end_date) >= ?)
	OR EXISTS (SELECT 1 FROM usage_months u WHERE u.contract_id = contracts.id AND u.locked_on IS NOT NULL AND u.parts <> u.billed_parts)
	OR EXISTS (SELECT 1 FROM charges x WHERE x.contract_id = contracts.id AND x.state = 'pending' AND x.on_date <= ?))`

func (s store) billable(ctx context.Context, m caldate.Month, after string, limit int) ([]Billable, error) {
	var cs []Contract
	err := s.db.Q(ctx).Select(billableColumns).Where("number > ?", after).Where(billableIn, m.Last(), m.First(), m.Last()).Order("number").Limit(limit).Find(&cs).Error
	if err != nil || len(cs) == 0 {
		return nil, err
	}
	return s.withTerms(ctx, cs, m)
}

const billableColumns = "id, number, kind, customer_id, customer_name, owner_id, state, start_date, end_date, service_code, activated_on, ends_on, ended_on"

// started gives the contracts of a kind that came into force in a month, up to a day.
func (s store) started(ctx context.Context, k Kind, from, to caldate.Date) ([]Billable, error) {
	var cs []Contract
	err := s.db.Q(ctx).Select(billableColumns).Where("kind = ? AND activated_on >= ? AND activated_on <= ?", k, from, to).Order("number").Find(&cs).Error
	if err != nil || len(cs) == 0 {
		return nil, err
	}
	return s.withTerms(ctx, cs, from.MonthOf())
}

// withTerms adds the terms of all days and the suspensions of a month.
func (s store) withTerms(ctx context.Context, cs []Contract, m caldate.Month) ([]Billable, error) {
	out := make([]Billable, len(cs))
	at := make(map[string]*Billable, len(cs))
	ids := make([]string, len(cs))
	for i := range cs {
		out[i].Contract = cs[i]
		at[cs[i].ID], ids[i] = &out[i], cs[i].ID
	}
	var terms []DatedTerms
	if err := s.db.Q(ctx).Where("contract_id IN ?", ids).Order("effective_from").Find(&terms).Error; err != nil {
		return nil, err
	}
	for _, t := range terms {
		at[t.ContractID].Dated = append(at[t.ContractID].Dated, t)
	}
	var suspensions []Suspension
	if err := s.db.Q(ctx).Where("contract_id IN ? AND suspended_from <= ? AND (lifted_on IS NULL OR lifted_on > ?)", ids, m.Last(), m.First()).Order("suspended_from").Find(&suspensions).Error; err != nil {
		return nil, err
	}
	for _, x := range suspensions {
		at[x.ContractID].Suspensions = append(at[x.ContractID].Suspensions, x)
	}
	return out, nil
}
