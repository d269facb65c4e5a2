package numbers_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"sealgate/configs"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/numbers"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

// owners are the contracts that ended and the signatures that stand no more.
type owners struct{ ended, fallen map[string]bool }

func (o owners) ContractEnded(_ context.Context, id string) (bool, error) { return o.ended[id], nil }
func (o owners) SignatureStands(_ context.Context, id string) (bool, error) {
	return !o.fallen[id], nil
}

func day(s string) caldate.Date { return caldate.MustParse(s) }

func pool(t testing.TB, p numbers.Pool, at string) (*numbers.Service, func(string)) {
	c, fake := testkit.Clock(t, at)
	d := testkit.DB(t)
	s := numbers.New(d, c, trail.New(d, c), p)
	return s, func(to string) { fake.Advance(day(to).At(9, 0).Sub(c.Now())) }
}

func clean(t testing.TB, s *numbers.Service) {
	t.Helper()
	if found, err := s.Verify(testkit.System()); err != nil || len(found) > 0 {
		t.Errorf("%+v %v", found, err)
	}
}

func TestAllot_givesAContractOneCode(t *testing.T) {
	t.Parallel()
	p, err := numbers.LoadPool(configs.FS)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := pool(t, p, "2026-10-01 09:00")
	allot := func(contractID string) string {
		code, err := s.Allot(testkit.System(), "c1", contractID)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	if a, b, again := allot("a"), allot("b"), allot("a"); a != "106900000001" || b != "106900000002" || again != a {
		t.Errorf("%s %s %s", a, b, again)
	}
	for _, n := range []int64{0, -1, 100_000_000} {
		if _, err := p.Code(n); !errors.Is(err, numbers.ErrEmpty) {
			t.Errorf("%d: %v", n, err)
		}
	}
	clean(t, s)
}

func TestFor_aNumberServesOneSignatureAtATime(t *testing.T) {
	t.Parallel()
	s, _ := pool(t, numbers.Pool{Prefix: "1069", Digits: 4, Extension: 1, CoolDownDays: 10}, "2026-10-01 09:00")
	ctx := testkit.System()
	if _, err := s.For(ctx, "k1", "s1"); !errors.Is(err, numbers.ErrNoBase) {
		t.Errorf("%v", err)
	}
	base, err := s.Allot(ctx, "c1", "k1")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct{ signature, want string }{{"s1", base}, {"s2", base + "1"}, {"s1", base}, {"s3", base + "2"}, {"s2", base + "1"}} {
		if got, err := s.For(ctx, "k1", k.signature); err != nil || got != k.want {
			t.Errorf("%s: %s %v", k.signature, got, err)
		}
	}
	for _, k := range []struct {
		code, contract, signature string
		want                      numbers.Standing
	}{
		{base, "k1", "s1", numbers.InOrder}, {base, "k1", "s2", numbers.OtherSign}, {base, "k2", "s1", numbers.NotAllotted}, {"1069", "k1", "s1", numbers.NotAllotted}, {base + "1", "k1", "s2", numbers.InOrder},
	} {
		if got, err := s.Standing(ctx, k.code, k.contract, k.signature); err != nil || got != k.want {
			t.Errorf("%s of %s for %s: %q %v", k.code, k.contract, k.signature, got, err)
		}
	}
	clean(t, s)
}

func TestRunDay_numbersRestBeforeSomebodyElseGetsThem(t *testing.T) {
	t.Parallel()
	s, to := pool(t, numbers.Pool{Prefix: "1069", Digits: 1, Extension: 1, CoolDownDays: 10}, "2026-10-01 09:00")
	ctx := testkit.System()
	for _, k := range []string{"k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9"} {
		if _, err := s.Allot(ctx, "c1", k); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.For(ctx, "k1", "s1"); err != nil {
		t.Fatal(err)
	}
	sub, err := s.For(ctx, "k1", "s2")
	if err != nil || sub != "106911" {
		t.Fatal(sub, err)
	}
	run := func(d string, o owners) {
		to(d)
		for range 2 {
			if err := s.RunDay(ctx, day(d), o); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, s)
	}
	run("2026-10-02", owners{fallen: map[string]bool{"s2": true}}) // its signature fell: the sub-number rests
	if got, _ := s.Standing(ctx, sub, "k1", "s2"); got != numbers.NotAllotted {
		t.Errorf("%s", got)
	}
	if got, err := s.For(ctx, "k1", "s3"); err != nil || got != "106912" {
		t.Errorf("%s %v", got, err)
	}
	run("2026-10-05", owners{ended: map[string]bool{"k2": true}})
	if _, err := s.Allot(ctx, "c9", "k10"); !errors.Is(err, numbers.ErrEmpty) {
		t.Errorf("given out while it rests: %v", err)
	}
	run("2026-10-14", owners{})
	if _, err := s.Allot(ctx, "c9", "k10"); !errors.Is(err, numbers.ErrEmpty) {
		t.Errorf("a day too soon: %v", err)
	}
	run("2026-10-15", owners{})
	if got, err := s.Allot(ctx, "c9", "k10"); err != nil || got != "10692" {
		t.Errorf("%s %v", got, err)
	}
	items, total, err := s.List(ctx, numbers.Query{States: []numbers.State{numbers.Free}, Limit: 10})
	if err != nil || total != 1 || items[0].Code != sub {
		t.Errorf("%+v %v", items, err)
	}
	if _, total, _ := s.List(actor.With(context.Background(), actor.Actor{UserID: "u", Scope: actor.Scope{CustomerID: "c9"}}), numbers.Query{Search: "106", Limit: 10}); total != 1 {
		t.Errorf("the list shows another customer's: %d", total)
	}
}

func TestNumbers_walk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s, to := pool(t, numbers.Pool{Prefix: "1069", Digits: 1, Extension: 1, CoolDownDays: 3}, "2026-10-01 09:00")
		o := owners{map[string]bool{}, map[string]bool{}}
		contracts, signatures, today := []string{"k1", "k2", "k3"}, []string{"s1", "s2", "s3"}, day("2026-10-01")
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			k, g := rapid.SampledFrom(contracts).Draw(rt, "contract"), rapid.SampledFrom(signatures).Draw(rt, "signature")
			var err error
			switch rapid.IntRange(0, 4).Draw(rt, "act") {
			case 0:
				_, err = s.Allot(testkit.System(), "c-"+k, k)
			case 1:
				_, err = s.For(testkit.System(), k, g)
			case 2:
				o.ended[k] = rapid.Bool().Draw(rt, "ended")
			case 3:
				o.fallen[g] = rapid.Bool().Draw(rt, "fallen")
			case 4:
				today = today.AddDays(rapid.IntRange(1, 3).Draw(rt, "days"))
				to(today.String())
				err = s.RunDay(testkit.System(), today, o)
			}
			if err != nil && !errors.Is(err, numbers.ErrEmpty) && !errors.Is(err, numbers.ErrSubEmpty) && !errors.Is(err, numbers.ErrNoBase) {
				rt.Fatal(err)
			}
			if found, err := s.Verify(testkit.System()); err != nil || len(found) > 0 {
				rt.Fatal(found, err)
			}
		}
	})
}
