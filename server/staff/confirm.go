package staff

import (
	"context"

	"sealgate/server/actor"
)

// Reauthenticate compares the password of the person who acts once more, for what must not be done by whoever finds an open
// session. Wrong ones count towards the lock-out. It hashes and must not run inside a transaction. Errors: ErrWrongPassword,
// ErrLocked.
func (s *Service) Reauthenticate(ctx context.Context, password string) error {
	login := NormalLogin(actor.From(ctx).Login)
	key := hashOf(login)
	turn := s.turn(key)
	turn.Lock()
	defer turn.Unlock()
	u, ok, err := s.verify(ctx, key, login, password)
	switch {
	case err != nil:
		return err
	case !ok || u.State != Active:
		return ErrWrongPassword
	}
	return nil
}
