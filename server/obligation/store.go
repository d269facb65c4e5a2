package obligation

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// contractRow is what the calendar looks at of a contract.
type contractRow struct {
	ID           string
	Number       string
	CustomerID   string
	CustomerName string
	OwnerID      string
	State        string
	StartDate    caldate.Date
	EndDate      caldate.Date
	EndsOn       caldate.Date
	EndedOn      caldate.Date
	ObjectUntil  caldate.Date
	ObjectedBy   string
}

const contractColumns = "contracts.id, contracts.number, contracts.customer_id, contracts.customer_name, contracts.owner_id, contracts.state, contracts.start_date, contracts.end_date, contracts.ends_on, contracts.ended_on, contracts.object_until, contracts.objected_by"

func (s store) contracts(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("contracts.customer_id")
	return s.db.Q(ctx).Table("contracts").Select(contractColumns).Where(cond, args...)
}

// live gives the contracts in force whose agreed end is not before a day.
func (s store) live(ctx context.Context, from, to caldate.Date) (rows []contractRow, err error) {
	err = s.contracts(ctx).Where("state IN ? AND ((end_date >= ? AND end_date <= ?) OR (object_until >= ? AND object_until <= ?))", []string{"active", "suspended"}, from, to.AddDays(30), from, to).Find(&rows).Error
	return rows, err
}

// waiting gives the contracts that await signature and begin in a span.
func (s store) waiting(ctx context.Context, from, to caldate.Date) (rows []contractRow, err error) {
	err = s.contracts(ctx).Where("state = 'awaiting_signature' AND start_date >= ? AND start_date <= ?", from, to).Find(&rows).Error
	return rows, err
}

// over gives the contracts that ended in a span.
func (s store) over(ctx context.Context, from, to caldate.Date) (rows []contractRow, err error) {
	err = s.contracts(ctx).Where("ended_on >= ? AND ended_on <= ?", from, to).Find(&rows).Error
	return rows, err
}

// dated is a paper of a contract with its day.
type dated struct {
	Of      contractRow `gorm:"embedded"`
	PaperID string
	Paper   string // its number
	Kind    string
	Note    string
	OnDate  caldate.Date
}

func (s store) papers(ctx context.Context, table, columns, where string, args ...any) (rows []dated, err error) {
	err = s.contracts(ctx).Select(contractColumns+", "+columns).Joins("JOIN "+table+" p ON p.contract_id = contracts.id").Where(where, args...).Find(&rows).Error
	return rows, err
}

func (s store) endings(ctx context.Context, from, to caldate.Date) ([]dated, error) {
	return s.papers(ctx, "contract_endings", "p.id AS paper_id, p.number AS paper, p.cause AS kind, p.reason AS note, p.last_day AS on_date", "p.state = 'running' AND p.last_day >= ? AND p.last_day <= ?", from, to)
}

func (s store) amendments(ctx context.Context, from, to caldate.Date) ([]dated, error) {
	return s.papers(ctx, "contract_amendments", "p.id AS paper_id, p.number AS paper, p.kind AS kind, p.state AS note, p.effective_from AS on_date",
		"(p.kind = 'price_change' AND p.state = 'draft' OR p.state = 'agreed' AND p.kind <> 'renewal') AND p.effective_from >= ? AND p.effective_from <= ?", from, to)
}

func (s store) annexes(ctx context.Context, from, to caldate.Date) ([]dated, error) {
	return s.papers(ctx, "contract_annexes", "p.id AS paper_id, p.number AS paper, p.kind AS kind, p.title AS note, p.valid_until AS on_date", "p.state IN ('open', 'recorded') AND p.valid_until >= ? AND p.valid_until <= ?", from, to)
}

func (s store) forces(ctx context.Context, from, to caldate.Date) ([]dated, error) {
	return s.papers(ctx, "force_majeures", "p.id AS paper_id, p.number AS paper, p.side AS kind, p.what AS note, p.starts_on AS on_date",
		"p.ends_on IS NULL AND contracts.state IN ('active', 'suspended') AND p.starts_on >= ? AND p.starts_on <= ?", from, to)
}

type licenceRow struct {
	ID           string
	Kind         string
	Number       string
	ValidTo      caldate.Date
	CustomerID   string
	CustomerName string
	OwnerID      string
}

// licences gives the verified licences that end in a span.
func (s store) licences(ctx context.Context, from, to caldate.Date) (rows []licenceRow, err error) {
	cond, args := actor.From(ctx).Scope.SQL("licences.customer_id")
	err = s.db.Q(ctx).Table("licences").Select("licences.id, licences.kind, licences.number, licences.valid_to, licences.customer_id, customers.name AS customer_name, customers.owner_id").
		Joins("JOIN customers ON customers.id = licences.customer_id").Where("licences.state = 'verified' AND licences.valid_to >= ? AND licences.valid_to <= ?", from, to).Where(cond, args...).Find(&rows).Error
	return rows, err
}

type reminder struct {
	Entry      string `gorm:"primaryKey"`
	DueOn      caldate.Date
	RemindedOn caldate.Date
}

func (reminder) TableName() string { return "obligation_reminders" }

// remind notes that somebody was reminded of an entry; false: that was done before.
func (s store) remind(ctx context.Context, r reminder) (bool, error) {
	var n int64
	if err := s.db.Q(ctx).Model(&reminder{}).Where("entry = ?", r.Entry).Count(&n).Error; err != nil || n > 0 {
		return false, err
	}
	err := s.db.Q(ctx).Create(&r).Error
	if db.IsDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}
