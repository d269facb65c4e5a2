package batch

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch/intake"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/recipient"
	"sealgate/server/registration"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
	"sealgate/server/similar"
	"sealgate/server/trail"
)

// Contracts is what a batch asks of contracts (contract.Service).
type Contracts interface {
	Get(ctx context.Context, id string) (*contract.Contract, error)
	Sendable(ctx context.Context, id string, at caldate.Instant) (contract.Sendable, error)
}

// Signatures is what a batch asks of signatures (registration.Service).
type Signatures interface {
	Get(ctx context.Context, id string) (*registration.Record, error)
}

// Customers is what a batch asks of customers (customer.Service).
type Customers interface {
	Get(ctx context.Context, id string) (*customer.Customer, error)
}

// Senders knows customers, signatures and sender numbers from which nothing is taken any more (takedown.Service).
type Senders interface {
	SenderBarred(ctx context.Context, customerID, signature, serviceCode string) (bool, error)
}

// Limits bound a batch; they are told to the submitter before they hurt.
type Limits struct {
	MaxFile int64 // bytes of an upload
	MaxRows int64
	Intake  intake.Limits
}

// DefaultLimits let a batch have five million rows.
func DefaultLimits() Limits {
	return Limits{MaxFile: 2 << 30, MaxRows: 5_000_000, Intake: intake.DefaultLimits()}
}

// Deps are the parts that the service stands on.
type Deps struct {
	Blobs      *blob.Store
	Keys       *crypt.Keys
	Contracts  Contracts
	Signatures Signatures
	Chain      Chain   // nil: nothing is asked
	Numbers    Numbers // nil: the contract's own code
	Customers  Customers
	Recipients *recipient.Service
	Rules      *ruleset.Service
	Wallets    Wallets        // nil: nobody pays in advance
	Decided    *similar.Index // what was refused before (A06); nil: nothing is compared
	Senders    Senders        // the blacklist of senders (A10); nil: there is none
	Limits     Limits         // zero: DefaultLimits
}

const (
	// lease is how long a worker's claim lasts without being renewed, on the machine's clock: after a kill another takes
	// over that much later.
	lease = 30 * time.Second
	// maxTries is how often a chunk or a file is tried before it is set aside for a person.
	maxTries = 3
)

// Service leads batches from the upload to the reviewer's desk.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
	wake  chan struct{}
	turns turns

	gate    Gate
	watcher Watcher
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	if deps.Limits.MaxFile == 0 {
		deps.Limits = DefaultLimits()
	}
	if deps.Limits.Intake.TempDir == "" {
		deps.Limits.Intake.TempDir = deps.Blobs.Scratch()
	}
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}, wake: make(chan struct{}, 64)}
}

// Woken tells workers of this process that there may be something to do. Those of other processes find it by asking.
func (s *Service) Woken() <-chan struct{} { return s.wake }

func (s *Service) wakeWorkers(ctx context.Context) {
	db.AfterCommit(ctx, func() {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	})
}

// New batch, as the submitter describes it.
type Order struct {
	ContractID  string
	SignatureID string
	TemplateID  string // a registered template, in the place of Mode and Text
	Category    Category
	Mode        Mode
	Text        string
	ScheduledAt caldate.Instant
}

