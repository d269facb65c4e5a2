package contract_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/document"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

func fen(s string) *money.Fen         { f := money.MustYuan(s); return &f }
func decimal(s string) *money.Decimal { d := money.MustDecimal(s); return &d }
func number[T int | int64](n T) *T    { return &n }
func lead() context.Context           { return contracttest.Lead() }
func rent(s string) plan.Patch        { return plan.Patch{Rent: fen(s)} }

// through lets every day until a day begin, with its jobs, in order; the clock ends at 09:00 of that day.
func through(t testing.TB, h *contracttest.House, until string) {
	t.Helper()
	for d := h.Clock.Today().AddDays(1); !d.After(day(until)); d = d.AddDays(1) {
		to(h, d.String())
		if err := errors.Join(h.Licences.RunDay(testkit.System(), d), h.Contracts.RunDay(testkit.System(), d)); err != nil {
			t.Fatalf("%s: %v", d, err)
		}
	}
}

// sound checks the house's own invariants.
func sound(t testing.TB, h *contracttest.House) {
	t.Helper()
	found, err := h.Contracts.Verify(testkit.System())
	if err != nil || len(found) > 0 {
		t.Fatalf("%v %+v", err, found)
	}
}

// adopted takes a contract over as signed, in force from today.
func adopted(t testing.TB, h *contracttest.House, n int, end string, change func(*plan.Terms)) *contract.Contract {
	t.Helper()
	terms := plan.Defaults(plan.KindPackage)
	terms.Rent, terms.Included, terms.Overage = money.MustYuan("100"), 1000, money.MustDecimal("0.085")
	if change != nil {
		change(&terms)
	}
	c, err := h.Contracts.Adopt(testkit.System(), contract.Adoption{
		CustomerID: h.Customer(t, contracttest.Sales(), n).ID, Terms: terms, Start: h.Clock.Today(), End: day(end), Reference: fmt.Sprintf("c%d", n),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// billed marks a month as billed, as the bill run does.
func billed(t testing.TB, h *contracttest.House, id, month string) {
	t.Helper()
	_, err := h.DB.SQL().Exec("INSERT INTO usage_months (contract_id, month, parts, billed_parts, locked_on) VALUES (?, ?, 0, 0, ?)", id, month, caldate.MustParseMonth(month).Next().First().String())
	if err != nil {
		t.Fatal(err)
	}
}

func TestRequestPlanChange_takesEffectByTheCutOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asked, from string
		cutoff      int
	}{
		{"2026-11-20", "2026-12-01", 20}, // asked on day N: from the next 1st
		{"2026-11-21", "2027-01-01", 20}, // a day later: from the 1st of the month after
		{"2026-12-20", "2027-01-01", 20},
		{"2026-12-31", "2027-02-01", 20},
		{"2027-02-28", "2027-03-01", 31},
		{"2026-11-01", "2026-12-01", 1},
		{"2026-11-02", "2027-01-01", 1},
	} {
		h := contracttest.New(t, "2026-10-01 09:00")
		k := adopted(t, h, 1, "2027-09-30", func(t *plan.Terms) { t.ChangeUntil = c.cutoff })
		to(h, c.asked)
		a, err := h.Contracts.RequestPlanChange(contracttest.Sales(), k.ID, contract.PlanChange{Patch: plan.Patch{Rent: fen("200"), Included: number(int64(3000)), Overage: decimal("0.08")}})
		if err != nil {
			t.Fatal(err)
		}
		if a.EffectiveFrom != day(c.from) {
			t.Errorf("asked on %s with N = %d: from %s, want %s", c.asked, c.cutoff, a.EffectiveFrom, c.from)
		}
		before, _ := h.Contracts.TermsOn(testkit.System(), k.ID, day(c.from).AddDays(-1))
		after, _ := h.Contracts.TermsOn(testkit.System(), k.ID, day(c.from))
		if before.Rent != money.MustYuan("100") || after.Rent != money.MustYuan("200") || after.Included != 3000 || after.GraceDays != before.GraceDays {
			t.Errorf("%+v\n%+v", before, after)
		}
		sound(t, h)
	}
}

func TestStory_aPlanChangeIsReplacedCancelledAndHeldAgainstItsForm(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := adopted(t, h, 1, "2027-09-30", nil)
	ask := func(p plan.Patch) (*contract.Amendment, error) {
		return h.Contracts.RequestPlanChange(contracttest.Sales(), c.ID, contract.PlanChange{Patch: p, Reason: "业务增长", DocumentID: h.Upload(t, contracttest.Sales(), "plan_change_request")})
	}
	_, err := ask(plan.Patch{})
	want(t, err, contract.ErrAmendment, "terms:missing")
	_, err = ask(plan.Patch{GraceDays: number(5)})
	want(t, err, contract.ErrAmendment, "terms.grace_days:not_plan")
	_, err = ask(rent("-1"))
	want(t, err, contract.ErrAmendment, "terms.rent_fen:negative")
	_, err = ask(rent("100"))
	want(t, err, contract.ErrNoChange)

	to(h, "2026-10-10") // 10 Oct: suspended, and may yet change the plan
	if err := h.Contracts.Suspend(sys, c.ID, contract.NonPayment, day("2026-10-10"), ""); err != nil {
		t.Fatal(err)
	}
	first, err := ask(rent("200"))
	if err != nil || first.EffectiveFrom != day("2026-11-01") || first.Number != c.Number+"-B01" {
		t.Fatalf("%+v %v", first, err)
	}
	if doc, content, err := h.Documents.Open(testkit.System(), first.FormID); err != nil || doc.SHA256 != first.FormSHA256 || !doc.Linked() || len(content) < 1000 {
		t.Errorf("the form: %+v %v", doc, err)
	}
	to(h, "2026-10-15") // 15 Oct: another one for the same month takes its place
	second, err := ask(plan.Patch{Included: number(int64(5000))})
	if err != nil || second.EffectiveFrom != day("2026-11-01") {
		t.Fatal(err)
	}
	terms, _ := h.Contracts.TermsOn(sys, c.ID, day("2026-11-01"))
	if terms.Rent != money.MustYuan("100") || terms.Included != 5000 {
		t.Errorf("the first one still counts: %+v", terms)
	}
	to(h, "2026-10-25") // 25 Oct: after the cut-off, so from December, on top of the other
	third, err := ask(rent("300"))
	if err != nil || third.EffectiveFrom != day("2026-12-01") {
		t.Fatal(err)
	}
	if terms, _ = h.Contracts.TermsOn(sys, c.ID, day("2026-12-01")); terms.Rent != money.MustYuan("300") || terms.Included != 5000 {
		t.Errorf("%+v", terms)
	}
	sound(t, h)
	through(t, h, "2026-11-01") // 1 Nov: the second holds; it can't be taken back any more, the third can
	_, err = h.Contracts.CancelAmendment(contracttest.Sales(), c.ID, second.ID, "不要了")
	want(t, err, contract.ErrAmendmentState)
	_, err = h.Contracts.CancelAmendment(contracttest.Sales(), c.ID, third.ID, " ")
	want(t, err, contract.ErrReason)
	if _, err := h.Contracts.CancelAmendment(contracttest.Sales(), c.ID, third.ID, "客户撤回"); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.CancelAmendment(contracttest.Sales(), c.ID, third.ID, "再撤一次")
	want(t, err, contract.ErrAmendmentState)
	if terms, _ = h.Contracts.TermsOn(sys, c.ID, day("2026-12-01")); terms.Rent != money.MustYuan("100") || terms.Included != 5000 {
		t.Errorf("%+v", terms)
	}
	list, err := h.Contracts.Amendments(contracttest.Sales(), c.ID)
	var states []string
	for _, a := range list {
		states = append(states, string(a.State))
	}
	if err != nil || !slices.Equal(states, []string{"replaced", "agreed", "cancelled"}) || list[0].ReplacedByID != list[1].ID || list[0].After.Rent != money.MustYuan("200") {
		t.Errorf("the history: %v %v", states, err)
	}
	if n := len(history(t, h, c.ID)); n != 5 { // draft, under review, awaiting signature, active, suspended: amendments are no states
		t.Errorf("%d states", n)
	}
	events, err := h.Contracts.Timeline(contracttest.Sales(), c.ID)
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	if err != nil || !slices.Contains(kinds, "contract.terms_change") || !slices.Contains(kinds, "amendment.cancel") {
		t.Errorf("the timeline: %v %v", kinds, err)
	}
	sound(t, h)
}

func TestStory_aSupplementIsSignedByBothSidesAndConfirmedByASecondPerson(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := h.Active(t, h.Customer(t, contracttest.Sales(), 1).ID, "2027-09-30", nil)
	billed(t, h, c.ID, "2026-10")
	to(h, "2026-11-10")
	draft := func(s contract.Supplement) (*contract.Amendment, error) {
		return h.Contracts.DraftSupplement(contracttest.Sales(), c.ID, s)
	}
	cheaper := plan.Patch{Overage: decimal("0.07")}
	_, err := draft(contract.Supplement{Patch: cheaper})
	want(t, err, contract.ErrAmendment, "effective_from:missing")
	_, err = draft(contract.Supplement{Patch: cheaper, Effective: day("2026-10-31")}) // October is billed
	want(t, err, contract.ErrAmendment, "effective_from:billed")
	_, err = draft(contract.Supplement{Patch: cheaper, Effective: day("2027-10-01")})
	want(t, err, contract.ErrAmendment, "effective_from:after_end")
	_, err = draft(contract.Supplement{Patch: plan.Patch{OneOff: []plan.OneOff{{Name: "定制费", Amount: *fen("500"), On: day("2026-11-10")}}}, Effective: day("2026-11-20")})
	want(t, err, contract.ErrAmendment, "terms.one_off[0].on:before_effective")

	a, err := draft(contract.Supplement{Patch: cheaper, Effective: day("2026-11-15"), Reason: "量大优惠"})
	if err != nil || a.State != contract.AmendmentDraft || a.Number != c.Number+"-S01" || a.FormSHA256 == "" {
		t.Fatalf("%+v %v", a, err)
	}
	if terms, _ := h.Contracts.TermsOn(sys, c.ID, day("2026-11-15")); terms.Overage.Cmp(money.MustDecimal("0.085")) != 0 {
		t.Error("nobody has signed it yet")
	}
	_, err = h.Contracts.ConfirmSupplement(contracttest.Reviewer(), c.ID, a.ID)
	want(t, err, contract.ErrAmendmentState)
	sign := func(s contract.Signed) error {
		_, err := h.Contracts.SignSupplement(contracttest.Sales(), c.ID, a.ID, s)
		return err
	}
	both := map[contract.Side]string{contract.CustomerSide: "王芳", contract.ProviderSide: "赵强"}
	want(t, sign(contract.Signed{SignedOn: day("2026-11-11"), Signers: map[contract.Side]string{contract.CustomerSide: "王芳"}}), contract.ErrInvalid,
		"attachment_id:missing", "provider_signer:missing", "signed_on:future")
	want(t, sign(contract.Signed{DocumentID: "nobody", SignedOn: day("2026-11-10"), Signers: both}), document.ErrNotFound)
	if err := sign(contract.Signed{DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: day("2026-11-10"), Signers: both}); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.ConfirmSupplement(contracttest.Sales(), c.ID, a.ID) // 10 Nov: not by who recorded it
	want(t, err, contract.ErrOwnSigning)
	if _, err := h.Contracts.ConfirmSupplement(contracttest.Reviewer(), c.ID, a.ID); err != nil {
		t.Fatal(err)
	}
	for on, price := range map[string]string{"2026-11-14": "0.085", "2026-11-15": "0.07", "2027-09-30": "0.07"} {
		if terms, _ := h.Contracts.TermsOn(sys, c.ID, day(on)); terms.Overage.Cmp(money.MustDecimal(price)) != 0 {
			t.Errorf("%s: %s, want %s", on, terms.Overage, price)
		}
	}
	page, err := h.Contracts.Billable(sys, caldate.MustParseMonth("2026-11"), "", 10)
	if err != nil || len(page) != 1 {
		t.Fatal(err)
	}
	terms, agreed, changes := page[0].TermsIn(caldate.MustParseMonth("2026-11"))
	if terms.Overage.Cmp(money.MustDecimal("0.085")) != 0 || agreed != day("2026-10-01") || len(changes) != 1 || changes[0].From != day("2026-11-15") || changes[0].Terms.Overage.Cmp(money.MustDecimal("0.07")) != 0 {
		t.Errorf("November is priced by %v, agreed on %s, then %+v", terms.Overage, agreed, changes)
	}
	if _, agreed, _ := page[0].TermsIn(caldate.MustParseMonth("2026-12")); agreed != day("2026-11-10") {
		t.Errorf("December's price was agreed on %s", agreed)
	}
	_, err = h.Contracts.CancelAmendment(contracttest.Sales(), c.ID, a.ID, "反悔")
	want(t, err, contract.ErrAmendmentState)

	// Another one, whose day is billed before it is confirmed.
	to(h, "2026-11-20")
	late, err := draft(contract.Supplement{Patch: rent("90"), Effective: day("2026-11-25")})
	if err != nil {
		t.Fatal(err)
	}
	a = late
	if err := sign(contract.Signed{DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: day("2026-11-20"), Signers: both}); err != nil {
		t.Fatal(err)
	}
	to(h, "2026-12-02")
	billed(t, h, c.ID, "2026-11")
	_, err = h.Contracts.ConfirmSupplement(contracttest.Reviewer(), c.ID, late.ID)
	want(t, err, contract.ErrAmendment, "effective_from:billed")
	if _, err := h.Contracts.CancelAmendment(contracttest.Sales(), c.ID, late.ID, "改期重签"); err != nil {
		t.Fatal(err)
	}
	sound(t, h)
}

func TestAmend_fromTheFirstDayKeepsWhatWasSigned(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	to(h, "2026-10-05")
	for i, p := range []plan.Patch{rent("80"), {Included: number(int64(2000))}} {
		if _, err := h.Contracts.Amend(testkit.System(), c.ID, contract.Supplement{Patch: p, Effective: day("2026-10-01")}); err != nil {
			t.Fatal(i, err)
		}
		sound(t, h)
	}
	terms, err := h.Contracts.TermsOn(testkit.System(), c.ID, day("2026-10-03"))
	if err != nil || terms.Rent != money.MustYuan("80") || terms.Included != 2000 {
		t.Errorf("%+v %v", terms, err)
	}
	rows, _ := h.Contracts.TermsOf(testkit.System(), c.ID)
	if len(rows) != 1 || rows[0].Base == nil || rows[0].Base.Rent != money.MustYuan("100") || rows[0].PricedOn() != day("2026-10-05") {
		t.Errorf("%+v", rows)
	}
	_, err = h.Contracts.Amend(testkit.System(), c.ID, contract.Supplement{Patch: rent("70"), Effective: day("2026-09-30")})
	want(t, err, contract.ErrAmendment, "effective_from:before_start")
}

func TestOn_showsWhatWasKnownOfTheEndThen(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2026-12-31", nil)
	to(h, "2026-12-01") // 1 Dec: a renewal by new agreement, cheaper
	if _, err := h.Contracts.Amend(testkit.System(), c.ID, contract.Supplement{Patch: rent("90"), Until: day("2027-12-31")}); err != nil {
		t.Fatal(err)
	}
	for on, w := range map[string][3]string{
		"2026-09-30": {"100.00", "2026-12-31", "false"}, "2026-11-30": {"100.00", "2026-12-31", "true"}, "2026-12-15": {"100.00", "2027-12-31", "true"},
		"2027-01-01": {"90.00", "2027-12-31", "true"}, "2028-01-01": {"90.00", "2027-12-31", "false"},
	} {
		d, err := h.Contracts.On(testkit.System(), c.ID, day(on))
		if err != nil || d.Terms.Rent.Grouped() != w[0] || d.End.String() != w[1] || fmt.Sprint(d.Served) != w[2] {
			t.Errorf("%s: %+v %v, want %v", on, d, err, w)
		}
	}
	_, err := h.Contracts.Amend(testkit.System(), c.ID, contract.Supplement{Until: day("2027-06-30")})
	want(t, err, contract.ErrAmendment, "until:order")
	sound(t, h)
}

func TestRenewal_bothWays(t *testing.T) {
	t.Parallel()
	auto := func(t *plan.Terms) { t.Renewal = plan.Renewal{Auto: true, Years: 1, ObjectionDays: 30} }
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	renewed := adopted(t, h, 1, "2027-09-30", auto)
	objected := adopted(t, h, 2, "2027-09-30", auto)
	late := adopted(t, h, 3, "2027-09-30", auto)
	plain := adopted(t, h, 4, "2027-09-30", nil)
	prepaid := adopted(t, h, 5, "2027-09-30", func(t *plan.Terms) {
		*t = plan.Defaults(plan.KindPrepaid)
		t.Price = money.MustDecimal("0.05")
		auto(t)
	})
	maintenance := adopted(t, h, 6, "2027-09-30", func(t *plan.Terms) {
		*t = plan.Defaults(plan.KindMaintenance)
		t.LumpSum = money.MustYuan("12000")
		auto(t)
	})
	followed := h.Active(t, h.Customer(t, contracttest.Sales(), 7).ID, "2027-09-30", map[string]string{"auto_renew": "yes", "renew_years": "1", "objection_days": "30"})
	h.Approve(t, h.Draft(t, followed.CustomerID, "2027-10-01", "2028-09-30", nil).ID)
	object := func(id string, by contract.Side) error {
		_, err := h.Contracts.ObjectRenewal(contracttest.Sales(), id, contract.Objection{By: by, Reason: "不再需要"})
		return err
	}
	want(t, object(plain.ID, contract.CustomerSide), contract.ErrNoRenewal)
	want(t, object(objected.ID, "nobody"), contract.ErrObjection, "by:unknown")
	through(t, h, "2027-08-31") // 31 Aug = 30 Sep − 30: the last day for an objection
	if err := object(objected.ID, contract.CustomerSide); err != nil {
		t.Fatal(err)
	}
	want(t, object(objected.ID, contract.ProviderSide), contract.ErrObjected)
	through(t, h, "2027-09-01") // 1 Sep: too late
	want(t, object(late.ID, contract.CustomerSide), contract.ErrTooLate)
	through(t, h, "2027-09-30")
	if g := get(t, h, renewed.ID); g.EndDate != day("2027-09-30") {
		t.Errorf("renewed too early: %s", g.EndDate)
	}
	through(t, h, "2027-10-01") // 1 Oct: the term is over
	for _, c := range []struct {
		name, id string
		state    contract.State
		end      string
	}{
		{"auto", renewed.ID, contract.Active, "2028-09-30"}, {"late objection", late.ID, contract.Active, "2028-09-30"}, {"maintenance", maintenance.ID, contract.Active, "2028-09-30"},
		{"objected", objected.ID, contract.Expired, "2027-09-30"}, {"plain", plain.ID, contract.Expired, "2027-09-30"},
		{"prepaid, not paid for", prepaid.ID, contract.Expired, "2027-09-30"}, {"followed", followed.ID, contract.Expired, "2027-09-30"},
	} {
		if g := get(t, h, c.id); g.State != c.state || g.EndDate != day(c.end) {
			t.Errorf("%s: %s until %s", c.name, g.State, g.EndDate)
		}
	}
	if g := get(t, h, renewed.ID); g.TermFrom != day("2027-10-01") || g.Renewals != 1 {
		t.Errorf("%+v", g)
	}
	page, _ := h.Contracts.Billable(sys, caldate.MustParseMonth("2027-10"), get(t, h, maintenance.ID).Number[:13]+"5", 1)
	terms, _, _ := page[0].TermsIn(caldate.MustParseMonth("2027-10"))
	if len(terms.OneOff) != 1 || terms.OneOff[0].Amount != money.MustYuan("12000") || terms.OneOff[0].On != day("2027-10-01") {
		t.Errorf("the lump sum of the new term: %+v", terms.OneOff)
	}
	sound(t, h)

	if err := object(renewed.ID, contract.ProviderSide); err != nil { // the next term can be objected to again
		t.Fatal(err)
	}
	through(t, h, "2028-10-01")
	if a, b := get(t, h, renewed.ID), get(t, h, late.ID); a.State != contract.Expired || b.State != contract.Active || b.EndDate != day("2029-09-30") || b.Renewals != 2 {
		t.Errorf("%s; %s until %s", a.State, b.State, b.EndDate)
	}
	sound(t, h)
}

type paidWallet map[string]bool

func (w paidWallet) PaidBetween(_ context.Context, id string, _, _ caldate.Date) (bool, error) {
	return w[id], nil
}

func TestRenewal_ofPrepaidTermsTakesAPayment(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	prepaid := func(t *plan.Terms) {
		*t = plan.Defaults(plan.KindPrepaid)
		t.Price, t.Renewal = money.MustDecimal("0.05"), plan.Renewal{Auto: true, Years: 2, ObjectionDays: 30}
	}
	paid, not := adopted(t, h, 1, "2026-12-31", prepaid), adopted(t, h, 2, "2026-12-31", prepaid)
	h.Contracts.UseWallet(paidWallet{paid.ID: true})
	through(t, h, "2027-01-01")
	if a, b := get(t, h, paid.ID), get(t, h, not.ID); a.State != contract.Active || a.EndDate != day("2028-12-31") || b.State != contract.Expired {
		t.Errorf("%s until %s; %s", a.State, a.EndDate, b.State)
	}
	sound(t, h)
}

func TestTermination_byCauseAndClock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		input contract.Termination
		last  string // last day of service; the contract is terminated on the day after, unless it is today
	}{
		{"mutual", contract.Termination{Cause: contract.Mutual}, "2027-01-10"},
		{"mutual, on a day", contract.Termination{Cause: contract.Mutual, LastDay: day("2027-01-31")}, "2027-01-31"},
		{"notice", contract.Termination{Cause: contract.Notice}, "2027-01-10"},
		{"notice for the end of a month", contract.Termination{Cause: contract.Notice, LastDay: day("2027-02-28")}, "2027-02-28"},
		{"breach: 30 days", contract.Termination{Cause: contract.Breach}, "2027-02-08"},
		{"insolvency: 14 days", contract.Termination{Cause: contract.Insolvency}, "2027-01-23"},
		{"insolvency for a week already", contract.Termination{Cause: contract.Insolvency, Since: day("2027-01-03")}, "2027-01-16"},
		{"force majeure: 60 days", contract.Termination{Cause: contract.ForceMajeure}, "2027-03-10"},
		{"force majeure for 60 days already", contract.Termination{Cause: contract.ForceMajeure, Since: day("2026-11-01")}, "2027-01-10"},
		{"policy", contract.Termination{Cause: contract.Policy}, "2027-01-10"},
		{"illegal content", contract.Termination{Cause: contract.IllegalContent}, "2027-01-10"},
		{"complaints", contract.Termination{Cause: contract.Complaints}, "2027-01-10"},
		{"longer than the clock", contract.Termination{Cause: contract.Breach, LastDay: day("2027-02-28")}, "2027-02-28"},
	} {
		h := contracttest.New(t, "2026-10-01 09:00")
		k := adopted(t, h, 1, "2027-09-30", nil)
		to(h, "2027-01-10")
		c.input.Reason = "测试"
		g, err := h.Contracts.Terminate(lead(), k.ID, c.input)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		last := day(c.last)
		if last == h.Clock.Today() {
			if g.State != contract.Terminated || g.EndedOn != last {
				t.Errorf("%s: %s, last day %s", c.name, g.State, g.EndedOn)
			}
			continue
		}
		if g.State != contract.Active || g.EndsOn != last {
			t.Errorf("%s: %s, ends on %s, want %s", c.name, g.State, g.EndsOn, last)
		}
		through(t, h, c.last)
		if g := get(t, h, k.ID); g.State != contract.Active {
			t.Errorf("%s: %s on its last day", c.name, g.State)
		}
		sound(t, h)
		through(t, h, last.AddDays(1).String())
		if g := get(t, h, k.ID); g.State != contract.Terminated || g.EndedOn != last || g.EndCause != c.input.Cause {
			t.Errorf("%s: %s %s %s", c.name, g.State, g.EndedOn, g.EndCause)
		}
		sound(t, h)
	}
}

