package review

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/screening"
	"sealgate/server/trail"
)

// ExemptionKind is what is trusted.
type ExemptionKind string

// The kinds: one text of a customer, word for word, or all clean batches of a customer in a category.
const (
	OfText     ExemptionKind = "text"
	OfCustomer ExemptionKind = "customer"
)

// ExemptionState is where an exemption stands in its approval. Whether it counts on a day follows from its last day, too.
type ExemptionState string

// The states.
const (
	ExemptionAsked    ExemptionState = "asked"
	ExemptionLive     ExemptionState = "live"
	ExemptionRejected ExemptionState = "rejected"
	ExemptionEnded    ExemptionState = "ended"
)

const (
	longestExemption = 186 // days
	leastSample      = 1   // percent
)

// Exemption lets clean batches of a trusted text or customer go without a look at each, until a day: two people answer for it,
// and a share of the batches still comes to the desk (docs/adr/0015).
type Exemption struct {
	ID             string `gorm:"primaryKey"`
	Number         string // MS-2026-0001
	Kind           ExemptionKind
	CustomerID     string
	CustomerName   string
	Category       string
	BatchID        string // after whose text it was made
	BatchNumber    string
	TextHash       string       // of the batch's text and signature, for OfText
	MaxMessages    int64        // larger batches come to the desk
	SampleShare    int64        // percent of the batches that a person looks at all the same
	UntilDate      caldate.Date // last day
	Reason         string
	State          ExemptionState
	AskedBy        string
	AskedName      string
	AskedAt        caldate.Instant
	DecidedBy      string
	DecidedName    string
	DecidedAt      caldate.Instant
	DecisionReason string
	EndedBy        string
	EndedAt        caldate.Instant
	EndReason      string
	Passed         int64 // batches that went by it
	Sampled        int64 // batches that came to the desk as samples
}

// TableName is review_exemptions.
func (Exemption) TableName() string { return "review_exemptions" }

// CountsOn tells whether it counts on a day.
func (e *Exemption) CountsOn(day caldate.Date) bool {
	return e.State == ExemptionLive && !e.UntilDate.Before(day)
}

// Covers tells whether the exemption is about a batch: nothing in it gave rise to any doubt, and neither of the two who answer
// for the exemption made it.
func (e *Exemption) Covers(b *batch.Batch, day caldate.Date) bool {
	clean := b.Hold+b.Refuse+b.Escalate == 0 && b.Pass > 0 && b.Pass == b.Good && b.MaxLevel == 0 && len(b.Hits) == 0 && b.Verdict == screening.Pass
	return clean && e.CountsOn(day) && e.CustomerID == b.CustomerID && e.Category == string(b.Category) && b.Good <= e.MaxMessages &&
		(e.Kind == OfCustomer || e.TextHash == textHash(b)) && !Own(e.AskedBy, b.SubmitterID, b.EditorID) && !Own(e.DecidedBy, b.SubmitterID, b.EditorID)
}

// Sample tells whether a batch comes to the desk all the same. It follows from the two ids alone, so nobody can try until it
// fits and every server says the same.
func (e *Exemption) Sample(batchID string) bool {
	sum := sha256.Sum256([]byte("sealgate sample\x00" + e.ID + "\x00" + batchID))
	return int64(binary.BigEndian.Uint64(sum[:8])%100) < e.SampleShare
}

// textHash identifies a text with its signature; "" where every row has its own.
func textHash(b *batch.Batch) string {
	if b.Mode == batch.TextPerRow || b.Text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(b.CustomerID + "\x00" + b.Signature + "\x00" + string(b.Mode) + "\x00" + b.Text))
	return hex.EncodeToString(sum[:])
}

// ExemptionInput is what a compliance lead asks for.
type ExemptionInput struct {
	BatchID     string // an approved batch of the customer, whose text and category count
	Kind        ExemptionKind
	MaxMessages int64
	SampleShare int64
	Until       caldate.Date
	Reason      string
}

