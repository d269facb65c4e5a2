package deposit

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("deposit_moves.customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

// lock makes two deposits for one contract queue: together they must not exceed what was agreed.
func (s store) lock(ctx context.Context, contractID string) error {
	var found []string
	return s.db.ForUpdate(s.db.Q(ctx).Table("contracts").Where("id = ?", contractID)).Pluck("id", &found).Error
}

func (s store) insert(ctx context.Context, m *Move) error { return s.db.Q(ctx).Create(m).Error }

func (s store) byID(ctx context.Context, id string) (*Move, error) {
	var m Move
	if err := s.scoped(ctx).Where("id = ?", id).Take(&m).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrNotFound
		}
		return nil, err
	}
	return &m, nil
}

func (s store) of(ctx context.Context, contractID string) (ms []Move, err error) {
	err = s.scoped(ctx).Where("contract_id = ?", contractID).Order("id").Find(&ms).Error
	return ms, err
}

// decide closes a request that nobody has decided yet.
func (s store) decide(ctx context.Context, m *Move, to State) (bool, error) {
	res := s.db.Q(ctx).Model(&Move{}).Where("id = ? AND state = ?", m.ID, Requested).
		Updates(map[string]any{"state": to, "move_key": m.MoveKey, "on_date": m.OnDate, "decided_by": m.DecidedBy, "decided_at": m.DecidedAt})
	return res.RowsAffected == 1, res.Error
}

func (s store) unposted(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.number FROM deposit_moves m LEFT JOIN ledger_entries e ON e.document_id = m.id LEFT JOIN ledger_lines l ON l.entry_id = e.id AND l.account = 'bank'
		WHERE (m.state = 'done' AND COALESCE(l.amount_fen, 0) <> CASE WHEN m.kind = 'received' THEN m.amount_fen ELSE -m.amount_fen END)
		OR (m.state <> 'done' AND e.id IS NOT NULL)`).Scan(&numbers).Error
	return numbers, err
}

type receiptGap struct {
	Name       string
	LastNumber int64
	N          int64
}

// receiptGaps compares each year's series of receipts with the payments and deposits that carry its numbers.
func (s store) receiptGaps(ctx context.Context) (gaps []receiptGap, err error) {
	var series []receiptGap
	if err := s.db.Q(ctx).Raw("SELECT name, last_number, 0 AS n FROM number_series WHERE name LIKE 'receipt-%'").Scan(&series).Error; err != nil {
		return nil, err
	}
	for _, x := range series {
		prefix := "R-" + strings.TrimPrefix(x.Name, "receipt-") + "-%"
		err := s.db.Q(ctx).Raw("SELECT (SELECT COUNT(*) FROM payments WHERE number LIKE ?) + (SELECT COUNT(*) FROM deposit_moves WHERE number LIKE ?)", prefix, prefix).Scan(&x.N).Error
		if err != nil {
			return nil, err
		}
		if x.N != x.LastNumber {
			gaps = append(gaps, x)
		}
	}
	return gaps, nil
}
