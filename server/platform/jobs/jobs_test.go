package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/platform/jobs"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }

func TestRunDue_makesUpMissedDaysInOrderEachOnce(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-10-30 09:00")
	var did []string
	job := func(name string) jobs.Job {
		return jobs.Job{Name: name, Do: func(_ context.Context, day caldate.Date) (string, error) {
			did = append(did, fmt.Sprintf("%s %s", day.String()[5:], name))
			return "ok", nil
		}}
	}
	bills := job("bills")
	bills.Due = func(d caldate.Date) bool { return d.Day() == 1 }
	days := jobs.NewDays(d, c, jobs.NewLeases(d, c), []jobs.Job{bills, job("dunning")})

	// 30 Oct: first start owes only today, and only once.
	for range 2 {
		if _, err := days.RunDue(testkit.System(), c.Today()); err != nil {
			t.Fatal(err)
		}
	}
	// down until 2 Nov: the end of the month is made up, bills before dunning on the 1st.
	fake.Advance(3 * 24 * time.Hour)
	if _, err := days.RunDue(testkit.System(), c.Today()); err != nil {
		t.Fatal(err)
	}
	want := "10-30 dunning|10-31 dunning|11-01 bills|11-01 dunning|11-02 dunning"
	if got := strings.Join(did, "|"); got != want {
		t.Fatalf("\n got %s\nwant %s", got, want)
	}
}

func TestVerify_tellsJobsThatADayWithoutThemCountsAsDone(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-10-30 09:00")
	ok := func(context.Context, caldate.Date) (string, error) { return "ok", nil }
	table := []jobs.Job{
		{Name: "bills", Due: func(d caldate.Date) bool { return d.Day() == 1 }, Do: ok},
		{Name: "dunning", Do: ok},
	}
	missed := func(days *jobs.Days) (out string) {
		broken, err := days.Verify(testkit.System())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range broken {
			out += v.Object + " " + v.Detail + "|"
		}
		return out
	}
	run := func(days *jobs.Days, forward time.Duration) {
		fake.Advance(forward)
		if _, err := days.RunDue(testkit.System(), c.Today()); err != nil {
			t.Fatal(err)
		}
	}
	const aDay = 24 * time.Hour
	days := jobs.NewDays(d, c, jobs.NewLeases(d, c), table)
	run(days, 3*aDay)
	if got := missed(days); got != "" {
		t.Errorf("missed %s, want nothing", got)
	}
	run(jobs.NewDays(d, c, jobs.NewLeases(d, c), table[:1]), aDay) // a day is done without dunning
	newer := jobs.NewDays(d, c, jobs.NewLeases(d, c), append(table, jobs.Job{Name: "a job of a later version", Do: ok}))
	run(newer, aDay)
	if got, want := missed(newer), "day 2026-11-03 counts as done, but its job dunning was not finished|"; got != want {
		t.Errorf("missed %s, want %s", got, want)
	}
}

func TestRunDue_stopsAtAFailureAndGoesOnThere(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-01 00:05")
	broken, after := true, 0
	days := jobs.NewDays(d, c, jobs.NewLeases(d, c), []jobs.Job{
		{Name: "bills", Do: func(context.Context, caldate.Date) (string, error) {
			if broken {
				return "", errors.New("disk full")
			}
			return "ok", nil
		}},
		{Name: "dunning", Do: func(context.Context, caldate.Date) (string, error) { after++; return "ok", nil }},
	})
	if _, err := days.RunDue(testkit.System(), c.Today()); err == nil || after != 0 {
		t.Fatalf("dunning ran %d times after bills had failed (%v)", after, err)
	}
	broken = false
	if _, err := days.RunDue(testkit.System(), c.Today()); err != nil || after != 1 {
		t.Fatalf("after the cure dunning ran %d times (%v)", after, err)
	}
}

