// Package review is the desk where people decide what may be sent: the queue, claims, decisions, the freezing of an
// approval into a manifest and the ten seconds in which it can be taken back. See README.md.
package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/screening"
)

const (
	// Lease is how long a batch stays with an idle reviewer, on the machine's clock; every act renews it (A08).
	Lease = 4 * time.Minute
	// UndoFor is how long a finished review can be taken back before anything may leave, on the machine's clock.
	UndoFor = 10 * time.Second
	// HighLevel is the severity of a hit from which on two people must agree (A08).
	HighLevel = 5
)

// Choice is what a reviewer decides.
type Choice string

// The choices. Withdraw takes an earlier decision of the same scope back: the more general one holds again. The last three come
// from the register of escalations alone (A09).
const (
	Approve  Choice = "approve"
	Refuse   Choice = "refuse"
	Withdraw Choice = "withdraw"
	Ask      Choice = "ask"    // the authority is asked: nothing of it is approved before there is an answer
	Clear    Choice = "clear"  // it has answered that the content may be sent: now people decide
	Recall   Choice = "recall" // the question was taken back
)

// Scope is how much a decision is about.
type Scope string

// The scopes; the narrower one wins, among equals the later one.
const (
	WholeBatch Scope = "batch"
	Group      Scope = "group"
	Message    Scope = "message"
)

// Decision is one act of a reviewer. Rows are only ever added; N counts them per batch without gaps.
type Decision struct {
	BatchID     string          `json:"batch_id"`
	N           int64           `json:"n"`
	Scope       Scope           `json:"scope"`
	GroupID     string          `json:"group_id,omitempty"` // of the group, or of the message's group
	Seq         int64           `json:"seq,omitempty"`      // for a message; numbered from 1
	Choice      Choice          `json:"choice"`
	ReasonCodes []string        `json:"reason_codes,omitempty"`
	Note        string          `json:"note,omitempty"`
	UserID      string          `json:"user_id"`
	UserName    string          `json:"user_name"`
	At          caldate.Instant `json:"at"` // business clock

	verdict screening.Verdict // of the message, so that tallies need no chunk
}

// Outcome is what is decided about one message.
type Outcome uint8

// The outcomes.
const (
	Undecided Outcome = iota
	Approved
	Refused
)

func (o Outcome) String() string { return [...]string{"undecided", "approved", "refused"}[o] }

// Ruling is what all decisions on a batch amount to.
type Ruling struct {
	batch    *Decision
	groups   map[string]*Decision
	messages map[int64]*Decision
	asked    map[string]bool  // groups about which the authority is asked; "" is the whole batch
	cleared  map[string]int64 // groups that it cleared, likewise, by the number of that decision
}

// Rule folds decisions, in their order, into what holds now.
func Rule(decisions []Decision) Ruling {
	r := Ruling{groups: map[string]*Decision{}, messages: map[int64]*Decision{}, asked: map[string]bool{}, cleared: map[string]int64{}}
	for i := range decisions {
		d := &decisions[i]
		if r.register(d) {
			continue
		}
		switch d.Scope {
		case WholeBatch:
			r.batch = d
		case Group:
			r.groups[d.GroupID] = d
		case Message:
			r.messages[d.Seq] = d
		}
	}
	if r.batch != nil && r.batch.Choice == Withdraw {
		r.batch = nil
	}
	drop(r.groups)
	drop(r.messages)
	return r
}

// register takes in what the register of escalations wrote; false for decisions of people at the desk.
func (r Ruling) register(d *Decision) bool {
	switch d.Choice {
	case Ask:
		r.asked[d.GroupID] = true
	case Recall:
		delete(r.asked, d.GroupID)
	case Clear:
		delete(r.asked, d.GroupID)
		r.cleared[d.GroupID] = d.N
	default:
		return false
	}
	return true
}

// pending tells whether the authority is asked about the group, or about all of the batch.
func (r Ruling) pending(group string) bool { return r.asked[""] || r.asked[group] }

// clearedBy is the number of the decision that brought the authority's consent, 0 where there is none.
func (r Ruling) clearedBy(group string) int64 { return max(r.cleared[""], r.cleared[group]) }

// waits tells whether messages with the verdict need an answer of the authority before they can be approved.
func (r Ruling) waits(v screening.Verdict, group string) bool {
	return r.pending(group) || v == screening.Escalate && r.clearedBy(group) == 0
}

func drop[K comparable](m map[K]*Decision) {
	for k, d := range m {
		if d.Choice == Withdraw {
			delete(m, k)
		}
	}
}

// On decides one message: what the rules refuse stays refused whoever approves the batch; what must go to the authority
// can be refused but not approved before its answer, and only by a decision after that (A09).
func (r Ruling) On(v screening.Verdict, group string, seq int64) Outcome {
	out, _ := r.explain(v, group, seq)
	return out
}

// explain is On with the decision that led to it; nil where the rules alone did, or nothing yet.
func (r Ruling) explain(v screening.Verdict, group string, seq int64) (Outcome, *Decision) {
	if v == screening.RefuseMessage || v == screening.RefuseBatch {
		return Refused, nil
	}
	d := r.holding(group, seq)
	switch {
	case d == nil:
		return Undecided, nil
	case d.Choice == Refuse:
		return Refused, d
	case r.waits(v, group):
		return Undecided, nil
	}
	return Approved, d
}

// holding is the narrowest decision that counts. Whoever approved before the authority's answer did not know it.
func (r Ruling) holding(group string, seq int64) *Decision {
	for _, d := range []*Decision{r.messages[seq], r.groups[group], r.batch} {
		if d != nil && (d.Choice == Refuse || d.N >= r.clearedBy(group)) {
			return d
		}
	}
	return nil
}

