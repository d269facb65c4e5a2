package report

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
)

// grouping says by which column of a source its rows are put together; none: the source can't tell.
type grouping struct {
	fates  string // of the tables of fates
	intake bool   // batches know it, too
}

var groupings = map[string]grouping{
	ByDay: {"on_date", true}, ByMonth: {"on_date", true}, ByCustomer: {"customer_id", true}, ByCategory: {"category", true},
	ByCarrier: {"carrier", false}, ByChannel: {"channel", false}, ByCode: {"code", false}, ByBatch: {"batch_id", true},
}

// narrow keeps to what is asked for within the actor's scope, by columns that the table has.
func (s store) narrow(ctx context.Context, q *gorm.DB, table string, filters map[string]string) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	q = q.Where(cond, args...)
	for column, want := range filters {
		if want == "unknown" && column == "carrier" {
			q = q.Where(table + ".carrier = ''")
		} else if want != "" {
			q = q.Where(table+"."+column+" = ?", want)
		}
	}
	return q
}

func (a SendingAsk) filters() map[string]string {
	return map[string]string{"customer_id": a.CustomerID, "contract_id": a.ContractID, "category": a.Category}
}

// sumsOf are the figures of tables that have a row for each outcome.
const sumsOf = `SUM(CASE WHEN outcome = 'sent' THEN messages ELSE 0 END) AS sent, SUM(CASE WHEN outcome = 'delivered' THEN messages ELSE 0 END) AS delivered,
	SUM(CASE WHEN outcome = 'failed' THEN messages ELSE 0 END) AS failed, 0 AS doubtful, SUM(CASE WHEN outcome = 'delivered' THEN parts ELSE 0 END) AS parts`

type fateRow struct {
	GroupKey  string
	Meaning   string
	Sent      int64
	Delivered int64
	Failed    int64
	Doubtful  int64
	Parts     int64
}

// source is where what became of messages is read: a table, the column of its time, and the time.
type source struct {
	table, when string
	from, to    any
}

// sources takes whole months from the sums of months, and the days at both ends from the days. Days and batches have to be read from
// their own rows.
func (a SendingAsk) sources() (out []source) {
	days, months := "handoff_days", "handoff_months"
	switch {
	case a.By == ByBatch:
		return []source{{"handoff_results", "on_date", a.From, a.To}}
	case a.By == ByCode || a.Code != "":
		days, months = "handoff_day_codes", "handoff_month_codes"
	}
	first, last := a.From.MonthOf(), a.To.MonthOf()
	if a.From != first.First() {
		first = first.Next()
	}
	if a.To != last.Last() {
		last = last.Add(-1)
	}
	if a.By == ByDay || last.Before(first) {
		return []source{{days, "on_date", a.From, a.To}}
	}
	out = append(out, source{months, "month", first, last})
	if a.From.Before(first.First()) {
		out = append(out, source{days, "on_date", a.From, first.Add(-1).Last()})
	}
	if a.To.After(last.Last()) {
		out = append(out, source{days, "on_date", last.Next().First(), a.To})
	}
	return out
}

// key is the column by which rows of the source are put together.
func (x source) key(by string) string {
	if by == ByMonth {
		return x.when
	}
	return groupings[by].fates
}

// fates are what became of messages, from all sources.
func (s store) fates(ctx context.Context, ask SendingAsk) (out []SendingRow, err error) {
	for _, x := range ask.sources() {
		rows, err := s.fatesOf(ctx, ask, x)
		if err != nil {
			return nil, fmt.Errorf("statistics by %s from %s: %w", ask.By, x.table, err)
		}
		for _, r := range rows {
			if ask.By == ByMonth {
				r.GroupKey = r.GroupKey[:len("2026-01")]
			}
			out = append(out, SendingRow{Key: r.GroupKey, Name: r.Meaning, Sent: r.Sent, Delivered: r.Delivered, Failed: r.Failed, Unknown: r.Doubtful, Parts: r.Parts})
		}
	}
	return out, nil
}

