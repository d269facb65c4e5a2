package registration_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/registration"
	"sealgate/server/testkit"
)

func show[T any](found []T) string { return fmt.Sprintf("%+v", found) }

func TestReview_takesSomebodyElseAndOneAtATime(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	id := h.Qualification(t, contracttest.Sales(), h.Customer(t, contracttest.Sales(), 1).ID, "资质").ID
	second := testkit.As("reviewer2", "compliance_reviewer")
	fails := func(name string, want error, do func(context.Context, string) (*registration.Record, error), ctx context.Context) {
		t.Helper()
		if _, err := do(ctx, id); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := h.Signatures
	fails("own, taken", registration.ErrOwn, s.Take, contracttest.Sales())
	fails("own, approved", registration.ErrOwn, s.Approve, contracttest.Sales())
	fails("somebody else's customer", registration.ErrNotFound, s.Take, contracttest.OtherSales())
	r, err := s.Take(contracttest.Reviewer(), id)
	if err != nil || r.State != registration.InReview || r.Due().Time().Sub(r.SubmittedAt.Time()).Hours() != 2 {
		t.Fatal(r, err)
	}
	fails("twice", registration.ErrState, s.Take, second)
	fails("by another", registration.ErrHeld, s.Approve, second)
	fails("given back by another", registration.ErrHeld, s.GiveBack, second)
	if _, err := s.GiveBack(contracttest.Reviewer(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Refuse(second, id, "  "); !errors.Is(err, registration.ErrReason) {
		t.Errorf("without reason: %v", err)
	}
	if _, err := s.Refuse(second, id, strings.Repeat("因", 501)); !errors.Is(err, registration.ErrReason) {
		t.Errorf("a long reason: %v", err)
	}
	r, err = s.Refuse(second, id, "授权书没有盖章")
	if err != nil || r.State != registration.Refused || r.TakenBy != "u-reviewer2" {
		t.Fatal(r, err)
	}
	fails("decided already", registration.ErrState, s.Approve, second)
	fails("withdrawn", registration.ErrState, func(ctx context.Context, id string) (*registration.Record, error) { return s.Withdraw(ctx, id, "x") }, second)
}

func TestSubmit_oneQualificationHasOneSignature(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	sign := func(parent, text string) error {
		_, err := h.Signatures.Submit(contracttest.Sales(), c, registration.Submission{
			Kind: registration.Signature, ParentID: parent, Text: text, Detail: registration.Detail{Source: registration.TradeMark, SourceName: "第 35 类 123456 号"}, DocumentID: h.Upload(t, contracttest.Sales(), "proof"),
		})
		return err
	}
	q := h.Qualification(t, contracttest.Sales(), c, "资质一").ID
	for _, k := range []struct {
		parent, text string
		want         error
	}{{q, "【信闸科技】", nil}, {q, "信闸云", registration.ErrOneOne}, {"nobody", "信闸云", registration.ErrInvalid}, {"", "信闸云", registration.ErrInvalid}} {
		if err := sign(k.parent, k.text); !errors.Is(err, k.want) {
			t.Errorf("%s under %q: %v", k.text, k.parent, err)
		}
	}
	other := h.Qualification(t, contracttest.Sales(), c, "资质二").ID
	if err := sign(other, "信闸科技"); !errors.Is(err, registration.ErrTaken) {
		t.Errorf("the same words twice: %v", err)
	}
	if _, err := h.Signatures.Refuse(contracttest.Reviewer(), other, "授权书缺页"); err != nil {
		t.Fatal(err)
	}
	if err := sign(other, "信闸云"); !errors.Is(err, registration.ErrParent) {
		t.Errorf("under a refused one: %v", err)
	}
	stranger := h.Customer(t, contracttest.Sales(), 2).ID
	theirs := h.Qualification(t, contracttest.Sales(), stranger, "资质").ID
	if err := sign(theirs, "信闸云"); !errors.Is(err, registration.ErrInvalid) {
		t.Errorf("under another customer's: %v", err)
	}
	if _, err := h.Signatures.Submit(contracttest.OtherSales(), c, registration.Submission{}); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("for somebody else's customer: %v", err)
	}
}

func TestApprove_waitsForWhatItHangsOn(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	q := h.Qualification(t, contracttest.Sales(), c, "资质")
	g := h.Register(t, contracttest.Sales(), c, registration.Submission{
		Kind: registration.Signature, ParentID: q.ID, Text: "信闸", Detail: registration.Detail{Source: registration.Company}, DocumentID: h.Upload(t, contracttest.Sales(), "proof"),
	})
	if _, err := h.Signatures.Approve(contracttest.Reviewer(), g.ID); !errors.Is(err, registration.ErrParent) {
		t.Fatalf("%v", err)
	}
	h.Passed(t, q.ID)
	if r := h.Passed(t, g.ID); r.Detail.SourceName != "客户1有限公司" {
		t.Errorf("%+v", r.Detail)
	}
}

func TestSubmit_namesEveryWrongFieldAndKeepsNothing(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	good := func() registration.Submission {
		return registration.Submission{Kind: registration.Qualification, Text: "资质", DocumentID: h.Upload(t, contracttest.Sales(), "authorisation"), Handler: contracttest.Handler(h.Clock.Today())}
	}
	for _, k := range []struct {
		field  string
		change func(*registration.Submission)
	}{
		{"text:too_long", func(n *registration.Submission) { n.Text = strings.Repeat("长", 10_000) }},
		{"text:encoding", func(n *registration.Submission) { n.Text = "a\xff" }},
		{"text:bad_character", func(n *registration.Submission) { n.Text = "资\u202e质" }},
		{"text:missing", func(n *registration.Submission) { n.Text = " " }},
		{"handler.name:missing", func(n *registration.Submission) { n.Handler.Name = "" }},
		{"handler.name:too_long", func(n *registration.Submission) { n.Handler.Name = strings.Repeat("王", 10_000) }},
		{"handler.phone:phone", func(n *registration.Submission) { n.Handler.Phone = "123" }},
		{"handler.id_number:id_number", func(n *registration.Submission) { n.Handler.IDNumber = "1101011990030700" }},
		{"handler.id_number:id_birth", func(n *registration.Submission) { n.Handler.IDNumber = "110101199002300038" }},
		{"handler.id_number:id_check", func(n *registration.Submission) { n.Handler.IDNumber = "110101199003070039" }},
		{"handler.authorised_from:future", func(n *registration.Submission) { n.Handler.AuthorisedFrom = day("2026-10-02") }},
		{"handler.authorised_to:order", func(n *registration.Submission) { n.Handler.AuthorisedTo = day("2026-09-30") }},
		{"handler.authorised_to:too_short", func(n *registration.Submission) { n.Handler.AuthorisedTo = day("2027-04-01") }},
		{"licences[0]:unknown", func(n *registration.Submission) { n.Detail.Licences = append(n.Detail.Licences, "driving") }},
		{"attachment_id:missing", func(n *registration.Submission) { n.DocumentID = "" }},
		{"kind:unknown", func(n *registration.Submission) { n.Kind = "passport" }},
	} {
		n := good()
		k.change(&n)
		_, err := h.Signatures.Submit(contracttest.Sales(), c, n)
		e := errs.As(err)
		if e == nil || len(e.Fields) != 1 || e.Fields[0].Field+":"+e.Fields[0].Code != k.field || e.Fields[0].Zh == "" || e.Fields[0].En == "" {
			t.Errorf("want %s, got %v", k.field, err)
		}
	}
	n := good()
	n.Text, n.Handler.Name, n.Handler.AuthorisedTo = "𠮷野家资质", "𠮷田㐂", day("2027-04-02")
	if _, err := h.Signatures.Submit(contracttest.Sales(), c, n); err != nil {
		t.Errorf("rare characters, and six months and a day: %v", err)
	}
	if _, err := h.Signatures.Submit(contracttest.Sales(), c, registration.Submission{Kind: registration.Qualification, Text: "又一份", DocumentID: n.DocumentID, Handler: n.Handler}); !errors.Is(err, document.ErrLinked) {
		t.Errorf("a letter used twice: %v", err)
	}
	if _, total, err := h.Signatures.List(contracttest.Sales(), registration.Query{Limit: 50}); err != nil || total != 1 {
		t.Errorf("%d registrations %v", total, err)
	}
}

func TestApprove_refusesALetterThatGrewTooShortWhileItWaited(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	q := h.Qualification(t, contracttest.Sales(), c, "资质") // until 2028-10-01
	h.Fake.Advance(day("2028-04-01").At(9, 0).Sub(h.Clock.Now()))
	if _, err := h.Signatures.Approve(contracttest.Reviewer(), q.ID); !errors.Is(err, registration.ErrLetter) {
		t.Errorf("%v", err)
	}
}

func TestHandler_isSealedMaskedAndEachLookIsOnRecord(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	c := h.Customer(t, contracttest.Sales(), 1).ID
	q := h.Qualification(t, contracttest.Sales(), c, "资质")
	var sealed, masks string
	if err := h.DB.ReadSQL().QueryRow("SELECT sealed, masks FROM registration_handlers").Scan(&sealed, &masks); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"王小明", "110101199003070038", "13900139000"} {
		if strings.Contains(sealed+masks, secret) {
			t.Errorf("%s stands in the row: %s", secret, masks)
		}
	}
	m, _, to, err := h.Signatures.MaskedHandler(contracttest.Sales(), q.ID)
	if err != nil || m.Name != "王**" || m.Phone != "139****9000" || m.IDNumber != "1101************38" || to != day("2028-10-01") {
		t.Errorf("%+v %v", m, err)
	}
	full, err := h.Signatures.Handler(contracttest.Reviewer(), q.ID)
	if err != nil || full.IDNumber != "110101199003070038" {
		t.Errorf("%+v %v", full, err)
	}
	var looks int
	if err := h.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE action = 'registration.look' AND actor_id = 'u-reviewer'").Scan(&looks); err != nil || looks != 1 {
		t.Errorf("%d looks on record %v", looks, err)
	}
	if _, err := h.Signatures.Handler(contracttest.OtherSales(), q.ID); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
}

func TestList_isScopedAndSaysWhoElseHasTheSignature(t *testing.T) {
	t.Parallel()
	h := house(t, "2026-10-01 09:00")
	a, b := h.Customer(t, contracttest.Sales(), 1), h.Customer(t, contracttest.Sales(), 2)
	h.Signature(t, a.ID, "信闸")
	h.Signature(t, b.ID, "信闸")
	items, total, err := h.Signatures.List(contracttest.Reviewer(), registration.Query{Kinds: []registration.Kind{registration.Signature}, Search: "信", Limit: 50})
	if err != nil || total != 2 || items[0].UsedByOthers != 1 || items[0].CustomerName != a.Name {
		t.Errorf("%+v %d %v", items, total, err)
	}
	if _, total, _ := h.Signatures.List(contracttest.OtherSales(), registration.Query{Limit: 50}); total != 0 {
		t.Errorf("the list leaks %d", total)
	}
	if _, total, _ := h.Signatures.Filings(contracttest.OtherSales(), registration.FilingQuery{Limit: 50}); total != 0 {
		t.Errorf("the filings leak %d", total)
	}
}
