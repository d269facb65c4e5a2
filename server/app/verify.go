package app

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/verify"
)

// VerifyReport is what `sealgate verify` found.
type VerifyReport struct {
	Checks     int
	Violations []verify.Violation
}

// checker is a domain that can tell its broken invariants.
type checker struct {
	name  string
	check func(ctx context.Context) ([]verify.Violation, error)
}

// checkers lists the invariants of reliability.md that exist, by the domain that answers for them.
func (a *App) checkers() []checker {
	return []checker{
		{"contracts", a.Contracts.Verify},
		{"ledger", a.Ledger.Verify},
		{"usage", a.Usage.Verify},
	}
}

// Verify runs every check and collects what is broken; it changes nothing but the audit chain, which it first brings up
// to date.
func (a *App) Verify(ctx context.Context) (VerifyReport, error) {
	ctx = actor.With(ctx, actor.System("verify"))
	var rep VerifyReport
	for _, c := range a.checkers() {
		v, err := c.check(ctx)
		if err != nil {
			return rep, fmt.Errorf("verify %s: %w", c.name, err)
		}
		rep.Checks++
		rep.Violations = append(rep.Violations, v...)
	}
	return rep, nil
}