func (s store) fatesOf(ctx context.Context, ask SendingAsk, x source) (rows []fateRow, err error) {
	sums, filters := "SUM(sent) AS sent, SUM(delivered) AS delivered, SUM(failed) AS failed, SUM(doubtful) AS doubtful, SUM(parts) AS parts", ask.filters()
	switch x.table {
	case "handoff_day_codes", "handoff_month_codes", "handoff_results":
		sums = sumsOf
	}
	if ask.By == ByCode {
		sums += ", MAX(meaning) AS meaning"
	}
	filters["channel"], filters["carrier"], filters["code"] = ask.Channel, ask.Carrier, ask.Code
	q := s.db.Q(ctx).Table(x.table).Where(x.table+"."+x.when+" BETWEEN ? AND ?", x.from, x.to)
	if ask.By == ByBatch { // the category is the batch's
		delete(filters, "category")
		if ask.Category != "" {
			q = q.Where("EXISTS (SELECT 1 FROM handoffs h WHERE h.batch_id = handoff_results.batch_id AND h.category = ?)", ask.Category)
		}
	}
	key := x.key(ask.By)
	return rows, s.narrow(ctx, q, x.table, filters).Select(key + " AS group_key, " + sums).Group(key).Scan(&rows).Error
}

// dayMs and shanghaiMs cut an instant down to its day in Shanghai, which has had no summer time since 1991.
const (
	dayMs      = 86_400_000
	shanghaiMs = 8 * 3_600_000
)

// momentKey is the SQL of a group's key over a table that has a moment instead of a day.
func momentKey(by, moment, batch string) string {
	switch by {
	case ByDay, ByMonth:
		return fmt.Sprintf("%[1]s - (%[1]s + %[2]d) %% %[3]d", moment, shanghaiMs, dayMs)
	case ByBatch:
		return batch
	}
	return groupings[by].fates
}

type intakeRow struct {
	GroupKey  string
	DayStart  int64
	Submitted int64
	Refused   int64
	Approved  int64
}

// moments sums a table up that has a moment instead of a day.
func (s store) moments(ctx context.Context, ask SendingAsk, table, moment, batch, sums, where string) ([]SendingRow, error) {
	key, name := momentKey(ask.By, moment, batch), "group_key"
	timed := ask.By == ByDay || ask.By == ByMonth
	if timed {
		name = "day_start"
	}
	q := s.db.Q(ctx).Table(table).Where(moment+" >= ? AND "+moment+" < ?", caldate.InstantOf(ask.From.Start()), caldate.InstantOf(ask.To.AddDays(1).Start()))
	if where != "" {
		q = q.Where(where)
	}
	var rows []intakeRow
	if err := s.narrow(ctx, q, table, ask.filters()).Select(key + " AS " + name + ", " + sums).Group(key).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("statistics of %s by %s: %w", table, ask.By, err)
	}
	out := make([]SendingRow, len(rows))
	for i, r := range rows {
		out[i] = SendingRow{Key: r.GroupKey, Submitted: r.Submitted, Refused: r.Refused, Approved: r.Approved}
		if timed {
			out[i].Key = caldate.InstantMs(r.DayStart).Date().String()
		}
		if ask.By == ByMonth {
			out[i].Key = out[i].Key[:len("2026-01")]
		}
	}
	return out, nil
}

// submitted is what came in and what screening refused of it; of a batch that was refused, all.
func (s store) submitted(ctx context.Context, ask SendingAsk) ([]SendingRow, error) {
	return s.moments(ctx, ask, "batches", "created_at", "id", "SUM(good_count) AS submitted, SUM(CASE WHEN state = 'refused' THEN good_count ELSE refuse_count END) AS refused", "state <> 'draft'")
}

// approved is what may leave, and what people refused of the rest.
func (s store) approved(ctx context.Context, ask SendingAsk) ([]SendingRow, error) {
	return s.moments(ctx, ask, "handoffs", "opened_at", "batch_id", "SUM(approved) AS approved, SUM(left_out) AS refused", "")
}

// nameRows gives customers and batches their names.
func (s store) nameRows(ctx context.Context, by string, rows []SendingRow) error {
	source := map[string]string{ByCustomer: "SELECT id, name FROM customers WHERE id IN ?", ByBatch: "SELECT id, number AS name FROM batches WHERE id IN ?"}[by]
	if source == "" {
		return nil
	}
	const atOnce = 500
	for len(rows) > 0 {
		n := min(len(rows), atOnce)
		ids := make([]string, n)
		for i := range ids {
			ids[i] = rows[i].Key
		}
		var found []struct{ ID, Name string }
		if err := s.db.Q(ctx).Raw(source, ids).Scan(&found).Error; err != nil {
			return err
		}
		names := map[string]string{}
		for _, f := range found {
			names[f.ID] = f.Name
		}
		for i := range rows[:n] {
			rows[i].Name = names[rows[i].Key]
		}
		rows = rows[n:]
	}
	return nil
}
