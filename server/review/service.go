package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/screening"
	"sealgate/server/similar"
	"sealgate/server/trail"
)

// Contracts is what the desk asks of contracts (contract.Service).
type Contracts interface {
	Get(ctx context.Context, id string) (*contract.Contract, error)
	Sendable(ctx context.Context, id string, at caldate.Instant) (contract.Sendable, error)
}

// Wallet sets aside what an approved batch may cost at most, for contracts that pay in advance (wallet.Service).
type Wallet interface {
	Reserve(ctx context.Context, contractID, batchID string, parts int64) error
	ReleaseAll(ctx context.Context, contractID, batchID string) error
}

// Service is the desk.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	trail     *trail.Trail
	batches   *batch.Service
	contracts Contracts
	notices   *notice.Service
	keys      *crypt.Keys
	blobs     *blob.Store
	wallet    Wallet
	extras    Extras
	store     store
}

// Extras are what the desk stands on besides; what is nil is left out.
type Extras struct {
	Documents Documents      // the authority's papers (document.Service)
	Decided   *similar.Index // what was decided about which texts
	Barred    Barred         // customers of whom nothing may leave (takedown.Service)
	Alarmed   Alarmed        // customers with an open alert (watch.Service): no exemption counts for them
	Filed     Filed          // whoever looks at decided batches again (recheck.Service)
}

// Documents is where papers are kept.
type Documents interface {
	Link(ctx context.Context, id, objectType, objectID, customerID, contractID string) (*document.Document, error)
}

// Barred tells whether a customer's sending was stopped for illegal content (A10).
type Barred interface {
	Barred(ctx context.Context, customerID string) (bool, error)
}

// Alarmed tells whether something unusual about a customer is not explained yet (A18).
type Alarmed interface {
	Alarmed(ctx context.Context, customerID string) (bool, error)
}

// Filed is told of every review whose decision has become final, in that transaction.
type Filed interface {
	ReviewFiled(ctx context.Context, m *Manifest, b *batch.Batch) error
}

// Use gives the desk what it stands on besides.
func (s *Service) Use(e Extras) { s.extras = e }

// New makes the desk.
func New(d *db.DB, c clock.Clock, t *trail.Trail, b *batch.Service, cs Contracts, n *notice.Service, k *crypt.Keys, bl *blob.Store) *Service {
	return &Service{db: d, clock: c, trail: t, batches: b, contracts: cs, notices: n, keys: k, blobs: bl, store: store{d}}
}

// PayFrom has w set aside what batches may cost, in the transactions of their approval and its undoing.
func (s *Service) PayFrom(w Wallet) { s.wallet = w }

// Claim is who has a batch on the desk, and until when (machine's clock).
type Claim struct {
	BatchID   string          `json:"batch_id"`
	UserID    string          `json:"user_id"`
	UserName  string          `json:"user_name"`
	TakenAt   caldate.Instant `json:"taken_at"`
	ExpiresAt caldate.Instant `json:"expires_at"`
	HandNote  string          `json:"hand_note,omitempty" doc:"from whom it was handed over, and what was said"`
}

func (r *claimRow) claim() *Claim {
	if r == nil {
		return nil
	}
	return &Claim{r.BatchID, r.UserID, r.UserName, r.TakenAt, r.ExpiresAt, r.HandNote}
}

// Queue is a page of what waits, most urgent first (A08), and how many there are in all.
func (s *Service) Queue(ctx context.Context, q Query) ([]Queued, int64, error) {
	if _, err := s.enqueue(ctx); err != nil {
		slog.ErrorContext(ctx, "queue batches for review", "error", err) // the others can be reviewed all the same
	}
	me := actor.From(ctx)
	rows, total, err := s.store.queue(ctx, me.Scope, s.clock.RealInstant(), q)
	for i := range rows {
		rows[i].Own = Own(me.UserID, rows[i].SubmitterID, rows[i].EditorID)
	}
	if err != nil {
		return nil, 0, err
	}
	if err := s.markSigned(ctx, me.UserID, rows); err != nil {
		return nil, 0, err
	}
	return rows, total, s.route(ctx, rows)
}

