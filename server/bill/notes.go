package bill

import (
	"context"
	"encoding/json"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// CreditNote asks for a credit note on a bill: what it exceeds of what is still owed goes to the customer's balance, and a
// note over the whole makes the bill void. Up to the limit it is issued at once (Note is set); above, it waits for a second
// person. Errors: ErrNotFound, ErrVoid, ErrNoteInvalid with fields, ErrTooMuch, ErrBeforeIssue; nothing is changed then.
func (s *Service) CreditNote(ctx context.Context, billID string, in NoteInput) (*NoteRequest, error) {
	return s.request(ctx, billID, Credit, in, "")
}

// DebitNote asks for a debit note on a bill: it is owed from the day of its issue and due in the contract's window of the month after;
// its grace is its own. Otherwise as CreditNote.
func (s *Service) DebitNote(ctx context.Context, billID string, in NoteInput) (*NoteRequest, error) {
	return s.request(ctx, billID, Debit, in, "")
}

func (in NoteInput) check() (NoteInput, error) {
	var f errs.Fields
	in.Reason = form.Text(&f, "reason", in.Reason, 500, true)
	in.DocumentID = form.Text(&f, "document_id", in.DocumentID, 32, false)
	if len(in.Lines) == 0 && (in.Amount <= 0 || in.Amount > money.MaxFen) {
		f.Add("amount_fen", "range", "金额必须大于 0", "the amount must be above 0")
	}
	return in, f.Err(ErrNoteInvalid)
}

func (s *Service) request(ctx context.Context, billID string, kind NoteKind, in NoteInput, disputeID string) (out *NoteRequest, err error) {
	if in, err = in.check(); err != nil {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		b, rest, held, err := s.hold(ctx, billID, disputeID)
		if err != nil {
			return err
		}
		shares := in.Lines
		if len(shares) == 0 && kind == Credit {
			if shares = Spread(without(rest, held), in.Amount); len(shares) == 0 || in.Amount > left(rest, held) {
				return tooMuch(left(rest, held))
			}
		} else if len(shares) == 0 {
			shares = []Share{{Line: -1, Amount: in.Amount, Name: in.Reason}}
		}
		lines, err := noteLines(b, kind, rest, held, shares)
		if err != nil {
			return err
		}
		_, _, total := sum(lines)
		if in.Amount != 0 && in.Amount != total {
			return ErrNoteInvalid.At("amount_fen", "sum", "各行合计 "+total.Grouped()+" 元，与总额不符", "the lines add up to "+total.Grouped())
		}
		if kind == Debit {
			in.On = caldate.Date{} // nobody can have paid before what was not asked for
		}
		if err := checkOn(b, in.On, s.clock.Today()); err != nil {
			return err
		}
		items, err := json.Marshal(shares)
		if err != nil {
			return err
		}
		who, now := actor.From(ctx), s.clock.Instant()
		r := &NoteRequest{ID: ids.New(), Kind: kind, BillID: b.ID, BillNumber: b.Number, ContractID: b.ContractID, CustomerID: b.CustomerID, CustomerName: b.CustomerName,
			AmountFen: total, LineItems: string(items), OnDate: in.On, Reason: in.Reason, DocumentID: in.DocumentID, DisputeID: disputeID, State: Waiting,
			RequestedBy: who.UserID, RequesterName: who.Name, RequestedAt: now}
		alone := total <= s.noteLimit || who.IsSystem()
		if alone {
			r.State, r.DecidedAt = Approved, now
			if r.Note, err = s.issueNote(ctx, b, lines, r); err != nil {
				return err
			}
			r.NoteID = r.Note.ID
		}
		if err := s.store.saveRequest(ctx, r); err != nil {
			return err
		}
		out = r
		if disputeID == "" { // the evidence of a dispute is its own already
			if err := s.evidence(ctx, b, in.DocumentID); err != nil {
				return err
			}
		}
		if alone {
			return s.noted(ctx, b, r)
		}
		if err := s.trail.Record(ctx, trail.Entry{Action: "bill.note_request", ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, To: string(Waiting),
			Reason: r.Reason, Detail: map[string]any{"request": r.ID, "kind": kind, "amount_fen": total, "number": b.Number}}); err != nil {
			return err
		}
		return s.notices.Send(ctx, notice.To{Role: "finance_lead", About: notice.About{ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID}}, "note_waiting",
			map[string]string{"customer": b.CustomerName, "number": b.Number, "kind": noteZh[kind], "amount": total.Grouped(), "requester": who.Name, "reason": r.Reason},
			map[string]string{"kind": noteEn[kind]})
	})
	return out, err
}