func TestTermination_refusesWhatItsCauseDoesNotAllow(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	k := adopted(t, h, 1, "2027-09-30", nil)
	to(h, "2027-01-10")
	end := func(e contract.Termination) error {
		e.Reason = "测试"
		_, err := h.Contracts.Terminate(lead(), k.ID, e)
		return err
	}
	want(t, end(contract.Termination{Cause: contract.NotPaid}), contract.ErrEnd, "cause:not_suspended")
	want(t, end(contract.Termination{Cause: contract.Breach, LastDay: day("2027-02-07")}), contract.ErrEnd, "on:too_early")
	want(t, end(contract.Termination{Cause: contract.Breach, Since: day("2027-01-01")}), contract.ErrEnd, "since:not_dated")
	want(t, end(contract.Termination{Cause: contract.Insolvency, Since: day("2027-01-11")}), contract.ErrEnd, "since:future")
	want(t, end(contract.Termination{Cause: contract.Notice, By: contract.ProviderSide}), contract.ErrEnd, "by:not_theirs")
	_, err := h.Contracts.Cure(lead(), k.ID, contract.Cured{Reason: "没有"})
	want(t, err, contract.ErrNotCurable)
	if err := end(contract.Termination{Cause: contract.Notice, LastDay: day("2027-01-31")}); err != nil {
		t.Fatal(err)
	}
	want(t, end(contract.Termination{Cause: contract.Breach}), contract.ErrEnding) // it ends before that clock is over
	_, err = h.Contracts.Cure(lead(), k.ID, contract.Cured{Reason: "通知不是违约"})
	want(t, err, contract.ErrNotCurable)
	if _, err := h.Contracts.WithdrawTermination(lead(), k.ID, contract.Cured{Reason: "客户收回通知"}); err != nil {
		t.Fatal(err)
	}
	if g := get(t, h, k.ID); !g.EndsOn.IsZero() || g.EndCause != "" {
		t.Errorf("%+v", g)
	}
	// A clock gives way to what ends the contract sooner.
	if err := errors.Join(end(contract.Termination{Cause: contract.Breach}), end(contract.Termination{Cause: contract.IllegalContent})); err != nil {
		t.Fatal(err)
	}
	var states []string
	es, _ := h.Contracts.Endings(lead(), k.ID)
	for _, e := range es {
		states = append(states, string(e.State))
	}
	if !slices.Equal(states, []string{"withdrawn", "replaced", "done"}) {
		t.Error(states)
	}
	sound(t, h)
}

