package dunning

import (
	"context"
	"fmt"

	"sealgate/server/bill"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/verify"
)

// Verify checks invariants 2 (what bills and payments show as open and left over is what the ledger says), 8 (no bill paid beyond its total; paid ⇔ nothing open), 9 (late fees only for overdue days, as the
// rules say, posted once) and 10 (beyond grace ⇒ suspended; suspended for non-payment ⇒ something overdue is owed). It
// computes every late fee anew from bills and payments.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	bad := func(invariant int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	after := ""
	for {
		page, err := s.store.fees(ctx, after)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
		ids := make([]string, len(page))
		for i := range page {
			ids[i] = page[i].ID
		}
		parts, err := s.Payments.PartsOf(ctx, ids)
		if err != nil {
			return nil, err
		}
		bills := make([]bill.Bill, len(page))
		for i := range page {
			bills[i] = page[i].Bill
		}
		claims, err := s.Bills.Claims(ctx, bills)
		if err != nil {
			return nil, err
		}
		for i := range page {
			b, c := &page[i], claims[i]
			at := "bill " + b.Number
			var principal, fee money.Fen
			for _, p := range parts[b.ID] {
				principal, fee = principal+p.Principal, fee+p.LateFee
			}
			if principal != b.PaidFen || fee != b.LateFeePaidFen || principal > b.TotalFen+b.NotedFen || fee > b.LateFeeFen {
				bad(8, at, "allocated %s and %s late fee; shown as paid %s and %s; total %s, late fee %s", principal, fee, b.PaidFen, b.LateFeePaidFen, b.TotalFen, b.LateFeeFen)
			}
			if (b.State == bill.Paid) != (b.Owed() == 0) && b.State != bill.Void {
				bad(8, at, "is %s and %s is open", b.State, b.Owed())
			}
			if noted, disputed := c.TotalOn(s.clock.Today())-c.TotalFen, c.DisputedOn(s.clock.Today()); noted != b.NotedFen || disputed != b.DisputedFen || len(c.Notes)+len(c.Disputes) != b.Amendments {
				bad(5, at, "notes come to %s and %s is disputed; shown %s and %s", noted, disputed, b.NotedFen, b.DisputedFen)
			}
			if (b.State == bill.Void) != (b.NotedFen != 0 && b.TotalFen+b.NotedFen <= 0) {
				bad(8, at, "is %s although %s is left of it", b.State, b.TotalFen+b.NotedFen)
			}
			if b.AccruedTo.After(s.clock.Today()) {
				bad(9, at, "late fees run up to %s, which has not come", b.AccruedTo)
			}
			want := money.Fen(0)
			if !b.AccruedTo.IsZero() {
				want = LateFee(c, parts[b.ID], b.AccruedTo)
			}
			if b.LateFeeFen != want || b.Days != want || b.Posted != want || b.Early != 0 {
				bad(9, at, "late fee up to %s is %s by the rules, %s shown, %s by day, %s posted, %d days outside", b.AccruedTo, want, b.LateFeeFen, b.Days, b.Posted, b.Early)
			}
		}
	}
	differ, err := s.store.differing(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range differ {
		bad(2, d.Object, "%s by bills and payments, %s by the ledger", d.Shown, d.Posted)
	}
	missing, err := s.store.unsuspended(ctx, s.clock.Today())
	if err != nil {
		return nil, err
	}
	for i := range missing {
		b := &missing[i]
		ground, t, err := s.groundAtStart(ctx, b, s.clock.Today())
		if err != nil {
			return nil, err
		}
		if t.Suspension == plan.Automatic && ground > t.SuspendFloor {
			bad(10, "contract "+b.ContractNumber, "not suspended although %s is owed of %s since %s", ground, b.Number, b.DueOn)
		}
	}
	wrong, err := s.store.toResume(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, id := range wrong {
		bad(10, "contract "+id, "suspended for non-payment although nothing overdue is owed")
	}
	stale, err := s.store.sparedNow(ctx, "", s.clock.Today())
	if err != nil {
		return nil, err
	}
	for _, id := range stale {
		bad(10, "contract "+id, "suspended for non-payment although an exception spares it")
	}
	own, err := s.store.ownExceptions(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range own {
		bad(16, "exception "+id, "approved without a second person")
	}
	gaps, err := letterNumbers.Verify(ctx, s.db, "dunning_letters")
	return append(out, gaps...), err
}
