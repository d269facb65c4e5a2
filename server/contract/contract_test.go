package contract_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }

// to moves the clock to 09:00 of a day.
func to(h *contracttest.House, d string) { h.Fake.Advance(day(d).At(9, 0).Sub(h.Clock.Now())) }

func get(t *testing.T, h *contracttest.House, id string) *contract.Contract {
	t.Helper()
	c, err := h.Contracts.Get(testkit.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// want checks that an error is the listed one, in both languages, with the fields.
func want(t *testing.T, err error, listed *errs.Error, fields ...string) {
	t.Helper()
	if !errors.Is(err, listed) {
		t.Fatalf("got %v, want %s", err, listed.Code)
	}
	e := errs.As(err)
	if e.Zh == "" || e.En == "" {
		t.Errorf("%s lacks a language", e.Code)
	}
	var got []string
	for _, f := range e.Fields {
		got = append(got, f.Field+":"+f.Code)
		if f.Zh == "" || f.En == "" {
			t.Errorf("%s at %s lacks a language", f.Code, f.Field)
		}
	}
	for _, f := range fields {
		if !slices.Contains(got, f) {
			t.Errorf("no %s among %v", f, got)
		}
	}
}

func TestStory_fromRegistrationToTheFirstDayOfService(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00") // 20 Sep: sales register the customer, its licence, its signature and the contract
	c := h.Customer(t, contracttest.Sales(), 1)
	if c.Number != "C-000001" {
		t.Errorf("number %s", c.Number)
	}
	draft := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", map[string]string{"deposit": "500.00"})
	if draft.Number != "HT-2026-000001" || draft.State != contract.Draft || draft.Terms.Rent != money.MustYuan("100") || draft.Terms.Window.To != 15 {
		t.Fatalf("draft %+v", draft)
	}
	if draft.Values["customer_name"] != c.Name || draft.Values["contact_phone"] != "13812345678" || draft.Values["provider_name"] != contracttest.Provider().Name {
		t.Errorf("blanks are not filled from the record: %v", draft.Values)
	}
	paper, err := h.Contracts.Document(contracttest.Sales(), draft.ID)
	if err != nil || paper.Final || !strings.HasPrefix(string(paper.Content), "%PDF-") {
		t.Fatal("no draft PDF", err)
	}

	to(h, "2026-09-21") // 21 Sep: compliance approves; the text is frozen
	approved := h.Approve(t, draft.ID)
	if approved.State != contract.AwaitingSignature || approved.ServiceCode != "106900000001" || len(approved.DocumentSHA256) != 64 {
		t.Fatalf("approved %+v", approved)
	}
	paper, err = h.Contracts.Document(contracttest.Sales(), draft.ID)
	if err != nil || !paper.Final {
		t.Fatal("no final PDF", err)
	}

	to(h, "2026-09-25") // 25 Sep: both sides' signing is recorded by sales and confirmed by compliance
	signed := h.Sign(t, draft.ID)
	if signed.State != contract.AwaitingSignature {
		t.Fatalf("in force before licence, signature, deposit and start: %s", signed.State)
	}
	items, err := h.Contracts.Checklist(contracttest.Sales(), signed)
	if err != nil {
		t.Fatal(err)
	}
	open := []string{}
	for _, i := range items {
		if !i.Done {
			open = append(open, i.Code)
		}
	}
	if !slices.Equal(open, []string{"licence:business", "signature", "deposit", "start_date"}) {
		t.Errorf("still open: %v", open)
	}

	to(h, "2026-09-28") // 28 Sep: licence verified, signature approved, deposit received
	h.Licence(t, c.ID, licence.Business, "2020-01-01", "2027-01-31")
	h.Signature(t, c.ID, "信闸科技")
	h.Deposit(t, draft.ID, money.MustYuan("500"))
	if s := get(t, h, draft.ID).State; s != contract.AwaitingSignature {
		t.Fatalf("in force before the start date: %s", s)
	}

	to(h, "2026-10-01") // 1 Oct 00:05: the daily job brings it into force
	if err := h.Contracts.RunDay(testkit.System(), day("2026-10-01")); err != nil {
		t.Fatal(err)
	}
	active := get(t, h, draft.ID)
	if active.State != contract.Active || active.ActivatedOn != day("2026-10-01") {
		t.Fatalf("%s on %s", active.State, active.ActivatedOn)
	}
	if s, err := h.Contracts.Sendable(testkit.System(), draft.ID, h.Clock.Instant()); err != nil || !s.Allowed {
		t.Fatalf("%+v %v", s, err)
	}
	if n, _, _, _ := h.Notices.List(contracttest.Sales(), notice.Query{Limit: 10}); len(n) == 0 || n[0].Kind != "contract_active" || n[0].TitleEn == "" {
		t.Errorf("sales were not told: %+v", n)
	}

	to(h, "2027-02-01") // 1 Feb: the licence ended on 31 January
	if s, err := h.Contracts.Sendable(testkit.System(), draft.ID, h.Clock.Instant()); err != nil || s.Allowed || !slices.Equal(s.Reasons, []string{"licence"}) {
		t.Errorf("before the job has run: %+v %v", s, err)
	}
	to(h, "2027-02-03") // the job of 1 Feb runs late: what counts is the day
	if err := h.Licences.ExpireDue(testkit.System(), day("2027-02-01")); err != nil {
		t.Fatal(err)
	}
	suspended := get(t, h, draft.ID)
	if suspended.State != contract.Suspended || !slices.Equal(suspended.OpenReasons, []contract.Reason{contract.Licence}) {
		t.Fatalf("%s %v", suspended.State, suspended.OpenReasons)
	}
	to(h, "2027-02-05") // 5 Feb: a new licence is verified; the service resumes by itself
	h.Licence(t, c.ID, licence.Business, "2027-02-01", "2032-01-31")
	if s := get(t, h, draft.ID).State; s != contract.Active {
		t.Fatalf("not resumed: %s", s)
	}
	days, err := h.Contracts.SuspendedDays(testkit.System(), draft.ID, day("2027-01-01"), day("2027-02-28"))
	if err != nil || len(days) != 4 || days[0] != day("2027-02-01") || days[3] != day("2027-02-04") {
		t.Errorf("suspended on %v %v", days, err)
	}

	to(h, "2027-10-01") // 1 Oct: the day after the last one
	if err := h.Contracts.RunDay(testkit.System(), day("2027-10-01")); err != nil {
		t.Fatal(err)
	}
	ended := get(t, h, draft.ID)
	if ended.State != contract.Expired || ended.EndedOn != day("2027-09-30") {
		t.Fatalf("%s, last day %s", ended.State, ended.EndedOn)
	}
	steps := history(t, h, draft.ID)
	if got := strings.Join(steps, " "); got != "draft under_review awaiting_signature active suspended active expired" {
		t.Errorf("history %s", got)
	}
}

func history(t *testing.T, h *contracttest.House, id string) []string {
	t.Helper()
	rows, err := h.DB.ReadSQL().Query("SELECT to_state FROM audit_rows WHERE object_type = 'contract' AND object_id = ? AND to_state <> '' ORDER BY id", id)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func TestDraft_refusesBadInputWithPlaceAndCureAndChangesNothing(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	for _, k := range []struct {
		name, blank, value, field string
	}{
		{"missing blank", "rent", "", "values.rent:missing"},
		{"negative amount", "rent", "-1.00", "values.rent:too_small"},
		{"huge amount", "rent", "99999999999999999999.00", "values.rent:money"},
		{"exponent", "rent", "1e3", "values.rent:money"},
		{"not a number", "included", "NaN", "values.included:integer"},
		{"2^63", "included", "9223372036854775808", "values.included:too_large"},
		{"month 13", "start_date", "2026-13-01", "values.start_date:date"},
		{"29 February", "end_date", "2027-02-29", "values.end_date:date"},
		{"end before start", "end_date", "2026-09-01", "values.end_date:order"},
		{"day 32", "window_to_day", "32", "values.window_to_day:too_large"},
		{"window that ends before it starts", "window_to_day", "3", "values.window_to_day:order"},
		{"unknown blank", "discount", "1", "values.discount:unknown"},
		{"other customer's name", "customer_name", "别人有限公司", "values.customer_name:fixed"},
		{"other provider", "provider_bank_account", "6222000000000000009", "values.provider_bank_account:fixed"},
		{"both court and arbitration", "jurisdiction_name", "昆明市五华区人民法院或昆明仲裁委员会", "values.jurisdiction_name:forum"},
	} {
		t.Run(k.name, func(t *testing.T) {
			_, err := h.Contracts.Draft(contracttest.Sales(), contract.Registration{
				CustomerID: c.ID, TemplateID: "package", TemplateVersion: 1, Values: contracttest.Values("2026-10-01", "2027-09-30", map[string]string{k.blank: k.value}),
			})
			want(t, err, contract.ErrInvalid, k.field)
		})
	}
	_, err := h.Contracts.Draft(contracttest.Sales(), contract.Registration{
		CustomerID: c.ID, TemplateID: "package", TemplateVersion: 1, Values: contracttest.Values("2025-01-01", "2025-12-31", nil),
	})
	want(t, err, contract.ErrInvalid, "values.end_date:over")
	if _, total, _ := h.Contracts.List(contracttest.Sales(), contract.Query{Limit: 50}); total != 0 {
		t.Errorf("%d contracts are left behind", total)
	}
	if d := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", nil); d.Number != "HT-2026-000001" {
		t.Errorf("a refused draft took a number: %s", d.Number)
	}
}

func TestDraft_refusesASecondContractOfTheKindForTheSameTime(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	h.Active(t, c.ID, "2027-09-30", nil)
	draft := func(start, end string) error {
		_, err := h.Contracts.Draft(contracttest.Sales(), contract.Registration{CustomerID: c.ID, TemplateID: "package", TemplateVersion: 1, Values: contracttest.Values(start, end, nil)})
		return err
	}
	want(t, draft("2027-09-30", "2028-09-30"), contract.ErrOverlap, "values.start_date:overlap")
	if err := draft("2027-10-01", "2028-09-30"); err != nil {
		t.Errorf("a successor on the day after is refused: %v", err)
	}
}

func TestActivation_neverPutsTwoContractsSideBySide(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, c.ID, licence.Business, "2020-01-01", "")
	h.Signature(t, c.ID, "信闸科技")
	// Two drafts side by side are allowed; the second can't even be submitted once the first is under review.
	a, b := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", nil), h.Draft(t, c.ID, "2026-10-01", "2027-09-30", nil)
	h.Approve(t, a.ID)
	_, err := h.Contracts.Submit(contracttest.Sales(), b.ID)
	want(t, err, contract.ErrOverlap)
}

func TestReview_isByAPersonWhoHadNoHandInIt(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	d := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", nil)
	// The lead changes a blank, so the lead can't approve any more either.
	d, err := h.Contracts.Revise(contracttest.Lead(), d.ID, d.Version, contracttest.Values("2026-10-01", "2027-09-30", map[string]string{"rent": "120.00"}))
	if err != nil || d.Terms.Rent != money.MustYuan("120") {
		t.Fatal(err)
	}
	if _, err := h.Contracts.Revise(contracttest.Sales(), d.ID, 1, nil); !errors.Is(err, contract.ErrStale) {
		t.Errorf("an outdated version was changed: %v", err)
	}
	d, err = h.Contracts.Submit(contracttest.Sales(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []context.Context{contracttest.Sales(), contracttest.Lead()} {
		_, err := h.Contracts.Approve(who, d.ID, d.Version)
		want(t, err, contract.ErrOwnReview)
		_, err = h.Contracts.Reject(who, d.ID, "不行")
		want(t, err, contract.ErrOwnReview)
	}
	_, err = h.Contracts.Approve(contracttest.Reviewer(), d.ID, d.Version-1)
	want(t, err, contract.ErrStale)
	_, err = h.Contracts.Reject(contracttest.Reviewer(), d.ID, "  ")
	want(t, err, contract.ErrReason, "reason:missing")
	d, err = h.Contracts.Reject(contracttest.Reviewer(), d.ID, "月租与报价不符")
	if err != nil || d.State != contract.Draft {
		t.Fatalf("%v %v", d, err)
	}
}

func TestWithdraw_isForTextsThatNobodyHasSigned(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	d := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", nil)
	h.Approve(t, d.ID)
	back, err := h.Contracts.Withdraw(contracttest.Sales(), d.ID, "客户要求改起始日")
	if err != nil || back.State != contract.Draft || get(t, h, d.ID).DocumentID != "" {
		t.Fatalf("%+v %v", back, err)
	}
	again := h.Approve(t, d.ID)
	if again.ServiceCode != "106900000001" {
		t.Errorf("a second code was allotted: %s", again.ServiceCode)
	}
	h.Sign(t, d.ID)
	_, err = h.Contracts.Withdraw(contracttest.Sales(), d.ID, "再改")
	want(t, err, contract.ErrSigned)
}

func TestSigning_needsAScanARealDayAndASecondPerson(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	d := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", nil)
	h.Approve(t, d.ID)
	record := func(change func(*contract.Signed)) error {
		in := contract.Signed{DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: day("2026-09-20"), Signers: map[contract.Side]string{contract.CustomerSide: "王芳"}}
		change(&in)
		_, err := h.Contracts.RecordSigning(contracttest.Sales(), d.ID, in)
		return err
	}
	want(t, record(func(in *contract.Signed) { in.Signers["bank"] = "x" }), contract.ErrInvalid, "side:unknown")
	want(t, record(func(in *contract.Signed) { in.DocumentID = "" }), contract.ErrInvalid, "attachment_id:missing")
	want(t, record(func(in *contract.Signed) { in.Signers = nil }), contract.ErrInvalid, "customer_signer:missing")
	want(t, record(func(in *contract.Signed) { in.SignedOn = day("2026-09-21") }), contract.ErrInvalid, "signed_on:future")
	want(t, record(func(in *contract.Signed) { in.SignedOn = day("2026-09-19") }), contract.ErrInvalid, "signed_on:before_approval")
	want(t, record(func(in *contract.Signed) { in.Signers[contract.CustomerSide] = "" }), contract.ErrInvalid, "customer_signer:missing")
	_, err := h.Contracts.ConfirmSigning(contracttest.Reviewer(), d.ID, contract.CustomerSide)
	want(t, err, contract.ErrNoSigning)
	if err := record(func(*contract.Signed) {}); err != nil {
		t.Fatal(err)
	}
	if err := record(func(in *contract.Signed) { in.Signers[contract.CustomerSide] = "王芳芳" }); err != nil { // a wrong entry is replaced before it is confirmed
		t.Fatal(err)
	}
	_, err = h.Contracts.ConfirmSigning(contracttest.Sales(), d.ID, contract.CustomerSide)
	want(t, err, contract.ErrOwnSigning)
	if _, err = h.Contracts.ConfirmSigning(contracttest.Reviewer(), d.ID, contract.CustomerSide); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.ConfirmSigning(contracttest.Reviewer(), d.ID, contract.CustomerSide)
	want(t, err, contract.ErrSideConfirmed)
	want(t, record(func(*contract.Signed) {}), contract.ErrSideConfirmed)
	rows, err := h.Contracts.Signings(contracttest.Sales(), d.ID)
	if err != nil || len(rows) != 1 || rows[0].Signer != "王芳芳" || !rows[0].Confirmed() {
		t.Errorf("%+v %v", rows, err)
	}
}

func TestSuspension_liftsEachReasonByItself(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	id := h.Active(t, c.ID, "2027-09-30", nil).ID
	sys := testkit.System()
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(h.Contracts.Suspend(sys, id, contract.NonPayment, day("2026-11-26"), "B-202610-000001"))
	do(h.Contracts.Suspend(sys, id, contract.NonPayment, day("2026-11-27"), "again"))
	do(h.Contracts.Suspend(sys, id, contract.Content, day("2026-11-28"), "A10"))
	do(h.Contracts.Lift(sys, id, contract.NonPayment, day("2026-11-30"), "paid"))
	do(h.Contracts.Lift(sys, id, contract.NonPayment, day("2026-12-01"), "paid again"))
	if g := get(t, h, id); g.State != contract.Suspended || !slices.Equal(g.OpenReasons, []contract.Reason{contract.Content}) {
		t.Fatalf("%s %v", g.State, g.OpenReasons)
	}
	s, err := h.Contracts.Sendable(sys, id, caldate.InstantOf(day("2026-11-30").At(12, 0)))
	if err != nil || !slices.Equal(s.Reasons, []string{"suspended:content"}) {
		t.Errorf("%+v %v", s, err)
	}
	do(h.Contracts.Lift(sys, id, contract.Content, day("2026-12-02"), "checked"))
	if g := get(t, h, id); g.State != contract.Active || len(g.OpenReasons) != 0 {
		t.Fatalf("%s %v", g.State, g.OpenReasons)
	}
	rows, err := h.Contracts.Suspensions(sys, id)
	if err != nil || len(rows) != 2 || rows[0].LiftedOn != day("2026-11-30") {
		t.Errorf("%+v %v", rows, err)
	}
	days, _ := h.Contracts.SuspendedDays(sys, id, day("2026-11-01"), day("2026-12-31"))
	if len(days) != 6 || days[0] != day("2026-11-26") || days[5] != day("2026-12-01") {
		t.Errorf("%v", days)
	}
	want(t, h.Contracts.Suspend(sys, id, "mood", day("2026-12-05"), ""), contract.ErrSuspension)
}

func TestTerminate_endsAtOnceOrAfterTheNamedDay(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	a := h.Active(t, h.Customer(t, contracttest.Sales(), 1).ID, "2027-09-30", nil)
	b := h.Active(t, h.Customer(t, contracttest.Sales(), 2).ID, "2027-09-30", nil)
	to(h, "2026-11-10")
	end := func(id string, e contract.Termination) error {
		_, err := h.Contracts.Terminate(contracttest.Lead(), id, e)
		return err
	}
	want(t, end(a.ID, contract.Termination{Cause: "mood", Reason: "x"}), contract.ErrEnd, "cause:unknown")
	want(t, end(a.ID, contract.Termination{Cause: contract.Mutual}), contract.ErrEnd, "reason:missing")
	want(t, end(a.ID, contract.Termination{Cause: contract.Mutual, Reason: "协商", LastDay: day("2026-11-09")}), contract.ErrEnd, "on:past")
	want(t, end(a.ID, contract.Termination{Cause: contract.Mutual, Reason: "协商", LastDay: day("2028-01-01")}), contract.ErrEnd, "on:after_end")
	want(t, end(a.ID, contract.Termination{Cause: contract.IllegalContent, Reason: "诈骗", LastDay: day("2026-11-30")}), contract.ErrEnd, "on:at_once")
	if err := h.Contracts.Suspend(sys, a.ID, contract.Content, day("2026-11-10"), "A10"); err != nil {
		t.Fatal(err)
	}
	if err := end(a.ID, contract.Termination{Cause: contract.IllegalContent, Reason: "诈骗短信"}); err != nil {
		t.Fatal(err)
	}
	if g := get(t, h, a.ID); g.State != contract.Terminated || g.EndedOn != day("2026-11-10") || len(g.OpenReasons) > 0 {
		t.Fatalf("%+v", g)
	}
	want(t, end(a.ID, contract.Termination{Cause: contract.Mutual, Reason: "再来"}), contract.ErrState)

	if err := end(b.ID, contract.Termination{Cause: contract.Mutual, Reason: "协商一致", LastDay: day("2026-11-30")}); err != nil {
		t.Fatal(err)
	}
	if err := h.Contracts.RunDay(sys, day("2026-11-30")); err != nil {
		t.Fatal(err)
	}
	if g := get(t, h, b.ID); g.State != contract.Active {
		t.Fatalf("ended before its last day was over: %s", g.State)
	}
	to(h, "2026-12-01")
	if s, _ := h.Contracts.Sendable(sys, b.ID, h.Clock.Instant()); s.Allowed || !slices.Contains(s.Reasons, "ended") {
		t.Errorf("sends after its last day: %+v", s)
	}
	for range 2 {
		if err := h.Contracts.RunDay(sys, day("2026-12-01")); err != nil {
			t.Fatal(err)
		}
	}
	if g := get(t, h, b.ID); g.State != contract.Terminated || g.EndedOn != day("2026-11-30") || g.EndCause != contract.Mutual {
		t.Fatalf("%+v", g)
	}
	in := func(month string) []string {
		cs, err := h.Contracts.Overlapping(sys, caldate.MustParseMonth(month))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range cs {
			out = append(out, c.Number)
			if c.Terms.Rent != money.MustYuan("100") {
				t.Errorf("%s has no terms", c.Number)
			}
		}
		return out
	}
	if got := in("2026-11"); !slices.Equal(got, []string{a.Number, b.Number}) {
		t.Errorf("November: %v", got)
	}
	if got := in("2026-12"); len(got) != 0 {
		t.Errorf("December: %v", got)
	}
	if got := in("2026-09"); len(got) != 0 {
		t.Errorf("September: %v", got)
	}
}

func TestSettleAndClose_waitForTheDeposit(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, c.ID, licence.Business, "2020-01-01", "")
	h.Signature(t, c.ID, "信闸科技")
	d := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", map[string]string{"deposit": "500.00"})
	h.Approve(t, d.ID)
	h.Sign(t, d.ID)
	h.Deposit(t, d.ID, money.MustYuan("499.99"))
	if s := get(t, h, d.ID).State; s != contract.AwaitingSignature {
		t.Fatalf("in force with less than the deposit: %s", s)
	}
	h.Deposit(t, d.ID, money.MustYuan("0.01"))
	if s := get(t, h, d.ID).State; s != contract.Active {
		t.Fatalf("not in force: %s", s)
	}
	sys := testkit.System()
	want(t, h.Contracts.Settle(sys, d.ID, "paid"), contract.ErrState)
	if _, err := h.Contracts.Terminate(contracttest.Lead(), d.ID, contract.Termination{Cause: contract.Mutual, Reason: "协商"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(h.Contracts.Settle(sys, d.ID, "paid"), h.Contracts.Settle(sys, d.ID, "paid")); err != nil {
		t.Fatal(err)
	}
	want(t, h.Contracts.Close(sys, d.ID, "refunded"), contract.ErrOwed)
	h.Deposit(t, d.ID, -money.MustYuan("500"))
	if err := h.Contracts.Close(sys, d.ID, "refunded"); err != nil {
		t.Fatal(err)
	}
	if s := get(t, h, d.ID).State; s != contract.Closed {
		t.Fatal(s)
	}
}

func TestScope_hidesOtherPeoplesContractsEverywhere(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	id := h.Active(t, c.ID, "2027-09-30", nil).ID
	other := contracttest.OtherSales()
	if items, total, err := h.Contracts.List(other, contract.Query{Limit: 50}); err != nil || len(items) > 0 || total > 0 {
		t.Errorf("list leaks: %d of %d %v", len(items), total, err)
	}
	for name, err := range map[string]error{
		"get":        second(h.Contracts.Get(other, id)),
		"document":   second(h.Contracts.Document(other, id)),
		"terms":      second(h.Contracts.TermsOf(other, id)),
		"signings":   second(h.Contracts.Signings(other, id)),
		"submit":     second(h.Contracts.Submit(other, id)),
		"withdraw":   second(h.Contracts.Withdraw(other, id, "x")),
		"terminate":  second(h.Contracts.Terminate(other, id, contract.Termination{Cause: contract.Mutual, Reason: "x"})),
		"sendable":   second(h.Contracts.Sendable(other, id, h.Clock.Instant())),
		"suspend":    h.Contracts.Suspend(other, id, contract.Data, day("2026-10-02"), ""),
		"suspension": second(h.Contracts.Suspensions(other, id)),
	} {
		if !errors.Is(err, contract.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.Contracts.Draft(other, contract.Registration{CustomerID: c.ID, TemplateID: "package", Values: contracttest.Values("2028-01-01", "2028-12-31", nil)})
	want(t, err, customer.ErrNotFound)
	_, err = h.Contracts.Preview(other, contract.Registration{CustomerID: c.ID, TemplateID: "package"})
	want(t, err, customer.ErrNotFound)
}

func second[T any](_ T, err error) error { return err }

func TestTermsOn_givesThoseOfTheStartBeforeIt(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	d := h.Draft(t, c.ID, "2026-10-01", "2027-09-30", map[string]string{"late_fee_rate": "0.004", "grace_days": "10"})
	terms, err := h.Contracts.TermsOn(contracttest.Sales(), d.ID, day("2026-09-20"))
	if err != nil || terms.GraceDays != 10 {
		t.Fatalf("%+v %v", terms, err)
	}
	var codes []string
	for _, w := range h.Contracts.Warnings(d) {
		codes = append(codes, w.Code)
	}
	if !slices.Contains(codes, "law.late_fee_rate") || !slices.Contains(codes, "law.suspension") {
		t.Errorf("warnings %v", codes)
	}
}

func TestPreview_leavesOpenBlanksOpen(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	start := time.Now()
	pdf, err := h.Contracts.Preview(contracttest.Sales(), contract.Registration{CustomerID: c.ID, TemplateID: "package", Values: map[string]string{"rent": "100.00"}})
	if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %s", len(pdf), time.Since(start))
	_, err = h.Contracts.Preview(contracttest.Sales(), contract.Registration{CustomerID: c.ID, TemplateID: "package", Values: map[string]string{"rent": "1e3"}})
	want(t, err, contract.ErrInvalid, "values.rent:money")
}