var (
	noteZh = map[NoteKind]string{Credit: "贷项通知单", Debit: "借项通知单"}
	noteEn = map[NoteKind]string{Credit: "credit note", Debit: "debit note"}
)

func noteLines(b *Bill, kind NoteKind, rest []NoteLine, held map[int]money.Fen, shares []Share) ([]NoteLine, error) {
	if kind == Debit {
		return debitLines(b, rest, shares)
	}
	lines, err := creditLines(rest, held, shares)
	if err != nil {
		return nil, err
	}
	if _, _, total := sum(lines); total <= 0 || total > left(rest, held) {
		return nil, tooMuch(left(rest, held))
	}
	return lines, nil
}

// left is what of a bill is neither credited nor disputed.
func left(rest []NoteLine, held map[int]money.Fen) money.Fen {
	_, _, total := sum(without(rest, held))
	return total
}

func tooMuch(left money.Fen) error {
	return ErrTooMuch.At("amount_fen", "too_much", "账单还剩 "+left.Grouped()+" 元（已冲减和有争议的除外）", left.Grouped()+" is left of the bill, without what is credited or disputed")
}

func checkOn(b *Bill, on, today caldate.Date) error {
	if !on.IsZero() && (on.Before(b.IssuedOn) || on.After(today)) {
		return ErrBeforeIssue.At("on", "range", fmt.Sprintf("请填 %s 到 %s 之间的日期", b.IssuedOn, today), fmt.Sprintf("give a day from %s to %s", b.IssuedOn, today))
	}
	return nil
}

// hold reads a bill under its customer's account lock, with what is left of its lines and what open disputes hold of them
// (but the one that is being decided).
func (s *Service) hold(ctx context.Context, billID, but string) (b *Bill, rest []NoteLine, held map[int]money.Fen, err error) {
	if b, err = s.store.byID(ctx, billID); err != nil {
		return nil, nil, nil, err
	}
	if err := s.store.lockAccounts(ctx, []string{b.CustomerID}); err != nil {
		return nil, nil, nil, err
	}
	if b, err = s.store.byID(ctx, billID); err != nil { // as it stands under the lock
		return nil, nil, nil, err
	}
	if b.State == Void {
		return nil, nil, nil, ErrVoid.With("bill", b.Number)
	}
	if rest, err = s.rest(ctx, b); err != nil {
		return nil, nil, nil, err
	}
	held, err = s.held(ctx, b, but)
	return b, rest, held, err
}

// evidence gives a document to the bill that it is about.
func (s *Service) evidence(ctx context.Context, b *Bill, documentID string) error {
	if documentID == "" || s.documents == nil {
		return nil
	}
	_, err := s.documents.Link(ctx, documentID, "bill", b.ID, b.CustomerID, b.ContractID)
	return err
}

// held is what the open disputes of a bill hold of each line.
func (s *Service) held(ctx context.Context, b *Bill, but string) (map[int]money.Fen, error) {
	out := map[int]money.Fen{}
	if b.Amendments == 0 {
		return out, nil
	}
	ds, err := s.store.disputesOf(ctx, []string{b.ID})
	if err != nil {
		return nil, err
	}
	for i := range ds {
		if ds[i].State != DisputeOpen || ds[i].ID == but {
			continue
		}
		shares, err := ds[i].Shares()
		if err != nil {
			return nil, err
		}
		for _, x := range shares {
			out[x.Line] += x.Amount
		}
	}
	return out, nil
}

// noted closes the dispute that a new note upholds, then lets what is owed be worked out.
func (s *Service) noted(ctx context.Context, b *Bill, r *NoteRequest) error {
	if r.DisputeID != "" {
		d, err := s.store.disputeByID(ctx, r.DisputeID)
		if err != nil {
			return err
		}
		if err := s.close(ctx, d, DisputeUpheld, r.Reason, r.Note); err != nil {
			return err
		}
	}
	return s.amended(ctx, b, r.Note)
}

func (s *Service) rest(ctx context.Context, b *Bill) ([]NoteLine, error) {
	lines, err := b.Lines()
	if err != nil {
		return nil, err
	}
	notes, err := s.store.notesOf(ctx, []string{b.ID})
	if err != nil {
		return nil, err
	}
	return Rest(lines, notes)
}

