package webhook

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
)

// envelope is what every call's body looks like.
type envelope struct {
	ID   string          `json:"id"`
	Kind Kind            `json:"kind"`
	At   caldate.Instant `json:"at"`
	Data any             `json:"data"`
}

// emit writes an event and a delivery for each endpoint that wants it, in the transaction of the fact. Where nobody listens
// nothing is written.
func (s *Service) emit(ctx context.Context, customerID string, kind Kind, objectType, objectID string, data any) error {
	endpoints, err := s.store.listening(ctx, customerID)
	if err != nil {
		return err
	}
	endpoints = slices.DeleteFunc(endpoints, func(e Endpoint) bool { return !slices.Contains(e.Kinds, kind) })
	return s.emitTo(ctx, endpoints, customerID, kind, objectType, objectID, data)
}

func (s *Service) emitTo(ctx context.Context, endpoints []Endpoint, customerID string, kind Kind, objectType, objectID string, data any) error {
	if len(endpoints) == 0 {
		return nil
	}
	e := &Event{ID: ids.New(), CustomerID: customerID, Kind: kind, ObjectType: objectType, ObjectID: objectID, CreatedAt: s.clock.RealInstant()}
	body, err := json.Marshal(envelope{e.ID, kind, s.clock.Instant(), data})
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		key, err := s.Keys.For(ctx, customerID, s.clock.Today().MonthOf())
		if err != nil {
			return err
		}
		e.DataKeyID, e.Sealed = key.ID, base64.StdEncoding.EncodeToString(key.Seal(body, eventContext(e.ID)))
		if err := s.store.insert(ctx, e); err != nil {
			return err
		}
		now := s.clock.RealInstant()
		for _, p := range endpoints {
			d := &Delivery{ID: ids.New(), EventID: e.ID, EndpointID: p.ID, CustomerID: customerID, Kind: kind, State: Queued, NextTryAt: now, ClaimedUntil: now, CreatedAt: now}
			if err := s.store.insert(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

func eventContext(id string) string { return "sealgate webhook event\x00" + id }

// body opens what an event sends.
func (s *Service) body(ctx context.Context, eventID string) ([]byte, error) {
	e, err := s.store.event(ctx, eventID)
	if err != nil {
		return nil, err
	}
	key, err := s.Keys.ByID(ctx, e.DataKeyID)
	if err != nil {
		return nil, err
	}
	sealed, err := base64.StdEncoding.DecodeString(e.Sealed)
	if err != nil {
		return nil, err
	}
	return key.Open(sealed, eventContext(e.ID))
}

// BatchMoved implements batch.Watcher.
func (s *Service) BatchMoved(ctx context.Context, b *batch.Batch, from batch.State) error {
	return s.emit(ctx, b.CustomerID, BatchState, "batch", b.ID, map[string]any{
		"batch_id": b.ID, "number": b.Number, "contract_id": b.ContractID, "from": from, "state": b.State, "reason": b.Reason, "good": b.Good, "bad": b.Bad, "parts": b.Parts,
	})
}

// Replied implements handoff.ReplyWatcher. The number is that of the customer's own recipient and is told whole.
func (s *Service) Replied(ctx context.Context, r handoff.Reply) error {
	if r.CustomerID == "" {
		return nil
	}
	return s.emit(ctx, r.CustomerID, ReplyReceived, "reply", r.ID, map[string]any{
		"reply_id": r.ID, "batch_id": r.BatchID, "contract_id": r.ContractID, "service_code": r.ServiceCode, "at": r.At, "phone": r.Phone, "text": r.Text,
	})
}

// NoticesSent implements notice.Follower: what a customer is told in the inbox is told its programs too.
func (s *Service) NoticesSent(ctx context.Context, ns []notice.Notice) error {
	for _, n := range ns {
		kind, ok := ofNotice[n.Kind]
		if !ok || n.ToCustomer == "" {
			continue
		}
		if err := s.emit(ctx, n.ToCustomer, kind, n.ObjectType, n.ObjectID, map[string]any{
			"what": n.Kind, "object_type": n.ObjectType, "object_id": n.ObjectID, "title": n.TitleZh, "title_en": n.TitleEn,
		}); err != nil {
			return err
		}
	}
	return nil
}

// Test sends a ping to an endpoint, whether it is on or off.
func (s *Service) Test(ctx context.Context, id string) error {
	_, err := s.act(ctx, id, func(ctx context.Context, e *Endpoint) error {
		if err := s.emitTo(ctx, []Endpoint{*e}, e.CustomerID, Ping, "webhook", e.ID, map[string]any{"name": e.Name}); err != nil {
			return err
		}
		return s.record(ctx, e, "webhook.test", e.State, e.State, nil)
	})
	return err
}

const (
	// bundleEvery is how often a chunk's receipts are told while they still come in.
	bundleEvery = 10 * time.Second
	// lateReceipts is how long after the end of a hand-off changes are still looked for.
	lateReceipts = 8 * 24 * time.Hour
)

// receipt is one message in a bundle.
type receipt struct {
	Seq    int64  `json:"seq"`
	Status string `json:"status"`
}

// bundle tells what has become of messages since it was last told, one chunk at a time, and whether there was anything. The
// chunk's row is the outbox: what was told is written down in the transaction of the event, so a kill in between changes nothing.
func (s *Service) bundle(ctx context.Context) (bool, error) {
	endpoints, err := s.store.all(ctx)
	if err != nil {
		return false, err
	}
	seen := map[string]bool{}
	for _, e := range endpoints {
		if seen[e.CustomerID] || !slices.Contains(e.Kinds, Receipts) {
			continue
		}
		seen[e.CustomerID] = true
		batches, err := s.Statuses.Recent(ctx, e.CustomerID, s.clock.Instant().Add(-lateReceipts))
		if err != nil {
			return false, err
		}
		told, err := s.store.toldVersions(ctx, batches)
		if err != nil {
			return false, err
		}
		for _, b := range batches {
			if told[b.BatchID] == b.Versions {
				continue
			}
			if did, err := s.bundleBatch(ctx, e, b.BatchID); did || err != nil {
				return did, err
			}
		}
	}
	return false, nil
}

func (s *Service) bundleBatch(ctx context.Context, e Endpoint, batchID string) (bool, error) {
	b, err := s.Batches.Get(ctx, batchID)
	if err != nil {
		return false, err
	}
	if b.CreatedAt.Before(e.CreatedAt) {
		return false, nil
	}
	versions, err := s.Statuses.Versions(ctx, batchID)
	if err != nil {
		return false, err
	}
	marks, err := s.store.marks(ctx, batchID)
	if err != nil {
		return false, err
	}
	for _, seq := range slices.Sorted(maps.Keys(versions)) {
		if m, told := marks[seq]; told && m.Version == versions[seq] {
			continue
		}
		if did, err := s.bundleChunk(ctx, b, seq); did || err != nil {
			return did, err
		}
	}
	return false, nil
}

func (s *Service) bundleChunk(ctx context.Context, b *batch.Batch, seq int64) (did bool, err error) {
	now := s.clock.RealInstant()
	err = s.db.Run(ctx, func(ctx context.Context) error {
		did = false
		m, err := s.store.lockMark(ctx, b.ID, seq)
		if err != nil {
			return err
		}
		c, err := s.Statuses.StandingOf(ctx, b.ID, seq)
		if err != nil || c.Version == m.Version {
			return err
		}
		if !m.At.IsZero() && !c.Settled() && now.Sub(m.At) < bundleEvery {
			return nil
		}
		told, err := base64.StdEncoding.DecodeString(m.Statuses)
		if err != nil {
			return err
		}
		did = true
		m.Version, m.Statuses, m.At = c.Version, base64.StdEncoding.EncodeToString(c.Statuses), now
		if err := s.store.saveMark(ctx, m); err != nil {
			return err
		}
		changed := changes(told, c)
		if len(changed) == 0 {
			return nil
		}
		return s.emit(ctx, b.CustomerID, Receipts, "batch", b.ID, map[string]any{"batch_id": b.ID, "number": b.Number, "messages": changed})
	})
	return did, err
}

// changes are the messages whose status is final or was sent, and another one than was told before.
func changes(told []byte, c *handoff.Standing) []receipt {
	out := []receipt{}
	for i := range c.Statuses {
		now := c.Statuses.At(i)
		if now == handoff.NotApproved || now == handoff.Waiting || now == handoff.Handing || i < len(told) && told[i] == byte(now) {
			continue
		}
		out = append(out, receipt{c.FirstSeq + int64(i), now.String()})
	}
	return out
}
