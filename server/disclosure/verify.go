package disclosure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"sealgate/server/verify"
)

// Verify checks that nothing was given out without a ground, a paper and a second person (16), that every state came by the table
// with its audit row (19), that every download is in the trail (19), that what can be downloaded has the hash on record (13), and that
// what has expired can't be read (23).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, err
	}
	steps, err := s.trail.Steps(ctx, "disclosure")
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	today := s.clock.Today()
	for i := range all {
		d := &all[i]
		add := func(n int, format string, args ...any) {
			out = append(out, verify.Violation{Invariant: n, Object: "disclosure " + d.Number, Detail: fmt.Sprintf(format, args...)})
		}
		if wrong := verify.Walk(steps[d.ID], d.State, MayGo); wrong != "" {
			add(19, "%s", wrong)
		}
		decided := d.State != Requested && d.State != Withdrawn
		if decided && (d.DecidedBy == "" || d.DecidedBy == d.RequestedBy) {
			add(16, "was decided by who recorded it, or by nobody")
		}
		if d.DocumentID == "" && d.Ground != Emergency {
			add(16, "has no paper")
		}
		downloads, err := s.store.downloads(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		logged, err := s.store.countLogged(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		if int64(len(downloads)) != logged {
			add(19, "was downloaded %d times, the trail tells of %d", len(downloads), logged)
		}
		if len(downloads) > 0 && d.State != Ready && d.State != Expired {
			add(16, "is %s and was downloaded", d.State)
		}
		if d.State == Ready && today.Sub(d.ExpiresOn) > 2 {
			add(23, "was to expire on %s and can still be downloaded", d.ExpiresOn)
		}
		if d.State == Ready {
			if wrong := s.fileWrong(ctx, d); wrong != nil {
				add(13, "its file is not the one on record: %v", wrong)
			}
		}
		if d.State != Expired {
			continue
		}
		key, err := s.Keys.Of(ctx, d.KeyID)
		if err != nil {
			return nil, err
		}
		if key == nil || !key.Destroyed() {
			add(23, "has expired, and its key is not destroyed")
		}
	}
	return out, nil
}

// fileWrong reads the whole file and says what is wrong with it, nil for nothing.
func (s *Service) fileWrong(ctx context.Context, d *Disclosure) error {
	file, err := s.open(ctx, d)
	if err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return errors.Join(err, file.Close())
	}
	if hex.EncodeToString(h.Sum(nil)) != d.SHA256 {
		return errors.Join(errors.New("another hash"), file.Close())
	}
	return file.Close()
}
