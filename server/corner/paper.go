package corner

import (
	"context"
	"errors"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/customer"
	"sealgate/server/notice"
	"sealgate/server/payment"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Propose asks for a change of the actor's own customer's record. It must be right as it stands.
func (s *Service) Propose(ctx context.Context, changes Changes, note string) (*Proposal, error) {
	by := actor.From(ctx)
	live := by.CustomerID
	p := &Proposal{ID: ids.New(), CustomerID: by.CustomerID, LiveKey: &live, State: Proposed, Fields: changes, Note: cut(strings.TrimSpace(note), maxNote),
		ProposedBy: by.UserID, ProposedByName: cut(by.Name, 100), ProposedAt: s.clock.Instant()}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, by.CustomerID)
		if err != nil {
			return err
		}
		if _, err := changes.apply(c.Details()).Check(); err != nil {
			return err
		}
		if changes == (Changes{}) {
			return ErrNoChange
		}
		p.BaseVersion = c.Version
		if err := s.store.insert(ctx, p); err != nil {
			if db.IsDuplicate(err) {
				return ErrProposalOpen
			}
			return err
		}
		if err := s.Notices.Send(ctx, notice.To{UserID: c.OwnerID, About: notice.About{ObjectType: "customer", ObjectID: c.ID, CustomerID: c.ID}}, "profile_proposed",
			map[string]string{"customer": c.Name, "person": by.Name}, nil); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "profile.propose", ObjectType: "proposal", ObjectID: p.ID, CustomerID: c.ID, To: string(Proposed)})
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Proposals gives a page within the actor's scope.
func (s *Service) Proposals(ctx context.Context, q Query) ([]Proposal, int64, error) {
	return page[Proposal](s.store, ctx, q)
}

// Accept makes the proposed change; on the record as it stands now, so that what was changed meanwhile stays.
func (s *Service) Accept(ctx context.Context, id, answer string) (*Proposal, error) {
	return s.decideProposal(ctx, id, Accepted, answer, func(ctx context.Context, p *Proposal) error {
		c, err := s.Customers.Get(ctx, p.CustomerID)
		if err != nil {
			return err
		}
		_, err = s.Customers.Change(ctx, c.ID, c.Version, func(d *customer.Details) { *d = p.Fields.apply(*d) })
		return err
	})
}

// Refuse leaves the record as it is; the customer reads why.
func (s *Service) Refuse(ctx context.Context, id, answer string) (*Proposal, error) {
	if strings.TrimSpace(answer) == "" {
		return nil, ErrNeedReason
	}
	return s.decideProposal(ctx, id, Refused, answer, nil)
}

// Withdraw takes a proposal of the own customer back.
func (s *Service) Withdraw(ctx context.Context, id string) (*Proposal, error) {
	return s.decideProposal(ctx, id, Withdrawn, "", nil)
}

func (s *Service) decideProposal(ctx context.Context, id string, to ProposalState, answer string, then func(ctx context.Context, p *Proposal) error) (p *Proposal, err error) {
	by := actor.From(ctx)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if p, err = one[Proposal](s.store, ctx, ErrNoProposal, "id = ?", id); err != nil {
			return err
		}
		if p.State != Proposed {
			return ErrDecided
		}
		p.LiveKey, p.State, p.Answer = nil, to, cut(strings.TrimSpace(answer), maxNote)
		p.DecidedBy, p.DecidedByName, p.DecidedAt = by.UserID, cut(by.Name, 100), s.clock.Instant()
		if err := s.store.decide(ctx, p, Proposed, "LiveKey", "State", "Answer", "DecidedBy", "DecidedByName", "DecidedAt"); err != nil {
			return err
		}
		if then != nil {
			if err := then(ctx, p); err != nil {
				return err
			}
		}
		if to != Withdrawn {
			if err := s.answered(ctx, p.CustomerID, "proposal", p.ID, "资料变更申请", "change of your record", to == Accepted, p.Answer); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, trail.Entry{Action: "profile." + string(to), ObjectType: "proposal", ObjectID: p.ID, CustomerID: p.CustomerID, From: string(Proposed), To: string(to), Reason: p.Answer})
	})
	return p, err
}

// answered tells a customer's people what became of something they sent.
func (s *Service) answered(ctx context.Context, customerID, objectType, objectID, what, whatEn string, yes bool, answer string) error {
	outcome, outcomeEn := "未通过", "was not accepted"
	if yes {
		outcome, outcomeEn = "已通过", "was accepted"
	}
	if answer == "" {
		answer = "—"
	}
	return s.Notices.Send(ctx, notice.To{CustomerID: customerID, About: notice.About{ObjectType: objectType, ObjectID: objectID, CustomerID: customerID}}, "corner_answered",
		map[string]string{"what": what, "outcome": outcome, "answer": answer}, map[string]string{"what": whatEn, "outcome": outcomeEn})
}

