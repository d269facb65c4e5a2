package review_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

func wants(t *testing.T, err error, want *errs.Error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %s", err, want.Code)
	}
}

func all(id string, c review.Choice) review.Act {
	a := review.Act{BatchID: id, Scope: review.WholeBatch, Choice: c}
	if c == review.Refuse {
		a.ReasonCodes = []string{"CONTENT.KEYWORD"}
	}
	return a
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestQueue_putsRiskFirstAndShowsWhoHasWhat(t *testing.T) {
	t.Parallel()
	w := New(t)
	clean := w.Submit(w.Lines(20, "您的包裹已到"))
	grave := w.Submit(w.Lines(10, "您的包裹已到"), w.Lines(10, Grave))
	li, wang := Reviewer("li"), Reviewer("wang")
	must[*review.Claim](t)(w.Reviews.Claim(li, clean))
	rows, total, err := w.Reviews.Queue(wang, review.Query{Limit: 50})
	if err != nil || total != 2 || len(rows) != 2 {
		t.Fatalf("%d of %d rows, %v", len(rows), total, err)
	}
	if rows[0].BatchID != grave || !rows[0].HighRisk || rows[0].Hold != 10 || rows[1].BatchID != clean || rows[1].ClaimUserName != "li" {
		t.Errorf("queue %+v", rows)
	}
	page, _, err := w.Reviews.Queue(wang, review.Query{AfterDue: rows[0].DueAt, AfterID: rows[0].BatchID, Limit: 50})
	if err != nil || len(page) != 1 || page[0].BatchID != clean {
		t.Errorf("second page %+v %v", page, err)
	}
	for q, want := range map[struct{ Search, State string }]int64{{"川味", ""}: 2, {rows[0].Number, ""}: 1, {"%", ""}: 0, {"_", ""}: 0, {"!", ""}: 0, {"' OR '1'='1", ""}: 0, {"", "open"}: 2, {"", "second"}: 0} {
		f := review.Query{Search: q.Search, Limit: 50}
		if q.State != "" {
			f.States = []string{q.State}
		}
		if got, n, err := w.Reviews.Queue(wang, f); err != nil || n != want || int64(len(got)) != want {
			t.Errorf("%+v finds %d of %d, want %d; %v", q, len(got), n, want, err)
		}
	}
	own, _, _ := w.Reviews.Queue(testkit.As("sales", "sales_lead"), review.Query{Limit: 50})
	if len(own) != 2 || !own[0].Own {
		t.Errorf("the submitter sees that it is her own: %+v", own)
	}
	none, total, err := w.Reviews.Queue(testkit.As("nobody", "sales"), review.Query{Limit: 50})
	if err != nil || len(none) != 0 || total != 0 {
		t.Errorf("outside the scope: %d rows, total %d, %v", len(none), total, err)
	}
}

func TestClaim_oneReviewerAtATimeAndIdleOnesGiveBack(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	li, wang := Reviewer("li"), Reviewer("wang")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	_, err := w.Reviews.Claim(wang, id)
	wants(t, err, review.ErrClaimed)
	if e := errs.As(err); !strings.Contains(e.Zh, "li") {
		t.Errorf("it does not say by whom: %s", e.Zh)
	}
	_, err = w.Reviews.Decide(wang, all(id, review.Approve))
	wants(t, err, review.ErrClaimed)

	w.Fake.Advance(3 * time.Minute) // acting prolongs
	must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	w.Fake.Advance(3 * time.Minute)
	_, err = w.Reviews.Claim(wang, id)
	wants(t, err, review.ErrClaimed)
	w.Fake.Advance(time.Minute)
	if _, err := w.Reviews.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
	_, err = w.Reviews.Decide(li, all(id, review.Refuse))
	wants(t, err, review.ErrNotClaimed)
	must[*review.Claim](t)(w.Reviews.Claim(wang, id))

	// A sandbox that jumps a month takes nobody's work away.
	w.Clock.SetOffset(30 * 24 * time.Hour)
	must[*review.Progress](t)(w.Reviews.Decide(wang, all(id, review.Approve)))
	if err := w.Reviews.Release(wang, id); err != nil {
		t.Fatal(err)
	}
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	must[*review.Claim](t)(w.Reviews.HandOver(li, id, "u-wang", "wang", "请看第二组"))
	_, err = w.Reviews.Decide(li, all(id, review.Approve))
	wants(t, err, review.ErrClaimed)
	must[*review.Progress](t)(w.Reviews.Decide(wang, all(id, review.Approve)))
	_, err = w.Reviews.HandOver(wang, id, "u-editor", "editor", "")
	wants(t, err, review.ErrOwnBatch)
	w.Sound()
}

func TestClaim_ofManyAtOnceGoesToOne(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := 0
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		wg.Go(func() {
			_, err := w.Reviews.Claim(Reviewer(name), id)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				got++
			} else if !errors.Is(err, review.ErrClaimed) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got != 1 {
		t.Errorf("%d got it", got)
	}
}

func TestDecide_refusesOwnBatch(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	for _, who := range []string{"sales", "editor"} {
		ctx := testkit.As(who, "compliance_reviewer", "compliance_lead")
		_, err := w.Reviews.Claim(ctx, id)
		wants(t, err, review.ErrOwnBatch)
		_, err = w.Reviews.Decide(ctx, all(id, review.Approve))
		wants(t, err, review.ErrOwnBatch)
		_, err = w.Reviews.Finish(ctx, id, "x")
		wants(t, err, review.ErrOwnBatch)
		_, err = w.Reviews.Confirm(ctx, id, "x")
		wants(t, err, review.ErrOwnBatch)
	}
	_, err := w.Reviews.Decide(testkit.System(), all(id, review.Approve))
	wants(t, err, review.ErrOwnBatch) // no job approves either
}

func TestDecide_namesEveryMistake(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"), w.Lines(3, Authority), w.Lines(2, Forbidden))
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	groups := map[string]string{}
	for _, g := range must[[]review.GroupView](t)(w.Reviews.Groups(li, id, 0, 100)) {
		switch {
		case g.Escalate > 0:
			groups["authority"] = g.ID
		case g.Refuse > 0:
			groups["forbidden"] = g.ID
		}
	}
	for name, c := range map[string]struct {
		act  review.Act
		want *errs.Error
	}{
		"no reason":        {review.Act{Scope: review.WholeBatch, Choice: review.Refuse}, review.ErrInput},
		"bad reason":       {review.Act{Scope: review.WholeBatch, Choice: review.Refuse, ReasonCodes: []string{"<script>"}}, review.ErrInput},
		"ten reasons":      {review.Act{Scope: review.WholeBatch, Choice: review.Refuse, ReasonCodes: strings.Split(strings.Repeat("A.B ", 9)+"A.B", " ")}, review.ErrInput},
		"unknown scope":    {review.Act{Scope: "all", Choice: review.Approve}, review.ErrInput},
		"unknown choice":   {review.Act{Scope: review.WholeBatch, Choice: "ok"}, review.ErrInput},
		"group unnamed":    {review.Act{Scope: review.Group, Choice: review.Approve}, review.ErrInput},
		"message unnamed":  {review.Act{Scope: review.Message, Choice: review.Approve}, review.ErrInput},
		"message negative": {review.Act{Scope: review.Message, Seq: -1, Choice: review.Approve}, review.ErrInput},
		"long note":        {review.Act{Scope: review.WholeBatch, Choice: review.Approve, Note: strings.Repeat("字", 501)}, review.ErrInput},
		"no such group":    {review.Act{Scope: review.Group, GroupID: "nope", Choice: review.Approve}, review.ErrNoGroup},
		"no such message":  {review.Act{Scope: review.Message, Seq: 999, Choice: review.Approve}, review.ErrNoMessage},
		"escalated group":  {review.Act{Scope: review.Group, GroupID: groups["authority"], Choice: review.Approve}, review.ErrEscalated},
		"escalated":        {review.Act{Scope: review.Message, Seq: 6, Choice: review.Approve}, review.ErrEscalated},
		"refused by rules": {review.Act{Scope: review.Group, GroupID: groups["forbidden"], Choice: review.Approve}, review.ErrRuledOut},
		"no such batch":    {review.Act{BatchID: "nope", Scope: review.WholeBatch, Choice: review.Approve}, batch.ErrNotFound},
	} {
		if c.act.BatchID == "" {
			c.act.BatchID = id
		}
		if _, err := w.Reviews.Decide(li, c.act); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Code)
		}
	}
	if n := must[*review.Desk](t)(w.Reviews.Open(li, id)).Progress.Decisions; n != 0 {
		t.Errorf("%d decisions were written", n)
	}
}

