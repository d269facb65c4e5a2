package ruleset

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/screening"
	"sealgate/server/trail"
)

// Past is where messages that were screened before are found, with what people decided about them then (review.Past).
type Past interface {
	// Count tells how many batches and messages were screened on the days from first to last.
	Count(ctx context.Context, first, last caldate.Date) (batches, messages int64, err error)
	// After gives the chunk that follows a place, in the order of batches and chunks; nil at the end.
	After(ctx context.Context, first, last caldate.Date, batchID string, chunk int64) (*PastChunk, error)
	// Latest gives the first chunk of each of the last few batches.
	Latest(ctx context.Context, first, last caldate.Date, batches int) ([]PastChunk, error)
	// Read opens a chunk's sealed messages and gives those that are wanted, by their number in the chunk from 0.
	Read(ctx context.Context, c PastChunk, want func(i int64) bool) ([]PastMessage, error)
}

// PastChunk is a stored chunk of a batch that was screened.
type PastChunk struct {
	BatchID  string
	Seq      int64
	FirstSeq int64 // the first message's number in the batch
	Count    int64
}

// PastMessage is a message as it was screened, and what people made of it.
type PastMessage struct {
	BatchID    string
	Number     string
	CustomerID string
	Seq        int64
	Phone      string // masked
	Message    screening.Message
	Text       string
	Verdict    screening.Verdict // then
	Decided    string
}

// What people decided then.
const (
	DecidedApproved  = "approved"
	DecidedRefused   = "refused"   // by a person
	DecidedByRules   = "by_rules"  // refused by the rules then; nobody could decide otherwise
	DecidedEscalated = "escalated" // waits for the authority
	DecidedOpen      = "open"      // nobody has decided yet
)

// The states of a backtest.
const (
	BacktestRunning   = "running"
	BacktestDone      = "done"
	BacktestFailed    = "failed"
	BacktestCancelled = "cancelled"
)

// Backtest compares the draft with its base over past messages. It is done chunk by chunk under a lease; each chunk's figures are
// stored with the place where it goes on, so that a kill costs one chunk and any server goes on.
type Backtest struct {
	ID          string
	State       string
	DraftID     string
	BaseVersion string
	Hash        string
	Files       string // the draft as it was
	FromDate    caldate.Date
	ToDate      caldate.Date
	Wanted      int64 // messages of the sample
	Population  int64 // messages of the period
	Batches     int64
	Done        int64 // messages of the sample judged so far
	Passed      int64 // messages of the period gone by
	AtBatch     string
	AtChunk     int64
	Result      BacktestResult `gorm:"serializer:json"`
	Fault       string
	CreatedAt   caldate.Instant
	CreatedBy   string
	CreatedName string
	EndedAt     caldate.Instant
	LeaseToken  int64
	LeaseUntil  int64 // machine's clock, unix ms
	Tries       int64
}

// TableName is rule_backtests.
func (Backtest) TableName() string { return "rule_backtests" }

// BacktestResult is what a backtest has found so far. It holds no text: samples are places, opened when somebody looks.
type BacktestResult struct {
	Messages int64       `json:"messages"`
	Changed  int64       `json:"changed" doc:"Messages whose verdict differs."`
	Moves    []Move      `json:"moves"`
	Rules    []RuleMove  `json:"rules" doc:"Rules that hit in one of the two only, the most first."`
	Samples  []SampleRef `json:"samples,omitempty"`
}

// Move is one cell of the matrix: verdict before, after, and what people decided then.
type Move struct {
	Before   screening.Verdict `json:"before"`
	After    screening.Verdict `json:"after"`
	Decided  string            `json:"decided" enum:",approved,refused,by_rules,escalated,open"`
	Messages int64             `json:"messages"`
}

// RuleMove is what the draft changes about a rule: messages that it newly hits, and no longer hits.
type RuleMove struct {
	Rule         string `json:"rule"`
	Newly        int64  `json:"newly"`
	Gone         int64  `json:"gone"`
	NewlyOnGood  int64  `json:"newly_on_approved" doc:"Of the newly hit: messages that a person approved."`
	GoneOnBad    int64  `json:"gone_on_refused" doc:"Of the no longer hit: messages that a person refused."`
	NewlyOnOther int64  `json:"-"`
}

