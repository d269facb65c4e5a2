package recheck_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"sealgate/server/batch"
	"sealgate/server/recheck"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

func TestMatrix_percentAndKappa(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m              recheck.Matrix
		percent, kappa string
	}{
		{recheck.Matrix{}, "–", "–"},
		{recheck.Matrix{BothApprove: 10}, "100.0", "–"},                                                  // all of one kind
		{recheck.Matrix{BothApprove: 20, FirstOnly: 5, SecondOnly: 10, BothRefuse: 15}, "70.0", "0.400"}, // the textbook's
		{recheck.Matrix{BothApprove: 5, BothRefuse: 5}, "100.0", "1.000"},
		{recheck.Matrix{FirstOnly: 5, SecondOnly: 5}, "0.0", "-1.000"},
		{recheck.Matrix{BothApprove: 45, FirstOnly: 15, SecondOnly: 25, BothRefuse: 15}, "60.0", "0.130"},
		{recheck.Matrix{BothApprove: 1, FirstOnly: 1, SecondOnly: 1, BothRefuse: 1}, "50.0", "0.000"},
	} {
		if p, k := c.m.Percent(), c.m.Kappa(); p != c.percent || k != c.kappa {
			t.Errorf("%+v: %s %s, want %s %s", c.m, p, k, c.percent, c.kappa)
		}
	}
}

func TestChosen_isTheShareOfManyAndAllOrNothingAtItsEnds(t *testing.T) {
	t.Parallel()
	n := 0
	for i := range 10_000 {
		id := fmt.Sprint("batch-", i)
		if recheck.Chosen(id, 5) {
			n++
		}
		if !recheck.Chosen(id, 100) || recheck.Chosen(id, 0) {
			t.Fatal("100 is all and 0 nothing")
		}
	}
	if n < 400 || n > 600 {
		t.Errorf("5%% of 10,000 are %d", n)
	}
}

// house is a desk whose every decision is judged again.
type house struct {
	*World
	out *recheck.Service
}

func newHouse(t *testing.T) *house {
	t.Helper()
	w := New(t)
	h := &house{w, recheck.New(w.DB, w.Clock, w.Trail, w.Reviews, w.Batches, w.Notices)}
	w.Reviews.Use(review.Extras{Filed: h.out})
	if err := h.out.SetSettings(testkit.As("lead", "compliance_lead"), recheck.Settings{Passed: 100, Refused: 100, Exempted: 100, Groups: 10, Days: 2}); err != nil {
		t.Fatal(err)
	}
	return h
}

// decided is a batch of two groups of which li approved one and refused the other.
func (h *house) decided(t *testing.T) (id, good, bad string) {
	t.Helper()
	li := Reviewer("li")
	id = h.Submit(h.Lines(5, "您的包裹已到"), h.Lines(3, Doubtful))
	do := func(_ any, err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	do(h.Reviews.Claim(li, id))
	gs, err := h.Reviews.Groups(li, id, 0, 10)
	do(nil, err)
	bad, good = gs[0].ID, gs[1].ID
	do(h.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.WholeBatch, Choice: review.Approve}))
	p, err := h.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Group, GroupID: bad, Choice: review.Refuse, ReasonCodes: []string{"CONTENT.FRAUD"}})
	do(nil, err)
	do(h.Reviews.Finish(li, id, p.DecisionsHash))
	h.Fake.Advance(11 * time.Second)
	due, err := h.Reviews.Due(testkit.System(), 10)
	do(nil, err)
	do(nil, h.DB.Run(testkit.System(), func(ctx context.Context) error {
		if _, err := h.Reviews.Take(ctx, &due[0]); err != nil {
			return err
		}
		return h.Batches.SetState(ctx, id, batch.Approved, batch.Sending, "")
	}))
	h.Work()
	return id, good, bad
}