func TestDecide_replayedWithTheSameKeyDecidesOnce(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	a := all(id, review.Refuse)
	a.ReplayKey = "k1"
	first := must[*review.Progress](t)(w.Reviews.Decide(li, a))
	a.Choice = review.Approve // whatever the repeat says: the key was used
	again := must[*review.Progress](t)(w.Reviews.Decide(li, a))
	if again.Decisions != 1 || again.DecisionsHash != first.DecisionsHash || again.Decision.Choice != review.Refuse {
		t.Errorf("replayed: %+v", again)
	}
	a.ReplayKey = "k2"
	if p := must[*review.Progress](t)(w.Reviews.Decide(li, a)); p.Decisions != 2 || p.Tally.Approved != 5 {
		t.Errorf("another key: %+v", p)
	}
}

func TestFinish_freezesExactlyWhatWasDecided(t *testing.T) {
	t.Parallel()
	w := New(t)
	// Two chunks' worth and more, of all kinds.
	id := w.Submit(w.Lines(90, "您的包裹已到"), w.Lines(30, Doubtful+"请注意"), w.Lines(7, Forbidden), w.Lines(3, Authority))
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	p := must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	if p.Tally.Approved != 120 || p.Tally.Refused != 7 || p.Tally.Undecided != 3 || p.Tally.Escalated != 3 || !p.HighRisk {
		t.Fatalf("after approving all: %+v", p.Tally)
	}
	_, err := w.Reviews.Finish(li, id, p.DecisionsHash)
	wants(t, err, review.ErrUndecided)
	var doubtful, authority string
	for _, g := range must[[]review.GroupView](t)(w.Reviews.Groups(li, id, 0, 100)) {
		if g.Escalate > 0 {
			authority = g.ID
		} else if g.Hold > 0 {
			doubtful = g.ID
		}
		for _, s := range g.Segments {
			if strings.Contains(s.Text, "1380") {
				t.Errorf("a number in the clear: %s", s.Text)
			}
		}
	}
	must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Group, GroupID: authority, Choice: review.Refuse, ReasonCodes: []string{"CONTENT.AUTHORITY"}}))
	must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Group, GroupID: doubtful, Choice: review.Refuse, ReasonCodes: []string{"CONTENT.KEYWORD"}}))
	must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Message, Seq: 91, Choice: review.Approve}))
	p = must[*review.Progress](t)(w.Reviews.Decide(li, review.Act{BatchID: id, Scope: review.Message, Seq: 2, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}}))
	if p.Tally.Approved != 90 || p.Tally.Refused != 40 || p.Tally.Undecided != 0 {
		t.Fatalf("tally %+v", p.Tally)
	}
	_, err = w.Reviews.Finish(li, id, strings.Repeat("0", 64))
	wants(t, err, review.ErrChanged)
	p = must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	if p.Manifest != nil || p.State != "second" || w.Batch(id).State != batch.InReview {
		t.Fatalf("a high-risk batch went through one person's hands: %+v", p)
	}
	_, err = w.Reviews.Confirm(li, id, p.DecisionsHash)
	wants(t, err, review.ErrNoFirst)
	wang := Reviewer("wang")
	p = must[*review.Progress](t)(w.Reviews.Confirm(wang, id, p.DecisionsHash))
	if p.Manifest == nil || p.Manifest.Approved != 90 || len(p.Manifest.Approvers) != 2 || w.Batch(id).State != batch.Approved {
		t.Fatalf("after two: %+v", p)
	}
	m, err := w.Reviews.Live(wang, id)
	if err != nil || m == nil {
		t.Fatal(err)
	}
	bits := must[[]review.Bits](t)(w.Reviews.ApprovedBits(testkit.System(), m))
	for seq := int64(1); seq <= 130; seq++ {
		want := seq <= 91 && seq != 2
		for i, c := range m.Chunks {
			if seq >= c.FirstSeq && seq < c.FirstSeq+c.Count && bits[i].Has(int(seq-c.FirstSeq)) != want {
				t.Errorf("message %d: approved %v", seq, !want)
			}
		}
	}
	w.Sound()
}

