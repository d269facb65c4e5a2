package handoff_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sealgate/server/handoff"
)

func TestStatus_anEndIsAnEndAndNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	const first, last = handoff.NotApproved, handoff.SkippedFrequency
	for s := first; s <= last; s++ {
		for n := first; n <= last; n++ {
			can := s.CanBecome(n)
			switch {
			case can && n == handoff.Handing && s != handoff.Waiting:
				t.Errorf("%s may be sent (again)", s)
			case can && n == handoff.Waiting && s != handoff.Handing:
				t.Errorf("%s may go back to waiting", s)
			case can && (s == handoff.Delivered || s == handoff.Failed || s == handoff.NotApproved || s.Skipped()):
				t.Errorf("%s is an end and may become %s", s, n)
			}
		}
	}
	for _, c := range []struct {
		from, to handoff.Status
		want     bool
	}{
		{handoff.Handing, handoff.Delivered, true}, // the receipt was faster than the engine's answer
		{handoff.Unknown, handoff.Delivered, true}, // a late receipt settles it
		{handoff.Expired, handoff.Delivered, true}, // after 72 hours, still charged
		{handoff.Unknown, handoff.Waiting, false},  // never again by itself
		{handoff.Delivered, handoff.Failed, false}, {handoff.Failed, handoff.Delivered, false}, {handoff.Waiting, handoff.Delivered, false},
	} {
		if c.from.CanBecome(c.to) != c.want {
			t.Errorf("%s → %s: want %v", c.from, c.to, c.want)
		}
	}
}

func TestBlock_talliesEveryMessageOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "messages")
		approved := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "approved")
		want := int64(0)
		for _, a := range approved {
			if a {
				want++
			}
		}
		b := handoff.NewBlock(n, func(i int) bool { return approved[i] })
		for range rapid.IntRange(0, 50).Draw(t, "moves") {
			if n == 0 {
				break
			}
			i := rapid.IntRange(0, n-1).Draw(t, "message")
			from := b.At(i)
			to := handoff.Status(rapid.IntRange(0, 12).Draw(t, "to"))
			if moved := b.Move(i, to); moved != from.CanBecome(to) {
				t.Fatalf("%s → %s moved: %v", from, to, moved)
			}
		}
		c := b.Tally()
		sum := int64(0)
		for s, k := range c {
			if k != int64(b.Count(handoff.Status(s))) {
				t.Fatalf("%s: tally %d, count %d", handoff.Status(s), k, b.Count(handoff.Status(s)))
			}
			sum += k
		}
		if sum != int64(n) || c.Approved() != want {
			t.Fatalf("%d messages, %d approved; tally has %d and %d", n, want, sum, c.Approved())
		}
	})
}

func TestFacts_keepCarrierAndParts(t *testing.T) {
	t.Parallel()
	for _, carrier := range []string{"", "cmcc", "cucc", "ctcc", "cbn"} {
		for _, parts := range []int{1, 2, 31} {
			b, err := handoff.Fact(carrier, parts)
			if err != nil {
				t.Fatal(err)
			}
			if f := (handoff.Facts{b}); f.Carrier(0) != carrier || f.Parts(0) != parts {
				t.Errorf("%s %d came back as %s %d", carrier, parts, f.Carrier(0), f.Parts(0))
			}
		}
	}
	for _, parts := range []int{0, -1, 32} {
		if _, err := handoff.Fact("cmcc", parts); err == nil {
			t.Errorf("%d parts were taken", parts)
		}
	}
}

func TestFill_neverGivesMoreThanASecondsWorth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tokens, rate int64
		since        time.Duration
		want         int64
	}{{0, 100, time.Second, 100}, {0, 100, time.Hour, 100}, {50, 100, 100 * time.Millisecond, 60}, {100, 100, time.Second, 100}, {0, 100, 0, 0}, {0, 100, -time.Hour, 0}} {
		if got := handoff.Fill(c.tokens, c.rate, c.since); got != c.want {
			t.Errorf("%d tokens, %d a second, after %s: %d, want %d", c.tokens, c.rate, c.since, got, c.want)
		}
	}
}

func TestParseKey_takesOnlyKeysOfOurs(t *testing.T) {
	t.Parallel()
	id, seq, err := handoff.ParseKey(handoff.Key("d2k1", 1_000_000))
	if err != nil || id != "d2k1" || seq != 1_000_000 {
		t.Errorf("%s %d %v", id, seq, err)
	}
	for _, k := range []string{"", "-", "a", "a-", "-1", "a-01", "a--1", "a-1-2", "a-1e3", "a-99999999999999999999", "0123456789012345678901234567890123-1"} {
		if _, _, err := handoff.ParseKey(k); err == nil {
			t.Errorf("key %q was taken", k)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("d2k1-17")
	f.Fuzz(func(t *testing.T, k string) {
		id, seq, err := handoff.ParseKey(k)
		if err == nil && handoff.Key(id, seq) != k {
			t.Errorf("%q is read as %s and %d", k, id, seq)
		}
	})
}
