package screening

import "sort"

// Backtest compares what two sets say about the same messages, split by what people
// decided then. It is not safe for concurrent use: give each worker one and Merge them.
type Backtest struct {
	before, after *Screener
	b, a          Result
	moves         map[moveKey]int64
	rules         map[string]*RuleChange
	seen          map[string]bool
	messages      int64
	bytes         int64
}

type moveKey struct {
	before, after Verdict
	decided       string
}

// Comparison is the outcome of a backtest.
type Comparison struct {
	Messages int64        `json:"messages"`
	Bytes    int64        `json:"bytes"`
	Changed  int64        `json:"changed"` // messages whose verdict differs
	Before   []VerdictSum `json:"before"`
	After    []VerdictSum `json:"after"`
	// Moves is the matrix: from verdict, to verdict, what people decided; only what occurred.
	Moves []Move       `json:"moves"`
	Rules []RuleChange `json:"rules"` // by id, those that hit in either set
}

// VerdictSum is how many messages got a verdict.
type VerdictSum struct {
	Verdict  Verdict `json:"verdict"`
	Messages int64   `json:"messages"`
}

// Move is one cell of the matrix.
type Move struct {
	Before   Verdict `json:"before"`
	After    Verdict `json:"after"`
	Decided  string  `json:"decided"` // as the caller names it (passed, refused, …); empty: nobody looked
	Messages int64   `json:"messages"`
}

// RuleChange is how many messages a rule hit, shadow rules included.
type RuleChange struct {
	Rule   string `json:"rule"`
	Before int64  `json:"before"`
	After  int64  `json:"after"`
}

// Verdicts are all verdicts, mildest first.
var Verdicts = []Verdict{Pass, Hold, Escalate, RefuseMessage, RefuseBatch}

// NewBacktest compares two sets.
func NewBacktest(before, after *Set) *Backtest {
	return &Backtest{
		before: before.NewScreener(), after: after.NewScreener(), moves: map[moveKey]int64{}, rules: map[string]*RuleChange{}, seen: map[string]bool{},
	}
}

// Add judges a message by both sets and counts it; decided says what people made of it
// then. The results are valid until the next call.
func (t *Backtest) Add(m *Message, decided string) (before, after *Result) {
	t.before.Screen(m, &t.b)
	t.after.Screen(m, &t.a)
	t.messages++
	t.bytes += int64(len(m.Text))
	t.moves[moveKey{t.b.Verdict, t.a.Verdict, decided}]++
	for i, r := range []*Result{&t.b, &t.a} {
		clear(t.seen)
		for h := range r.Hits {
			id := r.Hits[h].Rule
			if t.seen[id] {
				continue
			}
			t.seen[id] = true
			c := t.rules[id]
			if c == nil {
				c = &RuleChange{Rule: id}
				t.rules[id] = c
			}
			if i == 0 {
				c.Before++
			} else {
				c.After++
			}
		}
	}
	return &t.b, &t.a
}

// Merge adds what another backtest of the same sets has counted.
func (t *Backtest) Merge(o *Backtest) {
	t.messages += o.messages
	t.bytes += o.bytes
	for k, n := range o.moves {
		t.moves[k] += n
	}
	for id, c := range o.rules {
		if mine := t.rules[id]; mine != nil {
			mine.Before += c.Before
			mine.After += c.After
			continue
		}
		t.rules[id] = &RuleChange{id, c.Before, c.After}
	}
}

// Comparison sums up what was counted so far.
func (t *Backtest) Comparison() Comparison {
	c := Comparison{Messages: t.messages, Bytes: t.bytes, Moves: []Move{}, Rules: []RuleChange{}}
	before, after := map[Verdict]int64{}, map[Verdict]int64{}
	for k, n := range t.moves {
		before[k.before] += n
		after[k.after] += n
		if k.before != k.after {
			c.Changed += n
		}
		c.Moves = append(c.Moves, Move{k.before, k.after, k.decided, n})
	}
	for _, v := range Verdicts {
		c.Before = append(c.Before, VerdictSum{v, before[v]})
		c.After = append(c.After, VerdictSum{v, after[v]})
	}
	sort.Slice(c.Moves, func(i, j int) bool {
		a, b := c.Moves[i], c.Moves[j]
		if a.Before != b.Before {
			return a.Before.Severity() < b.Before.Severity()
		}
		if a.After != b.After {
			return a.After.Severity() < b.After.Severity()
		}
		return a.Decided < b.Decided
	})
	for _, id := range sortedKeys(t.rules) {
		c.Rules = append(c.Rules, *t.rules[id])
	}
	return c
}
