package customer

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/screening"
	"sealgate/server/trail"
)

// Service registers and shows customers.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	notices *notice.Service
	store   store

	watcher DataWatcher
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, n *notice.Service) *Service {
	return &Service{db: d, clock: c, trail: t, notices: n, store: store{d}}
}

// Register enters a new customer; the actor becomes its owner. Errors: ErrInvalid with the fields, ErrUSCCTaken.
func (s *Service) Register(ctx context.Context, d Details) (*Customer, error) {
	d, err := d.Check()
	if err != nil {
		return nil, err
	}
	var c *Customer
	err = s.db.Run(ctx, func(ctx context.Context) error {
		who, now := actor.From(ctx).UserID, s.clock.Instant()
		n, err := series.Next(ctx, s.db, "customer")
		if err != nil {
			return fmt.Errorf("number a customer: %w", err)
		}
		c = &Customer{ID: ids.New(), Number: fmt.Sprintf("C-%06d", n), OwnerID: who, CreatedBy: who, CreatedAt: now, UpdatedAt: now, Version: 1}
		c.set(d)
		if err := s.store.insert(ctx, c); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "customer.register", ObjectType: "customer", ObjectID: c.ID, CustomerID: c.ID,
			Detail: map[string]any{"number": c.Number, "name": c.Name, "uscc": c.USCC},
		})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Change replaces the details of the customer as of version. Errors: ErrNotFound, ErrInvalid, ErrStale, ErrUSCCTaken.
func (s *Service) Change(ctx context.Context, id string, version int64, change func(*Details)) (*Customer, error) {
	var c *Customer
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if c, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if c.Version != version {
			return ErrStale.With("version", c.Version)
		}
		before := c.Details()
		d := before
		d.Contacts = slices.Clone(d.Contacts)
		change(&d)
		if d, err = d.Check(); err != nil {
			return err
		}
		changed := differences(before, d)
		if len(changed) == 0 {
			return nil
		}
		c.set(d)
		c.UpdatedAt, c.Version = s.clock.Instant(), version+1
		if err := s.store.update(ctx, c, version); err != nil {
			return err
		}
		if err := s.correct(ctx, id, changed); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "customer.change", ObjectType: "customer", ObjectID: id, CustomerID: id,
			Detail: map[string]any{"fields": changed, "version": c.Version},
		})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// differences names the fields that changed; their contents stay out of the trail, because contacts are personal data.
func differences(a, b Details) []string {
	var out []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", a.Name == b.Name}, {"uscc", a.USCC == b.USCC}, {"address", a.Address == b.Address}, {"legal_rep", a.LegalRep == b.LegalRep},
		{"industry", a.Industry == b.Industry}, {"bank_name", a.BankName == b.BankName}, {"bank_account", a.BankAccount == b.BankAccount},
		{"contacts", slices.Equal(a.Contacts, b.Contacts)},
	} {
		if !f.same {
			out = append(out, f.name)
		}
	}
	return out
}

// Get gives a customer within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Customer, error) {
	return s.store.byID(ctx, id)
}

// List gives a page of the actor's customers, newest first, and how many there are in all.
func (s *Service) List(ctx context.Context, q Query) ([]Customer, int64, error) {
	return s.store.list(ctx, q)
}

// CustomerName names a customer for an account's record, whoever asks. An unknown id is ErrNotFound.
func (s *Service) CustomerName(ctx context.Context, id string) (string, error) {
	return s.store.name(ctx, id)
}

// spellAtOnce keeps the transactions of Spell short.
const spellAtOnce = 500

// Spell gives the customers of before names had initials theirs; with none left it reads one page and ends.
func (s *Service) Spell(ctx context.Context) error {
	for after := ""; ; {
		page, err := s.store.unspelled(ctx, after, spellAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		err = s.db.Run(ctx, func(ctx context.Context) error {
			for _, c := range page {
				if err := s.store.spell(ctx, c.ID, screening.Initials(c.Name)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
