// Package formdraft keeps what people have typed into long forms and not saved yet, so that they can go on at another machine. See
// README.md.
package formdraft

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
)

// Draft is one form of one person; the latest one counts.
type Draft struct {
	UserID  string `gorm:"primaryKey"`
	Form    string `gorm:"primaryKey"` // "contract.<customer>.<template>.<version>"
	Body    string // JSON
	SavedAt caldate.Instant
}

// TableName is form_drafts.
func (Draft) TableName() string { return "form_drafts" }

// What can be wrong with a draft.
var (
	ErrNotFound = errs.NotFound("draft.not_found", "没有这份表单草稿", "no such draft of a form")
	ErrInvalid  = errs.Invalid("draft.invalid", "草稿不对：名称须由字母、数字、点、横线组成，内容须为 64 KiB 以内的 JSON", "a draft has a name of letters, digits, dots and dashes, and JSON of at most 64 KiB")
)

// maxBody bounds a draft.
const maxBody = 64 << 10

var name = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,149}$`)

// Service keeps drafts, each person's own.
type Service struct {
	db    *db.DB
	clock clock.Clock
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock) *Service { return &Service{d, c, store{d}} }

// Save keeps a form of the actor, in place of what was kept before. Errors: ErrInvalid.
func (s *Service) Save(ctx context.Context, form string, body json.RawMessage) (*Draft, error) {
	if !name.MatchString(form) || len(body) == 0 || len(body) > maxBody || !json.Valid(body) {
		return nil, ErrInvalid
	}
	d := &Draft{actor.From(ctx).UserID, form, string(body), s.clock.RealInstant()}
	if err := s.db.Run(ctx, func(ctx context.Context) error { return s.store.put(ctx, d) }); err != nil {
		return nil, err
	}
	return d, nil
}

// Get gives a form of the actor. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, form string) (*Draft, error) {
	return s.store.get(ctx, actor.From(ctx).UserID, form)
}

// Find is Get that gives nil where there is none.
func (s *Service) Find(ctx context.Context, form string) (*Draft, error) {
	d, err := s.Get(ctx, form)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return d, err
}

// Drop forgets a form of the actor; one that is not there is no fault.
func (s *Service) Drop(ctx context.Context, form string) error {
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.drop(ctx, actor.From(ctx).UserID, form) })
}

// keepDays is for how long a draft that nobody touches is kept.
const keepDays = 90

// Purge forgets what nobody has touched for keepDays.
func (s *Service) Purge(ctx context.Context) error {
	before := caldate.InstantOf(s.clock.Real().AddDate(0, 0, -keepDays))
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.purge(ctx, before) })
}