// SampleRef is the place of a message that the two sets judge differently.
type SampleRef struct {
	BatchID string            `json:"b"`
	Chunk   int64             `json:"c"`
	Seq     int64             `json:"s"`
	First   int64             `json:"f"` // of the chunk
	Count   int64             `json:"n"`
	Before  screening.Verdict `json:"x"`
	After   screening.Verdict `json:"y"`
	Decided string            `json:"d"`
	Newly   []string          `json:"w,omitempty"`
	Gone    []string          `json:"g,omitempty"`
}

const (
	samplesPerCell = 20
	maxSamples     = 400
	backtestLease  = 60 * time.Second
	backtestTries  = 3
	// MaxSample bounds a backtest: a million messages take some twenty seconds.
	MaxSample = 1_000_000
)

// add counts one message.
func (r *BacktestResult) add(m *PastMessage, c PastChunk, before, after *screening.Result) {
	r.Messages++
	if before.Verdict != after.Verdict {
		r.Changed++
	}
	i := slices.IndexFunc(r.Moves, func(x Move) bool {
		return x.Before == before.Verdict && x.After == after.Verdict && x.Decided == m.Decided
	})
	if i < 0 {
		i = len(r.Moves)
		r.Moves = append(r.Moves, Move{before.Verdict, after.Verdict, m.Decided, 0})
	}
	r.Moves[i].Messages++
	newly, gone := ruleDiff(before, after)
	for _, id := range newly {
		x := r.rule(id)
		x.Newly++
		if m.Decided == DecidedApproved {
			x.NewlyOnGood++
		}
	}
	for _, id := range gone {
		x := r.rule(id)
		x.Gone++
		if m.Decided == DecidedRefused {
			x.GoneOnBad++
		}
	}
	if before.Verdict == after.Verdict && len(newly)+len(gone) == 0 || len(r.Samples) >= maxSamples {
		return
	}
	same := 0
	for _, s := range r.Samples {
		if s.Before == before.Verdict && s.After == after.Verdict && s.Decided == m.Decided && slices.Equal(s.Newly, newly) && slices.Equal(s.Gone, gone) {
			same++
		}
	}
	if same < samplesPerCell {
		r.Samples = append(r.Samples, SampleRef{m.BatchID, c.Seq, m.Seq, c.FirstSeq, c.Count, before.Verdict, after.Verdict, m.Decided, newly, gone})
	}
}

func (r *BacktestResult) rule(id string) *RuleMove {
	for i := range r.Rules {
		if r.Rules[i].Rule == id {
			return &r.Rules[i]
		}
	}
	r.Rules = append(r.Rules, RuleMove{Rule: id})
	return &r.Rules[len(r.Rules)-1]
}

// sort puts moves and rules into the order in which they are shown.
func (r *BacktestResult) sort() {
	slices.SortStableFunc(r.Moves, func(a, b Move) int {
		if d := a.Before.Severity() - b.Before.Severity(); d != 0 {
			return d
		}
		if d := a.After.Severity() - b.After.Severity(); d != 0 {
			return d
		}
		return strings.Compare(a.Decided, b.Decided)
	})
	slices.SortStableFunc(r.Rules, func(a, b RuleMove) int {
		if d := int(b.Newly + b.Gone - a.Newly - a.Gone); d != 0 {
			return d
		}
		return strings.Compare(a.Rule, b.Rule)
	})
}

// chosen tells whether message number i of the period, from 0, belongs to an even sample of wanted out of population.
func chosen(i, wanted, population int64) bool {
	if wanted >= population {
		return true
	}
	return (i+1)*wanted/population > i*wanted/population
}