// SendProof shows finance that the actor's own customer has paid. It books nothing.
func (s *Service) SendProof(ctx context.Context, n NewProof) (*Proof, error) {
	n, err := n.check(s.clock.Today())
	if err != nil {
		return nil, err
	}
	by := actor.From(ctx)
	p := &Proof{
		ID: ids.New(), CustomerID: by.CustomerID, ContractID: n.ContractID, BillID: n.BillID, State: ProofOpen, AmountFen: n.AmountFen, PaidOn: n.PaidOn, Payer: n.Payer,
		Reference: n.Reference, DocumentID: n.DocumentID, Note: n.Note, SentBy: by.UserID, SentByName: cut(by.Name, 100), SentAt: s.clock.Instant(),
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, by.CustomerID)
		if err != nil {
			return err
		}
		if err := s.own(ctx, n); err != nil {
			return err
		}
		if _, err := s.Documents.Link(ctx, n.DocumentID, "payment_proof", p.ID, c.ID, n.ContractID); err != nil {
			return err
		}
		if err := s.store.insert(ctx, p); err != nil {
			return err
		}
		if err := s.Notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "proof", ObjectID: p.ID, CustomerID: c.ID}}, "proof_sent",
			map[string]string{"customer": c.Name, "amount": p.AmountFen.Grouped(), "paid_on": p.PaidOn.String()}, nil); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "proof.send", ObjectType: "proof", ObjectID: p.ID, CustomerID: c.ID, ContractID: n.ContractID, To: string(ProofOpen),
			Detail: map[string]any{"amount_fen": int64(p.AmountFen), "paid_on": p.PaidOn.String()}})
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// own refuses a contract or a bill that the actor may not see; what may be seen is the own customer's.
func (s *Service) own(ctx context.Context, n NewProof) error {
	if n.ContractID != "" {
		if _, err := s.Contracts.Get(ctx, n.ContractID); err != nil {
			return err
		}
	}
	if n.BillID != "" {
		if _, err := s.Bills.Get(ctx, n.BillID); err != nil {
			return err
		}
	}
	return nil
}

// Proofs gives a page within the actor's scope.
func (s *Service) Proofs(ctx context.Context, q Query) ([]Proof, int64, error) {
	return page[Proof](s.store, ctx, q)
}

// Match notes which payment a proof was about.
func (s *Service) Match(ctx context.Context, id, paymentID string) (*Proof, error) {
	return s.decideProof(ctx, id, ProofMatched, "", func(ctx context.Context, p *Proof) error {
		got, err := s.Payments.Get(ctx, paymentID)
		switch {
		case errors.Is(err, payment.ErrNotFound), err == nil && got.CustomerID != p.CustomerID:
			return ErrNoPayment
		case err != nil:
			return err
		}
		p.PaymentID = paymentID
		return nil
	})
}

// RefuseProof says that no such money came; the customer reads why.
func (s *Service) RefuseProof(ctx context.Context, id, answer string) (*Proof, error) {
	if strings.TrimSpace(answer) == "" {
		return nil, ErrNeedReason
	}
	return s.decideProof(ctx, id, ProofRefused, answer, nil)
}

// WithdrawProof takes a proof of the own customer back.
func (s *Service) WithdrawProof(ctx context.Context, id string) (*Proof, error) {
	return s.decideProof(ctx, id, ProofWithdrawn, "", nil)
}

func (s *Service) decideProof(ctx context.Context, id string, to ProofState, answer string, look func(ctx context.Context, p *Proof) error) (p *Proof, err error) {
	by := actor.From(ctx)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if p, err = one[Proof](s.store, ctx, ErrNoProof, "id = ?", id); err != nil {
			return err
		}
		if p.State != ProofOpen {
			return ErrDecided
		}
		if look != nil {
			if err := look(ctx, p); err != nil {
				return err
			}
		}
		p.State, p.Answer, p.DecidedBy, p.DecidedByName, p.DecidedAt = to, cut(strings.TrimSpace(answer), maxNote), by.UserID, cut(by.Name, 100), s.clock.Instant()
		if err := s.store.decide(ctx, p, ProofOpen, "State", "Answer", "PaymentID", "DecidedBy", "DecidedByName", "DecidedAt"); err != nil {
			return err
		}
		if to != ProofWithdrawn {
			if err := s.answered(ctx, p.CustomerID, "proof", p.ID, "付款凭证", "proof of payment", to == ProofMatched, p.Answer); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, trail.Entry{Action: "proof." + string(to), ObjectType: "proof", ObjectID: p.ID, CustomerID: p.CustomerID, ContractID: p.ContractID,
			From: string(ProofOpen), To: string(to), Reason: p.Answer, Detail: map[string]any{"payment": p.PaymentID}})
	})
	return p, err
}
