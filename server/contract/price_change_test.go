package contract_test

import (
	"testing"

	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

func TestStory_aPriceIsAnnouncedAndHoldsOnlyIfAgreedTo(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	announce := func(c *contract.Contract, in contract.Announcement) (*contract.Amendment, error) {
		if in.Effective.IsZero() {
			in.Effective = day("2026-12-01")
		}
		in.Reason = "运营商调价"
		return h.Contracts.AnnouncePrice(lead(), c.ID, in)
	}
	dearer := contract.Announcement{Patch: plan.Patch{Overage: decimal("0.09")}}
	silent := dearer
	silent.SilenceAccepts = true
	confirmed, objected, ignored, tacit := adopted(t, h, 1, "2027-09-30", nil), adopted(t, h, 2, "2027-09-30", nil), adopted(t, h, 3, "2027-09-30", nil), adopted(t, h, 4, "2027-09-30", nil)

	_, err := announce(confirmed, contract.Announcement{Patch: plan.Patch{GraceDays: number(5)}})
	want(t, err, contract.ErrAmendment, "terms.grace_days:no_price")
	_, err = announce(confirmed, contract.Announcement{Patch: dearer.Patch, Effective: day("2026-10-30")}) // 29 days ahead
	want(t, err, contract.ErrAmendment, "effective_from:too_early")
	id := map[string]string{}
	for _, c := range []*contract.Contract{confirmed, objected, ignored} { // 1 Oct: announced, with a letter
		a, err := announce(c, dearer)
		if err != nil || a.State != contract.AmendmentDraft || a.Number != c.Number+"-P01" || a.FormID == "" {
			t.Fatalf("%+v %v", a, err)
		}
		id[c.ID] = a.ID
	}
	unproved := adopted(t, h, 5, "2027-09-30", nil)
	for _, c := range []*contract.Contract{tacit, unproved} {
		if a, err := announce(c, silent); err != nil || !a.SilenceAccepts {
			t.Fatal(err)
		}
	}
	buyer := contracttest.Buyer(tacit.CustomerID) // only one of the two customers opens its inbox: the other was told, but that can't be proved
	inbox, _, _, err := h.Notices.List(buyer, notice.Query{Limit: 1})
	if err != nil || len(inbox) != 1 || inbox[0].Kind != "price_announced" {
		t.Fatalf("%+v %v", inbox, err)
	}
	if _, err := h.Notices.MarkRead(buyer, inbox[0].ID); err != nil {
		t.Fatal(err)
	}
	to(h, "2026-11-20") // 20 Nov: one confirms, one objects
	if _, err := h.Contracts.AnswerPrice(contracttest.Sales(), confirmed.ID, id[confirmed.ID], true, ""); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.AnswerPrice(contracttest.Sales(), objected.ID, id[objected.ID], false, " ")
	want(t, err, contract.ErrReason)
	if _, err := h.Contracts.AnswerPrice(contracttest.Sales(), objected.ID, id[objected.ID], false, "太贵"); err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.AnswerPrice(contracttest.Sales(), objected.ID, id[objected.ID], true, "")
	want(t, err, contract.ErrAmendmentState)
	through(t, h, "2026-12-01") // 1 Dec: its day
	_, err = h.Contracts.AnswerPrice(contracttest.Sales(), ignored.ID, id[ignored.ID], true, "")
	want(t, err, contract.ErrAmendmentState)
	for c, price := range map[*contract.Contract]string{confirmed: "0.09", objected: "0.085", ignored: "0.085", tacit: "0.09", unproved: "0.085"} {
		before, _ := h.Contracts.TermsOn(testkit.System(), c.ID, day("2026-11-30"))
		after, _ := h.Contracts.TermsOn(testkit.System(), c.ID, day("2026-12-01"))
		if before.Overage.Cmp(money.MustDecimal("0.085")) != 0 || after.Overage.Cmp(money.MustDecimal(price)) != 0 {
			t.Errorf("%s: %s, then %s, want %s", c.Number, before.Overage, after.Overage, price)
		}
	}
	sound(t, h)
}
