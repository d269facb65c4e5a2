package recipient

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Import is a list that was read: of blocked numbers, or of numbers that were carried to another carrier.
type Import struct {
	ID          string `gorm:"primaryKey"`
	Purpose     string // blocks, portings; consent where it is told of but has no row of its own
	CustomerID  string
	SignatureID string
	Kind        Kind // of blocks
	FileName    string
	FileSHA256  string     `gorm:"column:file_sha256"`
	Rows        int64      `gorm:"column:row_count"`
	Added       int64      // numbers that are new
	Known       int64      // that stood there already, or twice in the list
	Bad         int64      // rows without a number
	Faults      []RowFault `gorm:"-"` // the first of them
	Note        string
	Done        bool `gorm:"column:is_done"` // false: it broke off; what came in counts, and the list may come again
	CreatedAt   caldate.Instant
	CreatedBy   string
	CreatedName string
}

// TableName is recipient_imports.
func (Import) TableName() string { return "recipient_imports" }

// RowFault is a row of a list that gave nothing.
type RowFault struct {
	Line int64  `json:"line"`
	Code string `json:"code"`
	Zh   string `json:"detail"`
	En   string `json:"detail_en"`
}

// mayList tells whether the actor may put numbers on the customer's list, or on that for everybody.
func mayList(who actor.Actor, customerID string) error {
	switch {
	case who.CustomerID != "" && customerID != who.CustomerID:
		return ErrCustomer
	case customerID == "" && !who.Scope.All:
		return ErrGlobal
	}
	return nil
}

// BlockByHand is Block for a person who enters a number, within what she may.
func (s *Service) BlockByHand(ctx context.Context, a Add) error {
	if err := mayList(actor.From(ctx), a.CustomerID); err != nil {
		return err
	}
	if a.Note == "" {
		return ErrReason
	}
	a.Source = SourcePortal
	return s.Block(ctx, a)
}

// Preview reads a list without keeping anything: how many rows, which have no number.
func (s *Service) Preview(_ context.Context, list Numbers) (*Import, error) {
	out := &Import{}
	seen := map[uint64]bool{}
	err := s.eachPart(list, out, func(part []NumberRow) error {
		for _, r := range part {
			if len(seen) < maxPreview {
				seen[r.Phone] = true
			}
		}
		return nil
	})
	if out.Rows-out.Bad <= maxPreview {
		out.Added, out.Known = int64(len(seen)), out.Rows-out.Bad-int64(len(seen))
	} else {
		out.Added = out.Rows - out.Bad
	}
	return out, err
}

// maxPreview bounds what a preview remembers; a longer list is told without its repeats.
const maxPreview = 200_000

// ImportBlocks puts the numbers of a list on the customer's list, or on that for everybody. It is durable part by part: a list
// that broke off may come again.
func (s *Service) ImportBlocks(ctx context.Context, list Numbers, f File, a Add) (*Import, error) {
	who := actor.From(ctx)
	if err := mayList(who, a.CustomerID); err != nil {
		return nil, err
	}
	switch {
	case a.Kind != OptOut && a.Kind != Blacklist:
		return nil, ErrKind
	case a.Note == "":
		return nil, ErrReason
	}
	out := &Import{Purpose: "blocks", CustomerID: a.CustomerID, SignatureID: a.SignatureID, Kind: a.Kind, Note: a.Note}
	if err := s.beginImport(ctx, out, f); err != nil {
		return nil, err
	}
	err := s.eachPart(list, out, func(part []NumberRow) error {
		rows := make([]Block, len(part))
		for i, r := range part {
			b := Block{
				ID: ids.New(), CustomerID: a.CustomerID, SignatureID: a.SignatureID, Kind: a.Kind, Source: SourceImport, ImportID: out.ID, Note: a.Note,
				CreatedAt: s.clock.Instant(), CreatedBy: who.UserID, LiveMark: liveMark(a.SignatureID),
			}
			if err := s.number(ctx, &b, r.Phone); err != nil {
				return err
			}
			rows[i] = b
		}
		return s.db.Run(ctx, func(ctx context.Context) error { return s.store.addBlocks(ctx, rows) })
	})
	if err != nil {
		return nil, err
	}
	return out, s.endImport(ctx, out, f, func(ctx context.Context) (int64, error) { return s.store.countImported(ctx, out.ID) })
}

func (s *Service) beginImport(ctx context.Context, i *Import, f File) error {
	who := actor.From(ctx)
	i.ID, i.FileName, i.CreatedAt, i.CreatedBy, i.CreatedName = ids.New(), f.Name, s.clock.Instant(), who.UserID, who.Name
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.insertImport(ctx, i) })
}

// endImport counts what has come in and writes it down, with its audit row.
func (s *Service) endImport(ctx context.Context, i *Import, f File, added func(ctx context.Context) (int64, error)) (err error) {
	failpoint.Hit("recipient.import.listed")
	if i.FileSHA256, err = f.Sum(); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		if i.Added, err = added(ctx); err != nil {
			return err
		}
		i.Known, i.Done = i.Rows-i.Bad-i.Added, true
		if err := s.store.finishImport(ctx, i); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.import", ObjectType: "recipient_import", ObjectID: i.ID, CustomerID: i.CustomerID, Reason: i.Note,
			Detail: map[string]any{"purpose": i.Purpose, "kind": string(i.Kind), "file": i.FileName, "sha256": i.FileSHA256, "rows": i.Rows, "added": i.Added, "bad": i.Bad},
		})
	})
}

// LiftImport takes all that a list brought off again: it was the wrong list.
func (s *Service) LiftImport(ctx context.Context, id, reason string) (lifted int64, err error) {
	if reason == "" {
		return 0, ErrReason
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		i, err := s.store.importByID(ctx, id)
		if err != nil {
			return err
		}
		if i == nil || i.Purpose != "blocks" {
			return ErrNotFound
		}
		if lifted, err = s.store.liftImported(ctx, id, s.clock.Instant(), actor.From(ctx).UserID, reason); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.import_lift", ObjectType: "recipient_import", ObjectID: id, CustomerID: i.CustomerID, Reason: reason, Detail: map[string]any{"lifted": lifted},
		})
	})
	return lifted, err
}

// Imports lists the lists that were read, within the actor's scope, the newest first.
func (s *Service) Imports(ctx context.Context, purpose string, limit int) ([]Import, error) {
	return s.store.imports(ctx, purpose, limit)
}

// BlockQuery narrows Blocks.
type BlockQuery struct {
	Phone      string
	CustomerID string
	Kind       Kind
	Source     string
	Lifted     bool // those that hold no more, instead of those that do
	Cursor     string
	Limit      int
}

// ShownBlock is an entry as people see it.
type ShownBlock struct {
	Block
	Masked string // 138****8000; "" where its key is gone
}

// Blocks lists entries within the actor's scope, the newest first, and tells whether there are more. A customer sees her own, not
// those for everybody.
func (s *Service) Blocks(ctx context.Context, q BlockQuery) (items []ShownBlock, more bool, err error) {
	hash, err := s.hashOf(ctx, q.Phone)
	if err != nil {
		return nil, false, err
	}
	rows, err := s.store.blocks(ctx, q, hash, q.Limit+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > q.Limit; more {
		rows = rows[:q.Limit]
	}
	for _, b := range rows {
		items = append(items, ShownBlock{b, s.masked(ctx, b.DataKeyID, b.PhoneSealed, b.PhoneHash)})
	}
	return items, more, nil
}
