package recipient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/recipient"
	"sealgate/server/testkit"
)

// rows is a list in memory: "13800138000" or "13800138000,移动" a line.
type rows struct {
	lines []string
	at    int
}

func (r *rows) Next() (recipient.NumberRow, error) {
	if r.at == len(r.lines) {
		return recipient.NumberRow{}, io.EOF
	}
	phone, rest, _ := strings.Cut(r.lines[r.at], ",")
	r.at++
	n, fault := recipient.Normalise([]byte(phone))
	return recipient.NumberRow{Line: int64(r.at), Phone: n, Fault: fault, Rest: rest}, nil
}

func list(lines ...string) *rows { return &rows{lines: lines} }

var file = recipient.File{Name: "list.csv", Sum: func() (string, error) { return strings.Repeat("a", 64), nil }}

// papers takes every document.
type papers struct{ linked []string }

func (p *papers) LinkTo(_ context.Context, id, _, _, _, _ string) error {
	p.linked = append(p.linked, id)
	return nil
}

// ends tells when relations ended.
type ends map[string]caldate.Date

func (e ends) RelationEnd(_ context.Context, customerID string) (caldate.Date, bool, error) {
	last, over := e[customerID]
	return last, over, nil
}

func ofCustomer(login, customer string) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: login, Login: login, Name: login, Roles: []string{"customer"}, CustomerID: customer, Scope: actor.Scope{CustomerID: customer}})
}

func TestImportBlocks_takesAListOnce_andMayBeTakenOffAgain(t *testing.T) {
	t.Parallel()
	s := service(t)
	ctx := testkit.As("wang", "compliance_lead")
	a := recipient.Add{CustomerID: "c1", Kind: recipient.Blacklist, Note: "complaints of September"}
	lines := []string{"13800138000", "138 0013 8001", "13800138000", "1.38E+10", "手机"}
	p, err := s.Preview(ctx, list(lines...))
	if err != nil || p.Rows != 5 || p.Bad != 2 || p.Added != 2 || p.Known != 1 || len(p.Faults) != 2 || p.Faults[0].Line != 4 || p.Faults[0].En == "" {
		t.Fatalf("preview %+v, %v", p, err)
	}
	if got := check(t, s, "c1", "13800138000"); got != "" {
		t.Fatal("the preview has blocked somebody")
	}
	i, err := s.ImportBlocks(ctx, list(lines...), file, a)
	if err != nil || i.Rows != 5 || i.Added != 2 || i.Known != 1 || i.Bad != 2 || !i.Done {
		t.Fatalf("import %+v, %v", i, err)
	}
	again, err := s.ImportBlocks(ctx, list(lines...), file, a)
	if err != nil || again.Added != 0 || again.Known != 3 {
		t.Fatalf("the same list again: %+v, %v", again, err)
	}
	for phone, want := range map[string]recipient.Kind{"13800138000": recipient.Blacklist, "13800138001": recipient.Blacklist, "13800138002": ""} {
		if got := check(t, s, "c1", phone); got != want {
			t.Errorf("%s: %q", phone, got)
		}
	}
	shown, more, err := s.Blocks(ctx, recipient.BlockQuery{Phone: "13800138001", Limit: 10})
	if err != nil || more || len(shown) != 1 || shown[0].Masked != "138****8001" || shown[0].ImportID != i.ID || shown[0].Note != a.Note {
		t.Errorf("shown %+v, %v", shown, err)
	}
	if n, err := s.LiftImport(ctx, i.ID, "the wrong list"); err != nil || n != 2 {
		t.Errorf("lifted %d, %v", n, err)
	}
	if got := check(t, s, "c1", "13800138000"); got != "" {
		t.Errorf("after the list was taken off: %q", got)
	}
}

func TestBlock_ofOneSignatureLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s := service(t)
	ctx := testkit.As("wang", "compliance_lead")
	if err := s.Block(ctx, recipient.Add{Phone: "13800138000", CustomerID: "c1", SignatureID: "sig1", Kind: recipient.Blacklist, Source: "complaint"}); err != nil {
		t.Fatal(err)
	}
	h := hashesOf(t, s, 13800138000)
	for signature, want := range map[string]recipient.Kind{"sig1": recipient.Blacklist, "sig2": "", "": ""} {
		got, err := s.CheckSignature(ctx, "c1", signature, h)
		if err != nil || got[h[0]] != want {
			t.Errorf("signature %q: %q, %v", signature, got[h[0]], err)
		}
	}
}

