package review_test

import (
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/review"
	"sealgate/server/screening"
)

func batchWide(c review.Choice) review.Decision {
	return review.Decision{Scope: review.WholeBatch, Choice: c}
}
func forGroup(g string, c review.Choice) review.Decision {
	return review.Decision{Scope: review.Group, GroupID: g, Choice: c}
}
func forMessage(n int64, c review.Choice) review.Decision {
	return review.Decision{Scope: review.Message, Seq: n, GroupID: "g", Choice: c}
}

func TestRuling_theNarrowerDecisionWinsAndAmongEqualsTheLater(t *testing.T) {
	t.Parallel()
	const ok, no, back = review.Approve, review.Refuse, review.Withdraw
	for _, c := range []struct {
		name string
		ds   []review.Decision
		v    screening.Verdict
		want review.Outcome
	}{
		{"nothing decided", nil, screening.Pass, review.Undecided},
		{"clean still needs a person", []review.Decision{}, screening.Pass, review.Undecided},
		{"batch approved", []review.Decision{batchWide(ok)}, screening.Hold, review.Approved},
		{"later batch refusal", []review.Decision{batchWide(ok), batchWide(no)}, screening.Pass, review.Refused},
		{"group over batch, though earlier", []review.Decision{forGroup("g", no), batchWide(ok)}, screening.Pass, review.Refused},
		{"another group does not matter", []review.Decision{forGroup("x", no), batchWide(ok)}, screening.Pass, review.Approved},
		{"message over group", []review.Decision{forMessage(7, ok), forGroup("g", no), batchWide(no)}, screening.Hold, review.Approved},
		{"another message does not matter", []review.Decision{forMessage(8, ok), batchWide(no)}, screening.Hold, review.Refused},
		{"withdrawn group falls back to batch", []review.Decision{batchWide(ok), forGroup("g", no), forGroup("g", back)}, screening.Hold, review.Approved},
		{"withdrawn batch", []review.Decision{batchWide(ok), batchWide(back)}, screening.Hold, review.Undecided},
		{"what rules refuse stays refused", []review.Decision{batchWide(ok), forMessage(7, ok)}, screening.RefuseMessage, review.Refused},
		{"also with a refused batch rule", []review.Decision{batchWide(ok)}, screening.RefuseBatch, review.Refused},
		{"escalated can't be approved", []review.Decision{batchWide(ok), forMessage(7, ok)}, screening.Escalate, review.Undecided},
		{"escalated can be refused", []review.Decision{batchWide(ok), forMessage(7, no)}, screening.Escalate, review.Refused},
	} {
		if got := review.Rule(c.ds).On(c.v, "g", 7); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRuling_nothingAskedOfTheAuthorityIsApprovedBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	register := func(g string, c review.Choice) review.Decision {
		d := forGroup(g, c)
		if g == "" {
			d.Scope = review.WholeBatch
		}
		return d
	}
	const ok, no, ask, clear, recall = review.Approve, review.Refuse, review.Ask, review.Clear, review.Recall
	for _, c := range []struct {
		name string
		ds   []review.Decision
		v    screening.Verdict
		want review.Outcome
	}{
		{"asked, then approved", []review.Decision{register("g", ask), batchWide(ok), forGroup("g", ok), forMessage(7, ok)}, screening.Pass, review.Undecided},
		{"approved, then asked", []review.Decision{forGroup("g", ok), register("g", ask)}, screening.Hold, review.Undecided},
		{"all asked", []review.Decision{register("", ask), forGroup("g", ok)}, screening.Pass, review.Undecided},
		{"another group asked", []review.Decision{register("x", ask), batchWide(ok)}, screening.Pass, review.Approved},
		{"asked and refused without an answer", []review.Decision{register("g", ask), forGroup("g", no)}, screening.Hold, review.Refused},
		{"cleared, not decided since", []review.Decision{forGroup("g", ok), register("g", ask), register("g", clear)}, screening.Escalate, review.Undecided},
		{"cleared, then approved", []review.Decision{register("g", ask), register("g", clear), forGroup("g", ok)}, screening.Escalate, review.Approved},
		{"cleared, then all approved over an old approval", []review.Decision{forGroup("g", ok), register("g", ask), register("g", clear), batchWide(ok)}, screening.Escalate, review.Approved},
		{"cleared, then refused", []review.Decision{register("g", ask), register("g", clear), batchWide(ok), forGroup("g", no)}, screening.Escalate, review.Refused},
		{"all cleared, then approved", []review.Decision{register("", ask), register("", clear), batchWide(ok)}, screening.Escalate, review.Approved},
		{"taken back", []review.Decision{register("g", ask), register("g", recall), batchWide(ok)}, screening.Hold, review.Approved},
		{"taken back where the rules demand it", []review.Decision{register("g", ask), register("g", recall), batchWide(ok)}, screening.Escalate, review.Undecided},
		{"cleared and asked again", []review.Decision{register("g", ask), register("g", clear), forGroup("g", ok), register("g", ask)}, screening.Pass, review.Undecided},
	} {
		for i := range c.ds {
			c.ds[i].N = int64(i + 1)
		}
		if got := review.Rule(c.ds).On(c.v, "g", 7); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSigners_andRisk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		level     int
		escalated int64
		high      bool
	}{{0, 0, false}, {4, 0, false}, {5, 0, true}, {0, 1, true}} {
		if got := review.High(c.level, c.escalated); got != c.high {
			t.Errorf("level %d, %d escalated: high %v", c.level, c.escalated, got)
		}
	}
	if review.Signers(true, 1) != 2 || review.Signers(false, 1) != 1 || review.Signers(true, 0) != 1 {
		t.Error("two people where the risk is high and something would leave, else one")
	}
	clean, worst := review.Risk(0, review.Counts{Pass: 100}), review.Risk(5, review.Counts{Hold: 1, Escalate: 99})
	if clean != 0 || worst != 100 {
		t.Errorf("risk of clean %d and worst %d", clean, worst)
	}
	came := caldate.InstantMs(1_800_000_000_000)
	if a, b := review.Target(came, clean).Sub(came).Minutes(), review.Target(came, worst).Sub(came).Minutes(); a != 60 || b != 10 {
		t.Errorf("targets %v and %v minutes", a, b)
	}
}

func TestOwn_submitterAndLastEditorMustNotJudge(t *testing.T) {
	t.Parallel()
	if !review.Own("a", "a", "b") || !review.Own("b", "a", "b") || review.Own("c", "a", "b") {
		t.Error("own batch")
	}
}

func TestHashDecisions_changesWithEveryDecisionAndRound(t *testing.T) {
	t.Parallel()
	ds := []review.Decision{batchWide(review.Approve)}
	base := review.HashDecisions("b", "r1", 0, ds)
	for name, other := range map[string]string{
		"round": review.HashDecisions("b", "r1", 1, ds), "rules": review.HashDecisions("b", "r2", 0, ds), "batch": review.HashDecisions("c", "r1", 0, ds),
		"more": review.HashDecisions("b", "r1", 0, append(ds, batchWide(review.Approve))),
		"else": review.HashDecisions("b", "r1", 0, []review.Decision{batchWide(review.Refuse)}),
	} {
		if other == base {
			t.Errorf("another %s has the same hash", name)
		}
	}
}

// The tally that the desk shows from group counts is the one that freezing finds message by message.
func TestTallyUp_countsAsTheMessagesDo(t *testing.T) {
	t.Parallel()
	verdicts := []screening.Verdict{screening.Pass, screening.Hold, screening.Escalate, screening.RefuseMessage}
	groups := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		type message struct {
			v screening.Verdict
			g string
		}
		messages := make([]message, rapid.IntRange(1, 40).Draw(t, "messages"))
		counts := map[string]*review.GroupCounts{}
		for i := range messages {
			m := message{rapid.SampledFrom(verdicts).Draw(t, "verdict"), rapid.SampledFrom(groups).Draw(t, "group")}
			messages[i] = m
			if counts[m.g] == nil {
				counts[m.g] = &review.GroupCounts{ID: m.g}
			}
			switch c := counts[m.g]; m.v {
			case screening.Pass:
				c.Pass++
			case screening.Hold:
				c.Hold++
			case screening.Escalate:
				c.Escalate++
			default:
				c.Refuse++
			}
		}
		var list []review.GroupCounts
		for _, g := range groups {
			if counts[g] != nil {
				list = append(list, *counts[g])
			}
		}
		var ds []review.Decision
		for n := range rapid.IntRange(0, 12).Draw(t, "decisions") {
			if rapid.IntRange(0, 3).Draw(t, "register") == 0 {
				d := review.Decision{Scope: review.Group, GroupID: rapid.SampledFrom(append(groups, "")).Draw(t, "asked about"), Choice: rapid.SampledFrom([]review.Choice{review.Ask, review.Clear, review.Recall}).Draw(t, "answer")}
				ds = append(ds, d)
				ds[n].N = int64(n + 1)
				continue
			}
			choice := rapid.SampledFrom([]review.Choice{review.Approve, review.Refuse, review.Withdraw}).Draw(t, "choice")
			switch rapid.IntRange(0, 2).Draw(t, "scope") {
			case 0:
				ds = append(ds, batchWide(choice))
			case 1:
				ds = append(ds, forGroup(rapid.SampledFrom(groups).Draw(t, "of group"), choice))
			default:
				i := rapid.IntRange(0, len(messages)-1).Draw(t, "message")
				ds = append(ds, review.OnMessage(int64(i+1), messages[i].g, messages[i].v, choice))
			}
			ds[n].N = int64(n + 1)
		}
		r := review.Rule(ds)
		var want review.Tally
		for i, m := range messages {
			switch r.On(m.v, m.g, int64(i+1)) {
			case review.Approved:
				want.Approved++
			case review.Refused:
				want.Refused++
			default:
				want.Undecided++
				if review.Waits(r, m.v, m.g) {
					want.Escalated++
				}
			}
		}
		if got := r.TallyUp(list); got != want {
			t.Fatalf("from groups %+v, from messages %+v", got, want)
		}
	})
}

func TestBits_keepWhatWasSet(t *testing.T) {
	t.Parallel()
	b := review.NewBits(19, false)
	b.Set(0)
	b.Set(18)
	for i := range 24 {
		if got, want := b.Has(i), i == 0 || i == 18; got != want {
			t.Errorf("bit %d is %v", i, got)
		}
	}
	all := review.NewBits(19, true)
	if !all.Has(18) || all.Has(19) || all.Has(-1) || all.Has(400) {
		t.Error("all of 19 are set and nothing beyond")
	}
}
