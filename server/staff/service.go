// Package staff owns the people: accounts of our staff and of customers' people, their roles, and who is signed in.
package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sealgate/server/actor"
	"sealgate/server/authz"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Customers tells whether a customer exists; the customer service is one. It stands above staff, so app wires it.
type Customers interface {
	CustomerName(ctx context.Context, id string) (string, error)
}

// Service is what can be done with accounts and sessions.
type Service struct {
	db        *db.DB
	store     store
	trail     *trail.Trail
	clock     clock.Clock
	hasher    *hasher
	customers Customers
	checks    Checks

	turns [64]sync.Mutex // attempts on one login wait for each other, so that parallel guesses count one by one
	mu    sync.Mutex
	known map[string]standing // roles and scope by user, as of version
	as    int64
	from  map[string]*bucket // sign-in attempts by address
}

// standing is what a user's grants amount to.
type standing struct {
	roles []Role
	parts []Part
	scope actor.Scope
}

// New makes the service. customers may be nil: then a customer's id is taken as given.
func New(d *db.DB, c clock.Clock, t *trail.Trail, customers Customers) (*Service, error) {
	h, err := newHasher()
	if err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	return &Service{db: d, store: store{d}, trail: t, clock: c, hasher: h, customers: customers, known: map[string]standing{}, from: map[string]*bucket{}}, nil
}

// Grants gives every role grant and the version they are at least of; authz decides by them.
func (s *Service) Grants(ctx context.Context) ([]authz.Grant, int64, error) {
	version, err := s.store.version(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("version of grants: %w", err)
	}
	grants, err := s.store.grants(ctx)
	if err != nil {
		return nil, 0, err
	}
	grants, err = s.store.withParts(ctx, grants)
	return grants, version, err
}

// Create makes an account. For the system (the command line, the demo) roles and password are taken as given. For everybody
// else the password is made up, returned once and must be changed at the first sign-in, and the roles are a request: they
// take effect when the security administrator gives them.
func (s *Service) Create(ctx context.Context, n NewUser) (*Account, string, error) {
	n, err := n.check()
	if err != nil {
		return nil, "", err
	}
	by := actor.From(ctx)
	granted, requested := n.Roles, []Role(nil)
	if !by.IsSystem() {
		granted, requested = nil, n.Roles
	}
	password, told := n.Password, false
	if password == "" || !by.IsSystem() {
		password, told = MakePassword(), true
	} else if err := CheckPassword(password, n.Login); err != nil {
		return nil, "", err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, "", err
	}
	u := User{ID: ids.New(), Login: n.Login, Name: n.Name, PasswordHash: hash, MustChange: told, State: Active, Team: n.Team, RequestedRoles: join(requested), CreatedAt: s.clock.Instant()}
	if n.CustomerID != "" {
		u.CustomerID = &n.CustomerID
		if s.customers != nil {
			if _, err := s.customers.CustomerName(ctx, n.CustomerID); err != nil {
				return nil, "", ErrNoCustomer.Because(err)
			}
		}
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.mayActFor(ctx, n.CustomerID, "user.create", u.ID); err != nil {
			return err
		}
		if err := s.store.insertUser(ctx, &u); err != nil {
			if db.IsDuplicate(err) {
				return ErrLoginTaken
			}
			return fmt.Errorf("create user %s: %w", n.Login, err)
		}
		if err := s.trail.Record(ctx, trail.Entry{Action: "user.create", ObjectType: "user", ObjectID: u.ID, CustomerID: n.CustomerID, To: string(Active),
			Detail: map[string]any{"login": u.Login, "name": u.Name, "team": u.Team, "requested_roles": requested}}); err != nil {
			return err
		}
		return s.grant(ctx, u, granted, nil)
	})
	if err != nil {
		return nil, "", err
	}
	if !told {
		password = ""
	}
	return &Account{User: u, Roles: granted}, password, nil
}

// SetRoles gives an account exactly these roles. Never one's own; duties stay apart (P01).
func (s *Service) SetRoles(ctx context.Context, id string, roles []Role) (*Account, error) {
	var out *Account
	err := s.db.Run(ctx, func(ctx context.Context) error {
		u, err := s.locked(ctx, id)
		if err != nil {
			return err
		}
		if e := u.Check(ActRoles, actor.From(ctx), s.clock.RealInstant()); e != nil {
			return e
		}
		if err := CheckRoles(roles, u.Customer()); err != nil {
			return err
		}
		if err := s.grant(ctx, u.User, roles, u.Roles); err != nil {
			return err
		}
		if err := s.store.requestDone(ctx, id); err != nil {
			return err
		}
		out, err = s.account(ctx, id)
		return err
	})
	return out, err
}

