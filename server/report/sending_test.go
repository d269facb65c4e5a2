package report_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/report"
	"sealgate/server/testkit"
)

// sendings is a house that has sent: rows as hand-offs leave them behind.
type sendings struct {
	*report.Service
	db *db.DB
}

func newSendings(t testing.TB) *sendings {
	t.Helper()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-11-20 12:00")
	return &sendings{report.New(d, c, "信闸演示通信有限公司"), d}
}

func (s *sendings) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if err := s.db.Run(context.Background(), func(ctx context.Context) error { return s.db.Q(ctx).Exec(sql, args...).Error }); err != nil {
		t.Fatal(err)
	}
}

// fate writes what became of messages of a customer's batch on a day.
func (s *sendings) fate(t testing.TB, on, customer, category, channel, carrier, outcome, code string, n int64) {
	t.Helper()
	s.exec(t, "INSERT INTO handoff_results VALUES (?, ?, ?, ?, ?, ?, 'absent', 'c-"+customer+"', ?, '10690', ?, ?)", "b-"+customer+category, on, channel, carrier, outcome, code, customer, n, 2*n)
	parts := int64(0)
	if outcome == "delivered" {
		parts = 2 * n
	}
	for when, table := range map[string][2]string{on: {"handoff_days", "on_date"}, on[:7]: {"handoff_months", "month"}} {
		s.exec(t, "INSERT INTO "+table[0]+" SELECT ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM "+table[0]+" WHERE "+table[1]+" = ? AND customer_id = ? AND category = ? AND channel = ? AND carrier = ?)",
			when, customer, "c-"+customer, category, channel, carrier, when, customer, category, channel, carrier)
		s.exec(t, "UPDATE "+table[0]+" SET "+outcome+" = "+outcome+" + ?, parts = parts + ? WHERE "+table[1]+" = ? AND customer_id = ? AND category = ? AND channel = ? AND carrier = ?",
			n, parts, when, customer, category, channel, carrier)
	}
	if outcome == "sent" {
		return
	}
	for when, table := range map[string]string{on: "handoff_day_codes", on[:7]: "handoff_month_codes"} {
		s.exec(t, "INSERT INTO "+table+" VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'absent', ?, ?)", when, customer, "c-"+customer, category, channel, carrier, outcome, code, n, parts)
	}
}

// filled has two customers: acme with notices and marketing over two channels on 1 and 2 November, bold with a few on the 2nd.
func filled(t testing.TB) *sendings {
	s := newSendings(t)
	s.fate(t, "2026-11-01", "acme", "notice", "north", "cmcc", "sent", "", 100)
	s.fate(t, "2026-11-01", "acme", "notice", "north", "cmcc", "delivered", "DELIVRD", 90)
	s.fate(t, "2026-11-01", "acme", "notice", "north", "cmcc", "failed", "MK:0001", 7)
	s.fate(t, "2026-11-02", "acme", "marketing", "south", "cucc", "delivered", "DELIVRD", 40)
	s.fate(t, "2026-11-02", "acme", "marketing", "south", "", "failed", "MK:0001", 5)
	s.fate(t, "2026-11-02", "bold", "notice", "north", "cmcc", "delivered", "DELIVRD", 3)
	return s
}

func everyone() context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "u", Scope: actor.Scope{All: true}})
}

func ofCustomer(id string) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "c", Scope: actor.Scope{CustomerID: id}})
}

func november(by string) report.SendingAsk {
	return report.SendingAsk{From: caldate.MustParse("2026-11-01"), To: caldate.MustParse("2026-11-30"), By: by}
}

// told is the rows that have anything, as key delivered/failed.
func told(rows []report.SendingRow) string {
	var out []string
	for _, r := range rows {
		if r.Delivered+r.Failed > 0 {
			out = append(out, fmt.Sprintf("%s %d/%d", r.Key, r.Delivered, r.Failed))
		}
	}
	return strings.Join(out, ", ")
}

func TestSending_groupsByWhateverIsAskedFor(t *testing.T) {
	t.Parallel()
	s := filled(t)
	for by, want := range map[string]string{
		report.ByDay: "2026-11-01 90/7, 2026-11-02 43/5", report.ByMonth: "2026-11 133/12", report.ByCustomer: "acme 130/12, bold 3/0",
		report.ByCarrier: "cmcc 93/7, cucc 40/0,  0/5", report.ByChannel: "north 93/7, south 40/5", report.ByCategory: "notice 93/7, marketing 40/5",
		report.ByCode: "DELIVRD 133/0, MK:0001 0/12", report.ByBatch: "b-acmenotice 90/7, b-acmemarketing 40/5, b-boldnotice 3/0",
	} {
		got, err := s.Sending(everyone(), november(by))
		if err != nil {
			t.Fatalf("%s: %v", by, err)
		}
		if told(got.Rows) != want {
			t.Errorf("%s: %s, want %s", by, told(got.Rows), want)
		}
		if got.Total.Delivered != 133 || got.Total.Failed != 12 || got.Total.Sent != 100 && by != report.ByCode || got.Total.Parts != 266 || by != report.ByMonth && len(got.Over) != 30 {
			t.Errorf("%s: %+v, %d days", by, got.Total, len(got.Over))
		}
	}
}

