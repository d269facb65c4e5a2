package contract

import (
	"context"
	"fmt"
	"maps"

	"sealgate/server/acceptance"
	"sealgate/server/caldate"
	"sealgate/server/catalogue"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/esign"
	"sealgate/server/ledger"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/numbers"
	"sealgate/server/paper"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/registration"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers   *customer.Service
	Licences    *licence.Service
	Signatures  *registration.Service
	Numbers     *numbers.Service
	Documents   *document.Service
	Notices     *notice.Service
	Templates   *contracttemplate.Registry
	Plans       *catalogue.Service
	Ledger      *ledger.Service
	Acceptances *acceptance.Service
	ESign       *esign.Service
	Provider    paper.Party // the company that runs this system, as contracts name it
}

// Service leads contracts through their life.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store

	wallet  Wallet
	settled []SettledWatcher
}

// New makes the service and has it told of licences and signatures.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	s := &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
	deps.Licences.Watch(s)
	deps.Signatures.Watch(s)
	deps.Customers.Watch(s)
	return s
}

// maxReason is how many characters of a reason or of evidence are kept; longer input is refused at the edge.
const maxReason = 500

func cut(s string) string {
	if r := []rune(s); len(r) > maxReason {
		return string(r[:maxReason])
	}
	return s
}

// change says what a move or a note is about: what goes into the audit row and, for a move, what else is set.
type change struct {
	action string
	reason string
	on     caldate.Date
	set    map[string]any
	detail map[string]any
}

// move is the only way in which a contract changes its state: the life cycle must allow it, the row must still be as it
// was read, and the audit row goes with it (C05).
func (s *Service) move(ctx context.Context, c *Contract, to State, ch change) error {
	if !CanMove(c.State, to) {
		return ErrState.With("state", c.State).With("to", to)
	}
	set := map[string]any{"state": to}
	for k, v := range ch.set {
		set[k] = v
	}
	ok, err := s.store.update(ctx, c, c.State, set)
	if err != nil {
		return err
	}
	if !ok {
		return ErrStale
	}
	err = s.record(ctx, c, ch, c.State, to)
	c.State, c.Version = to, c.Version+1
	return err
}

// note writes an audit row about a contract whose state stays.
func (s *Service) note(ctx context.Context, c *Contract, ch change) error {
	return s.record(ctx, c, ch, "", "")
}

func (s *Service) record(ctx context.Context, c *Contract, ch change, from, to State) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: ch.action, ObjectType: "contract", ObjectID: c.ID, CustomerID: c.CustomerID, ContractID: c.ID,
		From: string(from), To: string(to), Reason: ch.reason, On: ch.on, Detail: ch.detail,
	})
}

// lock reads a contract inside a transaction so that nobody changes it before the end.
func (s *Service) lock(ctx context.Context, id string) (*Contract, error) {
	if err := s.store.lock(ctx, id); err != nil {
		return nil, err
	}
	return s.store.byID(ctx, id, s.clock.Today())
}

// Hold keeps a contract as it is until the caller's transaction ends: what Sendable says inside it stays true, and a
// suspension waits and is dated after it.
func (s *Service) Hold(ctx context.Context, id string) error { return s.store.lock(ctx, id) }

// Get gives a contract within the actor's scope, with the terms of today, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Contract, error) {
	return s.store.byID(ctx, id, s.clock.Today())
}

// TermsOn gives the billing terms that applied or will apply on a day (C06); before the start those from the start.
func (s *Service) TermsOn(ctx context.Context, id string, day caldate.Date) (plan.Terms, error) {
	c, err := s.store.byID(ctx, id, day)
	if err != nil {
		return plan.Terms{}, err
	}
	return c.Terms, nil
}

// TermsOf gives every version of the billing terms with its first day, oldest first.
func (s *Service) TermsOf(ctx context.Context, id string) ([]DatedTerms, error) {
	if _, err := s.store.byID(ctx, id, s.clock.Today()); err != nil {
		return nil, err
	}
	return s.store.termsOf(ctx, id)
}

// Overlapping gives the contracts that were in force on any day of a month, by number, with the terms of its last day.
func (s *Service) Overlapping(ctx context.Context, m caldate.Month) ([]Contract, error) {
	cs, err := s.store.overlapping(ctx, m.First(), m.Last())
	if err != nil {
		return nil, fmt.Errorf("contracts of %s: %w", m, err)
	}
	return cs, s.store.complete(ctx, cs, m.Last())
}

// List gives a page of the contracts in the actor's scope, newest first, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Contract, int64, error) {
	items, total, err := s.store.list(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	return items, total, s.store.complete(ctx, items, s.clock.Today())
}

// held is the deposit that is held for a contract, by the ledger.
func (s *Service) held(ctx context.Context, c *Contract) (money.Fen, error) {
	n, err := s.Ledger.Balance(ctx, ledger.Deposit, c.CustomerID, c.ID)
	if err != nil {
		return 0, fmt.Errorf("deposit of contract %s: %w", c.ID, err)
	}
	return n, nil
}

// tell puts a notice about the contract into the inboxes of the customer and of the sales owner.
func (s *Service) tell(ctx context.Context, c *Contract, kind string, vars, en map[string]string) error {
	if err := s.send(ctx, c, notice.To{CustomerID: c.CustomerID}, kind, vars, en); err != nil {
		return err
	}
	return s.tellOwner(ctx, c, kind, vars, en)
}

func (s *Service) tellOwner(ctx context.Context, c *Contract, kind string, vars, en map[string]string) error {
	return s.send(ctx, c, notice.To{UserID: c.OwnerID}, kind, vars, en)
}

func (s *Service) send(ctx context.Context, c *Contract, to notice.To, kind string, vars, en map[string]string) error {
	all := map[string]string{"customer": c.CustomerName, "contract": c.Number}
	maps.Copy(all, vars)
	to.About = notice.About{ObjectType: "contract", ObjectID: c.ID, CustomerID: c.CustomerID}
	if err := s.Notices.Send(ctx, to, kind, all, en); err != nil {
		return fmt.Errorf("tell %s of contract %s: %w", kind, c.ID, err)
	}
	return nil
}
