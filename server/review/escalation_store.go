package review

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

func (s store) addEscalation(ctx context.Context, e *Escalation) error {
	return s.db.Q(ctx).Create(e).Error
}

func (s store) escalation(ctx context.Context, id string) (*Escalation, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return db.Take[Escalation](s.db.Q(ctx).Where(cond, args...).Where("id = ?", id), ErrNoEscalation)
}

// settleEscalation writes the end of a question that is open.
func (s store) settleEscalation(ctx context.Context, e *Escalation) (bool, error) {
	r := s.db.Q(ctx).Model(&Escalation{}).Where("id = ? AND state = ?", e.ID, Asked).
		Select("State", "OpenKey", "RemindOn", "Outcome", "Answer", "AnswerRef", "AnsweredOn", "DocumentID", "RecordedBy", "RecordedName", "RecordedAt").Updates(e)
	return r.RowsAffected == 1, r.Error
}

func (s store) toRemind(ctx context.Context, day caldate.Date) (es []Escalation, err error) {
	err = s.db.Q(ctx).Where("state = ? AND remind_on <= ?", Asked, day).Order("id").Find(&es).Error
	return es, err
}

func (s store) remind(ctx context.Context, e *Escalation, next caldate.Date) (bool, error) {
	r := s.db.Q(ctx).Model(&Escalation{}).Where("id = ? AND state = ? AND remind_on = ?", e.ID, Asked, e.RemindOn).
		Updates(map[string]any{"remind_on": next, "reminders": e.Reminders + 1})
	return r.RowsAffected == 1, r.Error
}

func (s store) escalations(ctx context.Context, q EscalationQuery) ([]Escalation, int64, error) {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	d := s.db.Q(ctx).Model(&Escalation{}).Where(cond, args...)
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.BatchID != "" {
		d = d.Where("batch_id = ?", q.BatchID)
	}
	if q.Search != "" {
		like := db.Like(q.Search)
		d = d.Where("(number LIKE ? ESCAPE '!' OR batch_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!' OR authority LIKE ? ESCAPE '!')", like, like, like, like)
	}
	return db.Page[Escalation](d, q.Cursor, q.Limit)
}

// unfounded gives decisions that an answer of the authority was needed for and that none stands behind.
func (s store) unfounded(ctx context.Context) (rows []decisionRow, err error) {
	err = s.db.Q(ctx).Raw(`SELECT d.* FROM review_decisions d WHERE d.choice = 'clear' AND NOT EXISTS (SELECT 1 FROM escalations e
		WHERE e.batch_id = d.batch_id AND e.group_id = d.group_id AND e.number = d.note AND e.state = 'answered' AND e.outcome = 'allowed' AND e.document_id <> '')`).Scan(&rows).Error
	return rows, err
}

// setDue gives a batch another target time.
func (s store) setDue(ctx context.Context, batchID string, due caldate.Instant) error {
	return s.db.Q(ctx).Model(&item{}).Where("batch_id = ?", batchID).Update("due_at", due).Error
}
