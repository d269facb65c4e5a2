package bill_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }
func fen(s string) money.Fen    { return money.MustYuan(s) }

var (
	finance = moneytest.Finance
	lead    = func() context.Context { return testkit.As("finance-lead", "finance_lead") }
)

// october is a contract with 1,234 messages used in October and its bill of 119.89, due on 15 November.
func october(t *testing.T, edit ...func(*plan.Terms)) (*moneytest.Counter, string, bill.Bill) {
	t.Helper()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	c := m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00", edit...))
	m.Use(t, c, "2026-10-20", 1234)
	m.To(t, "2026-11-01")
	return m, customer, m.Bill(t, c, "2026-10")
}

func TestStory_aCreditNoteAfterPaymentBecomesTheCustomersBalanceAndPaysTheNextBill(t *testing.T) {
	t.Parallel()
	m, customer, b := october(t)
	m.To(t, "2026-11-12")
	m.Pay(t, customer, "119.89")
	m.To(t, "2026-11-20")
	n := m.Credit(t, b.ID, "19.89")
	if n.Number != "CN-202611-000001" || n.TotalFen != fen("19.89") || n.NetFen+n.TaxFen != n.TotalFen {
		t.Fatalf("%+v", n)
	}
	after := m.Bill(t, b.ContractID, "2026-10")
	if after.State != bill.Paid || after.PaidFen != fen("100.00") || after.NotedFen != -fen("19.89") || after.PaidOn != day("2026-11-12") || after.Hash != b.Hash || after.TotalFen != b.TotalFen {
		t.Fatalf("%+v", after)
	}
	if left, _ := m.Ledger.Balance(testkit.System(), ledger.Credit, customer, ""); left != fen("19.89") {
		t.Fatalf("balance %s", left)
	}
	m.Sound(t)
	m.To(t, "2026-12-01") // the next bill of 100.00 takes the 19.89
	if next := m.Bill(t, b.ContractID, "2026-11"); next.PaidFen != fen("19.89") || next.Owed() != fen("80.11") {
		t.Fatalf("%+v", next)
	}
	m.Sound(t)
}

func TestStory_aDisputeIsUpheld(t *testing.T) {
	t.Parallel()
	m, customer, b := october(t) // due on 15 November, grace 10 days
	m.To(t, "2026-11-10")
	d := m.Dispute(t, b.ID, "19.89")
	m.To(t, "2026-11-14")
	m.Pay(t, customer, "100.00") // everything but what is disputed
	m.To(t, "2026-11-27")
	if now := m.Bill(t, b.ContractID, "2026-10"); now.State != bill.Issued || now.LateFeeFen != 0 || now.Owed() != fen("19.89") || now.DisputedFen != fen("19.89") {
		t.Fatalf("%+v", now)
	}
	if s := m.State(t, b.ContractID); s != contract.Active {
		t.Fatalf("%s although only what is disputed is owed", s)
	}
	m.Sound(t)
	m.Resolve(t, d.ID, bill.DisputeUpheld)
	now := m.Bill(t, b.ContractID, "2026-10")
	if now.State != bill.Paid || now.Owed() != 0 || now.NotedFen != -fen("19.89") || now.DisputedFen != 0 || now.PaidOn != day("2026-11-27") {
		t.Fatalf("%+v", now)
	}
	ns, err := m.Bills.Notes(testkit.System(), b.ID)
	if err != nil || len(ns) != 1 || ns[0].DisputeID != d.ID || ns[0].NoteKey != "note:dispute:"+d.ID {
		t.Fatalf("%+v %v", ns, err)
	}
	m.Sound(t)
}

func TestStory_aDisputeIsWithdrawnAndTheLateFeeComesBackFromTheDueDate(t *testing.T) {
	t.Parallel()
	m, customer, b := october(t)
	m.To(t, "2026-11-10")
	d := m.Dispute(t, b.ID, "19.89")
	m.To(t, "2026-11-14")
	m.Pay(t, customer, "100.00")
	m.To(t, "2026-11-30")
	m.Resolve(t, d.ID, bill.DisputeWithdrawn)
	// 15 days × 19.89 × 0.003 = 0.89505
	if now := m.Bill(t, b.ContractID, "2026-10"); now.State != bill.Overdue || now.LateFeeFen != fen("0.90") || now.Owed() != fen("20.79") {
		t.Fatalf("%+v", now)
	}
	if s := m.State(t, b.ContractID); s != contract.Active {
		t.Fatalf("%s in the middle of a day", s)
	}
	m.Sound(t)
	m.To(t, "2026-12-01") // at 00:00 it is beyond its grace
	if s := m.State(t, b.ContractID); s != contract.Suspended {
		t.Fatal(s)
	}
	m.Pay(t, customer, "1000.00")
	if s := m.State(t, b.ContractID); s != contract.Active {
		t.Fatal(s)
	}
	m.Sound(t)
}