func TestSending_filtersTellTheSameUnderEveryGrouping(t *testing.T) {
	t.Parallel()
	s := filled(t)
	for name, c := range map[string]struct {
		narrow func(*report.SendingAsk)
		want   string
	}{
		"customer": {func(a *report.SendingAsk) { a.CustomerID = "bold" }, "3/0"},
		"contract": {func(a *report.SendingAsk) { a.ContractID = "c-acme" }, "130/12"},
		"category": {func(a *report.SendingAsk) { a.Category = "marketing" }, "40/5"},
		"channel":  {func(a *report.SendingAsk) { a.Channel = "south" }, "40/5"},
		"carrier":  {func(a *report.SendingAsk) { a.Carrier = "cmcc" }, "93/7"},
		"unknown":  {func(a *report.SendingAsk) { a.Carrier = "unknown" }, "0/5"},
		"code":     {func(a *report.SendingAsk) { a.Code = "MK:0001" }, "0/12"},
	} {
		for _, by := range []string{report.ByDay, report.ByMonth, report.ByCustomer, report.ByCarrier, report.ByChannel, report.ByCode, report.ByCategory} {
			ask := november(by)
			c.narrow(&ask)
			got, err := s.Sending(everyone(), ask)
			if err != nil {
				t.Fatal(err)
			}
			var d, f int64
			for _, r := range got.Rows {
				d, f = d+r.Delivered, f+r.Failed
			}
			if fmt.Sprintf("%d/%d", d, f) != c.want {
				t.Errorf("%s by %s: %d/%d, want %s", name, by, d, f, c.want)
			}
		}
	}
}

func TestSending_showsACustomerItsOwnAndNoChannels(t *testing.T) {
	t.Parallel()
	s := filled(t)
	got, err := s.Sending(ofCustomer("bold"), november(report.ByDay))
	if err != nil || got.Total.Delivered != 3 {
		t.Fatalf("%+v %v", got, err)
	}
	other := november(report.ByDay)
	other.CustomerID = "acme"
	if got, err := s.Sending(ofCustomer("bold"), other); err != nil || got.Total.Delivered != 0 {
		t.Errorf("another's figures: %+v %v", got, err)
	}
	for _, by := range []string{report.ByChannel, report.ByCustomer} {
		if _, err := s.Sending(ofCustomer("bold"), november(by)); !errors.Is(err, report.ErrOurs) {
			t.Errorf("%s: %v", by, err)
		}
	}
	channel := november(report.ByDay)
	channel.Channel = "north"
	if _, err := s.Sending(ofCustomer("bold"), channel); !errors.Is(err, report.ErrOurs) {
		t.Errorf("filtered by channel: %v", err)
	}
}

func TestSending_refusesPeriodsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := newSendings(t)
	for _, c := range []struct {
		from, to, by string
		want         error
	}{
		{"2026-11-02", "2026-11-01", report.ByDay, report.ErrSpan},
		{"2025-11-19", "2026-11-20", report.ByDay, report.ErrSpan},
		{"2026-10-01", "2026-11-20", report.ByBatch, report.ErrBatchSpan},
	} {
		_, err := s.Sending(everyone(), report.SendingAsk{From: caldate.MustParse(c.from), To: caldate.MustParse(c.to), By: c.by})
		if !errors.Is(err, c.want) {
			t.Errorf("%s to %s by %s: %v", c.from, c.to, c.by, err)
		}
	}
}

func TestSendingTable_saysTheSameAsTheFigures(t *testing.T) {
	t.Parallel()
	s := filled(t)
	table, err := s.SendingTable(everyone(), november(report.ByCarrier))
	if err != nil {
		t.Fatal(err)
	}
	rows := table.CSV()
	if got := strings.Join(rows[1], ","); got != "cmcc,中国移动,0,0,0,100,93,7,0,186" {
		t.Errorf("first line: %s", got)
	}
	if got := strings.Join(rows[len(rows)-1], ","); got != "合计,,0,0,0,100,133,12,0,266" {
		t.Errorf("last line: %s", got)
	}
}

