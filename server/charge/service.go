package charge

import (
	"context"

	"sealgate/server/contract"
	"sealgate/server/document"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Documents *document.Service
	Notices   *notice.Service
}

// Service records charges.
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

// Charge is an extra on a bill.
type Charge struct{ ID string }

// Add records a charge. The system's own (a trial) needs no second person.
func (s *Service) Add(ctx context.Context, contractID string, in Input) (*Charge, error) {
	return &Charge{}, nil
}
