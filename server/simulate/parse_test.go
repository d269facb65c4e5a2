package simulate_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/plan"
	"sealgate/server/simulate"
)

func parse(t *testing.T, text string) *simulate.Scenario {
	t.Helper()
	s, err := simulate.Parse(strings.NewReader(text))
	var wrong simulate.Problems
	if errors.As(err, &wrong) {
		for _, p := range wrong {
			t.Errorf("line %d %s: %s", p.Line, p.Field, p.En)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParse_readsEveryKeyOfTheDesign(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "every_key.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := parse(t, string(text))
	if len(s.Contracts) != 5 || len(s.Events) != 19 || s.Until.String() != "2027-03-31" || s.First().String() != "2026-10-01" {
		t.Fatalf("%d contracts, %d events", len(s.Contracts), len(s.Events))
	}
	c := s.Contracts[0]
	if c.ID != "c1" || c.Customer != "甲公司" || c.Start.String() != "2026-10-01" || c.End.String() != "2027-09-30" {
		t.Errorf("%+v", c)
	}
	p := c.Terms
	if p.Kind != plan.KindPackage || p.Amount != 12000000 || p.Rent != 10000 || p.Included != 1000 || p.Overage.String() != "0.085" || p.Minimum != 1000 ||
		p.OneOff[0].Amount != 5000 || p.FirstMonth != plan.Full || p.DailyCap != 1000 || p.Window.From != 5 || p.Window.To != 15 || p.GraceDays != 10 ||
		p.LateFee.Rate.String() != "0.003" || p.LateFee.Cap.String() != "0.3" || p.Allocation != plan.LateFeeFirst || p.Deposit != 50000 || p.ChangeUntil != 20 ||
		!p.Renewal.Auto || p.Renewal.Years != 1 || p.Renewal.ObjectionDays != 30 || !p.RentWhileSuspended || p.TerminateAfterSuspendedDays != 60 {
		t.Errorf("%+v", p)
	}
	if !p.Price.IsZero() || p.Threshold != 0 || p.Ports != 1 || p.Mode != plan.Excess {
		t.Errorf("terms of other kinds count for a package: %+v", p)
	}
	if q := s.Contracts[1].Terms; q.Rent != 0 || q.Included != 0 || q.Price.String() != "0.05" {
		t.Errorf("terms of other kinds count for a prepaid contract: %+v", q)
	}
	if q := s.Contracts[3].Terms; q.LumpSum != 360000 {
		t.Errorf("the lump sum of a maintenance agreement is its amount: %+v", q)
	}
	if q := s.Contracts[4].Terms; len(q.Tiers.Steps) != 2 || q.Tiers.Steps[0].UpTo != 100 {
		t.Errorf("%+v", q.Tiers)
	}
	e := s.Events
	if e[0].Usage.Parts != 1234 || e[0].Usage.Carrier != "cmcc" || e[0].Second != 12*3600 || e[0].Customer != "甲公司" || e[0].Index != 0 {
		t.Errorf("%+v", e[0])
	}
	if e[1].Pay.Amount != 123456 || e[1].Pay.ValueDate.String() != "2026-11-14" || e[1].Index != 1 {
		t.Errorf("%+v", e[1].Pay)
	}
	if *e[2].Change.Rent != 20000 || *e[2].Change.Included != 3000 || e[3].TopUp.Amount != 100000 || e[4].TopUp.Messages != 10000 || *e[5].Send != 500 || e[5].Second != 9*3600+30*60 {
		t.Errorf("%+v", e[2:6])
	}
	if *e[6].Credit != 2000 || e[6].Reason != "outage" || *e[7].Fine != 30000 || !e[8].Dispute.Open || e[8].Dispute.Amount != 1989 || e[8].Dispute.Month.String() != "2026-10" {
		t.Errorf("%+v", e[6:9])
	}
	for i, want := range map[int]string{9: "upheld", 10: "withdrawn", 11: "withdrawn"} {
		if e[i].Dispute.Open || e[i].Dispute.Outcome != want {
			t.Errorf("event %d: %+v", i, e[i].Dispute)
		}
	}
	if *e[12].Objection != contract.CustomerSide || e[13].Terminate.Cause != contract.Mutual || !e[14].Cure || *e[15].Visit != 30000 || e[16].Blocked.Blocked != 3 {
		t.Errorf("%+v", e[12:17])
	}
	if e[17].Amend.Patch.Overage.String() != "0.07" || e[17].Amend.Effective.String() != "2027-02-01" || e[18].Licence.To.String() != "2027-01-31" {
		t.Errorf("%+v", e[17:])
	}
}

func TestParse_leavesTheDefaultsOfTheDesign(t *testing.T) {
	t.Parallel()
	s := parse(t, "contracts: [{id: c, kind: package, customer: 甲, start: 2026-10-01, end: 2027-09-30, plan: {rent: \"1.00\"}, daily_cap: 5}]\nuntil: 2026-12-31\n")
	d := plan.Defaults(plan.KindPackage)
	got := s.Contracts[0].Terms
	if got.Window != d.Window || got.GraceDays != 30 || got.LateFee.Model != d.LateFee.Model || got.LateFee.Rate.String() != "0.001" || !got.LateFee.Cap.IsZero() || got.Allocation != d.Allocation || got.ChangeUntil != 20 || got.Renewal != d.Renewal ||
		got.Suspension != plan.Automatic || got.Deposit != 0 || !got.RentWhileSuspended {
		t.Errorf("%+v", got)
	}
}

// good is a scenario whose lines the cases replace.
var good = []string{
	1:  `contracts:`,
	2:  `  - id: c1`,
	3:  `    kind: package`,
	4:  `    customer: 甲公司`,
	5:  `    start: 2026-10-01`,
	6:  `    end: 2027-09-30`,
	7:  `    plan: {rent: "100.00", included: 1000, overage: "0.085"}`,
	8:  `    window: {from: 5, to: 15}`,
	9:  `    grace_days: 10`,
	10: `    late_fee: {model: daily, rate: "0.003"}`,
	11: `events:`,
	12: `  - {on: 2026-10-31, contract: c1, usage: 1234}`,
	13: `  - {on: 2026-11-16, customer: 甲公司, pay: "100.00"}`,
	14: `until: 2027-03-31`,
}

func TestParse_refusesWhatDoesNotFitWithLineAndField(t *testing.T) {
	t.Parallel()
	parse(t, strings.Join(good[1:], "\n"))
	cases := []struct {
		line  int
		text  string
		field string
	}{
		{2, `  - id: ""`, "contracts[0].id"},
		{2, `  - name: c1`, "contracts[0].name"},
		{2, `  - id: [c1]`, "contracts[0].id"},
		{3, `    kind: free`, "contracts[0].kind"},
		{3, `    kind: [package]`, "contracts[0].kind"},
		{4, `    customer: 7`, "contracts[0].customer"},
		{5, `    start: 2026-13-01`, "contracts[0].start"},
		{5, `    start: 2026-02-30`, "contracts[0].start"},
		{5, `    start: 2026-10`, "contracts[0].start"},
		{5, `    start: 20261001`, "contracts[0].start"},
		{5, `    start: 2026-10-01T00:00:00Z`, "contracts[0].start"},
		{5, `    start: yesterday`, "contracts[0].start"},
		{5, `    start:`, "contracts[0].start"},
		{6, `    end: 2026-09-30`, "contracts[0].end"},
		{7, `    plan: {rent: 100.00}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: 100}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "1e3"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: 1e3}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "NaN"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: .nan}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "Infinity"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "-1"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "-0.00"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "100.001"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "1,000.00"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: " 100.00"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "１００"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "9223372036854775808"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: null}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: {yuan: 1}}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "100.00", rent: "100.00"}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "100.00", included: -1}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: 9223372036854775808}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: 99999999999999999999999}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: 1000.5}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: 1e3}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: 0x10}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: 1_000}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: "1000"}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", included: true}`, "contracts[0].plan.included"},
		{7, `    plan: {rent: "100.00", overage: 0.085}`, "contracts[0].plan.overage"},
		{7, `    plan: {rent: "100.00", overage: "0.0000001"}`, "contracts[0].plan.overage"},
		{7, `    plan: {rent: "100.00", colour: red}`, "contracts[0].plan.colour"},
		{7, `    plan: [rent]`, "contracts[0].plan"},
		{7, `    plan: {}`, "contracts[0].plan.rent"},
		{7, `    plan: {rent: "1.00", tiers: {mode: steps, steps: [{price: "1"}]}}`, "contracts[0].plan.tiers.mode"},
		{7, `    plan: {rent: "1.00", tiers: {mode: volume, steps: []}}`, "contracts[0].plan.tiers.steps"},
		{7, `    plan: {rent: "1.00", tiers: {mode: volume, steps: [{up_to: 10, price: "1"}, {up_to: 5, price: "1"}, {price: "1"}]}}`, "contracts[0].plan.tiers.steps[1].up_to"},
		{7, `    plan: {rent: "1.00", one_off: [{name: 费, amount: "1.00"}]}`, "contracts[0].plan.one_off[0].on"},
		{8, `    window: {from: 15, to: 5}`, "contracts[0].window.to"},
		{8, `    window: {from: 5, to: 32}`, "contracts[0].window.to"},
		{8, `    window: {from: 0, to: 3}`, "contracts[0].window.from"},
		{8, `    window: 15`, "contracts[0].window"},
		{9, `    grace_days: -1`, "contracts[0].grace_days"},
		{9, `    grace_days: ten`, "contracts[0].grace_days"},
		{9, `    grace: 10`, "contracts[0].grace"},
		{9, `    renewal: {auto: maybe}`, "contracts[0].renewal.auto"},
		{9, `    renewal: {auto: 1}`, "contracts[0].renewal.auto"},
		{9, `    terminate_after_suspended_days: 0`, "contracts[0].terminate_after_suspended_days"},
		{10, `    late_fee: {model: weekly}`, "contracts[0].late_fee.model"},
		{10, `    late_fee: {model: daily, rate: 0.003}`, "contracts[0].late_fee.rate"},
		{10, `    late_fee: {model: daily, rate: "1.5"}`, "contracts[0].late_fee.rate"},
		{10, `    late_fee: {model: flat}`, "contracts[0].late_fee.rate"},
		{12, `  - {on: 2026-10-31, contract: c9, usage: 1234}`, "events[0].contract"},
		{12, `  - {on: 2026-10-31, usage: 1234}`, "events[0].contract"},
		{12, `  - {on: 2026-10-31, contract: c1}`, "events[0]"},
		{12, `  - {contract: c1, usage: 1234}`, "events[0].on"},
		{12, `  - {on: 2026-10-31, contract: c1, usage: -5}`, "events[0].usage"},
		{12, `  - {on: 2026-10-31, contract: c1, usage: "5"}`, "events[0].usage"},
		{12, `  - {on: 2026-10-31, contract: c1, used: 5}`, "events[0].used"},
		{12, `  - {on: 2026-10-31, contract: c1, usage: 5, send: 5}`, "events[0].send"},
		{12, `  - {on: 2026-10-31, at: "25:00", contract: c1, usage: 5}`, "events[0].at"},
		{12, `  - {on: 2026-10-31, at: 2026-10-30T12:00:00+08:00, contract: c1, usage: 5}`, "events[0].at"},
		{12, `  - {on: 2026-10-31, at: 930, contract: c1, usage: 5}`, "events[0].at"},
		{12, `  - {on: 2026-10-31, contract: c1, usage: 5, carrier: att}`, "events[0].carrier"},
		{12, `  - {on: 2026-10-31, contract: c1, usage: 5, value_date: 2026-10-31}`, "events[0].value_date"},
		{12, `  - {on: 2026-10-31, contract: c1, dispute: {bill: 2026-13, amount: "1.00"}}`, "events[0].dispute.bill"},
		{12, `  - {on: 2026-10-31, contract: c1, dispute: {bill: 2026-10, resolve: maybe}}`, "events[0].dispute.resolve"},
		{12, `  - {on: 2026-10-31, contract: c1, dispute: {bill: 2026-10}}`, "events[0].dispute.amount"},
		{12, `  - {on: 2026-10-31, contract: c1, terminate: {cause: boredom}}`, "events[0].terminate.cause"},
		{12, `  - {on: 2026-10-31, contract: c1, terminate: mutual}`, "events[0].terminate"},
		{12, `  - {on: 2026-10-31, contract: c1, cure: false}`, "events[0].cure"},
		{12, `  - {on: 2026-10-31, contract: c1, object_renewal: nobody}`, "events[0].object_renewal"},
		{12, `  - {on: 2026-10-31, contract: c1, supplement: {overage: "0.07"}}`, "events[0].effective"},
		{12, `  - {on: 2026-10-31, contract: c1, supplement: {}, effective: 2026-12-01}`, "events[0].supplement"},
		{12, `  - {on: 2026-10-31, contract: c1, change_plan: {}}`, "events[0].change_plan"},
		{12, `  - {on: 2026-10-31, contract: c1, change_plan: {grace_days: 3}}`, "events[0].change_plan.grace_days"},
		{12, `  - {on: 2026-10-31, contract: c1, blocked: {submitted: 3, blocked: 100}}`, "events[0].blocked.blocked"},
		{12, `  - {on: 2026-10-31, customer: 甲公司, licence: {kind: fishing, from: 2026-01-01}}`, "events[0].licence.kind"},
		{12, `  - {on: 2026-10-31, customer: 甲公司, licence: {kind: business, from: 2026-01-01, to: 2025-01-01}}`, "events[0].licence.to"},
		{12, `  - usage`, "events[0]"},
		{13, `  - {on: 2026-11-16, customer: 丁公司, pay: "100.00"}`, "events[1].customer"},
		{13, `  - {on: 2026-11-16, contract: c1, customer: 丁公司, pay: "100.00"}`, "events[1].customer"},
		{13, `  - {on: 2026-11-16, pay: "100.00"}`, "events[1].customer"},
		{13, `  - {on: 2026-11-16, customer: 甲公司, pay: 100}`, "events[1].pay"},
		{13, `  - {on: 2026-11-16, customer: 甲公司, pay: "-100.00"}`, "events[1].pay"},
		{13, `  - {on: 2026-11-16, customer: 甲公司, pay: "10", value_date: 2026-02-29}`, "events[1].value_date"},
		{14, `until: never`, "until"},
		{14, `until: 2199-01-01`, "until"},
		{14, `till: 2027-03-31`, "till"},
	}
	for _, c := range cases {
		lines := append([]string{}, good[1:]...)
		lines[c.line-1] = c.text
		_, err := simulate.Parse(strings.NewReader(strings.Join(lines, "\n") + "\n"))
		var wrong simulate.Problems
		if !errors.As(err, &wrong) {
			t.Errorf("line %d %q: not refused (%v)", c.line, c.text, err)
			continue
		}
		found := false
		var got []string
		for _, p := range wrong {
			found = found || p.Field == c.field && p.Line == c.line && p.Zh != "" && p.En != "" && p.Code != ""
			got = append(got, fmt.Sprintf("line %d %s: %s", p.Line, p.Field, p.En))
		}
		if !found {
			t.Errorf("line %d %q: want %s refused, got %s", c.line, c.text, c.field, strings.Join(got, " | "))
		}
	}
}

func TestParse_refusesWholeFilesThatAreNoScenario(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"empty":                         {"", 1},
		"only a comment":                {"# nothing\n", 1},
		"a list":                        {"- a\n", 1},
		"a word":                        {"hello\n", 1},
		"no contracts":                  {"until: 2026-01-01\n", 1},
		"no contract":                   {"contracts: []\nuntil: 2026-01-01\n", 1},
		"no until":                      {strings.Join(good[1:14], "\n") + "\n", 1},
		"bad syntax":                    {"contracts:\n  - id: c1\n   kind: package\n", 3},
		"a tab":                         {"contracts:\n\t- id: c1\n", 2},
		"two documents":                 {strings.Join(good[1:], "\n") + "\n---\ncontracts: []\n", 15},
		"no UTF-8":                      {"contracts:\n  - id: \xff\xfe\n", 2},
		"the same id twice":             {strings.Join(good[1:11], "\n") + "\n" + strings.Join(good[2:11], "\n") + "\nuntil: 2027-01-01\n", 11},
		"a loop of aliases":             {"contracts: &a\n  - *a\nuntil: 2026-01-01\n", 1},
		"no amount for a flat late fee": {strings.Replace(strings.Join(good[1:], "\n"), "{model: daily, rate: \"0.003\"}", "{model: flat, rate: \"0.005\"}", 1), 2},
		"a free package without a cap":  {strings.Replace(strings.Join(good[1:], "\n"), "{rent: \"100.00\", included: 1000, overage: \"0.085\"}", "{rent: \"0.00\", included: 1000}", 1), 2},
	} {
		_, err := simulate.Parse(strings.NewReader(c.text))
		var wrong simulate.Problems
		if !errors.As(err, &wrong) || len(wrong) == 0 {
			t.Errorf("%s: not refused (%v)", name, err)
			continue
		}
		found := false
		for _, p := range wrong {
			found = found || p.Line == c.line
		}
		if !found {
			t.Errorf("%s: %+v, want line %d", name, wrong, c.line)
		}
		if e := errs.As(err); e == nil || e.Code != simulate.ErrScenario.Code || len(e.Fields) == 0 {
			t.Errorf("%s: %v is no error of the house", name, err)
		}
	}
}

func TestParse_followsAliasesAsOften_asItIsBearable(t *testing.T) {
	t.Parallel()
	text := "contracts:\n  - &c {id: c1, kind: package, customer: 甲, start: &d 2026-10-01, end: 2027-09-30, plan: &p {rent: \"1.00\"}, daily_cap: 5}\n" +
		"  - {id: c2, kind: package, customer: 乙, start: *d, end: 2027-09-30, plan: *p, daily_cap: 5}\nuntil: 2026-12-31\n"
	if s := parse(t, text); s.Contracts[1].Terms.Rent != 100 || s.Contracts[1].Start.String() != "2026-10-01" {
		t.Errorf("%+v", s.Contracts[1])
	}
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile(filepath.Join("testdata", "every_key.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add(strings.Join(good[1:], "\n"))
	f.Add("contracts: &a\n  - *a\nuntil: 2026-01-01\n")
	f.Add("contracts:\n  - {id: c1, kind: package, customer: 甲, start: 2026-10-01, end: 2027-09-30, plan: {rent: \"1e3\"}}\nuntil: 2026-13-01\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := simulate.Parse(strings.NewReader(text))
		if err != nil {
			var wrong simulate.Problems
			if errors.As(err, &wrong) {
				for _, p := range wrong {
					if p.Line < 1 || p.Line > strings.Count(text, "\n")+2 || p.Zh == "" || p.En == "" {
						t.Errorf("no place or no words: %+v", p)
					}
				}
			} else if !errors.Is(err, simulate.ErrTooLarge) {
				t.Errorf("%v", err)
			}
			return
		}
		for _, c := range s.Contracts { // what is accepted can be billed
			if bad := c.Terms.Check(); len(bad) > 0 || c.End.Before(c.Start) || c.ID == "" || c.Customer == "" {
				t.Errorf("%+v: %+v", c, bad)
			}
		}
		for _, e := range s.Events {
			if e.On.IsZero() || e.Customer == "" {
				t.Errorf("%+v", e)
			}
		}
	})
}
