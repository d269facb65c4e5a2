package obligation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/licence"
	"sealgate/server/notice"
	"sealgate/server/obligation"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }

// said are the entries as "day kind number".
func said(all []obligation.Entry) (out []string) {
	for _, e := range all {
		out = append(out, e.On.String()+" "+string(e.Kind))
	}
	return out
}

func TestEntries_areWhatContractsAndLicencesBringOnTheirDays(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	s := obligation.New(h.DB, h.Clock, h.Notices)
	who := h.Customer(t, contracttest.Sales(), 1)
	h.Licence(t, who.ID, licence.Business, "2020-01-01", "2027-03-31")
	auto := h.Active(t, who.ID, "2027-02-28", map[string]string{"auto_renew": "yes", "renew_years": "1", "objection_days": "30"})
	plain := h.Active(t, h.Customer(t, contracttest.Sales(), 2).ID, "2027-01-31", nil)
	if _, err := h.Contracts.Terminate(contracttest.Lead(), auto.ID, contract.Termination{Cause: contract.Breach, Reason: "未报备"}); err != nil {
		t.Fatal(err)
	}
	q := obligation.Query{From: day("2026-10-01"), To: day("2027-09-30")}
	all, err := s.Entries(testkit.System(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-10-30 cure", "2027-01-01 negotiation", "2027-01-31 expiry", "2027-03-31 licence"}
	if got := said(all); !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if _, err := h.Contracts.Cure(contracttest.Lead(), auto.ID, contract.Cured{Reason: "已补报"}); err != nil {
		t.Fatal(err)
	}
	all, _ = s.Entries(testkit.System(), q)
	want = []string{"2027-01-01 negotiation", "2027-01-29 objection", "2027-01-31 expiry", "2027-02-28 renewal", "2027-03-31 licence"}
	if got := said(all); !slices.Equal(got, want) {
		t.Errorf("once it was cured: %v\nwant %v", got, want)
	}
	q.OwnerID = plain.OwnerID
	if all, _ = s.Entries(testkit.System(), q); len(all) != len(want) || all[0].Number != plain.Number || all[0].Link != "/contracts/"+plain.ID {
		t.Errorf("of one owner: %+v", all)
	}
	q.OwnerID = "another"
	if all, _ = s.Entries(testkit.System(), q); len(all) != 0 {
		t.Errorf("of another owner: %+v", all)
	}
	q.OwnerID, q.Kinds = "", []obligation.Kind{obligation.Licence}
	if all, _ = s.Entries(contracttest.Buyer(plain.CustomerID), q); len(all) != 0 {
		t.Errorf("another customer's licence is shown: %+v", all)
	}
	for _, bad := range []obligation.Query{{}, {From: day("2026-10-02"), To: day("2026-10-01")}, {From: day("2026-10-01"), To: day("2029-10-02")}} {
		if _, err := s.Entries(testkit.System(), bad); !errors.Is(err, obligation.ErrSpan) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestRunDay_remindsTheOwnerOnceAWeekAhead(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	s := obligation.New(h.DB, h.Clock, h.Notices)
	c := h.Active(t, h.Customer(t, contracttest.Sales(), 1).ID, "2027-09-30", nil)
	if _, err := h.Contracts.Terminate(contracttest.Lead(), c.ID, contract.Termination{Cause: contract.Notice, Reason: "停用", LastDay: day("2026-10-20")}); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		inbox, _, _, err := h.Notices.List(contracttest.Sales(), notice.Query{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range inbox {
			if x.Kind == "obligation_due" {
				n++
			}
		}
		return n
	}
	for d, want := range map[string]int{"2026-10-12": 0} {
		if _, err := s.RunDay(testkit.System(), day(d)); err != nil || count() != want {
			t.Errorf("%s: %d %v", d, count(), err)
		}
	}
	for _, d := range []string{"2026-10-13", "2026-10-13", "2026-10-14", "2026-10-20"} { // 13 Oct: a week ahead, once
		if _, err := s.RunDay(testkit.System(), day(d)); err != nil || count() != 1 {
			t.Errorf("%s: %d %v", d, count(), err)
		}
	}
}

func TestICS_isACalendarWhoseLinesAreShortAndEscaped(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("很长的说明，含有;分号\n", 20)
	got := string(obligation.ICS([]obligation.Entry{{ID: "expiry-1", Kind: obligation.Expiry, On: day("2026-12-31"), Number: "HT-2026-000001", CustomerName: "甲,乙公司", Zh: long}}, caldate.InstantMs(1_790_000_000_000), "example.com"))
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\n", "UID:expiry-1@example.com\r\n", "DTSTART;VALUE=DATE:20261231\r\n", "DTEND;VALUE=DATE:20270101\r\n", `SUMMARY:合同到期 HT-2026-000001 甲\,乙公司`, "TRIGGER:-P7D\r\n", "END:VCALENDAR\r\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, line := range strings.Split(got, "\r\n") {
		if len(line) > 75 || strings.Contains(line, "\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	if unfolded := strings.ReplaceAll(got, "\r\n ", ""); !strings.Contains(unfolded, `含有\;分号\n很长`) {
		t.Error("the description is not whole")
	}
}
