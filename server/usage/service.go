package usage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/verify"
)

// Service counts and reads usage.
type Service struct{ store store }

// New makes the service over a database.
func New(d *db.DB) *Service { return &Service{store{d}} }

// Add counts rows in the transaction of the receipts that they come from, so that a receipt that is repeated or rolled
// back counts once or not at all. Usage of a month that is billed already is counted all the same: it shows as late.
func (s *Service) Add(ctx context.Context, rows ...Row) error {
	if len(rows) == 0 {
		return nil
	}
	if !db.InTx(ctx) {
		return fmt.Errorf("usage of contract %s added outside a transaction", rows[0].ContractID)
	}
	days := map[Row]int64{}
	months := map[monthKey]int64{}
	for _, r := range rows {
		if r.Parts <= 0 || r.ContractID == "" || r.Day.IsZero() {
			return ErrRow.With("contract", r.ContractID)
		}
		k := r
		k.Parts = 0
		days[k] += r.Parts
		months[monthKey{r.ContractID, r.Day.MonthOf()}] += r.Parts
	}
	// Sorted, so that two transactions that touch the same rows queue instead of waiting for each other.
	var perDay []dayRow
	for k, n := range days {
		perDay = append(perDay, dayRow{k.ContractID, k.Day, k.Carrier, k.ServiceCode, n})
	}
	slices.SortFunc(perDay, func(a, b dayRow) int { return strings.Compare(a.sortKey(), b.sortKey()) })
	var perMonth []monthRow
	for k, n := range months {
		perMonth = append(perMonth, monthRow{ContractID: k.contract, Month: k.month, Parts: n})
	}
	slices.SortFunc(perMonth, func(a, b monthRow) int {
		return strings.Compare(a.ContractID+a.Month.String(), b.ContractID+b.Month.String())
	})
	return s.store.db.Part(ctx, "usage", func(ctx context.Context) error { return s.store.add(ctx, perDay, perMonth) })
}

// MonthTotals gives what a contract used in a month, by day, carrier and service code.
func (s *Service) MonthTotals(ctx context.Context, contractID string, m caldate.Month) (Totals, error) {
	t := Totals{Days: []Row{}}
	months, err := s.store.months(ctx, []string{contractID}, m)
	if err != nil {
		return t, err
	}
	for _, x := range months {
		if x.Month == m {
			t.Parts, t.Billed, t.Locked = x.Parts, x.BilledParts, !x.LockedOn.IsZero()
		}
	}
	days, err := s.store.days(ctx, contractID, m)
	for _, d := range days {
		t.Days = append(t.Days, Row{d.Day, d.ContractID, d.Carrier, d.ServiceCode, d.Parts})
	}
	return t, err
}

// Days gives the rows of a month, for contracts whose price depends on the day or the port.
func (s *Service) Days(ctx context.Context, contractID string, m caldate.Month) ([]Row, error) {
	t, err := s.MonthTotals(ctx, contractID, m)
	return t.Days, err
}

// DaysOf is Days for many contracts at once.
func (s *Service) DaysOf(ctx context.Context, contractIDs []string, m caldate.Month) (map[string][]Row, error) {
	out := map[string][]Row{}
	if len(contractIDs) == 0 {
		return out, nil
	}
	days, err := s.store.daysOf(ctx, contractIDs, m)
	for _, d := range days {
		out[d.ContractID] = append(out[d.ContractID], Row{d.Day, d.ContractID, d.Carrier, d.ServiceCode, d.Parts})
	}
	return out, err
}

// Unbilled gives, for contracts, the month m and every earlier locked month in which parts came late.
func (s *Service) Unbilled(ctx context.Context, contractIDs []string, m caldate.Month) (map[string][]Month, error) {
	rows, err := s.store.months(ctx, contractIDs, m)
	out := make(map[string][]Month, len(rows))
	for _, r := range rows {
		out[r.ContractID] = append(out[r.ContractID], Month{r.ContractID, r.Month, r.Parts, r.BilledParts, r.LockedOn})
	}
	return out, err
}

// Lock notes, in the transaction of the bills, for how many parts each month was billed. What is counted beyond that,
// then or later, is late: no receipt can fall between the reading and the lock.
func (s *Service) Lock(ctx context.Context, on caldate.Date, months []Month) error {
	rows := make([]monthRow, len(months))
	for i, m := range months {
		rows[i] = monthRow{m.ContractID, m.Month, 0, m.Parts, on}
	}
	return s.store.lock(ctx, rows)
}

// Locked tells which of the contracts have had the month locked: billed, or found to owe nothing.
func (s *Service) Locked(ctx context.Context, contractIDs []string, m caldate.Month) (map[string]bool, error) {
	return s.store.locked(ctx, contractIDs, m)
}

// Verify checks the part of invariant 21 that lies here: a month is the sum of its days, and nothing was billed that was
// not used.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	rows, err := s.store.wrongMonths(ctx)
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for _, r := range rows {
		out = append(out, verify.Violation{Invariant: 21, Object: fmt.Sprintf("usage of contract %s in %s", r.ContractID, r.Month),
			Detail: fmt.Sprintf("month has %d parts, its days %d, billed %d", r.Parts, r.Days, r.BilledParts)})
	}
	return out, nil
}

type monthKey struct {
	contract string
	month    caldate.Month
}
