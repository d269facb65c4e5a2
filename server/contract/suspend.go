package contract

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
)

// Suspend adds a reason for which the contract is suspended from 00:00 of a day. Adding an open reason again changes
// nothing. A contract that is not in force is ErrState.
func (s *Service) Suspend(ctx context.Context, id string, r Reason, on caldate.Date, evidence string) error {
	if !r.Valid() {
		return ErrSuspension.With("reason", r)
	}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.lock(ctx, id)
		if err != nil {
			return err
		}
		if open, err := s.store.openSuspension(ctx, id, r); err != nil || open != nil {
			return err
		}
		if !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		key := id + ":" + string(r)
		row := &Suspension{ID: ids.New(), ContractID: id, Reason: r, OpenKey: &key, SuspendedFrom: on, SuspendedAt: s.clock.Instant(), Evidence: cut(evidence), SuspendedBy: actor.From(ctx).UserID}
		if err := s.store.insertSuspension(ctx, row); err != nil {
			return err
		}
		if err := s.tellSuspended(ctx, c, r, on); err != nil {
			return err
		}
		if c.State == Suspended {
			return s.note(ctx, c, change{action: "contract.suspend", reason: string(r), on: on, detail: map[string]any{"evidence": row.Evidence, "already": c.OpenReasons}})
		}
		return s.move(ctx, c, Suspended, change{action: "contract.suspend", reason: string(r), on: on, detail: map[string]any{"evidence": row.Evidence}})
	})
	if err != nil {
		return fmt.Errorf("suspend contract %s: %w", id, err)
	}
	return nil
}

// Lift removes a reason: the day counts as served again. With the last reason gone the contract is active again (B06).
// Lifting a reason that is not open changes nothing.
func (s *Service) Lift(ctx context.Context, id string, r Reason, on caldate.Date, evidence string) error {
	if !r.Valid() {
		return ErrSuspension.With("reason", r)
	}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.lock(ctx, id)
		if err != nil {
			return err
		}
		row, err := s.store.openSuspension(ctx, id, r)
		if err != nil || row == nil {
			return err
		}
		if on.Before(row.SuspendedFrom) { // nothing before the suspension can be taken back by it
			on = row.SuspendedFrom
		}
		row.LiftedOn, row.LiftedAt, row.LiftEvidence, row.LiftedBy = on, s.clock.Instant(), cut(evidence), actor.From(ctx).UserID
		if ok, err := s.store.lift(ctx, row); err != nil || !ok {
			return err
		}
		if r == NonPayment {
			if err := s.paid(ctx, c, row.LiftEvidence); err != nil {
				return err
			}
		}
		ch := change{action: "contract.lift", reason: string(r), on: on, detail: map[string]any{"evidence": row.LiftEvidence, "suspended_from": row.SuspendedFrom}}
		if c.State != Suspended || len(c.OpenReasons) > 1 {
			return s.note(ctx, c, ch)
		}
		if err := s.tell(ctx, c, "resumed", map[string]string{"at": on.String()}, nil); err != nil {
			return err
		}
		return s.move(ctx, c, Active, ch)
	})
	if err != nil {
		return fmt.Errorf("lift suspension of contract %s: %w", id, err)
	}
	return nil
}

// ByHand are the reasons that people set and lift; the others are the jobs'.
func (r Reason) ByHand() bool { return r == Data || r == Behaviour || r == Content }

