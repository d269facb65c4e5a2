package contract_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/licence"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// waiting makes a contract from a template that waits for its signatures from today on.
func waiting(t testing.TB, h *contracttest.House, template string) *contract.Contract {
	t.Helper()
	who := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, who.ID, licence.Business, "2020-01-01", "")
	h.Signature(t, who.ID, "信闸科技")
	today := h.Clock.Today()
	c, err := h.Contracts.Draft(contracttest.Sales(), contract.Registration{
		CustomerID: who.ID, TemplateID: template, Values: contracttest.Values(today.String(), today.AddYears(1).AddDays(-1).String(), map[string]string{"contact_name": "李娜"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h.Approve(t, c.ID)
}

// inPortal signs with the hash that the person was shown.
func inPortal(h *contracttest.House, ctx context.Context, id, amendment, password string) (*contract.Contract, error) {
	_, sha, err := h.Contracts.Statement(ctx, id, amendment)
	if err != nil {
		return nil, err
	}
	return h.Contracts.SignInPortal(ctx, id, contract.InPortal{AmendmentID: amendment, Given: acceptance.Given{Agree: true, SHA256: sha}, Password: password})
}

func TestSignInPortal_bothSidesAcceptAndTheEvidenceSaysWhoWhenWhereAndWhat(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := waiting(t, h, "package_online")
	buyer := contracttest.Buyer(c.CustomerID)

	_, err := h.Contracts.SignInPortal(buyer, c.ID, contract.InPortal{Given: acceptance.Given{SHA256: c.DocumentSHA256}})
	want(t, err, acceptance.ErrAgree, "agree:missing")
	_, err = h.Contracts.SignInPortal(buyer, c.ID, contract.InPortal{Given: acceptance.Given{Agree: true, SHA256: strings.Repeat("0", 64)}})
	want(t, err, acceptance.ErrText)
	got, err := inPortal(h, buyer, c.ID, "", "") // 1 Oct: the customer accepts; one side is not enough
	if err != nil || got.State != contract.AwaitingSignature {
		t.Fatalf("%+v %v", got, err)
	}
	_, err = inPortal(h, buyer, c.ID, "", "")
	want(t, err, contract.ErrSideConfirmed)
	_, err = inPortal(h, contracttest.Sales(), c.ID, "", "")
	want(t, err, contract.ErrOwnContract)
	if got, err = inPortal(h, contracttest.Lead(), c.ID, "", ""); err != nil || got.State != contract.Active {
		t.Fatalf("%+v %v", got, err)
	}
	kept, err := h.Accepted.Of(buyer, "contract", c.ID)
	if err != nil || len(kept) != 2 {
		t.Fatalf("%+v %v", kept, err)
	}
	a := kept[0]
	if a.TextSHA256 != c.DocumentSHA256 || a.UserName != "李娜" || a.IP != "203.0.113.7" || a.UserAgent == "" || a.At.Date() != day("2026-10-01") || !strings.Contains(a.Statement, c.Number) || a.Side != "customer" {
		t.Errorf("%+v", a)
	}
	if name, pdf, err := h.Accepted.Sheet(buyer, a.ID); err != nil || !strings.HasPrefix(string(pdf), "%PDF-") || !strings.Contains(name, c.Number) {
		t.Errorf("%s %v", name, err)
	}
	if _, err := h.Accepted.Get(contracttest.Buyer(h.Customer(t, contracttest.Sales(), 2).ID), a.ID); !errors.Is(err, acceptance.ErrNotFound) {
		t.Errorf("another customer's people see it: %v", err)
	}
	for _, sql := range []string{"UPDATE acceptances SET user_name = 'x'", "DELETE FROM acceptances"} {
		if _, err := h.DB.SQL().Exec(sql); err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
	sound(t, h)
}

func TestSignInPortal_takesAKeyWhereTheTextAsksForSignatureAndSeal(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := waiting(t, h, "package")
	buyer := contracttest.Buyer(c.CustomerID)
	_, err := inPortal(h, buyer, c.ID, "", "")
	want(t, err, contract.ErrWay)
	_, err = inPortal(h, buyer, c.ID, "", "wrong")
	want(t, err, contracttest.ErrPassword)
	if _, err := inPortal(h, buyer, c.ID, "", contracttest.Password); err != nil {
		t.Fatal(err)
	}
	got, err := inPortal(h, contracttest.Lead(), c.ID, "", contracttest.Password)
	if err != nil || got.State != contract.Active {
		t.Fatalf("%+v %v", got, err)
	}
	signatures, err := h.ESign.OfContract(buyer, c.ID)
	if err != nil || len(signatures) != 2 {
		t.Fatalf("%+v %v", signatures, err)
	}
	_, content, err := h.Documents.Open(testkit.System(), c.DocumentID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range signatures {
		b, err := signatures[i].Open()
		if err != nil || b.Check(content) != nil {
			t.Errorf("%s: %v %v", signatures[i].Side, err, b.Check(content))
		}
		if b.Check([]byte("%PDF-another")) == nil {
			t.Error("it holds for another file")
		}
		forged := *b
		forged.Statement.Signer = "别人"
		if forged.Check(content) == nil {
			t.Error("it holds for another person")
		}
	}
	if found, err := h.ESign.Verify(testkit.System()); err != nil || len(found) > 0 {
		t.Errorf("%v %+v", err, found)
	}
	sound(t, h)
}

func TestSignInPortal_aSideOnPaperAndTheOtherByKey(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := waiting(t, h, "package")
	_, err := h.Contracts.RecordSigning(contracttest.Sales(), c.ID, contract.Signed{
		DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: h.Clock.Today(), Signers: map[contract.Side]string{contract.CustomerSide: "王芳"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = inPortal(h, contracttest.Buyer(c.CustomerID), c.ID, "", contracttest.Password)
	want(t, err, contract.ErrOnPaper)
	if got, err := inPortal(h, contracttest.Lead(), c.ID, "", contracttest.Password); err != nil || got.State != contract.AwaitingSignature {
		t.Fatalf("%+v %v", got, err) // the scan is not confirmed yet
	}
	if got, err := h.Contracts.ConfirmSigning(contracttest.Reviewer(), c.ID, ""); err != nil || got.State != contract.Active {
		t.Fatalf("%+v %v", got, err)
	}
	sound(t, h)
}

func TestSignInPortal_aSupplementHoldsOnceBothSidesHaveSigned(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := waiting(t, h, "package_online")
	buyer := contracttest.Buyer(c.CustomerID)
	for _, who := range []context.Context{buyer, contracttest.Lead()} {
		if _, err := inPortal(h, who, c.ID, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	a, err := h.Contracts.DraftSupplement(contracttest.Sales(), c.ID, contract.Supplement{Patch: plan.Patch{Overage: decimal("0.07")}, Effective: day("2026-10-16"), Reason: "量大优惠"})
	if err != nil {
		t.Fatal(err)
	}
	to(h, "2026-10-12") // 12 Oct: the customer by key, we by acceptance
	if _, err := inPortal(h, buyer, c.ID, a.ID, contracttest.Password); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.SignSupplement(contracttest.Sales(), c.ID, a.ID, contract.Signed{DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: h.Clock.Today()})
	want(t, err, contract.ErrInPortal)
	if d, _ := h.Contracts.TermsOn(testkit.System(), c.ID, day("2026-10-16")); d.Overage.String() != "0.085" {
		t.Errorf("one side's word was enough: %s", d.Overage)
	}
	to(h, "2026-10-13")
	if _, err := inPortal(h, contracttest.Lead(), c.ID, a.ID, ""); err != nil {
		t.Fatal(err)
	}
	all, _ := h.Contracts.Amendments(testkit.System(), c.ID)
	if got := all[0]; got.State != contract.AmendmentAgreed || got.AgreedOn != day("2026-10-13") || got.CustomerSigner != "李娜" || got.ProviderSigner != "lead" {
		t.Errorf("%+v", got)
	}
	if d, _ := h.Contracts.TermsOn(testkit.System(), c.ID, day("2026-10-16")); d.Overage.String() != "0.07" {
		t.Errorf("%s", d.Overage)
	}
	_, err = inPortal(h, buyer, c.ID, a.ID, "")
	want(t, err, contract.ErrAmendmentState)
	sound(t, h)
}

func TestSignInPortal_aPlanChangeFormIsSignedBeforeItsDayOrLapses(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	k := adopted(t, h, 1, "2027-09-30", nil)
	buyer := contracttest.Buyer(k.CustomerID)
	ask := func(yuan string) *contract.Amendment {
		t.Helper()
		a, err := h.Contracts.RequestPlanChange(buyer, k.ID, contract.PlanChange{Patch: rent(yuan), Reason: "业务增长"})
		if err != nil || a.State != contract.AmendmentDraft {
			t.Fatalf("%+v %v", a, err)
		}
		return a
	}
	first, second := ask("200"), ask("300") // 1 Oct: the customer asks for November, twice
	for _, who := range []context.Context{buyer, contracttest.Lead()} {
		if _, err := inPortal(h, who, k.ID, first.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	through(t, h, "2026-11-01") // 1 Nov: the one that both signed holds, the other has lapsed
	if d, _ := h.Contracts.TermsOn(testkit.System(), k.ID, day("2026-11-01")); d.Rent != *fen("200") {
		t.Errorf("rent %s", d.Rent)
	}
	all, _ := h.Contracts.Amendments(testkit.System(), k.ID)
	at := slices.IndexFunc(all, func(a contract.Amendment) bool { return a.ID == second.ID })
	if all[at].State != contract.AmendmentCancelled {
		t.Errorf("%+v", all[at])
	}
	_, err := inPortal(h, buyer, k.ID, second.ID, "")
	want(t, err, contract.ErrAmendmentState)
	sound(t, h)
}

func TestPortalActions_areWhatTheSideMayStillDo(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := waiting(t, h, "package")
	may := func(ctx context.Context) string {
		rows, err := h.Contracts.Signings(testkit.System(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(h.Contracts.PortalActions(c, nil, rows, actor.From(ctx)), " ")
	}
	buyer := contracttest.Buyer(c.CustomerID)
	for name, x := range map[string]struct{ got, want string }{
		"customer": {may(buyer), "e_sign"}, "author": {may(contracttest.Sales()), ""}, "lead": {may(contracttest.Lead()), "e_sign"},
	} {
		if x.got != x.want {
			t.Errorf("%s may %q, want %q", name, x.got, x.want)
		}
	}
	if _, err := inPortal(h, buyer, c.ID, "", contracttest.Password); err != nil {
		t.Fatal(err)
	}
	if got := may(buyer); got != "" {
		t.Errorf("who has signed may %q", got)
	}
	_, err := h.Contracts.Withdraw(contracttest.Sales(), c.ID, "改")
	want(t, err, contract.ErrSigned)
}

func TestVerify_findsSigningsAnnexesAndClocksChangedBehindItsBack(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	sys := testkit.System()
	c := waiting(t, h, "package_online")
	buyer := contracttest.Buyer(c.CustomerID)
	for _, who := range []context.Context{buyer, contracttest.Lead()} {
		if _, err := inPortal(h, who, c.ID, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	a, err := h.Contracts.MakeAnnex(contracttest.Sales(), c.ID, contract.AnnexDraft{Kind: contract.Offer, Title: "报价", Items: []contract.AnnexItem{line("短信", "10", "0.05")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Contracts.AcceptAnnex(buyer, c.ID, a.ID, acceptance.Given{Agree: true, SHA256: a.FormSHA256}); err != nil {
		t.Fatal(err)
	}
	if err := second(h.Contracts.Terminate(lead(), c.ID, contract.Termination{Cause: contract.Breach, Reason: "违约"})); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Contracts.RecordForceMajeure(lead(), c.ID, contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "洪水", StartsOn: day("2026-10-01"), Pauses: []contract.Pause{contract.PauseClocks}}); err != nil {
		t.Fatal(err)
	}
	sound(t, h)
	for _, k := range []struct {
		change, back string
		invariant    int
	}{
		{"UPDATE contract_signings SET evidence_id = ''", "UPDATE contract_signings SET evidence_id = (SELECT id FROM acceptances x WHERE x.object_id = contract_signings.contract_id AND x.side = contract_signings.side)", 19},
		{"UPDATE contract_signings SET evidence_id = 'x' WHERE side = 'customer'", "UPDATE contract_signings SET evidence_id = (SELECT id FROM acceptances x WHERE x.object_id = contract_signings.contract_id AND x.side = contract_signings.side)", 19},
		{"UPDATE contract_signings SET confirmed_at = NULL WHERE side = 'provider'", "UPDATE contract_signings SET confirmed_at = recorded_at", 19},
		{"UPDATE contract_signings SET way = 'e_signature' WHERE side = 'provider'", "UPDATE contract_signings SET way = 'online'", 19},
		{"UPDATE contract_annexes SET total_fen = total_fen + 1", "UPDATE contract_annexes SET total_fen = total_fen - 1", 6},
		{"UPDATE contract_annexes SET state = 'refused'", "UPDATE contract_annexes SET state = 'confirmed'", 19},
		{"UPDATE contract_annexes SET document_id = 'x', recorded_by = answered_by", "UPDATE contract_annexes SET document_id = '', recorded_by = ''", 16},
		{"UPDATE contract_endings SET paused_days = paused_days + 1", "UPDATE contract_endings SET paused_days = paused_days - 1", 19},
		{"UPDATE force_majeures SET ends_on = '2026-09-30'", "UPDATE force_majeures SET ends_on = NULL", 19},
	} {
		for i, sql := range []string{k.change, k.back} {
			if _, err := h.DB.SQL().Exec(sql); err != nil {
				t.Fatal(sql, err)
			}
			found, err := h.Contracts.Verify(sys)
			if err != nil || (len(found) > 0) != (i == 0) || i == 0 && found[0].Invariant != k.invariant {
				t.Errorf("%s: %+v %v", sql, found, err)
			}
		}
	}
}