// grant changes the roles of u from those that it has to those that it shall have, and makes every process forget what
// it decided before.
func (s *Service) grant(ctx context.Context, u User, want, have []Role) error {
	var added, removed []Role
	for _, r := range want {
		if !slices.Contains(have, r) {
			added = append(added, r)
		}
	}
	for _, r := range have {
		if !slices.Contains(want, r) {
			removed = append(removed, r)
		}
	}
	if len(added)+len(removed) == 0 {
		return nil
	}
	if err := s.store.removeRoles(ctx, u.ID, removed); err != nil {
		return fmt.Errorf("remove roles of %s: %w", u.ID, err)
	}
	if err := s.store.addRoles(ctx, u.ID, added, actor.From(ctx).UserID, s.clock.Instant()); err != nil {
		switch {
		case strings.Contains(err.Error(), "separation_of_duties"):
			return ErrSeparation.Because(err)
		case strings.Contains(err.Error(), "customer_role"):
			return ErrCustomerRole.Because(err)
		}
		return fmt.Errorf("add roles to %s: %w", u.ID, err)
	}
	if err := s.store.bump(ctx); err != nil {
		return err
	}
	return s.trail.Record(ctx, trail.Entry{Action: "user.roles", ObjectType: "user", ObjectID: u.ID, CustomerID: u.Customer(),
		Detail: map[string]any{"login": u.Login, "added": added, "removed": removed, "roles": want}})
}

// Freeze closes an account and ends its sessions at once.
func (s *Service) Freeze(ctx context.Context, id, reason string) (*Account, error) {
	return s.act(ctx, id, ActFreeze, func(ctx context.Context, u *Account) error {
		return s.freezeNow(ctx, u, reason)
	})
}

// Unfreeze opens a frozen account again, and lifts a lock-out.
func (s *Service) Unfreeze(ctx context.Context, id, reason string) (*Account, error) {
	return s.act(ctx, id, ActUnfreeze, func(ctx context.Context, u *Account) error {
		e := trail.Entry{Action: "user.unlock", ObjectType: "user", ObjectID: id, CustomerID: u.Customer(), Reason: reason}
		if u.State == Frozen {
			if err := s.store.setState(ctx, id, Frozen, Active); err != nil {
				return err
			}
			e.Action, e.From, e.To = "user.unfreeze", string(Frozen), string(Active)
		}
		if err := s.store.clearGuard(ctx, hashOf(u.Login)); err != nil {
			return err
		}
		return s.trail.Record(ctx, e)
	})
}

// ResetPassword sets a new password that is told once and must be changed at the next sign-in, and ends the sessions.
func (s *Service) ResetPassword(ctx context.Context, id, reason string) (*Account, string, error) {
	password := MakePassword()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, "", err
	}
	u, err := s.act(ctx, id, ActReset, func(ctx context.Context, u *Account) error {
		if err := s.store.setPassword(ctx, id, hash, true); err != nil {
			return err
		}
		if err := s.store.endSessions(ctx, id, "", "password_reset", s.clock.RealInstant()); err != nil {
			return err
		}
		if err := s.store.clearGuard(ctx, hashOf(u.Login)); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "user.reset_password", ObjectType: "user", ObjectID: id, CustomerID: u.Customer(), Reason: reason})
	})
	if err != nil {
		return nil, "", err
	}
	return u, password, nil
}

// ByLogin finds an account, for the command line.
func (s *Service) ByLogin(ctx context.Context, login string) (*Account, error) {
	u, err := s.store.byLogin(ctx, NormalLogin(login))
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, ErrUserNotFound
	}
	return s.account(ctx, u.ID)
}

// act runs do on a locked account if its state and the caller allow the act.
func (s *Service) act(ctx context.Context, id string, act Act, do func(context.Context, *Account) error) (*Account, error) {
	var out *Account
	err := s.db.Run(ctx, func(ctx context.Context) error {
		u, err := s.locked(ctx, id)
		if err != nil {
			return err
		}
		if e := u.Check(act, actor.From(ctx), s.clock.RealInstant()); e != nil {
			return e
		}
		if act != ActFreeze { // closing an account harms nobody's secrets: it may be done at once
			if err := s.mayActFor(ctx, u.Customer(), "user."+string(act), id); err != nil {
				return err
			}
		}
		if err := do(ctx, u); err != nil {
			return err
		}
		out, err = s.account(ctx, id)
		return err
	})
	return out, err
}

