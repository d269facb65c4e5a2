package licence_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/licence"
	"sealgate/server/notice"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }

func submission(h *contracttest.House, t *testing.T, ctx context.Context) licence.Submission {
	return licence.Submission{
		Kind: licence.Business, Number: "530100000001", Issuer: "昆明市市场监督管理局", ValidFrom: day("2020-01-01"), ValidTo: day("2027-01-31"),
		DocumentID: h.Upload(t, ctx, "licence"),
	}
}

func TestSubmit_refusesWhatIsWrongAndNamesTheDayOfAnExpiredOne(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	for _, k := range []struct {
		field  string
		change func(*licence.Submission)
	}{
		{"valid_to:expired", func(s *licence.Submission) { s.ValidTo = day("2026-09-30") }},
		{"valid_to:order", func(s *licence.Submission) { s.ValidTo = day("2019-12-31") }},
		{"valid_from:future", func(s *licence.Submission) { s.ValidFrom = day("2026-10-02") }},
		{"valid_from:missing", func(s *licence.Submission) { s.ValidFrom = caldate.Date{} }},
		{"kind:unknown", func(s *licence.Submission) { s.Kind = "driving" }},
		{"number:missing", func(s *licence.Submission) { s.Number = " " }},
		{"attachment_id:missing", func(s *licence.Submission) { s.DocumentID = "" }},
	} {
		s := submission(h, t, contracttest.Sales())
		k.change(&s)
		_, err := h.Licences.Submit(contracttest.Sales(), c.ID, s)
		e := errs.As(err)
		if !errors.Is(err, licence.ErrInvalid) || len(e.Fields) != 1 || e.Fields[0].Field+":"+e.Fields[0].Code != k.field || e.Fields[0].Zh == "" || e.Fields[0].En == "" {
			t.Errorf("want %s, got %v", k.field, err)
		}
		if k.field == "valid_to:expired" && e.Fields[0].En != "the licence ended on 2026-09-30; upload the renewed one" {
			t.Errorf("the day is not named: %s", e.Fields[0].En)
		}
	}
	last := submission(h, t, contracttest.Sales())
	last.ValidTo = day("2026-10-01")
	if _, err := h.Licences.Submit(contracttest.Sales(), c.ID, last); err != nil {
		t.Errorf("the last day still counts: %v", err)
	}
	if _, total, _ := h.Licences.List(contracttest.Sales(), licence.Query{Limit: 50}); total != 1 {
		t.Errorf("%d licences are left behind", total)
	}
	// The scan must be one's own and is used once.
	s := submission(h, t, contracttest.Reviewer())
	if _, err := h.Licences.Submit(contracttest.Sales(), c.ID, s); !errors.Is(err, document.ErrNotFound) {
		t.Errorf("somebody else's upload was used: %v", err)
	}
	if _, err := h.Licences.Submit(contracttest.Sales(), c.ID, last); !errors.Is(err, document.ErrLinked) {
		t.Errorf("a scan was used twice: %v", err)
	}
	if _, err := h.Licences.Submit(contracttest.OtherSales(), c.ID, submission(h, t, contracttest.OtherSales())); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("a licence for somebody else's customer: %v", err)
	}
}

func TestVerify_isBySomebodyElseAndOnce(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	l, err := h.Licences.Submit(contracttest.Sales(), c.ID, submission(h, t, contracttest.Sales()))
	if err != nil {
		t.Fatal(err)
	}
	reviewer := contracttest.Reviewer()
	for name, c := range map[string]struct{ got, want error }{
		"own":             {second(h.Licences.Verify(contracttest.Sales(), l.ID)), licence.ErrOwn},
		"without reason":  {second(h.Licences.Refuse(reviewer, l.ID, " ")), licence.ErrReason},
		"other's":         {second(h.Licences.Verify(contracttest.OtherSales(), l.ID)), licence.ErrNotFound},
		"revoke too soon": {second(h.Licences.Revoke(reviewer, l.ID, "x")), licence.ErrState},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v", name, c.got)
		}
	}
	if got := licence.Actions(l, actor.Actor{UserID: "u-sales"}); len(got) != 0 {
		t.Errorf("the submitter is offered %v", got)
	}
	if got := licence.Actions(l, actor.Actor{UserID: "u-reviewer"}); !slices.Equal(got, []string{"verify", "refuse"}) {
		t.Errorf("%v", got)
	}
	if l, err = h.Licences.Verify(reviewer, l.ID); err != nil || l.State != licence.Verified || l.DecidedBy != "u-reviewer" {
		t.Fatalf("%+v %v", l, err)
	}
	if err := second(h.Licences.Refuse(reviewer, l.ID, "晚了")); !errors.Is(err, licence.ErrState) {
		t.Errorf("decided twice: %v", err)
	}
	if items, _, unread, err := h.Notices.List(contracttest.Sales(), notice.Query{Limit: 10}); err != nil || unread != 1 || items[0].Kind != "licence_verified" {
		t.Errorf("sales were not told: %+v %v", items, err)
	}
}

func TestVerify_refusesOneThatEndedWhileItWaited(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2027-01-31 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	l, err := h.Licences.Submit(contracttest.Sales(), c.ID, submission(h, t, contracttest.Sales()))
	if err != nil {
		t.Fatal(err)
	}
	h.Fake.Advance(day("2027-02-01").At(9, 0).Sub(h.Clock.Now()))
	if _, err := h.Licences.Verify(contracttest.Reviewer(), l.ID); !errors.Is(err, licence.ErrEnded) || errs.As(err).Zh == licence.ErrEnded.Zh {
		t.Errorf("%v", err)
	}
}

