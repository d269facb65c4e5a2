package contract

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/plan"
)

// draw makes a supplement of what was entered and weighs it.
func (s *Service) draw(ctx context.Context, c *Contract, in Supplement) (*Amendment, standing, []DatedTerms, error) {
	if err := s.amendable(ctx, c); err != nil {
		return nil, standing{}, nil, err
	}
	st, err := s.standing(ctx, c.ID)
	if err != nil {
		return nil, st, nil, err
	}
	a := s.newAmendment(ctx, c, KindSupplement, st, in.Reason, in.DocumentID)
	a.State, a.Patch, a.EffectiveFrom = AmendmentDraft, in.Patch, in.Effective
	if !in.Until.IsZero() {
		a.EndBefore, a.EndAfter = c.EndDate, in.Until
		if a.EffectiveFrom.IsZero() {
			a.EffectiveFrom = c.EndDate.AddDays(1)
		}
	}
	rows, err := s.weigh(ctx, c, a, st)
	return a, st, rows, err
}

// Amend records a supplement as signed by both sides (C06), for agreements whose signing is proved elsewhere: trials and
// what is taken over. In the portal a supplement is drafted, signed and confirmed by a second person. Errors: ErrNotFound,
// ErrState, ErrAmendment with the fields (a day that is billed already is one), ErrNoChange, ErrOverlap.
func (s *Service) Amend(ctx context.Context, id string, in Supplement) (*Amendment, error) {
	var f errs.Fields
	in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, false)
	if err := f.Err(ErrAmendment); err != nil {
		return nil, err
	}
	var a *Amendment
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var st standing
		var rows []DatedTerms
		var err error
		if a, st, rows, err = s.draw(ctx, c, in); err != nil {
			return err
		}
		a.State, a.SignedOn = AmendmentAgreed, a.AskedOn
		if err := s.annex(ctx, c, a, nil); err != nil {
			return err
		}
		if err := s.store.insertAmendment(ctx, a); err != nil {
			return err
		}
		if err := s.apply(ctx, c, a, st.rows, rows); err != nil {
			return err
		}
		if err := s.recordAmendment(ctx, c, a, "amendment.agree", a.Reason, "", AmendmentAgreed); err != nil {
			return err
		}
		return s.tellAmended(ctx, c, a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// DraftSupplement draws up a supplement: its text is rendered once and stored with its hash, and exactly that is signed.
// Errors: those of Amend.
func (s *Service) DraftSupplement(ctx context.Context, id string, in Supplement) (*Amendment, error) {
	var f errs.Fields
	in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, false)
	if err := f.Err(ErrAmendment); err != nil {
		return nil, err
	}
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	draft, _, _, err := s.draw(ctx, c, in)
	if err != nil {
		return nil, err
	}
	if err := s.roomFor(ctx, c, draft); err != nil {
		return nil, err
	}
	text, err := s.form(ctx, c, draft)
	if err != nil {
		return nil, err
	}
	var a *Amendment
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var err error
		if a, _, _, err = s.draw(ctx, c, in); err != nil {
			return err
		}
		if a.Number != draft.Number || a.EffectiveFrom != draft.EffectiveFrom || !plan.Same(a.Before, draft.Before) || a.EndBefore != draft.EndBefore {
			return ErrStale // somebody amended it meanwhile: the text would not say what holds
		}
		a.ID = draft.ID
		a.agreedNot()
		return s.keepDraft(ctx, c, a, text)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// roomFor refuses a new end within which another contract of the customer and kind already stands.
func (s *Service) roomFor(ctx context.Context, c *Contract, a *Amendment) error {
	if a.EndAfter.IsZero() {
		return nil
	}
	return s.noClash(ctx, c, a.EndBefore.AddDays(1), a.EndAfter, false)
}

// agreedNot takes away what weigh supposed.
func (a *Amendment) agreedNot() { a.AgreedOn, a.AgreedAt = caldate.Date{}, caldate.Instant{} }

// SignSupplement enters that both sides have signed a supplement, with the scan of the sealed original; entering it again
// before it is confirmed replaces it. Errors: ErrNotFound, ErrNoAmendment, ErrAmendmentState, ErrInvalid with the fields.
func (s *Service) SignSupplement(ctx context.Context, id, amendmentID string, in Signed) (*Amendment, error) {
	return s.onAmendment(ctx, id, amendmentID, func(ctx context.Context, c *Contract, a *Amendment) error {
		if !a.Signable() || a.State != AmendmentDraft && a.State != AmendmentSigned {
			return ErrAmendmentState.With("state", a.State)
		}
		inPortal, err := s.store.signings(ctx, id, amendmentID)
		if err != nil {
			return err
		}
		if len(inPortal) > 0 {
			return ErrInPortal.With("side", inPortal[0].Side)
		}
		now := s.clock.Instant()
		var f errs.Fields
		if in.DocumentID == "" {
			f.Add("attachment_id", "missing", "请先上传签章页扫描件", "upload the scan of the sealed original first")
		}
		a.CustomerSigner = form.Text(&f, "customer_signer", in.Signers[CustomerSide], 50, true)
		a.ProviderSigner = form.Text(&f, "provider_signer", in.Signers[ProviderSide], 50, true)
		switch {
		case in.SignedOn.IsZero():
			f.Add("signed_on", "missing", "请填写签署日期", "give the day of signing")
		case in.SignedOn.After(now.Date()):
			f.Add("signed_on", "future", "签署日期 "+in.SignedOn.String()+" 还没有到", "the day of signing, "+in.SignedOn.String()+", has not come yet")
		case in.SignedOn.Before(a.CreatedAt.Date()):
			f.Add("signed_on", "before_draft", "签署日期早于文本日期 "+a.CreatedAt.Date().String()+"，签的不是这份文本", "signed before the text was drawn up on "+a.CreatedAt.Date().String())
		}
		if err := f.Err(ErrInvalid); err != nil {
			return err
		}
		if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
		from := a.State
		a.State, a.SignedOn, a.DocumentID, a.RecordedBy, a.RecordedAt = AmendmentSigned, in.SignedOn, in.DocumentID, actor.From(ctx).UserID, now
		return s.moved(ctx, c, a, from, "amendment.sign")
	})
}

// ConfirmSupplement states that the scan shows the text of the supplement, signed and sealed by both sides. It must be
// another person than the one who recorded it. From then on its terms hold from its day. Errors: ErrNotFound,
// ErrNoAmendment, ErrAmendmentState, ErrOwnSigning, ErrAmendment where its day was billed meanwhile, ErrOverlap.
func (s *Service) ConfirmSupplement(ctx context.Context, id, amendmentID string) (*Amendment, error) {
	return s.onAmendment(ctx, id, amendmentID, func(ctx context.Context, c *Contract, a *Amendment) error {
		who := actor.From(ctx).UserID
		switch {
		case !a.Signable() || a.State != AmendmentSigned:
			return ErrAmendmentState.With("state", a.State)
		case a.RecordedBy == who:
			return ErrOwnSigning
		}
		return s.agree(ctx, c, a, AmendmentSigned, who)
	})
}

// agree lets an amendment hold that both sides have signed; by is the second person, where one confirmed it. Errors: ErrState,
// ErrAmendment where its day was billed meanwhile, ErrOverlap, ErrStale.
func (s *Service) agree(ctx context.Context, c *Contract, a *Amendment, from AmendmentState, by string) error {
	if err := s.amendable(ctx, c); err != nil {
		return err
	}
	if a.Kind == KindPlanChange && !a.SignedOn.Before(a.EffectiveFrom) {
		return ErrFormLate.With("effective_from", a.EffectiveFrom)
	}
	st, err := s.standing(ctx, c.ID)
	if err != nil {
		return err
	}
	if !a.EndAfter.IsZero() {
		a.EndBefore = c.EndDate // it may have renewed itself meanwhile
	}
	if a.Kind == KindPlanChange {
		if err := s.replaceChanges(ctx, c, a, &st); err != nil {
			return err
		}
	}
	a.AgreedOn = a.SignedOn // its prices were agreed when it was signed
	rows, err := s.weigh(ctx, c, a, st)
	if err != nil {
		return err
	}
	a.State, a.ConfirmedBy, a.ConfirmedAt = AmendmentAgreed, by, a.AgreedAt
	if err := s.moved(ctx, c, a, from, "amendment.agree"); err != nil {
		return err
	}
	if err := s.apply(ctx, c, a, st.rows, rows); err != nil {
		return err
	}
	return s.tellAmended(ctx, c, a)
}

func (s *Service) onAmendment(ctx context.Context, id, amendmentID string, act func(ctx context.Context, c *Contract, a *Amendment) error) (*Amendment, error) {
	var a *Amendment
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		var err error
		if a, err = s.store.amendment(ctx, id, amendmentID); err != nil {
			return err
		}
		return act(ctx, c, a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// moved writes the new state of an amendment with its audit row.
func (s *Service) moved(ctx context.Context, c *Contract, a *Amendment, from AmendmentState, action string) error {
	ok, err := s.store.moveAmendment(ctx, a, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	return s.recordAmendment(ctx, c, a, action, a.Reason, from, a.State)
}