// StartBacktest begins to compare the draft, as it is, with its base over the messages screened on the days from first to last; at
// most sample of them, spread evenly. Sealed messages are opened for it, so the start is on the audit trail (A22).
func (s *Service) StartBacktest(ctx context.Context, first, last caldate.Date, sample int64) (*Backtest, error) {
	if first.IsZero() || last.IsZero() || last.Before(first) || last.Sub(first) > 366 {
		return nil, ErrInput.At("from", "period", "请选择不超过一年的一段时间，开始日在前", "choose a period of at most a year, its first day first")
	}
	if sample < 1 || sample > MaxSample {
		return nil, ErrInput.At("sample", "range", "抽样条数应在 1 到 100 万之间", "the sample is 1 to 1,000,000 messages")
	}
	d, base, baseVersion, err := s.working(ctx)
	if err != nil {
		return nil, err
	}
	if d == nil || len(d.Docs) == 0 {
		return nil, ErrNoDraft
	}
	docs := d.over(base)
	fsys, err := fileset(join(docs))
	if err != nil {
		return nil, err
	}
	p, err := s.prepare(ctx, fsys)
	if err != nil {
		return nil, err
	}
	b := &Backtest{
		ID: ids.New(), State: BacktestRunning, DraftID: d.ID, BaseVersion: baseVersion, Hash: p.version.Hash, Files: p.version.Files, FromDate: first, ToDate: last,
		CreatedAt: s.clock.Instant(), CreatedBy: actor.From(ctx).UserID, CreatedName: actor.From(ctx).Name, Result: BacktestResult{Moves: []Move{}, Rules: []RuleMove{}},
	}
	if s.past != nil {
		if b.Batches, b.Population, err = s.past.Count(ctx, first, last); err != nil {
			return nil, err
		}
	}
	if b.Population == 0 {
		return nil, ErrNoPast
	}
	b.Wanted = min(sample, b.Population)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insertBacktest(ctx, b); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "ruleset.backtest", ObjectType: "rule_backtest", ObjectID: b.ID, To: BacktestRunning,
			Detail: map[string]any{"from": first.String(), "to": last.String(), "sample": b.Wanted, "messages": b.Population, "batches": b.Batches, "draft": d.ID},
		})
	})
	return b, err
}

// CancelBacktest stops one; what it has found so far stays.
func (s *Service) CancelBacktest(ctx context.Context, id string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		b, err := s.store.backtest(ctx, id)
		if err != nil {
			return err
		}
		if b == nil {
			return ErrNoBacktest
		}
		if b.State != BacktestRunning {
			return nil
		}
		return s.endBacktest(ctx, b, BacktestCancelled, "")
	})
}

func (s *Service) endBacktest(ctx context.Context, b *Backtest, to, fault string) error {
	b.State, b.EndedAt, b.LeaseUntil = to, s.clock.Instant(), 0
	if r := []rune(fault); len(r) > 500 {
		fault = string(r[:500])
	}
	b.Fault = fault
	ok, err := s.store.changeBacktest(ctx, b, "State", "EndedAt", "LeaseUntil", "Fault", "Result", "Done", "Passed", "AtBatch", "AtChunk")
	if err != nil || !ok {
		return err
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: "ruleset.backtest_" + to, ObjectType: "rule_backtest", ObjectID: b.ID, From: BacktestRunning, To: to,
		Detail: map[string]any{"judged": b.Done, "changed": b.Result.Changed},
	})
}

// Backtests lists them, the newest first, without their results.
func (s *Service) Backtests(ctx context.Context) ([]Backtest, error) {
	return s.store.backtests(ctx, 50)
}

// OneBacktest gives one with what it has found so far.
func (s *Service) OneBacktest(ctx context.Context, id string) (*Backtest, error) {
	b, err := s.store.backtest(ctx, id)
	if err == nil && b == nil {
		err = ErrNoBacktest
	}
	return b, err
}

// StillTested tells whether the draft still is what a backtest judged by.
func (s *Service) StillTested(ctx context.Context, b *Backtest) (bool, error) {
	d, base, _, err := s.working(ctx)
	if err != nil || d == nil || d.ID != b.DraftID {
		return false, err
	}
	src, err := sourceOf(d.over(base))
	if err != nil {
		return false, err
	}
	return src.Hash() == b.Hash, nil
}

// trialSet is a backtest's two sets, compiled.
type trialSet struct{ before, after *screening.Set }