// markSigned notes which of the batches that wait for a second person the caller was the first to sign.
func (s *Service) markSigned(ctx context.Context, userID string, rows []Queued) error {
	var waiting []string
	for i := range rows {
		if rows[i].State == second {
			waiting = append(waiting, rows[i].BatchID)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	signed, err := s.store.signedLast(ctx, userID, waiting)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Signed = slices.Contains(signed, rows[i].BatchID)
	}
	return nil
}

// enqueue gives every batch that came into review its place in the queue. One that can't be read holds nobody else up.
func (s *Service) enqueue(ctx context.Context) (did bool, err error) {
	missing, err := s.store.missing(ctx, 500)
	for _, id := range missing {
		if e := s.enqueueOne(ctx, id); e != nil {
			err = errors.Join(err, fmt.Errorf("queue batch %s: %w", id, e))
			continue
		}
		did = true
	}
	return did, err
}

func (s *Service) enqueueOne(ctx context.Context, id string) error {
	if _, err := s.store.item(ctx, id); !errors.Is(err, ErrNotInReview) {
		return err // it has its place, or we can't tell
	}
	b, err := s.batches.Get(asSystem(ctx), id)
	if err != nil || b.State != batch.InReview {
		return err
	}
	came := b.ScreenedAt
	if came.IsZero() {
		came = s.clock.Instant()
	}
	risk := Risk(int(b.MaxLevel), Counts{b.Pass, b.Hold, b.Escalate, b.Refuse})
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.store.addItem(ctx, item{
			BatchID: id, CustomerID: b.CustomerID, ContractID: b.ContractID, Risk: int64(risk), MaxLevel: b.MaxLevel,
			HighRisk: High(int(b.MaxLevel), b.Escalate), CameAt: came, DueAt: Target(came, risk), State: open,
		})
	})
}

func asSystem(ctx context.Context) context.Context {
	return actor.With(ctx, actor.System("job:review"))
}

// judge gives the batch if the caller may act on it here: in scope, in review, and not her own.
func (s *Service) judge(ctx context.Context, batchID string) (*batch.Batch, error) {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	if me.UserID == "" || me.IsSystem() || Own(me.UserID, b.SubmitterID, b.EditorID) {
		return nil, ErrOwnBatch
	}
	if b.State != batch.InReview {
		return nil, ErrNotInReview.With("state", string(b.State))
	}
	return b, nil
}

// Claim takes a batch for the caller for four minutes, or prolongs what she has. ErrClaimed names who has it.
func (s *Service) Claim(ctx context.Context, batchID string) (*Claim, error) {
	if _, err := s.judge(ctx, batchID); err != nil {
		return nil, err
	}
	if err := s.enqueueOne(ctx, batchID); err != nil {
		return nil, err
	}
	var got *Claim
	err := s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, batchID)
		if err != nil {
			return err
		}
		b, err := s.judge(ctx, batchID)
		if err != nil {
			return err
		}
		me, now := actor.From(ctx), s.clock.RealInstant()
		had, err := s.store.claim(ctx, batchID, now)
		if err != nil {
			return err
		}
		if had != nil && had.UserID != me.UserID {
			return taken(had)
		}
		if had == nil {
			if err := s.mayTake(ctx, b, it); err != nil {
				return err
			}
		}
		c := claimRow{BatchID: batchID, UserID: me.UserID, UserName: me.Name, TakenAt: now, ExpiresAt: now.Add(Lease)}
		if had != nil {
			c.TakenAt, c.HandNote = had.TakenAt, had.HandNote
		}
		ok, err := s.store.takeClaim(ctx, c, now)
		if err != nil {
			return err
		}
		if !ok {
			return ErrClaimed
		}
		got = c.claim()
		if had != nil { // only prolonged
			return nil
		}
		return s.record(ctx, b, "review.claim", "", nil)
	})
	return got, err
}

func taken(c *claimRow) error {
	return ErrClaimed.Sayf("该批次正由 %s 审核，到期时间 %s", "%s is reviewing this batch until %s", c.UserName, c.ExpiresAt.Time().Format("15:04:05")).
		With("user_id", c.UserID)
}

// Release gives a claim back.
func (s *Service) Release(ctx context.Context, batchID string) error {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		had, err := s.store.dropClaim(ctx, batchID, actor.From(ctx).UserID)
		if err != nil || !had {
			return err // giving back twice is no fault
		}
		return s.record(ctx, b, "review.release", "", nil)
	})
}