func TestRecheck_isBlindAndByAnotherAndAThirdSettlesWhatDiffers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, good, bad := h.decided(t)
	li, wang, lead := Reviewer("li"), Reviewer("wang"), testkit.As("lead", "compliance_lead")
	rs, n, err := h.out.List(wang, []string{"open"}, true, "", 10)
	if err != nil || n != 1 || rs[0].BatchID != id || rs[0].Items != 2 || rs[0].Why != recheck.Passed {
		t.Fatalf("%+v, %v", rs, err)
	}
	r := rs[0].ID
	if _, n, _ := h.out.List(li, nil, true, "", 10); n != 0 {
		t.Error("who decided it is offered it again")
	}
	if _, err := h.out.Take(li, r); !errors.Is(err, recheck.ErrOwn) {
		t.Errorf("who decided it takes it: %v", err)
	}
	if _, err := h.out.Take(testkit.As("sales", "compliance_reviewer"), r); !errors.Is(err, recheck.ErrOwn) {
		t.Errorf("who made it takes it: %v", err)
	}
	if _, err := h.out.Judge(wang, r, recheck.Judgement{GroupID: good, Choice: recheck.Approve}); !errors.Is(err, recheck.ErrTaken) {
		t.Errorf("judged before it was taken: %v", err)
	}
	if _, err := h.out.Take(wang, r); err != nil {
		t.Fatal(err)
	}
	if _, err := h.out.Take(lead, r); !errors.Is(err, recheck.ErrTaken) {
		t.Errorf("taken twice: %v", err)
	}
	if v, _ := h.out.Show(lead, r); len(v.Groups[0].Text.Segments) != 0 {
		t.Error("texts for somebody who does not judge")
	}
	v, err := h.out.Show(wang, r)
	if err != nil || len(v.Groups) != 2 || v.Groups[0].FirstChoice != "" || v.Groups[0].FirstBy != nil || len(v.Groups[0].Text.Segments) == 0 || v.Groups[0].Text.Tally != (review.Tally{}) {
		t.Fatalf("not blind: %+v %v", v, err)
	}
	for _, bad := range []recheck.Judgement{{GroupID: good}, {GroupID: good, Choice: recheck.Refuse}, {GroupID: good, Choice: "hm"}} {
		if _, err := h.out.Judge(wang, r, bad); !errors.Is(err, recheck.ErrInput) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := h.out.Judge(wang, r, recheck.Judgement{GroupID: "x", Choice: recheck.Approve}); !errors.Is(err, recheck.ErrNoGroup) {
		t.Error(err)
	}
	for _, g := range []string{good, good, bad} { // judged alike, and both approved: the second differs
		if _, err := h.out.Judge(wang, r, recheck.Judgement{GroupID: g, Choice: recheck.Approve}); err != nil {
			t.Fatal(err)
		}
	}
	v, _ = h.out.Show(lead, r)
	if v.State != recheck.Differs || v.Agreed != 1 || v.Groups[0].FirstChoice != recheck.Refuse {
		t.Fatalf("%+v", v)
	}
	if _, err := h.out.Settle(wang, r, "second", "原因"); !errors.Is(err, recheck.ErrOwn) {
		t.Errorf("one of the two settles it: %v", err)
	}
	if _, err := h.out.Settle(lead, r, "second", "属正常通知"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.out.Settle(lead, r, "first", "再想想"); !errors.Is(err, recheck.ErrState) {
		t.Errorf("settled twice: %v", err)
	}
	day := h.Clock.Today()
	m, _ := h.out.Agreement(lead, day, day)
	by, _ := h.out.ByReviewer(lead, day, day)
	if m != (recheck.Matrix{BothApprove: 1, SecondOnly: 1}) || by["u-li"] != (recheck.Agreed{Items: 2, Agreed: 1}) {
		t.Errorf("%+v, %+v", m, by)
	}
	ws, err := h.Reviews.Workers(lead, day, day)
	if err != nil || len(ws) != 1 || ws[0].Overturned != 1 {
		t.Errorf("%+v %v", ws, err)
	}
	h.Sound(h.out.Verify)
	if _, err := h.DB.SQL().Exec("UPDATE review_rechecks SET user_id = 'u-li'"); err != nil {
		t.Fatal(err)
	}
	if vs, _ := h.out.Verify(testkit.System()); len(vs) != 1 || vs[0].Invariant != 16 {
		t.Errorf("%v", vs)
	}
}

func TestRecheck_thatAgreesIsSettledByItselfAndSharesAreChecked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, good, bad := h.decided(t)
	wang := Reviewer("wang")
	rs, _, _ := h.out.List(wang, nil, true, "", 10)
	if _, err := h.out.Take(wang, rs[0].ID); err != nil {
		t.Fatal(err)
	}
	_, _ = h.out.Judge(wang, rs[0].ID, recheck.Judgement{GroupID: good, Choice: recheck.Approve})
	r, err := h.out.Judge(wang, rs[0].ID, recheck.Judgement{GroupID: bad, Choice: recheck.Refuse, ReasonCodes: []string{"CONTENT.FRAUD"}})
	if err != nil || r.State != recheck.Settled || r.Agreed != 2 {
		t.Errorf("%+v %v", r, err)
	}
	if err := h.out.SetSettings(wang, recheck.Settings{Passed: 101, Groups: 0, Days: 99}); !errors.Is(err, recheck.ErrSettings) {
		t.Error(err)
	}
	h.Sound(h.out.Verify)
}
