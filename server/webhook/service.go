package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Statuses is what a webhook asks of the hand-off (handoff.Service).
type Statuses interface {
	Recent(ctx context.Context, customerID string, after caldate.Instant) ([]handoff.Recent, error)
	Versions(ctx context.Context, batchID string) (map[int64]int64, error)
	StandingOf(ctx context.Context, batchID string, seq int64) (*handoff.Standing, error)
}

// Batches is what a webhook asks of batches (batch.Service).
type Batches interface {
	Get(ctx context.Context, id string) (*batch.Batch, error)
}

// Deps are the parts that the service stands on.
type Deps struct {
	Keys     *crypt.Keys
	Notices  *notice.Service
	Batches  Batches
	Statuses Statuses
	Policy   Policy
}

// Service keeps endpoints, writes events and delivers them.
type Service struct {
	Deps
	db     *db.DB
	clock  clock.Clock
	trail  *trail.Trail
	store  store
	client *http.Client
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{deps, d, c, t, store{d}, newClient(deps.Policy)}
}

func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return "wh_" + base64.RawURLEncoding.EncodeToString(b[:])
}

func secretContext(endpointID string) string { return "sealgate webhook secret\x00" + endpointID }

func (s *Service) seal(ctx context.Context, endpointID, secret string) (string, error) {
	k, err := s.Keys.Secrets(ctx)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(k.Seal([]byte(secret), secretContext(endpointID))), nil
}

func (s *Service) open(ctx context.Context, endpointID, sealed string) (string, error) {
	k, err := s.Keys.Secrets(ctx)
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return "", err
	}
	secret, err := k.Open(b, secretContext(endpointID))
	return string(secret), err
}

// Create makes an endpoint of the actor's own customer and gives its secret, which is told this once.
func (s *Service) Create(ctx context.Context, w Wish) (*Endpoint, string, error) {
	w, err := w.check(s.Policy)
	if err != nil {
		return nil, "", err
	}
	by := actor.From(ctx)
	e := &Endpoint{ID: ids.New(), CustomerID: by.CustomerID, Name: w.Name, URL: w.URL, Kinds: w.Kinds, State: On, CreatedBy: by.UserID, CreatedAt: s.clock.Instant(), Version: 1}
	secret := newSecret()
	if e.Sealed, err = s.seal(ctx, e.ID, secret); err != nil {
		return nil, "", err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		switch n, err := s.store.countEndpoints(ctx, e.CustomerID); {
		case err != nil:
			return err
		case n >= maxEndpoints:
			return ErrTooMany
		}
		if err := s.store.insert(ctx, e); err != nil {
			return err
		}
		return s.record(ctx, e, "webhook.create", "", On, map[string]any{"kinds": e.Kinds})
	})
	if err != nil {
		return nil, "", err
	}
	return e, secret, nil
}

// Change replaces what the owner decides of an endpoint.
func (s *Service) Change(ctx context.Context, id string, w Wish) (*Endpoint, error) {
	w, err := w.check(s.Policy)
	if err != nil {
		return nil, err
	}
	return s.act(ctx, id, func(ctx context.Context, e *Endpoint) error {
		e.Name, e.URL, e.Kinds = w.Name, w.URL, w.Kinds
		if err := s.store.update(ctx, e, "Name", "URL", "Kinds"); err != nil {
			return err
		}
		return s.record(ctx, e, "webhook.change", e.State, e.State, map[string]any{"kinds": e.Kinds})
	})
}

// Switch turns an endpoint on or off, or removes it for good.
func (s *Service) Switch(ctx context.Context, id string, to EndpointState) (*Endpoint, error) {
	return s.act(ctx, id, func(ctx context.Context, e *Endpoint) error {
		was := e.State
		if was == to || !slices.Contains([]EndpointState{On, Off, Removed}, to) {
			return ErrState
		}
		e.State = to
		if err := s.store.update(ctx, e, "State"); err != nil {
			return err
		}
		return s.record(ctx, e, "webhook."+string(to), was, to, nil)
	})
}

