package app

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/staff"
)

// newUser is what the command line gives.
type newUser struct {
	Login, Name, CustomerID, Password, Team string
	Roles                                   []string
}

// addUser makes an account with roles; without a password one is made up and returned, to be changed at first sign-in.
func (a *App) addUser(ctx context.Context, n newUser) (password string, err error) {
	if n.Name == "" {
		n.Name = n.Login
	}
	roles := make([]staff.Role, len(n.Roles))
	for i, r := range n.Roles {
		roles[i] = staff.Role(r)
	}
	_, password, err = a.Staff.Create(ctx, staff.NewUser{Login: n.Login, Name: n.Name, Team: n.Team, CustomerID: n.CustomerID, Roles: roles, Password: n.Password})
	return password, err
}

// Hire makes an account with a given password, for demos and tests.
func (a *App) Hire(ctx context.Context, login string, roles []string, customerID, password string) error {
	_, err := a.addUser(actor.With(ctx, actor.System("hire")), newUser{Login: login, Roles: roles, CustomerID: customerID, Password: password})
	return err
}