func TestRunDue_oneProcessAtATime(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-11-01 00:05")
	a, b := jobs.NewLeases(d, c), jobs.NewLeases(d, c)
	lease, ok, err := a.Acquire(testkit.System(), "daily-jobs", time.Minute)
	if err != nil || !ok {
		t.Fatal(err)
	}
	if _, ok, err := b.Acquire(testkit.System(), "daily-jobs", time.Minute); ok || err != nil {
		t.Fatalf("two hold one lease (%v)", err)
	}
	ran := 0
	days := jobs.NewDays(d, c, b, []jobs.Job{{Name: "x", Do: func(context.Context, caldate.Date) (string, error) { ran++; return "", nil }}})
	if _, err := days.RunDue(testkit.System(), c.Today()); err != nil || ran != 0 {
		t.Fatalf("ran %d times while another process held the lease (%v)", ran, err)
	}
	// The first process sleeps through the end of its lease: the second takes over, and the first is no holder any more.
	fake.Advance(2 * time.Minute)
	if _, err := days.RunDue(testkit.System(), c.Today()); err != nil || ran != 1 {
		t.Fatalf("ran %d times after the lease had ended (%v)", ran, err)
	}
	err = d.Run(testkit.System(), func(ctx context.Context) error {
		held, err := a.Hold(ctx, lease)
		if held {
			t.Error("a process that slept through its lease still counts as its holder")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRunOne_namesTheJobItDoesNotKnow(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-01 00:05")
	days := jobs.NewDays(d, c, jobs.NewLeases(d, c), nil)
	if _, err := days.RunOne(testkit.System(), "bils", day("2026-11-01")); !errors.Is(err, jobs.ErrNoSuchJob) {
		t.Fatal(err)
	}
}

func TestRunOne_runsNothingAsOfADayThatHasNotCome(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-01 00:05")
	var ran []string
	days := jobs.NewDays(d, c, jobs.NewLeases(d, c), []jobs.Job{{Name: "dunning", Do: func(_ context.Context, day caldate.Date) (string, error) {
		ran = append(ran, day.String())
		return "", nil
	}}})
	if _, err := days.RunOne(testkit.System(), "dunning", day("2026-11-02")); !errors.Is(err, jobs.ErrFutureDay) {
		t.Fatal(err)
	}
	for _, past := range []string{"2026-11-01", "2026-10-31"} {
		if _, err := days.RunOne(testkit.System(), "dunning", day(past)); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(ran, " "); got != "2026-11-01 2026-10-31" {
		t.Fatalf("ran as of %s", got)
	}
}

func TestRunDue_oneBadRecordDoesNotStopTheCalendar(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-01 00:05")
	tries, after := 0, 0
	days := jobs.NewDays(d, c, jobs.NewLeases(d, c), []jobs.Job{
		{Name: "contracts", GoesOn: true, Do: func(context.Context, caldate.Date) (string, error) {
			tries++
			return "", errors.New("contract c1: broken")
		}},
		{Name: "dunning", Do: func(context.Context, caldate.Date) (string, error) { after++; return "ok", nil }},
	})
	for range 2 { // it is tried again first: most failures pass
		if _, err := days.RunDue(testkit.System(), c.Today()); err == nil || after != 0 {
			t.Fatalf("dunning ran %d times after %d failures (%v)", after, tries, err)
		}
	}
	res, err := days.RunDue(testkit.System(), c.Today())
	if err != nil || after != 1 || tries != 3 {
		t.Fatalf("after %d tries dunning ran %d times (%v)", tries, after, err)
	}
	if !strings.Contains(res[0].Outcome, "contract c1") {
		t.Errorf("the outcome does not say what failed: %q", res[0].Outcome)
	}
	if _, err := days.RunDue(testkit.System(), c.Today()); err != nil || tries != 3 {
		t.Fatalf("the day was done again (%d tries, %v)", tries, err)
	}
}

func TestTryDue_givesTheLeaseBackAndTellsWhenAnotherHasIt(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-11-01 00:05")
	ran := 0
	table := []jobs.Job{{Name: "x", Do: func(context.Context, caldate.Date) (string, error) { ran++; return "", nil }}}
	one, two := jobs.NewDays(d, c, jobs.NewLeases(d, c), table), jobs.NewDays(d, c, jobs.NewLeases(d, c), table)
	if _, all, err := one.TryDue(testkit.System(), c.Today()); err != nil || !all {
		t.Fatal(all, err)
	}
	fake.Advance(24 * time.Hour) // the first one has given the lease back: the second need not wait
	if _, all, err := two.TryDue(testkit.System(), c.Today()); err != nil || !all || ran != 2 {
		t.Fatalf("all %v, ran %d times, %v", all, ran, err)
	}
	// One that was killed leaves it behind; it ends by itself.
	if _, ok, err := jobs.NewLeases(d, c).Acquire(testkit.System(), "daily-jobs", 20*time.Second); err != nil || !ok {
		t.Fatal(ok, err)
	}
	fake.Advance(19 * time.Second)
	if _, all, err := two.TryDue(testkit.System(), c.Today()); err != nil || all {
		t.Fatalf("all is done while another is at it: %v %v", all, err)
	}
	fake.Advance(2 * time.Second)
	if _, all, err := two.TryDue(testkit.System(), c.Today()); err != nil || !all {
		t.Fatal(all, err)
	}
}
