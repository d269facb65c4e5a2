package app

import (
	"context"

	"sealgate/configs"
	"sealgate/server/caldate"
	"sealgate/server/numbers"
	"sealgate/server/registration"
)

// wireChain makes the services of registrations with carriers and of sender numbers.
func (a *App) wireChain() error {
	carriers, err := registration.LoadCarriers(configs.FS)
	if err != nil {
		return err
	}
	pool, err := numbers.LoadPool(configs.FS)
	if err != nil {
		return err
	}
	a.Numbers = numbers.New(a.DB, a.Clock, a.Trail, pool)
	a.Signatures = registration.New(a.DB, a.Clock, a.Trail, registration.Deps{
		Customers: a.Customers, Licences: a.Licences, Documents: a.Documents, Notices: a.Notices, Workdays: a.Workdays, Keys: a.Keys, Carriers: carriers,
	})
	return nil
}

// chainDay is what a day brings to registrations and to the numbers that hang on contracts and signatures.
func (a *App) chainDay(ctx context.Context, d caldate.Date) (string, error) {
	if err := a.Signatures.RunDay(ctx, d); err != nil {
		return "", err
	}
	return "", a.Numbers.RunDay(ctx, d, owners{a})
}

// owners answers for who has a sender number.
type owners struct{ app *App }

// ContractEnded implements numbers.In.
func (o owners) ContractEnded(ctx context.Context, id string) (bool, error) {
	c, err := o.app.Contracts.Get(ctx, id)
	if err != nil {
		return false, err
	}
	return c.State.Ended(), nil
}

// SignatureStands implements numbers.In.
func (o owners) SignatureStands(ctx context.Context, id string) (bool, error) {
	r, err := o.app.Signatures.Get(ctx, id)
	if err != nil {
		return false, err
	}
	return r.State == registration.Approved, nil
}
