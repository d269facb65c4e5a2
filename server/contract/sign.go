package contract

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
)

// Way is how a side signs (C04).
type Way string

// The ways: the scan of the sealed original, entered by one person and confirmed by a second who has compared it with the approved
// text; acceptance of the text in the portal; a signature with the signer's own key. The evidence of the last two is complete by
// itself, so nobody confirms them.
const (
	OnPaper Way = "paper"
	Online  Way = "online"
	ByKey   Way = "e_signature"
)

// Signing is the record of one side's signing of a contract or of one of its amendments.
type Signing struct {
	ID          string `gorm:"primaryKey"`
	ContractID  string
	AmendmentID string // "" for the contract itself
	Side        Side
	Way         Way
	EvidenceID  string  // the acceptance or the electronic signature
	LiveKey     *string // paper:side while it counts, NULL once replaced: unique, so that a side has one that counts
	Signer      string  // who signed for that side
	SignedOn    caldate.Date
	DocumentID  string // the scan; the text itself where it was signed in the portal
	RecordedBy  string
	RecordedAt  caldate.Instant
	ConfirmedBy string
	ConfirmedAt caldate.Instant
}

// TableName is contract_signings.
func (Signing) TableName() string { return "contract_signings" }

// Confirmed tells whether it is proved: by a second person, or by its evidence.
func (s *Signing) Confirmed() bool { return !s.ConfirmedAt.IsZero() }

// Signed is what is recorded of a signing: one scan, the day, and who signed for each side that the scan shows.
type Signed struct {
	DocumentID string
	SignedOn   caldate.Date
	Signers    map[Side]string
}

func (in Signed) check(c *Contract, today caldate.Date) (Signed, error) {
	var f errs.Fields
	if in.DocumentID == "" {
		f.Add("attachment_id", "missing", "请先上传签章页扫描件", "upload the scan of the sealed original first")
	}
	signers := map[Side]string{}
	for side, name := range in.Signers {
		if side != CustomerSide && side != ProviderSide {
			f.Add("side", "unknown", ErrSide.Zh, ErrSide.En)
			continue
		}
		signers[side] = form.Text(&f, string(side)+"_signer", name, 50, true)
	}
	if len(in.Signers) == 0 {
		f.Add("customer_signer", "missing", "请填写签署人：至少一方", "say who signed, for at least one side")
	}
	in.Signers = signers
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

// RecordSigning enters that one or both sides have signed, with the scan that shows it. What is not confirmed yet is
// replaced. Errors: ErrInvalid with the fields, ErrNotFound, ErrState, ErrSideConfirmed, those of document.Link.
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
		if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
		for _, side := range []Side{CustomerSide, ProviderSide} {
			if in.Signers[side] == "" {
				continue
			}
			if err := s.recordSide(ctx, c, side, in, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) recordSide(ctx context.Context, c *Contract, side Side, in Signed, now caldate.Instant) error {
	old, err := s.signing(ctx, c.ID, side)
	if err != nil {
		return err
	}
	if old != nil {
		if old.Confirmed() {
			return ErrSideConfirmed.With("side", side)
		}
		if err := s.store.replaceSigning(ctx, old.ID); err != nil {
			return err
		}
	}
	key := c.ID + ":" + string(side)
	err = s.store.insertSigning(ctx, &Signing{
		ID: ids.New(), ContractID: c.ID, Side: side, Way: OnPaper, LiveKey: &key, Signer: in.Signers[side], SignedOn: in.SignedOn, DocumentID: in.DocumentID,
		RecordedBy: actor.From(ctx).UserID, RecordedAt: now,
	})
	if err != nil {
		return err
	}
	return s.note(ctx, c, change{action: "contract.sign", on: in.SignedOn, detail: map[string]any{
		"side": side, "signer": in.Signers[side], "document": in.DocumentID, "replaces": old != nil,
	}})
}

func (s *Service) signing(ctx context.Context, contractID string, side Side) (*Signing, error) {
	all, err := s.store.signings(ctx, contractID, "")
	for i := range all {
		if all[i].Side == side {
			return &all[i], err
		}
	}
	return nil, err
}

// ConfirmSigning states that the scan shows the approved text, signed and sealed as the template asks. It must be another
// person than the one who recorded it. side "" means every side that waits for it. With the last thing missing done, the
// contract comes into force. Errors: ErrSide, ErrNotFound, ErrState, ErrNoSigning, ErrSideConfirmed, ErrOwnSigning.
func (s *Service) ConfirmSigning(ctx context.Context, id string, side Side) (*Contract, error) {
	if side != "" && side != CustomerSide && side != ProviderSide {
		return nil, ErrSide.At("side", "unknown", ErrSide.Zh, ErrSide.En)
	}
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State != AwaitingSignature {
			return ErrState.With("state", c.State)
		}
		rows, err := s.store.signings(ctx, c.ID, "")
		if err != nil {
			return err
		}
		asked, confirmed := 0, 0
		for i := range rows {
			row := &rows[i]
			if side != "" && row.Side != side {
				continue
			}
			asked++
			if row.Confirmed() {
				confirmed++
				continue
			}
			if err := s.confirmSide(ctx, c, row); err != nil {
				return err
			}
		}
		switch {
		case asked == 0:
			return ErrNoSigning.With("side", side)
		case asked == confirmed:
			return ErrSideConfirmed
		}
		return s.TryActivate(ctx, id)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

func (s *Service) confirmSide(ctx context.Context, c *Contract, row *Signing) error {
	who := actor.From(ctx).UserID
	if row.RecordedBy == who {
		return ErrOwnSigning
	}
	ok, err := s.store.confirmSigning(ctx, row.ID, who, s.clock.Instant())
	if err != nil {
		return err
	}
	if !ok {
		return ErrSideConfirmed
	}
	return s.note(ctx, c, change{action: "contract.confirm_signing", detail: map[string]any{"side": row.Side, "document": row.DocumentID}})
}

// Signings gives the signings that count, the customer's first.
func (s *Service) Signings(ctx context.Context, id string) ([]Signing, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.signings(ctx, id, "")
}