// Condemn refuses all of a batch on the desk in the caller's name, whoever holds the claim: its content is illegal (A10). It joins
// the transaction that stops the customer; from then on nothing of the batch can be approved, so whoever has it finishes with
// the refusal.
func (s *Service) Condemn(ctx context.Context, batchID, note string) error {
	b, err := s.judge(ctx, batchID)
	if err != nil {
		return err
	}
	if err := s.enqueueOne(ctx, batchID); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, batchID)
		if err != nil || !it.undecided() {
			return err
		}
		me := actor.From(ctx)
		if err := s.store.addDecision(ctx, decisionRow{
			BatchID: b.ID, N: it.Decisions + 1, Scope: string(WholeBatch), Choice: string(Refuse), ReasonCodes: []string{illegalReason}, Note: note,
			UserID: me.UserID, UserName: me.Name, At: s.clock.Instant(), RealAt: s.clock.RealInstant(),
		}); err != nil {
			return err
		}
		it.Decisions, it.State = it.Decisions+1, open
		if err := s.store.changeItem(ctx, it); err != nil {
			return err
		}
		return s.record(ctx, b, "review.condemn", note, nil)
	})
}

// illegalReason is the reason code of illegal content.
const illegalReason = "CONTENT.ILLEGAL"

// HandOver gives the caller's claim to another reviewer with a note, who has four minutes from now and is told. The caller makes
// sure that the other may review at all; that she did not make the batch is checked here.
func (s *Service) HandOver(ctx context.Context, batchID, toID, toName, note string) (*Claim, error) {
	var f errs.Fields
	note = form.Text(&f, "note", note, 300, false)
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	b, err := s.judge(ctx, batchID)
	if err != nil {
		return nil, err
	}
	if Own(toID, b.SubmitterID, b.EditorID) {
		return nil, ErrOwnBatch
	}
	var got *Claim
	err = s.db.Run(ctx, func(ctx context.Context) error {
		now := s.clock.RealInstant()
		me := actor.From(ctx)
		c := claimRow{BatchID: batchID, UserID: toID, UserName: toName, TakenAt: now, ExpiresAt: now.Add(Lease), HandNote: strings.TrimSpace(me.Name + "：" + note)}
		ok, err := s.store.giveClaim(ctx, me.UserID, c)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotClaimed
		}
		got = c.claim()
		if err := s.notices.Send(ctx, notice.To{UserID: toID, About: notice.About{ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID}}, "review_handed_over", map[string]string{
			"customer": b.CustomerName, "batch": b.Number, "from": me.Name, "note": orNone(note),
		}, nil); err != nil {
			return err
		}
		return s.record(ctx, b, "review.hand_over", note, map[string]any{"to": toID})
	})
	return got, err
}

