package caldate_test

import (
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
)

// calendar of the days around the National Day of 2026: off from 1 to 7 October, worked on 20 September and 10 October.
func calendar() caldate.Workdays {
	var days []caldate.Special
	for d := 1; d <= 7; d++ {
		days = append(days, caldate.Special{Day: caldate.New(2026, 10, d)})
	}
	return caldate.NewWorkdays(append(days, caldate.Special{Day: caldate.MustParse("2026-09-20"), Worked: true}, caldate.Special{Day: caldate.MustParse("2026-10-10"), Worked: true})...)
}

func TestWorkdays_knowsWeekendsHolidaysAndMakeUpDays(t *testing.T) {
	t.Parallel()
	w := calendar()
	for day, want := range map[string]bool{
		"2026-09-18": true, "2026-09-19": false, "2026-09-20": true, "2026-09-30": true, "2026-10-01": false, "2026-10-07": false, "2026-10-08": true, "2026-10-10": true, "2026-10-11": false,
	} {
		if got := w.Has(caldate.MustParse(day)); got != want {
			t.Errorf("%s is a working day: %v", day, got)
		}
	}
	if (caldate.Workdays{}).Has(caldate.MustParse("2026-09-20")) {
		t.Error("without a table, a Sunday is worked")
	}
}

func TestAfter_countsThreeWorkingDays(t *testing.T) {
	t.Parallel()
	w := calendar()
	for _, x := range []struct{ from, due string }{
		{"2026-09-14", "2026-09-17"}, // Monday → Thursday
		{"2026-09-17", "2026-09-21"}, // Thursday → Friday, the worked Sunday, Monday
		{"2026-09-29", "2026-10-09"}, // Tuesday → Wednesday, then the holiday, Thursday, Friday
		{"2026-09-30", "2026-10-10"}, // Wednesday → Thursday, Friday, the worked Saturday
		{"2026-10-03", "2026-10-10"}, // in the middle of the holiday
		{"2026-10-10", "2026-10-14"}, // the worked Saturday itself does not count
	} {
		if got := w.After(caldate.MustParse(x.from), 3); got.String() != x.due {
			t.Errorf("3 working days after %s: %s, want %s", x.from, got, x.due)
		}
	}
	if d := caldate.MustParse("2026-10-03"); w.After(d, 0) != d {
		t.Error("0 working days move")
	}
}

func TestOnOrAfter_movesADayOffToTheNextWorkingDay(t *testing.T) {
	t.Parallel()
	w := calendar()
	for from, want := range map[string]string{"2026-09-30": "2026-09-30", "2026-10-01": "2026-10-08", "2026-10-11": "2026-10-12"} {
		if got := w.OnOrAfter(caldate.MustParse(from)); got.String() != want {
			t.Errorf("%s → %s, want %s", from, got, want)
		}
	}
}

func TestAfter_andBetweenAgreeWhateverTheTable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var days []caldate.Special
		base := caldate.MustParse("2026-01-01")
		for i := range rapid.IntRange(0, 40).Draw(t, "special") {
			days = append(days, caldate.Special{Day: base.AddDays(rapid.IntRange(0, 365).Draw(t, "day")), Worked: i%2 == 0})
		}
		w := caldate.NewWorkdays(days...)
		from, n := base.AddDays(rapid.IntRange(0, 300).Draw(t, "from")), rapid.IntRange(1, 30).Draw(t, "n")
		due := w.After(from, n)
		if !w.Has(due) || w.Between(from, due) != n {
			t.Fatalf("%d working days after %s: %s, which is %d", n, from, due, w.Between(from, due))
		}
	})
}
