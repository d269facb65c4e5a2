package story_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/money"
	"sealgate/server/testkit"
	"sealgate/server/usage"
)

// counter is a world with the people that money needs, at a moment such as "2026-09-28 09:00".
func counter(t *testing.T, at string, change ...func(*app.Config)) *World {
	t.Helper()
	w := start(t, at, change...)
	w.hire("sales", "compliance_reviewer", "compliance_lead", "finance", "finance_lead")
	return w
}

// payer registers the n-th customer of a story.
func (w *World) payer(n int) string {
	w.t.Helper()
	id, _ := w.customer(fmt.Sprintf("成都示例%d号商贸有限公司", n), contracttest.USCC(n), fmt.Sprintf("示例%d号", n))
	return id
}

// agreed is a signed package agreement without deposit: window 5..15, grace 10 days, 0.3% a day, late fee first.
func (w *World) agreed(customer, start, end string, more JSON) string {
	w.t.Helper()
	values := blanks(start, end, JSON{"deposit": "0.00"})
	for k, v := range more {
		values[k] = v
	}
	return w.contract(customer, values)
}

// october leads a contract with a rent of 1,234.56 to the bill of October 2026.
func october(t *testing.T, more JSON, terms ...string) (w *World, customer, contract, bill string) {
	t.Helper()
	w = counter(t, "2026-09-28 09:00")
	customer = w.payer(1)
	values := JSON{"rent": "1234.56"}
	for k, v := range more {
		values[k] = v
	}
	contract = w.agreed(customer, "2026-10-01", "2027-09-30", values)
	for i := 0; i+1 < len(terms); i += 2 {
		w.term(contract, terms[i], terms[i+1])
	}
	w.to("2026-11-01 00:01")
	b := w.bill(contract, "2026-10")
	if b.str("due_on") != "2026-11-15" || b.str("suspend_on") != "2026-11-26" || b.num("total_fen") != 123456 || b.str("state") != "issued" {
		t.Fatalf("the bill of October: %v", b)
	}
	return w, customer, contract, b.str("id")
}

// principalFirst changes the order of allocation, for which the agreement's form has no blank.
var principalFirst = []string{`"allocation":"late_fee_first"`, `"allocation":"principal_first"`}

