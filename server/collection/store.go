package collection

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

type store struct{ db *db.DB }

func (s store) scoped(ctx context.Context, table string) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL(table + ".customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) insertCase(ctx context.Context, c *Case) error   { return s.db.Q(ctx).Create(c).Error }
func (s store) insertEvent(ctx context.Context, e *Event) error { return s.db.Q(ctx).Create(e).Error }

func (s store) byID(ctx context.Context, id string) (*Case, error) {
	return db.Take[Case](s.scoped(ctx, "collection_cases").Where("id = ?", id), ErrNotFound)
}

func (s store) event(ctx context.Context, id string) (*Event, error) {
	return db.Take[Event](s.scoped(ctx, "collection_events").Where("id = ?", id), ErrEvent)
}

func (s store) events(ctx context.Context, caseID string) (es []Event, err error) {
	err = s.scoped(ctx, "collection_events").Where("case_id = ?", caseID).Order("id").Find(&es).Error
	return es, err
}

func (s store) save(ctx context.Context, c *Case, from State) (bool, error) {
	res := s.db.Q(ctx).Model(&Case{}).Where("id = ? AND state = ?", c.ID, from).Updates(map[string]any{
		"state": c.State, "outcome": c.Outcome, "outcome_on": c.OutcomeOn, "costs_fen": c.CostsFen, "written_off_fen": c.WrittenOffFen, "recovered_fen": c.RecoveredFen, "closed_on": c.ClosedOn, "open_key": c.OpenKey,
	})
	return res.RowsAffected == 1, res.Error
}

func (s store) decide(ctx context.Context, e *Event) (bool, error) {
	res := s.db.Q(ctx).Model(&Event{}).Where("id = ? AND state = ?", e.ID, Requested).Updates(map[string]any{
		"state": e.State, "amount_fen": e.AmountFen, "on_date": e.OnDate, "payment_id": e.PaymentID, "decided_by": e.DecidedBy, "decider_name": e.DeciderName, "decided_at": e.DecidedAt, "decision_reason": e.DecisionReason,
	})
	return res.RowsAffected == 1, res.Error
}

// waits tells whether a write-off of the case waits for a second person.
func (s store) waits(ctx context.Context, caseID string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Event{}).Where("case_id = ? AND kind = ? AND state = ?", caseID, WriteOff, Requested).Count(&n).Error
	return n > 0, err
}

type debt struct {
	Principal money.Fen
	LateFee   money.Fen
	Disputed  money.Fen
	Overdue   money.Fen
}

// owed is what a contract's bills owe now.
func (s store) owed(ctx context.Context, contractID string) (d debt, err error) {
	err = s.db.Q(ctx).Raw(`SELECT COALESCE(SUM(total_fen + noted_fen - paid_fen), 0) AS principal, COALESCE(SUM(late_fee_fen - late_fee_paid_fen), 0) AS late_fee, COALESCE(SUM(disputed_fen), 0) AS disputed,
		COALESCE(SUM(CASE WHEN state = 'overdue' THEN total_fen + noted_fen - paid_fen + late_fee_fen - late_fee_paid_fen ELSE 0 END), 0) AS overdue
		FROM bills WHERE contract_id = ? AND state IN ('issued', 'overdue')`, contractID).Scan(&d).Error
	return d, err
}

// writtenOff is what is written off of a case: less what turned out not to be owed.
func (s store) writtenOff(ctx context.Context, caseID string) (sum money.Fen, err error) {
	err = s.db.Q(ctx).Raw(`SELECT COALESCE(SUM(e.amount_fen - (SELECT COALESCE(SUM(t.amount_fen), 0) FROM payment_takes t WHERE t.payment_id = e.payment_id AND t.kind = 'excess')), 0)
		FROM collection_events e WHERE e.case_id = ? AND e.kind = 'write_off' AND e.state = 'done'`, caseID).Scan(&sum).Error
	return sum, err
}

func (s store) list(ctx context.Context, q Query) ([]Case, int64, error) {
	d := s.scoped(ctx, "collection_cases").Model(&Case{})
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if q.ContractID != "" {
		d = d.Where("contract_id = ?", q.ContractID)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.Q != "" {
		p := db.Like(q.Q)
		d = d.Where("(number LIKE ? ESCAPE '!' OR contract_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p)
	}
	return db.Page[Case](d, q.Cursor, q.Limit)
}

// recoverable finds cases that were written off and not recovered in whole.
func (s store) recoverable(ctx context.Context) (cs []Case, err error) {
	err = s.db.Q(ctx).Where("state = ? AND written_off_fen > recovered_fen", WrittenOff).Order("id").Find(&cs).Error
	return cs, err
}

// told tells whether finance were told of a balance of this amount.
func (s store) told(ctx context.Context, caseID string, amount money.Fen) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&Event{}).Where("case_id = ? AND kind = ? AND amount_fen = ?", caseID, Note, amount).Count(&n).Error
	return n > 0, err
}

type unposted struct {
	ID     string
	Kind   string
	Shown  money.Fen
	Posted money.Fen
}

// unposted compares costs, write-offs and recoveries with their entries.
func (s store) unposted(ctx context.Context) (rows []unposted, err error) {
	err = s.db.Q(ctx).Raw(`SELECT x.id, x.kind, x.shown, x.posted FROM (
		SELECT e.id, e.kind, e.amount_fen AS shown, COALESCE((SELECT SUM(ABS(l.amount_fen)) FROM ledger_entries n JOIN ledger_lines l ON l.entry_id = n.id
			WHERE n.document_id = CASE WHEN e.kind = 'write_off' THEN e.payment_id ELSE e.id END AND n.kind = CASE e.kind WHEN 'cost' THEN 'legal_cost' ELSE e.kind END
			AND l.account = CASE e.kind WHEN 'cost' THEN 'legal_costs' ELSE 'bad_debt' END), 0) AS posted
		FROM collection_events e WHERE e.state = 'done' AND e.kind IN ('cost', 'write_off', 'recovery')) x WHERE x.shown <> x.posted`).Scan(&rows).Error
	return rows, err
}

// wrongSums finds cases whose sums aren't those of their events.
func (s store) wrongSums(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT c.number FROM collection_cases c WHERE
		c.costs_fen <> COALESCE((SELECT SUM(e.amount_fen) FROM collection_events e WHERE e.case_id = c.id AND e.kind = 'cost' AND e.state = 'done'), 0)
		OR c.written_off_fen <> COALESCE((SELECT SUM(e.amount_fen) FROM collection_events e WHERE e.case_id = c.id AND e.kind = 'write_off' AND e.state = 'done'), 0)
		OR c.recovered_fen <> COALESCE((SELECT SUM(e.amount_fen) FROM collection_events e WHERE e.case_id = c.id AND e.kind = 'recovery' AND e.state = 'done'), 0)
		OR c.recovered_fen > c.written_off_fen`).Scan(&numbers).Error
	return numbers, err
}

// ownDecisions finds write-offs whose second person was the first.
func (s store) ownDecisions(ctx context.Context) (numbers []string, err error) {
	err = s.db.Q(ctx).Model(&Event{}).Where("kind = ? AND state = ? AND (decided_by = recorded_by OR decided_by = '')", WriteOff, Done).Pluck("number", &numbers).Error
	return numbers, err
}
