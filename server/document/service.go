package document

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"sealgate/server/actor"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Service stores and gives out attachments.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	blobs *blob.Store
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, b *blob.Store) *Service {
	return &Service{d, c, t, b, store{d}}
}

// Store keeps what r gives as a new, unlinked document of the actor. The bytes are durable before the row exists; call it
// before the transaction that links the document (a file written inside one would be left behind by a rollback, and
// would hold the transaction up). Errors: ErrEmpty, ErrTooLarge, ErrType, ErrPurpose.
func (s *Service) Store(ctx context.Context, name, purpose string, r io.Reader) (*Document, error) {
	if !purposeForm.MatchString(purpose) {
		return nil, ErrPurpose
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the upload: %w", err)
	}
	switch {
	case len(content) == 0:
		return nil, ErrEmpty
	case len(content) > MaxSize:
		return nil, ErrTooLarge.With("limit_bytes", MaxSize)
	}
	name = safeName(name)
	mime, err := Type(name, content)
	if err != nil {
		return nil, err
	}
	var random [16]byte
	_, _ = rand.Read(random[:])
	d := &Document{
		ID: ids.New(), BlobKey: "documents/" + hex.EncodeToString(random[:1]) + "/" + hex.EncodeToString(random[:]),
		Name: name, Purpose: purpose, MIME: mime, UploadedBy: actor.From(ctx).UserID,
	}
	info, err := s.blobs.Put(ctx, d.BlobKey, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	d.Size, d.SHA256 = info.Size, info.SHA256
	err = s.db.Run(ctx, func(ctx context.Context) error {
		d.UploadedAt = s.clock.Instant()
		if err := s.store.insert(ctx, d); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "document.store", ObjectType: "document", ObjectID: d.ID,
			Detail: map[string]any{"name": d.Name, "purpose": d.Purpose, "mime": d.MIME, "size": d.Size, "sha256": d.SHA256},
		})
	})
	if err != nil {
		return nil, fmt.Errorf("store document: %w", err)
	}
	return d, nil
}

// Link gives the actor's own unlinked document to an object of a customer, once and for all. It belongs into the
// transaction that makes the object. A document of somebody else is ErrNotFound, one already used is ErrLinked.
func (s *Service) Link(ctx context.Context, id, objectType, objectID, customerID, contractID string) (*Document, error) {
	var linked *Document
	err := s.db.Run(ctx, func(ctx context.Context) error {
		d, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		if d.Linked() {
			return ErrLinked
		}
		d.LinkedAt, d.CustomerID, d.ObjectType, d.ObjectID = s.clock.Instant(), customerID, objectType, objectID
		ok, err := s.store.link(ctx, id, *d)
		if err != nil {
			return err
		}
		if !ok {
			return ErrLinked
		}
		linked = d
		return s.trail.Record(ctx, trail.Entry{
			Action: "document.link", ObjectType: "document", ObjectID: id, CustomerID: customerID, ContractID: contractID,
			Detail: map[string]any{"to": objectType, "to_id": objectID, "sha256": d.SHA256},
		})
	})
	return linked, err
}

// Get gives a document's record if the actor may see it.
func (s *Service) Get(ctx context.Context, id string) (*Document, error) {
	return s.store.byID(ctx, id)
}

// Of lists the documents linked to an object, oldest first, within the actor's scope.
func (s *Service) Of(ctx context.Context, objectType, objectID string) ([]Document, error) {
	return s.store.of(ctx, objectType, objectID)
}

// Open gives a document with its content, checked against the recorded hash: what is handed out is what was stored.
func (s *Service) Open(ctx context.Context, id string) (*Document, []byte, error) {
	d, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	content, err := s.blobs.Read(ctx, d.BlobKey)
	if err != nil {
		return nil, nil, fmt.Errorf("open document %s: %w", id, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != d.SHA256 {
		return nil, nil, ErrDamaged.With("document", id)
	}
	return d, content, nil
}
