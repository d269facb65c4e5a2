package handoff

import (
	"context"
	"errors"

	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
)

// StopAllNow stops all sending without a hand-off that works: a database that is being restored is stopped before anything
// looks at it. One that is stopped already stays so.
func StopAllNow(ctx context.Context, d *db.DB, c clock.Clock, t *trail.Trail, reason string) error {
	s := &Service{Parts: Parts{DB: d, Clock: c, Trail: t}, store: store{d}}
	_, err := s.StopNow(ctx, StopAll, "", reason)
	if errors.Is(err, ErrStopped) {
		return nil
	}
	return err
}