func TestStory_openingADisputeResumesWhatWasSuspendedForIt(t *testing.T) {
	t.Parallel()
	m, _, b := october(t)
	m.To(t, "2026-11-26")
	if s := m.State(t, b.ContractID); s != contract.Suspended {
		t.Fatal(s)
	}
	m.Credit(t, b.ID, "100.00", "2026-11-10") // dated before the due date: only 19.89 was ever late
	now := m.Bill(t, b.ContractID, "2026-10")
	if want := fen("0.66"); now.LateFeeFen != want { // 11 days × 19.89 × 0.003 = 0.65637
		t.Fatalf("%s", now.LateFeeFen)
	}
	m.Pay(t, b.CustomerID, "0.66")
	m.Dispute(t, b.ID, "19.89")
	if s := m.State(t, b.ContractID); s != contract.Active {
		t.Fatalf("%s although nothing that is undisputed is owed: %+v", s, m.Bill(t, b.ContractID, "2026-10").Status)
	}
	m.Sound(t)
}

func TestStory_aDebitNoteIsDueInTheWindowOfTheNextMonth(t *testing.T) {
	t.Parallel()
	m, customer, b := october(t)
	m.To(t, "2026-11-12")
	m.Pay(t, customer, "119.89")
	m.To(t, "2026-12-10")
	n := m.Debit(t, b.ID, "50.00")
	if n.Number != "DN-202612-000001" || n.DueOn != day("2027-01-15") || n.SuspendOn != day("2027-01-26") {
		t.Fatalf("%+v", n)
	}
	m.Pay(t, customer, "100.00") // the bill of November, due on 15 December, comes before the note
	if now := m.Bill(t, b.ContractID, "2026-11"); now.State != bill.Paid {
		t.Fatalf("%+v", now.Status)
	}
	m.To(t, "2027-01-15")
	if now := m.Bill(t, b.ContractID, "2026-10"); now.State != bill.Issued || now.Owed() != fen("50.00") {
		t.Fatalf("%+v", now.Status)
	}
	m.Sound(t)
	m.To(t, "2027-01-17") // two days late
	if now := m.Bill(t, b.ContractID, "2026-10"); now.State != bill.Overdue || now.LateFeeFen != fen("0.30") {
		t.Fatalf("%+v", now.Status)
	}
	m.Sound(t)
}

func TestCreditNote_overTheWholeMakesTheBillVoid(t *testing.T) {
	t.Parallel()
	m, customer, b := october(t)
	m.To(t, "2026-11-20")
	n := m.Credit(t, b.ID, "119.89")
	lines, err := n.Lines()
	if err != nil || len(lines) != 2 || n.NetFen != b.NetFen || n.TaxFen != b.TaxFen {
		t.Fatalf("the note takes back %s net and %s tax of %s and %s: %+v %v", n.NetFen, n.TaxFen, b.NetFen, b.TaxFen, lines, err)
	}
	now := m.Bill(t, b.ContractID, "2026-10")
	if now.State != bill.Void || now.Owed() != 0 || now.LateFeeFen != 0 {
		t.Fatalf("%+v", now.Status)
	}
	if owed, _ := m.Ledger.Balance(testkit.System(), ledger.Receivable, customer, ""); owed != 0 {
		t.Fatal(owed)
	}
	for _, act := range []func() error{
		func() error {
			_, err := m.Bills.CreditNote(finance(), b.ID, bill.NoteInput{Amount: 1, Reason: "x"})
			return err
		},
		func() error {
			_, err := m.Bills.DebitNote(finance(), b.ID, bill.NoteInput{Amount: 1, Reason: "x"})
			return err
		},
		func() error {
			_, err := m.Bills.Dispute(finance(), b.ID, bill.DisputeInput{Amount: 1, Reason: "x"})
			return err
		},
	} {
		if err := act(); !errors.Is(err, bill.ErrVoid) {
			t.Error(err)
		}
	}
	m.Sound(t)
}

