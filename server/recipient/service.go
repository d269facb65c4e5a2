package recipient

import (
	"context"
	"encoding/base64"
	"strings"

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

// Where a block comes from (provenance). Others may name more.
const (
	SourceReply     = "reply"     // the recipient's own message
	SourceComplaint = "complaint" // the recipient complained (A14)
	SourcePortal    = "portal"    // a person entered it
	SourceImport    = "import"    // a list that was uploaded
)

// Block says that a number gets nothing: from one customer, of one signature of hers, or (CustomerID empty) from anybody. The
// number counts in it only as HMAC under the provider's key, so that the row tells nobody's number and outlives the customer's
// keys; for showing it masked it is sealed under the month's data key, and goes with that.
type Block struct {
	ID          string `gorm:"primaryKey"`
	PhoneHash   string
	CustomerID  string
	SignatureID string // "" for all of the customer's
	Kind        Kind
	Source      string
	SourceID    string // of the reply, complaint or other record behind it
	ImportID    string // of the list that it came with
	Note        string
	PhoneSealed string
	DataKeyID   string
	CreatedAt   caldate.Instant // business clock; it holds from then on
	CreatedBy   string
	LiftedAt    caldate.Instant
	LiftedBy    string
	LiftReason  string
	// LiveMark is "" while it holds ("s:" and the signature where it is for one), the row's own id once lifted: at most one
	// live row per number, customer, signature and kind.
	LiveMark string
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
	sends sendCounts
	table parsedTable

	documents Documents
	relations Relations
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, k *crypt.Keys) *Service {
	return &Service{db: d, clock: c, trail: t, keys: k, store: store{d}}
}

// Add is what Block asks for.
type Add struct {
	Phone       string
	CustomerID  string // "" for every customer
	SignatureID string // "" for all signatures of the customer
	Kind        Kind
	Source      string
	SourceID    string
	Note        string
}

// Block puts a number on a list, at once and whatever its spelling; one that stands there already stays as it is.
func (s *Service) Block(ctx context.Context, a Add) error {
	n, fault := ParseNumber([]byte(a.Phone))
	if fault != OK {
		return ErrPhone.With("fault", string(fault))
	}
	if a.Kind != OptOut && a.Kind != Blacklist {
		return ErrKind
	}
	b := Block{CustomerID: a.CustomerID, SignatureID: a.SignatureID, Kind: a.Kind, Source: a.Source, SourceID: a.SourceID, Note: a.Note}
	if err := s.number(ctx, &b, n); err != nil {
		return err
	}
	return s.block(ctx, b)
}

// number writes a phone number into a block: hashed for what it does, sealed for who looks at it.
func (s *Service) number(ctx context.Context, b *Block, n uint64) error {
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return err
	}
	key, err := s.keys.For(ctx, b.CustomerID, s.clock.Today().MonthOf())
	if err != nil {
		return err
	}
	b.PhoneHash = h.Hash(Format(n))
	b.PhoneSealed, b.DataKeyID = sealNumber(key, b.PhoneHash, n), key.ID
	return nil
}

// block writes a block whose number is filled in; one that stands already stays as it is.
func (s *Service) block(ctx context.Context, b Block) error {
	b.ID, b.CreatedAt, b.CreatedBy, b.LiveMark = ids.New(), s.clock.Instant(), actor.From(ctx).UserID, liveMark(b.SignatureID)
	return s.db.Run(ctx, func(ctx context.Context) error {
		added, err := s.store.insertUnlessThere(ctx, b)
		if err != nil || !added {
			return err
		}
		if b.Kind == OptOut && b.SignatureID == "" { // who is taken off the list later has not agreed to marketing again
			if err := s.store.withdrawMembers(ctx, b.PhoneHash, b.CustomerID, b.CreatedAt, b.Source); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.block", ObjectType: "recipient_block", ObjectID: b.ID, CustomerID: b.CustomerID, To: string(b.Kind), Reason: b.Source,
			Detail: map[string]any{"note": b.Note, "source_id": b.SourceID, "signature": b.SignatureID},
		})
	})
}

// liveMark is Block.LiveMark while it holds.
func liveMark(signatureID string) string {
	if signatureID == "" {
		return ""
	}
	return "s:" + signatureID
}

// Lift takes a number off a list: the person asked for messages again, or the entry was a mistake.
func (s *Service) Lift(ctx context.Context, phone, customerID string, kind Kind, reason string) error {
	n, fault := ParseNumber([]byte(phone))
	if fault != OK {
		return ErrPhone.With("fault", string(fault))
	}
	h, err := s.keys.PhoneHasher(ctx)
	if err != nil {
		return err
	}
	hash := h.Hash(Format(n))
	return s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.store.liveBlock(ctx, hash, customerID, kind)
		if err != nil {
			return err
		}
		if b == nil {
			return ErrNotFound
		}
		return s.lift(ctx, b, reason)
	})
}

// LiftEntry is Lift for an entry that a person sees in the list, within her scope.
func (s *Service) LiftEntry(ctx context.Context, id, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return ErrReason
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.store.blockByID(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case b == nil:
			return ErrNotFound
		case !b.LiftedAt.IsZero():
			return ErrLifted
		case actor.From(ctx).CustomerID != "" && b.Source != SourcePortal && b.Source != SourceImport:
			return ErrFixed
		}
		return s.lift(ctx, b, reason)
	})
}

func (s *Service) lift(ctx context.Context, b *Block, reason string) error {
	ok, err := s.store.lift(ctx, b, s.clock.Instant(), actor.From(ctx).UserID, reason)
	if err != nil {
		return err
	}
	if !ok {
		return ErrLifted
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: "recipient.lift", ObjectType: "recipient_block", ObjectID: b.ID, CustomerID: b.CustomerID, From: string(b.Kind), Reason: reason,
	})
}

// Hasher gives what Check wants its hashes from; one per goroutine.
func (s *Service) Hasher(ctx context.Context) (*crypt.PhoneHasher, error) {
	return s.keys.PhoneHasher(ctx)
}

// Check tells which of the hashed numbers must not get messages of the customer, whatever the signature, and why: entries for
// that customer and for everybody; a blacklist entry before an opt-out.
func (s *Service) Check(ctx context.Context, customerID string, hashes []string) (map[string]Kind, error) {
	return s.store.blocked(ctx, customerID, "", hashes)
}

// CheckSignature is Check with the entries for one signature besides.
func (s *Service) CheckSignature(ctx context.Context, customerID, signatureID string, hashes []string) (map[string]Kind, error) {
	return s.store.blocked(ctx, customerID, signatureID, hashes)
}

// BlockedSince tells which of the hashed numbers stand on a list for the customer now, and since when: what has been handed
// off after that moment should not have been (invariant 25).
func (s *Service) BlockedSince(ctx context.Context, customerID string, hashes []string) (map[string]caldate.Instant, error) {
	return s.store.blockedSince(ctx, customerID, hashes)
}

func numberContext(hash string) string { return "sealgate recipient\x00" + hash }

func sealNumber(key *crypt.Key, hash string, n uint64) string {
	return base64.StdEncoding.EncodeToString(key.Seal([]byte(Format(n)), numberContext(hash)))
}

// masked opens a sealed number for showing; "" where its key is gone or where there never was one.
func (s *Service) masked(ctx context.Context, keyID, sealed, hash string) string {
	if sealed == "" {
		return ""
	}
	key, err := s.keys.ByID(ctx, keyID)
	if err != nil {
		return ""
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return ""
	}
	plain, err := key.Open(b, numberContext(hash))
	if err != nil {
		return ""
	}
	return Mask(string(plain))
}
