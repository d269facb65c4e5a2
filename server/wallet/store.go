package wallet

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

// row is a wallet. BalanceFen is what the ledger says, kept in the same transaction, so that one locked row tells all.
type row struct {
	ContractID        string `gorm:"primaryKey"`
	CustomerID        string
	BalanceFen        money.Fen
	UnpostedFen       money.Fen
	UnpostedFeeFen    money.Fen
	ReservedFen       money.Fen
	Messages          int64
	ReservedMessages  int64
	ThresholdFen      money.Fen
	ThresholdMessages int64
	ThresholdOwn      bool // somebody set it; else it follows the last top-up
	LowSince          caldate.Instant
	EndedOn           caldate.Date
	Version           int64
}

func (row) TableName() string { return "wallets" }

func (r *row) standing() Standing {
	return Standing{
		ContractID: r.ContractID, CustomerID: r.CustomerID, Balance: r.BalanceFen, Unposted: r.UnpostedFen, Reserved: r.ReservedFen, Messages: r.Messages,
		ReservedMessages: r.ReservedMessages, Threshold: r.ThresholdFen, ThresholdMessages: r.ThresholdMessages, Low: !r.LowSince.IsZero(), EndedOn: r.EndedOn,
	}
}

// money that nothing is reserved for.
func (r *row) free() money.Fen { return max(0, r.BalanceFen-r.UnpostedFen-r.ReservedFen) }

func (r *row) freeMessages() int64 { return max(0, r.Messages-r.ReservedMessages) }

// lock reads a wallet and keeps it until the transaction ends; a contract without one gets it.
func (s store) lock(ctx context.Context, contractID, customerID string) (*row, error) {
	var w row
	err := s.db.ForUpdate(s.db.Q(ctx).Where("contract_id = ?", contractID)).Take(&w).Error
	if err == nil || !db.IsNotFound(err) {
		return &w, err
	}
	if err := s.db.Q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row{ContractID: contractID, CustomerID: customerID}).Error; err != nil {
		return nil, err
	}
	err = s.db.ForUpdate(s.db.Q(ctx).Where("contract_id = ?", contractID)).Take(&w).Error
	return &w, err
}

func (s store) save(ctx context.Context, w *row) error {
	was := w.Version
	w.Version++
	res := s.db.Q(ctx).Model(&row{}).Where("contract_id = ? AND version = ?", w.ContractID, was).Select("*").Updates(w)
	if res.Error == nil && res.RowsAffected != 1 {
		return ErrStale
	}
	return res.Error
}

// get reads a wallet without locking it; nil where there is none yet.
func (s store) get(ctx context.Context, contractID string) (*row, error) {
	return db.Take[row](s.db.Q(ctx).Where("contract_id = ?", contractID), nil)
}

func (s store) scoped(ctx context.Context, table string) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insertMove(ctx context.Context, m *Move) error { return s.db.Q(ctx).Create(m).Error }

func (s store) move(ctx context.Context, id string) (*Move, error) {
	return db.Take[Move](s.scoped(ctx, "wallet_moves").Where("id = ?", id), ErrNotFound)
}

// decide closes a move that nobody has decided yet.
func (s store) decide(ctx context.Context, m *Move) (bool, error) {
	res := s.db.Q(ctx).Model(&Move{}).Where("id = ? AND state = ?", m.ID, Requested).Select("state", "move_key", "on_date", "method", "bank_account", "reference",
		"decided_by", "decider_name", "decided_at", "decision_reason", "credited_on").Updates(m)
	return res.RowsAffected == 1, res.Error
}

func (s store) moves(ctx context.Context, q Query) ([]Move, int64, error) {
	d := s.scoped(ctx, "wallet_moves").Model(&Move{})
	if q.ContractID != "" {
		d = d.Where("contract_id = ?", q.ContractID)
	}
	if q.State != "" {
		d = d.Where("state = ?", q.State)
	}
	return db.Page[Move](d, q.Cursor, q.Limit)
}

func (s store) refunding(ctx context.Context, contractID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Model(&Move{}).Select("COALESCE(SUM(amount_fen), 0)").Where("contract_id = ? AND kind = ? AND state = ?", contractID, Refund, Requested).Scan(&sum).Error
	return sum, err
}

func (s store) insertLot(ctx context.Context, l *Lot) error { return s.db.Q(ctx).Create(l).Error }

// lots gives the credits of a contract that are not used up, the oldest first.
func (s store) lots(ctx context.Context, contractID string, all bool) (ls []Lot, err error) {
	q := s.db.Q(ctx).Where("contract_id = ?", contractID)
	if !all {
		q = q.Where("used + lapsed < messages")
	}
	err = q.Order("granted_on, id").Find(&ls).Error
	return ls, err
}

