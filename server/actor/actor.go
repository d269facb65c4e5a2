// Package actor says who acts and whose data that person may see; httpapi puts it into the context, services and
// stores read it there. Jobs act as the system.
package actor

import (
	"context"
	"slices"
	"strings"
)

// Actor is the person (or the system) behind a call.
type Actor struct {
	UserID     string
	Login      string
	Name       string
	Roles      []string
	CustomerID string // set for people of a customer
	Scope      Scope
	IP         string
	UserAgent  string
	RequestID  string
}

// Scope is whose customers an actor may see (P02): everything, those of some sales owners, or one customer's own.
// The zero Scope sees nothing.
type Scope struct {
	All        bool
	OwnerIDs   []string
	CustomerID string
}

// SystemID is the user id under which jobs act.
const SystemID = "system"

// System is the actor of jobs; name says which ("job:dunning").
func System(name string) Actor {
	return Actor{UserID: SystemID, Login: name, Name: name, Scope: Scope{All: true}}
}

// IsSystem tells a job from a person.
func (a Actor) IsSystem() bool { return a.UserID == SystemID }

// HasRole tells whether the actor holds a role.
func (a Actor) HasRole(role string) bool { return slices.Contains(a.Roles, role) }

type key struct{}

// With puts the actor into ctx.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From gives the actor of ctx; without one it is nobody, whose scope is empty.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}

// SQL is the condition that narrows a query to the scope. column holds the customer's id in the queried table
// ("customer_id", "contracts.customer_id", or "id" for customers itself); all uses of a list, its count and single reads
// go through it alike.
func (s Scope) SQL(column string) (condition string, args []any) {
	switch {
	case s.All:
		return "1 = 1", nil
	case s.CustomerID != "":
		return column + " = ?", []any{s.CustomerID}
	case len(s.OwnerIDs) > 0:
		marks := strings.TrimSuffix(strings.Repeat("?,", len(s.OwnerIDs)), ",")
		for _, id := range s.OwnerIDs {
			args = append(args, id)
		}
		return column + " IN (SELECT scope_c.id FROM customers scope_c WHERE scope_c.owner_id IN (" + marks + "))", args
	}
	return "1 = 0", nil
}
