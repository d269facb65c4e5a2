package ruleset_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

func rule(id, word string) string {
	return fmt.Sprintf("id: %s\ntitle: {zh: 题, en: title}\nclass: fraud\nlevel: 3\naction: hold\nterms: {w: [%s]}\nreason_code: CONTENT.KEYWORD\nstate: live\ntests: {hit: [%s], miss: [您好]}\n", id, word, word)
}

var someRules = fstest.MapFS{"a.yaml": {Data: []byte(rule("fraud.a", "甲乙丙") + "---\n" + rule("fraud.b", "丁戊己"))}}

func desk(t testing.TB, d *db.DB) (*ruleset.Service, clock.Clock) {
	t.Helper()
	c, _ := testkit.Clock(t, "2026-11-21 09:00")
	s := ruleset.New(d, c, trail.New(d, c))
	if _, err := s.Install(testkit.System(), someRules); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func lead(name string) context.Context { return testkit.As(name, "compliance_lead") }

func clean(t testing.TB, s *ruleset.Service) {
	t.Helper()
	vs, err := s.Verify(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vs {
		t.Errorf("%+v", v)
	}
}

func TestApprove_refusesOwnDraft(t *testing.T) {
	t.Parallel()
	s, _ := desk(t, testkit.DB(t))
	li, wang, zhao := lead("li"), lead("wang"), lead("zhao")
	if _, err := s.Save(li, "rule:fraud.a", rule("fraud.a", "庚辛壬"), 0); err != nil {
		t.Fatal(err)
	}
	// Wang changes something and takes it back: she had a hand in it all the same.
	saved, err := s.Save(wang, "rule:fraud.b", rule("fraud.b", "子丑寅"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Restore(wang, "rule:fraud.b", saved.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Submit(li, "新词"); err != nil {
		t.Fatal(err)
	}
	for _, who := range []context.Context{li, wang, testkit.System()} {
		if _, err := s.Approve(who); !errors.Is(err, ruleset.ErrOwnDraft) {
			t.Errorf("approved by an author: %v", err)
		}
		if _, err := s.SendBack(who, "不行"); !errors.Is(err, ruleset.ErrOwnDraft) {
			t.Errorf("sent back by an author: %v", err)
		}
	}
	d, err := s.Approve(zhao)
	if err != nil || d.PublishedVersion != "2026-11-21.2" {
		t.Fatal(d, err)
	}
	c, err := s.Current(zhao)
	if err != nil || c.Version != "2026-11-21.2" {
		t.Fatal(c, err)
	}
	clean(t, s)
}

func TestDelete_isRefusedWhereOthersNeedIt(t *testing.T) {
	t.Parallel()
	s, _ := desk(t, testkit.DB(t))
	li := lead("li")
	if _, err := s.Create(li, "bank", "bank: shared.words\ntitle: {zh: 词, en: words}\nwords: [子丑寅]\n"); err != nil {
		t.Fatal(err)
	}
	saved, err := s.Save(li, "rule:fraud.a", strings.Replace(rule("fraud.a", "子丑寅"), "terms: {w: [子丑寅]}", "terms: {w: {bank: shared.words}}", 1), 0)
	if err != nil || !saved.Accepted {
		t.Fatal(saved, err)
	}
	if err := s.Delete(li, "bank:shared.words", 1); !errors.Is(err, ruleset.ErrUnsound) || !strings.Contains(err.Error(), "rule:fraud.a") {
		t.Errorf("deleted though a rule uses it: %v", err)
	}
	if err := s.Restore(li, "rule:fraud.a", saved.Version); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(li, "bank:shared.words", 1); err != nil {
		t.Error(err)
	}
	if err := s.Delete(li, "rule:fraud.b", 0); err != nil {
		t.Error(err)
	}
	if _, err := s.Open(li, "bank:shared.words"); !errors.Is(err, ruleset.ErrNoDoc) {
		t.Error(err)
	}
	if o, err := s.Open(li, "rule:fraud.b"); err != nil || o.Change != "deleted" {
		t.Error(o, err)
	}
}

func TestRollBack_onlyToWhatWasPublished(t *testing.T) {
	t.Parallel()
	s, _ := desk(t, testkit.DB(t))
	li := lead("li")
	if _, err := s.Save(li, "rule:fraud.a", rule("fraud.a", "庚辛壬"), 0); err != nil {
		t.Fatal(err)
	}
	run, err := s.StartShadow(li, "试试")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RollBack(li, run.Version, "绕过第二人"); !errors.Is(err, ruleset.ErrNever) {
		t.Errorf("a version that nobody approved was published: %v", err)
	}
	if err := s.RollBack(li, "2026-11-21.1", "同一个"); !errors.Is(err, ruleset.ErrIsCurrent) {
		t.Error(err)
	}
	if _, err := s.StartShadow(li, "再来"); !errors.Is(err, ruleset.ErrShadowOn) {
		t.Error(err)
	}
	clean(t, s)
}

func TestVerify_findsAnApprovalByAnAuthor(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	s, _ := desk(t, d)
	if _, err := s.Save(lead("li"), "rule:fraud.a", rule("fraud.a", "庚辛壬"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Submit(lead("li"), "新词"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Approve(lead("wang")); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"UPDATE rule_drafts SET decided_by = 'u-li'", "UPDATE rule_drafts SET state = 'discarded'", "UPDATE rule_set_current SET version = '2026-11-21.1'",
		"INSERT INTO rule_hit_days (rule_id, on_date, messages, shadow, batches) VALUES ('fraud.a', '2026-11-21', 1, 0, 1)",
	} {
		if _, err := d.SQL().Exec(q); err != nil {
			t.Fatal(err)
		}
		vs, err := s.Verify(testkit.System())
		if err != nil || len(vs) == 0 {
			t.Errorf("%s went unnoticed: %v", q, err)
		}
		for _, back := range []string{
			"UPDATE rule_drafts SET decided_by = 'u-wang', state = 'published'", "UPDATE rule_set_current SET version = '2026-11-21.2'", "DELETE FROM rule_hit_days",
		} {
			if _, err := d.SQL().Exec(back); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, s)
	}
}

// The walk: three leads do whatever they like in any order; the desk never leaves its rules.
func TestDraft_walksOnlyItsStateTable(t *testing.T) {
	t.Parallel()
	names := []string{"li", "wang", "zhao"}
	rapid.Check(t, func(r *rapid.T) {
		d := testkit.SQLite(t)
		s, _ := desk(t, d)
		words := []rune("子丑寅卯辰巳午未申酉戌亥甲乙丙丁戊己庚辛壬癸")
		authors := map[string]bool{}
		state, published := ruleset.DraftState(""), "2026-11-21.1"
		everPublished := []string{published}
		base := published
		for range rapid.IntRange(1, 14).Draw(r, "steps") {
			who := rapid.SampledFrom(names).Draw(r, "who")
			ctx := lead(who)
			switch act := rapid.SampledFrom([]string{"save", "save", "broken", "submit", "approve", "approve", "send back", "withdraw", "discard", "roll back", "rebase"}).Draw(r, "act"); act {
			case "save", "broken":
				i := rapid.IntRange(0, len(words)-4).Draw(r, "word")
				text := rule("fraud.a", string(words[i:i+3]))
				if act == "broken" {
					text = strings.Replace(text, "miss: [您好]", "miss: ["+string(words[i:i+3])+"]", 1)
				}
				version := int64(0)
				if o, err := s.Open(ctx, "rule:fraud.a"); err == nil {
					version = o.Version
				}
				saved, err := s.Save(ctx, "rule:fraud.a", text, version)
				if state == ruleset.Submitted {
					if !errors.Is(err, ruleset.ErrSubmitted) {
						r.Fatalf("edited while submitted: %v", err)
					}
					continue
				}
				if err != nil || saved.Accepted != (act == "save") {
					r.Fatalf("save: %+v %v", saved, err)
				}
				if state == "" {
					base = published
				}
				state = ruleset.Open
				authors[who] = true
			case "submit":
				_, err := s.Submit(ctx, "理由")
				if err == nil {
					if state != ruleset.Open || base != published {
						r.Fatalf("submitted from %q over %s, published %s", state, base, published)
					}
					state = ruleset.Submitted
					authors[who] = true
				}
			case "approve":
				got, err := s.Approve(ctx)
				if err == nil {
					if state != ruleset.Submitted || authors[who] || base != published {
						r.Fatalf("%s approved from %q; authors %v", who, state, authors)
					}
					published, state, authors = got.PublishedVersion, "", map[string]bool{}
					everPublished = append(everPublished, published)
				} else if state == ruleset.Submitted && !authors[who] && base == published {
					r.Fatalf("%s may approve and could not: %v", who, err)
				}
			case "send back":
				if _, err := s.SendBack(ctx, "再看"); err == nil {
					if state != ruleset.Submitted || authors[who] {
						r.Fatalf("%s sent back from %q", who, state)
					}
					state = ruleset.Open
				}
			case "withdraw":
				if _, err := s.Withdraw(ctx); (err == nil) != (state == ruleset.Submitted) {
					r.Fatalf("withdrawn from %q: %v", state, err)
				} else if err == nil {
					state = ruleset.Open
				}
			case "discard":
				if _, err := s.Discard(ctx, "算了"); (err == nil) != (state == ruleset.Open) {
					r.Fatalf("discarded from %q: %v", state, err)
				} else if err == nil {
					state, authors = "", map[string]bool{}
				}
			case "roll back":
				to := rapid.SampledFrom(everPublished).Draw(r, "to")
				if err := s.RollBack(ctx, to, "误伤"); (err == nil) != (to != published) {
					r.Fatalf("rolled back from %s to %s: %v", published, to, err)
				}
				published = to
			case "rebase":
				if _, err := s.Rebase(ctx); (err == nil) != (state == ruleset.Open) {
					r.Fatalf("rebased in %q: %v", state, err)
				} else if err == nil {
					base = published
				}
			}
			c, err := s.Current(ctx)
			if err != nil || c.Version != published {
				r.Fatalf("published is %s, the desk says %v %v", published, c, err)
			}
		}
		vs, err := s.Verify(testkit.System())
		if err != nil || len(vs) > 0 {
			r.Fatalf("%v %v", vs, err)
		}
	})
}

// history is a past of one batch with many chunks; reading a chunk may fail.
type history struct {
	chunks, each int64
	fail         func(chunk int64) bool
	read         map[int64]int
}

func (h *history) Count(context.Context, caldate.Date, caldate.Date) (int64, int64, error) {
	return 1, h.chunks * h.each, nil
}

func (h *history) After(_ context.Context, _, _ caldate.Date, _ string, chunk int64) (*ruleset.PastChunk, error) {
	if chunk >= h.chunks {
		return nil, nil
	}
	return &ruleset.PastChunk{BatchID: "b1", Seq: chunk + 1, FirstSeq: chunk*h.each + 1, Count: h.each}, nil
}

func (h *history) Latest(context.Context, caldate.Date, caldate.Date, int) ([]ruleset.PastChunk, error) {
	return nil, nil
}

func (h *history) Read(_ context.Context, c ruleset.PastChunk, want func(int64) bool) ([]ruleset.PastMessage, error) {
	h.read[c.Seq]++
	if h.fail != nil && h.fail(c.Seq) {
		return nil, errors.New("the disk is away")
	}
	var out []ruleset.PastMessage
	for i := range c.Count {
		if want(i) {
			seq := c.FirstSeq + i
			text := fmt.Sprintf("第%d条：庚辛壬", seq)
			if seq%2 == 0 {
				text = fmt.Sprintf("第%d条：甲乙丙", seq)
			}
			out = append(out, ruleset.PastMessage{BatchID: "b1", Number: "B1", Seq: seq, Text: text, Message: screening.Message{Text: text}, Decided: ruleset.DecidedApproved})
		}
	}
	return out, nil
}

func TestBacktest_goesOnWhereItStoppedAndCountsEachMessageOnce(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	s, _ := desk(t, d)
	broken := true
	h := &history{chunks: 5, each: 100, read: map[int64]int{}, fail: func(c int64) bool { return broken && c == 3 }}
	s.Look(h)
	li := lead("li")
	if _, err := s.StartBacktest(li, caldate.MustParse("2026-11-01"), caldate.MustParse("2026-11-21"), 250); !errors.Is(err, ruleset.ErrNoDraft) {
		t.Fatal(err)
	}
	if _, err := s.Save(li, "rule:fraud.a", rule("fraud.a", "庚辛壬"), 0); err != nil {
		t.Fatal(err)
	}
	b, err := s.StartBacktest(li, caldate.MustParse("2026-11-01"), caldate.MustParse("2026-11-21"), 250)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := s.Work(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	// Killed; another server with a machine clock a little later goes on, and finds the disk back.
	c2, _ := testkit.Clock(t, "2026-11-21 09:02")
	other := ruleset.New(d, c2, trail.New(d, c2))
	other.Look(h)
	broken = false
	for {
		did, err := other.Work(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			break
		}
	}
	got, err := s.OneBacktest(li, b.ID)
	if err != nil || got.State != ruleset.BacktestDone || got.Done != 250 || got.Result.Messages != 250 {
		t.Fatalf("%+v %v", got, err)
	}
	sum := int64(0)
	for _, m := range got.Result.Moves {
		sum += m.Messages
	}
	if sum != 250 || got.Result.Changed != 250 {
		t.Errorf("%d counted, %d changed: %+v", sum, got.Result.Changed, got.Result.Moves)
	}
	if h.read[1] != 1 || h.read[3] != 2 {
		t.Errorf("chunks were read %v", h.read)
	}
	clean(t, s)
}

func TestBacktest_thatCannotReadEndsAsFailed(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-11-21 09:00")
	s := ruleset.New(d, c, trail.New(d, c))
	if _, err := s.Install(testkit.System(), someRules); err != nil {
		t.Fatal(err)
	}
	s.Look(&history{chunks: 2, each: 10, read: map[int64]int{}, fail: func(int64) bool { return true }})
	li := lead("li")
	if _, err := s.Save(li, "rule:fraud.a", rule("fraud.a", "庚辛壬"), 0); err != nil {
		t.Fatal(err)
	}
	b, err := s.StartBacktest(li, caldate.MustParse("2026-11-01"), caldate.MustParse("2026-11-21"), 10)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		if _, err := s.Work(context.Background()); err != nil {
			t.Fatal(err)
		}
		fake.Advance(10e9)
	}
	if got, err := s.OneBacktest(li, b.ID); err != nil || got.State != ruleset.BacktestFailed {
		t.Fatalf("%+v %v", got, err)
	}
	if err := s.CancelBacktest(li, b.ID); err != nil {
		t.Error("cancelling what is over:", err)
	}
}