// term changes a term that the agreement's form has no blank for, before any bill was made by it.
func (w *World) term(contract, from, to string) {
	w.t.Helper()
	res, err := w.App.DB.SQL().Exec("UPDATE contract_terms SET terms = REPLACE(terms, '" + from + "', '" + to + "') WHERE contract_id = '" + contract + "' AND terms LIKE '%" + from + "%'")
	if err != nil {
		w.t.Fatal(err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		w.t.Fatalf("the terms of the contract do not say %s", from)
	}
}

// used has parts delivered on a day.
func (w *World) used(contract, day string, parts int64) {
	w.t.Helper()
	err := w.App.DB.Run(testkit.System(), func(ctx context.Context) error {
		return w.App.Usage.Add(ctx, usage.Row{ContractID: contract, Day: caldate.MustParse(day), Carrier: "cmcc", ServiceCode: "1069", Parts: parts})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// bill is the only bill of a contract for a month, with all that finance see of it.
func (w *World) bill(contract, month string) JSON {
	w.t.Helper()
	list := w.as("finance").get("/bills?contract_id=" + contract + "&month=" + month).list("items")
	if len(list) != 1 {
		w.t.Fatalf("%d bills for %s", len(list), month)
	}
	return w.as("finance").get("/bills/" + list[0].str("id"))
}

// pay records a transfer that arrived on a day.
func (w *World) pay(customer, yuan, valueDate string) JSON {
	w.t.Helper()
	n := len(w.as("finance").get("/payments?limit=200").list("items"))
	return w.as("finance").post(201, "/payments", JSON{"customer_id": customer, "amount_fen": int64(money.MustYuan(yuan)), "value_date": valueDate,
		"method": "transfer", "bank_account": "6222000000000000001", "reference": fmt.Sprintf("P-%03d", n+1)})
}

// stands checks a bill in yuan and the state of its contract: late fee so far, what is owed in all, states.
func (w *World) stands(bill, fee, open, state, service string) {
	w.t.Helper()
	b := w.as("finance").get("/bills/" + bill)
	got := []string{money.Fen(b.num("late_fee_fen")).Yuan(), money.Fen(b.num("open_fen")).Yuan(), b.str("state"), w.as("sales").get("/contracts/" + b.str("contract_id")).str("state")}
	want := []string{fee, open, state, service}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		w.t.Errorf("%s: late fee, owed, bill, contract are %v, want %v", w.App.Clock.Instant(), got, want)
	}
	if sum := b.num("total_fen") - b.num("paid_fen") + b.num("late_fee_fen") - b.num("late_fee_paid_fen"); sum != b.num("open_fen") {
		w.t.Errorf("the parts of the bill sum to %d, it says %d", sum, b.num("open_fen"))
	}
	var days int64
	for _, d := range b.list("late_fee_days") {
		if days += d.num("change_fen"); days != d.num("sum_fen") {
			w.t.Errorf("late fee of %s: the days sum to %d, it says %d", d.str("on"), days, d.num("sum_fen"))
		}
	}
	if days != b.num("late_fee_fen") {
		w.t.Errorf("the days of the late fee sum to %d, the bill says %d", days, b.num("late_fee_fen"))
	}
}

// downUntil lets the machine's own time pass without anything running; everybody has to sign in again.
func (w *World) downUntil(at string) {
	w.t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", at, caldate.Shanghai)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Fake.Advance(when.Sub(w.Fake.Now()))
	w.people = map[string]*Person{}
}

// sound checks every invariant, and that the ledger says of everybody together what bills and payments say.
func (w *World) sound() {
	w.t.Helper()
	w.verify()
	finance := w.as("finance")
	trial := finance.get("/ledger/trial-balance")
	balance := map[string]int64{}
	for _, a := range trial.list("accounts") {
		balance[a.str("account")] = a.num("balance_fen")
	}
	if trial.num("sum_fen") != 0 {
		w.t.Errorf("the ledger is off by %d", trial.num("sum_fen"))
	}
	if open := finance.get("/bills").num("totals.open_fen"); balance["receivable"] != open {
		w.t.Errorf("receivables are %d by the ledger, %d by the bills", balance["receivable"], open)
	}
	var left, arrived int64
	for _, p := range finance.get("/payments?limit=200").list("items") {
		left, arrived = left+p.num("unallocated_fen"), arrived+p.num("amount_fen")
	}
	if balance["credit"] != left || balance["bank"] != arrived+balance["deposit"] {
		w.t.Errorf("by the ledger %d are left of payments and %d in the bank; by the payments %d and %d", balance["credit"], balance["bank"], left, arrived)
	}
}

// TestMoney_workedExamplesOneToFive are the first five of billing.md, day by day.
func TestMoney_workedExamplesOneToFive(t *testing.T) {
	t.Parallel()
	type step struct{ at, pay, fee, open, state, service string }
	for _, story := range []struct {
		name  string
		terms []string
		steps []step
	}{
		{"one: in time", nil, []step{
			{"2026-11-15 23:59", "1234.56", "0.00", "0.00", "paid", "active"},
			{"2026-11-16 00:00", "", "0.00", "0.00", "paid", "active"},
			{"2026-11-26 00:00", "", "0.00", "0.00", "paid", "active"},
		}},
		{"two: a day late, the late fee stays", nil, []step{
			{"2026-11-15 23:59", "", "0.00", "1234.56", "issued", "active"},
			{"2026-11-16 00:00", "", "3.70", "1238.26", "overdue", "active"},
			{"2026-11-16 10:00", "1234.56", "3.70", "3.70", "overdue", "active"},
			{"2026-11-17 00:00", "", "3.71", "3.71", "overdue", "active"},
			{"2026-11-25 23:59", "", "3.80", "3.80", "overdue", "active"},
			{"2026-11-26 00:00", "", "3.81", "3.81", "overdue", "suspended"},
			{"2026-11-26 09:00", "3.81", "3.81", "0.00", "paid", "active"},
		}},
		{"three: principal first, suspended for the late fee", principalFirst, []step{
			{"2026-11-20 10:00", "1234.56", "18.52", "18.52", "overdue", "active"},
			{"2026-11-25 23:59", "", "18.52", "18.52", "overdue", "active"},
			{"2026-11-26 00:00", "", "18.52", "18.52", "overdue", "suspended"},
			{"2026-11-30 09:00", "18.52", "18.52", "0.00", "paid", "active"},
		}},
		{"three: principal first, the late fee is paid by the 25th", principalFirst, []step{
			{"2026-11-20 10:00", "1234.56", "18.52", "18.52", "overdue", "active"},
			{"2026-11-25 23:58", "18.52", "18.52", "0.00", "paid", "active"},
			{"2026-11-26 00:00", "", "18.52", "0.00", "paid", "active"},
		}},
		{"four: principal first, in two parts", principalFirst, []step{
			{"2026-11-18 10:00", "600.00", "11.11", "645.67", "overdue", "active"},
			{"2026-11-19 00:00", "", "13.01", "647.57", "overdue", "active"},
			{"2026-11-22 10:00", "634.56", "18.73", "18.73", "overdue", "active"},
			{"2026-11-24 00:00", "", "18.73", "18.73", "overdue", "active"},
		}},
		{"five: nothing is paid", nil, []step{
			{"2026-11-25 23:59", "", "37.04", "1271.60", "overdue", "active"},
			{"2026-11-26 00:00", "", "40.74", "1275.30", "overdue", "suspended"},
			{"2026-11-30 00:00", "", "55.56", "1290.12", "overdue", "suspended"},
		}},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			w, customer, _, bill := october(t, nil, story.terms...)
			for _, s := range story.steps {
				w.to(s.at)
				if s.pay != "" {
					w.pay(customer, s.pay, s.at[:10])
				}
				w.stands(bill, s.fee, s.open, s.state, s.service)
			}
			w.sound()
		})
	}
}

func TestMoney_workedExamplesSixSevenTenAndEleven(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-28 09:00")
	six := w.agreed(w.payer(1), "2026-11-01", "2027-10-31", nil)
	seven := w.agreed(w.payer(2), "2026-11-11", "2027-11-10", JSON{"first_month": "daily"})
	ten := w.agreed(w.payer(3), "2026-11-01", "2027-10-31", JSON{"rent": "113.37"})
	eleven := w.agreed(w.payer(4), "2026-11-01", "2027-10-31", JSON{"rent": "107000.53"})
	w.to("2026-11-20 10:00")
	w.used(six, "2026-11-20", 1234)
	w.used(seven, "2026-11-20", 700)
	w.to("2026-12-01 00:01")

	// 6: 100.00 + 234 × 0.085 = 119.89.
	b := w.bill(six, "2026-11")
	if b.num("total_fen") != 11989 || b.num("lines.0.amount_fen") != 10000 || b.str("lines.1.quantity") != "234" || b.num("lines.1.amount_fen") != 1989 {
		t.Errorf("example 6: %v", b)
	}
	// 7: 20 of 30 days: rent 66.67, 666 included, 34 × 0.085 = 2.89.
	b = w.bill(seven, "2026-11")
	if b.num("total_fen") != 6956 || b.num("lines.0.amount_fen") != 6667 || b.str("lines.0.quantity") != "20/30" || b.str("lines.1.quantity") != "34" || b.num("lines.1.amount_fen") != 289 {
		t.Errorf("example 7: %v", b)
	}
	if b.str("service_from") != "2026-11-11" || b.str("service_to") != "2026-11-30" {
		t.Errorf("example 7: service from %s to %s", b.str("service_from"), b.str("service_to"))
	}
	// 10: 113.37 with 9% tax.
	b = w.bill(ten, "2026-11")
	if b.num("net_fen") != 10401 || b.num("tax_fen") != 936 {
		t.Errorf("example 10: %v", b)
	}
	// 11: capitals.
	if got := w.bill(eleven, "2026-11").str("total_words"); got != "人民币壹拾万零柒仟元伍角叁分" {
		t.Errorf("example 11: %s", got)
	}
	w.sound()

	// December is a whole month for the contract that began on 11 November.
	w.used(seven, "2026-12-01", 1000)
	w.to("2027-01-01 00:01")
	if b := w.bill(seven, "2026-12"); b.num("total_fen") != 10000 {
		t.Errorf("the second month: %v", b)
	}
	w.sound()
}

func TestMoney_theLateFeeGrowsEveryDayAndIsRoundedOnce(t *testing.T) {
	t.Parallel()
	w, _, _, bill := october(t, nil)
	for i, fee := range []string{"3.70", "7.41", "11.11", "14.81", "18.52", "22.22", "25.93", "29.63", "33.33", "37.04", "40.74", "44.44", "48.15", "51.85", "55.56"} {
		w.to(fmt.Sprintf("2026-11-%02d 00:00", 16+i))
		service := "active"
		if i >= 10 {
			service = "suspended"
		}
		w.stands(bill, fee, (money.MustYuan("1234.56") + money.MustYuan(fee)).Yuan(), "overdue", service)
	}
	w.sound()
}

func TestMoney_aPaymentEnteredLateTakesBackWhatAccruedAfterItsValueDate(t *testing.T) {
	t.Parallel()
	w, customer, contract, bill := october(t, nil)
	// 28 November: suspended since the 26th, 13 days of late fee.
	w.to("2026-11-28 10:00")
	w.stands(bill, "48.15", "1282.71", "overdue", "suspended")
	// The bank had 1,000.00 on 15 November: only 234.56 was ever late; and 234.56 on the 20th: 5 days × 0.70368 = 3.52.
	w.pay(customer, "1000.00", "2026-11-15")
	w.stands(bill, "9.15", "243.71", "overdue", "suspended") // 13 × 0.70368 = 9.14784
	w.sound()
	w.pay(customer, "234.56", "2026-11-20")
	// late fee first: 3.52 of it is late fee, 3.52 of the principal is left, 8 days × 0.01056 more: 3.60288
	w.stands(bill, "3.60", "3.60", "overdue", "suspended")
	w.sound()
	// An even older payment comes to light: nothing was late at all, 3.60 and more are left over.
	w.pay(customer, "234.56", "2026-11-14")
	w.stands(bill, "0.00", "0.00", "paid", "active")
	if paid := w.bill(contract, "2026-10").str("paid_on"); paid != "2026-11-15" {
		t.Errorf("paid on %s", paid)
	}
	rows, err := w.App.Contracts.Suspensions(testkit.System(), contract)
	if err != nil || len(rows) != 1 || rows[0].SuspendedFrom.String() != "2026-11-26" || rows[0].LiftedOn.String() != "2026-11-28" {
		t.Errorf("the suspension stays in the history: %+v %v", rows, err)
	}
	w.sound()
	// What is left pays the bill of November on the day of its issue.
	w.to("2026-12-01 00:01")
	b := w.bill(contract, "2026-11")
	if b.num("paid_fen") != 23456 || b.str("allocations.0.value_date") != "2026-12-01" {
		t.Errorf("the bill of November: %v", b)
	}
	w.sound()
}

func TestMoney_whatIsPaidTooMuchPaysTheNextBillByItself(t *testing.T) {
	t.Parallel()
	w, customer, contract, bill := october(t, nil)
	w.to("2026-11-10 10:00")
	p := w.pay(customer, "3000.00", "2026-11-10")
	if p.num("allocated_fen") != 123456 || p.num("unallocated_fen") != 176544 {
		t.Fatalf("%v", p)
	}
	w.stands(bill, "0.00", "0.00", "paid", "active")
	w.sound()
	w.to("2026-12-01 00:01")
	b := w.bill(contract, "2026-11")
	if b.str("state") != "paid" || b.str("paid_on") != "2026-12-01" {
		t.Errorf("November: %v", b)
	}
	w.to("2027-01-01 00:01")
	w.stands(w.bill(contract, "2026-12").str("id"), "0.00", "703.68", "issued", "active")
	w.sound()
	w.to("2027-01-15 23:59")
	w.pay(customer, "703.68", "2027-01-15")
	w.stands(w.bill(contract, "2026-12").str("id"), "0.00", "0.00", "paid", "active")
	w.sound()
}

func TestMoney_ofTwoContractsTheOldestBillIsPaidFirstEachInItsOwnOrder(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-09-28 09:00")
	customer := w.payer(1)
	first := w.agreed(customer, "2026-10-01", "2026-10-31", JSON{"rent": "1000.00"})
	second := w.agreed(customer, "2026-11-01", "2027-10-31", JSON{"rent": "2000.00"})
	w.term(second, principalFirst[0], principalFirst[1])
	w.to("2026-12-20 10:00")
	// October of the first: overdue since 16 November, 35 days × 3.00; November of the second: since 16 December, 5 × 6.00.
	a, b := w.bill(first, "2026-10").str("id"), w.bill(second, "2026-11").str("id")
	w.stands(a, "105.00", "1105.00", "overdue", "expired")
	w.stands(b, "30.00", "2030.00", "overdue", "active")
	// 100.00: late fee of the oldest first.
	w.pay(customer, "100.00", "2026-12-20")
	w.stands(a, "105.00", "1005.00", "overdue", "expired")
	// 2,000.00: 5.00 late fee and 1,000.00 principal of the first, then 995.00 principal of the second.
	w.pay(customer, "2000.00", "2026-12-20")
	w.stands(a, "105.00", "0.00", "paid", "closed") // ended, billed for the last time, paid, and no deposit to give back
	w.stands(b, "30.00", "1035.00", "overdue", "active")
	if x := w.bill(second, "2026-11"); x.num("paid_fen") != 99500 || x.num("late_fee_paid_fen") != 0 {
		t.Errorf("principal first: %v", x)
	}
	w.sound()
	// 26 December: the second is suspended for 1,005.00 + 30.00 + 6 days × 3.015.
	w.to("2026-12-26 00:00")
	w.stands(b, "48.09", "1053.09", "overdue", "suspended")
	// Partial payments while suspended: nothing resumes until the last fen is there.
	w.to("2026-12-26 10:00")
	w.pay(customer, "1005.00", "2026-12-26")
	w.stands(b, "48.09", "48.09", "overdue", "suspended")
	w.to("2026-12-27 10:00")
	w.pay(customer, "48.08", "2026-12-27")
	w.stands(b, "48.09", "0.01", "overdue", "suspended")
	w.pay(customer, "0.01", "2026-12-27")
	w.stands(b, "48.09", "0.00", "paid", "active")
	w.sound()
}

func TestMoney_suspensionCountsFromItsDayEvenIfTheServerWasDown(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	customer := w.payer(1)
	contract := w.agreed(customer, "2026-10-01", "2027-09-30", JSON{"rent": "1234.56"})
	if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
		t.Fatal(err)
	}
	// Nothing ran from 2 October until 28 November: the month end, the due date and the end of the grace were missed.
	w.downUntil("2026-11-28 10:00")
	if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
		t.Fatal(err)
	}
	b := w.bill(contract, "2026-10")
	if b.str("issued_on") != "2026-11-01" || b.str("due_on") != "2026-11-15" {
		t.Errorf("%v", b)
	}
	w.stands(b.str("id"), "48.15", "1282.71", "overdue", "suspended")
	rows, err := w.App.Contracts.Suspensions(testkit.System(), contract)
	if err != nil || len(rows) != 1 || rows[0].SuspendedFrom.String() != "2026-11-26" {
		t.Errorf("%+v %v", rows, err)
	}
	w.pay(customer, "1282.71", "2026-11-28")
	w.stands(b.str("id"), "48.15", "0.00", "paid", "active")
	w.sound()
}