// AskExemption asks that batches like an approved one go without a look at each; a second person decides. Errors: ErrExemption
// with fields, batch.ErrNotFound.
func (s *Service) AskExemption(ctx context.Context, in ExemptionInput) (*Exemption, error) {
	b, err := s.batches.Get(ctx, in.BatchID)
	if err != nil {
		return nil, err
	}
	var f errs.Fields
	today, hash := s.clock.Today(), ""
	in.Reason = form.Lines(&f, "reason", in.Reason, 1000, true)
	switch in.Kind {
	case OfText:
		if hash = textHash(b); hash == "" {
			f.Add("batch_id", "no_text", "该批次每行内容不同，没有可以信任的统一内容", "the batch has no text of its own: every row has another")
		}
	case OfCustomer:
	default:
		f.Add("kind", "unknown", "请选择免审范围：text（一个模板）或 customer（客户）", "choose text or customer")
	}
	if !slices.Contains([]batch.State{batch.Approved, batch.Sending, batch.Done}, b.State) || b.Hold+b.Refuse+b.Escalate > 0 {
		f.Add("batch_id", "not_clean", "只能以一个已放行且没有任何命中的批次为依据", "it needs an approved batch without any hit to go by")
	}
	if Own(actor.From(ctx).UserID, b.SubmitterID, b.EditorID) {
		f.Add("batch_id", "own", "不能以自己提交的批次为依据", "it can't go by a batch of your own")
	}
	if in.MaxMessages < 1 || in.MaxMessages > 1_000_000 {
		f.Add("max_messages", "range", "单批条数上限为 1 至 100 万", "a batch may have 1 to 1,000,000 messages")
	}
	if in.SampleShare < leastSample || in.SampleShare > 100 {
		f.Add("sample_share", "range", "抽查比例为 1% 至 100%", "the share of samples is 1 to 100 percent")
	}
	if in.Until.Before(today) || in.Until.Sub(today) > longestExemption {
		f.Add("until", "range", fmt.Sprintf("截止日期应在今天起 %d 天以内", longestExemption), fmt.Sprintf("the last day is within %d days from today", longestExemption))
	}
	if err := f.Err(ErrExemption); err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	e := &Exemption{
		ID: ids.New(), Kind: in.Kind, CustomerID: b.CustomerID, CustomerName: b.CustomerName, Category: string(b.Category), BatchID: b.ID, BatchNumber: b.Number, TextHash: hash,
		MaxMessages: in.MaxMessages, SampleShare: in.SampleShare, UntilDate: in.Until, Reason: in.Reason, State: ExemptionAsked, AskedBy: me.UserID, AskedName: me.Name, AskedAt: s.clock.Instant(),
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		number, err := series.Kind{Name: "exemption", Mark: "MS", Digits: 4}.Year(today).Next(ctx, s.db)
		if err != nil {
			return err
		}
		e.Number = number
		if err := s.store.addExemption(ctx, e); err != nil {
			return err
		}
		return s.recordExemption(ctx, e, "exemption.ask", "", e.Reason)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// DecideExemption lets an exemption count or rejects it; whoever asked can't. Errors: ErrNoExemption, ErrExemptionState,
// ErrOwnExemption, ErrExemption.
func (s *Service) DecideExemption(ctx context.Context, id string, approve bool, reason string) (*Exemption, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, !approve)
	if err := f.Err(ErrExemption); err != nil {
		return nil, err
	}
	return s.changeExemption(ctx, id, ExemptionAsked, "exemption.decide", reason, func(e *Exemption) error {
		me := actor.From(ctx)
		if e.AskedBy == me.UserID {
			return ErrOwnExemption
		}
		if approve && e.UntilDate.Before(s.clock.Today()) {
			return ErrExemptionState.Say("截止日期已过，请重新申请", "its last day has passed; ask for a new one")
		}
		e.State, e.DecidedBy, e.DecidedName, e.DecidedAt, e.DecisionReason = ExemptionRejected, me.UserID, me.Name, s.clock.Instant(), reason
		if approve {
			e.State = ExemptionLive
		}
		return nil
	})
}

// EndExemption ends a live exemption at once. Errors: ErrNoExemption, ErrExemptionState, ErrExemption.
func (s *Service) EndExemption(ctx context.Context, id, reason string) (*Exemption, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, true)
	if err := f.Err(ErrExemption); err != nil {
		return nil, err
	}
	return s.changeExemption(ctx, id, ExemptionLive, "exemption.end", reason, func(e *Exemption) error {
		e.State, e.EndedBy, e.EndedAt, e.EndReason = ExemptionEnded, actor.From(ctx).UserID, s.clock.Instant(), reason
		return nil
	})
}

