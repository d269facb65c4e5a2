package bill

import (
	"context"
	"encoding/json"

	"sealgate/server/actor"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Dispute opens a dispute about an amount of a bill's lines (B10), by the customer or by us on its word. While it is open
// the amount is left out of the base of late fees and of the ground for suspension, and payments go to the rest first.
// Errors: ErrNotFound, ErrVoid, ErrDisputeInvalid with fields, ErrTooMuch, ErrBeforeIssue.
func (s *Service) Dispute(ctx context.Context, billID string, in DisputeInput) (out *Dispute, err error) {
	var f errs.Fields
	in.Reason = form.Text(&f, "reason", in.Reason, 500, true)
	in.DocumentID = form.Text(&f, "document_id", in.DocumentID, 32, false)
	if len(in.Lines) == 0 && (in.Amount <= 0 || in.Amount > money.MaxFen) {
		f.Add("amount_fen", "range", "请填写有争议的金额，必须大于 0", "give the amount that is disputed, above 0")
	}
	if err := f.Err(ErrDisputeInvalid); err != nil {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		b, rest, held, err := s.hold(ctx, billID, "")
		if err != nil {
			return err
		}
		if err := checkOn(b, in.On, s.clock.Today()); err != nil {
			return err
		}
		shares := in.Lines
		if len(shares) == 0 {
			if shares = Spread(without(rest, held), in.Amount); len(shares) == 0 || in.Amount > left(rest, held) {
				return tooMuchDisputed(left(rest, held))
			}
		}
		lines, err := creditLines(rest, held, shares)
		if e := errs.As(err); e != nil {
			return ErrDisputeInvalid.AtAll(e.Fields...)
		} else if err != nil {
			return err
		}
		_, _, total := sum(lines)
		if in.Amount != 0 && in.Amount != total {
			return ErrDisputeInvalid.At("amount_fen", "sum", "各行合计 "+total.Grouped()+" 元，与总额不符", "the lines add up to "+total.Grouped())
		}
		if total <= 0 || total > left(rest, held) {
			return tooMuchDisputed(left(rest, held))
		}
		items, err := json.Marshal(shares)
		if err != nil {
			return err
		}
		who, now := actor.From(ctx), s.clock.Instant()
		d := &Dispute{ID: ids.New(), BillID: b.ID, BillNumber: b.Number, ContractID: b.ContractID, ContractNumber: b.ContractNumber, CustomerID: b.CustomerID, CustomerName: b.CustomerName,
			AmountFen: total, LineItems: string(items), Reason: in.Reason, DocumentID: in.DocumentID, StatementID: in.StatementID, ByCustomer: who.CustomerID != "",
			OpenedOn: in.On, OpenedAt: now, OpenedBy: who.UserID, OpenerName: who.Name, State: DisputeOpen}
		if d.OpenedOn.IsZero() {
			d.OpenedOn = s.clock.Today()
		}
		if err := s.store.insertDispute(ctx, d); err != nil {
			return err
		}
		if err := s.evidence(ctx, b, d.DocumentID); err != nil {
			return err
		}
		if err := s.store.amend(ctx, b.ID, 0, d.AmountFen); err != nil {
			return err
		}
		err = s.trail.Record(ctx, trail.Entry{Action: "bill.dispute", ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, To: string(DisputeOpen),
			Reason: d.Reason, On: d.OpenedOn, Detail: map[string]any{"dispute": d.ID, "number": b.Number, "amount_fen": d.AmountFen, "by_customer": d.ByCustomer}})
		if err != nil {
			return err
		}
		err = s.notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID}}, "dispute_opened",
			map[string]string{"customer": b.CustomerName, "number": b.Number, "amount": d.AmountFen.Grouped(), "reason": d.Reason}, nil)
		if err != nil {
			return err
		}
		out = d
		return s.amended(ctx, b, nil)
	})
	return out, err
}

func tooMuchDisputed(left money.Fen) error {
	return ErrTooMuch.At("amount_fen", "too_much", "最多还可就 "+left.Grouped()+" 元提出争议", "at most "+left.Grouped()+" can be disputed")
}

