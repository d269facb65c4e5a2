package carrier_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/carrier"
	"sealgate/server/platform/clock"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

func open(t *testing.T) (*carrier.Service, clock.Clock) {
	t.Helper()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-10-12 10:00")
	return carrier.New(d, c, trail.New(d, c), []string{"notice", "marketing"}), c
}

func good() carrier.Order {
	return carrier.Order{Carrier: "cmcc", Measure: carrier.PerDay, Volume: 100, GivenBy: "省公司", Reference: "传真 3 号", Reason: "保障"}
}

func TestGive_holdsUntilItsTimeIsOverOrSomebodyLiftsIt(t *testing.T) {
	t.Parallel()
	s, c := open(t)
	timed := good()
	timed.UntilAt = c.Instant().Add(time.Hour)
	if _, err := s.Give(testkit.As("lead"), timed); err != nil {
		t.Fatal(err)
	}
	o, err := s.Give(testkit.As("lead"), good())
	if err != nil {
		t.Fatal(err)
	}
	live := func() int {
		os, err := s.Live(testkit.System())
		if err != nil {
			t.Fatal(err)
		}
		return len(os)
	}
	if live() != 2 {
		t.Fatalf("%d in force", live())
	}
	c.SetOffset(time.Hour)
	if live() != 1 {
		t.Errorf("an hour later %d in force", live())
	}
	if _, err := s.Lift(testkit.As("lead"), o.ID, " "); !errors.Is(err, carrier.ErrReason) {
		t.Errorf("without grounds: %v", err)
	}
	if _, err := s.Lift(testkit.As("lead"), o.ID, "恢复"); err != nil || live() != 0 {
		t.Errorf("lifted: %v, %d in force", err, live())
	}
	if _, err := s.Lift(testkit.As("lead"), o.ID, "恢复"); !errors.Is(err, carrier.ErrNoOrder) {
		t.Errorf("twice: %v", err)
	}
	if os, err := s.Orders(testkit.System()); err != nil || len(os) != 2 {
		t.Errorf("the past: %v %v", os, err)
	}
}

func TestGive_refusesWhatNobodyCouldObey(t *testing.T) {
	t.Parallel()
	s, c := open(t)
	for name, x := range map[string]struct {
		change func(o *carrier.Order)
		want   error
	}{
		"no carrier":       {func(o *carrier.Order) { o.Carrier = "vodafone" }, carrier.ErrCarrier},
		"no measure":       {func(o *carrier.Order) { o.Measure = "less" }, carrier.ErrMeasure},
		"stop with volume": {func(o *carrier.Order) { o.Measure = carrier.Stop }, carrier.ErrMeasure},
		"no volume":        {func(o *carrier.Order) { o.Volume = 0 }, carrier.ErrMeasure},
		"less than none":   {func(o *carrier.Order) { o.Volume = -1 }, carrier.ErrMeasure},
		"no category":      {func(o *carrier.Order) { o.Category = "jokes" }, carrier.ErrCategory},
		"over already":     {func(o *carrier.Order) { o.UntilAt = c.Instant() }, carrier.ErrUntil},
		"from nobody":      {func(o *carrier.Order) { o.GivenBy = "" }, carrier.ErrWords},
		"a novel":          {func(o *carrier.Order) { o.Reason = strings.Repeat("长", 501) }, carrier.ErrWords},
	} {
		o := good()
		x.change(&o)
		if _, err := s.Give(testkit.As("lead"), o); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPublish_aNewVersionWantsToBeReadAnew(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	rule := carrier.Rule{Carrier: "cucc", Title: "接入规范", Body: "每日不超过五万条。", Source: "2026 年 8 号", InForceOn: caldate.MustParse("2026-10-01")}
	first, err := s.Publish(testkit.As("lead"), rule)
	if err != nil || first.Version != 1 {
		t.Fatal(first, err)
	}
	reader := testkit.As("li")
	for range 2 { // twice is once
		if err := s.Acknowledge(reader, first.ID); err != nil {
			t.Fatal(err)
		}
	}
	second, err := s.Publish(testkit.As("lead"), rule)
	if err != nil || second.Version != 2 {
		t.Fatal(second, err)
	}
	if err := s.Acknowledge(reader, first.ID); !errors.Is(err, carrier.ErrOldRule) {
		t.Errorf("the old one: %v", err)
	}
	rules, err := s.Rules(reader)
	if err != nil || len(rules) != 2 || !rules[0].Newest || rules[0].Mine || rules[1].Newest || !rules[1].Mine || len(rules[1].Acks) != 1 {
		t.Errorf("%+v %v", rules, err)
	}
	rule.Body = ""
	if _, err := s.Publish(testkit.As("lead"), rule); !errors.Is(err, carrier.ErrRule) {
		t.Errorf("without a text: %v", err)
	}
	if err := s.Acknowledge(reader, "nowhere"); !errors.Is(err, carrier.ErrNoRule) {
		t.Errorf("nothing: %v", err)
	}
}
