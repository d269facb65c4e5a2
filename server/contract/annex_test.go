package contract_test

import (
	"strings"
	"testing"

	"sealgate/server/acceptance"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/money"
	"sealgate/server/testkit"
)

// line is one line of an annex.
func line(text, quantity, price string) contract.AnnexItem {
	return contract.AnnexItem{Text: text, Quantity: money.MustDecimal(quantity), Price: money.MustDecimal(price)}
}

func TestMakeAnnex_saysEveryWrongFieldWithItsCure(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	for name, x := range map[string]struct {
		in   contract.AnnexDraft
		want []string
	}{
		"nothing":              {contract.AnnexDraft{}, []string{"kind:unknown", "title:missing", "items:missing"}},
		"a line without words": {contract.AnnexDraft{Kind: contract.Offer, Title: "短信", Items: []contract.AnnexItem{line("", "1", "1")}}, []string{"items[0].text:missing"}},
		"no quantity":          {contract.AnnexDraft{Kind: contract.Offer, Title: "短信", Items: []contract.AnnexItem{line("短信", "0", "1")}}, []string{"items[0].quantity:range"}},
		"a price below zero":   {contract.AnnexDraft{Kind: contract.Offer, Title: "短信", Items: []contract.AnnexItem{line("短信", "1", "-0.01")}}, []string{"items[0].price:range"}},
		"an amount beyond":     {contract.AnnexDraft{Kind: contract.Offer, Title: "短信", Items: []contract.AnnexItem{line("短信", "1000000", "1000001")}}, []string{"items[0].price:range"}},
		"a name of 10,000":     {contract.AnnexDraft{Kind: contract.Offer, Title: strings.Repeat("长", 10_000), Items: []contract.AnnexItem{line("短信", "1", "1")}}, []string{"title:too_long"}},
		"a day that has gone":  {contract.AnnexDraft{Kind: contract.Offer, Title: "短信", Items: []contract.AnnexItem{line("短信", "1", "1")}, ValidUntil: day("2026-09-30")}, []string{"valid_until:past"}},
		"an offer that ends":   {contract.AnnexDraft{Kind: contract.Offer, Title: "短信", Items: []contract.AnnexItem{line("短信", "1", "1")}, LastDay: day("2026-10-31")}, []string{"last_day:not_completion"}},
		"an end without a day": {contract.AnnexDraft{Kind: contract.Completion, Title: "验收", Body: "完成"}, []string{"last_day:missing"}},
		"an end after the end": {contract.AnnexDraft{Kind: contract.Completion, Title: "验收", Body: "完成", LastDay: day("2027-10-01")}, []string{"last_day:after_end"}},
	} {
		_, err := h.Contracts.MakeAnnex(contracttest.Sales(), c.ID, x.in)
		t.Log(name)
		want(t, err, contract.ErrAnnex, x.want...)
	}
	if all, _ := h.Contracts.Annexes(testkit.System(), c.ID); len(all) != 0 {
		t.Errorf("what was refused left %d papers", len(all))
	}
}

