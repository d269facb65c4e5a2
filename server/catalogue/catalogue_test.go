package catalogue_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/catalogue"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

type shelf struct {
	*catalogue.Service
	fake *clockwork.FakeClock
}

func open(t *testing.T) *shelf {
	t.Helper()
	c, fake := testkit.Clock(t, "2026-11-20 09:00")
	d := testkit.DB(t)
	return &shelf{catalogue.New(d, c, trail.New(d, c)), fake}
}

func lead() context.Context  { return testkit.As("lead", "sales_lead") }
func chief() context.Context { return testkit.As("chief", "finance_lead") }

var december = caldate.MustParse("2026-12-01")

func rent(yuan string) plan.Patch {
	f := money.MustYuan(yuan)
	return plan.Patch{Rent: &f}
}

func (s *shelf) created(t *testing.T) (*catalogue.Plan, *catalogue.Version) {
	t.Helper()
	p, v, err := s.Create(lead(), catalogue.Input{Code: "PKG-200", Name: "包月 200 元", Kind: plan.KindPackage}, rent("200.00"), december, "大客户套餐")
	if err != nil {
		t.Fatal(err)
	}
	return p, v
}

func TestInstall_givesEveryKindOfAgreementAPresetOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	for range 2 {
		if err := s.Install(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	offers, err := s.List(testkit.System(), "")
	if err != nil || len(offers) != len(plan.Kinds) {
		t.Fatalf("%d plans, %v", len(offers), err)
	}
	seen := map[plan.Kind]bool{}
	for _, o := range offers {
		v, ok := catalogue.OnOffer(o.Versions, caldate.MustParse("2026-11-20"))
		if !ok || len(v.Terms.Check()) > 0 || v.Terms.Kind != o.Kind {
			t.Errorf("%s: on offer %v, %v", o.Code, ok, v.Terms.Check())
		}
		seen[o.Kind] = true
	}
	if len(seen) != len(plan.Kinds) {
		t.Errorf("kinds with a preset: %v", seen)
	}
}

func TestPublish_needsASecondPerson(t *testing.T) {
	t.Parallel()
	s := open(t)
	p, v := s.created(t)
	if _, err := s.Publish(chief(), v.ID); !errors.Is(err, catalogue.ErrState) {
		t.Errorf("a draft was published: %v", err)
	}
	if _, err := s.Submit(lead(), v.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(lead(), v.ID); !errors.Is(err, catalogue.ErrOwn) {
		t.Errorf("the author published it: %v", err)
	}
	if _, err := s.SendBack(lead(), v.ID, "算了"); !errors.Is(err, catalogue.ErrOwn) {
		t.Errorf("the author sent it back: %v", err)
	}
	if _, err := s.Revise(lead(), p.ID, rent("1.00"), december, "改价"); !errors.Is(err, catalogue.ErrOpen) {
		t.Errorf("changed under the reader's eyes: %v", err)
	}
	if got, err := s.Publish(chief(), v.ID); err != nil || got.State != catalogue.Published || got.DecidedBy != "u-chief" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestSignable_isWhatIsOnOfferThatDay(t *testing.T) {
	t.Parallel()
	s := open(t)
	p, v := s.created(t)
	sign := func(id string, k plan.Kind) error { _, _, err := s.Signable(lead(), id, k); return err }
	if err := sign(v.ID, plan.KindPackage); !errors.Is(err, catalogue.ErrNotYet) {
		t.Errorf("a draft: %v", err)
	}
	_, _ = s.Submit(lead(), v.ID)
	_, _ = s.Publish(chief(), v.ID)
	if err := sign(v.ID, plan.KindPackage); !errors.Is(err, catalogue.ErrNotYet) {
		t.Errorf("before its day: %v", err)
	}
	s.fake.Advance(december.At(9, 0).Sub(s.fake.Now()))
	terms, label, err := s.Signable(lead(), v.ID, plan.KindPackage)
	if err != nil || label != "PKG-200 v1" || terms.Rent != 200_00 {
		t.Errorf("%s %s %v", label, terms.Rent, err)
	}
	if err := sign(v.ID, plan.KindPort); !errors.Is(err, catalogue.ErrKind) {
		t.Errorf("another kind: %v", err)
	}
	second, err := s.Revise(lead(), p.ID, rent("220.00"), caldate.MustParse("2027-01-01"), "新年调价")
	if err != nil || second.Number != 2 || second.Terms.Rent != 220_00 {
		t.Fatalf("%+v %v", second, err)
	}
	if _, before, _ := s.Of(lead(), v.ID); before.Terms.Rent != 200_00 || before.State != catalogue.Published {
		t.Errorf("the published version changed: %+v", before)
	}
	if _, err := s.Withdraw(chief(), p.ID, true, "不再销售"); err != nil {
		t.Fatal(err)
	}
	if err := sign(v.ID, plan.KindPackage); !errors.Is(err, catalogue.ErrWithdrawn) {
		t.Errorf("withdrawn: %v", err)
	}
}

func TestOnOffer_isTheNewestPublishedOneThatIsValid(t *testing.T) {
	t.Parallel()
	v := func(n int, st catalogue.State, from string) catalogue.Version {
		return catalogue.Version{Number: n, State: st, ValidFrom: caldate.MustParse(from)}
	}
	all := []catalogue.Version{v(4, catalogue.Draft, "2026-01-01"), v(3, catalogue.Published, "2026-12-01"), v(2, catalogue.Published, "2026-06-01"), v(1, catalogue.Published, "2026-01-01")}
	for day, want := range map[string]int{"2025-12-31": 0, "2026-01-01": 1, "2026-06-01": 2, "2026-11-30": 2, "2026-12-01": 3} {
		got, ok := catalogue.OnOffer(all, caldate.MustParse(day))
		if got.Number != want || ok != (want > 0) {
			t.Errorf("%s: version %d, want %d", day, got.Number, want)
		}
	}
}

func TestCreate_saysWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.created(t)
	negative := money.Fen(-1)
	for name, k := range map[string]struct {
		in    catalogue.Input
		patch plan.Patch
		from  caldate.Date
		note  string
		want  string
	}{
		"code":       {catalogue.Input{Code: "小包", Name: "x", Kind: plan.KindPackage}, rent("1.00"), december, "x", "code"},
		"name":       {catalogue.Input{Code: "A1", Name: " ", Kind: plan.KindPackage}, rent("1.00"), december, "x", "name"},
		"kind":       {catalogue.Input{Code: "A1", Name: "x", Kind: "lunch"}, rent("1.00"), december, "x", "kind"},
		"terms":      {catalogue.Input{Code: "A1", Name: "x", Kind: plan.KindPackage}, plan.Patch{Rent: &negative}, december, "x", "terms.rent_fen"},
		"no price":   {catalogue.Input{Code: "A1", Name: "x", Kind: plan.KindPrepaid}, plan.Patch{}, december, "x", "terms.price"},
		"past":       {catalogue.Input{Code: "A1", Name: "x", Kind: plan.KindPackage}, rent("1.00"), caldate.MustParse("2026-11-19"), "x", "valid_from"},
		"no reason":  {catalogue.Input{Code: "A1", Name: "x", Kind: plan.KindPackage}, rent("1.00"), december, "", "note"},
		"same code":  {catalogue.Input{Code: "PKG-200", Name: "x", Kind: plan.KindPackage}, rent("1.00"), december, "x", ""},
		"from never": {catalogue.Input{Code: "A1", Name: "x", Kind: plan.KindPackage}, rent("1.00"), caldate.Date{}, "x", "valid_from"},
	} {
		_, _, err := s.Create(lead(), k.in, k.patch, k.from, k.note)
		e := errs.As(err)
		switch {
		case e == nil:
			t.Errorf("%s: taken (%v)", name, err)
		case k.want == "" && !errors.Is(err, catalogue.ErrCode):
			t.Errorf("%s: %v", name, err)
		case k.want != "":
			found := false
			for _, f := range e.Fields {
				found = found || f.Field == k.want
			}
			if !found {
				t.Errorf("%s: fields %v, want %s", name, e.Fields, k.want)
			}
		}
	}
}

// A random life of one plan: numbers stay dense, at most one version is open, nothing that was published ever changes.
func TestVersions_keepTheirPromisesWhateverPeopleDo(t *testing.T) {
	t.Parallel()
	s := open(t)
	made, _ := s.created(t)
	rapid.Check(t, func(r *rapid.T) {
		who := rapid.SampledFrom([]context.Context{lead(), chief()})
		published := map[string]money.Fen{}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			o, err := s.Get(lead(), made.ID)
			if err != nil {
				r.Fatal(err)
			}
			newest := o.Versions[0]
			ctx := who.Draw(r, "who")
			switch rapid.IntRange(0, 4).Draw(r, "act") {
			case 0:
				_, _ = s.Revise(ctx, made.ID, rent(money.Fen(rapid.Int64Range(1, 1e6).Draw(r, "rent")).Yuan()), december, "调价")
			case 1:
				_, _ = s.Submit(ctx, newest.ID)
			case 2:
				if v, err := s.Publish(ctx, newest.ID); err == nil && v.CreatedBy == v.DecidedBy {
					r.Fatal("published by its author")
				}
			case 3:
				_, _ = s.SendBack(ctx, newest.ID, "太贵")
			case 4:
				_, _ = s.Drop(ctx, newest.ID)
			}
			o, err = s.Get(lead(), made.ID)
			if err != nil {
				r.Fatal(err)
			}
			open := 0
			for i, v := range o.Versions {
				if v.Number != len(o.Versions)-i {
					r.Fatalf("numbers are not dense: %d at %d of %d", v.Number, i, len(o.Versions))
				}
				if v.State == catalogue.Draft || v.State == catalogue.Submitted {
					open++
				}
				if was, ok := published[v.ID]; ok && (was != v.Terms.Rent || v.State != catalogue.Published) {
					r.Fatalf("version %d changed after it was published", v.Number)
				}
				if v.State == catalogue.Published {
					published[v.ID] = v.Terms.Rent
				}
			}
			if open > 1 {
				r.Fatalf("%d versions are open", open)
			}
		}
	})
}
