package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
)

// Finder forgets where messages of batches are (evidence.Service).
type Finder interface {
	Drop(ctx context.Context, batchIDs []string) error
}

// Deps are the parts that the service stands on.
type Deps struct {
	Blobs     *blob.Store
	Keys      *crypt.Keys
	Customers *customer.Service
	Documents *document.Service
	Finder    Finder
	Rules     Rules // zero: DefaultRules
	Owners    []Owner
}

// Service keeps holds and purges.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	if deps.Rules.Days == 0 {
		deps.Rules = DefaultRules()
	}
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// Order is what a legal hold is to hold.
type Order struct {
	CustomerID string
	FirstMonth string // with LastMonth: "2026-10"; both empty for everything of the customer
	LastMonth  string
	BatchID    string
	Authority  string
	Reference  string
	Reason     string
	DocumentID string
}

func (s *Service) check(ctx context.Context, o *Order) (*Hold, error) {
	var f errs.Fields
	h := &Hold{
		Authority: form.Text(&f, "authority", o.Authority, 100, true), Reference: form.Text(&f, "reference", o.Reference, 100, true),
		Reason: form.Lines(&f, "reason", o.Reason, 500, true),
	}
	if o.BatchID != "" {
		b, err := s.store.batch(ctx, o.BatchID)
		if err != nil {
			return nil, err
		}
		if b == nil || o.CustomerID != "" && b.CustomerID != o.CustomerID {
			f.Add("batch_id", "unknown", "没有这个批次，请核对批次和客户", "there is no such batch; check batch and customer")
		} else {
			o.CustomerID = b.CustomerID
			h.BatchID, h.BatchNumber = b.ID, b.Number
			h.FirstMonth, h.LastMonth = b.Month, b.Month
		}
	} else if o.FirstMonth != "" || o.LastMonth != "" {
		first, err1 := caldate.ParseMonth(o.FirstMonth)
		last, err2 := caldate.ParseMonth(o.LastMonth)
		if err1 != nil || err2 != nil || last.Before(first) {
			f.Add("first_month", "period", "请填写起止月份，如 2026-10 至 2026-12；不填则为该客户全部数据", "give the first and the last month, such as 2026-10 and 2026-12; leave both empty for all of the customer's data")
		} else {
			h.FirstMonth, h.LastMonth = first.String(), last.String()
		}
	}
	if o.CustomerID == "" {
		f.Add("customer_id", "missing", "请选择客户或批次", "choose a customer or a batch")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	c, err := s.Customers.Get(ctx, o.CustomerID)
	if err != nil {
		return nil, err
	}
	h.CustomerID, h.CustomerName = c.ID, c.Name
	return h, nil
}

// Place makes a legal hold; it holds at once. Errors: ErrInvalid, ErrGone, customer.ErrNotFound.
func (s *Service) Place(ctx context.Context, o Order) (*Hold, error) {
	h, err := s.check(ctx, &o)
	if err != nil {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		// The keys are locked, so that a purge of this moment either comes first and is seen here, or waits and sees the hold.
		live, gone, err := s.store.lockKeys(ctx, h)
		if err != nil {
			return err
		}
		if live == 0 && gone > 0 {
			return ErrGone
		}
		who, now := actor.From(ctx), s.clock.Instant()
		number, err := series.Kind{Name: "legal-hold", Mark: "LH", Digits: 4}.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		h.ID, h.Number = ids.New(), number
		h.PlacedBy, h.PlacedName, h.PlacedAt = who.UserID, who.Name, now
		if o.DocumentID != "" {
			d, err := s.Documents.Link(ctx, o.DocumentID, "legal_hold", h.ID, h.CustomerID, "")
			if err != nil {
				return err
			}
			h.DocumentID = d.ID
		}
		if err := s.store.addHold(ctx, h); err != nil {
			return err
		}
		return s.record(ctx, h, "retention.hold", "", "live", h.Reason, map[string]any{
			"number": h.Number, "months": h.FirstMonth + ".." + h.LastMonth, "batch": h.BatchNumber, "authority": h.Authority, "reference": h.Reference, "keys": live, "gone": gone,
		})
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Lift ends a legal hold; another person than the one who placed it does (second person). What was due is purged by the
// next run of the job. Errors: ErrNotFound, ErrLifted, ErrOwnHold, ErrInvalid.
func (s *Service) Lift(ctx context.Context, id, reason string) (*Hold, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var h *Hold
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if h, err = s.store.hold(ctx, id); err != nil {
			return err
		}
		who := actor.From(ctx)
		switch {
		case h == nil:
			return ErrNotFound
		case !h.Live():
			return ErrLifted
		case h.PlacedBy == who.UserID:
			return ErrOwnHold
		}
		h.LiftedBy, h.LiftedName, h.LiftedAt, h.LiftReason = who.UserID, who.Name, s.clock.Instant(), reason
		ok, err := s.store.lift(ctx, h)
		if err != nil {
			return err
		}
		if !ok {
			return ErrLifted
		}
		return s.record(ctx, h, "retention.lift", "live", "lifted", reason, map[string]any{"number": h.Number})
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

func (s *Service) record(ctx context.Context, h *Hold, action, from, to, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "legal_hold", ObjectID: h.ID, CustomerID: h.CustomerID, From: from, To: to, Reason: reason, Detail: detail,
	})
}

// Holds lists legal holds, those that hold first, the newest first.
func (s *Service) Holds(ctx context.Context) ([]Hold, error) { return s.store.holds(ctx, false) }

// Purges lists what was purged, the newest first, after an id, and tells how much it is in all; only of a day where on is given.
func (s *Service) Purges(ctx context.Context, on caldate.Date, after string, limit int) ([]Purge, int64, error) {
	total, err := s.store.countPurges(ctx, on)
	if err != nil {
		return nil, 0, err
	}
	ps, err := s.store.purges(ctx, on, after, limit)
	return ps, total, err
}

// Plan tells for every customer and month that can still be read when it ends and what keeps it, as of a day, the next
// first: the dry run of the job.
func (s *Service) Plan(ctx context.Context, day caldate.Date) ([]KeyState, error) {
	keys, err := s.store.keys(ctx)
	if err != nil {
		return nil, err
	}
	holds, err := s.store.holds(ctx, true)
	if err != nil {
		return nil, err
	}
	ended, err := s.store.ended(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]KeyState, 0, len(keys))
	for i := range keys {
		k := &keys[i]
		month, err := caldate.ParseMonth(k.Month)
		if err != nil {
			return nil, fmt.Errorf("data key %s: %w", k.KeyID, err)
		}
		if k.DueOn, k.Rule = Due(Facts{month, k.LastUse, ended[k.CustomerID]}, s.Rules); !k.DueOn.After(day) {
			// Late receipts are looked for only where they may matter.
			at, err := s.store.lastReceipt(ctx, k.KeyID)
			if err != nil {
				return nil, err
			}
			if !at.IsZero() && k.LastUse.Before(at.Date()) {
				k.LastUse = at.Date()
			}
			k.DueOn, k.Rule = Due(Facts{month, k.LastUse, ended[k.CustomerID]}, s.Rules)
		}
		k.Holds = pinning(holds, k.CustomerID, k.Month)
		k.State = stateOf(k, day)
		out = append(out, *k)
	}
	sortByDue(out)
	return out, nil
}

// Outcome is what a day's purge did.
type Outcome struct {
	Purged, Held, Busy int
	Messages           int64
	Objects            int
	Retired            []string // master keys that wrap nothing any more
	Failed             int
}

func (o Outcome) String() string {
	return fmt.Sprintf("%d months of customers purged (%d messages, %d objects deleted), %d held, %d still busy, %d failed, %d old master keys destroyed",
		o.Purged, o.Messages, o.Objects, o.Held, o.Busy, o.Failed, len(o.Retired))
}

// RunDay destroys every key whose day has come, then forgets what led to its messages and deletes its objects. Killed at any
// place, the next run goes on. One key that fails does not stop the others.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (o Outcome, err error) {
	plan, err := s.Plan(ctx, day)
	if err != nil {
		return o, err
	}
	for i := range plan {
		k := &plan[i]
		if k.DueOn.After(day) {
			continue
		}
		switch k.State {
		case Held:
			o.Held++
			continue
		case Busy:
			o.Busy++
			continue
		}
		done, err := s.purge(ctx, k, day)
		if err != nil {
			o.Failed++
			slog.ErrorContext(ctx, "purge", "customer", k.CustomerID, "month", k.Month, "error", err)
			continue
		}
		if done {
			o.Purged++
			o.Messages += k.Messages
		}
	}
	failpoint.Hit("retention.decided")
	if _, err := s.Keys.Erase(ctx); err != nil {
		return o, err
	}
	failpoint.Hit("retention.erased")
	if o.Objects, err = s.clear(ctx); err != nil {
		return o, err
	}
	if o.Retired, err = s.Keys.Retire(ctx); err != nil {
		return o, err
	}
	return o, s.count(ctx, o, day)
}

