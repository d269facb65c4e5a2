package bill

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/plan"
	"sealgate/server/platform/ids"
)

// IssueStarts makes the bills that fall on the day on which a contract starts: the lump sum of maintenance agreements, due as
// their terms say. It looks at the contracts that came into force in the month up to d, so that a day that was missed is
// made up for; a month that was billed already had the lump sum on its bill. Any number of runs have one result. It tells
// how many were issued.
func (s *Service) IssueStarts(ctx context.Context, d caldate.Date) (n int, err error) {
	m := d.MonthOf()
	all, err := s.contracts.Started(ctx, plan.KindMaintenance, d)
	if err != nil {
		return 0, err
	}
	for page := range slices.Chunk(all, pageSize) {
		made := 0
		err := s.db.Run(ctx, func(ctx context.Context) error {
			made = 0
			if err := Numbers.Month(m).Hold(ctx, s.db); err != nil { // runs beside each other take turns
				return err
			}
			var contracts, keys, customers []string
			for i := range page {
				contracts, keys, customers = append(contracts, page[i].ID), append(keys, Key(page[i].ID, m, 0)), append(customers, page[i].CustomerID)
			}
			slices.Sort(customers)
			if err := s.store.lockAccounts(ctx, slices.Compact(customers)); err != nil {
				return err
			}
			begun, err := s.store.begun(ctx, keys)
			if err != nil {
				return err
			}
			locked, err := s.usage.Locked(ctx, contracts, m)
			if err != nil {
				return err
			}
			var drafts []drafted
			var bills []*Bill
			for i := range page {
				c := &page[i]
				if begun[c.ID] || locked[c.ID] {
					continue
				}
				b, err := s.startBill(c, m)
				if err != nil {
					return err
				}
				if b != nil {
					bills = append(bills, b)
					drafts = append(drafts, drafted{contract: c, bill: b})
				}
			}
			made = len(bills)
			if made == 0 {
				return nil
			}
			return s.writeBills(ctx, m, d, bills, drafts)
		})
		if err != nil {
			return n, fmt.Errorf("bills of contracts that start by %s: %w", d, err)
		}
		n += made
	}
	return n, nil
}

// startBill is the bill over the lump sum, dated and due by the day of the start; nil where there is none.
func (s *Service) startBill(c *contract.Billable, m caldate.Month) (*Bill, error) {
	if len(c.Dated) == 0 {
		return nil, nil
	}
	t, agreed, _ := c.TermsIn(m)
	if t.LumpSum <= 0 {
		return nil, nil
	}
	first, last := c.Life()
	only := plan.Terms{Kind: t.Kind, LumpSum: t.LumpSum, Fixed: t.Fixed}
	lines := plan.PriceMonth(only, plan.MonthFacts{Month: m, Start: first, End: last, PricedOn: agreed})
	b := &Bill{Facts: Facts{ID: ids.New(), BillKey: Key(c.ID, m, 0), ContractID: c.ID, ContractNumber: c.Number, Kind: c.Kind, CustomerID: c.CustomerID, CustomerName: c.CustomerName,
		Month: m, IssuedOn: first, IssuedAt: s.clock.Instant(), ServiceFrom: first, ServiceTo: m.Last()}, Status: Status{State: Issued}}
	if last.Before(b.ServiceTo) {
		b.ServiceTo = last
	}
	b.WindowFrom, b.DueOn = t.Due(m, first)
	b.SuspendOn = b.DueOn.AddDays(t.SuspendAfterDays() + 1)
	for _, l := range lines {
		b.NetFen, b.TaxFen, b.TotalFen = b.NetFen+l.Net, b.TaxFen+l.Tax, b.TotalFen+l.Amount
	}
	items, err := json.Marshal(lines)
	if err != nil {
		return nil, err
	}
	cond, err := json.Marshal(conditions(t, b.ServiceTo))
	if err != nil {
		return nil, err
	}
	b.LineItems, b.Conditions = string(items), string(cond)
	return b, nil
}
