package review_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/screening"
	"sealgate/server/testkit"
)

// takeAll is what hand-off does with what may leave.
func takeAll(t *testing.T, w *World) {
	t.Helper()
	w.Fake.Advance(11 * time.Second)
	for _, m := range must[[]review.Manifest](t)(w.Reviews.Due(testkit.System(), 100)) {
		if err := w.DB.Run(testkit.System(), func(ctx context.Context) error {
			ok, err := w.Reviews.Take(ctx, &m)
			if err != nil || !ok {
				return err
			}
			return w.Batches.SetState(ctx, m.BatchID, batch.Approved, batch.Sending, "")
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.Work()
}

func exempt(t *testing.T, w *World, basis string, share int64) *review.Exemption {
	t.Helper()
	one, two := testkit.As("lead", "compliance_lead"), testkit.As("lead2", "compliance_lead")
	e := must[*review.Exemption](t)(w.Reviews.AskExemption(one, review.ExemptionInput{
		BatchID: basis, Kind: review.OfCustomer, MaxMessages: 100, SampleShare: share, Until: w.Clock.Today().AddDays(30), Reason: "三个月无命中",
	}))
	_, err := w.Reviews.DecideExemption(one, e.ID, true, "")
	wants(t, err, review.ErrOwnExemption)
	return must[*review.Exemption](t)(w.Reviews.DecideExemption(two, e.ID, true, ""))
}

func TestExemption_cleanBatchesGoByTwoPeoplesWordUntilItsLastDay(t *testing.T) {
	t.Parallel()
	w := Full(t)
	basis := w.Submit(w.Lines(5, "您的包裹已到"))
	lead := testkit.As("lead", "compliance_lead")
	_, err := w.Reviews.AskExemption(lead, review.ExemptionInput{BatchID: basis, Kind: "all", MaxMessages: 0, SampleShare: 0, Until: w.Clock.Today().AddDays(400)})
	wants(t, err, review.ErrExemption)
	w.Approve(basis)
	takeAll(t, w)
	e := exempt(t, w, basis, 1)
	passed, sampled := 0, 0
	for i := range 8 {
		id := w.Submit(w.Lines(4, fmt.Sprintf("您的包裹%d已到", i)))
		w.Work()
		switch w.Batch(id).State {
		case batch.Approved:
			passed++
			m, _ := w.Reviews.Live(testkit.System(), id)
			if m.ExemptionID != e.ID || m.Approved != 4 || len(m.Approvers) != 2 || m.Approvers[0] != "u-lead" || m.Approvers[1] != "u-lead2" {
				t.Errorf("manifest %+v", m)
			}
			if i == 0 { // a person takes it back, and then it stays with people
				must[*review.Progress](t)(w.Reviews.Undo(Reviewer("li"), id))
				w.Fake.Advance(5 * time.Minute)
				w.Work()
				if w.Batch(id).State != batch.InReview {
					t.Error("what a person took back went by rule again")
				}
			}
		case batch.InReview:
			sampled++
		}
	}
	if passed < 4 || passed+sampled != 8 {
		t.Errorf("%d passed, %d sampled", passed, sampled)
	}
	takeAll(t, w)

	for name, lines := range map[string][]Line{"a hit": append(w.Lines(3, "您的包裹已到"), w.Lines(1, Doubtful)...), "too many": w.Lines(101, "您的包裹已到")} {
		id := w.Submit(lines)
		w.Work()
		if s := w.Batch(id).State; s != batch.InReview {
			t.Errorf("%s: %s", name, s)
		}
	}
	looked := w.Submit(w.Lines(3, "您的包裹已到站"))
	must[*review.Claim](t)(w.Reviews.Claim(Reviewer("li"), looked))
	w.Work()
	if s := w.Batch(looked).State; s != batch.InReview {
		t.Errorf("somebody looks at it: %s", s)
	}
	must[*review.Exemption](t)(w.Reviews.EndExemption(lead, e.ID, "改为逐批审核"))
	after := w.Submit(w.Lines(3, "您的包裹已到了"))
	w.Work()
	if s := w.Batch(after).State; s != batch.InReview {
		t.Errorf("after its end: %s", s)
	}
	w.Sound()
	if _, err := w.DB.SQL().Exec("UPDATE review_exemptions SET decided_by = asked_by"); err != nil {
		t.Fatal(err)
	}
	if vs, _ := w.Reviews.Verify(testkit.System()); len(vs) != passed-1 && len(vs) != passed || vs[0].Invariant != 16 {
		t.Errorf("one person alone: %v", vs)
	}
}

func TestExemption_everySampleIsLookedAtAndARefusedOneEndsIt(t *testing.T) {
	t.Parallel()
	w := Full(t)
	basis := w.Submit(w.Lines(5, "您的包裹已到"))
	w.Approve(basis)
	takeAll(t, w)
	e := exempt(t, w, basis, 100)
	id := w.Submit(w.Lines(4, "您的包裹已到达"))
	w.Work()
	if s := w.Batch(id).State; s != batch.InReview {
		t.Fatalf("a sample: %s", s)
	}
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	p := must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Refuse)))
	must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	w.Fake.Advance(11 * time.Second)
	w.Work()
	es, _, err := w.Reviews.Exemptions(testkit.System(), nil, "", 10)
	if err != nil || es[0].ID != e.ID || es[0].State != review.ExemptionEnded || es[0].Sampled != 1 {
		t.Errorf("%+v %v", es, err)
	}
	w.Sound()
}

