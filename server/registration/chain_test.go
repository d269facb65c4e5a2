package registration_test

import (
	"context"
	"errors"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/licence"
	"sealgate/server/registration"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }

// house is a contracttest.House whose invariants hold after the test.
func house(t *testing.T, at string) *contracttest.House {
	h := contracttest.New(t, at)
	t.Cleanup(func() {
		for _, check := range []func(context.Context) error{
			func(ctx context.Context) error { return broken(h.Signatures.Verify(ctx)) },
			func(ctx context.Context) error { return broken(h.Numbers.Verify(ctx)) },
		} {
			if err := check(testkit.System()); err != nil {
				t.Error(err)
			}
		}
	})
	return h
}

func broken[T any](found []T, err error) error {
	if err == nil && len(found) > 0 {
		err = errors.New("invariants are broken: " + show(found))
	}
	return err
}

// chain is a customer with one record of each kind, approved.
type chain struct {
	customer                                      string
	qualification, signature, template, link, tel *registration.Record
}

func whole(t *testing.T, h *contracttest.House) chain {
	t.Helper()
	c := chain{customer: h.Customer(t, contracttest.Sales(), 1).ID}
	h.Licence(t, c.customer, licence.Business, "2020-01-01", "")
	c.signature = h.Signature(t, c.customer, "信闸科技")
	c.qualification = get(t, h, c.signature.ParentID)
	pass := func(n registration.Submission) *registration.Record {
		n.ParentID = c.signature.ID
		if n.Kind != registration.Template {
			n.DocumentID = h.Upload(t, contracttest.Sales(), "proof")
		}
		return h.Passed(t, h.Register(t, contracttest.Sales(), c.customer, n).ID)
	}
	c.template = pass(registration.Submission{Kind: registration.Template, Text: "您的验证码是{1}，{2}分钟内有效。", Detail: registration.Detail{
		Name: "登录验证码", Category: "verification", Variables: []registration.Variable{{Type: registration.Digits, Name: "验证码"}, {Type: registration.Digits, Name: "分钟"}},
	}})
	c.link = pass(registration.Submission{Kind: registration.Link, Text: "https://Shop.example.com/", Detail: registration.Detail{Form: registration.Domain, Owner: "客户1有限公司"}})
	c.tel = pass(registration.Submission{Kind: registration.Phone, Text: "028-85551234", Detail: registration.Detail{Owner: "客户1有限公司"}})
	return c
}