// SuspendByHand suspends a contract from now on for something that a person saw: wrong registration data (L04), unusual
// sending, illegal content (A10), with the evidence. Errors: ErrNotFound, ErrState, ErrSuspension, ErrReason, ErrSuspended,
// those of document.Link.
func (s *Service) SuspendByHand(ctx context.Context, id string, r Reason, evidence, documentID string) (*Contract, error) {
	var f errs.Fields
	evidence = form.Lines(&f, "evidence", evidence, maxReason, true)
	if !r.ByHand() {
		f.Add("reason", "unknown", "请选择：data（登记资料）、behaviour（发送行为）、content（内容）；欠费与证照由系统判断", "choose data, behaviour or content; non-payment and licences are the system's")
	}
	if err := f.Err(ErrSuspension); err != nil {
		return nil, err
	}
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		if open, err := s.store.openSuspension(ctx, id, r); err != nil || open != nil {
			if err == nil {
				err = ErrSuspended.With("since", open.SuspendedFrom)
			}
			return err
		}
		if err := s.Suspend(ctx, id, r, s.clock.Today(), evidence); err != nil || documentID == "" {
			return err
		}
		if _, err := s.Documents.Link(ctx, documentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
		return s.store.proveSuspension(ctx, id, r, documentID)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

// LiftByHand lifts a reason that a person set, once somebody else than who set it has checked that it is gone. Errors:
// ErrNotFound, ErrSuspension, ErrReason, ErrNotSuspended, ErrOwnSuspension.
func (s *Service) LiftByHand(ctx context.Context, id string, r Reason, evidence string) (*Contract, error) {
	var f errs.Fields
	evidence = form.Lines(&f, "evidence", evidence, maxReason, true)
	if !r.ByHand() {
		f.Add("reason", "unknown", "请选择：data、behaviour、content；欠费与证照原因由系统自行解除", "choose data, behaviour or content; non-payment and licences lift themselves")
	}
	if err := f.Err(ErrSuspension); err != nil {
		return nil, err
	}
	_, err := s.change(ctx, id, func(ctx context.Context, _ *Contract) error {
		open, err := s.store.openSuspension(ctx, id, r)
		switch {
		case err != nil:
			return err
		case open == nil:
			return ErrNotSuspended.With("reason", r)
		case open.SuspendedBy == actor.From(ctx).UserID:
			return ErrOwnSuspension
		}
		return s.Lift(ctx, id, r, s.clock.Today(), evidence)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

// SuspendedDays gives the days of [from, to] on which the contract was suspended all day, for rent that stops meanwhile.
func (s *Service) SuspendedDays(ctx context.Context, id string, from, to caldate.Date) ([]caldate.Date, error) {
	if _, err := s.store.byID(ctx, id, to); err != nil {
		return nil, err
	}
	rows, err := s.store.suspensions(ctx, id)
	return suspendedDays(rows, from, to), err
}

// Suspensions gives all suspensions of a contract, the first one first.
func (s *Service) Suspensions(ctx context.Context, id string) ([]Suspension, error) {
	if _, err := s.store.byID(ctx, id, s.clock.Today()); err != nil {
		return nil, err
	}
	return s.store.suspensions(ctx, id)
}

// words of each reason for the customer: what it is and how it is cured (A21), Chinese and English.
var words = map[Reason][4]string{
	NonPayment: {"账单逾期未付", "付清逾期款项后自动恢复", "a bill is overdue", "pay what is overdue; the service then resumes by itself"},
	Licence:    {"所需证照已失效", "提交新的证照，核验通过后自动恢复", "a required licence is no longer valid", "submit a new licence; the service resumes once it is verified"},
	Data:       {"登记资料不完整或有误", "补正登记资料，由我方核对后恢复", "registration data are incomplete or wrong", "correct the data; we resume the service once they are checked"},
	Behaviour:  {"发送行为异常", "联系客户经理说明情况，由我方核查后恢复", "unusual sending", "explain it to your account manager; we resume the service once it is checked"},
	Content:    {"短信内容涉嫌违法", "联系客户经理，由我方核查后决定", "message content may be illegal", "contact your account manager; we decide once it is checked"},
}

func (s *Service) tellSuspended(ctx context.Context, c *Contract, r Reason, on caldate.Date) error {
	w := words[r]
	return s.tell(ctx, c, "suspended", map[string]string{"reason": w[0], "cure": w[1], "since": on.String()}, map[string]string{"reason": w[2], "cure": w[3]})
}