// Rotate gives an endpoint a new secret, told this once. For the overlap calls carry a signature by each.
func (s *Service) Rotate(ctx context.Context, id string, overlap time.Duration) (*Endpoint, string, error) {
	if overlap < 0 || overlap > maxOverlap {
		return nil, "", ErrInvalid.At("overlap_hours", "range", "重叠期最多 7 天（168 小时）", "the overlap is at most 7 days (168 hours)")
	}
	secret := newSecret()
	e, err := s.act(ctx, id, func(ctx context.Context, e *Endpoint) (err error) {
		e.SealedBefore, e.BeforeUntil = e.Sealed, s.clock.RealInstant().Add(overlap)
		if e.Sealed, err = s.seal(ctx, e.ID, secret); err != nil {
			return err
		}
		if err := s.store.update(ctx, e, "Sealed", "SealedBefore", "BeforeUntil"); err != nil {
			return err
		}
		return s.record(ctx, e, "webhook.rotate", e.State, e.State, map[string]any{"overlap": overlap.String()})
	})
	if err != nil {
		return nil, "", err
	}
	return e, secret, nil
}

func (s *Service) act(ctx context.Context, id string, do func(ctx context.Context, e *Endpoint) error) (e *Endpoint, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if e, err = s.store.endpoint(ctx, id); err != nil {
			return err
		}
		return do(ctx, e)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Endpoints lists those within the actor's scope, of one customer where one is named.
func (s *Service) Endpoints(ctx context.Context, customerID string) ([]Endpoint, error) {
	return s.store.endpoints(ctx, customerID)
}

// Deliveries gives a page within the actor's scope and how many fit the query.
func (s *Service) Deliveries(ctx context.Context, q Query) ([]Delivery, int64, error) {
	return s.store.deliveries(ctx, q)
}

// Show gives a delivery with what is sent.
func (s *Service) Show(ctx context.Context, id string) (*Delivery, []byte, error) {
	d, err := s.store.delivery(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	body, err := s.body(ctx, d.EventID)
	return d, body, err
}

// Again queues a delivery once more that was set aside, or that the receiver has lost.
func (s *Service) Again(ctx context.Context, id string) (*Delivery, error) {
	var d *Delivery
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if d, err = s.store.delivery(ctx, id); err != nil {
			return err
		}
		was := d.State
		if !MayGo(was, Queued) {
			return ErrState
		}
		if _, err := s.store.endpoint(ctx, d.EndpointID); err != nil {
			return err
		}
		d.State, d.Tries, d.NextTryAt, d.DoneAt = Queued, 0, s.clock.RealInstant(), caldate.Instant{}
		if err := s.store.again(ctx, d, was); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "webhook.again", ObjectType: "webhook_delivery", ObjectID: d.ID, CustomerID: d.CustomerID, From: string(was), To: string(Queued)})
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Purge forgets deliveries and events that are older than 30 days.
func (s *Service) Purge(ctx context.Context) error {
	before := s.clock.RealInstant().Add(-30 * 24 * time.Hour)
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.purge(ctx, before) })
}

// Verify checks that nobody is told what is another's, and that deliveries are in a state that fits their times (19).
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	for _, x := range []struct {
		find   func(ctx context.Context) ([]string, error)
		detail string
	}{{s.store.strays, "goes to another's endpoint, or tells another's event"}, {s.store.unfit, "its state and its time do not fit"}} {
		found, err := x.find(ctx)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			out = append(out, verify.Violation{Invariant: 19, Object: "webhook delivery " + id, Detail: x.detail})
		}
	}
	return out, nil
}

func (s *Service) record(ctx context.Context, e *Endpoint, action string, from, to EndpointState, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "webhook", ObjectID: e.ID, CustomerID: e.CustomerID, From: string(from), To: string(to), Detail: detail})
}
