package contract_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/acceptance"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/licence"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// TestWalk_anySequenceOfActsKeepsTheLifeCycle lets people and jobs act in any order, with the clock moving on, and holds
// the contract against the state table after each act: nothing is skipped, what is refused changes nothing, and the house's
// own verification finds nothing.
func TestWalk_anySequenceOfActsKeepsTheLifeCycle(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00") // one house for all walks, each with a customer of its own, time going on
	sys := testkit.System()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		start := h.Clock.Today()
		in := func(days int) string { return start.AddDays(days).String() }
		c := h.Customer(t, contracttest.Sales(), n)
		h.Licence(t, c.ID, licence.Business, "2020-01-01", in(20))
		h.Signature(t, c.ID, "信闸科技")
		// Walks begin anywhere, or few would get far.
		var id string
		switch rapid.SampledFrom([]string{"draft", "awaiting", "active", "active", "active"}).Draw(rt, "begin") {
		case "draft":
			id = h.Draft(t, c.ID, in(4), in(60), nil).ID
		case "awaiting":
			id = h.Draft(t, c.ID, in(4), in(60), nil).ID
			h.Approve(t, id)
		default:
			more := map[string]string{}
			if rapid.Bool().Draw(rt, "renews") {
				more = map[string]string{"auto_renew": "yes", "renew_years": "1", "objection_days": "30"}
			}
			id = h.Active(t, c.ID, in(60), more).ID
		}
		now := func() *contract.Contract {
			g, err := h.Contracts.Get(sys, id)
			if err != nil {
				rt.Fatal(err)
			}
			return g
		}
		reason := func() contract.Reason { return rapid.SampledFrom(contract.Reasons()).Draw(rt, "reason") }
		side := func() contract.Side {
			return rapid.SampledFrom([]contract.Side{contract.CustomerSide, contract.ProviderSide}).Draw(rt, "side")
		}
		acts := map[string]func() error{
			"submit":   func() error { return second(h.Contracts.Submit(contracttest.Sales(), id)) },
			"approve":  func() error { return second(h.Contracts.Approve(contracttest.Reviewer(), id, now().Version)) },
			"reject":   func() error { return second(h.Contracts.Reject(contracttest.Reviewer(), id, "改")) },
			"withdraw": func() error { return second(h.Contracts.Withdraw(contracttest.Sales(), id, "改")) },
			"sign": func() error {
				return second(h.Contracts.RecordSigning(contracttest.Sales(), id, contract.Signed{
					DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: h.Clock.Today(), Signers: map[contract.Side]string{side(): "王芳"},
				}))
			},
			"confirm": func() error { return second(h.Contracts.ConfirmSigning(contracttest.Reviewer(), id, side())) },
			"suspend": func() error { return h.Contracts.Suspend(sys, id, reason(), h.Clock.Today(), "") },
			"lift":    func() error { return h.Contracts.Lift(sys, id, reason(), h.Clock.Today(), "") },
			"terminate": func() error {
				if rapid.IntRange(0, 2).Draw(rt, "dice") > 0 {
					return nil
				}
				e := contract.Termination{Cause: contract.Mutual, Reason: "协商"}
				if rapid.Bool().Draw(rt, "later") {
					e.LastDay = h.Clock.Today().AddDays(3)
				}
				return second(h.Contracts.Terminate(contracttest.Lead(), id, e))
			},
			"clock": func() error {
				cause := rapid.SampledFrom([]contract.Cause{contract.Breach, contract.Insolvency, contract.ForceMajeure, contract.NotPaid, contract.Policy}).Draw(rt, "cause")
				return second(h.Contracts.RequestTermination(contracttest.Lead(), id, contract.Termination{Cause: cause, Reason: "终止"}))
			},
			"decide": func() error {
				es, _ := h.Contracts.Endings(sys, id)
				if len(es) == 0 {
					return nil
				}
				return second(h.Contracts.DecideTermination(contracttest.Reviewer(), id, es[len(es)-1].ID, rapid.Bool().Draw(rt, "approve"), "不同意"))
			},
			"cure": func() error {
				return second(h.Contracts.Cure(contracttest.Lead(), id, contract.Cured{Reason: "已纠正"}))
			},
			"take back": func() error {
				return second(h.Contracts.WithdrawTermination(contracttest.Lead(), id, contract.Cured{Reason: "收回"}))
			},
			"object": func() error {
				return second(h.Contracts.ObjectRenewal(contracttest.Sales(), id, contract.Objection{By: side()}))
			},
			"change plan": func() error {
				p := plan.Patch{Rent: fen(fmt.Sprint(rapid.IntRange(1, 9).Draw(rt, "rent") * 100))}
				return second(h.Contracts.RequestPlanChange(contracttest.Sales(), id, contract.PlanChange{Patch: p}))
			},
			"supplement": func() error {
				s := contract.Supplement{Effective: h.Clock.Today().AddDays(rapid.IntRange(-10, 40).Draw(rt, "from"))}
				if rapid.Bool().Draw(rt, "prolong") {
					s.Until = now().EndDate.AddDays(30)
				} else {
					s.Patch.Overage = decimal(fmt.Sprintf("0.0%d", rapid.IntRange(1, 9).Draw(rt, "price")))
				}
				if rapid.Bool().Draw(rt, "signed elsewhere") {
					return second(h.Contracts.Amend(sys, id, s))
				}
				return second(h.Contracts.DraftSupplement(contracttest.Sales(), id, s))
			},
			"on an amendment": func() error {
				as, _ := h.Contracts.Amendments(sys, id)
				if len(as) == 0 {
					return nil
				}
				a := as[rapid.IntRange(0, len(as)-1).Draw(rt, "which")]
				switch rapid.SampledFrom([]string{"sign", "confirm", "cancel"}).Draw(rt, "what") {
				case "sign":
					return second(h.Contracts.SignSupplement(contracttest.Sales(), id, a.ID, contract.Signed{
						DocumentID: h.Upload(t, contracttest.Sales(), "contract_scan"), SignedOn: h.Clock.Today(),
						Signers: map[contract.Side]string{contract.CustomerSide: "王芳", contract.ProviderSide: "赵强"},
					}))
				case "confirm":
					return second(h.Contracts.ConfirmSupplement(contracttest.Reviewer(), id, a.ID))
				}
				return second(h.Contracts.CancelAmendment(contracttest.Sales(), id, a.ID, "取消"))
			},
			"price": func() error {
				as, _ := h.Contracts.Amendments(sys, id)
				for _, a := range as {
					if a.Kind == contract.KindPriceChange && a.State == contract.AmendmentDraft {
						return second(h.Contracts.AnswerPrice(contracttest.Sales(), id, a.ID, rapid.Bool().Draw(rt, "agrees"), "太贵"))
					}
				}
				return second(h.Contracts.AnnouncePrice(contracttest.Lead(), id, contract.Announcement{
					Patch: plan.Patch{Overage: decimal("0.09")}, Effective: h.Clock.Today().AddDays(30), Reason: "调价", SilenceAccepts: rapid.Bool().Draw(rt, "silence"),
				}))
			},
			"in portal": func() error {
				if now().DocumentID == "" {
					return nil
				}
				in := contract.InPortal{Given: acceptance.Given{Agree: true, SHA256: now().DocumentSHA256}, Password: contracttest.Password}
				if as, _ := h.Contracts.Amendments(sys, id); len(as) > 0 && rapid.Bool().Draw(rt, "of an amendment") {
					a := as[len(as)-1]
					in.AmendmentID, in.Given.SHA256 = a.ID, a.FormSHA256
				}
				who := contracttest.Lead()
				if rapid.Bool().Draw(rt, "the customer") {
					who = contracttest.Buyer(c.ID)
				}
				return second(h.Contracts.SignInPortal(who, id, in))
			},
			"ask": func() error {
				p := plan.Patch{Rent: fen(fmt.Sprint(rapid.IntRange(1, 9).Draw(rt, "rent") * 100))}
				return second(h.Contracts.RequestPlanChange(contracttest.Buyer(c.ID), id, contract.PlanChange{Patch: p}))
			},
			"annex": func() error {
				all, _ := h.Contracts.Annexes(sys, id)
				if len(all) == 0 || rapid.Bool().Draw(rt, "another") {
					in := contract.AnnexDraft{Kind: rapid.SampledFrom(contract.AnnexKinds()).Draw(rt, "annex"), Title: "文件", Body: "说明", ValidUntil: h.Clock.Today().AddDays(rapid.IntRange(0, 10).Draw(rt, "valid"))}
					if in.Kind == contract.Completion {
						in.LastDay = h.Clock.Today().AddDays(rapid.IntRange(0, 5).Draw(rt, "ends"))
					} else {
						in.Items = []contract.AnnexItem{line("短信", "3", "0.33")}
					}
					return second(h.Contracts.MakeAnnex(contracttest.Sales(), id, in))
				}
				a := all[len(all)-1]
				switch rapid.SampledFrom([]string{"accept", "record", "decide", "drop"}).Draw(rt, "answer") {
				case "accept":
					return second(h.Contracts.AcceptAnnex(contracttest.Buyer(c.ID), id, a.ID, acceptance.Given{Agree: true, SHA256: a.FormSHA256}))
				case "record":
					return second(h.Contracts.RecordAnnex(contracttest.Sales(), id, a.ID, contract.AnsweredOnPaper{Signer: "王芳", DocumentID: h.Upload(t, contracttest.Sales(), "annex_scan")}))
				case "decide":
					return second(h.Contracts.DecideAnnex(contracttest.Reviewer(), id, a.ID, rapid.Bool().Draw(rt, "good"), "不符"))
				}
				return second(h.Contracts.DropAnnex(contracttest.Sales(), id, a.ID, contract.AnnexWithdrawn, "撤回"))
			},
			"force": func() error {
				all, _ := h.Contracts.ForceMajeures(sys, id)
				if n := len(all); n > 0 && all[n-1].EndsOn.IsZero() {
					return second(h.Contracts.EndForceMajeure(contracttest.Lead(), id, all[n-1].ID, contract.ForceMajeureEnd{LastDay: h.Clock.Today().AddDays(-rapid.IntRange(0, 3).Draw(rt, "over"))}))
				}
				return second(h.Contracts.RecordForceMajeure(contracttest.Lead(), id, contract.ForceMajeureDraft{
					Side: side(), What: "洪水", Pauses: []contract.Pause{contract.PauseClocks}, StartsOn: h.Clock.Today().AddDays(-rapid.IntRange(0, 5).Draw(rt, "since")),
				}))
			},
			"by hand": func() error {
				r := rapid.SampledFrom([]contract.Reason{contract.Data, contract.Behaviour, contract.Content}).Draw(rt, "reason")
				if rapid.Bool().Draw(rt, "lift") {
					return second(h.Contracts.LiftByHand(contracttest.Reviewer(), id, r, "查清"))
				}
				return second(h.Contracts.SuspendByHand(contracttest.Lead(), id, r, "异常", ""))
			},
			"require": func() error { return h.Contracts.RequireLicence(sys, id, licence.ICP, "") },
			"icp": func() error {
				return second(h.Licences.Adopt(sys, c.ID, licence.ICP, h.Clock.Today().AddDays(rapid.IntRange(-20, 20).Draw(rt, "begins")), h.Clock.Today().AddDays(40)))
			},
			"settle": func() error { return h.Contracts.Settle(sys, id, "") },
			"close":  func() error { return h.Contracts.Close(sys, id, "") },
			"licence": func() error {
				h.Licence(t, c.ID, licence.Business, "2020-01-01", h.Clock.Today().AddDays(30).String())
				return nil
			},
			"days": func() error {
				for range rapid.IntRange(1, 15).Draw(rt, "days") {
					to(h, h.Clock.Today().AddDays(1).String())
					if err := errors.Join(h.Licences.RunDay(sys, h.Clock.Today()), h.Contracts.RunDay(sys, h.Clock.Today())); err != nil {
						return err
					}
				}
				return nil
			},
		}
		names := []string{
			"submit", "approve", "reject", "withdraw", "sign", "confirm", "suspend", "lift", "terminate", "settle", "close", "licence", "days", "clock", "decide", "cure", "take back", "object",
			"change plan", "supplement", "on an amendment", "by hand", "require", "icp", "price", "in portal", "ask", "annex", "force",
		}
		// Acts that lead on are drawn more often, or a walk hardly leaves the draft.
		forward := []string{"submit", "approve", "sign", "confirm", "sign", "confirm", "lift", "days", "on an amendment", "days", "in portal", "annex"}
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			before := now()
			name := rapid.SampledFrom(append(forward, names...)).Draw(rt, "act")
			err := acts[name]()
			after := now()
			var house *errs.Error
			switch {
			case err != nil && !errors.As(err, &house):
				rt.Fatalf("%s: %v", name, err)
			case err != nil && house.Kind == errs.KindInternal:
				rt.Fatalf("%s: %v", name, err)
			case err != nil && (after.State != before.State || after.Version != before.Version):
				rt.Fatalf("%s was refused (%v) and yet changed %s to %s", name, err, before.State, after.State)
			case name == "settle" && before.State.Ended() && after.State == contract.Closed: // settled, and with no deposit closed at once
			case name != "days" && name != "licence" && name != "icp" && after.State != before.State && !contract.CanMove(before.State, after.State):
				rt.Fatalf("%s moved %s to %s", name, before.State, after.State)
			}
		}
		found, err := h.Contracts.Verify(sys)
		if err != nil || len(found) > 0 {
			rt.Fatalf("%v %+v %s", err, found, fmt.Sprint(history(t, h, id)))
		}
	})
}