func TestNote_aboveTheLimitWaitsForASecondPerson_refusesOwn(t *testing.T) {
	t.Parallel()
	m, _, b := october(t, func(p *plan.Terms) { p.Rent = fen("5000.00") })
	in := bill.NoteInput{Amount: fen("1000.01"), Reason: "网络故障补偿"}
	r, err := m.Bills.CreditNote(lead(), b.ID, in)
	if err != nil || r.State != bill.Waiting || r.Note != nil {
		t.Fatalf("%+v %v", r, err)
	}
	if now := m.Bill(t, b.ContractID, "2026-10"); now.NotedFen != 0 {
		t.Fatalf("%+v", now.Status)
	}
	if _, err := m.Bills.DecideNote(lead(), r.ID, true, ""); !errors.Is(err, bill.ErrOwnRequest) {
		t.Fatal(err)
	}
	if _, err := m.Bills.DecideNote(finance(), r.ID, false, ""); !errors.Is(err, bill.ErrNoteInvalid) {
		t.Fatal("refused without a reason", err)
	}
	r, err = m.Bills.DecideNote(finance(), r.ID, true, "")
	if err != nil || r.Note == nil || r.Note.ApprovedBy == r.Note.RequestedBy || r.Note.TotalFen != fen("1000.01") {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := m.Bills.DecideNote(finance(), r.ID, true, ""); !errors.Is(err, bill.ErrDecided) {
		t.Fatal(err)
	}
	if small, err := m.Bills.CreditNote(finance(), b.ID, bill.NoteInput{Amount: fen("1000.00"), Reason: "补偿"}); err != nil || small.Note == nil {
		t.Fatalf("%+v %v", small, err)
	}
	m.Sound(t)
}

func TestNote_approvedAfterTheBillHasChangedIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	m, _, b := october(t, func(p *plan.Terms) { p.Rent = fen("2000.00") })
	r, err := m.Bills.CreditNote(finance(), b.ID, bill.NoteInput{Amount: fen("1500.00"), Reason: "补偿"})
	if err != nil {
		t.Fatal(err)
	}
	m.Credit(t, b.ID, "1000.00")
	if _, err := m.Bills.DecideNote(lead(), r.ID, true, ""); errs.As(err) == nil {
		t.Fatalf("more was credited than there was: %v", err)
	}
	if now := m.Bill(t, b.ContractID, "2026-10"); now.NotedFen != -fen("1000.00") {
		t.Fatalf("%+v", now.Status)
	}
	m.Sound(t)
}

func TestNotes_refuseWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	m, _, b := october(t)
	m.Dispute(t, b.ID, "50.00")
	credit := func(in bill.NoteInput) error {
		in.Reason = "核对"
		_, err := m.Bills.CreditNote(finance(), b.ID, in)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"more than is left":           {credit(bill.NoteInput{Amount: fen("119.90")}), bill.ErrTooMuch},
		"what is disputed":            {credit(bill.NoteInput{Amount: fen("69.90")}), bill.ErrTooMuch},
		"nothing":                     {credit(bill.NoteInput{}), bill.ErrNoteInvalid},
		"below zero":                  {credit(bill.NoteInput{Amount: -1}), bill.ErrNoteInvalid},
		"beyond what can be written":  {credit(bill.NoteInput{Amount: money.MaxFen + 1}), bill.ErrNoteInvalid},
		"a line that is not there":    {credit(bill.NoteInput{Lines: []bill.Share{{Line: 7, Amount: 1}}}), bill.ErrNoteInvalid},
		"a line twice":                {credit(bill.NoteInput{Lines: []bill.Share{{Line: 0, Amount: 1}, {Line: 0, Amount: 1}}}), bill.ErrNoteInvalid},
		"more than the line":          {credit(bill.NoteInput{Lines: []bill.Share{{Line: 1, Amount: fen("19.90")}}}), bill.ErrNoteInvalid},
		"lines against the sum":       {credit(bill.NoteInput{Amount: 3, Lines: []bill.Share{{Line: 0, Amount: 1}}}), bill.ErrNoteInvalid},
		"a day before the bill":       {credit(bill.NoteInput{Amount: 1, On: day("2026-10-31")}), bill.ErrBeforeIssue},
		"a day that has not come":     {credit(bill.NoteInput{Amount: 1, On: day("2026-11-02")}), bill.ErrBeforeIssue},
		"a bill that is not there":    {second(m.Bills.CreditNote(finance(), "x", bill.NoteInput{Amount: 1, Reason: "x"})), bill.ErrNotFound},
		"no reason":                   {second(m.Bills.CreditNote(finance(), b.ID, bill.NoteInput{Amount: 1})), bill.ErrNoteInvalid},
		"disputing what is disputed":  {second(m.Bills.Dispute(finance(), b.ID, bill.DisputeInput{Amount: fen("69.90"), Reason: "x"})), bill.ErrTooMuch},
		"deciding neither way":        {second(m.Bills.ResolveDispute(finance(), "x", "open", "x")), bill.ErrDisputeInvalid},
		"a dispute that is not there": {second(m.Bills.ResolveDispute(finance(), "x", bill.DisputeUpheld, "x")), bill.ErrDisputeNotFound},
		"a charge without a name":     {second(m.Bills.DebitNote(finance(), b.ID, bill.NoteInput{Lines: []bill.Share{{Line: -1, Amount: 1}}, Reason: "x"})), bill.ErrNoteInvalid},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v; want %v", name, c.err, c.want)
		}
	}
	if now := m.Bill(t, b.ContractID, "2026-10"); now.NotedFen != 0 || now.DisputedFen != fen("50.00") || now.Amendments != 1 {
		t.Fatalf("%+v", now.Status)
	}
	m.Sound(t)
}