func TestMoney_windowsEndOnTheLastDayOfShortMonthsAndOnTheLeapDay(t *testing.T) {
	t.Parallel()
	w := counter(t, "2027-12-28 09:00")
	window := JSON{"window_from_day": "25", "window_to_day": "31"}
	old := w.agreed(w.payer(1), "2028-01-01", "2028-12-31", window)
	young := w.agreed(w.payer(2), "2028-02-10", "2029-02-09", JSON{"window_from_day": "30", "window_to_day": "31", "first_month": "daily"})
	w.to("2028-02-20 10:00")
	w.used(young, "2028-02-29", 700)
	january := w.bill(old, "2028-01")
	if january.str("window_from") != "2028-02-25" || january.str("due_on") != "2028-02-29" || january.str("suspend_on") != "2028-03-11" {
		t.Errorf("January: %v", january)
	}
	w.to("2028-02-29 23:59")
	w.stands(january.str("id"), "0.00", "100.00", "issued", "active")
	w.to("2028-03-01 00:00")
	w.stands(january.str("id"), "0.30", "100.30", "overdue", "active")
	// February of the young contract: 20 of 29 days: 68.97; 1,000 × 20 / 29 = 689 included, 11 × 0.085 = 0.94 (0.935).
	february := w.bill(young, "2028-02")
	if february.num("total_fen") != 6991 || february.str("lines.0.quantity") != "20/29" || february.str("lines.1.quantity") != "11" || february.str("due_on") != "2028-03-31" {
		t.Errorf("February: %v", february)
	}
	w.to("2028-03-10 23:59")
	w.stands(january.str("id"), "3.00", "103.00", "overdue", "active")
	w.to("2028-03-11 00:00")
	w.stands(january.str("id"), "3.30", "103.30", "overdue", "suspended")
	w.to("2028-04-01 00:01")
	if march := w.bill(old, "2028-03"); march.str("window_from") != "2028-04-25" || march.str("due_on") != "2028-04-30" {
		t.Errorf("March: %v", march)
	}
	if march := w.bill(young, "2028-03"); march.str("window_from") != "2028-04-30" || march.str("due_on") != "2028-04-30" {
		t.Errorf("March: %v", march)
	}
	w.sound()
}