func orNone(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// Act is a decision as it comes in. ReplayKey, where set, makes a repeated call give the first one's result.
type Act struct {
	BatchID     string
	Scope       Scope
	GroupID     string
	Seq         int64
	Choice      Choice
	ReasonCodes []string
	Note        string
	ReplayKey   string
}

var goodReason = regexp.MustCompile(`^[A-Z][A-Z0-9_.]{1,39}$`)

func (a Act) check() error {
	var f errs.Fields
	switch a.Scope {
	case WholeBatch, Group, Message:
	default:
		f.Add("scope", "unknown", "范围只能是 batch、group 或 message", "the scope is batch, group or message")
	}
	if (a.Scope == Group) != (a.GroupID != "") {
		f.Add("group_id", "scope", "仅在按分组决定时填写分组编号，且必须填写", "name a group exactly when the scope is group")
	}
	if (a.Scope == Message) != (a.Seq > 0) {
		f.Add("seq", "scope", "仅在按单条决定时填写短信序号（从 1 开始），且必须填写", "give a message number, from 1, exactly when the scope is message")
	}
	switch a.Choice {
	case Approve, Refuse, Withdraw:
	default:
		f.Add("decision", "unknown", "决定只能是 approve、refuse 或 withdraw", "the decision is approve, refuse or withdraw")
	}
	if a.Choice == Refuse && len(a.ReasonCodes) == 0 {
		f.Add("reason_codes", "required", "拒绝时至少选择一个原因", "a refusal needs at least one reason")
	}
	if len(a.ReasonCodes) > 9 {
		f.Add("reason_codes", "too_many", "原因最多 9 个", "at most 9 reasons")
	}
	for _, r := range a.ReasonCodes {
		if !goodReason.MatchString(r) {
			f.Add("reason_codes", "form", "原因代码由大写字母、数字、点和下划线组成，例如 CONTENT.KEYWORD", "a reason code is made of capitals, digits, dots and underscores, such as CONTENT.KEYWORD")
			break
		}
	}
	if utf8.RuneCountInString(a.Note) > 500 {
		f.Add("note", "too_long", "备注最多 500 字", "a note has at most 500 characters")
	}
	return f.Err(ErrInput)
}

// Progress is where a review stands after an act. DecisionsHash is what finishing must name, so that nobody signs what
// she has not seen.
type Progress struct {
	BatchID       string     `json:"batch_id"`
	Decisions     int64      `json:"decisions"`
	DecisionsHash string     `json:"decisions_hash"`
	Tally         Tally      `json:"tally"`
	HighRisk      bool       `json:"high_risk"`
	Signed        []Signed   `json:"signed"` // who finished with exactly these decisions
	State         string     `json:"state" enum:"open,second,waiting,frozen,closed"`
	Decision      *Decision  `json:"decision,omitempty"`
	Manifest      *Freezing  `json:"manifest,omitempty"`
	item          *item      // for callers inside the package
	decisions     []Decision // likewise
}

// Signed is one person's signature under the present decisions.
type Signed struct {
	UserID   string          `json:"user_id"`
	UserName string          `json:"user_name"`
	At       caldate.Instant `json:"at"`
}

// Freezing is a manifest as the desk shows it.
type Freezing struct {
	ID        string          `json:"id"`
	Approved  int64           `json:"approved"`
	Refused   int64           `json:"refused"`
	Approvers []string        `json:"approvers"`
	FrozenAt  caldate.Instant `json:"frozen_at"`
	NotBefore caldate.Instant `json:"not_before"` // machine's clock: until then it can be undone
	TakenAt   caldate.Instant `json:"taken_at"`
	Reasons   []string        `json:"reason_codes"`
}

func (m *Manifest) freezing() *Freezing {
	if m == nil {
		return nil
	}
	return &Freezing{m.ID, m.Approved, m.Refused, m.Approvers, m.FrozenAt, m.NotBefore, m.TakenAt, m.ReasonCodes}
}

// Decide adds a decision. The caller must hold the claim, which it prolongs.
func (s *Service) Decide(ctx context.Context, a Act) (*Progress, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	b, err := s.judge(ctx, a.BatchID)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.decisions(ctx, a.BatchID)
	if err != nil {
		return nil, err
	}
	groupID, verdict, err := s.target(ctx, b, Rule(ds), a)
	if err != nil {
		return nil, err
	}
	groups, err := s.groups(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	var p *Progress
	err = s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, b.ID)
		if err != nil {
			return err
		}
		me, key := actor.From(ctx), replayKey(a.ReplayKey)
		if key != nil {
			before, err := s.store.replayed(ctx, b.ID, me.UserID, *key)
			if err != nil {
				return err
			}
			if before != nil {
				d := before.decision()
				if p, err = s.progress(ctx, b, it, groups); err == nil {
					p.Decision = &d
				}
				return err
			}
		}
		if err := s.hold(ctx, b.ID); err != nil {
			return err
		}
		if !it.undecided() {
			return ErrFinished
		}
		row := decisionRow{
			BatchID: b.ID, N: it.Decisions + 1, Scope: string(a.Scope), GroupID: groupID, Seq: a.Seq, Choice: string(a.Choice),
			ReasonCodes: nonNil(a.ReasonCodes), Note: strings.TrimSpace(a.Note), Verdict: string(verdict), UserID: me.UserID, UserName: me.Name,
			ReplayKey: key, At: s.clock.Instant(), RealAt: s.clock.RealInstant(),
		}
		if err := s.store.addDecision(ctx, row); err != nil {
			return err
		}
		it.Decisions, it.State = row.N, open // earlier signatures were under other decisions
		if err := s.store.changeItem(ctx, it); err != nil {
			return err
		}
		if err := s.record(ctx, b, "review.decide", strings.Join(a.ReasonCodes, ","), map[string]any{
			"n": row.N, "scope": row.Scope, "group": row.GroupID, "seq": row.Seq, "decision": row.Choice,
		}); err != nil {
			return err
		}
		d := row.decision()
		if p, err = s.progress(ctx, b, it, groups); err == nil {
			p.Decision = &d
		}
		return err
	})
	return p, err
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func replayKey(k string) *string {
	if k == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(k))
	h := hex.EncodeToString(sum[:])
	return &h
}