func TestFinish_anotherDecisionTakesTheFirstSignatureAway(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, Grave))
	li, wang := Reviewer("li"), Reviewer("wang")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	p := must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	p = must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	must[*review.Claim](t)(w.Reviews.Claim(wang, id))
	_, err := w.Reviews.Finish(wang, id, p.DecisionsHash)
	wants(t, err, review.ErrSecond) // that is what confirm is for, with its own capability
	changed := must[*review.Progress](t)(w.Reviews.Decide(wang, review.Act{BatchID: id, Scope: review.Message, Seq: 1, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}}))
	if len(changed.Signed) != 0 {
		t.Errorf("still signed: %+v", changed.Signed)
	}
	_, err = w.Reviews.Confirm(wang, id, p.DecisionsHash)
	wants(t, err, review.ErrChanged)
	_, err = w.Reviews.Confirm(wang, id, changed.DecisionsHash)
	wants(t, err, review.ErrNoFirst)
	changed = must[*review.Progress](t)(w.Reviews.Finish(wang, id, changed.DecisionsHash))
	if changed.Manifest != nil {
		t.Error("one person was enough")
	}
	changed = must[*review.Progress](t)(w.Reviews.Confirm(li, id, changed.DecisionsHash))
	if changed.Manifest == nil || changed.Manifest.Approved != 4 {
		t.Errorf("%+v", changed)
	}
	w.Sound()
}

