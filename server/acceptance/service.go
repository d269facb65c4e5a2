package acceptance

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Service writes and shows acceptances.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail) *Service {
	return &Service{d, c, t, store{d}}
}

// Text is what is accepted, and in whose name.
type Text struct {
	ObjectType, ObjectID string
	Reference, Title     string
	SHA256, DocumentID   string
	Statement            string
	Side                 string
	CustomerID           string
	ContractID           string
}

// Given is what the person says: that they agree, and the hash of the text that their page showed.
type Given struct {
	Agree  bool
	SHA256 string
}

// Check refuses what is no acceptance of a text: nothing ticked, or another text on the screen. Errors: ErrAgree, ErrText.
func (g Given) Check(sha256 string) error {
	switch {
	case !g.Agree:
		return ErrAgree.At("agree", "missing", ErrAgree.Zh, ErrAgree.En)
	case !Same(g.SHA256, sha256):
		return ErrText.With("sha256", sha256)
	}
	return nil
}

// Record writes that the actor accepted a text, in the transaction of what follows from it.
func (s *Service) Record(ctx context.Context, t Text, how How, note string) (*Acceptance, error) {
	who := actor.From(ctx)
	a := &Acceptance{
		ID: ids.New(), ObjectType: t.ObjectType, ObjectID: t.ObjectID, Reference: t.Reference, Title: t.Title, TextSHA256: t.SHA256, DocumentID: t.DocumentID, Statement: t.Statement,
		How: how, Side: t.Side, CustomerID: t.CustomerID, ContractID: t.ContractID, UserID: who.UserID, Login: who.Login, UserName: who.Name, IP: who.IP, UserAgent: who.UserAgent,
		RequestID: who.RequestID, At: s.clock.Instant(), RealAt: s.clock.RealInstant(), Note: note,
	}
	a.Hash = a.seal()
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insert(ctx, a); err != nil {
			return fmt.Errorf("keep an acceptance of %s: %w", t.Reference, err)
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "acceptance.give", ObjectType: "acceptance", ObjectID: a.ID, CustomerID: a.CustomerID, ContractID: a.ContractID,
			Detail: map[string]any{"number": a.Reference, "of": a.ObjectType, "of_id": a.ObjectID, "how": a.How, "side": a.Side, "text_sha256": a.TextSHA256, "hash": a.Hash},
		})
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Get gives an acceptance within the actor's scope.
func (s *Service) Get(ctx context.Context, id string) (*Acceptance, error) {
	return s.store.byID(ctx, id)
}

// Of lists the acceptances of an object, the first one first, within the actor's scope.
func (s *Service) Of(ctx context.Context, objectType, objectID string) ([]Acceptance, error) {
	return s.store.of(ctx, "object_type = ? AND object_id = ?", objectType, objectID)
}

// OfContract lists everything that was accepted about a contract, the first one first.
func (s *Service) OfContract(ctx context.Context, contractID string) ([]Acceptance, error) {
	return s.store.of(ctx, "contract_id = ?", contractID)
}

// ByCustomer lists who of a customer accepted which objects of a type.
func (s *Service) ByCustomer(ctx context.Context, objectType, customerID string) ([]Acceptance, error) {
	return s.store.of(ctx, "object_type = ? AND customer_id = ?", objectType, customerID)
}

// Verify checks that every acceptance is as it was written and stands in the audit trail (19).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	rows, err := s.store.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read acceptances: %w", err)
	}
	untold, err := s.store.untold(ctx)
	if err != nil {
		return nil, fmt.Errorf("acceptances without an audit row: %w", err)
	}
	var out []verify.Violation
	for i := range rows {
		if !rows[i].Whole() {
			out = append(out, verify.Violation{Invariant: 19, Object: "acceptance " + rows[i].ID, Detail: "of " + rows[i].Reference + " was changed: its hash does not fit"})
		}
	}
	for _, id := range untold {
		out = append(out, verify.Violation{Invariant: 19, Object: "acceptance " + id, Detail: "has no audit row"})
	}
	return out, nil
}