// target finds what a decision is about, and refuses approvals that can't have an effect.
func (s *Service) target(ctx context.Context, b *batch.Batch, r Ruling, a Act) (group string, v screening.Verdict, err error) {
	var c Counts
	switch a.Scope {
	case WholeBatch:
		c = Counts{b.Pass, b.Hold, b.Escalate, b.Refuse}
	case Group:
		gs, err := s.groups(ctx, b.ID)
		if err != nil {
			return "", "", err
		}
		g := find(gs, a.GroupID)
		if g == nil {
			return "", "", ErrNoGroup
		}
		c, group = g.Counts, a.GroupID
	case Message:
		row, err := s.verdictOf(ctx, b.ID, a.Seq)
		if err != nil {
			return "", "", err
		}
		group, v = row.Group, row.Verdict
		switch v {
		case screening.Escalate:
			c.Escalate = 1
		case screening.RefuseMessage, screening.RefuseBatch:
			c.Refuse = 1
		default:
			c.Pass = 1
		}
	}
	if a.Choice == Approve {
		free := c.Pass + c.Hold
		if r.clearedBy(group) > 0 {
			free += c.Escalate
		}
		switch {
		case c.Pass+c.Hold+c.Escalate == 0:
			return "", "", ErrRuledOut
		case free == 0 || r.pending(group):
			return "", "", ErrEscalated
		}
	}
	return group, v, nil
}

func (s *Service) verdictOf(ctx context.Context, batchID string, seq int64) (*batch.VerdictRow, error) {
	chunks, err := s.batches.Chunks(ctx, batchID)
	if err != nil {
		return nil, err
	}
	for i := range chunks {
		if c := &chunks[i]; seq >= c.FirstSeq && seq < c.FirstSeq+c.Count {
			rows, err := s.batches.OpenVerdicts(ctx, c)
			if err != nil {
				return nil, err
			}
			if n := seq - c.FirstSeq; n < int64(len(rows)) {
				return &rows[n], nil
			}
		}
	}
	return nil, ErrNoMessage
}

// hold checks that the caller has the claim, and prolongs it.
func (s *Service) hold(ctx context.Context, batchID string) error {
	now := s.clock.RealInstant()
	ok, err := s.store.renewClaim(ctx, batchID, actor.From(ctx).UserID, now, now.Add(Lease))
	if err != nil || ok {
		return err
	}
	other, err := s.store.claim(ctx, batchID, now)
	if err != nil {
		return err
	}
	if other != nil {
		return taken(other)
	}
	return ErrNotClaimed
}