// narrow tells whether any decision is about less than the whole batch; without one, a chunk can be ruled by its counts.
func (r Ruling) narrow() bool {
	return len(r.groups) > 0 || len(r.messages) > 0 || about(r.asked) || about(r.cleared)
}

// about tells whether a map of groups has another than the whole batch.
func about[V any](groups map[string]V) bool {
	_, whole := groups[""]
	return len(groups) > 1 || len(groups) == 1 && !whole
}

// Counts are messages by verdict.
type Counts struct {
	Pass, Hold, Escalate, Refuse int64
}

// Total of all verdicts.
func (c Counts) Total() int64 { return c.Pass + c.Hold + c.Escalate + c.Refuse }

// Tally is how far a review has come, in messages.
type Tally struct {
	Approved  int64 `json:"approved"`
	Refused   int64 `json:"refused"`
	Undecided int64 `json:"undecided"`
	Escalated int64 `json:"escalated"` // part of Undecided: can only be refused or kept until the authority answers
}

// add counts n messages; waits says that they need an answer of the authority.
func (t *Tally) add(o Outcome, waits bool, n int64) {
	switch o {
	case Approved:
		t.Approved += n
	case Refused:
		t.Refused += n
	default:
		t.Undecided += n
		if waits {
			t.Escalated += n
		}
	}
}

// GroupCounts are the messages of one group of near-identical texts by verdict.
type GroupCounts struct {
	ID string
	Counts
}

// TallyUp counts a whole batch from its groups, without a look at the messages. Decisions on single messages move one
// message each from what their group's decision makes of it.
func (r Ruling) TallyUp(groups []GroupCounts) Tally {
	var t Tally
	for _, g := range groups {
		for _, part := range []struct {
			v screening.Verdict
			n int64
		}{{screening.Pass, g.Pass}, {screening.Hold, g.Hold}, {screening.Escalate, g.Escalate}, {screening.RefuseMessage, g.Refuse}} {
			t.add(r.On(part.v, g.ID, 0), r.waits(part.v, g.ID), part.n)
		}
	}
	for seq, d := range r.messages {
		waits := r.waits(d.verdict, d.GroupID)
		t.add(r.On(d.verdict, d.GroupID, 0), waits, -1)
		t.add(r.On(d.verdict, d.GroupID, seq), waits, 1)
	}
	return t
}

// HashDecisions identifies all decisions so far: two people agree only if they signed the same hash. round counts how often
// a finished review was taken back, so that nobody's signature outlives that.
func HashDecisions(batchID, ruleSet string, round int64, decisions []Decision) string {
	type row struct {
		N       int64    `json:"n"`
		Scope   Scope    `json:"scope"`
		Group   string   `json:"group"`
		Seq     int64    `json:"seq"`
		Choice  Choice   `json:"choice"`
		Reasons []string `json:"reasons"`
		User    string   `json:"user"`
	}
	rows := make([]row, len(decisions))
	for i, d := range decisions {
		rows[i] = row{d.N, d.Scope, d.GroupID, d.Seq, d.Choice, d.ReasonCodes, d.UserID}
	}
	b, err := json.Marshal(struct {
		Batch   string `json:"batch"`
		RuleSet string `json:"rule_set"`
		Round   int64  `json:"round"`
		Rows    []row  `json:"rows"`
	}{batchID, ruleSet, round, rows})
	if err != nil {
		panic(err) // plain strings and numbers always encode
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Own tells whether a person had a hand in making the batch and so must not judge it (invariant 16).
func Own(userID, submitterID, editorID string) bool {
	return userID == submitterID || userID == editorID
}

// Signers are the people still needed besides those who signed the present decisions: two where the risk is high and
// something would be sent, else one. Refusing everything never needs a second person.
func Signers(high bool, approved int64) int {
	if high && approved > 0 {
		return 2
	}
	return 1
}

// High tells whether a batch needs a second person.
func High(maxLevel int, escalated int64) bool { return maxLevel >= HighLevel || escalated > 0 }

// Risk is 0 (clean) to 100: the severity of the worst hit, the share of messages with hits, and whether something must go
// to the authority.
func Risk(maxLevel int, c Counts) int {
	risk := 12 * min(max(maxLevel, 0), HighLevel)
	if n := c.Total(); n > 0 {
		risk += int(25 * (c.Hold + c.Escalate + c.Refuse) / n)
	}
	if c.Escalate > 0 {
		risk += 15
	}
	return min(risk, 100)
}

// Target is when a batch should be decided: an hour after it came for a clean one, down to ten minutes for the riskiest.
// The queue is in the order of targets, so that risk goes first and nothing waits for ever.
func Target(came caldate.Instant, risk int) caldate.Instant {
	return came.Add(time.Hour - time.Duration(risk)*30*time.Second)
}

// Bits are the approved messages of a chunk, one bit each, lowest bit first.
type Bits []byte

// NewBits makes room for n messages, all unapproved or all approved.
func NewBits(n int, all bool) Bits {
	b := make(Bits, (n+7)/8)
	if all {
		for i := range n {
			b.Set(i)
		}
	}
	return b
}

// Set approves message i of the chunk (from 0).
func (b Bits) Set(i int) { b[i/8] |= 1 << (i % 8) }

// Has tells whether message i is approved.
func (b Bits) Has(i int) bool { return i >= 0 && i/8 < len(b) && b[i/8]&(1<<(i%8)) != 0 }

// reasons are the codes under which a batch or its refused part is refused, each once, in their order.
func reasons(decisions ...*Decision) []string {
	var out []string
	for _, d := range decisions {
		if d == nil || d.Choice != Refuse {
			continue
		}
		for _, c := range d.ReasonCodes {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}