func TestMoney_taxGoesByTheDayOfTheService(t *testing.T) {
	t.Parallel()
	w := counter(t, "2025-11-28 09:00")
	customer := w.payer(1)
	contract := w.agreed(customer, "2025-12-01", "2026-11-30", JSON{"rent": "113.37"})
	w.to("2026-01-03 10:00")
	december := w.bill(contract, "2025-12")
	if december.str("lines.0.tax_rate") != "0.06" || december.num("net_fen") != 10695 || december.num("tax_fen") != 642 {
		t.Errorf("service of December, billed in January: %v", december)
	}
	w.used(contract, "2025-12-31", 1100) // receipts of December that came after its bill
	w.to("2026-02-01 00:01")
	january := w.bill(contract, "2026-01")
	if january.str("lines.0.tax_rate") != "0.09" || january.num("lines.0.net_fen") != 10401 || january.num("lines.0.tax_fen") != 936 {
		t.Errorf("service of January: %v", january)
	}
	if january.str("lines.1.charge") != "late_usage" || january.num("lines.1.amount_fen") != 850 || january.str("lines.1.tax_rate") != "0.06" {
		t.Errorf("late receipts of December: %v", january.list("lines"))
	}
	// The late fee of December's bill carries December's rate, although its days lie in January: 0.34 = 0.32 + 0.02.
	december = w.bill(contract, "2025-12")
	for _, e := range december.list("entries") {
		if e.str("date") == "2026-01-16" && e.str("kind") == "late_fee" {
			for _, p := range e.list("postings") {
				if p.str("account") == "vat_payable" && p.num("credit_fen") != 2 || p.str("account") == "late_fee_income" && p.num("credit_fen") != 32 {
					t.Errorf("late fee of the first day: %v", e)
				}
			}
		}
	}
	w.sound()
}