// progress reads where a review stands.
func (s *Service) progress(ctx context.Context, b *batch.Batch, it *item, groups []GroupCounts) (*Progress, error) {
	ds, err := s.store.decisions(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	hash := HashDecisions(b.ID, b.RuleSetVersion, it.Round, ds)
	signed, err := s.store.signatures(ctx, b.ID, hash)
	if err != nil {
		return nil, err
	}
	m, err := s.store.live(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	p := &Progress{
		BatchID: b.ID, Decisions: it.Decisions, DecisionsHash: hash, Tally: Rule(ds).TallyUp(groups), HighRisk: it.HighRisk, State: it.State,
		Signed: []Signed{}, Manifest: m.freezing(), item: it, decisions: ds,
	}
	for _, g := range signed {
		p.Signed = append(p.Signed, Signed{g.UserID, g.UserName, g.At})
	}
	return p, nil
}

// Finish signs the present decisions as the first reviewer. Where nothing is undecided, it freezes the manifest; a
// high-risk batch that would send anything waits for Confirm by another person (A08). decisionsHash is what the caller saw.
func (s *Service) Finish(ctx context.Context, batchID, decisionsHash string) (*Progress, error) {
	return s.sign(ctx, batchID, decisionsHash, false)
}

// Confirm signs as the second person what a first has signed, and freezes the manifest.
func (s *Service) Confirm(ctx context.Context, batchID, decisionsHash string) (*Progress, error) {
	return s.sign(ctx, batchID, decisionsHash, true)
}

func (s *Service) sign(ctx context.Context, batchID, decisionsHash string, confirm bool) (*Progress, error) {
	b, err := s.judge(ctx, batchID)
	if err != nil {
		return nil, err
	}
	if err := s.mayFinish(ctx, b.ID, confirm); err != nil {
		return nil, err
	}
	// All reading and writing of chunks happens before the transaction; inside it the item's version says whether that still holds.
	it, err := s.store.item(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	groups, err := s.groups(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.progress(ctx, b, it, groups)
	if err != nil {
		return nil, err
	}
	if !it.undecided() {
		return nil, ErrFinished
	}
	if decisionsHash != p.DecisionsHash {
		return nil, ErrChanged
	}
	chunks, err := s.batches.Chunks(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	out, err := s.ruleChunks(ctx, chunks, Rule(p.decisions))
	if err != nil {
		return nil, err
	}
	if n := out.tally.Undecided; n > 0 || out.tally.Approved+out.tally.Refused == 0 {
		e := ErrUndecided.With("undecided", n).With("escalated", out.tally.Escalated)
		if n > 0 && n == out.tally.Escalated {
			e = e.Sayf("还有 %d 条须上报主管部门的短信，答复之前只能拒绝", "%d messages must go to the authority; until there is an answer they can only be refused", n)
		}
		return nil, e
	}
	if out.tally.Approved > 0 {
		if err := s.mayLeave(ctx, b.CustomerID); err != nil {
			return nil, err
		}
	}
	me := actor.From(ctx)
	others := 0
	for _, g := range p.Signed {
		if g.UserID != me.UserID {
			others++
		}
	}
	need := Signers(it.HighRisk, out.tally.Approved)
	switch {
	case confirm && others == 0:
		return nil, ErrNoFirst
	case !confirm && need > 1 && others > 0:
		return nil, ErrSecond.Say("已有一位审核员提交当前决定，请用“复核”完成第二人确认", "a first reviewer has signed these decisions; use confirm as the second person")
	}
	if others+1 < need {
		return s.signFirst(ctx, b, it, p, groups)
	}
	return s.freeze(ctx, b, it, p, out, groups)
}

// mayLeave refuses approvals for a customer whose sending was stopped for illegal content.
func (s *Service) mayLeave(ctx context.Context, customerID string) error {
	if s.extras.Barred == nil {
		return nil
	}
	barred, err := s.extras.Barred.Barred(ctx, customerID)
	if err == nil && barred {
		err = ErrBarred
	}
	return err
}

// mayFinish: the first reviewer must hold the claim; the second only must not cross another's.
func (s *Service) mayFinish(ctx context.Context, batchID string, confirm bool) error {
	c, err := s.store.claim(ctx, batchID, s.clock.RealInstant())
	if err != nil {
		return err
	}
	mine := c != nil && c.UserID == actor.From(ctx).UserID
	switch {
	case mine, confirm && c == nil:
		return nil
	case c != nil:
		return taken(c)
	}
	return ErrNotClaimed
}

func (s *Service) signature(ctx context.Context, p *Progress) signatureRow {
	me := actor.From(ctx)
	return signatureRow{p.BatchID, p.DecisionsHash, me.UserID, me.Name, s.clock.Instant(), s.clock.RealInstant()}
}

func (s *Service) signFirst(ctx context.Context, b *batch.Batch, it *item, p *Progress, groups []GroupCounts) (*Progress, error) {
	var out *Progress
	err := s.db.Run(ctx, func(ctx context.Context) error {
		it := *it
		it.State = second
		if err := s.store.changeItem(ctx, &it); err != nil {
			return err
		}
		if _, err := s.judge(ctx, b.ID); err != nil {
			return err
		}
		if err := s.store.sign(ctx, s.signature(ctx, p)); err != nil {
			return err
		}
		if err := s.noteWork(ctx, b, &it, firstPerson, p.Tally); err != nil {
			return err
		}
		if _, err := s.store.dropClaim(ctx, b.ID, actor.From(ctx).UserID); err != nil {
			return err
		}
		if err := s.record(ctx, b, "review.sign", "", map[string]any{"decisions_hash": p.DecisionsHash}); err != nil {
			return err
		}
		var err error
		out, err = s.progress(ctx, b, &it, groups)
		return err
	})
	return out, err
}

// freeze writes the manifest. From here on the batch is approved, or refused as soon as the ten seconds are over.
func (s *Service) freeze(ctx context.Context, b *batch.Batch, it *item, p *Progress, r *ruled, groups []GroupCounts) (*Progress, error) {
	me := actor.From(ctx)
	m := s.manifestOf(b, it, r)
	m.DecisionsHash = p.DecisionsHash
	for _, g := range p.Signed {
		if g.UserID != me.UserID {
			m.Approvers = append(m.Approvers, g.UserID)
		}
	}
	m.Approvers = append(m.Approvers, me.UserID)
	if err := s.sealManifest(ctx, m, b.DataKeyID, r.bits); err != nil {
		return nil, err
	}
	failpoint.Hit("review.freeze.bits_stored") // a bitmap that no manifest names is harmless: nothing reads it
	var out *Progress
	err := s.db.Run(ctx, func(ctx context.Context) error {
		it := *it
		it.State = frozen
		if err := s.store.changeItem(ctx, &it); err != nil { // compare and set: what was read is what is frozen
			return err
		}
		if _, err := s.judge(ctx, b.ID); err != nil {
			return err
		}
		if err := s.store.sign(ctx, s.signature(ctx, p)); err != nil {
			return err
		}
		part := onlyPerson
		if len(m.Approvers) > 1 {
			part = secondPerson
		}
		if err := s.noteWork(ctx, b, &it, part, r.tally); err != nil {
			return err
		}
		if _, err := s.store.dropClaim(ctx, b.ID, me.UserID); err != nil {
			return err
		}
		if err := s.approveFrozen(ctx, b, m, r); err != nil {
			return err
		}
		var err error
		out, err = s.progress(ctx, b, &it, groups)
		return err
	})
	failpoint.Hit("review.freeze.done")
	return out, err
}

// manifestOf begins the manifest of what was ruled; who answers for it is still to be filled in.
func (s *Service) manifestOf(b *batch.Batch, it *item, r *ruled) *Manifest {
	return &Manifest{
		ID: ids.New(), BatchID: b.ID, LiveBatchID: &b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, Version: it.Version + 1,
		RuleSet: b.RuleSetVersion, Chunks: r.seals, Approved: r.tally.Approved, Refused: r.tally.Refused, ReasonCodes: nonNil(r.reasons), Approvers: []string{},
	}
}

// sealManifest stores the bitmap and hashes the list of chunks, before the transaction that adds the manifest.
func (s *Service) sealManifest(ctx context.Context, m *Manifest, dataKeyID string, bits []Bits) (err error) {
	if m.ChunksHash, err = HashChunks(m.Chunks); err != nil || m.Approved == 0 {
		return err
	}
	return s.putBits(ctx, m, dataKeyID, bits)
}

// approveFrozen adds the manifest and moves the batch on, in the transaction that has changed the desk's row.
func (s *Service) approveFrozen(ctx context.Context, b *batch.Batch, m *Manifest, r *ruled) error {
	m.FrozenAt, m.NotBefore = s.clock.Instant(), s.clock.RealInstant().Add(UndoFor)
	if err := s.store.addManifest(ctx, m); err != nil {
		if db.IsDuplicate(err) {
			return ErrFinished
		}
		return err
	}
	if m.Approved > 0 {
		if err := s.batches.SetState(ctx, b.ID, batch.InReview, batch.Approved, ""); err != nil {
			return err
		}
		if s.wallet != nil {
			if err := s.wallet.Reserve(ctx, b.ContractID, b.ID, r.most); err != nil {
				return err
			}
		}
	}
	detail := map[string]any{
		"manifest": m.ID, "approved": m.Approved, "refused": m.Refused, "approvers": m.Approvers, "decisions_hash": m.DecisionsHash,
		"chunks_hash": m.ChunksHash, "rule_set": m.RuleSet,
	}
	if m.ExemptionID != "" {
		detail["exemption"] = m.ExemptionID
	}
	return s.record(ctx, b, "review.freeze", strings.Join(m.ReasonCodes, ","), detail)
}

// Undo takes a finished review back within ten seconds: the manifest is void for good, the batch is on the caller's desk
// again, and its decisions stand as they were.
func (s *Service) Undo(ctx context.Context, batchID string) (*Progress, error) {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	if me.IsSystem() || Own(me.UserID, b.SubmitterID, b.EditorID) {
		return nil, ErrOwnBatch
	}
	groups, err := s.groups(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	var out *Progress
	err = s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, b.ID)
		if err != nil {
			return err
		}
		m, err := s.store.live(ctx, b.ID)
		if err != nil {
			return err
		}
		if m == nil {
			return ErrNotFrozen
		}
		now := s.clock.RealInstant()
		ok, err := s.store.void(ctx, m.ID, me.UserID, now)
		if err != nil {
			return err
		}
		if !ok {
			return ErrUndoLate
		}
		if err := s.store.undoWorks(ctx, b.ID, it.Round); err != nil {
			return err
		}
		it.State, it.Round = open, it.Round+1
		if err := s.store.changeItem(ctx, it); err != nil {
			return err
		}
		if m.Approved > 0 {
			if err := s.batches.SetState(ctx, b.ID, batch.Approved, batch.InReview, "undo"); err != nil {
				return err
			}
			if s.wallet != nil {
				if err := s.wallet.ReleaseAll(ctx, b.ContractID, b.ID); err != nil {
					return err
				}
			}
		}
		if _, err := s.store.takeClaim(ctx, claimRow{BatchID: b.ID, UserID: me.UserID, UserName: me.Name, TakenAt: now, ExpiresAt: now.Add(Lease)}, now); err != nil {
			return err
		}
		if err := s.record(ctx, b, "review.undo", "", map[string]any{"manifest": m.ID}); err != nil {
			return err
		}
		out, err = s.progress(ctx, b, it, groups)
		return err
	})
	return out, err
}

// Work does one piece of housekeeping: batches that came in get their place in the queue, idle claims are given back,
// refusals become final after their ten seconds. It tells whether there was anything to do.
func (s *Service) Work(ctx context.Context) (did bool, err error) {
	did, err = s.enqueue(ctx)
	now := s.clock.RealInstant()
	idle, e := s.store.anyExpired(ctx, now)
	err = errors.Join(err, e)
	if idle {
		did = true
		err = errors.Join(err, s.db.Run(ctx, func(ctx context.Context) error { _, err := s.store.dropExpired(ctx, now); return err }))
	}
	filed, e := s.fileTaken(ctx)
	did, err = did || filed, errors.Join(err, e)
	exempted, e := s.passExempted(ctx)
	did, err = did || exempted, errors.Join(err, e)
	refused, e := s.store.due(ctx, now, string(batch.InReview), false, 50)
	err = errors.Join(err, e)
	for i := range refused {
		did = true
		if e := s.refuse(ctx, &refused[i]); e != nil {
			err = errors.Join(err, fmt.Errorf("refuse batch %s: %w", refused[i].BatchID, e))
		}
	}
	return did, err
}

// refuse makes it final that nothing of a batch is sent. The customer sees the reasons (A21).
func (s *Service) refuse(ctx context.Context, m *Manifest) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, m.BatchID)
		if err != nil {
			return err
		}
		ok, err := s.store.take(ctx, m.ID, s.clock.RealInstant())
		if err != nil || !ok {
			return err
		}
		it.State = closed
		if err := s.store.changeItem(ctx, it); err != nil {
			return err
		}
		if err := s.file(ctx, m); err != nil {
			return err
		}
		reason := strings.Join(m.ReasonCodes, ",")
		if reason == "" {
			reason = byRules
		}
		if err := s.batches.SetState(ctx, m.BatchID, batch.InReview, batch.Refused, reason); err != nil {
			return err
		}
		return s.tell(ctx, m, reason)
	})
}

