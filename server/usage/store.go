package usage

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

type dayRow struct {
	ContractID  string       `gorm:"primaryKey"`
	Day         caldate.Date `gorm:"primaryKey"`
	Carrier     string       `gorm:"primaryKey"`
	ServiceCode string       `gorm:"primaryKey"`
	Parts       int64
}

func (dayRow) TableName() string { return "usage_days" }

func (r dayRow) sortKey() string {
	return strings.Join([]string{r.ContractID, r.Day.String(), r.Carrier, r.ServiceCode}, "\x00")
}

type monthRow struct {
	ContractID  string        `gorm:"primaryKey"`
	Month       caldate.Month `gorm:"primaryKey"`
	Parts       int64
	BilledParts int64
	LockedOn    caldate.Date
}

func (monthRow) TableName() string { return "usage_months" }

const rowsPerInsert = 200

// added is the value that an upsert brought, in the words of each database.
func (s store) added(column string) string {
	if s.db.Dialect() == db.MySQL {
		return "VALUES(" + column + ")"
	}
	return "excluded." + column
}

func (s store) add(ctx context.Context, days []dayRow, months []monthRow) error {
	upsert := func(table string, keys ...string) *gorm.DB {
		var columns []clause.Column
		for _, k := range keys {
			columns = append(columns, clause.Column{Name: k})
		}
		return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: columns,
			DoUpdates: clause.Assignments(map[string]any{"parts": gorm.Expr(table + ".parts + " + s.added("parts"))})})
	}
	if err := upsert("usage_days", "contract_id", "day", "carrier", "service_code").CreateInBatches(&days, rowsPerInsert).Error; err != nil {
		return err
	}
	return upsert("usage_months", "contract_id", "month").CreateInBatches(&months, rowsPerInsert).Error
}

func (s store) lock(ctx context.Context, rows []monthRow) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "contract_id"}, {Name: "month"}},
		DoUpdates: clause.Set{
			{Column: clause.Column{Name: "billed_parts"}, Value: gorm.Expr(s.added("billed_parts"))},
			// the first lock's day stays: later ones only bill what came late
			{Column: clause.Column{Name: "locked_on"}, Value: gorm.Expr("COALESCE(usage_months.locked_on, " + s.added("locked_on") + ")")},
		},
	}).CreateInBatches(&rows, rowsPerInsert).Error
}

func (s store) months(ctx context.Context, contracts []string, m caldate.Month) (rows []monthRow, err error) {
	err = s.db.Q(ctx).Where("contract_id IN ? AND (month = ? OR (month < ? AND locked_on IS NOT NULL AND parts <> billed_parts))", contracts, m, m).
		Order("contract_id, month").Find(&rows).Error
	return rows, err
}

func (s store) locked(ctx context.Context, contracts []string, m caldate.Month) (map[string]bool, error) {
	var ids []string
	err := s.db.Q(ctx).Model(&monthRow{}).Where("contract_id IN ? AND month = ? AND locked_on IS NOT NULL", contracts, m).Pluck("contract_id", &ids).Error
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

func (s store) days(ctx context.Context, contract string, m caldate.Month) (rows []dayRow, err error) {
	err = s.db.Q(ctx).Where("contract_id = ? AND day >= ? AND day <= ?", contract, m.First(), m.Last()).Order("day, carrier, service_code").Find(&rows).Error
	return rows, err
}

// daysOf reads the rows of many contracts by their primary key.
func (s store) daysOf(ctx context.Context, contracts []string, m caldate.Month) (rows []dayRow, err error) {
	err = s.db.Q(ctx).Where("contract_id IN ? AND day >= ? AND day <= ?", contracts, m.First(), m.Last()).Order("contract_id, day, carrier, service_code").Find(&rows).Error
	return rows, err
}

type wrongMonth struct {
	ContractID  string
	Month       caldate.Month
	Parts       int64
	BilledParts int64
	Days        int64
}

func (s store) wrongMonths(ctx context.Context) (rows []wrongMonth, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.contract_id, m.month, m.parts, m.billed_parts, COALESCE(d.parts, 0) AS days FROM usage_months m
		LEFT JOIN (SELECT contract_id, SUBSTR(day, 1, 7) AS month, SUM(parts) AS parts FROM usage_days GROUP BY contract_id, SUBSTR(day, 1, 7)) d
		ON d.contract_id = m.contract_id AND d.month = m.month
		WHERE m.parts <> COALESCE(d.parts, 0) OR m.billed_parts > m.parts`).Scan(&rows).Error
	return rows, err
}