// purge decides the end of one key: in one transaction that looks again at everything, with the row of the report and the
// audit row. False where somebody else did, or a hold came.
func (s *Service) purge(ctx context.Context, k *KeyState, day caldate.Date) (done bool, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		done = false
		open, err := s.store.lockKey(ctx, k.KeyID)
		if err != nil || open > 0 {
			return err
		}
		holds, err := s.store.holds(ctx, true)
		if err != nil || len(pinning(holds, k.CustomerID, k.Month)) > 0 {
			return err
		}
		ok, err := s.Keys.Destroy(ctx, k.KeyID, k.Rule)
		if err != nil || !ok {
			return err
		}
		p := &Purge{
			ID: ids.New(), KeyID: k.KeyID, CustomerID: k.CustomerID, CustomerName: k.CustomerName, Month: k.Month, Rule: k.Rule, DueOn: k.DueOn, OnDate: day,
			Batches: k.Batches, Messages: k.Messages, PurgedAt: s.clock.Instant(), PurgedBy: actor.From(ctx).Name,
		}
		if err := s.store.addPurge(ctx, p); err != nil {
			return err
		}
		done = true
		return s.trail.Record(ctx, trail.Entry{
			Action: "retention.purge", ObjectType: "data_key", ObjectID: k.KeyID, CustomerID: k.CustomerID, From: "live", To: "destroyed", Reason: k.Rule, On: day,
			Detail: map[string]any{"month": k.Month, "due_on": k.DueOn.String(), "last_use": k.LastUse.String(), "batches": k.Batches, "messages": k.Messages},
		})
	})
	return done, err
}