func TestMoney_theDepositComesInPartsAndGoesBackByTwoPeople(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-20 09:00")
	finance, lead, sales := w.as("finance"), w.as("finance_lead"), w.as("sales")
	customer := w.payer(1)
	contract := w.contract(customer, blanks("2026-11-01", "2027-10-31", JSON{"deposit": "500.00", "first_month": "daily"}))
	path := "/contracts/" + contract + "/deposit"
	in := func(yuan, reference string) JSON {
		return JSON{"amount_fen": int64(money.MustYuan(yuan)), "received_on": "2026-10-20", "method": "transfer", "reference": reference}
	}
	if d := finance.post(201, path, in("200.00", "D-1")); d.num("held_fen") != 20000 || d.num("missing_fen") != 30000 {
		t.Errorf("a part: %v", d)
	}
	w.to("2026-11-01 00:01")
	if s := sales.get("/contracts/" + contract).str("state"); s != "awaiting_signature" {
		t.Errorf("with a part of the deposit the contract is %s", s)
	}
	refused := finance.refused(422, path, in("300.01", "D-2"), "deposit.invalid")
	if !strings.Contains(refused.str("errors.0.detail"), "300.00") {
		t.Errorf("too much: the cure is not told: %v", refused)
	}
	finance.refused(409, path, in("300.00", "D-1"), "deposit.duplicate")
	if d := finance.post(201, path, in("300.00", "D-2")); d.num("held_fen") != 50000 || d.num("missing_fen") != 0 {
		t.Errorf("all of it: %v", d)
	}
	if s := sales.get("/contracts/" + contract).str("state"); s != "active" {
		t.Errorf("with the whole deposit the contract is %s", s)
	}
	finance.refused(422, path, in("0.01", "D-3"), "deposit.invalid")
	back := func(yuan, reference string) JSON {
		x := in(yuan, reference)
		x["received_on"], x["reason"] = w.App.Clock.Today().String(), "合同终止，款项结清"
		return x
	}
	finance.refused(409, path+"/refunds", back("500.00", "DR-1"), "deposit.not_ended")
	w.sound()

	// It ends on 10 November; 10 of 30 days: 33.33, 333 included, 67 × 0.085 = 5.70 (5.695).
	w.used(contract, "2026-11-05", 400)
	w.as("compliance_lead").post(200, "/contracts/"+contract+"/terminate", JSON{"cause": "mutual", "reason": "双方协商终止", "on": "2026-11-10"})
	w.to("2026-11-11 00:01")
	if s := sales.get("/contracts/" + contract).str("state"); s != "terminated" {
		t.Errorf("after its last day the contract is %s", s)
	}
	if n := len(finance.get("/bills?contract_id=" + contract).list("items")); n != 0 {
		t.Errorf("%d bills before the month is over", n)
	}
	w.to("2026-12-01 00:01")
	b := w.bill(contract, "2026-11")
	if b.num("total_fen") != 3903 || b.str("service_to") != "2026-11-10" || b.str("lines.0.quantity") != "10/30" || b.str("lines.1.quantity") != "67" {
		t.Errorf("the final bill: %v", b)
	}
	finance.refused(409, path+"/refunds", back("500.00", "DR-1"), "deposit.not_ended")
	w.to("2026-12-10 10:00")
	w.pay(customer, "39.03", "2026-12-10")
	w.to("2026-12-11 00:01")
	refundOn := "2026-12-14"
	if s := sales.get("/contracts/" + contract).str("state"); s != "settled" {
		t.Errorf("ended and paid, the contract is %s", s)
	}
	finance.refused(409, path+"/refunds", back("500.01", "DR-1"), "deposit.not_held")
	first := finance.post(201, path+"/refunds", back("499.00", "DR-1"))
	lead.post(200, "/deposits/"+first.str("id")+"/decision", JSON{"approve": false}) // a wrong amount: asked for again with the same reference
	m := finance.post(201, path+"/refunds", back("500.00", "DR-1"))
	finance.refused(403, "/deposits/"+m.str("id")+"/decision", JSON{"approve": true}, "deposit.own_refund")
	w.to(refundOn + " 10:00") // the money leaves when it is approved, not when it was asked for
	if d := lead.post(200, "/deposits/"+m.str("id")+"/decision", JSON{"approve": true}); d.str("on") != refundOn {
		t.Errorf("refunded on %s", d.str("on"))
	}
	if e := finance.get("/ledger/entries?document_id=" + m.str("id")).list("items"); len(e) != 1 || e[0].str("date") != refundOn {
		t.Errorf("the refund in the ledger: %v", e)
	}
	lead.refused(409, "/deposits/"+m.str("id")+"/decision", JSON{"approve": true}, "deposit.decided")
	if d := finance.get(path); d.num("held_fen") != 0 {
		t.Errorf("after the refund: %v", d)
	}
	w.sound()
	// January has no bill of it.
	w.to("2027-01-01 00:01")
	if n := len(finance.get("/bills?contract_id=" + contract).list("items")); n != 1 {
		t.Errorf("%d bills of a contract that ended", n)
	}
	w.sound()
}

