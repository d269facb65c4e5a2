package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/plan"
)

// PriceNoticeDays is how many days before its day a price change is announced at least (C11).
const PriceNoticeDays = 30

// priceTerms are the terms that a price change may alter.
var priceTerms = []string{"rent_fen", "overage", "price", "tiers", "minimum_fen", "included", "threshold"}

// Announcement is a price that the provider wants to change (C11).
type Announcement struct {
	Patch          plan.Patch
	Effective      caldate.Date
	Reason         string
	DocumentID     string // proof of the notice on paper; the portal's notice and e-mail are proof too
	SilenceAccepts bool   // the contract says that who goes on using the service after the announcement agrees
}

// AnnouncePrice announces a price change to the customer, with a written notice, PriceNoticeDays before its day at least. It
// holds only once the customer confirms it, or, where the contract says so, has not objected by its day. Errors:
// ErrNotFound, ErrState, ErrAmendment with the fields, ErrNoChange, those of document.Link.
func (s *Service) AnnouncePrice(ctx context.Context, id string, in Announcement) (*Amendment, error) {
	var f errs.Fields
	in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, true)
	for _, name := range in.Patch.Names() {
		if !slices.Contains(priceTerms, name) {
			f.Add(termsField+name, "no_price", "这一项不是价格，变更须签补充协议", "this is no price; it takes a supplement")
		}
	}
	earliest := s.clock.Today().AddDays(PriceNoticeDays)
	if in.Effective.Before(earliest) && !in.Effective.IsZero() {
		f.Add("effective_from", "too_early", fmt.Sprintf("调价须提前 %d 日通知，最早自 %s 起", PriceNoticeDays, earliest), fmt.Sprintf("a price change is announced %d days ahead: %s at the earliest", PriceNoticeDays, earliest))
	}
	if err := f.Err(ErrAmendment); err != nil {
		return nil, err
	}
	draw := func(ctx context.Context, c *Contract) (*Amendment, error) {
		if !c.State.Live() {
			return nil, ErrState.With("state", c.State)
		}
		st, err := s.standing(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		a := s.newAmendment(ctx, c, KindPriceChange, st, in.Reason, in.DocumentID)
		a.State, a.Patch, a.EffectiveFrom, a.SilenceAccepts = AmendmentDraft, in.Patch, in.Effective, in.SilenceAccepts
		if _, err := s.weigh(ctx, c, a, st); err != nil {
			return nil, err
		}
		a.agreedNot()
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
	letter, err := s.form(ctx, c, draft)
	if err != nil {
		return nil, err
	}
	var a *Amendment
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var err error
		if a, err = draw(ctx, c); err != nil {
			return err
		}
		if a.Number != draft.Number || !plan.Same(a.Before, draft.Before) {
			return ErrStale
		}
		a.ID = draft.ID
		if err := s.annex(ctx, c, a, letter); err != nil {
			return err
		}
		if err := s.store.insertAmendment(ctx, a); err != nil {
			return err
		}
		if err := s.recordAmendment(ctx, c, a, "amendment.announce", a.Reason, "", AmendmentDraft); err != nil {
			return err
		}
		zh, en := Differences(a.Before, a.After)
		silent, silentEn := "须经贵方确认后执行", "it holds only if you confirm it"
		if a.SilenceAccepts {
			silent, silentEn = "在此之前未提出异议并继续使用的，视为同意", "who does not object before and goes on using the service agrees"
		}
		return s.tell(ctx, c, "price_announced", map[string]string{"effective": a.EffectiveFrom.String(), "changes": strings.Join(zh, "；"), "silent": silent},
			map[string]string{"changes": strings.Join(en, "; "), "silent": silentEn})
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// AnswerPrice records that the customer agrees to an announced price, or objects to it, before its day. The prices stay as
// they are after an objection; the customer may leave by notice. Errors: ErrNotFound, ErrNoAmendment, ErrAmendmentState,
// ErrReason for an objection without one, those of weighing it again.
func (s *Service) AnswerPrice(ctx context.Context, id, amendmentID string, agrees bool, reason string) (*Amendment, error) {
	if !agrees {
		var err error
		if reason, err = why(reason); err != nil {
			return nil, err
		}
	}
	return s.onAmendment(ctx, id, amendmentID, func(ctx context.Context, c *Contract, a *Amendment) error {
		if a.Kind != KindPriceChange || a.State != AmendmentDraft || !s.clock.Today().Before(a.EffectiveFrom) {
			return ErrAmendmentState.With("state", a.State).With("effective_from", a.EffectiveFrom)
		}
		if agrees {
			return s.agreePrice(ctx, c, a)
		}
		return s.dropPrice(ctx, c, a, "客户异议："+reason)
	})
}

func (s *Service) agreePrice(ctx context.Context, c *Contract, a *Amendment) error {
	st, err := s.standing(ctx, c.ID)
	if err != nil {
		return err
	}
	rows, err := s.weigh(ctx, c, a, st)
	if err != nil {
		return err
	}
	a.State, a.ConfirmedBy, a.ConfirmedAt = AmendmentAgreed, actor.From(ctx).UserID, a.AgreedAt
	if err := s.moved(ctx, c, a, AmendmentDraft, "amendment.accept"); err != nil {
		return err
	}
	if err := s.apply(ctx, c, a, st.rows, rows); err != nil {
		return err
	}
	return s.tellAmended(ctx, c, a)
}

func (s *Service) dropPrice(ctx context.Context, c *Contract, a *Amendment, reason string) error {
	a.State, a.EndedBy, a.EndedAt, a.EndedReason = AmendmentCancelled, actor.From(ctx).UserID, s.clock.Instant(), cut(reason)
	if err := s.endAmendment(ctx, c, a, AmendmentDraft, "amendment.object"); err != nil {
		return err
	}
	return s.tell(ctx, c, "amendment_cancelled", map[string]string{"number": a.Number, "effective": a.EffectiveFrom.String(), "reason": a.EndedReason}, nil)
}

// Proof is what shows that the customer was told of a price change.
type Proof string

// The proofs: a paper (a receipt of the letter), the notice read in the portal by one of the customer's people, the e-mail taken by the
// customer's mail server.
const (
	NoProof    Proof = ""
	ProofPaper Proof = "paper"
	ProofRead  Proof = "read"
	ProofMail  Proof = "mail"
)

// proofOf gives what shows, up to its day, that the customer was told of an announced price.
func (s *Service) proofOf(ctx context.Context, c *Contract, a *Amendment) (Proof, error) {
	if a.DocumentID != "" {
		return ProofPaper, nil
	}
	p, err := s.store.told(ctx, c, a)
	if err != nil {
		return NoProof, fmt.Errorf("proof of the notice of %s: %w", a.Number, err)
	}
	return p, nil
}

// Proofs gives, by the amendment's id, what shows that the customer was told of each announced price of a contract.
func (s *Service) Proofs(ctx context.Context, c *Contract, all []Amendment) (map[string]Proof, error) {
	out := map[string]Proof{}
	for i := range all {
		if all[i].Kind != KindPriceChange {
			continue
		}
		p, err := s.proofOf(ctx, c, &all[i])
		if err != nil {
			return nil, err
		}
		out[all[i].ID] = p
	}
	return out, nil
}

// AddPriceProof adds the paper that shows that the customer was told of an announced price, before its day. Errors: ErrNotFound,
// ErrNoAmendment, ErrProof, those of document.Link.
func (s *Service) AddPriceProof(ctx context.Context, id, amendmentID, documentID string) (*Amendment, error) {
	return s.onAmendment(ctx, id, amendmentID, func(ctx context.Context, c *Contract, a *Amendment) error {
		if a.Kind != KindPriceChange || a.State != AmendmentDraft || a.DocumentID != "" || !s.clock.Today().Before(a.EffectiveFrom) {
			return ErrProof
		}
		if documentID == "" {
			return ErrAmendment.At("attachment_id", "missing", "请先上传送达凭证", "upload the proof first")
		}
		if err := s.belongs(ctx, c, documentID); err != nil {
			return err
		}
		a.DocumentID = documentID
		if ok, err := s.store.moveAmendment(ctx, a, AmendmentDraft); err != nil || !ok {
			return errors.Join(err, ErrStale)
		}
		return s.note(ctx, c, change{action: "contract.price_proof", detail: map[string]any{"number": a.Number, "document": documentID}})
	})
}

// Leave has a customer who objected to a price leave with the old one: the contract ends by notice on the day before the new price would have
// held. Errors: those of AnswerPrice and Terminate.
func (s *Service) Leave(ctx context.Context, id, amendmentID, reason string) (*Amendment, error) {
	var a *Amendment
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if a, err = s.AnswerPrice(ctx, id, amendmentID, false, reason); err != nil {
			return err
		}
		c, err := s.lock(ctx, id)
		if err != nil {
			return err
		}
		last := a.EffectiveFrom.AddDays(-1)
		if c.EndDate.Before(last) {
			last = c.EndDate
		}
		_, err = s.Terminate(ctx, id, Termination{Cause: Notice, Reason: "不同意调价（" + a.Number + "）：" + cutTo(reason, 400), LastDay: last})
		return err
	})
	return a, err
}