func TestUndo_withinTenSecondsOfTheMachinesClock(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	li := Reviewer("li")
	w.Approve(id)
	w.Clock.SetOffset(48 * time.Hour) // a sandbox that jumps does not cut the ten seconds
	w.Fake.Advance(9 * time.Second)
	if due := must[[]review.Manifest](t)(w.Reviews.Due(testkit.System(), 10)); len(due) != 0 {
		t.Fatal("it may leave before ten seconds")
	}
	_, err := w.Reviews.Undo(testkit.As("sales", "compliance_reviewer"), id)
	wants(t, err, review.ErrOwnBatch)
	p := must[*review.Progress](t)(w.Reviews.Undo(li, id))
	if w.Batch(id).State != batch.InReview || p.Manifest != nil || p.Tally.Approved != 5 {
		t.Fatalf("after undo: %+v", p)
	}
	_, err = w.Reviews.Undo(li, id)
	wants(t, err, review.ErrNotFrozen)
	w.Fake.Advance(time.Minute)
	if due := must[[]review.Manifest](t)(w.Reviews.Due(testkit.System(), 10)); len(due) != 0 {
		t.Fatal("a void manifest is due")
	}
	p = must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash)) // the claim came back with undo
	w.Fake.Advance(10 * time.Second)
	_, err = w.Reviews.Undo(li, id)
	wants(t, err, review.ErrUndoLate)
	if due := must[[]review.Manifest](t)(w.Reviews.Due(testkit.System(), 10)); len(due) != 1 || due[0].ID != p.Manifest.ID {
		t.Fatalf("due: %+v", due)
	}
	w.Sound()
}

