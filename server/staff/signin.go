package staff

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"sealgate/server/actor"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Signed is somebody signed in.
type Signed struct {
	User      User
	Roles     []Role
	Parts     []Part // of a customer's person
	Scope     actor.Scope
	SessionID string
	Version   int64 // of the role grants, read together with the session
}

// Actor is the signed-in person for the context.
func (s Signed) Actor() actor.Actor {
	roles := make([]string, len(s.Roles))
	for i, r := range s.Roles {
		roles[i] = string(r)
	}
	for _, p := range s.Parts {
		roles = append(roles, p.Role())
	}
	return actor.Actor{UserID: s.User.ID, Login: s.User.Login, Name: s.User.Name, Roles: roles, CustomerID: s.User.Customer(), Scope: s.Scope}
}

// SignIn checks login and password and opens a session, whose token it returns: it goes to the browser and is kept
// nowhere. The session of oldToken, if any, ends, so that a token planted before is worth nothing afterwards. ctx's
// actor carries address and user agent.
//
// A wrong login, a wrong password and a lock answer alike whether the account exists or not, and take as long.
func (s *Service) SignIn(ctx context.Context, login, password, oldToken string) (token string, out *Signed, err error) {
	login = NormalLogin(login)
	if len(login) > 200 || len(password) > 4*maxPassword {
		return "", nil, ErrBadCredentials
	}
	from := actor.From(ctx).IP
	if !s.admit(from) {
		return "", nil, ErrTooManyFrom
	}
	key := hashOf(login)
	turn := s.turn(key)
	turn.Lock()
	defer turn.Unlock()

	u, ok, err := s.verify(ctx, key, login, password)
	if err != nil {
		return "", nil, err
	}
	if !ok {
		return "", nil, ErrBadCredentials
	}
	if u.State == Frozen { // told only to who knows the password
		return "", nil, ErrFrozen
	}
	token = newToken()
	now := s.clock.RealInstant()
	who := actor.From(ctx)
	who.UserID, who.Login, who.Name = u.ID, u.Login, u.Name
	ctx = actor.With(ctx, who)
	session := Session{ID: ids.New(), UserID: u.ID, TokenHash: hashOf(token), CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(AbsoluteLimit),
		IP: cut(who.IP, 64), UserAgent: cut(who.UserAgent, 200)}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if oldToken != "" {
			if err := s.store.endByToken(ctx, hashOf(oldToken), "signed_in_anew", now); err != nil {
				return err
			}
		}
		if err := s.store.clearGuard(ctx, key); err != nil {
			return err
		}
		if err := s.store.insertSession(ctx, &session); err != nil {
			return err
		}
		if err := s.store.endOldest(ctx, u.ID, maxSessions, now); err != nil {
			return err
		}
		if err := s.store.touchUser(ctx, u.ID, now); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "session.open", ObjectType: "user", ObjectID: u.ID, CustomerID: u.Customer(), Detail: map[string]any{"session": session.ID}})
	})
	if err != nil {
		return "", nil, fmt.Errorf("open a session: %w", err)
	}
	out, err = s.Session(ctx, token)
	return token, out, err
}

// verify compares a password under the login's guard, and counts a failure.
func (s *Service) verify(ctx context.Context, key, login, password string) (*User, bool, error) {
	now := s.clock.RealInstant()
	g, err := s.store.guard(ctx, key)
	if err != nil {
		return nil, false, fmt.Errorf("guard of a login: %w", err)
	}
	if g.locked(now) {
		return nil, false, ErrLocked.With("retry_after_seconds", int64(g.LockedUntil.Sub(now)/time.Second)+1)
	}
	u, err := s.store.byLogin(ctx, login)
	if err != nil {
		return nil, false, fmt.Errorf("find a login: %w", err)
	}
	hash := ""
	if u != nil {
		hash = u.PasswordHash
	}
	ok, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return nil, false, err
	}
	if ok {
		return u, true, nil
	}
	return nil, false, s.fail(ctx, key, u)
}

// fail counts a failed attempt. The trail names the account where there is one; a login that does not exist may well be
// a password typed into the wrong field and is not written down.
func (s *Service) fail(ctx context.Context, key string, u *User) error {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		now := s.clock.RealInstant()
		g, err := s.store.guardForUpdate(ctx, key, now)
		if err != nil {
			return err
		}
		g = g.failed(now)
		if err := s.store.saveGuard(ctx, g); err != nil {
			return err
		}
		e := trail.Entry{Action: "session.refuse", ObjectType: "login", ObjectID: "unknown", Reason: "bad_credentials", Detail: map[string]any{"failures": g.Failures}}
		if u != nil {
			e.ObjectType, e.ObjectID, e.CustomerID = "user", u.ID, u.Customer()
		}
		if g.Failures >= MaxFailures {
			e.Action = "session.lock"
		}
		return s.trail.Record(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("count a failed sign-in: %w", err)
	}
	return nil
}

func (s *Service) turn(key string) *sync.Mutex {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	return &s.turns[h.Sum32()%uint32(len(s.turns))]
}

