package contract

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
)

// Signing is the record of one side's signing on paper: the scan of the sealed original, entered by one person and
// confirmed by a second who has compared it with the approved text (C04).
type Signing struct {
	ID          string `gorm:"primaryKey"`
	ContractID  string
	Side        Side
	LiveKey     *string // contract:side while it counts, NULL once replaced: unique, so that a side has one that counts
	Signer      string  // who signed for that side
	SignedOn    caldate.Date
	DocumentID  string
	RecordedBy  string
	RecordedAt  caldate.Instant
	ConfirmedBy string
	ConfirmedAt caldate.Instant
}

// TableName is contract_signings.
func (Signing) TableName() string { return "contract_signings" }

// Confirmed tells whether a second person has confirmed it.
func (s *Signing) Confirmed() bool { return !s.ConfirmedAt.IsZero() }

// Signed is what is recorded of a signing.
type Signed struct {
	Side       Side
	DocumentID string
	SignedOn   caldate.Date
	Signer     string
}

func (in Signed) check(c *Contract, today caldate.Date) (Signed, error) {
	var f errs.Fields
	if in.Side != CustomerSide && in.Side != ProviderSide {
		f.Add("side", "unknown", ErrSide.Zh, ErrSide.En)
	}
	if in.DocumentID == "" {
		f.Add("document_id", "missing", "请先上传签章页扫描件", "upload the scan of the sealed original first")
	}
	in.Signer = form.Text(&f, "signer", in.Signer, 50, true)
	switch approved := c.ApprovedAt.Date(); {
	case in.SignedOn.IsZero():
		f.Add("signed_on", "missing", "请填写签署日期", "give the day of signing")
	case in.SignedOn.After(today):
		f.Add("signed_on", "future", "签署日期 "+in.SignedOn.String()+" 还没有到", "the day of signing, "+in.SignedOn.String()+", has not come yet")
	case in.SignedOn.Before(approved):
		f.Add("signed_on", "before_approval", "签署日期早于文本定稿日期 "+approved.String()+"，签的不是这份文本", "signed before the text was approved on "+approved.String()+": that was another text")
	}
	return in, f.Err(ErrInvalid)
}

// RecordSigning enters that a side has signed, with the scan. One that is not confirmed yet is replaced. Errors: ErrInvalid
// with the fields, ErrNotFound, ErrState, ErrSideConfirmed, those of document.Link.
func (s *Service) RecordSigning(ctx context.Context, id string, in Signed) (*Contract, error) {
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State != AwaitingSignature {
			return ErrState.With("state", c.State)
		}
		now := s.clock.Instant()
		in, err := in.check(c, now.Date())
		if err != nil {
			return err
		}
		old, err := s.signing(ctx, c.ID, in.Side)
		if err != nil {
			return err
		}
		if old != nil {
			if old.Confirmed() {
				return ErrSideConfirmed
			}
			if err := s.store.replaceSigning(ctx, old.ID); err != nil {
				return err
			}
		}
		if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
		key := c.ID + ":" + string(in.Side)
		err = s.store.insertSigning(ctx, &Signing{
			ID: ids.New(), ContractID: c.ID, Side: in.Side, LiveKey: &key, Signer: in.Signer, SignedOn: in.SignedOn, DocumentID: in.DocumentID,
			RecordedBy: actor.From(ctx).UserID, RecordedAt: now,
		})
		if err != nil {
			return err
		}
		return s.note(ctx, c, change{action: "contract.sign", on: in.SignedOn, detail: map[string]any{
			"side": in.Side, "signer": in.Signer, "document": in.DocumentID, "replaces": old != nil,
		}})
	})
}

func (s *Service) signing(ctx context.Context, contractID string, side Side) (*Signing, error) {
	all, err := s.store.signings(ctx, contractID)
	for i := range all {
		if all[i].Side == side {
			return &all[i], err
		}
	}
	return nil, err
}

// ConfirmSigning states that the scan shows the approved text, signed and sealed as the template asks. It must be another
// person than the one who recorded it. With the last thing missing done, the contract comes into force. Errors:
// ErrSide, ErrNotFound, ErrState, ErrNoSigning, ErrSideConfirmed, ErrOwnSigning.
func (s *Service) ConfirmSigning(ctx context.Context, id string, side Side) (*Contract, error) {
	if side != CustomerSide && side != ProviderSide {
		return nil, ErrSide.At("side", "unknown", ErrSide.Zh, ErrSide.En)
	}
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State != AwaitingSignature {
			return ErrState.With("state", c.State)
		}
		row, err := s.signing(ctx, c.ID, side)
		if err != nil {
			return err
		}
		who := actor.From(ctx).UserID
		switch {
		case row == nil:
			return ErrNoSigning.With("side", side)
		case row.Confirmed():
			return ErrSideConfirmed
		case row.RecordedBy == who:
			return ErrOwnSigning
		}
		ok, err := s.store.confirmSigning(ctx, row.ID, who, s.clock.Instant())
		if err != nil {
			return err
		}
		if !ok {
			return ErrSideConfirmed
		}
		if err := s.note(ctx, c, change{action: "contract.confirm_signing", detail: map[string]any{"side": side, "document": row.DocumentID}}); err != nil {
			return err
		}
		return s.TryActivate(ctx, id)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

// Signings gives the signings that count, the customer's first.
func (s *Service) Signings(ctx context.Context, id string) ([]Signing, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.signings(ctx, id)
}
