package caldate_test

import (
	"encoding/json"
	"testing"
	"time"

	"sealgate/server/caldate"
)

func TestParse_refusesDaysThatDoNotExist(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2026-02-29", "2026-13-01", "2026-11-31", "2026-1-1", "", "20261121", "2026-11-21T00:00:00Z", "二〇二六"} {
		if d, err := caldate.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", s, d)
		}
	}
	for _, s := range []string{"2028-02-29", "2026-11-21", "2026-12-31"} {
		if d, err := caldate.Parse(s); err != nil || d.String() != s {
			t.Errorf("Parse(%q) = %v, %v", s, d, err)
		}
	}
}

func TestOfTime_isTheDayInShanghai(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"2026-11-20T15:59:59Z": "2026-11-20",
		"2026-11-20T16:00:00Z": "2026-11-21",
	}
	for in, want := range cases {
		at, _ := time.Parse(time.RFC3339, in)
		if got := caldate.OfTime(at).String(); got != want {
			t.Errorf("%s falls on %s, want %s", in, got, want)
		}
	}
}

func TestMonth_dayBeyondItsEndIsItsLastDay(t *testing.T) {
	t.Parallel()
	if got := caldate.MustParseMonth("2026-11").Day(31).String(); got != "2026-11-30" {
		t.Error(got)
	}
	if got := caldate.MustParseMonth("2028-02").Last().String(); got != "2028-02-29" {
		t.Error(got)
	}
	if got := caldate.MustParseMonth("2026-12").Next().String(); got != "2027-01" {
		t.Error(got)
	}
	if _, err := caldate.ParseMonth("2026-13"); err == nil {
		t.Error("month 13 accepted")
	}
}

func TestDate_arithmetic(t *testing.T) {
	t.Parallel()
	// 26 November + 60 days is 25 January (billing.md: clocks of N days).
	if got := caldate.MustParse("2026-11-26").AddDays(60).String(); got != "2027-01-25" {
		t.Error(got)
	}
	if got := caldate.MustParse("2028-02-29").AddYears(1).String(); got != "2029-02-28" {
		t.Error(got)
	}
	if got := caldate.MustParse("2027-01-01").Sub(caldate.MustParse("2026-11-01")); got != 61 {
		t.Error(got)
	}
}

func TestJSONAndSQL_keepDatesAndInstants(t *testing.T) {
	t.Parallel()
	type rec struct {
		D caldate.Date    `json:"d"`
		I caldate.Instant `json:"i"`
	}
	in := rec{caldate.MustParse("2026-11-21"), caldate.InstantOf(time.Date(2026, 11, 21, 9, 30, 0, 123e6, caldate.Shanghai))}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"d":"2026-11-21","i":"2026-11-21T09:30:00.123+08:00"}` {
		t.Fatalf("%s %v", b, err)
	}
	var out rec
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Fatalf("%+v %v", out, err)
	}
	v, _ := in.D.Value()
	var d caldate.Date
	if err := d.Scan(v); err != nil || d != in.D {
		t.Fatalf("%v %v", d, err)
	}
}
