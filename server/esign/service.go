package esign

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// People says again who somebody is.
type People interface {
	// Reauthenticate compares the acting person's password.
	Reauthenticate(ctx context.Context, password string) error
}

// Service makes, keeps and shows signatures.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	store   store
	adapter Adapter
	people  People
}

// New makes the service over an adapter.
func New(d *db.DB, c clock.Clock, t *trail.Trail, a Adapter) *Service {
	return &Service{db: d, clock: c, trail: t, store: store{d}, adapter: a}
}

// UsePeople sets who is asked whether a signer is who they say.
func (s *Service) UsePeople(p People) { s.people = p }

// Paper is what is signed, in whose name.
type Paper struct {
	ObjectType, ObjectID       string
	ContractID, CustomerID     string
	Side                       string
	Reference                  string
	DocumentID, DocumentSHA256 string
	Organisation               string
}

// Authenticate has the acting person enter the password again; it must be called before the transaction that signs. Errors:
// ErrNobody, those of the people's service for a wrong password.
func (s *Service) Authenticate(ctx context.Context, password string) error {
	if who := actor.From(ctx); s.people == nil || who.UserID == "" || who.IsSystem() {
		return ErrNobody
	}
	return s.people.Reauthenticate(ctx, password)
}

// Sign signs a paper with the acting person's own key, inside the transaction of what follows from it. Authenticate comes first.
func (s *Service) Sign(ctx context.Context, p Paper) (*Signature, error) {
	who := actor.From(ctx)
	if who.UserID == "" || who.IsSystem() {
		return nil, ErrNobody
	}
	now := s.clock.RealInstant()
	what := Statement{
		Format: Format, DocumentSHA256: p.DocumentSHA256, Reference: p.Reference, Side: p.Side, Signer: who.Name, Account: who.Login, Organisation: p.Organisation,
		SignedAt: now.Time().Format(time.RFC3339), IP: who.IP,
	}
	var out *Signature
	err := s.db.Run(ctx, func(ctx context.Context) error {
		signed, err := s.adapter.Sign(ctx, Signer{UserID: who.UserID, CustomerID: who.CustomerID, Name: who.Name, Account: who.Login, Organisation: p.Organisation}, what)
		if err != nil {
			return fmt.Errorf("sign %s: %w", p.Reference, err)
		}
		b := Bundle{what, signed}
		if err := b.Check(nil); err != nil { // what does not hold is not kept
			return err
		}
		text, err := json.Marshal(b)
		if err != nil {
			return err
		}
		out = &Signature{
			ID: ids.New(), ObjectType: p.ObjectType, ObjectID: p.ObjectID, ContractID: p.ContractID, CustomerID: p.CustomerID, Side: p.Side, Reference: p.Reference, DocumentID: p.DocumentID,
			DocumentSHA256: p.DocumentSHA256, Adapter: s.adapter.Name(), UserID: who.UserID, SignerName: who.Name, Organisation: p.Organisation, Bundle: string(text),
			At: s.clock.Instant(), RealAt: now,
		}
		if err := s.store.insert(ctx, out); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "e_signature.make", ObjectType: "e_signature", ObjectID: out.ID, CustomerID: p.CustomerID, ContractID: p.ContractID,
			Detail: map[string]any{"number": p.Reference, "side": p.Side, "document_sha256": p.DocumentSHA256, "adapter": out.Adapter},
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Roots gives the certificates of the house that the built-in adapter's signatures lead back to, the oldest first.
func (s *Service) Roots(ctx context.Context) ([]string, error) { return s.store.roots(ctx) }

// Get gives a signature within the actor's scope.
func (s *Service) Get(ctx context.Context, id string) (*Signature, error) {
	return s.store.byID(ctx, id)
}

// OfContract lists the signatures on a contract and its amendments, the first one first.
func (s *Service) OfContract(ctx context.Context, contractID string) ([]Signature, error) {
	return s.store.of(ctx, contractID)
}

// Verify checks every signature against the roots of the house (19).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	rows, err := s.store.all(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	roots, err := s.store.roots(ctx)
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for i := range rows {
		r := &rows[i]
		b, err := r.Open()
		if err == nil {
			if r.Adapter == "local" {
				err = b.Check(nil, roots...)
			} else {
				err = b.Check(nil)
			}
		}
		if err == nil && (b.Statement.DocumentSHA256 != r.DocumentSHA256 || b.Statement.Side != r.Side || b.Statement.Reference != r.Reference) {
			err = ErrForged
		}
		if err != nil {
			out = append(out, verify.Violation{Invariant: 19, Object: "e-signature " + r.ID, Detail: "of " + r.Reference + " does not hold: " + err.Error()})
		}
	}
	return out, nil
}