func (s *Service) trial(ctx context.Context, b *Backtest) (*trialSet, error) {
	s.mu.Lock()
	t := s.trials[b.ID]
	s.mu.Unlock()
	if t != nil {
		return t, nil
	}
	base, err := s.Compiled(ctx, b.BaseVersion)
	if err != nil {
		return nil, err
	}
	fsys, err := unpack(b.Files)
	if err != nil {
		return nil, err
	}
	c, err := compile(fsys, "draft")
	if err != nil {
		return nil, err
	}
	t = &trialSet{base.Set, c.Set}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.trials) >= keepCompiled {
		clear(s.trials)
	}
	s.trials[b.ID] = t
	return t, nil
}

// Work does one chunk of one backtest, if any waits. Any number of workers on any number of servers may call it.
func (s *Service) Work(ctx context.Context) (bool, error) {
	if s.past == nil {
		return false, nil
	}
	ctx = actor.With(ctx, actor.System("worker:ruleset"))
	now := s.clock.Real()
	b, err := s.store.waitingBacktest(ctx, now.UnixMilli())
	if err != nil || b == nil {
		return false, err
	}
	taken := false
	err = s.db.Run(ctx, func(ctx context.Context) error {
		taken, err = s.store.claimBacktest(ctx, b, now.UnixMilli(), now.Add(backtestLease).UnixMilli())
		return err
	})
	if err != nil || !taken {
		return err == nil, err
	}
	failpoint.Hit("ruleset.backtest.claimed")
	if err = s.stepBacktest(ctx, b); err == nil {
		return true, nil
	}
	if ctx.Err() != nil {
		return true, ctx.Err() // the lease runs out and another goes on
	}
	slog.ErrorContext(ctx, "backtest", "backtest", b.ID, "try", b.Tries, "error", err)
	return true, s.db.Run(ctx, func(ctx context.Context) error {
		if b.Tries >= backtestTries {
			return s.endBacktest(ctx, b, BacktestFailed, err.Error())
		}
		b.LeaseUntil = s.clock.Real().Add(time.Duration(b.Tries) * 2 * time.Second).UnixMilli()
		_, e := s.store.changeBacktest(ctx, b, "LeaseUntil")
		return e
	})
}

func (s *Service) stepBacktest(ctx context.Context, b *Backtest) error {
	t, err := s.trial(ctx, b)
	if err != nil {
		return err
	}
	c, err := s.past.After(ctx, b.FromDate, b.ToDate, b.AtBatch, b.AtChunk)
	if err != nil {
		return err
	}
	if c == nil || b.Done >= b.Wanted {
		b.Result.sort()
		return s.db.Run(ctx, func(ctx context.Context) error { return s.endBacktest(ctx, b, BacktestDone, "") })
	}
	some := false
	for i := range c.Count {
		some = some || chosen(b.Passed+i, b.Wanted, b.Population)
	}
	if some {
		messages, err := s.past.Read(ctx, *c, func(i int64) bool { return chosen(b.Passed+i, b.Wanted, b.Population) })
		if err != nil {
			return fmt.Errorf("open chunk %d of batch %s: %w", c.Seq, c.BatchID, err)
		}
		before, after := t.before.NewScreener(), t.after.NewScreener()
		var x, y screening.Result
		for i := range messages {
			if i%512 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			m := &messages[i]
			before.Screen(&m.Message, &x)
			after.Screen(&m.Message, &y)
			b.Result.add(m, *c, &x, &y)
		}
		b.Done += int64(len(messages))
	}
	b.Passed += c.Count
	b.AtBatch, b.AtChunk, b.Tries, b.LeaseUntil = c.BatchID, c.Seq, 0, 0
	b.Result.sort()
	return s.db.Run(ctx, func(ctx context.Context) error {
		_, err := s.store.changeBacktest(ctx, b, "Done", "Passed", "AtBatch", "AtChunk", "Tries", "LeaseUntil", "Result") // false: another goes on, or it was cancelled
		return err
	})
}