func get(t *testing.T, h *contracttest.House, id string) *registration.Record {
	t.Helper()
	r, err := h.Signatures.Get(testkit.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// at gives the newest filing of a record with a carrier.
func at(t *testing.T, h *contracttest.House, id, carrier string) registration.Filing {
	t.Helper()
	all, err := h.Signatures.FilingsOf(testkit.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all[id] {
		if g.Carrier == carrier {
			return g
		}
	}
	return registration.Filing{}
}

func (c chain) facts(t *testing.T, h *contracttest.House, carrier string) registration.Facts {
	t.Helper()
	f, err := h.Signatures.Facts(testkit.System(), registration.For{CustomerID: c.customer, SignatureID: c.signature.ID, TemplateID: c.template.ID, Category: "verification", On: h.Clock.Today()})
	if err != nil {
		t.Fatal(err)
	}
	return f[carrier]
}

func to(t *testing.T, h *contracttest.House, d string) {
	t.Helper()
	h.Fake.Advance(day(d).At(9, 0).Sub(h.Clock.Now()))
	if err := h.Signatures.RunDay(testkit.System(), day(d)); err != nil {
		t.Fatal(err)
	}
}

func answer(t *testing.T, h *contracttest.House, id, carrier string, a registration.Answer) {
	t.Helper()
	if _, err := h.Signatures.TakeAnswer(contracttest.Reviewer(), at(t, h, id, carrier).ID, a); err != nil {
		t.Fatal(err)
	}
}

func send(t *testing.T, h *contracttest.House, carrier string) []registration.Sheet {
	t.Helper()
	ss, err := h.Signatures.MakeSheets(contracttest.Reviewer(), carrier, "")
	if err != nil {
		t.Fatal(err)
	}
	return ss
}

func TestChain_nothingPassesBeforeItsCarrierHasAcceptedEveryLink(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00") // a Monday
	c := whole(t, h)
	want := registration.Facts{Qualification: registration.CarrierPending, Signature: registration.CarrierPending, Template: registration.CarrierPending}
	if got := c.facts(t, h, "cmcc"); got.Signature != want.Signature || got.Qualification != want.Qualification || got.Template != want.Template || len(got.Domains)+len(got.Phones) != 0 {
		t.Errorf("queued: %+v", got)
	}
	sheets := send(t, h, "cmcc")
	if len(sheets) != 5 || sheets[0].Kind != registration.Qualification || sheets[0].DueOn != day("2026-03-16") {
		t.Errorf("sheets in the order of the chain, ten working days: %+v", sheets)
	}
	for _, s := range sheets {
		if n, err := h.Signatures.AnswerSheet(contracttest.Reviewer(), s.ID, registration.Answer{State: registration.Accepted}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	}
	got := c.facts(t, h, "cmcc")
	if got.Qualification != "" || got.Signature != "" || got.Template != "" || len(got.Domains) != 1 || got.Domains[0] != "shop.example.com" || len(got.Phones) != 1 || len(got.Variables) != 2 {
		t.Errorf("accepted: %+v", got)
	}
	if other := c.facts(t, h, "cucc"); other.Signature != registration.CarrierPending {
		t.Errorf("another carrier has it from this one: %+v", other)
	}
}

func TestRefile_isASecondFilingWithWhatWasMended(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	send(t, h, "cucc")
	answer(t, h, c.signature.ID, "cucc", registration.Answer{State: registration.Rejected, Reason: "证明不清晰"})
	if got := c.facts(t, h, "cucc").Signature; got != registration.CarrierRefused {
		t.Errorf("%s", got)
	}
	if _, err := h.Signatures.Refile(contracttest.Reviewer(), c.signature.ID, []string{"xx"}, "补", ""); !errors.Is(err, registration.ErrCarrier) {
		t.Errorf("%v", err)
	}
	if _, err := h.Signatures.Refile(contracttest.Reviewer(), c.signature.ID, nil, " ", ""); !errors.Is(err, registration.ErrReason) {
		t.Errorf("%v", err)
	}
	if _, err := h.Signatures.Refile(contracttest.Reviewer(), c.signature.ID, nil, "换了清晰的证明", h.Upload(t, contracttest.Reviewer(), "proof")); err != nil {
		t.Fatal(err)
	}
	second := at(t, h, c.signature.ID, "cucc")
	if second.Attempt != 2 || second.State != registration.Queued || second.Note != "换了清晰的证明" {
		t.Errorf("%+v", second)
	}
	if _, err := h.Signatures.Refile(contracttest.Reviewer(), c.signature.ID, nil, "再报", ""); !errors.Is(err, registration.ErrNothingLapsed) {
		t.Errorf("a third beside the second: %v", err)
	}
	send(t, h, "cucc")
	answer(t, h, c.signature.ID, "cucc", registration.Answer{State: registration.Accepted, CarrierNumber: "LT-1"})
	if got := c.facts(t, h, "cucc").Signature; got != registration.InOrder {
		t.Errorf("%s", got)
	}
}

func TestLapse_takesWithItWhatHangsOnIt(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	h.Accept(t)
	answer(t, h, c.signature.ID, "ctcc", registration.Answer{State: registration.FilingEnd, Reason: "实名信息变更"})
	for _, r := range []*registration.Record{c.template, c.link, c.tel} {
		if g := at(t, h, r.ID, "ctcc"); g.State != registration.FilingEnd || g.Cause != registration.ByParent {
			t.Errorf("%s stands before ctcc: %+v", r.Kind, g)
		}
		if g := at(t, h, r.ID, "cmcc"); g.State != registration.Accepted {
			t.Errorf("%s fell before cmcc, too: %+v", r.Kind, g)
		}
	}
	if g := at(t, h, c.qualification.ID, "ctcc"); g.State != registration.Accepted {
		t.Errorf("what it hangs on fell: %+v", g)
	}
	// 2 Mar: filed again, with all that hangs on it.
	if _, err := h.Signatures.Refile(contracttest.Reviewer(), c.signature.ID, nil, "更正实名信息", ""); err != nil {
		t.Fatal(err)
	}
	if g := at(t, h, c.tel.ID, "ctcc"); g.State != registration.Queued || g.Attempt != 2 {
		t.Errorf("%+v", g)
	}
}

func TestRunDay_letterOfAuthorisationEndsAndTheChainWithIt(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h) // the letter ends on 2028-03-02
	h.Accept(t)
	for d := day("2027-12-30"); !d.After(day("2028-03-02")); d = d.AddDays(1) {
		if err := h.Signatures.Used(testkit.System(), d, c.signature.ID); err != nil {
			t.Fatal(err)
		}
		to(t, h, d.String())
	}
	var reminders int
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM notices WHERE kind = 'authorisation_expiring' AND to_customer <> ''").Scan(&reminders); err != nil || reminders != 3 {
		t.Errorf("%d reminders of 60, 30 and 7 days %v", reminders, err)
	}
	if c.facts(t, h, "cmcc").Qualification != registration.InOrder {
		t.Error("the last day still counts")
	}
	to(t, h, "2028-03-03")
	if f := c.facts(t, h, "cmcc"); f.Qualification != registration.HasLapsed || f.Signature != registration.HasLapsed || f.Template != registration.HasLapsed {
		t.Errorf("%+v", f)
	}
	h.Fake.Advance(1)
	renewed, err := h.Signatures.Renew(contracttest.Sales(), c.qualification.ID, registration.Renewal{DocumentID: h.Upload(t, contracttest.Sales(), "authorisation"), Handler: contracttest.Handler(h.Clock.Today())})
	if err != nil || renewed.State != registration.Submitted {
		t.Fatal(renewed, err)
	}
	h.Passed(t, renewed.ID)
	h.Accept(t)
	if f := c.facts(t, h, "cmcc"); f.Qualification != "" || f.Signature != "" || f.Template != "" {
		t.Errorf("renewed and accepted: %+v", f)
	}
}

func TestRunDay_signatureUnusedForFiveMonthsLapsesAndIsFiledAgain(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	h.Accept(t)
	if err := h.Signatures.Used(testkit.System(), day("2026-03-31"), c.signature.ID); err != nil {
		t.Fatal(err)
	}
	to(t, h, "2026-08-30")
	if got := c.facts(t, h, "cmcc").Signature; got != registration.InOrder {
		t.Errorf("a day too soon: %s", got)
	}
	to(t, h, "2026-08-31")
	to(t, h, "2026-08-31")
	if g := at(t, h, c.signature.ID, "cmcc"); g.State != registration.FilingEnd || g.Cause != registration.ByUnused {
		t.Errorf("%+v", g)
	}
	if r := get(t, h, c.signature.ID); r.State != registration.Approved {
		t.Errorf("our own review fell: %s", r.State)
	}
	if _, err := h.Signatures.Refile(contracttest.Reviewer(), c.signature.ID, nil, "客户重新启用", ""); err != nil {
		t.Fatal(err)
	}
	h.Accept(t)
	to(t, h, "2026-09-01") // it counts anew
	if got := c.facts(t, h, "cmcc").Signature; got != registration.InOrder {
		t.Errorf("%s", got)
	}
}

func TestDesk_keepsFilingsQueuedWhileItIsClosed(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	if _, err := h.Signatures.Close(contracttest.Reviewer(), "ctcc", day("2026-03-02"), day("2026-03-06"), "系统升级"); err != nil {
		t.Fatal(err)
	}
	_, err := h.Signatures.MakeSheets(contracttest.Reviewer(), "ctcc", "")
	if !errors.Is(err, registration.ErrDeskClosed) || errs.As(err).En == registration.ErrDeskClosed.En {
		t.Errorf("the days are not named: %v", err)
	}
	if g := at(t, h, c.signature.ID, "ctcc"); g.State != registration.Queued {
		t.Errorf("%+v", g)
	}
	for name, c := range map[string]struct {
		from, to string
		want     error
	}{
		"overlapping": {"2026-03-06", "2026-03-09", registration.ErrOverlap}, "order": {"2026-03-12", "2026-03-11", registration.ErrClosure}, "past": {"2026-02-01", "2026-02-02", registration.ErrClosure},
	} {
		if _, err := h.Signatures.Close(contracttest.Reviewer(), "ctcc", day(c.from), day(c.to), "x"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	to(t, h, "2026-03-07")
	if len(send(t, h, "ctcc")) != 5 {
		t.Error("not sent once it is open")
	}
}

func TestChangeRules_hasAcceptedOnesFiledAgainBeforeTheyLapse(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	h.Accept(t)
	h.Fake.Advance(1000000)
	change, err := h.Signatures.ChangeRules(contracttest.Reviewer(), "cmcc", registration.Template, day("2026-04-01"), "模板须注明变量类型")
	if err != nil || change.Queued != 1 {
		t.Fatalf("%+v %v", change, err)
	}
	if g := at(t, h, c.template.ID, "cmcc"); g.State != registration.Queued || g.Attempt != 2 {
		t.Errorf("%+v", g)
	}
	if got := c.facts(t, h, "cmcc").Template; got != registration.InOrder {
		t.Errorf("the first still holds until the day: %s", got)
	}
	to(t, h, "2026-04-01")
	if got := c.facts(t, h, "cmcc").Template; got != registration.CarrierPending {
		t.Errorf("not accepted anew by the day: %s", got)
	}
	send(t, h, "cmcc")
	answer(t, h, c.template.ID, "cmcc", registration.Answer{State: registration.Accepted})
	if got := c.facts(t, h, "cmcc").Template; got != registration.InOrder {
		t.Errorf("%s", got)
	}
}

func TestFacts_aLicenceThatEndedHoldsUntilTheNewOneIsVerified(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-03-02 09:00")
	c := whole(t, h)
	h.Accept(t)
	valid, err := h.Licences.Valid(testkit.System(), c.customer, h.Clock.Today())
	if err != nil || len(valid) != 1 {
		t.Fatal(valid, err)
	}
	if _, err := h.Licences.Revoke(contracttest.Reviewer(), valid[0].ID, "吊销"); err != nil {
		t.Fatal(err)
	}
	if got := c.facts(t, h, "cmcc").Qualification; got != registration.NoLicence {
		t.Errorf("%s", got)
	}
	h.Licence(t, c.customer, licence.Business, "2026-01-01", "")
	if got := c.facts(t, h, "cmcc").Qualification; got != registration.InOrder {
		t.Errorf("%s", got)
	}
}