// Create makes a batch without a file yet. Contract and signature must be there now; whether sending is allowed is asked
// again when the batch is screened and when it is handed off.
func (s *Service) Create(ctx context.Context, o Order) (*Batch, error) {
	var f errs.Fields
	switch {
	case o.TemplateID != "": // mode and text are the template's
	case !slices.Contains(Modes(), o.Mode):
		f.Add("mode", "unknown", "请选择批次方式", "choose how rows become messages")
	default:
		checkText(&f, o.Mode, o.Text)
	}
	if !slices.Contains(Categories(), o.Category) {
		f.Add("category", "unknown", "请选择短信类别", "choose the category of the messages")
	}
	now := s.clock.Instant()
	if !o.ScheduledAt.IsZero() && o.ScheduledAt.Before(now) {
		f.Add("scheduled_at", "past", "预约时间已过，请改为以后的时间", "the scheduled time has passed; choose a later one")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	c, err := s.Contracts.Get(ctx, o.ContractID)
	if err != nil {
		return nil, err
	}
	if err := s.mayCreate(ctx, c.CustomerID); err != nil {
		return nil, err
	}
	if !c.State.Live() {
		return nil, ErrContract.With("state", string(c.State))
	}
	if !slices.Contains(c.AllowedCategories, string(o.Category)) {
		f.Add("category", "not_allowed", "合同不允许发送这类短信；合同允许："+categoryNames(c.AllowedCategories), "the contract does not allow this category; it allows: "+strings.Join(c.AllowedCategories, ", "))
	}
	checkSchedule(&f, o.ScheduledAt, c.SendFrom, c.SendTo)
	g, err := s.Signatures.Get(ctx, o.SignatureID)
	switch {
	case errs.As(err) != nil && errs.As(err).Kind == errs.KindNotFound || err == nil && (g.CustomerID != c.CustomerID || g.Kind != registration.Signature):
		f.Add("signature_id", "unknown", "请选择本客户的签名", "choose a signature of this customer")
	case err != nil:
		return nil, err
	case g.State != registration.Approved:
		f.Add("signature_id", "not_approved", "签名“"+g.Text+"”尚未审核通过", "the signature "+g.Text+" is not approved")
	case o.TemplateID != "":
		if err := s.takeTemplate(ctx, &f, &o, g); err != nil {
			return nil, err
		}
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	key, err := s.Keys.For(ctx, c.CustomerID, now.Date().MonthOf())
	if err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	b := &Batch{
		ID: ids.New(), CustomerID: c.CustomerID, CustomerName: c.CustomerName, ContractID: c.ID, ContractNumber: c.Number, SignatureID: g.ID, Signature: g.Text, TemplateID: o.TemplateID,
		Category: o.Category, Mode: o.Mode, Text: o.Text, DataKeyID: key.ID, State: Draft, SubmitterID: who.UserID, SubmitterName: who.Name, EditorID: who.UserID,
		ScheduledAt: o.ScheduledAt, CreatedAt: now, UpdatedAt: now, Version: 1, Hits: []screening.Hit{},
	}
	b.TextSealed = sealText(key, b.ID, o.Text)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		day := now.Date()
		n, err := series.Next(ctx, s.db, "batch-"+day.String())
		if err != nil {
			return err
		}
		if b.ServiceCode, err = s.sender(ctx, c, g.ID); err != nil {
			return err
		}
		b.Number = fmt.Sprintf("B%s-%04d", strings.ReplaceAll(day.String(), "-", ""), n)
		if err := s.store.insert(ctx, b); err != nil {
			return err
		}
		return s.record(ctx, b, "batch.create", "", Draft, "", map[string]any{"mode": string(o.Mode), "category": string(o.Category)})
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

var categoryZh = map[Category]string{Verification: "验证码", Notice: "通知", Marketing: "会员营销", Advertising: "广告"}

func categoryNames(cs []string) string {
	out := make([]string, len(cs))
	for i, c := range cs {
		if out[i] = categoryZh[Category(c)]; out[i] == "" {
			out[i] = c
		}
	}
	return strings.Join(out, "、")
}

func (s *Service) record(ctx context.Context, b *Batch, action string, from, to State, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID,
		From: string(from), To: string(to), Reason: reason, Detail: detail,
	})
}

// Get gives a batch within the actor's scope, with its text opened.
func (s *Service) Get(ctx context.Context, id string) (*Batch, error) {
	b, err := s.store.get(ctx, id)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, ErrNotFound
	}
	return b, s.openText(ctx, b)
}

func textContext(batchID string) string { return "sealgate batch text\x00" + batchID }

func sealText(key *crypt.Key, batchID, text string) string {
	if text == "" {
		return ""
	}
	return encode(key.Seal([]byte(text), textContext(batchID)))
}

func (s *Service) openText(ctx context.Context, b *Batch) error {
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if b.Purged = purgeOf(err); b.Purged != nil {
		return nil
	}
	if err != nil || b.TextSealed == "" {
		return err
	}
	sealed, err := decode(b.TextSealed)
	if err != nil {
		return ErrChunkDamaged.Because(err)
	}
	text, err := key.Open(sealed, textContext(b.ID))
	b.Text = string(text)
	return err
}

// Query narrows List.
type Query struct {
	States     []State
	CustomerID string
	ContractID string
	Search     string // part of the number, the customer's or the file's name
	Cursor     string
	Limit      int
}