func TestMoney_billsOfAMonthAreIssuedOnceHoweverManyRun(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	var contracts []string
	for n := range 6 {
		contracts = append(contracts, w.agreed(w.payer(n+1), "2026-10-01", "2027-09-30", nil))
	}
	idle := w.agreed(w.payer(7), "2026-10-01", "2027-09-30", JSON{"rent": "0.00"})
	w.used(idle, "2026-10-05", 500) // within what is included: nothing is owed
	w.used(contracts[5], "2026-10-05", 1234)
	// 31 October: a preview says what would be, and nothing can be issued yet.
	w.downUntil("2026-10-31 23:00")
	finance := w.as("finance")
	preview := finance.post(201, "/bill-runs", JSON{"month": "2026-10", "dry_run": true})
	if preview.num("count") != 6 || preview.num("issued") != 0 || preview.num("nothing_owed") != 1 || preview.num("total_fen") != 61989 || preview.str("state") != "preview" {
		t.Errorf("preview: %v", preview)
	}
	finance.refused(409, "/bill-runs", JSON{"month": "2026-10"}, "bill.month_open")
	finance.refused(422, "/bill-runs", JSON{"month": "2026-13"}, "month.invalid")
	finance.refused(422, "/bill-runs", JSON{"month": ""}, "input.invalid")
	if n := finance.get("/bills").num("totals.count"); n != 0 {
		t.Fatalf("%d bills after a preview", n)
	}
	// 1 November 00:01: two people and the daily job at once.
	w.downUntil("2026-11-01 00:01")
	finance, lead := w.as("finance"), w.as("finance_lead")
	var wg sync.WaitGroup
	statuses := make([]int, 4)
	for i := range statuses {
		p := []*Person{finance, lead}[i%2]
		wg.Go(func() {
			res, err := p.http.Post(w.server.URL+"/api/v1/bill-runs", "application/json", strings.NewReader(`{"month":"2026-10"}`))
			if err == nil {
				statuses[i] = res.StatusCode
				_ = res.Body.Close()
			}
		})
	}
	wg.Go(func() {
		if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	for i, s := range statuses {
		if s != http.StatusCreated {
			t.Errorf("run %d: %d", i, s)
		}
	}
	list := finance.get("/bills?month=2026-10")
	if list.num("totals.count") != 6 || list.num("totals.total_fen") != 61989 {
		t.Errorf("issued: %v", list.at("totals"))
	}
	for n, id := range contracts { // in the order of the contracts' numbers, without gaps
		if got := w.bill(id, "2026-10").str("number"); got != fmt.Sprintf("B-202610-%06d", n+1) {
			t.Errorf("contract %d has bill %s", n+1, got)
		}
	}
	if n := len(finance.get("/bills?contract_id=" + idle).list("items")); n != 0 {
		t.Errorf("%d bills for a month that owes nothing", n)
	}
	again := finance.post(201, "/bill-runs", JSON{"month": "2026-10"})
	if again.num("issued") != 0 || again.num("skipped") != 7 || again.num("failed") != 0 {
		t.Errorf("again: %v", again)
	}
	w.sound()
}

func TestMoney_aBillFarAboveTheUsualIsFlagged(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-07-01 09:00")
	finance := w.as("finance")
	far := w.agreed(w.payer(1), "2026-07-01", "2027-06-30", nil)
	near := w.agreed(w.payer(2), "2026-07-01", "2027-06-30", nil)
	young := w.agreed(w.payer(3), "2026-08-01", "2027-07-31", nil)
	// Three bills of 100.00, 100.00 and 100.17: five times their average is 500.28 and a third.
	for _, c := range []string{far, near} {
		w.used(c, "2026-07-10", 10)
		w.used(c, "2026-08-10", 10)
		w.used(c, "2026-09-10", 1002)
	}
	w.to("2026-10-20 10:00")
	w.used(far, "2026-10-20", 5710)  // 100.00 + 4,710 × 0.085 = 500.35
	w.used(near, "2026-10-20", 5709) // 500.27 (500.265)
	w.used(young, "2026-10-20", 90000)
	preview := finance.post(201, "/bill-runs", JSON{"month": "2026-10", "dry_run": true})
	flagged := map[string]string{}
	for _, a := range preview.list("anomalies") {
		flagged[a.str("contract_id")] += a.str("code") + " "
	}
	if flagged[far] != "five_times " || flagged[near] != "" || flagged[young] != "" {
		t.Errorf("flagged: %v; far %s, near %s, young %s", flagged, far, near, young)
	}
	w.to("2026-11-01 00:01")
	if b := w.bill(far, "2026-10"); b.num("total_fen") != 50035 {
		t.Errorf("far: %v", b)
	}
	if b := w.bill(near, "2026-10"); b.num("total_fen") != 50027 {
		t.Errorf("near: %v", b)
	}
	var told int
	if err := w.App.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM notices WHERE kind = 'bill_unusual'").Scan(&told); err != nil || told != 1 {
		t.Errorf("%d customers were told of an unusual bill (%v)", told, err)
	}
	w.sound()
}

// TestMoney_paymentsAtOnceAndTheDailyRunLoseNothing has six payments and the jobs of five overdue days at once.
func TestMoney_paymentsAtOnceAndTheDailyRunLoseNothing(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	customer := w.payer(1)
	contract := w.agreed(customer, "2026-10-01", "2027-09-30", JSON{"rent": "1234.56"})
	if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
		t.Fatal(err)
	}
	w.downUntil("2026-11-14 12:00")
	if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
		t.Fatal(err)
	}
	bill := w.bill(contract, "2026-10").str("id")
	w.downUntil("2026-11-28 00:00") // nothing has run since the 14th
	finance := w.as("finance")
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			body := fmt.Sprintf(`{"customer_id":%q,"amount_fen":20000,"value_date":"2026-11-%02d","method":"transfer","reference":"AT-ONCE-%d"}`, customer, 15+i, i)
			res, err := finance.http.Post(w.server.URL+"/api/v1/payments", "application/json", strings.NewReader(body))
			if err != nil || res.StatusCode != http.StatusCreated {
				t.Errorf("payment %d: %v %v", i, res.Status, err)
				return
			}
			_ = res.Body.Close()
		})
	}
	wg.Go(func() {
		if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
		t.Fatal(err)
	}
	// Whatever came first, value dates decide: 200.00 on each of 15..20 November, late fee first, as if entered in order.
	// 16: 1,034.56 → 3.10368; 17: 837.66 → 2.51298; 18: 640.18 → 1.92054; 19: 442.10 → 1.3263; 20: 243.42 → 0.73026;
	// then 44.16 for 21..28: 8 × 0.13248. The parts of the late fee that each payment found: 3.10, 2.52, 1.92, 1.32, 0.73.
	w.stands(bill, "10.65", "45.21", "overdue", "suspended")
	w.sound()
}