// DecideNote approves or refuses a note that waits for a second person, who must not be the one who asked. Errors:
// ErrRequestNotFound, ErrOwnRequest, ErrDecided, and those of CreditNote where the bill has changed since.
func (s *Service) DecideNote(ctx context.Context, requestID string, approve bool, reason string) (out *NoteRequest, err error) {
	var f errs.Fields
	if reason = form.Text(&f, "reason", reason, 500, !approve); len(f) > 0 {
		return nil, f.Err(ErrNoteInvalid)
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		r, err := s.store.requestByID(ctx, requestID)
		if err != nil {
			return err
		}
		who := actor.From(ctx)
		if r.RequestedBy == who.UserID {
			return ErrOwnRequest
		}
		b, rest, held, err := s.hold(ctx, r.BillID, r.DisputeID)
		if err != nil {
			return err
		}
		if r, err = s.store.requestByID(ctx, requestID); err != nil {
			return err
		}
		if r.State != Waiting {
			return ErrDecided.With("state", r.State)
		}
		r.State, r.DecidedBy, r.DeciderName, r.DecidedAt, r.Decision = Refused, who.UserID, who.Name, s.clock.Instant(), reason
		if approve {
			r.State = Approved
			var shares []Share
			if err := json.Unmarshal([]byte(r.LineItems), &shares); err != nil {
				return fmt.Errorf("lines of request %s: %w", r.ID, err)
			}
			lines, err := noteLines(b, r.Kind, rest, held, shares)
			if err != nil {
				return err
			}
			if r.Note, err = s.issueNote(ctx, b, lines, r); err != nil {
				return err
			}
			r.NoteID = r.Note.ID
		}
		ok, err := s.store.decideRequest(ctx, r)
		if err != nil {
			return err
		}
		if !ok {
			return ErrDecided
		}
		out = r
		err = s.trail.Record(ctx, trail.Entry{Action: "bill.note_" + string(r.State), ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID,
			From: string(Waiting), To: string(r.State), Reason: reason, Detail: map[string]any{"request": r.ID, "kind": r.Kind, "amount_fen": r.AmountFen, "requested_by": r.RequestedBy}})
		if err != nil || r.Note == nil {
			return err
		}
		return s.noted(ctx, b, r)
	})
	return out, err
}

// issueNote makes the document: its number is given last, in the transaction that uses it.
func (s *Service) issueNote(ctx context.Context, b *Bill, lines []NoteLine, r *NoteRequest) (*Note, error) {
	now, today := s.clock.Instant(), s.clock.Today()
	n := &Note{ID: ids.New(), NoteKey: "note:" + r.ID, Kind: r.Kind, BillID: b.ID, BillNumber: b.Number, ContractID: b.ContractID, ContractNumber: b.ContractNumber,
		CustomerID: b.CustomerID, CustomerName: b.CustomerName, Month: b.Month, OnDate: r.OnDate, IssuedOn: today, IssuedAt: now, Reason: r.Reason, DocumentID: r.DocumentID,
		DisputeID: r.DisputeID, RequestID: r.ID, RequestedBy: r.RequestedBy, RequesterName: r.RequesterName, ApprovedBy: r.DecidedBy, ApproverName: r.DeciderName}
	if r.DisputeID != "" {
		n.NoteKey = "note:dispute:" + r.DisputeID
	}
	if n.OnDate.IsZero() {
		n.OnDate = today
	}
	if n.Kind == Debit {
		terms, err := s.contracts.TermsOn(ctx, b.ContractID, b.ServiceTo)
		if err != nil {
			return nil, err
		}
		_, n.DueOn = terms.Due(today.MonthOf(), today)
		c, err := b.Terms()
		if err != nil {
			return nil, err
		}
		n.SuspendOn = n.DueOn.AddDays(c.SuspendAfter + 1)
	}
	return n, s.post(ctx, b, n, lines, true)
}

