package corner

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/apikey"
	"sealgate/server/batch"
	"sealgate/server/bill"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/handoff"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/payment"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/staff"
	"sealgate/server/trail"
)

// Batches is what the corner asks of batches (batch.Service).
type Batches interface {
	Get(ctx context.Context, id string) (*batch.Batch, error)
	List(ctx context.Context, q batch.Query) ([]batch.Batch, map[batch.State]int64, string, error)
	SetState(ctx context.Context, id string, from, to batch.State, reason string) error
	Pause(ctx context.Context, id, reason string) error
	Cancel(ctx context.Context, id, reason string) error
}

// Stops is what the corner asks of the hand-off (handoff.Service).
type Stops interface {
	StopNow(ctx context.Context, scope handoff.StopScope, objectID, reason string) (*handoff.Stop, error)
	LiftStop(ctx context.Context, id, reason string) error
}

// Payments is what the corner asks of payments (payment.Service).
type Payments interface {
	Get(ctx context.Context, id string) (*payment.Payment, error)
	List(ctx context.Context, q payment.Query) ([]payment.Payment, int64, money.Fen, error)
}

// Contracts and Bills are what the corner asks of those (contract.Service, bill.Service).
type Contracts interface {
	Get(ctx context.Context, id string) (*contract.Contract, error)
}

// Bills is told with Contracts.
type Bills interface {
	Get(ctx context.Context, id string) (*bill.Bill, error)
}

// Deps are the parts that the service stands on.
type Deps struct {
	Staff     *staff.Service
	APIKeys   *apikey.Service
	Customers *customer.Service
	Documents *document.Service
	Notices   *notice.Service
	Batches   Batches
	Stops     Stops
	Payments  Payments
	Contracts Contracts
	Bills     Bills
}

// Service is a customer's corner.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{deps, d, c, t, store{d}}
}

// Settings gives a customer's own rules.
func (s *Service) Settings(ctx context.Context, customerID string) (Settings, error) {
	if _, err := s.Customers.Get(ctx, customerID); err != nil {
		return Settings{}, err
	}
	return s.store.settings(ctx, customerID)
}

// SetSettings changes the rules of the actor's own customer as of version; 0 where there were none.
func (s *Service) SetSettings(ctx context.Context, needsRelease, needsCheck bool, version int64) (Settings, error) {
	by := actor.From(ctx)
	row := Settings{CustomerID: by.CustomerID, NeedsRelease: needsRelease, NeedsCheck: needsCheck, SetBy: by.UserID, SetAt: s.clock.Instant(), Version: version + 1}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if _, err := s.Customers.Get(ctx, by.CustomerID); err != nil {
			return err
		}
		if err := s.store.saveSettings(ctx, row, version); err != nil {
			return err
		}
		return s.record(ctx, "corner.settings", "customer", by.CustomerID, by.CustomerID, "", map[string]any{"needs_release": needsRelease, "needs_check": needsCheck})
	})
	return row, err
}

// MayCreate implements batch.Gate.
func (s *Service) MayCreate(ctx context.Context, customerID string) error {
	frozen, err := s.IsFrozen(ctx, customerID)
	if err != nil {
		return err
	}
	if frozen {
		return ErrFrozen
	}
	by := actor.From(ctx)
	if by.IsSystem() || by.CustomerID == customerID {
		return nil
	}
	rules, err := s.store.settings(ctx, customerID)
	if err != nil || !rules.NeedsCheck {
		return err
	}
	return s.Require(ctx, customerID, "batch.create", "customer", customerID)
}

func (s *Service) record(ctx context.Context, action, objectType, objectID, customerID, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: objectType, ObjectID: objectID, CustomerID: customerID, Reason: reason, Detail: detail})
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