// BacktestMessage is a message that draft and base judge differently, as people see it: numbers masked, the draft's hits marked.
type BacktestMessage struct {
	BatchID  string              `json:"batch_id"`
	Number   string              `json:"batch_number"`
	Seq      int64               `json:"seq"`
	Phone    string              `json:"phone" doc:"masked"`
	Decided  string              `json:"decided"`
	Before   screening.Verdict   `json:"before"`
	After    screening.Verdict   `json:"after"`
	Newly    []string            `json:"newly" doc:"Rules that newly hit it."`
	Gone     []string            `json:"gone"`
	Segments []screening.Segment `json:"segments"`
	Hits     []screening.Hit     `json:"hits"`
}

// SampleQuery narrows the messages of a backtest; empty fields mean all.
type SampleQuery struct {
	Before, After screening.Verdict
	Decided, Rule string
	Limit         int
}

// BacktestMessages opens messages behind a cell of the matrix or a rule. Each batch that is looked into is on the audit trail (A22).
func (s *Service) BacktestMessages(ctx context.Context, id string, q SampleQuery) ([]BacktestMessage, error) {
	b, err := s.OneBacktest(ctx, id)
	if err != nil {
		return nil, err
	}
	t, err := s.trial(ctx, b)
	if err != nil {
		return nil, err
	}
	out := []BacktestMessage{}
	before, after := t.before.NewScreener(), t.after.NewScreener()
	looked := map[string][]int64{}
	customers := map[string]string{}
	for _, ref := range b.Result.Samples {
		if len(out) >= q.Limit {
			break
		}
		if q.Before != "" && ref.Before != q.Before || q.After != "" && ref.After != q.After || q.Decided != "" && ref.Decided != q.Decided ||
			q.Rule != "" && !slices.Contains(ref.Newly, q.Rule) && !slices.Contains(ref.Gone, q.Rule) {
			continue
		}
		ms, err := s.past.Read(ctx, PastChunk{ref.BatchID, ref.Chunk, ref.First, ref.Count}, func(i int64) bool { return ref.First+i == ref.Seq })
		if err != nil {
			return nil, err
		}
		if len(ms) != 1 {
			continue
		}
		m := &ms[0]
		var x, y screening.Result
		before.Screen(&m.Message, &x)
		after.Screen(&m.Message, &y)
		shown := y.Hits
		if len(ref.Newly) == 0 && len(ref.Gone) > 0 {
			shown = x.Hits // what is no longer hit is seen in the base's marks
		}
		hits := slices.Clone(shown)
		for i := range hits {
			hits[i].Text = MaskText(hits[i].Text)
		}
		if hits == nil {
			hits = []screening.Hit{}
		}
		out = append(out, BacktestMessage{
			BatchID: ref.BatchID, Number: m.Number, Seq: ref.Seq, Phone: m.Phone, Decided: ref.Decided, Before: ref.Before, After: ref.After,
			Newly: nonNil(ref.Newly), Gone: nonNil(ref.Gone), Segments: segments(MaskText(m.Text), shown), Hits: hits,
		})
		looked[ref.BatchID] = append(looked[ref.BatchID], ref.Seq)
		customers[ref.BatchID] = m.CustomerID
	}
	if len(looked) == 0 {
		return out, nil
	}
	return out, s.db.Run(ctx, func(ctx context.Context) error {
		for _, batchID := range sortedKeys(looked) {
			if err := s.trail.Record(ctx, trail.Entry{
				Action: "batch.look_backtest", ObjectType: "batch", ObjectID: batchID, CustomerID: customers[batchID], Detail: map[string]any{"backtest": id, "messages": looked[batchID]},
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// MaskText hides the inside of long numbers in a text (P02): of a row of seven and more digits the first three and the last two
// stay. Places in the text stay what they are.
func MaskText(text string) string {
	b := []byte(text)
	for i := 0; i < len(b); {
		j := i
		for j < len(b) && b[j] >= '0' && b[j] <= '9' {
			j++
		}
		if j-i >= 7 {
			for k := i + 3; k < j-2; k++ {
				b[k] = '*'
			}
		}
		i = j + 1
	}
	return string(b)
}
