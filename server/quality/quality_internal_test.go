package quality

import (
	"testing"
	"time"

	"sealgate/server/announcement"
	"sealgate/server/caldate"
)

func at(s string) caldate.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, caldate.Shanghai)
	if err != nil {
		panic(err)
	}
	return caldate.InstantOf(t)
}

func TestWithin_isTheClassInWhichTheShareIsReached(t *testing.T) {
	t.Parallel()
	classes := []Class{{1, 49}, {2, 1}, {5, 40}, {60, 9}, {3600, 1}}
	for percent, want := range map[int64]int64{1: 1, 49: 1, 50: 2, 51: 5, 90: 5, 91: 60, 99: 60, 100: 3600} {
		if got := Within(classes, percent); got != want {
			t.Errorf("%d%%: %d s, want %d", percent, got, want)
		}
	}
	if Within(nil, 50) != 0 || Within([]Class{{1, 0}, {7, 1}}, 1) != 7 {
		t.Error("nothing took some time, or an empty class something")
	}
}

func TestShare_isRoundedDown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ delivered, failed, doubtful, want int64 }{{0, 0, 0, -1}, {99_999, 1, 0, 9999}, {1, 1, 2, 2500}, {5, 0, 0, 10_000}} {
		if got := (Figures{Delivered: c.delivered, Failed: c.failed, Doubtful: c.doubtful}).Share(); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

func TestTouching_cutsInterruptionsToTheMonthAndLeavesOthersOut(t *testing.T) {
	t.Parallel()
	all := []announcement.Announcement{
		{Number: "over the month's end", StartsAt: at("2026-10-31 22:00"), EndedAt: at("2026-11-01 02:00"), Kind: announcement.Planned},
		{Number: "of another carrier", StartsAt: at("2026-11-02 00:00"), EndedAt: at("2026-11-02 01:00"), Carriers: "ctcc"},
		{Number: "of another kind", StartsAt: at("2026-11-02 00:00"), EndedAt: at("2026-11-02 01:00"), Kinds: "maintenance"},
		{Number: "long, and our fault", StartsAt: at("2026-11-10 00:00"), EndedAt: at("2026-11-11 06:00"), Carriers: "cmcc", Fault: true},
		{Number: "not over", StartsAt: at("2026-11-30 23:00"), EndsAt: at("2026-11-30 23:30")},
	}
	got := touching(all, []string{"package"}, []string{"cmcc"}, caldate.MustParseMonth("2026-11"), at("2026-12-04 09:00"))
	want := []Outage{{Number: "over the month's end", Minutes: 120}, {Number: "long, and our fault", Minutes: 1800, CreditDays: 2}, {Number: "not over", Minutes: 60, Lasting: true}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.Number != w.Number || g.Minutes != w.Minutes || g.CreditDays != w.CreditDays || g.Lasting != w.Lasting {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
	if n := minutes(got); n != 1980 {
		t.Errorf("together %d minutes", n)
	}
}

func TestMinutes_countsSharedTimeOnce(t *testing.T) {
	t.Parallel()
	out := []Outage{{From: at("2026-11-01 10:00"), Until: at("2026-11-01 12:00")}, {From: at("2026-11-01 11:00"), Until: at("2026-11-01 11:30")}, {From: at("2026-11-01 09:30"), Until: at("2026-11-01 10:15")}}
	if n := minutes(out); n != 150 {
		t.Errorf("%d minutes", n)
	}
}

func TestPromise_comparesWithWhatTheAgreementsSay(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]Outage{
		"符合约定": {Planned: true}, "未满 72 小时前公告": {Planned: true, ShortNotice: true}, "超过 24 小时，按 2 日减免": {CreditDays: 2, ShortNotice: true},
	} {
		if got := o.promiseZh(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
