package watch_test

import (
	"maps"
	"strings"
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

// lists are batches of these lengths that look alike.
func lists(s watch.Sample, lengths ...int64) (out []watch.List) {
	for _, n := range lengths {
		out = append(out, watch.List{Number: "B", Recipients: n, Sample: s})
	}
	return out
}

func TestJudge_tellsWhichListsAreNew(t *testing.T) {
	t.Parallel()
	all := []watch.List{
		{Number: "old", Recipients: 90_000, Sample: watch.Sample{Looked: 1000, Fresh: 30, Before: true}},
		{Number: "bought", Recipients: 20_000, Sample: watch.Sample{Looked: 1000, Fresh: 925, Before: true}},
	}
	rule := preset(watch.Recipients)
	rule.Params.Share = 0 // set before there was a share
	_, evidence := rule.Judge(watch.Figures{Lists: all, PastNew: 7_000, PastLooked: 7})
	got := map[string]string{}
	for _, e := range evidence {
		got[e.Name] = e.Value
	}
	want := map[string]string{"recipients": "20000", "new": "18500", "new_share": "92.5%", "limit_share": "50.0%", "usual_new": "1000", "times": "18.5", "limit_times": "3.0", "batches": "bought"}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	a := watch.Alert{Evidence: evidence}
	if zh, en := a.Because(); !strings.Contains(zh, "其中从未发送过 18500") || !strings.Contains(en, "never sent to before 18500") {
		t.Errorf("in words: %s / %s", zh, en)
	}
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
		{"a list half of which is new", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 1000, Fresh: 500, Before: true}, 10_000)}, true},
		{"less than half", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 1000, Fresh: 499, Before: true}, 100_000)}, false},
		{"too few of them", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 1000, Fresh: 500, Before: true}, 9_998)}, false},
		{"beside a long list of old ones", watch.Recipients, watch.Figures{Lists: append(lists(watch.Sample{Looked: 1000, Before: true}, 900_000), lists(watch.Sample{Looked: 1000, Fresh: 1000, Before: true}, 5_000)...)}, true},
		{"in ten pieces", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 500, Fresh: 500, Before: true}, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500)}, true},
		{"three times as many as usual", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 1000, Fresh: 1000, Before: true}, 6_000), PastNew: 20_000, PastLooked: 10}, true},
		{"a little less than that", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 1000, Fresh: 1000, Before: true}, 6_000), PastNew: 20_001, PastLooked: 10}, false},
		{"a first list", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{Looked: 1000, Fresh: 1000}, 900_000)}, false},
		{"a list not looked up", watch.Recipients, watch.Figures{Lists: lists(watch.Sample{}, 900_000)}, false},
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
