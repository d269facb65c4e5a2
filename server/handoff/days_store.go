package handoff

import (
	"context"
	"fmt"

	"sealgate/server/caldate"
)

// addTo runs an UPDATE that adds to a row; where there is none yet, it is made first, by zero.
func (s store) addTo(ctx context.Context, zero any, update string, args ...any) error {
	add := func() (int64, error) {
		r := s.db.Q(ctx).Exec(update, args...)
		return r.RowsAffected, r.Error
	}
	if n, err := add(); err != nil || n == 1 {
		return err
	}
	if err := s.db.Q(ctx).Clauses(doNothing).Create(zero).Error; err != nil {
		return err
	}
	_, err := add()
	return err
}

// addDay adds to a day and to its month.
func (s store) addDay(ctx context.Context, d Day) error {
	zero, month := d.Fates, d.OnDate.MonthOf()
	zero.Sent, zero.Delivered, zero.Failed, zero.Doubtful, zero.Parts = 0, 0, 0, 0, 0
	const add = `UPDATE %s SET sent = sent + ?, delivered = delivered + ?, failed = failed + ?, doubtful = doubtful + ?, parts = parts + ?
		WHERE %s = ? AND customer_id = ? AND contract_id = ? AND category = ? AND channel = ? AND carrier = ?`
	args := func(when any) []any {
		return []any{d.Sent, d.Delivered, d.Failed, d.Doubtful, d.Parts, when, d.CustomerID, d.ContractID, d.Category, d.Channel, d.Carrier}
	}
	if err := s.addTo(ctx, &Day{d.OnDate, zero}, fmt.Sprintf(add, "handoff_days", "on_date"), args(d.OnDate)...); err != nil {
		return err
	}
	return s.addTo(ctx, &fatesMonth{month, zero}, fmt.Sprintf(add, "handoff_months", "month"), args(month)...)
}

// addEnds adds to the codes of a day and of its month.
func (s store) addEnds(ctx context.Context, on caldate.Date, e Ends) error {
	zero, month := e, on.MonthOf()
	zero.Messages, zero.Parts = 0, 0
	const add = `UPDATE %s SET messages = messages + ?, parts = parts + ?
		WHERE %s = ? AND customer_id = ? AND contract_id = ? AND category = ? AND channel = ? AND carrier = ? AND outcome = ? AND code = ?`
	args := func(when any) []any {
		return []any{e.Messages, e.Parts, when, e.CustomerID, e.ContractID, e.Category, e.Channel, e.Carrier, e.Outcome, e.Code}
	}
	if err := s.addTo(ctx, &endsDay{on, zero}, fmt.Sprintf(add, "handoff_day_codes", "on_date"), args(on)...); err != nil {
		return err
	}
	return s.addTo(ctx, &endsMonth{month, zero}, fmt.Sprintf(add, "handoff_month_codes", "month"), args(month)...)
}

func (s store) addDelay(ctx context.Context, d Delay) error {
	zero := d
	zero.Messages = 0
	return s.addTo(ctx, &zero, "UPDATE handoff_delays SET messages = messages + ? WHERE customer_id = ? AND on_date = ? AND carrier = ? AND within_s = ?",
		d.Messages, d.CustomerID, d.OnDate, d.Carrier, d.WithinS)
}

// sliceTimes gives the slices of a chunk in their order: which messages, and when.
func (s store) sliceTimes(ctx context.Context, batchID string, chunk int64) (rows []slice, err error) {
	err = s.db.Q(ctx).Select("first_index, end_index, members, at").Where("batch_id = ? AND chunk_seq = ?", batchID, chunk).Order("at, id").Find(&rows).Error
	return rows, err
}

// strayDays are months of customers whose days are not the figures of their batches, or not what the month says.
func (s store) strayDays(ctx context.Context) (out []strayDay, err error) {
	const sums = "SUM(sent) AS sent, SUM(delivered) AS delivered, SUM(failed) AS failed, SUM(doubtful) AS doubtful, SUM(parts) AS parts"
	const same = ") both_sides GROUP BY customer_id, month, channel, carrier HAVING SUM(sent) <> 0 OR SUM(delivered) <> 0 OR SUM(failed) <> 0 OR SUM(doubtful) <> 0 OR SUM(parts) <> 0"
	const days = "SELECT customer_id, SUBSTR(on_date, 1, 7) AS month, channel, carrier, %s FROM %s"
	batches := fmt.Sprintf(days, `CASE WHEN outcome = 'sent' THEN -messages ELSE 0 END AS sent, CASE WHEN outcome = 'delivered' THEN -messages ELSE 0 END AS delivered,
		CASE WHEN outcome = 'failed' THEN -messages ELSE 0 END AS failed, 0 AS doubtful, CASE WHEN outcome = 'delivered' THEN -parts ELSE 0 END AS parts`, "handoff_results")
	months := "SELECT customer_id, month, channel, carrier, -sent AS sent, -delivered AS delivered, -failed AS failed, -doubtful AS doubtful, -parts AS parts FROM handoff_months"
	for other, doubtful := range map[string]string{batches: "0 AS doubtful", months: "doubtful"} { // batches' results know no doubts
		plain := fmt.Sprintf(days, "sent, delivered, failed, "+doubtful+", parts", "handoff_days")
		var rows []strayDay
		if err := s.db.Q(ctx).Raw("SELECT customer_id, month, channel, carrier, " + sums + " FROM (" + plain + " UNION ALL " + other + same).Scan(&rows).Error; err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

type strayDay struct {
	CustomerID      string
	Month           string
	Channel         string
	Carrier         string
	Sent, Delivered int64
	Failed, Parts   int64
	Doubtful        int64
}

// doubtfulMonths are the sums of months that count messages whose fate nobody knows.
func (s store) doubtfulMonths(ctx context.Context) (out []fatesMonth, err error) {
	return out, s.db.Q(ctx).Where("doubtful <> 0").Order("month, customer_id").Find(&out).Error
}

// doubtfulChunks gives what is needed to count the doubts of a batch.
func (s store) doubtfulChunks(ctx context.Context, batchID string) (out []Chunk, err error) {
	return out, s.db.Q(ctx).Select("batch_id, seq, statuses, facts, routes").Where("batch_id = ?", batchID).Order("seq").Find(&out).Error
}
