package report

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
)

type submittedRow struct {
	CreatedAt caldate.Instant
	Category  string
	Good      int64
	Refuse    int64
}

type deliveredRow struct {
	OnDate    caldate.Date
	Carrier   string
	Category  string
	Delivered int64
	Failed    int64
	Parts     int64
}

// narrow keeps to what is asked for within the actor's scope; table holds customer_id and contract_id.
func (s store) narrow(ctx context.Context, q *gorm.DB, table string, ask SendingAsk) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	q = q.Where(cond, args...)
	if ask.CustomerID != "" {
		q = q.Where(table+".customer_id = ?", ask.CustomerID)
	}
	if ask.ContractID != "" {
		q = q.Where(table+".contract_id = ?", ask.ContractID)
	}
	return q
}

func (s store) submitted(ctx context.Context, ask SendingAsk) (out []submittedRow, err error) {
	q := s.db.Q(ctx).Table("batches").Select("created_at, category, good_count AS good, refuse_count AS refuse").
		Where("created_at >= ? AND created_at < ? AND state <> 'draft'", caldate.InstantOf(ask.From.Start()), caldate.InstantOf(ask.To.AddDays(1).Start()))
	return out, s.narrow(ctx, q, "batches", ask).Scan(&out).Error
}

func (s store) delivered(ctx context.Context, ask SendingAsk) (out []deliveredRow, err error) {
	q := s.db.Q(ctx).Table("handoff_figures").Joins("JOIN batches ON batches.id = handoff_figures.batch_id").
		Select("handoff_figures.on_date, handoff_figures.carrier, batches.category, SUM(handoff_figures.delivered) AS delivered, SUM(handoff_figures.failed) AS failed, SUM(handoff_figures.parts) AS parts").
		Where("handoff_figures.on_date BETWEEN ? AND ?", ask.From, ask.To)
	return out, s.narrow(ctx, q, "handoff_figures", ask).Group("handoff_figures.on_date, handoff_figures.carrier, batches.category").Scan(&out).Error
}
