package watch_test

import (
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/watch"
)

func preset(c watch.Code) watch.Rule {
	for _, r := range watch.Presets() {
		if r.Code == c {
			return r
		}
	}
	panic(c)
}

func TestJudge_everyRuleAtItsThreshold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		code watch.Code
		f    watch.Figures
		want bool
	}{
		{"five times the usual", watch.Volume, watch.Figures{Submitted: 50_000, Past: 100_000, PastDays: 10}, true},
		{"a little less", watch.Volume, watch.Figures{Submitted: 49_999, Past: 100_000, PastDays: 10}, false},
		{"many times of very little", watch.Volume, watch.Figures{Submitted: 9_999, Past: 100, PastDays: 10}, false},
		{"a large first day", watch.Volume, watch.Figures{Submitted: 100_000}, true},
		{"an ordinary first day", watch.Volume, watch.Figures{Submitted: 99_999}, false},
		{"three in ten refused", watch.Refused, watch.Figures{Submitted: 1000, Refused: 300}, true},
		{"less", watch.Refused, watch.Figures{Submitted: 1000, Refused: 299}, false},
		{"of too few", watch.Refused, watch.Figures{Submitted: 999, Refused: 999}, false},
		{"nothing at all", watch.Refused, watch.Figures{}, false},
		{"three in ten failed", watch.Failed, watch.Figures{Delivered: 700, Failed: 300}, true},
		{"fewer failed", watch.Failed, watch.Figures{Delivered: 701, Failed: 299}, false},
		{"too few receipts", watch.Failed, watch.Figures{Failed: 999}, false},
		{"a hundred at night", watch.Night, watch.Figures{Night: 100}, true},
		{"fewer at night", watch.Night, watch.Figures{Night: 99}, false},
		{"a list three times as long", watch.Recipients, watch.Figures{List: 9_000, PastList: 3_000}, true},
		{"a list twice as long", watch.Recipients, watch.Figures{List: 8_000, PastList: 3_000}, false},
		{"three times as long, yet few more", watch.Recipients, watch.Figures{List: 3_000, PastList: 1_000}, false},
		{"a first list", watch.Recipients, watch.Figures{List: 9_000}, false},
	} {
		got, evidence := preset(c.code).Judge(c.f)
		if got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if got && len(evidence) < 2 {
			t.Errorf("%s: no evidence", c.name)
		}
	}
	off := preset(watch.Refused)
	off.Enabled = false
	if hit, _ := off.Judge(watch.Figures{Submitted: 1000, Refused: 1000}); hit {
		t.Error("a rule that is off found something")
	}
}

func TestFor_aCustomersOwnThresholdCountsUntilItsDay(t *testing.T) {
	t.Parallel()
	day := caldate.MustParse("2026-11-10")
	own := []watch.Threshold{{CustomerID: "c", Code: watch.Volume, Enabled: true, Params: watch.Params{Least: 1, Tenths: 999}, UntilDate: day}, {CustomerID: "c", Code: watch.Night}}
	tenths := func(customer string, on caldate.Date) int64 {
		return watch.For(watch.Presets(), own, customer, on)[0].Params.Tenths
	}
	if tenths("c", day) != 999 || tenths("c", day.AddDays(1)) != 50 || tenths("d", day) != 50 {
		t.Error("the threshold counts for its customer until its day, and for nobody else")
	}
	if watch.For(watch.Presets(), own, "c", day.AddDays(99))[3].Enabled {
		t.Error("one without a last day counts for good")
	}
}

func TestNetworkOf_tellsNetworksApart(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"203.0.113.9": "203.0.113.0/24", "203.0.113.200": "203.0.113.0/24", "::ffff:203.0.113.7": "203.0.113.0/24", "2001:db8:1:2::3": "2001:db8:1::/48",
		"127.0.0.1": "", "10.1.2.3": "", "192.168.0.1": "", "fe80::1": "", "": "", "nonsense": "",
	} {
		if got := watch.NetworkOf(ip); got != want {
			t.Errorf("%s: %q, want %q", ip, got, want)
		}
	}
}
