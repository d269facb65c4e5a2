package bill

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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
	return db.Take[Note](s.noteScope(ctx).Where("id = ?", id), ErrNoteNotFound)
}

func (s store) disputeByID(ctx context.Context, id string) (*Dispute, error) {
	return db.Take[Dispute](s.noteScope(ctx).Where("id = ?", id), ErrDisputeNotFound)
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
	return db.Take[NoteRequest](s.noteScope(ctx).Where("id = ?", id), ErrRequestNotFound)
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
		p := db.Like(q.Q)
		d = d.Where("("+number+" LIKE ? ESCAPE '!' OR bill_number LIKE ? ESCAPE '!' OR customer_name LIKE ? ESCAPE '!')", p, p, p)
	}
	return d
}

func (s store) listNotes(ctx context.Context, q NoteQuery) ([]Note, int64, error) {
	return db.Page[Note](s.narrow(ctx, q, &Note{}, "number", "kind"), q.Cursor, q.Limit)
}

func (s store) listRequests(ctx context.Context, q NoteQuery) ([]NoteRequest, int64, error) {
	return db.Page[NoteRequest](s.narrow(ctx, q, &NoteRequest{}, "bill_number", "kind"), q.Cursor, q.Limit)
}

func (s store) listDisputes(ctx context.Context, q NoteQuery) ([]Dispute, int64, error) {
	return db.Page[Dispute](s.narrow(ctx, q, &Dispute{}, "contract_number", ""), q.Cursor, q.Limit)
}

// takenBack tells whether nothing is left of a bill; it becomes void when its customer is settled.
func (c Claim) takenBack() bool { return c.NotedFen < 0 && c.TotalFen+c.NotedFen <= 0 }

// place says of void bills whether another took their place under the same due date, and of those since when they stand in.
func (s store) place(ctx context.Context, claims []Claim) error {
	var contracts []string
	for i := range claims {
		if claims[i].takenBack() || claims[i].Revision > 0 {
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
	err := s.db.Q(ctx).Model(&Bill{}).Select("contract_id, month, revision, due_on, issued_on").Where("contract_id IN ? AND (revision > 0 OR total_fen + noted_fen <= 0)", contracts).Scan(&rows).Error
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
		if n, ok := at[key{c.ContractID, c.Month, c.Revision + 1}]; ok && c.takenBack() && rows[n].DueOn == c.DueOn {
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

// eachNote reads all notes in pages, each with what its entry posted to receivables and to everything else.
func (s store) eachNote(ctx context.Context, f func(n *Note, receivable, income money.Fen)) error {
	after := ""
	for {
		var notes []Note
		if err := s.db.Q(ctx).Where("id > ?", after).Order("id").Limit(500).Find(&notes).Error; err != nil || len(notes) == 0 {
			return err
		}
		ids := make([]string, len(notes))
		for i := range notes {
			ids[i] = notes[i].ID
		}
		var posted []struct {
			DocumentID string
			Receivable money.Fen
			Income     money.Fen
		}
		err := s.db.Q(ctx).Raw(`SELECT e.document_id, SUM(CASE WHEN l.account = 'receivable' THEN l.amount_fen ELSE 0 END) AS receivable,
			SUM(CASE WHEN l.account = 'receivable' THEN 0 ELSE l.amount_fen END) AS income FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id
			WHERE e.document_id IN ? AND e.kind IN ('credit_note', 'debit_note') GROUP BY e.document_id`, ids).Scan(&posted).Error
		if err != nil {
			return err
		}
		at := map[string]int{}
		for i, p := range posted {
			at[p.DocumentID] = i
		}
		for i := range notes {
			if n, ok := at[notes[i].ID]; ok {
				f(&notes[i], posted[n].Receivable, posted[n].Income)
			} else {
				f(&notes[i], 0, 0)
			}
		}
		after = notes[len(notes)-1].ID
	}
}

func (s store) oddDisputes(ctx context.Context) (ids []string, err error) {
	err = s.db.Q(ctx).Raw(`SELECT d.id FROM bill_disputes d LEFT JOIN bill_notes n ON n.id = d.note_id
		WHERE d.state = 'upheld' AND COALESCE(n.total_fen, 0) <> d.amount_fen OR d.state <> 'upheld' AND d.note_id <> ''`).Scan(&ids).Error
	return ids, err
}

func (s store) saveReissue(ctx context.Context, r *Reissue) error {
	return s.db.Q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(r).Error
}

func (s store) reissue(ctx context.Context, id string) (*Reissue, error) {
	return db.Take[Reissue](s.db.Q(ctx).Where("id = ?", id), ErrReissueNotFound)
}

func (s store) reissues(ctx context.Context, limit int) (rs []Reissue, err error) {
	err = s.db.Q(ctx).Order("id DESC").Limit(limit).Find(&rs).Error
	return rs, err
}

func (s store) notesOfRequest(ctx context.Context, id string) (n int64, err error) {
	err = s.db.Q(ctx).Model(&Note{}).Where("request_id = ?", id).Count(&n).Error
	return n, err
}

func (s store) served(ctx context.Context, from, to caldate.Date) *gorm.DB {
	d := s.db.Q(ctx).Model(&Bill{}).Where("state <> ? AND service_to >= ?", Void, from)
	if !to.IsZero() {
		d = d.Where("service_from <= ?", to)
	}
	return d
}

// servedMonths gives the months of live bills for service in a period; servedPage gives their bills by id.
func (s store) servedMonths(ctx context.Context, from, to caldate.Date) (ms []caldate.Month, err error) {
	err = s.served(ctx, from, to).Distinct("month").Order("month").Pluck("month", &ms).Error
	return ms, err
}

func (s store) servedPage(ctx context.Context, m caldate.Month, from, to caldate.Date, after string, limit int) (bs []Bill, err error) {
	err = s.served(ctx, from, to).Where("month = ? AND id > ?", m, after).Order("id").Limit(limit).Find(&bs).Error
	return bs, err
}