func TestStory_anOfferIsConfirmedInThePortalAnOrderOnPaperAndOneLapses(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	buyer := contracttest.Buyer(c.CustomerID)
	make := func(k contract.AnnexKind, until string) *contract.Annex {
		t.Helper()
		in := contract.AnnexDraft{Kind: k, Title: "国庆活动短信", Body: "按下列单价", Items: []contract.AnnexItem{line("营销短信 𠮷", "100000", "0.045"), line("接入费", "1", "300")}}
		if until != "" {
			in.ValidUntil = day(until)
		}
		a, err := h.Contracts.MakeAnnex(contracttest.Sales(), c.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	offer, order, late := make(contract.Offer, "2026-10-10"), make(contract.Order, ""), make(contract.FeeConfirmation, "2026-10-05") // 1 Oct
	if offer.Number != c.Number+"-Q01" || order.Number != c.Number+"-O01" || offer.TotalFen != money.MustYuan("4800") {
		t.Errorf("%+v", offer)
	}
	_, err := h.Contracts.AcceptAnnex(contracttest.Sales(), c.ID, offer.ID, acceptance.Given{Agree: true, SHA256: offer.FormSHA256})
	want(t, err, contract.ErrCustomerOnly)
	_, err = h.Contracts.AcceptAnnex(buyer, c.ID, offer.ID, acceptance.Given{Agree: true, SHA256: order.FormSHA256})
	want(t, err, acceptance.ErrText)
	to(h, "2026-10-03") // 3 Oct: in the portal
	a, err := h.Contracts.AcceptAnnex(buyer, c.ID, offer.ID, acceptance.Given{Agree: true, SHA256: offer.FormSHA256})
	if err != nil || a.State != contract.AnnexConfirmed || a.EvidenceID == "" || a.AnsweredOn != day("2026-10-03") {
		t.Fatalf("%+v %v", a, err)
	}
	_, err = h.Contracts.DropAnnex(buyer, c.ID, offer.ID, contract.AnnexRefused, "太贵")
	want(t, err, contract.ErrAnnexState)
	to(h, "2026-10-04") // 4 Oct: on paper, with a second person
	scan := h.Upload(t, contracttest.Sales(), "annex_scan")
	if _, err := h.Contracts.RecordAnnex(contracttest.Sales(), c.ID, order.ID, contract.AnsweredOnPaper{Signer: "王芳", DocumentID: scan}); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.DecideAnnex(contracttest.Sales(), c.ID, order.ID, true, "")
	want(t, err, contract.ErrOwnSigning)
	if a, err := h.Contracts.DecideAnnex(contracttest.Reviewer(), c.ID, order.ID, true, ""); err != nil || a.State != contract.AnnexConfirmed {
		t.Fatalf("%+v %v", a, err)
	}
	through(t, h, "2026-10-06") // 6 Oct: nobody answered by the 5th
	_, err = h.Contracts.AcceptAnnex(buyer, c.ID, late.ID, acceptance.Given{Agree: true, SHA256: late.FormSHA256})
	want(t, err, contract.ErrAnnexState)
	all, _ := h.Contracts.Annexes(testkit.System(), c.ID)
	if all[0].State != contract.AnnexConfirmed || all[1].State != contract.AnnexConfirmed || all[2].State != contract.AnnexLapsed {
		t.Errorf("%s %s %s", all[0].State, all[1].State, all[2].State)
	}
	sound(t, h)
}

func TestStory_theContractEndsWhenTheCustomerConfirmsThatTheWorkIsDone(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	_, err := h.Contracts.RequestTermination(lead(), c.ID, contract.Termination{Cause: contract.Completed, Reason: "完成"})
	want(t, err, contract.ErrEnd, "cause:by_annex")
	to(h, "2026-11-10") // 10 Nov: the work is done; service until the 20th
	a, err := h.Contracts.MakeAnnex(contracttest.Sales(), c.ID, contract.AnnexDraft{Kind: contract.Completion, Title: "通知平台迁移", Body: "迁移完成，数据与费用核对一致", LastDay: day("2026-11-20")})
	if err != nil {
		t.Fatal(err)
	}
	to(h, "2026-11-12") // 12 Nov: the customer confirms
	if _, err := h.Contracts.AcceptAnnex(contracttest.Buyer(c.CustomerID), c.ID, a.ID, acceptance.Given{Agree: true, SHA256: a.FormSHA256}); err != nil {
		t.Fatal(err)
	}
	through(t, h, "2026-11-20") // 20 Nov: the last day
	if g, _ := h.Contracts.Get(testkit.System(), c.ID); g.State != contract.Active || g.EndsOn != day("2026-11-20") {
		t.Errorf("%+v", g)
	}
	through(t, h, "2026-11-21")
	if g, _ := h.Contracts.Get(testkit.System(), c.ID); g.State != contract.Terminated || g.EndCause != contract.Completed || g.EndedOn != day("2026-11-20") {
		t.Errorf("%+v", g)
	}
	sound(t, h)
}