// ResolveDispute decides an open dispute. Upheld makes a credit note over the amount, above the limit only after a second
// person's approval, until which the dispute stays open. Withdrawn brings the late fee of the amount back. Customers may
// withdraw their own. Errors: ErrDisputeNotFound, ErrDecided, ErrDisputeInvalid.
func (s *Service) ResolveDispute(ctx context.Context, id string, to DisputeState, reason string) (out *Dispute, err error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, true)
	if to != DisputeUpheld && to != DisputeWithdrawn {
		f.Add("outcome", "unknown", "请选择：upheld（成立）、withdrawn（撤回或不成立）", "choose upheld or withdrawn")
	}
	if err := f.Err(ErrDisputeInvalid); err != nil {
		return nil, err
	}
	if to == DisputeUpheld && actor.From(ctx).CustomerID != "" {
		return nil, ErrOwnDispute
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		d, err := s.store.disputeByID(ctx, id)
		if err != nil {
			return err
		}
		b, _, _, err := s.hold(ctx, d.BillID, d.ID)
		if err != nil {
			return err
		}
		if d, err = s.store.disputeByID(ctx, id); err != nil {
			return err
		}
		if d.State != DisputeOpen {
			return ErrDecided.With("state", d.State)
		}
		if out = d; to == DisputeWithdrawn {
			if err := s.close(ctx, d, to, reason, nil); err != nil {
				return err
			}
			return s.amended(ctx, b, nil)
		}
		waiting, err := s.store.requestOfDispute(ctx, d.ID)
		if err != nil {
			return err
		}
		if waiting {
			return ErrDecided.Say("该争议的贷项通知单正在等待审批", "its credit note waits for approval already")
		}
		shares, err := d.Shares()
		if err != nil {
			return err
		}
		r, err := s.request(ctx, d.BillID, Credit, NoteInput{Lines: shares, Reason: reason, DocumentID: d.DocumentID}, d.ID)
		if err != nil || r.Note == nil {
			return err
		}
		out, err = s.store.disputeByID(ctx, id)
		return err
	})
	return out, err
}

// close ends a dispute on today.
func (s *Service) close(ctx context.Context, d *Dispute, to DisputeState, reason string, n *Note) error {
	who := actor.From(ctx)
	d.State, d.ClosedOn, d.ClosedAt, d.ClosedBy, d.CloserName, d.Outcome = to, s.clock.Today(), s.clock.Instant(), who.UserID, who.Name, reason
	if n != nil {
		d.NoteID, d.ClosedOn = n.ID, n.OnDate
	}
	ok, err := s.store.closeDispute(ctx, d)
	if err != nil {
		return err
	}
	if !ok {
		return ErrDecided
	}
	if err := s.store.amend(ctx, d.BillID, 0, -d.AmountFen); err != nil {
		return err
	}
	err = s.trail.Record(ctx, trail.Entry{Action: "bill.dispute_" + string(to), ObjectType: "bill", ObjectID: d.BillID, CustomerID: d.CustomerID, ContractID: d.ContractID,
		From: string(DisputeOpen), To: string(to), Reason: reason, On: d.ClosedOn, Detail: map[string]any{"dispute": d.ID, "number": d.BillNumber, "amount_fen": d.AmountFen}})
	if err != nil {
		return err
	}
	return s.notices.Send(ctx, notice.To{CustomerID: d.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: d.BillID, CustomerID: d.CustomerID}}, "dispute_"+string(to),
		map[string]string{"customer": d.CustomerName, "number": d.BillNumber, "amount": d.AmountFen.Grouped(), "reason": reason}, nil)
}

// Disputes gives a page of disputes within the actor's scope, and how many fit.
func (s *Service) Disputes(ctx context.Context, q NoteQuery) ([]Dispute, int64, error) {
	return s.store.listDisputes(ctx, q)
}

// DisputeByID gives a dispute within the actor's scope, else ErrDisputeNotFound.
func (s *Service) DisputeByID(ctx context.Context, id string) (*Dispute, error) {
	return s.store.disputeByID(ctx, id)
}