// posts sends bodies at once and counts the answers by status.
func (p *Person) posts(path string, bodies ...string) map[int]int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for _, body := range bodies {
		wg.Go(func() {
			res, err := p.http.Post(p.w.server.URL+"/api/v1"+path, "application/json", strings.NewReader(body))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				got[0]++
				return
			}
			_ = res.Body.Close()
			got[res.StatusCode]++
		})
	}
	wg.Wait()
	return got
}

func TestMoney_oneBankReferenceEnteredByManyAtOnceCountsOnce(t *testing.T) {
	t.Parallel()
	w, customer, _, bill := october(t, nil)
	body := fmt.Sprintf(`{"customer_id":%q,"amount_fen":10000,"value_date":"2026-11-01","method":"transfer","bank_account":"6222000000000000001","reference":"SAME"}`, customer)
	got := w.as("finance").posts("/payments", body, body, body, body, body, body)
	if got[201] != 1 || got[409] != 5 {
		t.Errorf("answers: %v", got)
	}
	w.stands(bill, "0.00", "1134.56", "issued", "active")
	w.sound()
}

func TestMoney_paymentsDuringTheBillRunPayTheNewBills(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	customer, other := w.payer(1), w.payer(2)
	contract := w.agreed(customer, "2026-10-01", "2027-09-30", JSON{"rent": "1234.56"})
	w.agreed(other, "2026-10-01", "2027-09-30", nil)
	w.downUntil("2026-11-01 00:05")
	finance, lead := w.as("finance"), w.as("finance_lead")
	var bodies []string
	for i := range 5 {
		for _, c := range []string{customer, other} {
			bodies = append(bodies, fmt.Sprintf(`{"customer_id":%q,"amount_fen":30000,"value_date":"2026-10-%02d","method":"transfer","reference":"RUN-%s-%d"}`, c, 20+i, c, i))
		}
	}
	done := make(chan map[int]int)
	go func() { done <- lead.posts("/bill-runs", `{"month":"2026-10"}`, `{"month":"2026-10"}`) }()
	if got := finance.posts("/payments", bodies...); got[201] != len(bodies) {
		t.Errorf("payments: %v", got)
	}
	if got := <-done; got[201] != 2 {
		t.Errorf("runs: %v", got)
	}
	b := w.bill(contract, "2026-10")
	if b.str("state") != "paid" || b.str("paid_on") != "2026-11-01" { // the money was there before the bill was
		t.Errorf("%v", b)
	}
	w.sound()
}

func TestMoney_amountsAndDatesThatAreWrongChangeNothing(t *testing.T) {
	t.Parallel()
	w, customer, _, _ := october(t, nil)
	finance := w.as("finance")
	w.pay(customer, "0.01", "2026-11-01")
	before := finance.get("/ledger/entries").num("total")
	payment := func(amount, date string) string {
		return fmt.Sprintf(`{"customer_id":%q,"amount_fen":%s,"value_date":%q,"method":"transfer","bank_account":"6222000000000000001","reference":"BAD"}`, customer, amount, date)
	}
	for name, body := range map[string]string{
		"nothing":              payment("0", "2026-11-01"),
		"a negative amount":    payment("-1", "2026-11-01"),
		"the smallest integer": payment("-9223372036854775808", "2026-11-01"),
		"2^63 - 1":             payment("9223372036854775807", "2026-11-01"),
		"2^63":                 payment("9223372036854775808", "2026-11-01"),
		"an exponent":          payment("1e3", "2026-11-01"),
		"a fraction of a fen":  payment("100.5", "2026-11-01"),
		"NaN":                  payment("NaN", "2026-11-01"),
		"a text":               payment(`"100"`, "2026-11-01"),
		"null":                 payment("null", "2026-11-01"),
		"tomorrow":             payment("100", "2026-11-02"),
		"a day that is none":   payment("100", "2026-02-29"),
		"month 13":             payment("100", "2026-13-01"),
		"no day":               payment("100", ""),
		"long ago":             payment("100", "1999-12-31"),
		"a doubled key":        strings.Replace(payment("100", "2026-11-01"), `"method"`, `"amount_fen":200,"method"`, 1),
		"an unknown field":     strings.Replace(payment("100", "2026-11-01"), `"method"`, `"allocated_fen":1,"method"`, 1),
		"no reference":         strings.Replace(payment("100", "2026-11-01"), "BAD", "", 1),
		"the same reference":   strings.Replace(payment("100", "2026-11-01"), "BAD", "P-001", 1),
	} {
		status, _, b := finance.do("POST", "/payments", "application/json", strings.NewReader(body))
		if status < 400 || status >= 500 || !strings.Contains(string(b), `"detail_en"`) || strings.Contains(string(b), `"detail_en":""`) {
			t.Errorf("%s: %d %s", name, status, b)
		}
	}
	if after := finance.get("/ledger/entries").num("total"); after != before {
		t.Errorf("%d entries were posted", after-before)
	}
	w.sound()
}

