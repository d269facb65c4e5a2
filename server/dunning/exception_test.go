package dunning_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/contract"
	"sealgate/server/dunning"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

func grant(t *testing.T, m *moneytest.Counter, in dunning.ExceptionInput) *dunning.Exception {
	t.Helper()
	in.Reason = "客户系统切换，书面申请延期"
	e, err := m.Dunning.RequestException(moneytest.Finance(), in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Dunning.DecideException(moneytest.Finance(), e.ID, true, ""); !errors.Is(err, dunning.ErrOwnException) {
		t.Fatal("approved by who asked:", err)
	}
	if e, err = m.Dunning.DecideException(testkit.As("lead", "finance_lead"), e.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestLateFee_sparesTheDaysOfAnException(t *testing.T) {
	t.Parallel()
	spared := func(from, to string) func(*bill.Claim) {
		return func(c *bill.Claim) { c.Exempt = []bill.Exempt{{From: day(from), To: day(to)}} }
	}
	flat := func(c *bill.Claim) {
		c.Terms.LateFee = plan.LateFee{Model: plan.LateFeeFlat, Rate: money.MustDecimal("0.005")}
	}
	for _, c := range []struct {
		name  string
		claim bill.Claim
		on    string
		want  string
	}{
		{"15 days, 5 of them spared", october(spared("2026-11-18", "2026-11-22")), "2026-11-30", "37.04"},
		{"within the exception", october(spared("2026-11-18", "2026-11-22")), "2026-11-20", "7.41"},
		{"from before the due date", october(spared("2026-11-01", "2026-11-20")), "2026-11-30", "37.04"},
		{"all of it", october(spared("2026-11-01", "2026-12-31")), "2026-11-30", "0.00"},
		{"flat, overdue day 1 is spared", october(flat, spared("2026-11-16", "2026-11-16")), "2026-11-30", "0.00"},
		{"flat, another day is spared", october(flat, spared("2026-11-17", "2026-11-30")), "2026-11-30", "600.00"},
		{"stops at suspension, spared before", october(func(c *bill.Claim) { c.Terms.LateFee.StopAtSuspension = true }, spared("2026-11-20", "2026-12-31")), "2026-12-31", "14.81"},
	} {
		if got := dunning.LateFee(c.claim, nil, day(c.on)); got != fen(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		var sum money.Fen
		for _, d := range dunning.Days(c.claim, nil, day("2026-11-01"), day(c.on)) {
			sum += d.Change
		}
		if sum != fen(c.want) {
			t.Errorf("%s: the days add up to %s", c.name, sum)
		}
	}
}

// Story: an exception until a date.
func TestException_sparesUntilItsLastDayAndEndsByItself(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-20") // overdue since the 16th
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != fen("18.52") {
		t.Fatalf("20 Nov: %+v", b.Status)
	}
	grant(t, m, dunning.ExceptionInput{CustomerID: customer, Kind: dunning.NeitherOf, From: day("2026-11-18"), Until: day("2026-11-30")})
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != fen("7.41") { // 18, 19 and 20 Nov are taken back
		t.Fatalf("20 Nov: %+v", b.Status)
	}
	m.Sound(t)
	m.To(t, "2026-11-30")
	if s := m.State(t, id); s != contract.Active { // without it: suspended on the 26th
		t.Fatal("30 Nov:", s)
	}
	if on, n, err := m.Dunning.Exceptions(testkit.System(), dunning.ExceptionQuery{CustomerID: customer, On: m.Clock.Today(), Limit: 5}); err != nil || n != 1 || !on[0].CountsOn(m.Clock.Today()) {
		t.Fatal(on, n, err)
	}
	m.Sound(t)
	m.To(t, "2026-12-01")
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != fen("11.11") || m.State(t, id) != contract.Suspended {
		t.Fatalf("1 Dec: %+v %s", b.Status, m.State(t, id))
	}
	if _, n, _ := m.Dunning.Exceptions(testkit.System(), dunning.ExceptionQuery{CustomerID: customer, On: m.Clock.Today(), Limit: 5}); n != 0 {
		t.Fatal("it still counts")
	}
	m.Sound(t)
}

func TestException_resumesWhoIsSuspendedAndSuspendsAgainWhenItIsEnded(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	other := m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	m.To(t, "2026-11-28")
	if m.State(t, id) != contract.Suspended {
		t.Fatal(m.State(t, id))
	}
	e := grant(t, m, dunning.ExceptionInput{ContractID: id, Kind: dunning.NoSuspension, Until: day("2026-12-10")})
	if m.State(t, id) != contract.Active || e.CustomerID != customer {
		t.Fatal("not resumed:", m.State(t, id))
	}
	m.Sound(t)
	m.To(t, "2026-12-05")
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != fen("74.07") { // 20 days: late fees go on
		t.Fatalf("%+v", b.Status)
	}
	if _, err := m.Dunning.EndException(moneytest.Finance(), e.ID, "客户未按计划付款"); err != nil {
		t.Fatal(err)
	}
	if m.State(t, id) != contract.Suspended {
		t.Fatal("not suspended again:", m.State(t, id))
	}
	if _, err := m.Dunning.EndException(moneytest.Finance(), e.ID, "again"); !errors.Is(err, dunning.ErrExceptionState) {
		t.Fatal(err)
	}
	_ = other
	m.Sound(t)
}

func TestRequestException_refuses(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	good := dunning.ExceptionInput{CustomerID: customer, Kind: dunning.NoLateFee, Until: day("2026-12-31"), Reason: "x"}
	for name, c := range map[string]struct {
		edit  func(*dunning.ExceptionInput)
		field string
	}{
		"no reason":             {func(in *dunning.ExceptionInput) { in.Reason = " " }, "reason"},
		"no kind":               {func(in *dunning.ExceptionInput) { in.Kind = "" }, "kind"},
		"no last day":           {func(in *dunning.ExceptionInput) { in.Until = day("2026-10-31") }, "until"},
		"for ever":              {func(in *dunning.ExceptionInput) { in.Until = day("2036-10-31") }, "until"},
		"too far back":          {func(in *dunning.ExceptionInput) { in.From = day("2026-01-01") }, "from"},
		"last before first":     {func(in *dunning.ExceptionInput) { in.From, in.Until = day("2026-11-20"), day("2026-11-10") }, "until"},
		"nobody":                {func(in *dunning.ExceptionInput) { in.CustomerID = "" }, "customer_id"},
		"a stranger's contract": {func(in *dunning.ExceptionInput) { in.CustomerID, in.ContractID = "x", id }, "contract_id"},
	} {
		in := good
		c.edit(&in)
		_, err := m.Dunning.RequestException(moneytest.Finance(), in)
		if e := errs.As(err); e == nil || len(e.Fields) == 0 || e.Fields[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Story: the contract leaves the suspension to a person.
func TestDecideSuspension_byAPersonWaitsAndAsksAgain(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t, func(p *plan.Terms) { p.Suspension = plan.ByDecision })
	m.To(t, "2026-11-27")
	tasks, err := m.Dunning.Tasks(testkit.System())
	if err != nil || len(tasks) != 1 || tasks[0].RaisedOn != day("2026-11-26") || tasks[0].Owed != fen("1279.00") || m.State(t, id) != contract.Active {
		t.Fatalf("%+v %v", tasks, err)
	}
	if _, err := m.Dunning.DecideSuspension(moneytest.Finance(), tasks[0].ID, dunning.Decided{Reason: "x"}); err == nil {
		t.Fatal("put off without a day")
	}
	if _, err := m.Dunning.DecideSuspension(moneytest.Finance(), tasks[0].ID, dunning.Decided{Until: day("2026-12-03"), Reason: "客户承诺 12 月 2 日付款"}); err != nil {
		t.Fatal(err)
	}
	m.To(t, "2026-12-02")
	if tasks, _ = m.Dunning.Tasks(testkit.System()); len(tasks) != 0 {
		t.Fatalf("asked too early: %+v", tasks)
	}
	m.To(t, "2026-12-03")
	if tasks, _ = m.Dunning.Tasks(testkit.System()); len(tasks) != 1 {
		t.Fatal("not asked again")
	}
	if _, err := m.Dunning.DecideSuspension(moneytest.Finance(), tasks[0].ID, dunning.Decided{Suspend: true, Reason: "逾期未履约"}); err != nil || m.State(t, id) != contract.Suspended {
		t.Fatal(err, m.State(t, id))
	}
	if _, err := m.Dunning.DecideSuspension(moneytest.Finance(), tasks[0].ID, dunning.Decided{Suspend: true, Reason: "again"}); !errors.Is(err, dunning.ErrTaskDecided) {
		t.Fatal(err)
	}
	m.Sound(t)
	m.Pay(t, customer, "5000.00")
	if m.State(t, id) != contract.Active {
		t.Fatal("paid and not resumed")
	}
	m.Sound(t)
}

func TestTasks_ofBillsThatWerePaidAreClosed(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t, func(p *plan.Terms) { p.Suspension = plan.ByDecision })
	m.To(t, "2026-11-27")
	m.Pay(t, customer, "5000.00")
	if tasks, err := m.Dunning.Tasks(testkit.System()); err != nil || len(tasks) != 0 {
		t.Fatal(tasks, err)
	}
	m.To(t, "2026-11-28")
	m.Sound(t)
}

func TestStepOn_namesOneLetterADay(t *testing.T) {
	t.Parallel()
	got := func(due, suspend string) string {
		var out []string
		for d := day("2026-11-01"); !d.After(day("2026-12-31")); d = d.AddDays(1) {
			if s, ok := dunning.StepOn(day(due), day(suspend), d); ok {
				out = append(out, fmt.Sprintf("%s:%s", d.String()[5:], s))
			}
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ due, suspend, want string }{
		{"2026-11-15", "2026-11-26", "11-12:before_due 11-15:due 11-16:overdue 11-20:half_grace 11-25:last_day"}, // grace 10
		{"2026-11-15", "2026-11-19", "11-12:before_due 11-15:due 11-16:overdue 11-17:half_grace 11-18:last_day"}, // 3
		{"2026-11-15", "2026-11-18", "11-12:before_due 11-15:due 11-16:overdue 11-17:last_day"},                  // 2
		{"2026-11-15", "2026-11-17", "11-12:before_due 11-15:due 11-16:last_day"},                                // 1
		{"2026-11-15", "2026-11-16", "11-12:before_due 11-15:due 11-16:overdue"},                                 // none
	} {
		if s := got(c.due, c.suspend); s != c.want {
			t.Errorf("due %s, suspended %s: %s, want %s", c.due, c.suspend, s, c.want)
		}
	}
}

// Story: nobody pays; every letter goes out once, also when days are run again.
func TestLetters_goOutOnceEachWithWhatIsOwed(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-27")
	for _, d := range []string{"2026-11-12", "2026-11-16", "2026-11-20", "2026-11-25", "2026-11-26"} {
		m.Day(t, day(d))
	}
	letters, n, err := m.Dunning.Letters(testkit.System(), dunning.LetterQuery{CustomerID: customer, Limit: 20})
	if err != nil || n != 6 {
		t.Fatalf("%d letters %v", n, err)
	}
	want := []struct{ step, on, amount, number string }{
		{"suspended", "2026-11-26", "1275.30", "DL-202611-000006"}, {"last_day", "2026-11-25", "1271.60", "DL-202611-000005"}, {"half_grace", "2026-11-20", "1253.08", "DL-202611-000004"},
		{"overdue", "2026-11-16", "1238.26", "DL-202611-000003"}, {"due", "2026-11-15", "1234.56", "DL-202611-000002"}, {"before_due", "2026-11-12", "1234.56", "DL-202611-000001"},
	}
	for i, l := range letters {
		if string(l.Step) != want[i].step || l.OnDate != day(want[i].on) || l.Amount() != fen(want[i].amount) || l.Number != want[i].number {
			t.Errorf("%+v, want %+v", l, want[i])
		}
		name, pdf, err := m.Dunning.LetterPDF(testkit.System(), l.ID)
		if err != nil || name != l.Number+".pdf" || !strings.HasPrefix(string(pdf), "%PDF") {
			t.Errorf("%s: %v", l.Number, err)
		}
	}
	m.Pay(t, customer, "1279.00")
	m.To(t, "2026-11-30")
	if _, n, _ := m.Dunning.Letters(testkit.System(), dunning.LetterQuery{BillID: m.Bill(t, id, "2026-10").ID, Limit: 1}); n != 6 {
		t.Fatal("a paid bill was reminded of:", n)
	}
	m.Sound(t)
}

func TestLetters_warnNobodyWhomAnExceptionSpares(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t)
	m.To(t, "2026-11-17")
	grant(t, m, dunning.ExceptionInput{CustomerID: customer, Kind: dunning.NoSuspension, Until: day("2026-11-28")})
	m.To(t, "2026-11-30")
	letters, _, err := m.Dunning.Letters(testkit.System(), dunning.LetterQuery{CustomerID: customer, Limit: 20})
	var steps []string
	for _, l := range letters {
		steps = append(steps, string(l.Step))
	}
	if got := strings.Join(steps, " "); err != nil || got != "suspended overdue due before_due" {
		t.Fatal(got, err)
	}
	if letters[0].OnDate != day("2026-11-29") {
		t.Fatalf("%+v", letters[0])
	}
	m.Sound(t)
}
