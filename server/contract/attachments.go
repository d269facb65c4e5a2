package contract

import (
	"context"

	"sealgate/server/document"
)

// Attachments lists the scans, proofs and papers of a contract, the first one first (C13). Errors: ErrNotFound.
func (s *Service) Attachments(ctx context.Context, id string) ([]document.Document, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.Documents.Of(ctx, "contract", id)
}

// Attach gives the actor's own unlinked document to a contract, once and for all. Errors: ErrNotFound, those of document.Link.
func (s *Service) Attach(ctx context.Context, id, documentID string) (d *document.Document, err error) {
	_, err = s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		d, err = s.Documents.Link(ctx, documentID, "contract", c.ID, c.CustomerID, c.ID)
		return err
	})
	return d, err
}

// Amendment gives one amendment. Errors: ErrNotFound, ErrNoAmendment.
func (s *Service) Amendment(ctx context.Context, id, amendmentID string) (*Amendment, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.store.amendment(ctx, id, amendmentID)
}