// locked reads an account and keeps others from changing it until the transaction ends.
func (s *Service) locked(ctx context.Context, id string) (*Account, error) {
	if err := s.store.lockUser(ctx, id); err != nil {
		if db.IsNotFound(err) {
			return nil, ErrUserNotFound
		}
		return nil, err
	}
	return s.account(ctx, id)
}

func (s *Service) account(ctx context.Context, id string) (*Account, error) {
	list, err := s.store.accounts(ctx, []string{id})
	if err != nil {
		return nil, fmt.Errorf("read user %s: %w", id, err)
	}
	if len(list) == 0 {
		return nil, ErrUserNotFound
	}
	return &list[0], nil
}

// CustomerName names a customer for an account's record; "" where it is not known.
func (s *Service) CustomerName(ctx context.Context, id string) string {
	if s.customers == nil || id == "" {
		return ""
	}
	name, err := s.customers.CustomerName(ctx, id)
	if err != nil {
		return ""
	}
	return name
}

// Get reads one account.
func (s *Service) Get(ctx context.Context, id string) (*Account, error) { return s.account(ctx, id) }

// Query narrows a list of accounts.
type Query struct {
	Search string // in login or name
	State  string // active, frozen, locked; "" for all
	Role   string
	After  string // login of the last one of the page before
	Limit  int
}

// List gives accounts by login, and how many match in all.
func (s *Service) List(ctx context.Context, q Query) ([]Account, int64, error) {
	return s.store.list(ctx, q, s.clock.RealInstant())
}

// Names gives the names of users, for records that show who did something. Unknown ids (the system) are left out.
func (s *Service) Names(ctx context.Context, userIDs ...string) (map[string]string, error) {
	return s.store.names(ctx, userIDs)
}

// Owners lists the active people who may own customers: those with a sales role.
func (s *Service) Owners(ctx context.Context) ([]Account, error) {
	return s.store.holders(ctx, []Role{Sales, SalesLead})
}

// Reviewers lists the active people who may review batches.
func (s *Service) Reviewers(ctx context.Context) ([]Account, error) {
	return s.store.holders(ctx, []Role{ComplianceReviewer, ComplianceLead})
}

// Allowed lists what the caller may do to an account now, by its state; the caller's capabilities narrow it further.
func (s *Service) Allowed(ctx context.Context, a Account) []Act {
	by := actor.From(ctx)
	var out []Act
	for _, act := range []Act{ActFreeze, ActUnfreeze, ActReset, ActRoles} {
		if a.Check(act, by, s.clock.RealInstant()) == nil {
			out = append(out, act)
		}
	}
	return out
}

// LockedNow tells whether an account is locked out at this moment.
func (s *Service) LockedNow(a Account) bool { return a.LockedUntil.After(s.clock.RealInstant()) }

// Check finds accounts that break the separation of duties (invariant 17), whatever let them in.
func (s *Service) Check(ctx context.Context) ([]string, error) {
	grants, err := s.store.grants(ctx)
	if err != nil {
		return nil, err
	}
	byUser := map[string][]Role{}
	for _, g := range grants {
		byUser[g.UserID] = append(byUser[g.UserID], Role(g.Role))
	}
	var userIDs []string
	for id := range byUser {
		userIDs = append(userIDs, id)
	}
	slices.Sort(userIDs)
	stray, err := s.store.strayParts(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range stray {
		out = append(out, fmt.Sprintf("user %s: has parts of a customer whose person it is not", id))
	}
	for chunk := range slices.Chunk(userIDs, 500) {
		list, err := s.store.accounts(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if err := CheckRoles(byUser[a.ID], a.Customer()); err != nil {
				out = append(out, fmt.Sprintf("user %s (%s): %v", a.ID, a.Login, err))
			}
		}
	}
	return out, nil
}

// Purge forgets sessions that ended, and guards that count nothing any more, more than a day ago. Who was signed in when
// stays in the trail.
func (s *Service) Purge(ctx context.Context) error {
	before := s.clock.RealInstant().Add(-24 * 3600e9)
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.purge(ctx, before) })
}

var _ authz.Grants = (*Service)(nil)