func TestFinish_withEverythingRefusedClosesTheBatchAfterTheTimeToUndo(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, Grave))
	li := Reviewer("li")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	p := must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Refuse)))
	p = must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash)) // one person is enough to refuse
	if p.Manifest == nil || p.Manifest.Approved != 0 || w.Batch(id).State != batch.InReview {
		t.Fatalf("%+v", p)
	}
	_, err := w.Reviews.Decide(li, all(id, review.Approve))
	wants(t, err, review.ErrNotClaimed)
	must[*review.Progress](t)(w.Reviews.Undo(li, id))
	must[*review.Progress](t)(w.Reviews.Finish(li, id, must[*review.Desk](t)(w.Reviews.Open(li, id)).Progress.DecisionsHash))
	w.Fake.Advance(11 * time.Second)
	for range 2 {
		if _, err := w.Reviews.Work(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	b := w.Batch(id)
	if b.State != batch.Refused || b.Reason != "CONTENT.KEYWORD" {
		t.Errorf("%s, %q", b.State, b.Reason)
	}
	if due := must[[]review.Manifest](t)(w.Reviews.Due(testkit.System(), 10)); len(due) != 0 {
		t.Error("a refusal is due for hand-off")
	}
	w.Sound()
}

func TestOpen_showsTheRecordTheChecksAndWhatMayBeDone(t *testing.T) {
	t.Parallel()
	w := New(t)
	old := w.Submit(w.Lines(6, "您的包裹已到"), w.Lines(2, Forbidden))
	w.Approve(old)
	id := w.Submit(w.Lines(5, "您的包裹已到"), w.Lines(1, Doubtful))
	w.Contract.Suspend("non_payment")
	li := Reviewer("li")
	d := must[*review.Desk](t)(w.Reviews.Open(li, id))
	if d.Record.Batches != 1 || d.Record.Messages != 8 || d.Record.Approved != 6 || d.Record.ReviewRefused != 2 || len(d.Past) != 1 || *d.Past[0].Approved != 6 {
		t.Errorf("record %+v, past %+v", d.Record, d.Past)
	}
	if d.Checks[0].Code != "contract" || d.Checks[0].OK || d.Checks[0].Detail != "suspended:non_payment" {
		t.Errorf("checks %+v", d.Checks)
	}
	if !d.Withheld || len(d.Groups) != 2 || len(d.Groups[0].Segments)+len(d.Groups[0].Hits) > 0 || d.Groups[0].Hold != 1 {
		t.Errorf("texts are shown to somebody without a purpose: %+v", d.Groups)
	}
	for _, bad := range []review.Look{{Purpose: review.ForAudit}, {Purpose: review.ForReview, Why: "看看"}, {Why: "看看"}} {
		_, err := w.Reviews.Open(li, id, bad)
		wants(t, err, review.ErrPurpose)
	}
	if d := must[*review.Desk](t)(w.Reviews.Open(li, id, review.Look{Purpose: review.ForComplaint, Why: "投诉单 12"})); d.Withheld || len(d.Groups[0].Segments) == 0 {
		t.Error("a named purpose shows nothing")
	}
	if got := strings.Join(d.Actions("u-li", w.Clock.RealInstant()), " "); got != "claim" {
		t.Errorf("actions before claiming: %s", got)
	}
	_, _, err := w.Reviews.Messages(li, id, "", 0, 10)
	wants(t, err, review.ErrNotClaimed)
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	ms, next, err := w.Reviews.Messages(li, id, "", 3, 2)
	if err != nil || next != 5 || len(ms) != 2 || ms[0].Seq != 4 || !strings.Contains(ms[0].Phone, "****") || len(ms[0].Phone) != 11 {
		t.Errorf("messages %+v", ms)
	}
	must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	d = must[*review.Desk](t)(w.Reviews.Open(li, id))
	if got := strings.Join(d.Actions("u-li", w.Clock.RealInstant()), " "); got != "decide escalate release hand_over finish" {
		t.Errorf("actions with all decided: %s", got)
	}
	looks := 0
	if err := w.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM audit_rows WHERE action = 'review.look' AND object_id = '" + id + "'").Scan(&looks); err != nil || looks != 3 {
		t.Errorf("%d looks were logged, %v", looks, err)
	}
}

// Whatever reviewers, an undoing one and two dispatchers do in whatever order: a manifest is taken once at most, never
// after it was voided, never within ten seconds, and the batch is where its manifest says (batch.pml).
func TestUndoAndTake_inAnyOrder(t *testing.T) {
	t.Parallel()
	w := New(t)
	li, wang := Reviewer("li"), Reviewer("wang")
	rapid.Check(t, func(rt *rapid.T) {
		id := w.Submit(w.Lines(3, "您的包裹已到"))
		taken, frozenAt := 0, caldate.Instant{}
		var seen []review.Manifest // what dispatchers read a while ago
		rt.Repeat(map[string]func(*rapid.T){
			"decide": func(*rapid.T) {
				for _, who := range []context.Context{li, wang} {
					if _, err := w.Reviews.Claim(who, id); err == nil {
						_, _ = w.Reviews.Decide(who, all(id, rapid.SampledFrom([]review.Choice{review.Approve, review.Approve, review.Withdraw}).Draw(rt, "choice")))
					}
				}
			},
			"finish": func(*rapid.T) {
				for _, who := range []context.Context{li, wang} {
					d, err := w.Reviews.Open(who, id)
					if err != nil {
						rt.Fatal(err)
					}
					if p, err := w.Reviews.Finish(who, id, d.Progress.DecisionsHash); err == nil && p.Manifest != nil {
						frozenAt = w.Clock.RealInstant()
					}
				}
			},
			"undo": func(rt *rapid.T) {
				before := taken
				_, err := w.Reviews.Undo(wang, id)
				if err == nil && (before > 0 || w.Clock.RealInstant().Sub(frozenAt) >= review.UndoFor) {
					rt.Fatal("undone too late")
				}
			},
			"look": func(*rapid.T) {
				ms, err := w.Reviews.Due(testkit.System(), 50)
				if err != nil {
					rt.Fatal(err)
				}
				for _, m := range ms {
					if m.BatchID == id {
						seen = append(seen, m)
					}
				}
			},
			"take": func(rt *rapid.T) {
				for i := range seen {
					m := &seen[i]
					_ = w.DB.Run(testkit.System(), func(ctx context.Context) error {
						ok, err := w.Reviews.Take(ctx, m)
						if err != nil {
							rt.Fatal(err)
						}
						if !ok {
							return nil
						}
						taken++
						if w.Clock.RealInstant().Sub(frozenAt) < review.UndoFor {
							rt.Fatal("taken too early")
						}
						return w.Batches.SetState(ctx, id, batch.Approved, batch.Sending, "")
					})
				}
			},
			"wait": func(rt *rapid.T) {
				w.Fake.Advance(time.Duration(rapid.SampledFrom([]int{1, 4, 9, 10}).Draw(rt, "seconds")) * time.Second)
			},
			"": func(rt *rapid.T) {
				live, err := w.Reviews.Live(testkit.System(), id)
				if err != nil {
					rt.Fatal(err)
				}
				state := w.Batch(id).State
				switch {
				case taken > 1:
					rt.Fatal("taken twice")
				case taken == 1 && (state != batch.Sending || live == nil || live.TakenAt.IsZero()):
					rt.Fatalf("taken, and the batch is %s", state)
				case taken == 0 && (live != nil) != (state == batch.Approved):
					rt.Fatalf("manifest %v, batch %s", live != nil, state)
				}
			},
		})
	})
	w.Sound()
}

