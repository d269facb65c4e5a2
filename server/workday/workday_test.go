package workday_test

import (
	"errors"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/testkit"
	"sealgate/server/trail"
	"sealgate/server/workday"
)

func newService(t testing.TB) *workday.Service {
	t.Helper()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-21 09:00")
	return workday.New(d, c, trail.New(d, c))
}

// The arrangement of 2026 as announced on 2025-11-04, written out: weekdays off, and weekend days worked.
func TestCalendar_isTheArrangementOf2026(t *testing.T) {
	t.Parallel()
	w, err := newService(t).Calendar(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	differs := map[string]bool{}
	for _, d := range []string{
		"2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23", "2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25",
		"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07",
		"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
	} {
		differs[d] = true
	}
	worked := 0
	for d := caldate.MustParse("2026-01-01"); d.Year() == 2026; d = d.AddDays(1) {
		if w.Has(d) {
			worked++
		}
		if w.Has(d) == caldate.Weekend(d) != differs[d.String()] {
			t.Errorf("%s is a working day: %v", d, w.Has(d))
		}
	}
	if worked != 248 { // 261 weekdays − 19 off + 6 worked
		t.Errorf("2026 has %d working days", worked)
	}
}

func TestEnter_correctsAYearAndCanBeTakenBack(t *testing.T) {
	t.Parallel()
	s, who := newService(t), testkit.As("admin", "system_admin")
	entries := []workday.Entry{
		{Day: caldate.MustParse("2027-01-01"), Name: "元旦", Reason: "2027 年安排"},
		{Day: caldate.MustParse("2027-01-03"), Worked: true, Name: "元旦调休", Reason: "2027 年安排"},
	}
	if err := s.Enter(who, entries); err != nil {
		t.Fatal(err)
	}
	if err := s.Enter(who, entries); err != nil { // again: nothing doubles
		t.Fatal(err)
	}
	days, announced, err := s.Year(who, 2027)
	if err != nil || announced || len(days) != 2 || !days[0].Entered || days[0].EnteredName != "admin" {
		t.Fatalf("%+v %v %v", days, announced, err)
	}
	w, _ := s.Calendar(who)
	if w.Has(caldate.MustParse("2027-01-01")) || !w.Has(caldate.MustParse("2027-01-03")) {
		t.Error("what was entered does not count")
	}
	if err := s.Withdraw(who, caldate.MustParse("2027-01-01"), "登记错误"); err != nil {
		t.Fatal(err)
	}
	if w, _ = s.Calendar(who); !w.Has(caldate.MustParse("2027-01-01")) {
		t.Error("what was withdrawn counts")
	}
	if err := s.Withdraw(who, caldate.MustParse("2027-01-01"), "再次"); !errors.Is(err, workday.ErrNotFound) {
		t.Error(err)
	}
}

func TestEnter_refusesWhatSaysNothing(t *testing.T) {
	t.Parallel()
	s, who := newService(t), testkit.As("admin", "system_admin")
	ok := workday.Entry{Day: caldate.MustParse("2027-01-01"), Name: "元旦", Reason: "安排"}
	for name, change := range map[string]func(*workday.Entry){
		"a worked weekday": func(e *workday.Entry) { e.Worked = true },
		"no reason":        func(e *workday.Entry) { e.Reason = " " },
		"no name":          func(e *workday.Entry) { e.Name = "" },
		"no day":           func(e *workday.Entry) { e.Day = caldate.Date{} },
		"long ago":         func(e *workday.Entry) { e.Day = caldate.MustParse("1999-01-01") },
	} {
		e := ok
		change(&e)
		if err := s.Enter(who, []workday.Entry{e}); !errors.Is(err, workday.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Enter(who, nil); !errors.Is(err, workday.ErrInvalid) {
		t.Error("nothing was entered:", err)
	}
	if days, _, _ := s.Year(who, 2027); len(days) != 0 {
		t.Error("something was kept")
	}
}