// clear forgets where the messages of destroyed keys are, and deletes their objects: noise by now.
func (s *Service) clear(ctx context.Context) (objects int, err error) {
	todo, err := s.store.uncleared(ctx)
	if err != nil || len(todo) == 0 {
		return 0, err
	}
	var all []string
	of := make([][]string, len(todo))
	for i := range todo {
		if of[i], err = s.store.batchesOf(ctx, todo[i].KeyID); err != nil {
			return 0, err
		}
		all = append(all, of[i]...)
	}
	if err := s.Finder.Drop(ctx, all); err != nil {
		return 0, err
	}
	failpoint.Hit("retention.dropped")
	for i := range todo {
		n, err := s.deleteObjects(ctx, of[i])
		if err != nil {
			return objects, err
		}
		objects += n
		if err := s.db.Run(ctx, func(ctx context.Context) error {
			return s.store.cleared(ctx, todo[i].ID, int64(n), s.clock.Instant())
		}); err != nil {
			return objects, err
		}
	}
	return objects, nil
}

func (s *Service) deleteObjects(ctx context.Context, batchIDs []string) (n int, err error) {
	for _, id := range batchIDs {
		objects, err := s.Blobs.List(ctx, batch.Folder(id))
		if err != nil {
			return n, err
		}
		for _, o := range objects {
			if err := s.Blobs.Delete(ctx, o.Key); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// count records that the job ran and what it did, where it did anything.
func (s *Service) count(ctx context.Context, o Outcome, day caldate.Date) error {
	if o.Purged+o.Objects+len(o.Retired) == 0 {
		return nil
	}
	return s.trail.Note(ctx, trail.Entry{
		Action: "retention.day", ObjectType: "purge", ObjectID: day.String(), On: day,
		Detail: map[string]any{"purged": o.Purged, "held": o.Held, "busy": o.Busy, "messages": o.Messages, "objects": o.Objects, "retired": o.Retired},
	})
}

// Owner tells what is garbage among objects under its prefix.
type Owner struct {
	Prefix string
	// Garbage gives those of the keys that no row names and that nobody can name any more. Objects of records that the
	// database does not know are never garbage: it may have been restored from an older backup.
	Garbage func(ctx context.Context, keys []string) ([]string, error)
}

// collectAfter is how old an object must be, by the storage's clock, before it can be garbage: what is being stored gets
// its row within minutes.
const collectAfter = 24 * time.Hour

// Collect deletes what killed work left in storage, and tells how much that was.
func (s *Service) Collect(ctx context.Context, now time.Time) (n int, err error) {
	if n, err = s.Blobs.Sweep(ctx, now.Add(-collectAfter)); err != nil {
		return n, err
	}
	for _, o := range s.Owners {
		m, err := s.collect(ctx, o, now.Add(-collectAfter))
		n += m
		if err != nil {
			return n, fmt.Errorf("collect garbage under %s: %w", o.Prefix, err)
		}
	}
	return n, nil
}

const askAtOnce = 500

func (s *Service) collect(ctx context.Context, o Owner, before time.Time) (n int, err error) {
	var keys []string
	ask := func() error {
		garbage, err := o.Garbage(ctx, keys)
		keys = keys[:0]
		for _, key := range garbage {
			if err := s.Blobs.Delete(ctx, key); err != nil {
				return err
			}
			n++
		}
		return err
	}
	err = s.Blobs.Each(ctx, o.Prefix, func(x blob.Object) error {
		if x.Changed.After(before) {
			return nil
		}
		if keys = append(keys, x.Key); len(keys) == askAtOnce {
			return ask()
		}
		return nil
	})
	return n, errors.Join(err, ask())
}