// tell lets the submitter know what became of the batch: how much goes out, how much was refused, why, and until when that
// can be appealed (A21).
func (s *Service) tell(ctx context.Context, m *Manifest, reason string) error {
	b, err := s.batches.Get(asSystem(ctx), m.BatchID)
	if err != nil {
		return err
	}
	to := notice.To{UserID: b.SubmitterID, About: notice.About{ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID}}
	if m.Approved > 0 {
		from := s.clock.Instant()
		if b.ScheduledAt.After(from) {
			from = b.ScheduledAt
		}
		if err := s.notices.Send(ctx, to, "batch_approved", map[string]string{
			"customer": b.CustomerName, "batch": b.Number, "approved": strconv.FormatInt(m.Approved, 10), "send_from": from.Time().Format("2006-01-02 15:04"),
		}, nil); err != nil {
			return err
		}
	}
	if m.Refused == 0 {
		return nil
	}
	zh, en := reason, map[string]string(nil)
	if reason == "" || reason == byRules {
		zh, en = "内容规则", map[string]string{"reason": "content rules"}
	}
	return s.notices.Send(ctx, to, "batch_refused", map[string]string{
		"customer": b.CustomerName, "batch": b.Number, "refused": strconv.FormatInt(m.Refused, 10), "reason": zh,
		"appeal_until": s.clock.Today().AddDays(appealDays).String(),
	}, en)
}

// byRules is the reason of a batch that nobody needed to refuse: every message was refused by the rules themselves, whose
// reasons stand on the groups.
const byRules = "rules"

// appealDays is how long a refusal can be appealed.
const appealDays = 15

func (s *Service) record(ctx context.Context, b *batch.Batch, action, reason string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{ // the rows of the decisions have the whole reason
		Action: action, ObjectType: "batch", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, Reason: cut(reason), Detail: detail,
	})
}
