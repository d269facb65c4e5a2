package plan

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// WalletCost is what parts that a wallet pays for cost in a month: by the same prices, tiers and rounding as on a bill,
// without what stands on the bill alone (minimum, one-off fees). Used holds what money paid for, by day.
func WalletCost(t Terms, f MonthFacts) []Line {
	f.Extras, f.Blocked, f.Covered = nil, nil, 0
	f.Changes = slices.Clone(f.Changes)
	for i := range f.Changes {
		f.Changes[i].Terms.Minimum = 0
	}
	t.OneOff, t.LumpSum, t.Minimum = nil, 0, 0
	lines := PriceMonth(t, f)
	for i := range lines {
		lines[i].Name = "预存款支付的短信通信费"
	}
	return lines
}

// HighestPrice is the most that one part may cost on a day, with tax: what a batch that has not left yet sets aside for each.
func (t Terms) HighestPrice(on, pricedOn caldate.Date) money.Decimal {
	most := t.Price
	if t.Kind == KindPackage {
		most = t.Overage
	}
	if t.Tiers != nil {
		most = money.Decimal{}
		for _, s := range t.Tiers.Steps {
			if s.Price.Cmp(most) > 0 {
				most = s.Price
			}
		}
	}
	gross, _ := t.gross(most, on, pricedOn)
	return gross
}