func (s *Service) changeExemption(ctx context.Context, id string, from ExemptionState, action, reason string, act func(*Exemption) error) (*Exemption, error) {
	var e *Exemption
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if e, err = s.store.exemption(ctx, id); err != nil {
			return err
		}
		if e.State != from {
			return ErrExemptionState.With("state", string(e.State))
		}
		if err := act(e); err != nil {
			return err
		}
		if ok, err := s.store.saveExemption(ctx, e, from); err != nil || !ok {
			return orState(err, ErrExemptionState)
		}
		return s.recordExemption(ctx, e, action, from, reason)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (s *Service) recordExemption(ctx context.Context, e *Exemption, action string, from ExemptionState, reason string) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "exemption", ObjectID: e.ID, CustomerID: e.CustomerID, From: string(from), To: string(e.State), Reason: cut(reason),
		Detail: map[string]any{"number": e.Number, "kind": e.Kind, "until": e.UntilDate, "max_messages": e.MaxMessages, "sample_share": e.SampleShare},
	})
}

// Exemptions gives a page of exemptions within the caller's scope, the newest first, and how many there are.
func (s *Service) Exemptions(ctx context.Context, states []string, cursor string, limit int) ([]Exemption, int64, error) {
	return s.store.exemptions(ctx, states, cursor, limit)
}

// passExempted freezes batches that an exemption covers. A batch that somebody has touched, or whose approval was taken back,
// is left to people; so is every sample.
func (s *Service) passExempted(ctx context.Context) (did bool, err error) {
	ids, err := s.store.exemptable(ctx, s.clock.Today(), s.clock.RealInstant(), filedAtOnce)
	for _, id := range ids {
		passed, e := s.passOne(ctx, id)
		if e != nil {
			err = errors.Join(err, fmt.Errorf("exempt batch %s: %w", id, e))
			continue
		}
		did = did || passed
	}
	return did, err
}

func (s *Service) passOne(ctx context.Context, batchID string) (bool, error) {
	b, err := s.batches.Get(asSystem(ctx), batchID)
	if err != nil || b.State != batch.InReview {
		return false, err
	}
	e, err := s.exemptionFor(ctx, b)
	if err != nil || e == nil {
		return false, err
	}
	it, err := s.store.item(ctx, b.ID)
	if err != nil || it.ExemptionID != "" {
		return false, err // it is a sample
	}
	if e.Sample(b.ID) {
		return true, s.db.Run(ctx, func(ctx context.Context) error {
			if ok, err := s.store.markSample(ctx, b.ID, e.ID); err != nil || !ok {
				return err
			}
			return s.store.countExempted(ctx, e.ID, 0, 1)
		})
	}
	if err := s.mayLeave(ctx, b.CustomerID); err != nil {
		return false, nil //nolint:nilerr // barred customers' batches stay on the desk
	}
	return true, s.freezeByRule(ctx, b, it, e)
}