func TestUndo_racingTakeHasOneWinner(t *testing.T) {
	t.Parallel()
	w := New(t)
	for range 20 {
		id := w.Submit(w.Lines(2, "您的包裹已到"))
		w.Approve(id)
		m, _ := w.Reviews.Live(testkit.System(), id)
		w.Fake.Advance(review.UndoFor - time.Millisecond) // at the very edge
		var wg sync.WaitGroup
		undone, took := false, 0
		wg.Go(func() { _, err := w.Reviews.Undo(Reviewer("li"), id); undone = err == nil })
		var mu sync.Mutex
		for range 2 {
			wg.Go(func() {
				w.Fake.Advance(time.Millisecond)
				_ = w.DB.Run(testkit.System(), func(ctx context.Context) error {
					ok, err := w.Reviews.Take(ctx, m)
					if err != nil || !ok {
						return err
					}
					if err := w.Batches.SetState(ctx, id, batch.Approved, batch.Sending, ""); err != nil {
						return err
					}
					mu.Lock()
					took++
					mu.Unlock()
					return nil
				})
			})
		}
		wg.Wait()
		if undone == (took > 0) || took > 1 {
			t.Errorf("undone %v, taken %d times", undone, took)
		}
	}
	w.Sound()
}

func TestVerify_findsWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"approved by the submitter":    {`UPDATE manifests SET approvers = '["u-sales"]'`, 16},
		"one approver of high risk":    {`UPDATE reviews SET high_risk = 1`, 16},
		"a decision changed":           {`UPDATE review_decisions SET choice = 'refuse'`, 13},
		"another rule set":             {`UPDATE manifests SET rule_set = 'x'`, 13},
		"a chunk's hash changed":       {`UPDATE batch_chunks SET sha256 = '` + strings.Repeat("0", 64) + `' WHERE seq = 1`, 13},
		"the bitmap's hash changed":    {`UPDATE manifests SET approved_sha256 = '` + strings.Repeat("0", 64) + `'`, 13},
		"a verdict count changed":      {`UPDATE batch_chunks SET pass = pass + 1 WHERE seq = 1`, 11},
		"a claim that never ends":      {`INSERT INTO review_claims VALUES ('x', 'u', 'u', 1, 9999999999999, '')`, 24},
		"taken within the ten seconds": {`UPDATE manifests SET taken_at = frozen_at`, 12},
	} {
		w := New(t)
		w.Approve(w.Submit(w.Lines(5, "您的包裹已到"), w.Lines(5, Doubtful)))
		w.Sound()
		if _, err := w.DB.SQL().Exec(c.sql); err != nil {
			t.Fatal(name, err)
		}
		vs, err := w.Reviews.Verify(testkit.System())
		found := false
		for _, v := range vs {
			found = found || v.Invariant == c.want
		}
		if err != nil || !found {
			t.Errorf("%s: %v %v, want invariant %d", name, vs, err, c.want)
		}
	}
}

func TestApprovedBits_ofAChangedObjectAreRefused(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	w.Approve(id)
	m, _ := w.Reviews.Live(testkit.System(), id)
	path := filepath.Join(w.BlobDir, filepath.FromSlash(m.ApprovedKey))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = w.Reviews.ApprovedBits(testkit.System(), m)
	wants(t, err, review.ErrManifest)
}
