package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/paper"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// mayAnnex: a paper is annexed to what is signed or about to be, until it has ended; a completion ends what is in force.
func mayAnnex(c *Contract, k AnnexKind) error {
	if c.State.Live() || k != Completion && c.State == AwaitingSignature {
		return nil
	}
	return ErrState.With("state", c.State)
}

// MakeAnnex draws up an offer, an order, a fee confirmation or a completion: its paper is made once and exactly that is confirmed by
// the customer, who is told (C17, C18). Errors: ErrAnnex with the fields, ErrNotFound, ErrState, ErrStale.
func (s *Service) MakeAnnex(ctx context.Context, id string, in AnnexDraft) (*Annex, error) {
	draw := func(ctx context.Context, c *Contract) (*Annex, error) {
		if err := mayAnnex(c, in.Kind); err != nil {
			return nil, err
		}
		now := s.clock.Instant()
		d, err := in.check(c, now.Date())
		if err != nil {
			return nil, err
		}
		n, err := s.store.countAnnexes(ctx, c.ID, d.Kind)
		if err != nil {
			return nil, err
		}
		a := &Annex{
			ID: ids.New(), Number: fmt.Sprintf("%s-%s%02d", c.Number, d.Kind.mark(), n+1), ContractID: c.ID, CustomerID: c.CustomerID, Kind: d.Kind, State: AnnexOpen, Title: d.Title, Body: d.Body,
			Items: d.Items, ValidUntil: d.ValidUntil, LastDay: d.LastDay, CreatedBy: actor.From(ctx).UserID, CreatedAt: now,
		}
		for _, i := range a.Items {
			a.TotalFen += i.Amount
		}
		return a, nil
	}
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	draft, err := draw(ctx, c)
	if err != nil {
		return nil, err
	}
	sheet, err := s.annexPaper(ctx, c, draft)
	if err != nil {
		return nil, err
	}
	var a *Annex
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var err error
		if a, err = draw(ctx, c); err != nil {
			return err
		}
		if a.Number != draft.Number {
			return ErrStale // the paper would bear another number
		}
		a.ID, a.FormID, a.FormSHA256 = draft.ID, sheet.id, sheet.sha256
		if err := s.belongs(ctx, c, sheet.id); err != nil {
			return err
		}
		if err := s.store.insertAnnex(ctx, a); err != nil {
			return err
		}
		if err := s.recordAnnex(ctx, c, a, "annex.open", "", ""); err != nil {
			return err
		}
		zh, en := a.Kind.Words()
		return s.tell(ctx, c, "annex_open", map[string]string{"what": zh, "number": a.Number, "title": a.Title}, map[string]string{"what": en})
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// annexPaper makes and stores the paper of an annex.
func (s *Service) annexPaper(ctx context.Context, c *Contract, a *Annex) (*sheet, error) {
	zh, _ := a.Kind.Words()
	data := paper.AnnexData{
		Number: a.Number, ContractNumber: c.Number, Name: zh, Title: a.Title, Body: a.Body, Provider: s.Provider, Customer: s.customerParty(ctx, c), On: a.CreatedAt.Date(), ValidUntil: a.ValidUntil,
		LastDay: a.LastDay, Total: a.TotalFen,
	}
	for _, i := range a.Items {
		data.Items = append(data.Items, paper.AnnexItem{Text: i.Text, Quantity: i.Quantity.String(), Price: i.Price.String(), Amount: i.Amount})
	}
	pdf, err := paper.Annex(data)
	if err != nil {
		return nil, fmt.Errorf("paper of %s: %w", a.Number, err)
	}
	return s.keep(ctx, a.Number+".pdf", "contract_annex", pdf)
}

// belongs links a document to the contract; "" is none.
func (s *Service) belongs(ctx context.Context, c *Contract, documentID string) error {
	if documentID == "" {
		return nil
	}
	_, err := s.Documents.Link(ctx, documentID, "contract", c.ID, c.CustomerID, c.ID)
	return err
}

func (s *Service) recordAnnex(ctx context.Context, c *Contract, a *Annex, action, reason string, from AnnexState) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "contract_annex", ObjectID: a.ID, CustomerID: c.CustomerID, ContractID: c.ID, From: string(from), To: string(a.State), Reason: reason, On: a.AnsweredOn,
		Detail: map[string]any{"number": a.Number, "kind": a.Kind, "total_fen": int64(a.TotalFen), "last_day": a.LastDay},
	})
}

