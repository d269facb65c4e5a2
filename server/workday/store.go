package workday

import (
	"context"

	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// row is an entered day.
type row struct {
	Day         caldate.Date `gorm:"primaryKey"`
	Worked      bool
	Name        string
	Reason      string
	EnteredBy   string
	EnteredName string
	EnteredAt   caldate.Instant
}

func (row) TableName() string { return "holidays" }

func (s store) all(ctx context.Context) ([]Day, error) {
	var rows []row
	if err := s.db.Q(ctx).Order("day").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Day, len(rows))
	for i, r := range rows {
		out[i] = Day{Day: r.Day, Worked: r.Worked, Name: r.Name, Source: r.Reason, Entered: true, EnteredBy: r.EnteredBy, EnteredName: r.EnteredName, EnteredAt: r.EnteredAt}
	}
	return out, nil
}

func (s store) put(ctx context.Context, d Day) error {
	r := row{d.Day, d.Worked, d.Name, d.Source, d.EnteredBy, d.EnteredName, d.EnteredAt}
	return s.db.Q(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&r).Error
}

func (s store) drop(ctx context.Context, d caldate.Date) (bool, error) {
	res := s.db.Q(ctx).Where("day = ?", d).Delete(&row{})
	return res.RowsAffected == 1, res.Error
}