func TestLists_ofACustomerAreHers_andWhatRecipientsAskedForIsFixed(t *testing.T) {
	t.Parallel()
	s := service(t)
	own := ofCustomer("mei", "c1")
	if err := s.BlockByHand(own, recipient.Add{Phone: "13800138000", CustomerID: "c2", Kind: recipient.Blacklist, Note: "x"}); !errors.Is(err, recipient.ErrCustomer) {
		t.Errorf("another customer's list: %v", err)
	}
	if err := s.BlockByHand(own, recipient.Add{Phone: "13800138000", Kind: recipient.Blacklist, Note: "x"}); !errors.Is(err, recipient.ErrCustomer) {
		t.Errorf("everybody's list: %v", err)
	}
	if err := s.BlockByHand(own, recipient.Add{Phone: "13800138000", CustomerID: "c1", Kind: recipient.Blacklist}); !errors.Is(err, recipient.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	if err := s.BlockByHand(own, recipient.Add{Phone: "13800138000", CustomerID: "c1", Kind: recipient.Blacklist, Note: "asked by phone"}); err != nil {
		t.Fatal(err)
	}
	h := hashesOf(t, s, 13800138001)
	if _, err := s.Reply(testkit.System(), recipient.Reply{ID: "r1", Phone: "13800138001", PhoneHash: h[0], CustomerID: "c1", Text: "TD"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Block(testkit.System(), recipient.Add{Phone: "13800138002", CustomerID: "c2", Kind: recipient.Blacklist, Source: "complaint"}); err != nil {
		t.Fatal(err)
	}
	shown, _, err := s.Blocks(own, recipient.BlockQuery{Limit: 10})
	if err != nil || len(shown) != 2 {
		t.Fatalf("she sees %d entries, %v", len(shown), err)
	}
	for _, b := range shown {
		err := s.LiftEntry(own, b.ID, "she wants it")
		if b.Source == recipient.SourceReply && !errors.Is(err, recipient.ErrFixed) || b.Source == recipient.SourcePortal && err != nil {
			t.Errorf("lift what came by %s: %v", b.Source, err)
		}
	}
	all, _, err := s.Blocks(testkit.As("wang", "compliance_lead"), recipient.BlockQuery{Limit: 10})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d entries hold, %v", len(all), err)
	}
	if err := s.LiftEntry(own, all[0].ID, "another's"); !errors.Is(err, recipient.ErrNotFound) && !errors.Is(err, recipient.ErrFixed) {
		t.Errorf("lift another customer's: %v", err)
	}
}

func consentOf(customer string) recipient.Consent {
	return recipient.Consent{CustomerID: customer, Category: "marketing", Title: "会员章程第 8 条", Obtained: "web", FromDate: caldate.MustParse("2026-09-01"), DocumentID: "doc1"}
}

// agree makes a live consent with the numbers.
func agree(t *testing.T, s *recipient.Service, c recipient.Consent, phones ...string) *recipient.Consent {
	t.Helper()
	mei, lead := ofCustomer("mei", c.CustomerID), testkit.As("lead", "compliance_lead")
	made, err := s.Register(mei, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enlist(mei, made.ID, list(phones...), file); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SubmitConsent(mei, made.ID, ""); err != nil {
		t.Fatal(err)
	}
	if made, err = s.DecideConsent(lead, made.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	return made
}

func TestConsent_letsMarketingGoToWhoAgreed_asLongAsItHolds(t *testing.T) {
	t.Parallel()
	w := world(t)
	p := &papers{}
	w.Use(p, ends{})
	c := consentOf("c1")
	c.UntilDate, c.Most, c.Days = caldate.MustParse("2026-10-03"), 2, 7
	made := agree(t, w.Service, c, "13800138000", "13800138001", "1.38E+10")
	if made.State != recipient.ConsentLive || made.MemberCount != 2 || made.BadCount != 1 || made.Number != "C20261001-0001" || len(p.linked) != 1 {
		t.Fatalf("%+v, linked %v", made, p.linked)
	}
	ctx := testkit.System()
	h := hashesOf(t, w.Service, 13800138000, 13800138002)
	m := recipient.Sends{CustomerID: "c1", SignatureID: "sig1", Category: "marketing", Hashes: h}
	refused := func(want string, hashes ...string) {
		t.Helper()
		m.Hashes = hashes
		barred, err := w.Barred(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		over, err := w.TooMany(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		got := map[int]string{}
		for i, h := range hashes {
			if kind, ok := barred[h]; ok {
				got[i] = string(kind)
			} else if over[i] {
				got[i] = "frequency"
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("refused %v, want %s", got, want)
		}
	}
	refused("map[1:no_consent]", h...)
	refused("map[2:frequency]", h[0], h[0], h[0]) // two in seven days were promised
	m.Category = "notice"
	refused("map[]", h...)
	m.Category, m.CustomerID = "marketing", "c2"
	refused("map[0:no_consent 1:no_consent]", h...)
	m.CustomerID, m.Category = "c1", "advertising"
	refused("map[0:no_consent 1:no_consent]", h...)
	m.Category = "marketing"
	if _, err := w.Reply(ctx, recipient.Reply{ID: "r", Phone: "13800138001", PhoneHash: hashesOf(t, w.Service, 13800138001)[0], CustomerID: "c1", Text: "退订"}); err != nil {
		t.Fatal(err)
	}
	refused("map[0:opt_out]", hashesOf(t, w.Service, 13800138001)...)
	if err := w.Lift(testkit.As("lead", "compliance_lead"), "13800138001", "c1", recipient.OptOut, "asked to come back"); err != nil {
		t.Fatal(err)
	}
	refused("map[0:no_consent]", hashesOf(t, w.Service, 13800138001)...) // coming back is not agreeing
	w.Machine.Advance(3 * 24 * time.Hour)
	refused("map[0:no_consent]", h[0]) // 2026-10-04: the consent has run out
}

func TestDecideConsent_refusesOwn_andNeedsEvidence(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Use(&papers{}, ends{})
	lead := testkit.As("lead", "compliance_lead")
	c := consentOf("c1")
	c.DocumentID = ""
	made, err := w.Register(lead, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitConsent(lead, made.ID, "doc"); !errors.Is(err, recipient.ErrNoMembers) {
		t.Errorf("without numbers: %v", err)
	}
	if _, err := w.Enlist(lead, made.ID, list("13800138000"), file); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitConsent(lead, made.ID, ""); !errors.Is(err, recipient.ErrNoEvidence) {
		t.Errorf("without evidence: %v", err)
	}
	if _, err := w.SubmitConsent(lead, made.ID, "doc"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DecideConsent(lead, made.ID, true, ""); !errors.Is(err, recipient.ErrOwnConsent) {
		t.Errorf("her own: %v", err)
	}
	other := testkit.As("other", "compliance_reviewer")
	if _, err := w.DecideConsent(other, made.ID, false, ""); !errors.Is(err, recipient.ErrReason) {
		t.Errorf("refused without a reason: %v", err)
	}
	if _, err := w.DecideConsent(other, made.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Enlist(lead, made.ID, list("13800138001"), file); !errors.Is(err, recipient.ErrConsentState) {
		t.Errorf("numbers were added after the check: %v", err)
	}
	if _, err := w.Consent(ofCustomer("lin", "c2"), made.ID); !errors.Is(err, recipient.ErrNoConsent) {
		t.Errorf("another customer reads it: %v", err)
	}
	if _, err := w.WithdrawConsent(lead, made.ID, "the evidence is of another campaign"); err != nil {
		t.Fatal(err)
	}
	if ok, err := w.OnFile(testkit.System(), "c1", "sig1", "marketing", caldate.MustParse("2026-10-01")); err != nil || ok {
		t.Errorf("a withdrawn consent counts: %v, %v", ok, err)
	}
}

func TestRegister_namesEveryFault(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Use(&papers{}, ends{})
	ctx := ofCustomer("mei", "c1")
	for name, change := range map[string]func(*recipient.Consent){
		"title":    func(c *recipient.Consent) { c.Title = " " },
		"category": func(c *recipient.Consent) { c.Category = "notice" },
		"obtained": func(c *recipient.Consent) { c.Obtained = "dream" },
		"from":     func(c *recipient.Consent) { c.FromDate = caldate.MustParse("2026-10-02") },
		"until":    func(c *recipient.Consent) { c.UntilDate = caldate.MustParse("2026-09-30") },
		"most":     func(c *recipient.Consent) { c.Most = 3 },
	} {
		c := consentOf("c1")
		change(&c)
		_, err := w.Register(ctx, c)
		if !errors.Is(err, recipient.ErrConsent) || !strings.Contains(fmt.Sprint(fieldsOf(err)), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Register(ctx, consentOf("c2")); !errors.Is(err, recipient.ErrCustomer) {
		t.Errorf("for another customer: %v", err)
	}
}

func TestRunDay_forgetsNumbersHalfAYearAfterTheRelation(t *testing.T) {
	t.Parallel()
	w := world(t)
	over := ends{}
	w.Use(&papers{}, over)
	made := agree(t, w.Service, consentOf("c1"), "13800138000")
	over["c1"] = caldate.MustParse("2026-10-31")
	for day, want := range map[string]bool{"2027-04-30": false, "2027-05-03": false} { // 184 days: until 3 May
		if _, err := w.RunDay(testkit.System(), caldate.MustParse(day)); err != nil {
			t.Fatal(err)
		}
		if c, err := w.Consent(testkit.System(), made.ID); err != nil || c.PurgedAt.IsZero() == want {
			t.Errorf("on %s: %+v, %v", day, c, err)
		}
	}
	if _, err := w.RunDay(testkit.System(), caldate.MustParse("2027-05-04")); err != nil {
		t.Fatal(err)
	}
	c, err := w.Consent(testkit.System(), made.ID)
	if err != nil || c.PurgedAt.IsZero() || c.MemberCount != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	found, _, err := w.Consents(testkit.System(), recipient.ConsentQuery{Phone: "13800138000", Limit: 5})
	if err != nil || len(found) != 0 {
		t.Errorf("the number is still known: %v, %v", found, err)
	}
	if v, err := w.Verify(testkit.System()); err != nil || len(v) != 0 {
		t.Errorf("%v, %v", v, err)
	}
}

func TestDirectory_isDataInVersions_andPortedNumbersGoBeforeIt(t *testing.T) {
	t.Parallel()
	w := world(t)
	ctx := testkit.As("lead", "compliance_lead")
	table := "# version 2026-11\n号段,运营商\n138 cucc\n1710\tcbn\n"
	if _, err := w.PublishSegments(ctx, "号段,运营商\n138,cucc\n", "x"); !errors.Is(err, recipient.ErrSegments) {
		t.Errorf("without a version: %v", err)
	}
	table = "号段,运营商\n" + strings.ReplaceAll(table, "号段,运营商\n", "")
	p, err := w.PreviewSegments(ctx, table)
	if err != nil || p.Version != "2026-11" || p.Lines != 2 || len(p.Changes) == 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := w.PublishSegments(ctx, table, "carriers' notice"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PublishSegments(ctx, table, "again"); !errors.Is(err, recipient.ErrVersion) {
		t.Errorf("the same version twice: %v", err)
	}
	d, err := w.Directory(ctx)
	if err != nil || d.CarrierOf(13800138000) != "cucc" || d.CarrierOf(13900138000) != "" || d.Ported {
		t.Fatalf("%+v, %v", d, err)
	}
	if n, fault := d.Normalise([]byte("17101234567")); fault != recipient.OK || d.CarrierOf(n) != "cbn" {
		t.Errorf("a new segment: %d %s", n, fault)
	}
	i, err := w.ImportPortings(ctx, list("13800138000,电信", "13800138001,CMCC", "13800138002,火星"), file, "October")
	if err != nil || i.Added != 2 || i.Bad != 1 || i.Faults[0].Code != string(recipient.NoCarrier) {
		t.Fatalf("%+v, %v", i, err)
	}
	h := hashesOf(t, w.Service, 13800138000, 13800138001, 13800138002)
	got, err := w.Ported(ctx, h)
	if err != nil || got[h[0]] != "ctcc" || got[h[1]] != "cmcc" || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := w.ImportPortings(ctx, list("13800138000,原网"), file, "November"); err != nil {
		t.Fatal(err)
	}
	if got, err = w.Ported(ctx, h); err != nil || len(got) != 1 {
		t.Errorf("back home: %v, %v", got, err)
	}
	if d, err = w.Directory(ctx); err != nil || !d.Ported || !strings.HasPrefix(d.Version, "2026-11+") {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestParseSegments_namesTheLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# version a\n138 cmcc\n138 cucc\n": "第 3 行", "# version a\n13 cmcc\n": "第 2 行", "# version a\n138 mars\n": "第 2 行", "# version a\n2380 cmcc\n": "第 2 行",
		"138 cmcc\n": "version", "# version a\n": "version",
	} {
		if _, err := recipient.ParseSegments(text); !errors.Is(err, recipient.ErrSegments) || !strings.Contains(zhOf(err), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