func TestExpireDue_endsOnTheDayAfterTheLastAndOnce(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	l := h.Licence(t, c.ID, licence.Business, "2020-01-01", "2027-01-31")
	sys := testkit.System()
	state := func() licence.State {
		got, err := h.Licences.Get(sys, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.State
	}
	for _, d := range []struct {
		day  string
		want licence.State
	}{{"2027-01-31", licence.Verified}, {"2027-02-01", licence.Expired}, {"2027-02-01", licence.Expired}, {"2027-02-02", licence.Expired}} {
		if err := h.Licences.ExpireDue(sys, day(d.day)); err != nil || state() != d.want {
			t.Errorf("%s: %s %v", d.day, state(), err)
		}
	}
	var rows int
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE action = 'licence.expire'").Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d audit rows %v", rows, err)
	}
}

func TestRevoke_suspendsWhatDependsOnItUntilANewOneIsVerified(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	l := h.Licence(t, c.ID, licence.Business, "2020-01-01", "")
	id := h.Active(t, c.ID, "2027-09-30", nil).ID
	if _, err := h.Licences.Revoke(contracttest.Reviewer(), l.ID, "吊销"); err != nil {
		t.Fatal(err)
	}
	got, err := h.Contracts.Get(testkit.System(), id)
	if err != nil || got.State != contract.Suspended || !slices.Equal(got.OpenReasons, []contract.Reason{contract.Licence}) {
		t.Fatalf("%+v %v", got, err)
	}
	h.Licence(t, c.ID, licence.Telecom, "2020-01-01", "") // another kind does not help
	if got, _ := h.Contracts.Get(testkit.System(), id); got.State != contract.Suspended {
		t.Error("resumed by a licence of another kind")
	}
	h.Licence(t, c.ID, licence.Business, "2026-01-01", "")
	if got, _ := h.Contracts.Get(testkit.System(), id); got.State != contract.Active {
		t.Error("not resumed by a new licence")
	}
}

func TestList_isScoped(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, c.ID, licence.Business, "2020-01-01", "")
	for who, want := range map[string]int64{"sales": 1, "sales2": 0, "reviewer": 1} {
		ctx := map[string]context.Context{"sales": contracttest.Sales(), "sales2": contracttest.OtherSales(), "reviewer": contracttest.Reviewer()}[who]
		items, total, err := h.Licences.List(ctx, licence.Query{CustomerID: c.ID, States: []licence.State{licence.Verified}, Limit: 50})
		if err != nil || total != want || int64(len(items)) != want {
			t.Errorf("%s sees %d of %d %v", who, len(items), total, err)
		}
		if want == 1 && items[0].CustomerName != c.Name {
			t.Errorf("no customer's name: %+v", items[0])
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRunDay_remindsBeforeTheEndOnceEachUnlessARenewedOneIsThere(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	lapsing, renewed := h.Customer(t, contracttest.Sales(), 1), h.Customer(t, contracttest.Sales(), 2)
	for _, c := range []string{lapsing.ID, renewed.ID} {
		h.Licence(t, c, licence.Business, "2020-01-01", "2027-01-31")
	}
	reminders := func(customer string) (n int) {
		if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM notices WHERE kind = 'licence_expiring' AND to_customer = ?", customer).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for d := day("2026-10-02"); !d.After(day("2027-02-01")); d = d.AddDays(1) {
		h.Fake.Advance(d.At(9, 0).Sub(h.Clock.Now()))
		if d == day("2026-12-15") { // between the first reminder and the second
			h.Licence(t, renewed.ID, licence.Business, "2026-12-01", "2031-11-30")
		}
		for range 2 {
			if err := h.Licences.RunDay(sys, d); err != nil {
				t.Fatal(d, err)
			}
		}
		if want := map[string]int{"2026-12-02": 1, "2027-01-01": 2, "2027-01-24": 3}[d.String()]; want > 0 && reminders(lapsing.ID) != want { // 60, 30 and 7 days before 31 January
			t.Errorf("%s: %d reminders, want %d", d, reminders(lapsing.ID), want)
		}
	}
	if a, b := reminders(lapsing.ID), reminders(renewed.ID); a != 3 || b != 1 {
		t.Errorf("%d reminders, and %d with a renewed licence", a, b)
	}
}

func TestAdopt_takesPeriodsOfThePastAndTheFuture(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := h.Customer(t, contracttest.Sales(), 1)
	for _, p := range []struct {
		from, to string
		want     licence.State
	}{{"2020-01-01", "2026-09-30", licence.Expired}, {"2026-01-01", "2026-10-01", licence.Verified}, {"2026-11-01", "2027-10-31", licence.Verified}} {
		l, err := h.Licences.Adopt(sys, c.ID, licence.ICP, day(p.from), day(p.to))
		if err != nil || l.State != p.want || l.DocumentID == "" {
			t.Errorf("%s to %s: %+v %v", p.from, p.to, l, err)
		}
	}
	if _, err := h.Licences.Adopt(sys, c.ID, "driving", day("2026-02-01"), day("2026-01-01")); !errors.Is(err, licence.ErrInvalid) {
		t.Error(err)
	}
	for on, want := range map[string]int{"2026-10-01": 1, "2026-10-15": 0, "2026-11-01": 1} {
		if ls, _ := h.Licences.Valid(sys, c.ID, day(on)); len(ls) != want {
			t.Errorf("%s: %d count", on, len(ls))
		}
	}
}