func TestStory_aBreachIsCuredOnTheLastDayOfItsClock(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	k := adopted(t, h, 1, "2027-09-30", nil)
	to(h, "2027-01-10") // 10 Jan: written notice
	if _, err := h.Contracts.Terminate(lead(), k.ID, contract.Termination{Cause: contract.Breach, Reason: "未按约定报备签名"}); err != nil {
		t.Fatal(err)
	}
	es, _ := h.Contracts.Endings(lead(), k.ID)
	if doc, content, err := h.Documents.Open(testkit.System(), es[0].NoticeID); err != nil || doc.SHA256 != es[0].NoticeSHA256 || !doc.Linked() || len(content) < 1000 {
		t.Errorf("the notice: %+v %v", doc, err)
	}
	through(t, h, "2027-02-08") // 8 Feb: the 30th day
	if _, err := h.Contracts.Cure(lead(), k.ID, contract.Cured{Reason: "已补报"}); err != nil {
		t.Fatal(err)
	}
	through(t, h, "2027-02-09") // 9 Feb, 00:00: the clock would be over
	if g := get(t, h, k.ID); g.State != contract.Active || !g.EndsOn.IsZero() {
		t.Errorf("%s %s", g.State, g.EndsOn)
	}
	if _, err := h.Contracts.Terminate(lead(), k.ID, contract.Termination{Cause: contract.Breach, Reason: "再次违约"}); err != nil { // 9 Feb: another breach
		t.Fatal(err)
	}
	through(t, h, "2027-03-11") // 11 Mar 00:00 = 9 Feb + 30
	if g := get(t, h, k.ID); g.State != contract.Terminated || g.EndedOn != day("2027-03-10") {
		t.Errorf("%s %s", g.State, g.EndedOn)
	}
	_, err := h.Contracts.Cure(lead(), k.ID, contract.Cured{Reason: "太晚"})
	want(t, err, contract.ErrState)
	sound(t, h)
}