func TestMoney_aBillBeyondAllAmountsIsAFailureOfItsOwn(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-09-28 09:00")
	mad := w.agreed(w.payer(1), "2026-10-01", "2027-09-30", JSON{"overage": "10"})
	sane := w.agreed(w.payer(2), "2026-10-01", "2027-09-30", nil)
	w.to("2026-10-02 10:00")
	w.used(mad, "2026-10-02", 2_000_000_000_000) // 2 × 10^13 yuan: no paper can write it, no payment can pay it
	w.to("2026-11-01 00:01")
	if b := w.bill(sane, "2026-10"); b.num("total_fen") != 10000 {
		t.Errorf("%v", b)
	}
	if n := len(w.as("finance").get("/bills?contract_id=" + mad).list("items")); n != 0 {
		t.Errorf("%d bills of an amount that no paper can write", n)
	}
	run := w.as("finance").post(201, "/bill-runs", JSON{"month": "2026-10", "dry_run": true})
	if run.num("failed") != 1 || run.str("failures.0.contract_id") != mad || !strings.Contains(run.str("failures.0.error"), "金额超过 9,999,999,999,999.99 元") {
		t.Errorf("the failure does not say why: %v", run.at("failures"))
	}
	w.to("2026-11-28 00:01")
	w.sound()
}

func TestMoney_receiptsThatComeAfterTheLastBillAreBilledForTheirDays(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-09-28 09:00")
	contract := w.agreed(w.payer(1), "2026-10-01", "2026-10-20", nil)
	w.used(contract, "2026-10-20", 1000)
	w.to("2026-11-02 10:00")
	w.used(contract, "2026-10-20", 100)
	w.to("2026-12-01 00:01")
	b := w.bill(contract, "2026-11")
	if b.num("total_fen") != 850 || b.str("service_from") != "2026-10-01" || b.str("service_to") != "2026-10-20" {
		t.Errorf("service from %s to %s: %v", b.str("service_from"), b.str("service_to"), b.list("lines"))
	}
	w.sound()
}

// TestMoney_theLedgerIsSearchedByWhatPeopleKnow: numbers and names, not ids.
func TestMoney_theLedgerIsSearchedByWhatPeopleKnow(t *testing.T) {
	t.Parallel()
	w, customer, contract, bill := october(t, nil)
	other := w.payer(2)
	w.agreed(other, "2026-11-01", "2027-10-31", nil)
	w.to("2026-11-18 10:00")
	p := w.pay(customer, "100.00", "2026-11-18")
	for q, want := range map[string]int64{
		w.bill(contract, "2026-10").str("number"): 4, // the bill and three days of late fee
		p.str("number"):   2, // the payment and its allocation
		"示例1号":            6,
		"示例2号":            0,
		"latefee:" + bill: 3,
		"%":               0,
	} {
		if got := w.as("finance").get("/ledger/entries?q=" + url.QueryEscape(q)).num("total"); got != want {
			t.Errorf("%q finds %d entries, want %d", q, got, want)
		}
	}
}

// TestMoney_aServerThatStartsLateSuspendsBeforeItSends: a batch waits for the morning, the server is down over the end of the
// grace, and starts within sending hours.
func TestMoney_aServerThatStartsLateSuspendsBeforeItSends(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00", func(c *app.Config) { c.Listen = "127.0.0.1:0" })
	config := w.App.Config
	customer, signature := w.customer("成都云帆电子商务有限公司", contracttest.USCC(1), "云帆商城")
	contract := w.agreed(customer, "2026-10-01", "2027-09-30", JSON{"rent": "1234.56"})
	run := func() {
		if _, err := w.App.Days.RunDue(testkit.System(), w.App.Clock.Today()); err != nil {
			t.Fatal(err)
		}
	}
	run()
	w.downUntil("2026-10-25 20:50")
	run()
	batch := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}, "到货通知.csv", rows(300))
	w.work()
	w.downUntil("2026-10-25 21:30") // sending hours are over
	w.approve("compliance_reviewer", batch)
	w.work()
	if n := w.left(batch); n != 0 {
		t.Fatalf("%d messages were handed off at night", n)
	}
	w.server.Close()
	if err := w.App.Close(); err != nil {
		t.Fatal(err)
	}

	// 26 November 10:00: overdue day 11 and sending hours.
	again := open(t, config, "2026-11-26 10:00")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- again.App.Serve(ctx, app.ServeOptions{}) }()
	state := ""
	for end := time.Now().Add(2 * time.Minute); state != "suspended" && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if err := again.App.DB.ReadSQL().QueryRow("SELECT state FROM contracts").Scan(&state); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if state != "suspended" {
		t.Fatalf("the contract is %s", state)
	}
	again.people = map[string]*Person{}
	if n := again.left(batch); n != 0 {
		t.Errorf("%d messages of a contract that was to be suspended at 00:00 were handed off at 10:00", n)
	}
	again.verify()
}
