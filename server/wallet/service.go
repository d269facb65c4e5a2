package wallet

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Customers *customer.Service
	Documents *document.Service
	Ledger    *ledger.Service
	Notices   *notice.Service
	Provider  paper.Party
}

// Service keeps wallets.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t}
}

// TopUp records money (or credits) that came in, with its proof. A person's is credited when a second person of finance
// has seen the money (Decide); one of the system (a matched bank statement, a trial) is credited at once.
func (s *Service) TopUp(ctx context.Context, contractID string, in Input) (*TopUp, error) {
	return nil, ErrNotFound
}

// Decide confirms a top-up or a refund, or rejects it; not by who recorded it.
func (s *Service) Decide(ctx context.Context, id string, confirm bool, reason string) (*TopUp, error) {
	return nil, ErrNotFound
}

// Reserve sets the maximum cost of a batch aside.
func (s *Service) Reserve(ctx context.Context, contractID, batchID string, parts int64) error {
	return nil
}

// Release gives back what a batch reserved for parts that were not delivered.
func (s *Service) Release(ctx context.Context, contractID, batchID string, parts int64) error {
	return nil
}

// Delivered charges parts that were delivered on a day: credits first, then money; what the wallet does not cover is left
// to the month's bill. batchID is "" where nothing was reserved.
func (s *Service) Delivered(ctx context.Context, contractID, batchID string, on caldate.Date, parts int64) error {
	return nil
}

// Available is what can still be reserved or sent: money and message credits.
func (s *Service) Available(ctx context.Context, contractID string) (money.Fen, int64, error) {
	return 0, 0, nil
}

// CanSend tells whether the wallet covers so many parts now, at the prices of today.
func (s *Service) CanSend(ctx context.Context, contractID string, parts int64) (bool, error) {
	return true, nil
}

// Of gives what a contract's wallet holds.
func (s *Service) Of(ctx context.Context, contractID string) (Standing, error) {
	return Standing{}, nil
}

// EndTerm settles the wallet of a contract that has ended: credits lapse, the rest of the money is refunded, offset or
// forfeited by the cause of the end. Doing it again changes nothing.
func (s *Service) EndTerm(ctx context.Context, contractID string, on caldate.Date) error { return nil }

// RunDay does what a day brings: credits that ended, wallets of contracts that ended.
func (s *Service) RunDay(ctx context.Context, d caldate.Date) (string, error) { return "", nil }

// TopUp is money or credits that came in.
type TopUp struct{ ID string }
