package app

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/errs"
	"sealgate/server/handoff"
)

// stopTargets tells emergency stops what exists.
type stopTargets struct{ app *App }

func (s stopTargets) StopTarget(ctx context.Context, scope handoff.StopScope, id string) (err error) {
	ctx = actor.With(ctx, actor.System("handoff")) // who may stop sending may do so to what she may not look at
	switch scope {
	case handoff.StopCustomer:
		_, err = s.app.Customers.Get(ctx, id)
	case handoff.StopContract:
		_, err = s.app.Contracts.Get(ctx, id)
	case handoff.StopSignature:
		_, err = s.app.Signatures.Get(ctx, id)
	}
	if e := errs.As(err); e != nil && e.Kind == errs.KindNotFound {
		return handoff.ErrNoTarget
	}
	return err
}