// List gives batches within the actor's scope, the newest first, how many there are in each state (whatever States says),
// and where the next page begins. Texts are not opened.
func (s *Service) List(ctx context.Context, q Query) (items []Batch, counts map[State]int64, next string, err error) {
	f := listFilter{states: q.States, customerID: q.CustomerID, contractID: q.ContractID, number: q.Search, cursor: q.Cursor, limit: q.Limit + 1}
	if items, err = s.store.list(ctx, f); err != nil {
		return nil, nil, "", err
	}
	if len(items) > q.Limit {
		items = items[:q.Limit]
		next = items[q.Limit-1].ID
	}
	counts, err = s.store.countByState(ctx, f)
	return items, counts, next, err
}

// move is the only way in which a batch changes its state: the table must have the change, the row must still be as it was
// read, and the audit row goes with it.
func (s *Service) move(ctx context.Context, b *Batch, to State, reason string, detail map[string]any, fields ...string) error {
	from := b.State
	if !MayGo(from, to) || from == Paused && to != Cancelled && to != b.PausedFrom {
		return ErrState.With("from", string(from)).With("to", string(to))
	}
	b.State, b.Reason, b.UpdatedAt = to, cut(reason), s.clock.Instant()
	if to == Paused {
		b.PausedFrom = from
	}
	ok, err := s.store.update(ctx, b, from, append(fields, "State", "Reason", "PausedFrom")...)
	if err != nil {
		return err
	}
	if !ok {
		return ErrState.With("from", string(from)).With("to", string(to))
	}
	s.wakeWorkers(ctx)
	if err := s.tellWatcher(ctx, b, from); err != nil {
		return err
	}
	if to == Sending && s.Chain != nil {
		if err := s.Chain.Used(ctx, s.clock.Today(), b.SignatureID, b.TemplateID); err != nil {
			return err
		}
	}
	return s.record(ctx, b, "batch."+string(to), from, to, b.Reason, detail)
}

// cut keeps what the reason column holds.
func cut(s string) string {
	if r := []rune(s); len(r) > 500 {
		return string(r[:500])
	}
	return s
}

// SetState moves a batch from one state to another, for review and hand-off; it joins their transaction. The batch must be
// in from.
func (s *Service) SetState(ctx context.Context, id string, from, to State, reason string) error {
	return s.change(ctx, id, func(ctx context.Context, b *Batch) error {
		if b.State != from {
			return ErrState.With("from", string(b.State)).With("to", string(to))
		}
		return s.move(ctx, b, to, reason, nil)
	})
}

func (s *Service) change(ctx context.Context, id string, act func(ctx context.Context, b *Batch) error) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.store.locked(ctx, id)
		if err != nil {
			return err
		}
		if b == nil {
			return ErrNotFound
		}
		return act(ctx, b)
	})
}

// Cancel takes a batch back; what was sent before stays sent.
func (s *Service) Cancel(ctx context.Context, id, reason string) error {
	return s.change(ctx, id, func(ctx context.Context, b *Batch) error {
		b.LeaseToken++ // whoever still works on it is fenced off
		if err := s.store.endTransferOf(ctx, id); err != nil {
			return err
		}
		return s.move(ctx, b, Cancelled, reason, nil, "LeaseToken")
	})
}

// Pause stops a batch where it is until Resume.
func (s *Service) Pause(ctx context.Context, id, reason string) error {
	return s.change(ctx, id, func(ctx context.Context, b *Batch) error { return s.move(ctx, b, Paused, reason, nil) })
}

// Resume goes on where a batch was paused, or tries again what failed for a reason that is ours: a chunk that was set
// aside, a stored file that could not be read.
func (s *Service) Resume(ctx context.Context, id string) error {
	return s.change(ctx, id, func(ctx context.Context, b *Batch) error {
		switch {
		case b.State == Paused:
			return s.move(ctx, b, b.PausedFrom, "", nil)
		case b.State == Failed && retryable(b):
			to := Screening
			if b.Problem.Code == ErrReadFailed.Code {
				to = Receiving
			} else if err := s.store.retryAside(ctx, b.ID); err != nil {
				return err
			}
			b.Problem, b.Tries, b.LeaseUntil = Problem{}, 0, 0
			return s.move(ctx, b, to, "", nil, "Problem", "Tries", "LeaseUntil")
		}
		return ErrState.With("from", string(b.State))
	})
}

