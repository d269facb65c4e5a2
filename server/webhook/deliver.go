package webhook

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/notice"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/failpoint"
)

const (
	lease       = time.Minute
	atOnce      = 16
	perEndpoint = 4
	// tellEvery is how often a customer is told at the most that an endpoint fails.
	tellEvery = 24 * time.Hour
)

// Work delivers some of what is due, and tells whether there was any. Several servers may work at once: each delivery is
// claimed for a minute.
func (s *Service) Work(ctx context.Context) (bool, error) {
	ctx = actor.With(ctx, actor.System("webhook worker"))
	bundled, err := s.bundle(ctx)
	if err != nil {
		return false, err
	}
	now := s.clock.RealInstant()
	if due, err := s.store.anyDue(ctx, now); err != nil || !due { // most looks find nothing: they need no transaction that writes
		return bundled, err
	}
	var taken []Delivery
	err = s.db.Run(ctx, func(ctx context.Context) (err error) {
		taken, err = s.store.claim(ctx, now, now.Add(lease), atOnce, perEndpoint)
		return err
	})
	if err != nil {
		return bundled, err
	}
	outcomes := make([]outcome, len(taken))
	endpoints := make([]*Endpoint, len(taken))
	errs := make([]error, len(taken))
	var wg sync.WaitGroup
	for i := range taken {
		wg.Go(func() { endpoints[i], outcomes[i], errs[i] = s.deliver(ctx, taken[i]) })
	}
	wg.Wait()
	failpoint.Hit("webhook.called")
	for i, d := range taken {
		if errs[i] != nil {
			return true, errs[i]
		}
		if err := s.finish(ctx, d, endpoints[i], outcomes[i]); err != nil {
			return true, err
		}
	}
	return bundled || len(taken) > 0, nil
}

// deliver makes one call. Nothing is sent to an endpoint that is off, but for a test.
func (s *Service) deliver(ctx context.Context, d Delivery) (*Endpoint, outcome, error) {
	e, err := s.store.anyEndpoint(ctx, d.EndpointID)
	if err != nil {
		return nil, outcome{}, err
	}
	if e.State == Removed || e.State == Off && d.Kind != Ping {
		return e, outcome{note: "the webhook is off", refused: true}, nil
	}
	body, err := s.body(ctx, d.EventID)
	if errors.Is(err, crypt.ErrKeyGone) {
		return e, outcome{note: "the content was destroyed at the end of its time", refused: true}, nil
	}
	if err != nil {
		return nil, outcome{}, err
	}
	header, err := s.header(ctx, e, d.ID, body)
	if err != nil {
		return nil, outcome{}, err
	}
	return e, call(ctx, s.client, e.URL, header, body), nil
}

func (s *Service) header(ctx context.Context, e *Endpoint, id string, body []byte) (http.Header, error) {
	now := s.clock.Real()
	sealed := []string{e.Sealed}
	if e.SealedBefore != "" && caldate.InstantOf(now).Before(e.BeforeUntil) {
		sealed = append(sealed, e.SealedBefore)
	}
	signatures := ""
	for _, x := range sealed {
		secret, err := s.open(ctx, e.ID, x)
		if err != nil {
			return nil, err
		}
		if signatures != "" {
			signatures += ","
		}
		signatures += "v1=" + Sign(secret, id, now, body)
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Sealgate-Webhook")
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, strconv.FormatInt(now.Unix(), 10))
	h.Set(HeaderSignature, signatures)
	return h, nil
}

// finish notes what became of a delivery; of one that is set aside the customer is told, once a day for each endpoint.
func (s *Service) finish(ctx context.Context, d Delivery, e *Endpoint, o outcome) error {
	now := s.clock.RealInstant()
	d = d.after(o, now)
	return s.db.Run(ctx, func(ctx context.Context) error {
		ours, err := s.store.finish(ctx, d, now)
		if err != nil || !ours || d.State != Aside || e.State != On {
			return err
		}
		tell, err := s.store.mayTell(ctx, e.ID, now, now.Add(-tellEvery))
		if err != nil || !tell {
			return err
		}
		return s.Notices.Send(ctx, notice.To{CustomerID: e.CustomerID, About: notice.About{ObjectType: "webhook", ObjectID: e.ID, CustomerID: e.CustomerID}}, "webhook_aside",
			map[string]string{"url": cut(e.URL, 120), "tries": strconv.FormatInt(d.Tries, 10), "event": string(d.Kind)}, nil)
	})
}