func TestCovers_nothingDoubtfulAndNothingOfItsOwnGrantors(t *testing.T) {
	t.Parallel()
	w := New(t)
	today := w.Clock.Today()
	fresh := func() (*review.Exemption, *batch.Batch) {
		return &review.Exemption{Kind: review.OfCustomer, CustomerID: "c", Category: "notice", MaxMessages: 10, UntilDate: today, State: review.ExemptionLive, AskedBy: "a", DecidedBy: "b"},
			&batch.Batch{CustomerID: "c", Category: batch.Notice, Good: 10, Pass: 10, Verdict: screening.Pass, SubmitterID: "s", EditorID: "e"}
	}
	if e, b := fresh(); !e.Covers(b, today) {
		t.Fatal("the ordinary case is not covered")
	}
	for name, change := range map[string]func(*review.Exemption, *batch.Batch){
		"over":             func(e *review.Exemption, _ *batch.Batch) { e.UntilDate = today.AddDays(-1) },
		"not decided":      func(e *review.Exemption, _ *batch.Batch) { e.State = review.ExemptionAsked },
		"ended":            func(e *review.Exemption, _ *batch.Batch) { e.State = review.ExemptionEnded },
		"another customer": func(_ *review.Exemption, b *batch.Batch) { b.CustomerID = "d" },
		"another category": func(_ *review.Exemption, b *batch.Batch) { b.Category = batch.Marketing },
		"too many":         func(_ *review.Exemption, b *batch.Batch) { b.Good, b.Pass = 11, 11 },
		"held":             func(_ *review.Exemption, b *batch.Batch) { b.Pass, b.Hold = 9, 1 },
		"refused":          func(_ *review.Exemption, b *batch.Batch) { b.Pass, b.Refuse = 9, 1 },
		"batch rules":      func(_ *review.Exemption, b *batch.Batch) { b.Hits = []screening.Hit{{Rule: "x"}} },
		"verdict":          func(_ *review.Exemption, b *batch.Batch) { b.Verdict = screening.Hold },
		"a level":          func(_ *review.Exemption, b *batch.Batch) { b.MaxLevel = 1 },
		"the asker's":      func(_ *review.Exemption, b *batch.Batch) { b.SubmitterID = "a" },
		"the decider's":    func(_ *review.Exemption, b *batch.Batch) { b.EditorID = "b" },
		"another text":     func(e *review.Exemption, _ *batch.Batch) { e.Kind, e.TextHash = review.OfText, "x" },
	} {
		e, b := fresh()
		change(e, b)
		if e.Covers(b, today) {
			t.Errorf("%s: covered", name)
		}
	}
}

func TestDecided_isRememberedAndShownWithTheNextAlikeBatch(t *testing.T) {
	t.Parallel()
	w := Full(t)
	text := Doubtful + "，您有一笔备用金待领取，请于今日内登录平台查看额度并确认。"
	id := w.Submit(w.Lines(10, text), w.Lines(5, "您的包裹已到驿站，请凭取件码领取。"))
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	bad := must[[]review.GroupView](t)(w.Reviews.Groups(li, id, 0, 10))[0].ID
	must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	p := must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Group, GroupID: bad, Choice: review.Refuse, ReasonCodes: []string{"CONTENT.FRAUD"}}))
	must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	takeAll(t, w)
	again := w.Submit(w.Lines(20, text+"退订回T"))
	d := must[*review.Desk](t)(w.Reviews.Open(li, again))
	if len(d.Similar) != 1 || d.Similar[0].BatchID != id || d.Similar[0].Refused != 10 || d.Similar[0].ReasonCodes[0] != "CONTENT.FRAUD" {
		t.Errorf("similar %+v", d.Similar)
	}
	rs := must[[]review.Refusal](t)(w.Reviews.Refusals(li, id))
	if len(rs) != 1 || rs[0].ID != id+"."+bad || rs[0].Messages != 10 || rs[0].ByRules || rs[0].ReasonCodes[0] != "CONTENT.FRAUD" || rs[0].DecidedBy[0] != "u-li" {
		t.Fatalf("refusals %+v", rs)
	}
	today := w.Clock.Today()
	for range 2 {
		if err := w.Reviews.Overturn(testkit.As("lead"), review.Overturning{RefusalID: rs[0].ID, BatchID: id, Why: "appeal", Reference: "A-1", Reason: "备用金为客户自有产品"}); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, w.Reviews.Overturn(testkit.As("lead"), review.Overturning{RefusalID: "x", BatchID: id, Reason: "x"}), review.ErrRefusal)
	ws := must[[]review.Worker](t)(w.Reviews.Workers(li, today, today))
	if len(ws) != 1 || ws[0].UserID != "u-li" || ws[0].Batches != 1 || ws[0].Messages != 15 || ws[0].Refused != 10 || ws[0].Overturned != 1 || ws[0].InTime != 1 {
		t.Errorf("statistics %+v", ws)
	}
}