func retryable(b *Batch) bool {
	return b.Problem.Code == ErrChunkAside.Code || b.Problem.Code == ErrReadFailed.Code
}

// Actions tell what may be done next with a batch, before capabilities.
func Actions(b *Batch) []string {
	var out []string
	if b.State == Draft || b.State == Failed && !retryable(b) {
		out = append(out, "upload")
	}
	if b.State == Confirming {
		out = append(out, "release", "decline")
	}
	if MayGo(b.State, Paused) {
		out = append(out, "pause")
	}
	if b.State == Paused || b.State == Failed && retryable(b) {
		out = append(out, "resume")
	}
	if b.State == Failed && b.Problem.Code == ErrChunkAside.Code {
		out = append(out, "discard")
	}
	if MayGo(b.State, Cancelled) {
		out = append(out, "cancel")
	}
	return out
}

// Progress is how far the work on a batch is.
type Progress struct {
	Stage      Stage `json:"stage,omitempty"`
	Done       int64 `json:"done"` // bytes received or read, messages screened
	Total      int64 `json:"total"`
	ChunksDone int64 `json:"chunks_done"`
	Chunks     int64 `json:"chunks"`
	Pass       int64 `json:"pass"`
	Hold       int64 `json:"hold"`
	Refuse     int64 `json:"refuse"`
	Escalate   int64 `json:"escalate"`
}

// Progress gives the figures of a batch while it is worked on; afterwards they are those of the batch.
func (s *Service) Progress(ctx context.Context, b *Batch) (Progress, error) {
	p := Progress{Chunks: b.ChunkCount, Pass: b.Pass, Hold: b.Hold, Refuse: b.Refuse, Escalate: b.Escalate}
	switch {
	case b.State == Receiving && b.Stage == Uploading:
		p.Stage, p.Done, p.Total = b.Stage, b.ReceivedBytes, b.FileSize
	case b.State == Receiving:
		p.Stage, p.Done, p.Total = b.Stage, b.ReadBytes, b.FileSize
	case b.ScreenedAt.IsZero() && b.ChunkCount > 0:
		sums, err := s.store.sumChunks(ctx, b.ID)
		if err != nil {
			return p, err
		}
		p.Total = b.Good
		for _, c := range sums {
			if c.State == ChunkDone {
				p.ChunksDone, p.Done = c.N, c.Messages
				p.Pass, p.Hold, p.Refuse, p.Escalate = c.Pass, c.Hold, c.Refuse, c.Escalate
			}
		}
	default:
		p.ChunksDone, p.Done, p.Total = b.ChunkCount, b.Good, b.Good
	}
	return p, nil
}

// Work does one piece of what is to be done, if there is any: reads a stored file, screens a chunk, sums a batch up, or
// clears after an upload that broke off or was given up. Any number of workers on any number of servers may call it.
func (s *Service) Work(ctx context.Context) (didSomething bool, err error) {
	ctx = actor.With(ctx, actor.System("batch worker"))
	for _, step := range []func(context.Context) (bool, error){s.takeTurn, s.collectNext} {
		if did, err := step(ctx); did || err != nil {
			return did, err
		}
	}
	return false, ctx.Err()
}

// keep renews a lease until stop is called or the work's context ends; losing it ends that context with errFenced.
func (s *Service) keep(ctx context.Context, renew func(ctx context.Context, until int64) (bool, error)) (work context.Context, stop func()) {
	work, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	ticker := s.clock.Machine().NewTicker(lease / 6)
	go func() {
		defer close(done)
		defer ticker.Stop()
		failures := 0
		for {
			select {
			case <-work.Done():
				return
			case <-ticker.Chan():
			}
			ok, err := renew(work, s.clock.Real().Add(lease).UnixMilli())
			switch {
			case err == nil && !ok:
				cancel(errFenced)
				return
			case err != nil:
				if failures++; failures >= 4 { // the lease is about to run out: better stop than work beside another
					cancel(errFenced)
					return
				}
				slog.WarnContext(ctx, "renew a batch lease", "error", err)
			default:
				failures = 0
			}
		}
	}()
	return work, func() {
		cancel(nil)
		<-done
	}
}