// settlePrices decides on announced prices whose day has come: where silence is consent they hold, otherwise they lapse.
func (s *Service) settlePrices(ctx context.Context, day caldate.Date) error {
	due, err := s.store.announced(ctx, day)
	if err != nil {
		return fmt.Errorf("prices announced for %s: %w", day, err)
	}
	var failed []error
	for i := range due {
		_, err := s.onAmendment(ctx, due[i].ContractID, due[i].ID, func(ctx context.Context, c *Contract, a *Amendment) error {
			switch {
			case a.State != AmendmentDraft: // somebody else was faster
				return nil
			case !c.State.Live():
				return s.dropPrice(ctx, c, a, "合同已经终止 · the contract has ended")
			case a.SilenceAccepts:
				proof, err := s.proofOf(ctx, c, a)
				if err != nil {
					return err
				}
				if proof != NoProof {
					return s.agreePrice(ctx, c, a)
				}
				return s.dropPrice(ctx, c, a, "没有通知送达的凭证，价格不变，差额由我方承担 · no proof that the customer was told; the prices stay and the provider bears the difference")
			}
			return s.dropPrice(ctx, c, a, "到期未获客户确认 · the customer did not confirm it")
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("price %s: %w", due[i].Number, err))
		}
	}
	return errors.Join(failed...)
}

// lapseForms ends the plan-change forms whose day has come before both sides had signed them.
func (s *Service) lapseForms(ctx context.Context, day caldate.Date) error {
	due, err := s.store.unsigned(ctx, day)
	if err != nil {
		return fmt.Errorf("plan changes of %s without signatures: %w", day, err)
	}
	var failed []error
	for i := range due {
		_, err := s.onAmendment(ctx, due[i].ContractID, due[i].ID, func(ctx context.Context, c *Contract, a *Amendment) error {
			if a.State != AmendmentDraft && a.State != AmendmentSigned { // somebody else was faster
				return nil
			}
			from := a.State
			a.State, a.EndedBy, a.EndedAt, a.EndedReason = AmendmentCancelled, actor.From(ctx).UserID, s.clock.Instant(), "到生效日仍未签署 · not signed by both sides before its day"
			if err := s.endAmendment(ctx, c, a, from, "amendment.cancel"); err != nil {
				return err
			}
			return s.tell(ctx, c, "amendment_cancelled", map[string]string{"number": a.Number, "effective": a.EffectiveFrom.String(), "reason": a.EndedReason}, nil)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("plan change %s: %w", due[i].Number, err))
		}
	}
	return errors.Join(failed...)
}