// Session says who a token belongs to; ErrNoSession where it is unknown, ended or too old.
func (s *Service) Session(ctx context.Context, token string) (*Signed, error) {
	if len(token) < 20 || len(token) > 100 {
		return nil, ErrNoSession
	}
	row, err := s.store.session(ctx, hashOf(token))
	if err != nil {
		return nil, fmt.Errorf("read a session: %w", err)
	}
	now := s.clock.RealInstant()
	if row == nil || row.Session.over(now) || row.User.State != Active {
		return nil, ErrNoSession
	}
	st, err := s.standing(ctx, row.User, row.Version)
	if err != nil {
		return nil, err
	}
	if now.Sub(row.Session.LastSeenAt) >= touchEvery {
		if err := s.db.Run(ctx, func(ctx context.Context) error { return s.store.touchSession(ctx, row.Session.ID, now) }); err != nil {
			return nil, fmt.Errorf("keep a session alive: %w", err)
		}
	}
	return &Signed{User: row.User, Roles: st.roles, Parts: st.parts, Scope: st.scope, SessionID: row.Session.ID, Version: row.Version}, nil
}

// standing gives roles and scope of a user as of a version of the grants, from memory where that version is known.
func (s *Service) standing(ctx context.Context, u User, version int64) (standing, error) {
	s.mu.Lock()
	if s.as == version {
		if st, ok := s.known[u.ID]; ok {
			s.mu.Unlock()
			return st, nil
		}
	}
	s.mu.Unlock()
	roles, err := s.store.roles(ctx, u.ID)
	if err != nil {
		return standing{}, fmt.Errorf("roles of %s: %w", u.ID, err)
	}
	var team []string
	if u.Team != "" {
		if team, err = s.store.team(ctx, u.Team); err != nil {
			return standing{}, fmt.Errorf("team of %s: %w", u.ID, err)
		}
	}
	st := standing{roles: roles, scope: scope(u, roles, team)}
	if c := u.Customer(); c != "" {
		rows, err := s.store.partsOf(ctx, c)
		if err != nil {
			return standing{}, fmt.Errorf("parts of %s: %w", u.ID, err)
		}
		st.parts = partsIn(rows, u.ID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.as < version {
		clear(s.known)
		s.as = version
	}
	if s.as == version {
		s.known[u.ID] = st
	}
	return st, nil
}

// SignOut ends the session of a token.
func (s *Service) SignOut(ctx context.Context, signed *Signed) error {
	return s.EndSession(ctx, signed.User.ID, signed.SessionID)
}

// Sessions lists where a person is signed in, newest first.
func (s *Service) Sessions(ctx context.Context, userID string) ([]Session, error) {
	return s.store.sessionsOf(ctx, userID, s.clock.RealInstant())
}

// EndSession ends one of a person's own sessions.
func (s *Service) EndSession(ctx context.Context, userID, sessionID string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		n, err := s.store.endSession(ctx, userID, sessionID, "signed_out", s.clock.RealInstant())
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoSuchSession
		}
		return s.trail.Record(ctx, trail.Entry{Action: "session.close", ObjectType: "user", ObjectID: userID, Detail: map[string]any{"session": sessionID}})
	})
}

// ChangePassword sets the caller's own password and ends all other sessions. Wrong present passwords count towards the
// lock-out: a stolen session must not be a way to guess.
func (s *Service) ChangePassword(ctx context.Context, signed *Signed, current, next string) error {
	key := hashOf(signed.User.Login)
	turn := s.turn(key)
	turn.Lock()
	defer turn.Unlock()
	_, ok, err := s.verify(ctx, key, signed.User.Login, current)
	if err != nil {
		return err
	}
	if !ok {
		return ErrWrongPassword
	}
	if err := CheckPassword(next, signed.User.Login); err != nil {
		return err
	}
	if next == current {
		return ErrWeakPassword.At("next", "same", "新密码不能与当前密码相同", "the new password must differ from the present one")
	}
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.setPassword(ctx, signed.User.ID, hash, false); err != nil {
			return err
		}
		if err := s.store.clearGuard(ctx, key); err != nil {
			return err
		}
		if err := s.store.endSessions(ctx, signed.User.ID, signed.SessionID, "password_changed", s.clock.RealInstant()); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "user.change_password", ObjectType: "user", ObjectID: signed.User.ID, CustomerID: signed.User.Customer()})
	})
}

// bucket lets one address try so many sign-ins: attempts flow back at a steady rate.
type bucket struct {
	left float64
	at   time.Time
}

const (
	attemptsBurst   = 60
	attemptsPerSec  = 1.0
	addressesInMind = 10_000
)

// admit takes one attempt from an address's bucket. It is kept in memory: it only slows down, the lock-out protects.
func (s *Service) admit(ip string) bool {
	now := s.clock.Real()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.from) > addressesInMind {
		clear(s.from)
	}
	b := s.from[ip]
	if b == nil {
		b = &bucket{attemptsBurst, now}
		s.from[ip] = b
	}
	b.left = min(attemptsBurst, b.left+now.Sub(b.at).Seconds()*attemptsPerSec)
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