func asCustomer(user, customer string) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: user, Login: user, Name: user, Roles: []string{"customer"}, CustomerID: customer, Scope: actor.Scope{CustomerID: customer}})
}

func second[T any](_ T, err error) error { return err }

func TestNote_cannotBeEditedOrDeletedAndVerifyFindsOneThatWasBent(t *testing.T) {
	t.Parallel()
	m, _, b := october(t)
	n := m.Credit(t, b.ID, "10.00")
	for _, sql := range []string{"UPDATE bill_notes SET total_fen = 1 WHERE id = ?", "DELETE FROM bill_notes WHERE id = ?"} {
		if err := m.DB.Run(testkit.System(), func(ctx context.Context) error { return m.DB.Q(ctx).Exec(sql, n.ID).Error }); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
	if m.DB.Dialect() != db.SQLite {
		return
	}
	err := m.DB.Run(testkit.System(), func(ctx context.Context) error {
		if err := m.DB.Q(ctx).Exec("DROP TRIGGER bill_notes_no_update").Error; err != nil {
			return err
		}
		return m.DB.Q(ctx).Exec("UPDATE bill_notes SET total_fen = total_fen + 1, number = 'CN-202611-000007' WHERE id = ?", n.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	v, err := m.Bills.Verify(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]bool{}
	for _, x := range v {
		found[x.Invariant] = true
	}
	if !found[5] || !found[6] || !found[7] {
		t.Fatalf("%+v", v)
	}
}

func TestCustomers_disputeAndWithdrawTheirOwnBillsOnly(t *testing.T) {
	t.Parallel()
	m, customer, b := october(t)
	own := asCustomer("u-c", customer)
	d, err := m.Bills.Dispute(own, b.ID, bill.DisputeInput{Lines: []bill.Share{{Line: 1, Amount: fen("19.89")}}, Reason: "超量部分不是我方发送"})
	if err != nil || !d.ByCustomer {
		t.Fatalf("%+v %v", d, err)
	}
	other := asCustomer("u-x", "someone-else")
	if _, err := m.Bills.ResolveDispute(other, d.ID, bill.DisputeWithdrawn, "x"); !errors.Is(err, bill.ErrDisputeNotFound) {
		t.Fatal(err)
	}
	if _, err := m.Bills.Dispute(other, b.ID, bill.DisputeInput{Amount: 1, Reason: "x"}); !errors.Is(err, bill.ErrNotFound) {
		t.Fatal(err)
	}
	if _, err := m.Bills.ResolveDispute(own, d.ID, bill.DisputeUpheld, "自己说了算"); !errors.Is(err, bill.ErrOwnDispute) {
		t.Fatal("a customer upheld its own dispute:", err)
	}
	if d, err = m.Bills.ResolveDispute(own, d.ID, bill.DisputeWithdrawn, "核对无误"); err != nil || d.State != bill.DisputeWithdrawn {
		t.Fatalf("%+v %v", d, err)
	}
	m.Sound(t)
}

// TestStory_theRateOfJanuaryWasWrong: bills of December 2025 bear 6 %, those of January 2026 9 %. Finance find that January's
// had to be issued at 6 % after all, and issue them again.
func TestStory_theRateOfJanuaryWasWrong(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2025-12-01 09:00")
	sales := testkit.As("sales", "sales")
	paid, owing, noted, disputed := m.Customer(t, sales, 1).ID, m.Customer(t, sales, 2).ID, m.Customer(t, sales, 3).ID, m.Customer(t, sales, 4).ID
	terms := moneytest.Package("100.00", func(p *plan.Terms) { p.GraceDays = 30 })
	ids := map[string]string{}
	for _, c := range []string{paid, owing, noted, disputed} {
		ids[c] = m.Contract(t, c, "2025-12-01", "2026-11-30", terms)
	}
	m.To(t, "2026-02-01")
	for _, c := range []string{"2025-12 0.06 5.66", "2026-01 0.09 8.26"} {
		f := strings.Fields(c)
		b := m.Bill(t, ids[paid], f[0])
		lines, _ := b.Lines()
		if lines[0].TaxRate.String() != f[1] || b.TaxFen != fen(f[2]) {
			t.Fatalf("%s: %+v", c, lines)
		}
	}
	m.To(t, "2026-02-10")
	m.Pay(t, paid, "207.80") // December's with 26 days of late fee, and January's
	m.Pay(t, noted, "40.00")
	january := m.Bill(t, ids[noted], "2026-01")
	m.Credit(t, january.ID, "30.00")
	d := m.Dispute(t, m.Bill(t, ids[disputed], "2026-01").ID, "10.00")
	m.To(t, "2026-03-10")
	before := m.Bill(t, ids[owing], "2026-01")

	r, err := m.Bills.PreviewReissue(finance(), bill.ReissueInput{Kind: plan.TaxMessages, From: day("2026-01-01"), To: day("2026-01-31"), Rate: money.MustDecimal("0.06"), Reason: "一月仍适用 6% 税率"})
	if err != nil || r.Expected != 4 || r.Failed != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	m.Sound(t)
	if _, err := m.Bills.RunReissue(finance(), r.ID); !errors.Is(err, bill.ErrOwnRequest) {
		t.Fatal(err)
	}
	for range 2 { // twice with one result
		if r, err = m.Bills.RunReissue(lead(), r.ID); err != nil || r.Done != 3 || r.Skipped != 1 || r.Failed != 0 || r.State != "done" {
			t.Fatalf("%+v %v", r, err)
		}
	}
	m.Sound(t)
	live := func(contract string) (old, now bill.Bill) {
		bs, _, err := m.Bills.List(testkit.System(), bill.Query{ContractID: contract, Month: caldate.MustParseMonth("2026-01"), Limit: 5})
		if err != nil || len(bs) != 2 {
			t.Fatalf("%d bills %v", len(bs), err)
		}
		if bs[0].Revision == 1 {
			return bs[1], bs[0]
		}
		return bs[0], bs[1]
	}
	old, now := live(ids[owing])
	if old.State != bill.Void || old.LateFeeFen != 0 || now.TotalFen != fen("100.00") || now.TaxFen != fen("5.66") || now.DueOn != before.DueOn || now.LateFeeFen != before.LateFeeFen || now.State != bill.Overdue || now.PaidFen != before.PaidFen {
		t.Fatalf("old %+v\nnew %+v\nwas %+v", old, now, before)
	}
	if old, now = live(ids[paid]); old.State != bill.Void || now.State != bill.Paid || now.PaidOn != day("2026-02-10") || old.PaidFen != 0 {
		t.Fatalf("old %+v\nnew %+v", old, now)
	}
	if _, now = live(ids[noted]); now.TotalFen != fen("70.00") || now.TaxFen != fen("3.96") {
		t.Fatalf("%+v", now)
	}
	m.Resolve(t, d.ID, bill.DisputeWithdrawn)
	again, err := m.Bills.PreviewReissue(finance(), bill.ReissueInput{Kind: plan.TaxMessages, From: day("2026-01-01"), To: day("2026-01-31"), Rate: money.MustDecimal("0.06"), Reason: "余下的一张"})
	if err != nil || again.Expected != 1 {
		t.Fatalf("%+v %v", again, err)
	}
	if again, err = m.Bills.RunReissue(lead(), again.ID); err != nil || again.Done != 1 {
		t.Fatalf("%+v %v", again, err)
	}
	m.Sound(t)
	m.To(t, "2026-03-20")
	m.Sound(t)
}

func TestReissue_ofAFixedNetPriceGivesABillThatAsksForMoreAWindowOfItsOwn(t *testing.T) {
	t.Parallel()
	m := moneytest.New(t, "2026-10-01 09:00")
	customer := m.Customer(t, testkit.As("sales", "sales"), 1).ID
	c := m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("109.00", func(p *plan.Terms) { p.Fixed = plan.FixedNet }))
	m.To(t, "2026-11-20")
	r, err := m.Bills.PreviewReissue(finance(), bill.ReissueInput{Kind: plan.TaxMessages, From: day("2026-10-01"), Rate: money.MustDecimal("0.13"), Reason: "税率调整"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Bills.RunReissue(lead(), r.ID); err != nil {
		t.Fatal(err)
	}
	bs, _, err := m.Bills.List(testkit.System(), bill.Query{ContractID: c, States: []string{"issued"}, Limit: 5})
	if err != nil || len(bs) != 1 || bs[0].TotalFen != fen("113.00") || bs[0].NetFen != fen("100.00") || bs[0].DueOn != day("2026-12-15") || bs[0].LateFeeFen != 0 {
		t.Fatalf("%+v %v", bs, err)
	}
	m.Sound(t)
}

func TestNoteDocument_isAPaperOfItsOwn(t *testing.T) {
	t.Parallel()
	m, _, b := october(t)
	n := m.Credit(t, b.ID, "19.89")
	name, pdf, err := m.Bills.NoteDocument(testkit.System(), n.ID)
	if err != nil || name != n.Number+".pdf" || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Fatal(name, err)
	}
	if _, again, _ := m.Bills.NoteDocument(testkit.System(), n.ID); !bytes.Equal(pdf, again) {
		t.Error("the same note is not the same bytes")
	}
}

func TestSpread_sumsToTheFenAndNeverTakesMoreThanALineHas(t *testing.T) {
	t.Parallel()
	lines := func(amounts ...money.Fen) (out []bill.NoteLine) {
		for _, a := range amounts {
			out = append(out, bill.NoteLine{Line: plan.Line{Amount: a}})
		}
		return out
	}
	for _, c := range []struct {
		rest   []bill.NoteLine
		amount money.Fen
		want   int
	}{
		{lines(100, 200, 300), 1, 1}, {lines(100, 200, 300), 599, 3}, {lines(100, 200, 300), 600, 3}, {lines(1, 1, 1), 2, 2}, {lines(500, -200), 300, 2}, {lines(500, -200), 299, 1}, {lines(100), 101, 0}, {lines(100), 0, 0},
	} {
		shares := bill.Spread(c.rest, c.amount)
		var sum money.Fen
		for _, s := range shares {
			sum += s.Amount
			if l := c.rest[s.Line].Amount; s.Amount > 0 && s.Amount > l || s.Amount < 0 && s.Amount < l {
				t.Errorf("%d of a line of %d", s.Amount, l)
			}
		}
		if len(shares) != c.want || len(shares) > 0 && sum != c.amount {
			t.Errorf("%v of %v: %v", c.amount, c.rest, shares)
		}
	}
}

func TestNotes_leaveTheirTraces(t *testing.T) {
	t.Parallel()
	m, _, b := october(t)
	m.Credit(t, b.ID, "1.00")
	d := m.Dispute(t, b.ID, "2.00")
	m.Resolve(t, d.ID, bill.DisputeWithdrawn)
	rows, _, err := m.Trail.Search(testkit.System(), trail.Query{ObjectType: "bill", ObjectID: b.ID, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r.Row.Action] = true
	}
	for _, want := range []string{"bill.credit_note", "bill.dispute", "bill.dispute_withdrawn"} {
		if !seen[want] {
			t.Errorf("no audit row %s: %v", want, seen)
		}
	}
}
