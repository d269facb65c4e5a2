package review_test

import (
	"testing"
	"time"

	"sealgate/server/review"
	. "sealgate/server/review/reviewtest"
	"sealgate/server/testkit"
)

func TestNext_neverGivesWhoSignedFirstHerOwnBatchAgain(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, Grave))
	first, second := testkit.As("first", "compliance_lead"), testkit.As("second", "compliance_lead")
	must[*review.Claim](t)(w.Reviews.Claim(first, id))
	p := must[*review.Progress](t)(w.Reviews.Decide(first, all(id, review.Approve)))
	p = must[*review.Progress](t)(w.Reviews.Finish(first, id, p.DecisionsHash))
	_, err := w.Reviews.Next(first)
	wants(t, err, review.ErrNothing)
	for who, signed := range map[string]bool{"first": true, "second": false} {
		rows, _, err := w.Reviews.Queue(testkit.As(who, "compliance_lead"), review.Query{Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Signed != signed {
			t.Errorf("%s sees %+v, %v", who, rows, err)
		}
	}
	if c := must[*review.Claim](t)(w.Reviews.Next(second)); c.BatchID != id {
		t.Errorf("the second person gets %s", c.BatchID)
	}
	w.Fake.Advance(time.Second)
	// Where the second person decides otherwise and signs that, it is the first who must look again.
	changed := must[*review.Progress](t)(w.Reviews.Decide(second, review.Act{BatchID: id, Scope: review.Message, Seq: 1, Choice: review.Refuse, ReasonCodes: []string{"OTHER"}}))
	must[*review.Progress](t)(w.Reviews.Finish(second, id, changed.DecisionsHash))
	if c := must[*review.Claim](t)(w.Reviews.Next(first)); c.BatchID != id {
		t.Errorf("the first person gets %s", c.BatchID)
	}
	if p.State != "second" {
		t.Errorf("state %s", p.State)
	}
}

func TestOpen_showsTheTextsToWhoMayStillTakeHerDecisionBack(t *testing.T) {
	t.Parallel()
	w := New(t)
	id := w.Submit(w.Lines(5, "您的包裹已到"))
	w.Approve(id)
	li, wang := Reviewer("li"), Reviewer("wang")
	if d := must[*review.Desk](t)(w.Reviews.Open(li, id)); d.Withheld || len(d.Groups[0].Segments) == 0 {
		t.Error("who can undo does not see what")
	}
	if d := must[*review.Desk](t)(w.Reviews.Open(wang, id)); !d.Withheld {
		t.Error("somebody else sees the texts")
	}
	w.Fake.Advance(review.UndoFor)
	if d := must[*review.Desk](t)(w.Reviews.Open(li, id)); !d.Withheld {
		t.Error("the texts are shown after the time to undo")
	}
}