// exemptionFor gives the exemption that covers a batch, nil where none does or something about the customer is unusual.
func (s *Service) exemptionFor(ctx context.Context, b *batch.Batch) (*Exemption, error) {
	es, err := s.store.liveExemptions(ctx, b.CustomerID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(es, func(e Exemption) bool { return e.Covers(b, s.clock.Today()) })
	if i < 0 {
		return nil, nil
	}
	if s.extras.Alarmed != nil {
		if alarmed, err := s.extras.Alarmed.Alarmed(ctx, b.CustomerID); err != nil || alarmed {
			return nil, err
		}
	}
	return &es[i], nil
}

// freezeByRule approves a clean batch in the name of the two who granted its exemption. It goes the way of every approval:
// one decision, one manifest, ten seconds in which a person can take it back.
func (s *Service) freezeByRule(ctx context.Context, b *batch.Batch, it *item, e *Exemption) error {
	chunks, err := s.batches.Chunks(ctx, b.ID)
	if err != nil {
		return err
	}
	d := Decision{BatchID: b.ID, N: 1, Scope: WholeBatch, Choice: Approve, ReasonCodes: []string{}, Note: e.Number, UserID: actor.SystemID, UserName: e.Number}
	out, err := s.ruleChunks(ctx, chunks, Rule([]Decision{d}))
	if err != nil {
		return err
	}
	if out.tally.Approved != b.Good {
		return ErrManifest.Because(fmt.Errorf("batch %s is clean by its figures, not by its chunks", b.ID))
	}
	m := s.manifestOf(b, it, out)
	m.DecisionsHash, m.ExemptionID, m.Approvers = HashDecisions(b.ID, b.RuleSetVersion, it.Round, []Decision{d}), e.ID, []string{e.AskedBy, e.DecidedBy}
	if err := s.sealManifest(ctx, m, b.DataKeyID, out.bits); err != nil {
		return err
	}
	failpoint.Hit("review.exempt.bits_stored")
	ctx = asSystem(ctx)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if e, err := s.store.exemption(ctx, e.ID); err != nil || !e.Covers(b, s.clock.Today()) {
			return err // ended meanwhile
		}
		c, err := s.store.claim(ctx, b.ID, s.clock.RealInstant())
		if err != nil || c != nil {
			return err // somebody looks at it
		}
		it := *it
		it.State, it.Decisions = frozen, 1
		if err := s.store.changeItem(ctx, &it); err != nil {
			return err
		}
		if err := s.store.addDecision(ctx, decisionRow{
			BatchID: b.ID, N: 1, Scope: string(WholeBatch), Choice: string(Approve), ReasonCodes: []string{}, Note: d.Note, UserID: d.UserID, UserName: d.UserName,
			At: s.clock.Instant(), RealAt: s.clock.RealInstant(),
		}); err != nil {
			return err
		}
		if err := s.store.countExempted(ctx, e.ID, 1, 0); err != nil {
			return err
		}
		return s.approveFrozen(ctx, b, m, out)
	})
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrFinished) {
		return nil // a person was faster
	}
	return err
}

// endByRefusedSample ends the exemption whose sample people refused, even in part.
func (s *Service) endByRefusedSample(ctx context.Context, m *Manifest) error {
	if m.Refused == 0 {
		return nil
	}
	it, err := s.store.item(ctx, m.BatchID)
	if err != nil || it.ExemptionID == "" {
		return err
	}
	b, err := s.batches.Get(asSystem(ctx), m.BatchID)
	if err != nil {
		return err
	}
	e, err := s.EndExemption(asSystem(ctx), it.ExemptionID, "样本批次 "+b.Number+" 被拒绝")
	if errors.Is(err, ErrExemptionState) {
		return nil // it has ended already
	}
	if err != nil {
		return err
	}
	return s.notices.Send(ctx, notice.To{Role: "compliance_lead", About: notice.About{ObjectType: "exemption", ObjectID: e.ID, CustomerID: e.CustomerID}}, "exemption_ended",
		map[string]string{"customer": e.CustomerName, "number": e.Number, "batch": b.Number}, nil)
}

func cut(reason string) string {
	if r := []rune(strings.ReplaceAll(reason, "\n", " ")); len(r) > 500 {
		return string(r[:500]) // what an audit row holds
	}
	return reason
}
