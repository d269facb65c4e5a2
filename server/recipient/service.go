package recipient

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Kind is why a number must not get messages.
type Kind string

// The kinds.
const (
	OptOut    Kind = "opt_out"   // the person said so: T, TD, R, 退订, or by phone (A14)
	Blacklist Kind = "blacklist" // we or the customer said so: complaints, authorities, litigants
)

// Block says that a number gets nothing: from one customer, or (CustomerID empty) from anybody. The number stands in it
// only as HMAC under the provider's key, so that the row tells nobody's number and outlives the customer's keys.
type Block struct {
	ID         string `gorm:"primaryKey"`
	PhoneHash  string
	CustomerID string
	Kind       Kind
	Source     string // "reply", "complaint", "portal", "carrier", ...
	Note       string
	CreatedAt  caldate.Instant // business clock; it holds from then on
	CreatedBy  string
	LiftedAt   caldate.Instant
	LiftedBy   string
	LiveMark   string // "" while it holds, the row's own id once lifted: at most one live row per number, customer and kind
}

// TableName is recipient_blocks.
func (Block) TableName() string { return "recipient_blocks" }

// Service keeps the lists.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	keys  *crypt.Keys
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, k *crypt.Keys) *Service {
	return &Service{d, c, t, k, store{d}}
}

// Add is what Block asks for.
type Add struct {
	Phone      string
	CustomerID string // "" for every customer
	Kind       Kind
	Source     string
	Note       string
}

// Block puts a number on a list, at once and whatever its spelling; one that stands there already stays as it is.
func (s *Service) Block(ctx context.Context, a Add) error {
	n, fault := Normalise([]byte(a.Phone))
	if fault != OK {
		return ErrPhone.With("fault", string(fault))
	}
	if a.Kind != OptOut && a.Kind != Blacklist {
		return ErrKind
	}
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return err
	}
	b := Block{
		ID: ids.New(), PhoneHash: h.Hash(Format(n)), CustomerID: a.CustomerID, Kind: a.Kind, Source: a.Source, Note: a.Note,
		CreatedAt: s.clock.Instant(), CreatedBy: actor.From(ctx).UserID,
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		added, err := s.store.insertUnlessThere(ctx, b)
		if err != nil || !added {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.block", ObjectType: "recipient_block", ObjectID: b.ID, CustomerID: a.CustomerID, To: string(a.Kind), Reason: a.Source,
		})
	})
}

// Lift takes a number off a list: the person asked for messages again, or the entry was a mistake.
func (s *Service) Lift(ctx context.Context, phone, customerID string, kind Kind, reason string) error {
	n, fault := Normalise([]byte(phone))
	if fault != OK {
		return ErrPhone.With("fault", string(fault))
	}
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return err
	}
	hash := h.Hash(Format(n))
	return s.db.Run(ctx, func(ctx context.Context) error {
		id, err := s.store.lift(ctx, hash, customerID, kind, s.clock.Instant(), actor.From(ctx).UserID)
		if err != nil {
			return err
		}
		if id == "" {
			return ErrNotFound
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.lift", ObjectType: "recipient_block", ObjectID: id, CustomerID: customerID, From: string(kind), Reason: reason,
		})
	})
}

// Hasher gives what Check wants its hashes from; one per goroutine.
func (s *Service) Hasher(ctx context.Context) (*crypt.PhoneHasher, error) {
	return s.keys.PhoneHasher(ctx)
}

// Check tells which of the hashed numbers must not get messages of the customer, and why: entries for that customer and
// for everybody; a blacklist entry before an opt-out.
func (s *Service) Check(ctx context.Context, customerID string, hashes []string) (map[string]Kind, error) {
	return s.store.blocked(ctx, customerID, hashes)
}

// BlockedSince tells which of the hashed numbers stand on a list for the customer now, and since when: what has been handed
// off after that moment should not have been (invariant 25).
func (s *Service) BlockedSince(ctx context.Context, customerID string, hashes []string) (map[string]caldate.Instant, error) {
	return s.store.blockedSince(ctx, customerID, hashes)
}
