package review_test

import (
	"context"
	"errors"
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

func group(id, g string, c review.Choice) review.Act {
	a := review.Act{BatchID: id, Scope: review.Group, GroupID: g, Choice: c}
	if c == review.Refuse {
		a.ReasonCodes = []string{"OTHER"}
	}
	return a
}

func question(id, g string) review.Question {
	q := review.Question{BatchID: id, Scope: review.WholeBatch, Text: "是否属于须经批准的医疗广告？", Authority: "市场监督管理局"}
	if g != "" {
		q.Scope, q.GroupID = review.Group, g
	}
	return q
}

func (w *answering) allow(ctx context.Context, outcome review.Ruled) review.Reply {
	return review.Reply{Outcome: outcome, Text: "复函：见附件", Ref: "函〔2026〕12 号", On: w.Clock.Today(), DocumentID: w.Paper(ctx)}
}

type answering struct{ *World }

func TestEscalate_nothingIsApprovedBeforeTheAnswerAndThenPeopleDecide(t *testing.T) {
	t.Parallel()
	w := answering{Full(t)}
	id := w.Submit(w.Lines(5, "您的包裹已到"), w.Lines(3, Authority), w.Lines(2, Doubtful+"请尽快"))
	li, lead := Reviewer("li"), testkit.As("lead", "compliance_lead")
	_, err := w.Reviews.Escalate(li, question(id, ""))
	wants(t, err, review.ErrNotClaimed)
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	var authority, doubtful string
	for _, g := range must[[]review.GroupView](t)(w.Reviews.Groups(li, id, 0, 100)) {
		switch {
		case g.Escalate > 0:
			authority = g.ID
		case g.Hold > 0:
			doubtful = g.ID
		}
	}
	for name, q := range map[string]review.Question{
		"no text": {BatchID: id, Scope: review.WholeBatch, Authority: "x"}, "no authority": {BatchID: id, Scope: review.WholeBatch, Text: "x"},
		"a message": {BatchID: id, Scope: review.Message, Text: "x", Authority: "x"}, "group unnamed": {BatchID: id, Scope: review.Group, Text: "x", Authority: "x"},
		"due yesterday": {BatchID: id, Scope: review.WholeBatch, Text: "x", Authority: "x", DueOn: w.Clock.Today().AddDays(-1)},
	} {
		if _, err := w.Reviews.Escalate(li, q); !errors.Is(err, review.ErrQuestion) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.Reviews.Escalate(li, question(id, "nope"))
	wants(t, err, review.ErrNoGroup)
	must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	first := must[*review.Escalation](t)(w.Reviews.Escalate(li, question(id, doubtful)))
	_, err = w.Reviews.Escalate(li, question(id, doubtful))
	wants(t, err, review.ErrAskedAlready)
	_, err = w.Reviews.Decide(li, group(id, doubtful, review.Approve))
	wants(t, err, review.ErrEscalated)
	p := must[*review.Desk](t)(w.Reviews.Open(li, id)).Progress
	if p.Tally.Undecided != 5 || p.Tally.Escalated != 5 || p.Tally.Approved != 5 {
		t.Fatalf("tally %+v", p.Tally)
	}
	_, err = w.Reviews.Finish(li, id, p.DecisionsHash)
	wants(t, err, review.ErrUndecided)
	second := must[*review.Escalation](t)(w.Reviews.Escalate(li, question(id, authority)))
	d := must[*review.Desk](t)(w.Reviews.Open(lead, id))
	if d.Progress.State != "waiting" || d.Claim != nil || len(d.Questions) != 2 {
		t.Fatalf("the desk waits for the authority alone: %s, claim %v", d.Progress.State, d.Claim)
	}

	// The answers: entered with a paper, by nobody who made the batch.
	for name, r := range map[string]review.Reply{
		"no paper": {Outcome: review.Allowed, Text: "x", Ref: "x", On: w.Clock.Today()}, "no number": {Outcome: review.Allowed, Text: "x", On: w.Clock.Today(), DocumentID: "x"},
		"of tomorrow": {Outcome: review.Allowed, Text: "x", Ref: "x", On: w.Clock.Today().AddDays(1), DocumentID: "x"}, "neither": {Text: "x", Ref: "x", On: w.Clock.Today(), DocumentID: "x"},
	} {
		if _, err := w.Reviews.RecordAnswer(lead, first.ID, r); !errors.Is(err, review.ErrReply) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.Reviews.RecordAnswer(testkit.As("sales", "compliance_lead"), first.ID, w.allow(testkit.As("sales"), review.Allowed))
	wants(t, err, review.ErrOwnBatch)
	must[*review.Escalation](t)(w.Reviews.RecordAnswer(lead, first.ID, w.allow(lead, review.Forbidden)))
	e := must[*review.Escalation](t)(w.Reviews.RecordAnswer(lead, second.ID, w.allow(lead, review.Allowed)))
	if e.State != review.Answered || e.RecordedName != "lead" || e.DocumentID == "" {
		t.Errorf("%+v", e)
	}
	_, err = w.Reviews.RecordAnswer(lead, second.ID, w.allow(lead, review.Allowed))
	wants(t, err, review.ErrEscalationState)
	_, err = w.Reviews.WithdrawQuestion(lead, second.ID, "不再需要")
	wants(t, err, review.ErrEscalationState)
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	p = must[*review.Desk](t)(w.Reviews.Open(li, id)).Progress
	if p.Tally.Undecided != 3 || p.Tally.Escalated != 0 || p.Tally.Refused != 2 {
		t.Fatalf("what was allowed still needs a decision: %+v", p.Tally)
	}
	p = must[*review.Progress](t)(w.Reviews.Decide(li, group(id, authority, review.Approve)))
	p = must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	p = must[*review.Progress](t)(w.Reviews.Confirm(Reviewer("wang"), id, p.DecisionsHash)) // escalated batches need two
	if p.Manifest == nil || p.Manifest.Approved != 8 || p.Manifest.Refused != 2 {
		t.Errorf("manifest %+v", p.Manifest)
	}
	w.Sound()
	if _, err := w.DB.SQL().Exec("UPDATE escalations SET document_id = '' WHERE id = ?", second.ID); err != nil {
		t.Fatal(err)
	}
	if vs, _ := w.Reviews.Verify(testkit.System()); len(vs) != 1 || vs[0].Invariant != 12 {
		t.Errorf("an approval without the authority's paper: %v", vs)
	}
}

func TestEscalate_takenBackAndReminded(t *testing.T) {
	t.Parallel()
	w := answering{Full(t)}
	id := w.Submit(w.Lines(3, Doubtful))
	li, lead := Reviewer("li"), testkit.As("lead", "compliance_lead")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	e := must[*review.Escalation](t)(w.Reviews.Escalate(li, question(id, "")))
	remind := func(after int, want int) {
		t.Helper()
		if n, err := w.Reviews.RemindEscalations(testkit.System(), e.DueOn.AddDays(after)); err != nil || n != want {
			t.Errorf("%d days after it was due: %d reminders, %v", after, n, err)
		}
	}
	remind(-1, 0)
	remind(0, 1)
	remind(0, 0)
	remind(2, 0)
	remind(3, 1)
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	_, err := w.Reviews.Decide(li, all(id, review.Approve))
	wants(t, err, review.ErrEscalated)
	_, err = w.Reviews.WithdrawQuestion(lead, e.ID, " ")
	wants(t, err, review.ErrReply)
	must[*review.Escalation](t)(w.Reviews.WithdrawQuestion(lead, e.ID, "客户已修改"))
	remind(30, 0)
	p := must[*review.Progress](t)(w.Reviews.Decide(li, all(id, review.Approve)))
	must[*review.Progress](t)(w.Reviews.Finish(li, id, p.DecisionsHash))
	w.Sound()
}

// Whatever people do in whatever order, nothing asked of the authority or escalated by the rules stands in a manifest without
// its consent, and the checks find nothing wrong.
func TestDesk_walkedAtRandom(t *testing.T) {
	t.Parallel()
	w := answering{Full(t)}
	li, wang, lead := Reviewer("li"), testkit.As("wang", "compliance_reviewer", "compliance_lead"), testkit.As("lead", "compliance_lead")
	rapid.Check(t, func(rt *rapid.T) {
		id := w.Submit(w.Lines(3, "您的包裹已到"), w.Lines(2, Authority), w.Lines(2, Doubtful+"请尽快办理"))
		gs := must[[]review.GroupView](t)(w.Reviews.Groups(li, id, 0, 10))
		pick := func() string { return rapid.SampledFrom(gs).Draw(rt, "group").ID }
		who := func() context.Context { return rapid.SampledFrom([]context.Context{li, wang}).Draw(rt, "who") }
		var asked []string
		answered := map[string]bool{}
		fine := func(err error) {
			if err != nil && errs.As(err) == nil {
				rt.Fatal(err)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"decide": func(*rapid.T) {
				p := who()
				_, err := w.Reviews.Claim(p, id)
				fine(err)
				act := group(id, pick(), rapid.SampledFrom([]review.Choice{review.Approve, review.Approve, review.Refuse, review.Withdraw}).Draw(rt, "choice"))
				if rapid.Bool().Draw(rt, "all") {
					act = all(id, act.Choice)
				}
				_, err = w.Reviews.Decide(p, act)
				fine(err)
			},
			"ask": func(*rapid.T) {
				p := who()
				_, err := w.Reviews.Claim(p, id)
				fine(err)
				g := pick()
				if rapid.IntRange(0, 3).Draw(rt, "all") == 0 {
					g = ""
				}
				e, err := w.Reviews.Escalate(p, question(id, g))
				fine(err)
				if err == nil {
					asked = append(asked, e.ID)
				}
			},
			"answer": func(*rapid.T) {
				if len(asked) == 0 {
					return
				}
				i := rapid.IntRange(0, len(asked)-1).Draw(rt, "question")
				var err error
				switch rapid.IntRange(0, 3).Draw(rt, "answer") {
				case 0:
					_, err = w.Reviews.WithdrawQuestion(lead, asked[i], "撤回")
				case 1:
					_, err = w.Reviews.RecordAnswer(lead, asked[i], w.allow(lead, review.Forbidden))
				default:
					var e *review.Escalation
					if e, err = w.Reviews.RecordAnswer(lead, asked[i], w.allow(lead, review.Allowed)); err == nil {
						answered[e.GroupID] = true
					}
				}
				fine(err)
			},
			"hand over": func(*rapid.T) { _, err := w.Reviews.HandOver(li, id, "u-wang", "wang", ""); fine(err) },
			"release":   func(*rapid.T) { fine(w.Reviews.Release(who(), id)) },
			"finish": func(*rapid.T) {
				p := who()
				_, err := w.Reviews.Claim(p, id)
				fine(err)
				d, err := w.Reviews.Open(p, id)
				if err != nil {
					rt.Fatal(err)
				}
				_, err = w.Reviews.Finish(p, id, d.Progress.DecisionsHash)
				fine(err)
				_, err = w.Reviews.Confirm(p, id, d.Progress.DecisionsHash)
				fine(err)
			},
			"undo":    func(*rapid.T) { _, err := w.Reviews.Undo(who(), id); fine(err) },
			"condemn": func(*rapid.T) { fine(w.Reviews.Condemn(lead, id, "CZ")) },
			"wait": func(*rapid.T) {
				w.Fake.Advance(time.Duration(rapid.SampledFrom([]int{1, 9, 11, 250}).Draw(rt, "seconds")) * time.Second)
				w.World.Work()
			},
			"": func(*rapid.T) {
				m, err := w.Reviews.Live(testkit.System(), id)
				if err != nil {
					rt.Fatal(err)
				}
				if m == nil || m.Approved == 0 {
					return
				}
				b := w.Batch(id)
				if b.State == batch.InReview {
					rt.Fatal("approved, and still in review")
				}
				bits, err := w.Reviews.ApprovedBits(testkit.System(), m)
				if err != nil {
					rt.Fatal(err)
				}
				if (bits[0].Has(3) || bits[0].Has(4)) && !answered[gs[0].ID] && !answered[""] { // the escalated group is the first on the desk
					rt.Fatal("escalated content was approved without an answer")
				}
				if len(m.Approvers) < 2 {
					rt.Fatal("a high-risk batch went by one person")
				}
			},
		})
	})
	w.Sound()
}

func TestHandOver_tellsTheColleagueAndKeepsTheNote(t *testing.T) {
	t.Parallel()
	w := Full(t)
	id := w.Submit(w.Lines(3, Doubtful))
	li, wang := Reviewer("li"), Reviewer("wang")
	must[*review.Claim](t)(w.Reviews.Claim(li, id))
	c := must[*review.Claim](t)(w.Reviews.HandOver(li, id, "u-wang", "wang", "签名存疑"))
	if c.UserID != "u-wang" || c.HandNote != "li：签名存疑" {
		t.Errorf("%+v", c)
	}
	if d := must[*review.Desk](t)(w.Reviews.Open(wang, id)); d.Claim == nil || d.Claim.HandNote != "li：签名存疑" || d.Withheld {
		t.Errorf("%+v", d.Claim)
	}
	n := 0
	if err := w.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM notices WHERE kind = 'review_handed_over' AND to_user = 'u-wang'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d notices, %v", n, err)
	}
	note := must[*review.Note](t)(w.Reviews.AddNote(wang, id, "签名与营业执照不符，已电话核实"))
	other := w.Submit(w.Lines(3, "您的包裹已到"))
	if d := must[*review.Desk](t)(w.Reviews.Open(wang, other)); len(d.Notes) != 1 || d.Notes[0].ID != note.ID {
		t.Errorf("notes %+v", d.Notes)
	}
	_, err := w.Reviews.AddNote(wang, id, " ")
	wants(t, err, review.ErrNote)
	_, err = w.Reviews.AddNote(testkit.As("sales", "compliance_lead"), id, "好")
	wants(t, err, review.ErrOwnBatch)
}

func TestFits_sharesOfTheWork(t *testing.T) {
	t.Parallel()
	came := caldate.InstantMs(1_800_000_000_000)
	q := func(risk int64, customer string) *review.Queued {
		return &review.Queued{CustomerID: customer, Category: "notice", Risk: risk, CameAt: came, DueAt: came.Add(time.Hour), SubmitterID: "s", EditorID: "s"}
	}
	ann := review.Profile{UserID: "ann", UserName: "Ann", MaxRisk: 50, Customers: []string{"c1"}, OnDuty: true}
	bob := review.Profile{UserID: "bob", UserName: "Bob", MaxRisk: 100, Categories: []string{"marketing"}, OnDuty: true}
	away := ann
	away.OnDuty = false
	for _, c := range []struct {
		name  string
		mine  *review.Profile
		all   []review.Profile
		q     *review.Queued
		after time.Duration
		want  review.Fit
	}{
		{"no shares at all", nil, nil, q(90, "c1"), 0, review.FitYes},
		{"her customer", &ann, []review.Profile{ann}, q(10, "c1"), 0, review.FitMine},
		{"her customer, too risky", &ann, []review.Profile{ann}, q(60, "c1"), 0, review.FitNot},
		{"another customer", &ann, []review.Profile{ann}, q(10, "c2"), 0, review.FitYes},
		{"another category", &bob, []review.Profile{ann, bob}, q(10, "c2"), 0, review.FitNot},
		{"reserved for her", nil, []review.Profile{ann}, q(10, "c1"), 10 * time.Minute, review.FitReserved},
		{"reserved until half of the time", nil, []review.Profile{ann}, q(10, "c1"), 31 * time.Minute, review.FitYes},
		{"not reserved while she is away", nil, []review.Profile{away}, q(10, "c1"), 0, review.FitYes},
		{"not reserved where it is too risky for her", nil, []review.Profile{ann}, q(60, "c1"), 0, review.FitYes},
		{"overdue is for everybody", &bob, []review.Profile{bob}, q(10, "c2"), 61 * time.Minute, review.FitYes},
	} {
		if got, _ := review.Fits(c.mine, c.all, c.q, came.Add(c.after)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNext_givesTheMostUrgentOfOnesShare(t *testing.T) {
	t.Parallel()
	w := Full(t)
	clean := w.Submit(w.Lines(5, "您的包裹已到"))
	grave := w.Submit(w.Lines(5, Grave))
	li, wang := Reviewer("li"), Reviewer("wang")
	lead := testkit.As("lead", "compliance_lead")
	_, err := w.Reviews.SetProfile(lead, review.Profile{UserID: "u-li", MaxRisk: 101, Categories: []string{"nonsense"}})
	wants(t, err, review.ErrProfile)
	must[*review.Profile](t)(w.Reviews.SetProfile(lead, review.Profile{UserID: "u-li", UserName: "li", MaxRisk: 20, OnDuty: true}))
	_, err = w.Reviews.Claim(li, grave)
	wants(t, err, review.ErrNotFit)
	if c := must[*review.Claim](t)(w.Reviews.Next(li)); c.BatchID != clean {
		t.Errorf("got %s", c.BatchID)
	}
	if c := must[*review.Claim](t)(w.Reviews.Next(wang)); c.BatchID != grave {
		t.Errorf("got %s", c.BatchID)
	}
	_, err = w.Reviews.Next(lead)
	wants(t, err, review.ErrNothing)
	if rows, _, _ := w.Reviews.Queue(li, review.Query{Limit: 10}); rows[0].Fit != review.FitNot || rows[1].Fit != review.FitYes {
		t.Errorf("%s, %s", rows[0].Fit, rows[1].Fit)
	}
	must[*review.Profile](t)(w.Reviews.SetProfile(lead, review.Profile{UserID: "u-li", UserName: "li", MaxRisk: 100, OnDuty: true})) // changed, not added
	if ps := must[[]review.Profile](t)(w.Reviews.Profiles(lead)); len(ps) != 1 || ps[0].MaxRisk != 100 {
		t.Errorf("%+v", ps)
	}
}