func TestStory_nonPaymentEndsTheContractAfterItsSuspendedDays(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	sixty := func(t *plan.Terms) { t.TerminateAfterSuspendedDays = 60 }
	unpaid, paid := adopted(t, h, 1, "2027-09-30", sixty), adopted(t, h, 2, "2027-09-30", sixty)
	never := adopted(t, h, 3, "2027-09-30", nil)
	through(t, h, "2026-11-26") // 26 Nov 00:00: suspended
	for _, c := range []*contract.Contract{unpaid, paid, never} {
		if err := h.Contracts.Suspend(sys, c.ID, contract.NonPayment, day("2026-11-26"), ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Contracts.Terminate(lead(), paid.ID, contract.Termination{Cause: contract.NotPaid, Reason: "欠费"}); err != nil { // by hand: the same clock
		t.Fatal(err)
	}
	if g := get(t, h, paid.ID); g.EndsOn != day("2027-01-24") {
		t.Errorf("ends on %s", g.EndsOn)
	}
	through(t, h, "2027-01-24") // 24 Jan: the 60th day; one pays
	if g := get(t, h, unpaid.ID); g.State != contract.Suspended {
		t.Fatalf("%s before the 60 days are over", g.State)
	}
	if err := h.Contracts.Lift(sys, paid.ID, contract.NonPayment, day("2027-01-24"), "paid"); err != nil {
		t.Fatal(err)
	}
	through(t, h, "2027-01-25") // 25 Jan 00:00: over
	if a, b, c := get(t, h, unpaid.ID), get(t, h, paid.ID), get(t, h, never.ID); a.State != contract.Terminated || a.EndedOn != day("2027-01-24") || a.EndCause != contract.NotPaid ||
		b.State != contract.Active || !b.EndsOn.IsZero() || c.State != contract.Suspended {
		t.Errorf("%s %s; %s %s; %s", a.State, a.EndedOn, b.State, b.EndsOn, c.State)
	}
	sound(t, h)
}

func TestDecideTermination_refusesOwnRequestAndStartsTheClockWhenApproved(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	k := adopted(t, h, 1, "2027-09-30", nil)
	to(h, "2027-01-10")
	ask := func(e contract.Termination) error {
		e.Reason = "屡次违约"
		_, err := h.Contracts.RequestTermination(lead(), k.ID, e)
		return err
	}
	waiting := func() contract.Ending {
		es, err := h.Contracts.Endings(lead(), k.ID)
		if err != nil || len(es) == 0 {
			t.Fatal(err)
		}
		return es[len(es)-1]
	}
	if err := ask(contract.Termination{Cause: contract.Breach}); err != nil {
		t.Fatal(err)
	}
	want(t, ask(contract.Termination{Cause: contract.Complaints}), contract.ErrEndingState)
	if g := get(t, h, k.ID); !g.EndsOn.IsZero() {
		t.Error("it ends before the second person has decided")
	}
	e := waiting()
	_, err := h.Contracts.DecideTermination(lead(), k.ID, e.ID, true, "")
	want(t, err, contract.ErrOwnEnding)
	_, err = h.Contracts.DecideTermination(contracttest.Reviewer(), k.ID, e.ID, false, "")
	want(t, err, contract.ErrReason)
	to(h, "2027-01-12") // 12 Jan: approved; only now the notice goes out
	if _, err := h.Contracts.DecideTermination(contracttest.Reviewer(), k.ID, e.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	if g := get(t, h, k.ID); g.EndsOn != day("2027-02-10") || g.EndCause != contract.Breach {
		t.Errorf("%s %s", g.EndsOn, g.EndCause)
	}
	_, err = h.Contracts.DecideTermination(contracttest.Reviewer(), k.ID, e.ID, true, "")
	want(t, err, contract.ErrEndingState)
	if err := ask(contract.Termination{Cause: contract.IllegalContent}); err != nil { // the sending stops at once
		t.Fatal(err)
	}
	if g := get(t, h, k.ID); g.State != contract.Suspended || !slices.Equal(g.OpenReasons, []contract.Reason{contract.Content}) {
		t.Errorf("%s %v", g.State, g.OpenReasons)
	}
	if _, err := h.Contracts.DecideTermination(contracttest.Reviewer(), k.ID, waiting().ID, true, ""); err != nil {
		t.Fatal(err)
	}
	if g := get(t, h, k.ID); g.State != contract.Terminated || g.EndedOn != day("2027-01-12") {
		t.Errorf("%s %s", g.State, g.EndedOn)
	}
	sound(t, h)
}

func TestLiftByHand_refusesOwnSuspension(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	k := adopted(t, h, 1, "2027-09-30", nil)
	_, err := h.Contracts.SuspendByHand(lead(), k.ID, contract.NonPayment, "欠费", "")
	want(t, err, contract.ErrSuspension, "reason:unknown")
	_, err = h.Contracts.SuspendByHand(lead(), k.ID, contract.Behaviour, "", "")
	want(t, err, contract.ErrSuspension, "evidence:missing")
	_, err = h.Contracts.LiftByHand(lead(), k.ID, contract.Behaviour, "查清")
	want(t, err, contract.ErrNotSuspended)
	if _, err := h.Contracts.SuspendByHand(lead(), k.ID, contract.Behaviour, "夜间发送量激增", h.Upload(t, lead(), "suspension_proof")); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.SuspendByHand(lead(), k.ID, contract.Behaviour, "再来", "")
	want(t, err, contract.ErrSuspended)
	_, err = h.Contracts.LiftByHand(lead(), k.ID, contract.Behaviour, "查清")
	want(t, err, contract.ErrOwnSuspension)
	if g, err := h.Contracts.LiftByHand(contracttest.Reviewer(), k.ID, contract.Behaviour, "客户已说明"); err != nil || g.State != contract.Active {
		t.Fatalf("%+v %v", g, err)
	}
	sound(t, h)
}

func TestStory_aRequiredLicenceLapsesAndIsRenewed(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := adopted(t, h, 1, "2027-09-30", nil)
	enter := func(from, until string) {
		t.Helper()
		if _, err := h.Licences.Adopt(sys, c.CustomerID, licence.Telecom, day(from), day(until)); err != nil {
			t.Fatal(err)
		}
	}
	through(t, h, "2027-01-12") // 12 Jan: a licence is required, and there until 31 Jan
	enter("2025-01-01", "2027-01-31")
	for range 2 {
		if err := h.Contracts.RequireLicence(sys, c.ID, licence.Telecom, "端口业务"); err != nil {
			t.Fatal(err)
		}
	}
	want(t, h.Contracts.RequireLicence(sys, c.ID, "driving", ""), contract.ErrInvalid, "kind:unknown")
	if err := h.Contracts.Suspend(sys, c.ID, contract.NonPayment, day("2027-01-20"), ""); err != nil {
		t.Fatal(err)
	}
	through(t, h, "2027-02-01") // 1 Feb: the day after its end
	if g := get(t, h, c.ID); !slices.Equal(g.OpenReasons, []contract.Reason{contract.NonPayment, contract.Licence}) {
		t.Fatalf("%v", g.OpenReasons)
	}
	through(t, h, "2027-02-10") // 10 Feb: the new one is here, but holds from the 15th only
	enter("2027-02-15", "2030-02-14")
	if g := get(t, h, c.ID); !slices.Contains(g.OpenReasons, contract.Licence) {
		t.Error("lifted before the new licence begins")
	}
	through(t, h, "2027-02-15") // 15 Feb 00:00: it lifts its own reason and no other
	if g := get(t, h, c.ID); !slices.Equal(g.OpenReasons, []contract.Reason{contract.NonPayment}) || g.State != contract.Suspended {
		t.Errorf("%v", g.OpenReasons)
	}
	if err := h.Contracts.Lift(sys, c.ID, contract.NonPayment, day("2027-02-15"), ""); err != nil {
		t.Fatal(err)
	}
	days, _ := h.Contracts.SuspendedDays(sys, c.ID, day("2027-01-01"), day("2027-03-31"))
	if len(days) != 26 || get(t, h, c.ID).State != contract.Active {
		t.Errorf("%d suspended days", len(days))
	}
	other := adopted(t, h, 2, "2028-01-31", nil)
	if err := h.Contracts.RequireLicence(sys, other.ID, licence.ICP, ""); err != nil { // required on 15 Feb and never there
		t.Fatal(err)
	}
	if rows, _ := h.Contracts.Suspensions(sys, other.ID); len(rows) != 1 || rows[0].SuspendedFrom != day("2027-02-15") {
		t.Errorf("%+v", rows)
	}
	sound(t, h)
}

func TestAdopt_takesAContractAsSignedAndWaitsForItsDepositAndDay(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	sys := testkit.System()
	customer := h.Customer(t, contracttest.Sales(), 1).ID
	terms := plan.Defaults(plan.KindPort)
	terms.Rent, terms.Price, terms.Deposit = money.MustYuan("500"), money.MustDecimal("0.05"), money.MustYuan("500")
	in := contract.Adoption{CustomerID: customer, Kind: plan.KindPort, Terms: terms, Start: day("2026-10-01"), End: day("2027-09-30"), Reference: "老合同 12"}
	bad := in
	bad.End, bad.Terms.Ports, bad.Kind = day("2026-09-30"), 0, plan.KindPackage
	_, err := h.Contracts.Adopt(sys, bad)
	want(t, err, contract.ErrAdoption, "end:order", "terms.ports:range", "kind:differs")
	c, err := h.Contracts.Adopt(sys, in)
	if err != nil || c.State != contract.AwaitingSignature {
		t.Fatalf("%+v %v", c, err)
	}
	through(t, h, "2026-10-02") // 2 Oct: the deposit has not come
	if g := get(t, h, c.ID); g.State != contract.AwaitingSignature {
		t.Fatal(g.State)
	}
	h.Deposit(t, c.ID, money.MustYuan("500"))
	if g := get(t, h, c.ID); g.State != contract.Active || g.ActivatedOn != day("2026-10-02") {
		t.Fatalf("%s %s", g.State, g.ActivatedOn)
	}
	if p, err := h.Contracts.Particulars(c); err != nil || len(p) > 0 {
		t.Error(p, err)
	}
	if _, err := h.Contracts.Terminate(lead(), c.ID, contract.Termination{Cause: contract.Mutual, Reason: "协商"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Contracts.Settle(sys, c.ID, ""); err != nil {
		t.Fatal(err)
	}
	if g := get(t, h, c.ID); g.State != contract.Settled {
		t.Fatalf("%s with a deposit still held", g.State)
	}
	h.Deposit(t, c.ID, -money.MustYuan("500")) // returning it closes the file
	if got := history(t, h, c.ID); !slices.Equal(got, []string{"draft", "under_review", "awaiting_signature", "active", "terminated", "settled", "closed"}) {
		t.Error(got)
	}
	sound(t, h)
}