// post numbers a note and writes it with its ledger entry, its audit row and, unless something else tells the customer, its
// notice.
func (s *Service) post(ctx context.Context, b *Bill, n *Note, lines []NoteLine, tell bool) error {
	items, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	n.LineItems = string(items)
	n.NetFen, n.TaxFen, n.TotalFen = sum(lines)
	if n.Kind == Debit && b.TotalFen+b.NotedFen+n.TotalFen > money.MaxFen {
		return ErrTooLarge
	}
	number, err := noteNumbers[n.Kind].Month(n.IssuedOn.MonthOf()).Next(ctx, s.db)
	if err != nil {
		return err
	}
	n.Number = number
	n.Hash = n.Seal()
	if err := s.store.insertNote(ctx, n); err != nil {
		return fmt.Errorf("store note %s: %w", n.Number, err)
	}
	noted := n.Noted().Amount
	if err := s.store.amend(ctx, b.ID, noted, 0); err != nil {
		return err
	}
	b.NotedFen, b.Amendments = b.NotedFen+noted, b.Amendments+1
	if err := s.ledger.Post(ctx, notePosting(n, lines)); err != nil {
		return err
	}
	err = s.trail.Record(ctx, trail.Entry{Action: "bill." + string(n.Kind) + "_note", ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, Reason: n.Reason,
		On: n.OnDate, Detail: map[string]any{"number": n.Number, "bill": b.Number, "total_fen": n.TotalFen, "approved_by": n.ApprovedBy}})
	if err != nil || !tell {
		return err
	}
	return s.notices.Send(ctx, notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID}}, "note_issued",
		map[string]string{"customer": b.CustomerName, "kind": noteZh[n.Kind], "number": n.Number, "bill": b.Number, "amount": n.TotalFen.Grouped(), "reason": n.Reason, "contract": b.ContractNumber},
		map[string]string{"kind": noteEn[n.Kind]})
}

// notePosting is the note's entry: a credit note takes back revenue and tax and what the customer owes, a debit note adds.
func notePosting(n *Note, lines []NoteLine) ledger.Entry {
	sign := money.Fen(1)
	e := ledger.Entry{Key: n.NoteKey, Kind: ledger.KindDebitNote, On: n.OnDate, CustomerID: n.CustomerID, ContractID: n.ContractID, DocumentType: ledger.DocumentNote, DocumentID: n.ID}
	if n.Kind == Credit {
		sign, e.Kind = -1, ledger.KindCreditNote
	}
	e.Lines = append(e.Lines, ledger.Dr(ledger.Receivable, sign*n.TotalFen))
	for _, l := range lines {
		e.Lines = append(e.Lines, ledger.Cr(ledger.Revenue(string(l.Charge)), sign*l.Net))
	}
	e.Lines = append(e.Lines, ledger.Cr(ledger.VATPayable, sign*n.TaxFen))
	return e
}

// amended tells whoever works out what customers owe, and whoever has made other papers of the bill.
func (s *Service) amended(ctx context.Context, b *Bill, n *Note) error {
	if s.watcher != nil {
		if err := s.watcher.BillAmended(ctx, b.CustomerID); err != nil {
			return err
		}
	}
	if n == nil {
		return nil
	}
	for _, w := range s.noteWatchers {
		if err := w.NoteIssued(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// Notes gives the notes of a bill, the oldest first, within the actor's scope.
func (s *Service) Notes(ctx context.Context, billID string) ([]Note, error) {
	if _, err := s.store.byID(ctx, billID); err != nil {
		return nil, err
	}
	return s.store.notesOf(ctx, []string{billID})
}

// NotesOf gives the notes of several bills, without a look at who asks: for other services.
func (s *Service) NotesOf(ctx context.Context, billIDs []string) ([]Note, error) {
	return s.store.notesOf(ctx, billIDs)
}

// Note gives a note within the actor's scope, else ErrNoteNotFound.
func (s *Service) Note(ctx context.Context, id string) (*Note, error) {
	return s.store.noteByID(ctx, id)
}

// RestOf gives what is left of a bill line by line, for forms.
func (s *Service) RestOf(ctx context.Context, b *Bill) ([]NoteLine, error) { return s.rest(ctx, b) }

// NoteQuery narrows a list of notes, of requests or of disputes; the newest comes first.
type NoteQuery struct {
	BillID, CustomerID string
	Kinds, States      []string
	Q                  string // part of a number or of the customer's name
	Cursor             string
	Limit              int
}

// ListNotes gives a page of notes within the actor's scope, and how many fit.
func (s *Service) ListNotes(ctx context.Context, q NoteQuery) ([]Note, int64, error) {
	return s.store.listNotes(ctx, q)
}

// Requests gives a page of note requests within the actor's scope, and how many fit.
func (s *Service) Requests(ctx context.Context, q NoteQuery) ([]NoteRequest, int64, error) {
	return s.store.listRequests(ctx, q)
}
