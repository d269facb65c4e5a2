package bill

import (
	"context"

	"gorm.io/gorm"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/money"
	"sealgate/server/platform/db"
)

func (s store) allOfCustomer(ctx context.Context, customerID string) (bs []Bill, err error) {
	err = s.db.Q(ctx).Where("customer_id = ?", customerID).Order("due_on, number").Find(&bs).Error
	return bs, err
}

// amend counts a note or a dispute on a bill, and what it changes.
func (s store) amend(ctx context.Context, billID string, noted, disputed money.Fen) error {
	more := 1
	if disputed < 0 {
		more = 0 // the end of a dispute that was counted
	}
	return s.db.Q(ctx).Exec("UPDATE bills SET noted_fen = noted_fen + ?, disputed_fen = disputed_fen + ?, amendments = amendments + ? WHERE id = ?", noted, disputed, more, billID).Error
}

func (s store) insertNote(ctx context.Context, n *Note) error { return s.db.Q(ctx).Create(n).Error }

// notesOf gives notes in the order of their issue: places of lines depend on it.
func (s store) notesOf(ctx context.Context, billIDs []string) (ns []Note, err error) {
	err = s.db.Q(ctx).Where("bill_id IN ?", billIDs).Order("issued_at, id").Find(&ns).Error
	return ns, err
}

func (s store) disputesOf(ctx context.Context, billIDs []string) (ds []Dispute, err error) {
	err = s.db.Q(ctx).Where("bill_id IN ?", billIDs).Order("opened_on, id").Find(&ds).Error
	return ds, err
}

func (s store) noteScope(ctx context.Context) *gorm.DB {
	cond, args := actor.From(ctx).Scope.SQL("customer_id")
	return s.db.Q(ctx).Where(cond, args...)
}

func (s store) noteByID(ctx context.Context, id string) (*Note, error) {
	var n Note
	if err := s.noteScope(ctx).Where("id = ?", id).Take(&n).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrNoteNotFound
		}
		return nil, err
	}
	return &n, nil
}

func (s store) disputeByID(ctx context.Context, id string) (*Dispute, error) {
	var d Dispute
	if err := s.noteScope(ctx).Where("id = ?", id).Take(&d).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrDisputeNotFound
		}
		return nil, err
	}
	return &d, nil
}

func (s store) insertDispute(ctx context.Context, d *Dispute) error {
	return s.db.Q(ctx).Create(d).Error
}

// closeDispute ends an open dispute; false: it is not open any more.
func (s store) closeDispute(ctx context.Context, d *Dispute) (bool, error) {
	res := s.db.Q(ctx).Exec(`UPDATE bill_disputes SET state = ?, closed_on = ?, closed_at = ?, closed_by = ?, closer_name = ?, outcome = ?, note_id = ? WHERE id = ? AND state = ?`,
		d.State, d.ClosedOn, d.ClosedAt, d.ClosedBy, d.CloserName, d.Outcome, d.NoteID, d.ID, DisputeOpen)
	return res.RowsAffected == 1, res.Error
}

func (s store) saveRequest(ctx context.Context, r *NoteRequest) error {
	return s.db.Q(ctx).Create(r).Error
}

func (s store) requestByID(ctx context.Context, id string) (*NoteRequest, error) {
	var r NoteRequest
	if err := s.noteScope(ctx).Where("id = ?", id).Take(&r).Error; err != nil {
		if db.IsNotFound(err) {
			return nil, ErrRequestNotFound
		}
		return nil, err
	}
	return &r, nil
}

// requestOfDispute tells whether the credit note of a dispute waits for approval.
func (s store) requestOfDispute(ctx context.Context, disputeID string) (bool, error) {
	var n int64
	err := s.db.Q(ctx).Model(&NoteRequest{}).Where("dispute_id = ? AND state = ?", disputeID, Waiting).Count(&n).Error
	return n > 0, err
}

func (s store) decideRequest(ctx context.Context, r *NoteRequest) (bool, error) {
	res := s.db.Q(ctx).Exec(`UPDATE bill_note_requests SET state = ?, decided_by = ?, decider_name = ?, decided_at = ?, decision = ?, note_id = ? WHERE id = ? AND state = ?`,
		r.State, r.DecidedBy, r.DeciderName, r.DecidedAt, r.Decision, r.NoteID, r.ID, Waiting)
	return res.RowsAffected == 1, res.Error
}

