// Package workday knows the working days: the State Council's public holidays and make-up days, and what people have
// entered over them. See README.md.
package workday

import (
	"slices"

	"sealgate/server/caldate"
)

// Day is a special day with its reason.
type Day struct {
	Day    caldate.Date
	Worked bool   // false: off
	Name   string // 春节, 国庆节调休
	Source string // the announcement; for a day that a person entered, the person's reason
	// Entered days are those of the table; the others come with the program.
	Entered     bool
	EnteredBy   string
	EnteredName string
	EnteredAt   caldate.Instant
}

// Announced tells the years whose arrangement the program knows. For another year only weekends and what was entered
// count, and the page says so.
func Announced() []int {
	var years []int
	for _, a := range arrangements {
		years = append(years, a.year)
	}
	return years
}

// arrangement is one year's notice of the General Office of the State Council (国务院办公厅).
type arrangement struct {
	year   int
	source string
	off    []span   // public holidays with the weekend days that they join
	worked []worked // weekend days that are worked instead
}

type span struct{ name, from, to string }

type worked struct{ name, day string }

// arrangements as published; 2026: 国办发明电〔2025〕7号 of 2025-11-04, 2025: 国办发明电〔2024〕12号 of 2024-11-12.
var arrangements = []arrangement{
	{
		2025, "国办发明电〔2024〕12号",
		[]span{
			{"元旦", "2025-01-01", "2025-01-01"}, {"春节", "2025-01-28", "2025-02-04"}, {"清明节", "2025-04-04", "2025-04-06"},
			{"劳动节", "2025-05-01", "2025-05-05"}, {"端午节", "2025-05-31", "2025-06-02"}, {"国庆节、中秋节", "2025-10-01", "2025-10-08"},
		},
		[]worked{
			{"春节调休", "2025-01-26"}, {"春节调休", "2025-02-08"}, {"劳动节调休", "2025-04-27"}, {"国庆节调休", "2025-09-28"}, {"国庆节调休", "2025-10-11"},
		},
	},
	{
		2026, "国办发明电〔2025〕7号",
		[]span{
			{"元旦", "2026-01-01", "2026-01-03"}, {"春节", "2026-02-15", "2026-02-23"}, {"清明节", "2026-04-04", "2026-04-06"}, {"劳动节", "2026-05-01", "2026-05-05"},
			{"端午节", "2026-06-19", "2026-06-21"}, {"中秋节", "2026-09-25", "2026-09-27"}, {"国庆节", "2026-10-01", "2026-10-07"},
		},
		[]worked{
			{"元旦调休", "2026-01-04"}, {"春节调休", "2026-02-14"}, {"春节调休", "2026-02-28"}, {"劳动节调休", "2026-05-09"}, {"国庆节调休", "2026-09-20"}, {"国庆节调休", "2026-10-10"},
		},
	},
}

// official lists the announced days.
func official() (out []Day) {
	for _, a := range arrangements {
		for _, s := range a.off {
			for d, to := caldate.MustParse(s.from), caldate.MustParse(s.to); !d.After(to); d = d.AddDays(1) {
				out = append(out, Day{Day: d, Name: s.name, Source: a.source})
			}
		}
		for _, w := range a.worked {
			out = append(out, Day{Day: caldate.MustParse(w.day), Worked: true, Name: w.name, Source: a.source})
		}
	}
	return out
}

// Merged lays what was entered over what was announced, by day.
func Merged(entered []Day) []Day {
	byDay := map[caldate.Date]Day{}
	for _, d := range append(official(), entered...) {
		byDay[d.Day] = d
	}
	out := make([]Day, 0, len(byDay))
	for _, d := range byDay {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Day) int { return a.Day.Compare(b.Day) })
	return out
}

func calendar(days []Day) caldate.Workdays {
	special := make([]caldate.Special, len(days))
	for i, d := range days {
		special[i] = caldate.Special{Day: d.Day, Worked: d.Worked}
	}
	return caldate.NewWorkdays(special...)
}
