package complaint_test

import (
	"slices"
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/complaint"
	"sealgate/server/evidence"
	"sealgate/server/money"
)

func TestCrossed_needsTheRateAndTheNumber(t *testing.T) {
	t.Parallel()
	on := caldate.MustParse("2026-10-20")
	for _, c := range []struct {
		complaints, delivered int64
		want                  string
	}{
		{0, 0, ""}, {1, 10_000, ""}, {2, 10_000, "watch"}, {5, 10_000, "watch suspend"}, {10, 10_000, "watch suspend end"},
		{5, 20_000_000, "watch suspend"}, {5, 20_000_001, "watch"}, // 0.25 for each million, and a hair less
		{10, 25_000_000, "watch suspend end"}, {10, 25_000_001, "watch suspend"},
		{5, 0, "watch suspend"}, // complaints without deliveries are no better
	} {
		var got []string
		for _, x := range complaint.Crossed(complaint.DefaultThresholds(), c.complaints, c.delivered, on) {
			got = append(got, string(x.Measure))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%d of %d: %v, want %s", c.complaints, c.delivered, got, c.want)
		}
	}
}

func TestCrossed_looksOnlyAtThresholdsThatHold(t *testing.T) {
	t.Parallel()
	lines := []complaint.Threshold{
		{Measure: complaint.End, PerMillion: money.MustDecimal("0.1"), AtLeast: 1, From: caldate.MustParse("2026-11-01")},
		{Measure: complaint.Watch, PerMillion: money.MustDecimal("0.1"), AtLeast: 1, From: caldate.MustParse("2026-01-01"), EndedOn: caldate.MustParse("2026-11-01")},
	}
	for day, want := range map[string]complaint.Measure{"2026-10-31": complaint.Watch, "2026-11-01": complaint.End} {
		got := complaint.Crossed(lines, 3, 1000, caldate.MustParse(day))
		if len(got) != 1 || got[0].Measure != want {
			t.Errorf("%s: %+v, want %s", day, got, want)
		}
	}
}

func TestRate_hasTwoDecimals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		complaints, delivered int64
		want                  string
	}{{1, 0, ""}, {1, 4_000_000, "0.25"}, {3, 10_000, "300.00"}, {1, 3_000_000, "0.33"}, {0, 5, "0.00"}} {
		if got := complaint.Rate(c.complaints, c.delivered); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.complaints, c.delivered, got, c.want)
		}
	}
}

func TestNear_keepsWhatThatRecipientMayMean(t *testing.T) {
	t.Parallel()
	sent := func(customer, signature, at string) evidence.Found {
		return evidence.Found{CustomerID: customer, Signature: "【" + signature + "】", SentAt: caldate.InstantOf(caldate.MustParse(at).At(10, 0))}
	}
	all := []evidence.Found{
		sent("a", "云帆商城", "2026-10-20"), sent("b", "示例物流", "2026-10-12"), sent("a", "云帆商城", "2026-09-25"), sent("a", "云帆商城", "2026-08-01"),
		{CustomerID: "a", ScreenedAt: caldate.InstantOf(caldate.MustParse("2026-10-19").At(10, 0))}, // never left
	}
	received := caldate.MustParse("2026-10-20")
	for name, c := range map[string]struct {
		in   complaint.Input
		want int
	}{
		"nothing told":            {complaint.Input{ReceivedOn: received}, 3},
		"the day":                 {complaint.Input{ReceivedOn: received, MessageOn: caldate.MustParse("2026-10-14")}, 1},
		"a wrong day":             {complaint.Input{ReceivedOn: received, MessageOn: caldate.MustParse("2026-10-05")}, 0},
		"the sender":              {complaint.Input{ReceivedOn: received, CustomerID: "a"}, 2},
		"the signature":           {complaint.Input{ReceivedOn: received, Signature: "示例物流"}, 1},
		"before the complaint":    {complaint.Input{ReceivedOn: caldate.MustParse("2026-10-13")}, 2},
		"what is older a month":   {complaint.Input{ReceivedOn: caldate.MustParse("2026-08-31")}, 1},
		"what is older than that": {complaint.Input{ReceivedOn: caldate.MustParse("2026-09-10")}, 0},
	} {
		if got := complaint.Near(all, c.in); len(got) != c.want {
			t.Errorf("%s: %d, want %d", name, len(got), c.want)
		}
	}
}

func TestKindOf_readsTheCarriersWords(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]complaint.Kind{
		"疑似诈骗短信": "fraud", "无法退订": "no_way_out", "内容违规": "content", "发送过于频繁": "frequency", "乱扣费": "fees", "未经同意营销": "unwanted", "": "unwanted", "FEES": "fees",
	} {
		if got := complaint.KindOf(words); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

func TestComplaint_clocksRunInWorkingTime(t *testing.T) {
	t.Parallel()
	c := complaint.Complaint{State: complaint.Forwarded, AnswerBy: caldate.MustParse("2026-10-15"), DueOn: caldate.MustParse("2026-11-02")}
	for day, want := range map[string][2]bool{"2026-10-15": {false, false}, "2026-10-16": {true, false}, "2026-11-02": {true, false}, "2026-11-03": {true, true}} {
		if got := [2]bool{c.Late(caldate.MustParse(day)), c.Overdue(caldate.MustParse(day))}; got != want {
			t.Errorf("%s: late, overdue %v, want %v", day, got, want)
		}
	}
	c.State = complaint.Closed
	if c.Late(caldate.MustParse("2027-01-01")) || c.Overdue(caldate.MustParse("2027-01-01")) {
		t.Error("a closed complaint is late")
	}
}

func TestActions_andTheTableOfStatesAgree(t *testing.T) {
	t.Parallel()
	to := map[string]complaint.State{"forward": complaint.Forwarded, "answer": complaint.Answered, "close": complaint.Closed}
	for _, s := range complaint.States() {
		c := complaint.Complaint{State: s, CustomerID: "a"}
		ours, theirs := c.Actions()
		for _, act := range slices.Concat(ours, theirs) {
			if next, moves := to[act]; moves && !complaint.CanMove(s, next) {
				t.Errorf("%s offers %s, and the table has not %s → %s", s, act, s, next)
			}
		}
		for act, next := range to {
			if complaint.CanMove(s, next) && !slices.Contains(slices.Concat(ours, theirs), act) {
				t.Errorf("the table has %s → %s, and nobody is offered %s", s, next, act)
			}
		}
	}
	unknown := complaint.Complaint{State: complaint.Open}
	if ours, _ := unknown.Actions(); slices.Contains(ours, "forward") {
		t.Error("a complaint without a sender can be forwarded to nobody")
	}
}