func (s store) unpostedLots(ctx context.Context, contractID string) (ls []Lot, err error) {
	err = s.db.Q(ctx).Where("contract_id = ? AND earned_fen <> posted_fen", contractID).Order("id").Find(&ls).Error
	return ls, err
}

func (s store) saveLot(ctx context.Context, l *Lot) error {
	return s.db.Q(ctx).Model(&Lot{}).Where("id = ?", l.ID).Select("used", "lapsed", "earned_fen", "posted_fen", "posted_net_fen", "postings", "last_on").Updates(l).Error
}

// ending gives the contracts that have credits whose own term was over before a day.
func (s store) ending(ctx context.Context, d caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&Lot{}).Where("ends_on IS NOT NULL AND ends_on < ? AND used + lapsed < messages", d).Distinct("contract_id").Order("contract_id").Pluck("contract_id", &ids).Error
	return ids, err
}

// ended gives the contracts whose service is over before a day and whose wallet still holds something.
func (s store) ended(ctx context.Context, d caldate.Date) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT w.contract_id FROM wallets w JOIN contracts c ON c.id = w.contract_id
		WHERE w.ended_on IS NULL AND c.ended_on IS NOT NULL AND c.ended_on < ? ORDER BY w.contract_id`, d).Scan(&ids).Error
	return ids, err
}

func (s store) reservation(ctx context.Context, contractID, batchID string) (*Reservation, error) {
	return db.Take[Reservation](s.db.Q(ctx).Where("contract_id = ? AND batch_id = ?", contractID, batchID), nil)
}

func (s store) insertReservation(ctx context.Context, r *Reservation) error {
	return s.db.Q(ctx).Create(r).Error
}

func (s store) saveReservation(ctx context.Context, r *Reservation) error {
	return s.db.Q(ctx).Model(&Reservation{}).Where("contract_id = ? AND batch_id = ?", r.ContractID, r.BatchID).Select("*").Updates(r).Error
}

func (s store) reservations(ctx context.Context, contractID string, limit int) (rs []Reservation, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("state DESC, created_at DESC").Limit(limit).Find(&rs).Error
	return rs, err
}

func (s store) openReservations(ctx context.Context, contractID string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Reservation{}).Where("contract_id = ? AND state = ?", contractID, reservationOpen).Count(&n).Error
	return n, err
}

type held struct{ ContractID, BatchID string }

// abandoned gives open reservations whose batch came to an end without the hand-off: cancelled before it began, say.
func (s store) abandoned(ctx context.Context) (rs []held, err error) {
	err = s.db.Q(ctx).Raw(`SELECT r.contract_id, r.batch_id FROM wallet_reservations r JOIN batches b ON b.id = r.batch_id
		WHERE r.state = 'open' AND b.state IN ('cancelled', 'refused', 'failed', 'done')
		AND NOT EXISTS (SELECT 1 FROM handoffs h WHERE h.batch_id = r.batch_id AND h.state = 'open') ORDER BY r.contract_id, r.batch_id`).Scan(&rs).Error
	return rs, err
}

func (s store) month(ctx context.Context, contractID string, m caldate.Month) (*Month, bool, error) {
	var x Month
	if err := s.db.Q(ctx).Where("contract_id = ? AND month = ?", contractID, m).Take(&x).Error; err != nil {
		if db.IsNotFound(err) {
			return &Month{ContractID: contractID, Month: m, LastOn: m.First()}, false, nil
		}
		return nil, false, err
	}
	return &x, true, nil
}

func (s store) saveMonth(ctx context.Context, m *Month, exists bool) error {
	if !exists {
		return s.db.Q(ctx).Create(m).Error
	}
	return s.db.Q(ctx).Model(&Month{}).Where("contract_id = ? AND month = ?", m.ContractID, m.Month).Select("*").Updates(m).Error
}

func (s store) unpostedMonths(ctx context.Context, contractID string) (ms []Month, err error) {
	err = s.db.Q(ctx).Where("contract_id = ? AND (charged_fen <> posted_fen OR charged_net_fen <> posted_net_fen)", contractID).Order("month").Find(&ms).Error
	return ms, err
}

func (s store) monthsOf(ctx context.Context, contractID string) (ms []Month, err error) {
	err = s.db.Q(ctx).Where("contract_id = ?", contractID).Order("month DESC").Limit(120).Find(&ms).Error
	return ms, err
}

func (s store) monthsIn(ctx context.Context, contractIDs []string, months []caldate.Month) (ms []Month, err error) {
	err = s.db.Q(ctx).Where("contract_id IN ? AND month IN ?", contractIDs, months).Find(&ms).Error
	return ms, err
}

func (s store) days(ctx context.Context, contractID string, m caldate.Month) (ds []Day, err error) {
	err = s.db.Q(ctx).Where("contract_id = ? AND day >= ? AND day <= ?", contractID, m.First(), m.Last()).Order("day").Find(&ds).Error
	return ds, err
}

// more is an increment in the words of each database.
func (s store) more(column string) clause.Assignment {
	from := "excluded."
	end := ""
	if s.db.Dialect() == db.MySQL {
		from, end = "VALUES(", ")"
	}
	return clause.Assignment{Column: clause.Column{Name: column}, Value: gorm.Expr("wallet_days." + column + " + " + from + column + end)}
}

func (s store) addDay(ctx context.Context, d Day) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "contract_id"}, {Name: "day"}},
		DoUpdates: clause.Set{s.more("money_parts"), s.more("credit_parts"), s.more("open_parts")},
	}).Create(&d).Error
}

// billed notes for how many parts months were billed as paid by the wallet. The rows exist: an upsert changes many at once.
func (s store) billed(ctx context.Context, ms []Month) error {
	for i := range ms {
		ms[i].BilledMoney, ms[i].BilledCredit = ms[i].MoneyParts, ms[i].CreditParts
	}
	return s.db.Q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "contract_id"}, {Name: "month"}},
		DoUpdates: clause.AssignmentColumns([]string{"billed_money", "billed_credit"}),
	}).CreateInBatches(&ms, 100).Error
}

func (s store) unposted(ctx context.Context, limit int) (ids []string, err error) {
	err = s.db.Q(ctx).Model(&row{}).Where("unposted_fen <> 0 OR unposted_fee_fen <> 0").Order("contract_id").Limit(limit).Pluck("contract_id", &ids).Error
	return ids, err
}

func (s store) list(ctx context.Context, q Query) (rows []Listed, total int64, err error) {
	cond, args := actor.From(ctx).Scope.SQL("w.customer_id")
	where := " WHERE " + cond
	if q.Low {
		where += " AND w.low_since IS NOT NULL"
	}
	if q.Q != "" {
		p := db.Like(q.Q)
		where += " AND (c.number LIKE ? ESCAPE '!' OR c.customer_name LIKE ? ESCAPE '!')"
		args = append(args, p, p)
	}
	from := " FROM wallets w JOIN contracts c ON c.id = w.contract_id"
	if err := s.db.Q(ctx).Raw("SELECT COUNT(*)"+from+where, args...).Scan(&total).Error; err != nil {
		return nil, 0, err
	}
	if q.Cursor != "" {
		where += " AND w.contract_id > ?"
		args = append(args, q.Cursor)
	}
	var got []struct {
		Wallet       row `gorm:"embedded"`
		Number       string
		CustomerName string
	}
	args = append(args, q.Limit)
	if err := s.db.Q(ctx).Raw("SELECT w.*, c.number, c.customer_name"+from+where+" ORDER BY w.contract_id LIMIT ?", args...).Scan(&got).Error; err != nil {
		return nil, 0, err
	}
	for _, g := range got {
		rows = append(rows, Listed{g.Wallet.standing(), g.Number, g.CustomerName})
	}
	return rows, total, nil
}

type unsound struct {
	ContractID string
	Shown      int64
	Counted    int64
}

// drifted compares the balances of wallets with the ledger.
func (s store) drifted(ctx context.Context) (rows []unsound, err error) {
	err = s.db.Q(ctx).Raw(`SELECT w.contract_id, w.balance_fen AS shown, -COALESCE(b.amount_fen, 0) AS counted FROM wallets w
		LEFT JOIN ledger_balances b ON b.account = 'wallet' AND b.customer_id = w.customer_id AND b.contract_id = w.contract_id
		WHERE w.balance_fen <> -COALESCE(b.amount_fen, 0)
		UNION ALL SELECT b.contract_id, 0, -b.amount_fen FROM ledger_balances b WHERE b.account = 'wallet' AND b.amount_fen <> 0
		AND NOT EXISTS (SELECT 1 FROM wallets w WHERE w.contract_id = b.contract_id)`).Scan(&rows).Error
	return rows, err
}

func (s store) unpostedWrong(ctx context.Context) (rows []unsound, err error) {
	err = s.db.Q(ctx).Raw(`SELECT w.contract_id, w.unposted_fen AS shown, COALESCE(m.sum_fen, 0) AS counted FROM wallets w
		LEFT JOIN (SELECT contract_id, SUM(charged_fen - posted_fen) AS sum_fen FROM wallet_months GROUP BY contract_id) m ON m.contract_id = w.contract_id
		WHERE w.unposted_fen <> COALESCE(m.sum_fen, 0)
		UNION ALL SELECT w.contract_id, w.unposted_fee_fen, COALESCE(l.sum_fen, 0) FROM wallets w
		LEFT JOIN (SELECT contract_id, SUM(earned_fen - posted_fen) AS sum_fen FROM wallet_lots GROUP BY contract_id) l ON l.contract_id = w.contract_id
		WHERE w.unposted_fee_fen <> COALESCE(l.sum_fen, 0)`).Scan(&rows).Error
	return rows, err
}

func (s store) creditsWrong(ctx context.Context) (rows []unsound, err error) {
	err = s.db.Q(ctx).Raw(`SELECT w.contract_id, w.messages AS shown, COALESCE(l.n, 0) AS counted FROM wallets w
		LEFT JOIN (SELECT contract_id, SUM(messages - used - lapsed) AS n FROM wallet_lots GROUP BY contract_id) l ON l.contract_id = w.contract_id
		WHERE w.messages <> COALESCE(l.n, 0)`).Scan(&rows).Error
	return rows, err
}

func (s store) reservedWrong(ctx context.Context) (rows []unsound, err error) {
	err = s.db.Q(ctx).Raw(`SELECT w.contract_id, w.reserved_fen AS shown, COALESCE(r.fen, 0) AS counted FROM wallets w
		LEFT JOIN (SELECT contract_id, SUM(reserved_fen) AS fen FROM wallet_reservations WHERE state = 'open' GROUP BY contract_id) r ON r.contract_id = w.contract_id
		WHERE w.reserved_fen <> COALESCE(r.fen, 0)
		UNION ALL SELECT w.contract_id, w.reserved_messages, COALESCE(r.n, 0) FROM wallets w
		LEFT JOIN (SELECT contract_id, SUM(credits) AS n FROM wallet_reservations WHERE state = 'open' GROUP BY contract_id) r ON r.contract_id = w.contract_id
		WHERE w.reserved_messages <> COALESCE(r.n, 0)`).Scan(&rows).Error
	return rows, err
}

func (s store) allOpen(ctx context.Context) (rs []Reservation, err error) {
	err = s.db.Q(ctx).Where("state = ?", reservationOpen).Find(&rs).Error
	return rs, err
}

func (s store) daysWrong(ctx context.Context) (rows []unsound, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.contract_id, m.money_parts + m.credit_parts + m.open_parts AS shown, COALESCE(d.n, 0) AS counted FROM wallet_months m
		LEFT JOIN (SELECT contract_id, SUBSTR(day, 1, 7) AS month, SUM(money_parts) AS a, SUM(credit_parts) AS b, SUM(open_parts) AS c, SUM(money_parts + credit_parts + open_parts) AS n
			FROM wallet_days GROUP BY contract_id, SUBSTR(day, 1, 7)) d ON d.contract_id = m.contract_id AND d.month = m.month
		WHERE m.money_parts <> COALESCE(d.a, 0) OR m.credit_parts <> COALESCE(d.b, 0) OR m.open_parts <> COALESCE(d.c, 0)`).Scan(&rows).Error
	return rows, err
}

// usedWrong compares what wallets booked with the usage of their contracts (invariant 21).
func (s store) usedWrong(ctx context.Context) (rows []unsound, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.contract_id, m.money_parts + m.credit_parts + m.open_parts AS shown, COALESCE(u.parts, 0) AS counted FROM wallet_months m
		LEFT JOIN usage_months u ON u.contract_id = m.contract_id AND u.month = m.month
		WHERE m.money_parts + m.credit_parts + m.open_parts <> COALESCE(u.parts, 0)
		UNION ALL SELECT u.contract_id, 0, u.parts FROM usage_months u JOIN wallets w ON w.contract_id = u.contract_id
		WHERE u.parts <> 0 AND NOT EXISTS (SELECT 1 FROM wallet_months m WHERE m.contract_id = u.contract_id AND m.month = u.month)`).Scan(&rows).Error
	return rows, err
}

func (s store) unpostedMoves(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT m.number FROM wallet_moves m LEFT JOIN ledger_entries e ON e.document_id = m.id
		WHERE (m.state = 'done' AND m.amount_fen > 0 AND e.id IS NULL AND m.kind <> 'offset') OR (m.state <> 'done' AND e.id IS NOT NULL)`).Scan(&numbers).Error
	return numbers, err
}