func TestSending_readsALongPeriodFromMonthsAndTheDaysAtItsEnds(t *testing.T) {
	t.Parallel()
	s := newSendings(t)
	for _, on := range []string{"2026-03-14", "2026-03-15", "2026-04-01", "2026-06-30", "2026-07-02", "2026-07-03"} {
		s.fate(t, on, "acme", "notice", "channel of "+on, "cmcc", "delivered", "DELIVRD", 10)
	}
	for _, c := range []struct {
		from, to string
		want     int64
	}{
		{"2026-03-15", "2026-07-02", 40}, {"2026-03-14", "2026-07-03", 60}, {"2026-03-01", "2026-07-31", 60}, {"2026-04-01", "2026-06-30", 20}, {"2026-04-02", "2026-07-01", 10},
		{"2026-07-03", "2026-07-03", 10}, {"2026-05-01", "2026-05-31", 0},
	} {
		for _, by := range []string{report.ByMonth, report.ByDay, report.ByCarrier, report.ByCode} {
			got, err := s.Sending(everyone(), report.SendingAsk{From: caldate.MustParse(c.from), To: caldate.MustParse(c.to), By: by})
			if err != nil {
				t.Fatal(err)
			}
			var sum int64
			for _, r := range got.Rows {
				sum += r.Delivered
			}
			if sum != c.want || got.Total.Delivered != c.want {
				t.Errorf("%s to %s by %s: rows %d, total %d, want %d", c.from, c.to, by, sum, got.Total.Delivered, c.want)
			}
		}
	}
}

// BenchmarkSending asks for a year of 200 customers, each with two categories, three carriers and two channels on every day (876,000
// rows of days and as many batches as that makes, five a day and customer):
//
//	go test ./server/report -run xxx -bench Sending -benchtime 3x
func BenchmarkSending(b *testing.B) {
	s := newSendings(b)
	const series = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	s.exec(b, `INSERT INTO handoff_days `+fmt.Sprintf(series, 365*200*12-1)+`SELECT date('2025-11-21', '+' || (i / 2400) || ' days'), 'cust' || (i / 12 % 200), 'c' || (i / 12 % 200),
		CASE i % 2 WHEN 0 THEN 'notice' ELSE 'marketing' END, CASE i / 2 % 2 WHEN 0 THEN 'north' ELSE 'south' END, CASE i / 4 % 3 WHEN 0 THEN 'cmcc' WHEN 1 THEN 'cucc' ELSE 'ctcc' END,
		1000, 950, 40, 10, 1200 FROM n`)
	s.exec(b, `INSERT INTO handoff_day_codes `+fmt.Sprintf(series, 365*200*12-1)+`SELECT date('2025-11-21', '+' || (i / 2400) || ' days'), 'cust' || (i / 12 % 200), 'c' || (i / 12 % 200),
		'notice', 'north', CASE i / 6 % 2 WHEN 0 THEN 'cmcc' ELSE 'cucc' END, 'failed', 'MK:000' || (i % 6), 'absent', 7, 0 FROM n`)
	for _, x := range [][2]string{{"days", "months"}, {"day_codes", "month_codes"}} {
		columns := "customer_id, contract_id, category, channel, carrier, "
		sums := columns + "SUM(sent), SUM(delivered), SUM(failed), SUM(doubtful), SUM(parts) FROM handoff_" + x[0]
		if x[0] == "day_codes" {
			columns += "outcome, code, "
			sums = columns + "MAX(meaning), SUM(messages), SUM(parts) FROM handoff_" + x[0]
		}
		s.exec(b, "INSERT INTO handoff_"+x[1]+" SELECT SUBSTR(on_date, 1, 7), "+sums+" GROUP BY "+columns+"SUBSTR(on_date, 1, 7)")
	}
	for _, by := range []string{report.ByDay, report.ByCustomer, report.ByCarrier, report.ByCode} {
		b.Run(by, func(b *testing.B) {
			for b.Loop() {
				got, err := s.Sending(everyone(), report.SendingAsk{From: caldate.MustParse("2025-11-21"), To: caldate.MustParse("2026-11-20"), By: by})
				if err != nil || got.Total.Delivered != 365*200*12*950 {
					b.Fatal(got.Total, err)
				}
			}
		})
	}
	b.Run("one customer", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Sending(everyone(), report.SendingAsk{From: caldate.MustParse("2025-11-21"), To: caldate.MustParse("2026-11-20"), By: report.ByCarrier, CustomerID: "cust7"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
