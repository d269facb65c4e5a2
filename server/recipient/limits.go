package recipient

import (
	"context"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/errs"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// categories are those of messages (A02).
var categories = []string{"verification", "notice", "marketing", "advertising"}

// SetLimit makes a limit hold from now on, in place of the one for the same customer, category and time.
func (s *Service) SetLimit(ctx context.Context, l Limit) (*Limit, error) {
	if err := checkLimit(&l); err != nil {
		return nil, err
	}
	l.ID, l.CreatedAt, l.CreatedBy, l.LiveMark = ids.New(), s.clock.Instant(), actor.From(ctx).UserID, ""
	return &l, s.db.Run(ctx, func(ctx context.Context) error {
		was, err := s.store.endLimit(ctx, l.CustomerID, l.Category, l.Days, l.CreatedAt, l.CreatedBy)
		if err != nil {
			return err
		}
		if err := s.store.insertLimit(ctx, l); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.limit", ObjectType: "recipient_limit", ObjectID: l.ID, CustomerID: l.CustomerID, Reason: l.Reason,
			Detail: map[string]any{"category": l.Category, "days": l.Days, "most": l.Most, "was": was},
		})
	})
}

// EndLimit takes a limit away; what the house has by default holds again.
func (s *Service) EndLimit(ctx context.Context, id, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return ErrReason
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		l, err := s.store.liveLimit(ctx, id)
		if err != nil {
			return err
		}
		if l == nil {
			return ErrNoLimit
		}
		if _, err := s.store.endLimit(ctx, l.CustomerID, l.Category, l.Days, s.clock.Instant(), actor.From(ctx).UserID); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "recipient.limit_end", ObjectType: "recipient_limit", ObjectID: l.ID, CustomerID: l.CustomerID, Reason: reason,
			Detail: map[string]any{"category": l.Category, "days": l.Days, "most": l.Most},
		})
	})
}

func checkLimit(l *Limit) error {
	var f errs.Fields
	if !slices.Contains(categories, l.Category) {
		f.Add("category", "unknown", "请选择短信类别", "choose the category of the messages")
	}
	if l.Days < 1 || l.Days > MaxLimitDays {
		f.Add("days", "range", "天数应为 1 至 31", "the days must be 1 to 31")
	}
	if l.Most < Unlimited || l.Most > 250 {
		f.Add("most", "range", "条数应为 0 至 250；不限填 -1", "the messages must be 0 to 250, or -1 for no limit")
	}
	if l.Reason = strings.TrimSpace(l.Reason); l.Reason == "" {
		f.Add("reason", "missing", "请填写原因", "say why")
	}
	return f.Err(ErrLimit)
}

// Limits gives the limits that hold, besides DefaultLimits.
func (s *Service) Limits(ctx context.Context) ([]Limit, error) { return s.store.liveLimits(ctx) }

// DefaultLimits are those that hold where no row says otherwise.
func DefaultLimits() []Limit { return slices.Clone(defaultLimits) }
