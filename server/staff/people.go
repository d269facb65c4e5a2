package staff

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Checks asks whether somebody of ours may act for a customer: only after a check of identity or authority that is on record
// (P11). The corner's service is one; app wires it.
type Checks interface {
	Require(ctx context.Context, customerID, action, objectType, objectID string) error
}

// Heed has the service ask c before our people touch a customer's accounts.
func (s *Service) Heed(c Checks) { s.checks = c }

// mayActFor lets the system and the customer's own people pass, and asks for a check of everybody else.
func (s *Service) mayActFor(ctx context.Context, customerID, action, userID string) error {
	by := actor.From(ctx)
	if customerID == "" || s.checks == nil || by.IsSystem() || by.CustomerID == customerID {
		return nil
	}
	return s.checks.Require(ctx, customerID, action, "user", userID)
}

// Member is one of a customer's people.
type Member struct {
	Account
	Parts []Part
}

// Actions tell what by may do to the member now, before capabilities.
func (m Member) Actions(by actor.Actor) []string {
	out := []string{}
	if m.ID == by.UserID {
		return out
	}
	if m.State == Active {
		return append(out, "parts", string(ActFreeze), string(ActReset))
	}
	return append(out, string(ActUnfreeze))
}

// People lists a customer's people within the actor's scope, by login.
func (s *Service) People(ctx context.Context, customerID string) ([]Member, error) {
	accounts, err := s.store.ofCustomer(ctx, customerID)
	if err != nil {
		return nil, err
	}
	parts, err := s.store.partsOf(ctx, customerID)
	if err != nil {
		return nil, err
	}
	out := make([]Member, len(accounts))
	for i, a := range accounts {
		out[i] = Member{a, partsIn(parts, a.ID)}
	}
	return out, nil
}

// partsIn gives somebody's parts: all of them where nobody has divided them yet, as for the first person of a customer.
func partsIn(rows map[string]string, userID string) []Part {
	if s, ok := rows[userID]; ok {
		return splitParts(s)
	}
	return Parts()
}

// member reads one of the actor's own customer's people and keeps others from changing it. Anybody else's is ErrUserNotFound.
func (s *Service) member(ctx context.Context, id string) (*Member, error) {
	by := actor.From(ctx)
	u, err := s.locked(ctx, id)
	if err != nil {
		return nil, err
	}
	if by.CustomerID == "" || u.Customer() != by.CustomerID {
		return nil, ErrUserNotFound
	}
	rows, err := s.store.partsOf(ctx, by.CustomerID)
	if err != nil {
		return nil, err
	}
	return &Member{*u, partsIn(rows, id)}, nil
}

// AddPerson makes an account for one of the actor's own customer's people; its password is told once and must be changed.
func (s *Service) AddPerson(ctx context.Context, login, name string, parts []Part) (*Member, string, error) {
	by := actor.From(ctx)
	if by.CustomerID == "" {
		return nil, "", ErrUserNotFound
	}
	parts, err := CheckParts(parts)
	if err != nil {
		return nil, "", err
	}
	n, err := NewUser{Login: login, Name: name, CustomerID: by.CustomerID, Roles: []Role{CustomerRole}}.check()
	if err != nil {
		return nil, "", err
	}
	password := MakePassword()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, "", err
	}
	u := User{ID: ids.New(), Login: n.Login, Name: n.Name, PasswordHash: hash, MustChange: true, State: Active, CustomerID: &n.CustomerID, CreatedAt: s.clock.Instant()}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insertUser(ctx, &u); err != nil {
			if db.IsDuplicate(err) {
				return ErrLoginTaken
			}
			return fmt.Errorf("add a person of a customer: %w", err)
		}
		if err := s.trail.Record(ctx, trail.Entry{Action: "user.create", ObjectType: "user", ObjectID: u.ID, CustomerID: n.CustomerID, To: string(Active),
			Detail: map[string]any{"login": u.Login, "name": u.Name, "parts": parts}}); err != nil {
			return err
		}
		if err := s.store.saveParts(ctx, personRow{u.ID, n.CustomerID, joinParts(parts), by.UserID, s.clock.Instant()}); err != nil {
			return err
		}
		return s.grant(ctx, u, n.Roles, nil)
	})
	if err != nil {
		return nil, "", err
	}
	return &Member{Account{User: u, Roles: n.Roles}, parts}, password, nil
}

