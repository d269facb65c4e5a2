package contract

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/contracttemplate"
)

// Submit hands a draft to the reviewers. Errors: ErrNotFound, ErrState, ErrOverlap.
func (s *Service) Submit(ctx context.Context, id string) (*Contract, error) {
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State != Draft {
			return ErrState.With("state", c.State)
		}
		if err := s.noClash(ctx, c, c.StartDate, c.EndDate, false); err != nil {
			return err
		}
		who := actor.From(ctx).UserID
		c.SubmittedBy = who
		return s.move(ctx, c, UnderReview, change{action: "contract.submit", set: map[string]any{"submitted_by": who}})
	})
}

// change runs an act on a contract that nobody else changes meanwhile.
func (s *Service) change(ctx context.Context, id string, act func(ctx context.Context, c *Contract) error) (*Contract, error) {
	var c *Contract
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if c, err = s.lock(ctx, id); err != nil {
			return err
		}
		return act(ctx, c)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// mayReview: a contract is reviewed by somebody who had no hand in it.
func mayReview(c *Contract, userID string) bool {
	return userID != c.CreatedBy && userID != c.UpdatedBy && userID != c.SubmittedBy
}

// Approve freezes the text: it is rendered once, stored with its hash, and from then on it is what both sides sign. The
// contract gets its service code. version is the one that the reviewer has read (0: as it stands). Errors: ErrNotFound, ErrState, ErrStale,
// ErrOwnReview, ErrOverlap.
func (s *Service) Approve(ctx context.Context, id string, version int64) (*Contract, error) {
	may := func(c *Contract) error {
		switch {
		case c.State != UnderReview:
			return ErrState.With("state", c.State)
		case version != 0 && c.Version != version:
			return ErrStale.With("version", c.Version)
		case !mayReview(c, actor.From(ctx).UserID):
			return ErrOwnReview
		}
		return nil
	}
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := may(c); err != nil {
		return nil, err
	}
	t, err := s.template(c.TemplateID, c.TemplateVersion)
	if err != nil {
		return nil, err
	}
	pdf, info, err := s.render(t, c.Values, contracttemplate.RenderOptions{Number: c.Number, Now: s.clock.Now()})
	if err != nil {
		return nil, fmt.Errorf("text of contract %s: %w", c.Number, err)
	}
	// Stored before the transaction: a file is no part of one. Should it fail, an unlinked file is left behind.
	doc, err := s.Documents.Store(ctx, c.Number+".pdf", "contract_text", bytes.NewReader(pdf))
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if err := may(c); err != nil {
			return err
		}
		if err := s.noClash(ctx, c, c.StartDate, c.EndDate, false); err != nil {
			return err
		}
		if _, err := s.Documents.Link(ctx, doc.ID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
			return err
		}
		code := ""
		if sendsMessages(c.Kind) {
			if code, err = s.Numbers.Allot(ctx, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		c.ApprovedBy, c.ApprovedAt, c.DocumentID, c.DocumentSHA256, c.ServiceCode = actor.From(ctx).UserID, s.clock.Instant(), doc.ID, doc.SHA256, code
		err := s.move(ctx, c, AwaitingSignature, change{
			action: "contract.approve",
			set: map[string]any{
				"approved_by": c.ApprovedBy, "approved_at": c.ApprovedAt, "document_id": doc.ID, "document_sha256": doc.SHA256, "service_code": code,
			},
			detail: map[string]any{"pdf_sha256": doc.SHA256, "text_sha256": info.TextSHA256, "template_sha256": info.TemplateSHA256, "replaced": len(info.Replaced)},
		})
		if err != nil {
			return err
		}
		return s.tell(ctx, c, "contract_approved", nil, nil)
	})
}

// Reject sends a contract back to its author. Errors: ErrReason, ErrNotFound, ErrState, ErrOwnReview.
func (s *Service) Reject(ctx context.Context, id, reason string) (*Contract, error) {
	reason, err := why(reason)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		switch {
		case c.State != UnderReview:
			return ErrState.With("state", c.State)
		case !mayReview(c, actor.From(ctx).UserID):
			return ErrOwnReview
		}
		if err := s.move(ctx, c, Draft, change{action: "contract.reject", reason: reason}); err != nil {
			return err
		}
		return s.tellOwner(ctx, c, "contract_rejected", map[string]string{"reason": reason}, nil)
	})
}

// Withdraw takes a contract that nobody has signed back to a draft, because its text must change. The frozen text stays in
// the storage, but it is no longer the contract's. Errors: ErrReason, ErrNotFound, ErrState, ErrSigned.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (*Contract, error) {
	reason, err := why(reason)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State != UnderReview && c.State != AwaitingSignature {
			return ErrState.With("state", c.State)
		}
		signings, err := s.store.signings(ctx, c.ID, "")
		if err != nil {
			return err
		}
		if len(signings) > 0 {
			return ErrSigned
		}
		c.ApprovedBy, c.DocumentID, c.DocumentSHA256 = "", "", ""
		return s.move(ctx, c, Draft, change{
			action: "contract.withdraw", reason: reason,
			set: map[string]any{"approved_by": "", "approved_at": nil, "document_id": "", "document_sha256": ""},
		})
	})
}

func why(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch n := len([]rune(reason)); {
	case n == 0:
		return "", ErrReason.At("reason", "missing", ErrReason.Zh, ErrReason.En)
	case n > maxReason:
		return "", ErrReason.At("reason", "too_long", fmt.Sprintf("原因有 %d 个字符，最多 %d 个", n, maxReason), fmt.Sprintf("%d characters, at most %d", n, maxReason))
	}
	return reason, nil
}