// moveAnnex writes the new state of an annex with its audit row.
func (s *Service) moveAnnex(ctx context.Context, c *Contract, a *Annex, from AnnexState, action, reason string) error {
	if !slices.Contains(annexMoves[from], a.State) {
		return ErrAnnexState.With("state", from)
	}
	ok, err := s.store.moveAnnex(ctx, a, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	return s.recordAnnex(ctx, c, a, action, reason, from)
}

// onAnnex runs an act on an annex that is in a state; an open one must still be in time.
func (s *Service) onAnnex(ctx context.Context, id, annexID string, in AnnexState, act func(ctx context.Context, c *Contract, a *Annex) error) (*Annex, error) {
	var a *Annex
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var err error
		if a, err = s.store.annex(ctx, id, annexID); err != nil {
			return err
		}
		if a.State != in {
			return ErrAnnexState.With("state", a.State)
		}
		return act(ctx, c, a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// inTime refuses an answer after the last day of one.
func (s *Service) inTime(a *Annex) error {
	if !a.ValidUntil.IsZero() && s.clock.Today().After(a.ValidUntil) {
		return ErrAnnexLate.With("valid_until", a.ValidUntil)
	}
	return nil
}

// AcceptAnnex is the customer's own confirmation in the portal, with its evidence. Errors: acceptance.ErrAgree and ErrText, ErrNotFound, ErrNoAnnex,
// ErrAnnexState, ErrAnnexLate, ErrCustomerOnly; those of Terminate for a completion.
func (s *Service) AcceptAnnex(ctx context.Context, id, annexID string, given acceptance.Given) (*Annex, error) {
	return s.onAnnex(ctx, id, annexID, AnnexOpen, func(ctx context.Context, c *Contract, a *Annex) error {
		if err := s.inTime(a); err != nil {
			return err
		}
		if actor.From(ctx).CustomerID == "" {
			return ErrCustomerOnly
		}
		if err := given.Check(a.FormSHA256); err != nil {
			return err
		}
		x, err := s.Acceptances.Record(ctx, acceptance.Text{
			ObjectType: "contract_annex", ObjectID: a.ID, Reference: a.Number, Title: a.Title, SHA256: a.FormSHA256, DocumentID: a.FormID, Statement: AnnexStatement(c, a),
			Side: string(CustomerSide), CustomerID: c.CustomerID, ContractID: c.ID,
		}, acceptance.Click, "")
		if err != nil {
			return err
		}
		a.EvidenceID, a.Signer = x.ID, cutTo(x.UserName, 50)
		return s.confirmAnnex(ctx, c, a, AnnexOpen)
	})
}

// confirmAnnex annexes a paper to the contract; a completion ends it.
func (s *Service) confirmAnnex(ctx context.Context, c *Contract, a *Annex, from AnnexState) error {
	if err := mayAnnex(c, a.Kind); err != nil {
		return err
	}
	now := s.clock.Instant()
	a.State, a.AnsweredBy, a.AnsweredAt, a.AnsweredOn = AnnexConfirmed, actor.From(ctx).UserID, now, now.Date()
	if err := s.moveAnnex(ctx, c, a, from, "annex.confirm", ""); err != nil {
		return err
	}
	zh, en := a.Kind.Words()
	err := s.tellOwner(ctx, c, "annex_answered", map[string]string{"what": zh, "number": a.Number, "answer": "已确认"}, map[string]string{"what": en, "answer": "confirmed"})
	if err != nil || a.Kind != Completion {
		return err
	}
	e, err := s.propose(ctx, c, Termination{Cause: Completed, Reason: "双方确认完成（" + a.Number + "）：" + a.Title, LastDay: laterOf(a.LastDay, now.Date())})
	if err != nil {
		return err
	}
	return s.start(ctx, c, e, "", nil)
}

// AnsweredOnPaper is an annex that the customer confirmed on paper.
type AnsweredOnPaper struct {
	Signer     string
	DocumentID string
}

// RecordAnnex enters that the customer confirmed an annex on paper; a second person compares the scan. Errors: ErrAnnex with the
// fields, ErrNotFound, ErrNoAnnex, ErrAnnexState, ErrAnnexLate, those of document.Link.
func (s *Service) RecordAnnex(ctx context.Context, id, annexID string, in AnsweredOnPaper) (*Annex, error) {
	var f errs.Fields
	in.Signer = form.Text(&f, "signer", in.Signer, 50, true)
	if in.DocumentID == "" {
		f.Add("attachment_id", "missing", "请先上传客户确认的扫描件", "upload the scan of the confirmed paper first")
	}
	if err := f.Err(ErrAnnex); err != nil {
		return nil, err
	}
	return s.onAnnex(ctx, id, annexID, AnnexOpen, func(ctx context.Context, c *Contract, a *Annex) error {
		if err := s.inTime(a); err != nil {
			return err
		}
		if err := s.belongs(ctx, c, in.DocumentID); err != nil {
			return err
		}
		a.State, a.Signer, a.DocumentID, a.RecordedBy, a.RecordedAt = AnnexRecorded, in.Signer, in.DocumentID, actor.From(ctx).UserID, s.clock.Instant()
		return s.moveAnnex(ctx, c, a, AnnexOpen, "annex.record", "")
	})
}

// DecideAnnex is the second person's word on the scan of an annex: it shows the paper, confirmed; or not, and the annex is open again.
// Errors: ErrNotFound, ErrNoAnnex, ErrAnnexState, ErrOwnSigning, ErrReason where it is not and nothing is said.
func (s *Service) DecideAnnex(ctx context.Context, id, annexID string, good bool, reason string) (*Annex, error) {
	if !good {
		var err error
		if reason, err = why(reason); err != nil {
			return nil, err
		}
	}
	return s.onAnnex(ctx, id, annexID, AnnexRecorded, func(ctx context.Context, c *Contract, a *Annex) error {
		if a.RecordedBy == actor.From(ctx).UserID {
			return ErrOwnSigning
		}
		if good {
			return s.confirmAnnex(ctx, c, a, AnnexRecorded)
		}
		a.State, a.Reason = AnnexOpen, reason
		return s.moveAnnex(ctx, c, a, AnnexRecorded, "annex.return", reason)
	})
}

// DropAnnex refuses an open annex in the customer's name, or takes it back in ours. Errors: ErrReason, ErrNotFound, ErrNoAnnex,
// ErrAnnexState.
func (s *Service) DropAnnex(ctx context.Context, id, annexID string, to AnnexState, reason string) (*Annex, error) {
	reason, err := why(reason)
	if err != nil {
		return nil, err
	}
	return s.onAnnex(ctx, id, annexID, AnnexOpen, func(ctx context.Context, c *Contract, a *Annex) error {
		return s.closeAnnex(ctx, c, a, to, reason)
	})
}

func (s *Service) closeAnnex(ctx context.Context, c *Contract, a *Annex, to AnnexState, reason string) error {
	now := s.clock.Instant()
	a.State, a.AnsweredBy, a.AnsweredAt, a.AnsweredOn, a.Reason = to, actor.From(ctx).UserID, now, now.Date(), cut(reason)
	if err := s.moveAnnex(ctx, c, a, AnnexOpen, "annex."+string(to), a.Reason); err != nil {
		return err
	}
	zh, en := a.Kind.Words()
	answer := map[AnnexState][2]string{AnnexRefused: {"未获确认", "refused"}, AnnexWithdrawn: {"已撤回", "withdrawn"}, AnnexLapsed: {"逾期未确认，已失效", "lapsed without an answer"}}[to]
	return s.tellOwner(ctx, c, "annex_answered", map[string]string{"what": zh, "number": a.Number, "answer": answer[0]}, map[string]string{"what": en, "answer": answer[1]})
}

// lapseAnnexes ends the annexes that were not answered until their last day.
func (s *Service) lapseAnnexes(ctx context.Context, day caldate.Date) error {
	due, err := s.store.annexesDue(ctx, day)
	if err != nil {
		return fmt.Errorf("annexes not answered by %s: %w", day, err)
	}
	var failed []error
	for i := range due {
		_, err := s.onAnnex(ctx, due[i].ContractID, due[i].ID, AnnexOpen, func(ctx context.Context, c *Contract, a *Annex) error {
			return s.closeAnnex(ctx, c, a, AnnexLapsed, "逾期未确认 · not answered in time")
		})
		if err != nil && !errors.Is(err, ErrAnnexState) { // somebody was faster
			failed = append(failed, fmt.Errorf("annex %s: %w", due[i].Number, err))
		}
	}
	return errors.Join(failed...)
}

// Annexes gives all annexes of a contract, the first one first.
func (s *Service) Annexes(ctx context.Context, id string) ([]Annex, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.annexes(ctx, id)
}