// SetParts gives one of the actor's own customer's people exactly these parts. Nobody sets the own ones, and somebody who
// administers stays.
func (s *Service) SetParts(ctx context.Context, id string, parts []Part) (*Member, error) {
	parts, err := CheckParts(parts)
	if err != nil {
		return nil, err
	}
	return s.actOnMember(ctx, id, func(ctx context.Context, m *Member) error {
		was := m.Parts
		m.Parts = parts
		if err := s.store.saveParts(ctx, personRow{id, m.Customer(), joinParts(parts), actor.From(ctx).UserID, s.clock.Instant()}); err != nil {
			return err
		}
		if err := s.store.bump(ctx); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "user.parts", ObjectType: "user", ObjectID: id, CustomerID: m.Customer(), Detail: map[string]any{"login": m.Login, "was": was, "parts": parts}})
	})
}

// FreezeMember closes the account of one of the actor's own customer's people, UnfreezeMember opens it again, ResetMember gives
// it a new password that is told once.
func (s *Service) FreezeMember(ctx context.Context, id, reason string) (*Member, error) {
	return s.onMember(ctx, id, func(ctx context.Context) error { _, err := s.Freeze(ctx, id, reason); return err })
}

// UnfreezeMember is told with FreezeMember.
func (s *Service) UnfreezeMember(ctx context.Context, id, reason string) (*Member, error) {
	return s.onMember(ctx, id, func(ctx context.Context) error { _, err := s.Unfreeze(ctx, id, reason); return err })
}

// ResetMember is told with FreezeMember.
func (s *Service) ResetMember(ctx context.Context, id, reason string) (m *Member, password string, err error) {
	m, err = s.onMember(ctx, id, func(ctx context.Context) (err error) { _, password, err = s.ResetPassword(ctx, id, reason); return err })
	return m, password, err
}

func (s *Service) onMember(ctx context.Context, id string, do func(ctx context.Context) error) (m *Member, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if _, err := s.member(ctx, id); err != nil {
			return err
		}
		if err := do(ctx); err != nil {
			return err
		}
		m, err = s.member(ctx, id)
		return err
	})
	return m, err
}

// actOnMember changes another of the own people, and sees to it that an active administrator is left.
func (s *Service) actOnMember(ctx context.Context, id string, do func(ctx context.Context, m *Member) error) (m *Member, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if m, err = s.member(ctx, id); err != nil {
			return err
		}
		if m.ID == actor.From(ctx).UserID {
			return ErrOwnParts
		}
		return do(ctx, m)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// FreezeSelf closes the actor's own account and ends all its sessions at once, for who fears that somebody else has the
// password (P06). Opening it again takes somebody else.
func (s *Service) FreezeSelf(ctx context.Context, reason string) error {
	by := actor.From(ctx)
	return s.db.Run(ctx, func(ctx context.Context) error {
		u, err := s.locked(ctx, by.UserID)
		if err != nil {
			return err
		}
		return s.freezeNow(ctx, u, reason)
	})
}

func (s *Service) freezeNow(ctx context.Context, u *Account, reason string) error {
	if err := s.store.setState(ctx, u.ID, Active, Frozen); err != nil {
		return err
	}
	if err := s.store.endSessions(ctx, u.ID, "", "frozen", s.clock.RealInstant()); err != nil {
		return err
	}
	return s.trail.Record(ctx, trail.Entry{Action: "user.freeze", ObjectType: "user", ObjectID: u.ID, CustomerID: u.Customer(), From: string(Active), To: string(Frozen), Reason: reason})
}

// FreezeCustomer closes all active accounts of a customer in the transaction of ctx, and tells which.
func (s *Service) FreezeCustomer(ctx context.Context, customerID, reason string) (frozen []string, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		accounts, err := s.store.ofCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		frozen = []string{}
		for i := range accounts {
			if accounts[i].State != Active {
				continue
			}
			if err := s.freezeNow(ctx, &accounts[i], reason); err != nil {
				return err
			}
			frozen = append(frozen, accounts[i].ID)
		}
		return nil
	})
	return frozen, err
}

// UnfreezeCustomer opens those accounts of a customer again that its freeze has closed, in the transaction of ctx.
func (s *Service) UnfreezeCustomer(ctx context.Context, customerID string, people []string, reason string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		accounts, err := s.store.ofCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		for _, u := range accounts {
			if u.State != Frozen || !slices.Contains(people, u.ID) {
				continue
			}
			if err := s.store.setState(ctx, u.ID, Frozen, Active); err != nil {
				return err
			}
			if err := s.trail.Record(ctx, trail.Entry{Action: "user.unfreeze", ObjectType: "user", ObjectID: u.ID, CustomerID: customerID, From: string(Frozen), To: string(Active), Reason: reason}); err != nil {
				return err
			}
		}
		return nil
	})
}