// narrow is what lists of notes, requests and disputes have in common; number is the column that a search looks into.
func (s store) narrow(ctx context.Context, q NoteQuery, model any, number, kind string) *gorm.DB {
	d := s.noteScope(ctx).Model(model)
	if q.BillID != "" {
		d = d.Where("bill_id = ?", q.BillID)
	}
	if q.CustomerID != "" {
		d = d.Where("customer_id = ?", q.CustomerID)
	}
	if len(q.Kinds) > 0 && kind != "" {
		d = d.Where(kind+" IN ?", q.Kinds)
	}
	if len(q.States) > 0 {
		d = d.Where("state IN ?", q.States)
	}
	if q.Q != "" {
		p := "%" + like.Replace(q.Q) + "%"
		d = d.Where("("+number+" LIKE ? ESCAPE '!' OR bill_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p)
	}
	return d
}

func (s store) listNotes(ctx context.Context, q NoteQuery) (ns []Note, total int64, err error) {
	if err := s.narrow(ctx, q, &Note{}, "number", "kind").Count(&total).Error; err != nil {
		return nil, 0, err
	}
	d := s.narrow(ctx, q, &Note{}, "number", "kind")
	if q.Cursor != "" {
		d = d.Where("id < ?", q.Cursor)
	}
	err = d.Order("id DESC").Limit(q.Limit).Find(&ns).Error
	return ns, total, err
}

func (s store) listRequests(ctx context.Context, q NoteQuery) (rs []NoteRequest, total int64, err error) {
	if err := s.narrow(ctx, q, &NoteRequest{}, "bill_number", "kind").Count(&total).Error; err != nil {
		return nil, 0, err
	}
	d := s.narrow(ctx, q, &NoteRequest{}, "bill_number", "kind")
	if q.Cursor != "" {
		d = d.Where("id < ?", q.Cursor)
	}
	err = d.Order("id DESC").Limit(q.Limit).Find(&rs).Error
	return rs, total, err
}

func (s store) listDisputes(ctx context.Context, q NoteQuery) (ds []Dispute, total int64, err error) {
	if err := s.narrow(ctx, q, &Dispute{}, "contract_number", "").Count(&total).Error; err != nil {
		return nil, 0, err
	}
	d := s.narrow(ctx, q, &Dispute{}, "contract_number", "")
	if q.Cursor != "" {
		d = d.Where("id < ?", q.Cursor)
	}
	err = d.Order("id DESC").Limit(q.Limit).Find(&ds).Error
	return ds, total, err
}

// place says of void bills whether another took their place under the same due date, and of those since when they stand in.
func (s store) place(ctx context.Context, claims []Claim) error {
	var contracts []string
	for i := range claims {
		if claims[i].State == Void || claims[i].Revision > 0 {
			contracts = append(contracts, claims[i].ContractID)
		}
	}
	if len(contracts) == 0 {
		return nil
	}
	var rows []struct {
		ContractID string
		Month      caldate.Month
		Revision   int
		DueOn      caldate.Date
		IssuedOn   caldate.Date
	}
	err := s.db.Q(ctx).Model(&Bill{}).Select("contract_id, month, revision, due_on, issued_on").Where("contract_id IN ? AND (revision > 0 OR state = ?)", contracts, Void).Scan(&rows).Error
	if err != nil {
		return err
	}
	type key struct {
		contract string
		month    caldate.Month
		revision int
	}
	at := map[key]int{}
	for i, r := range rows {
		at[key{r.ContractID, r.Month, r.Revision}] = i
	}
	for i := range claims {
		c := &claims[i]
		if n, ok := at[key{c.ContractID, c.Month, c.Revision + 1}]; ok && c.State == Void && rows[n].DueOn == c.DueOn {
			c.Replaced = true
		}
		for r := c.Revision - 1; r >= 0; r-- {
			n, ok := at[key{c.ContractID, c.Month, r}]
			if !ok || rows[n].DueOn != c.DueOn {
				break
			}
			c.Since = rows[n].IssuedOn
		}
	}
	return nil
}
