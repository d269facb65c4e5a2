package ruleset

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// The states of a proposal.
const (
	Proposed = "proposed"
	Accepted = "accepted" // its context stands in the draft
	Declined = "declined"
)

// Proposal is a false alarm that a reviewer reported: in this context, the rule should not have hit.
type Proposal struct {
	ID            string          `gorm:"primaryKey" json:"id"`
	State         string          `json:"state" enum:"proposed,accepted,declined"`
	RuleID        string          `json:"rule"`
	RuleSet       string          `json:"rule_set"`
	Word          string          `json:"word" doc:"What was hit, as it stood in the text."`
	Context       string          `json:"context" doc:"The longer words in which it is harmless."`
	Note          string          `json:"note"`
	BatchID       string          `json:"batch_id"`
	BatchNumber   string          `json:"batch_number"`
	CustomerID    string          `json:"-"`
	GroupID       string          `json:"group_id"`
	Messages      int64           `json:"messages" doc:"Of the group it was seen in."`
	CreatedAt     caldate.Instant `json:"created_at"`
	CreatedBy     string          `json:"created_by"`
	CreatedName   string          `json:"created_by_name"`
	DecidedAt     caldate.Instant `json:"decided_at"`
	DecidedBy     string          `json:"decided_by,omitempty"`
	DecidedName   string          `json:"decided_by_name,omitempty"`
	DecidedReason string          `json:"decided_reason,omitempty"`
	DraftID       string          `json:"draft_id,omitempty"`
}

// TableName is rule_exceptions.
func (Proposal) TableName() string { return "rule_exceptions" }

// MaxContext is how long an allowed context may be, in characters: words, not a message.
const MaxContext = 40

var manyDigits = regexp.MustCompile(`[0-9０-９]{5,}`)

// CheckContext says what is wrong with an allowed context for a word; nil where nothing is. It goes into the rules, where anyone
// on the desk reads it, so no numbers of people may stand in it.
func CheckContext(word, context string) error {
	switch n := utf8.RuneCountInString(context); {
	case strings.TrimSpace(context) == "":
		return ErrContext.At("context", "required", "请写出不该命中的语境，例如“官方贷款提示”", "write the words in which the hit is harmless")
	case n > MaxContext:
		return ErrContext.At("context", "too_long", fmt.Sprintf("语境最多 %d 个字，只留下说明问题的那几个字", MaxContext), fmt.Sprintf("at most %d characters: only the words that matter", MaxContext))
	case word != "" && !strings.Contains(context, word):
		return ErrContext.At("context", "apart", "语境里要包含被命中的“"+word+"”", "the context has to contain what was hit: "+word)
	case strings.TrimSpace(context) == word:
		return ErrContext.At("context", "same", "语境要比被命中的词长，否则这个词就再也不会命中", "the context has to be longer than the word, or the word would never hit again")
	case manyDigits.MatchString(context):
		return ErrContext.At("context", "digits", "语境里不要有号码或验证码", "no numbers or codes of people in the context")
	}
	return nil
}

// Propose keeps a report. The caller has made sure that the hit is really there. The same report that still waits is not kept
// twice.
func (s *Service) Propose(ctx context.Context, p Proposal) (*Proposal, error) {
	p.Context, p.Note = strings.TrimSpace(p.Context), strings.TrimSpace(p.Note)
	if err := CheckContext(p.Word, p.Context); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(p.Note) > 500 {
		return nil, ErrContext.At("note", "too_long", "说明最多 500 字", "a note has at most 500 characters")
	}
	who := actor.From(ctx)
	err := s.db.Run(ctx, func(ctx context.Context) error {
		have, err := s.store.sameProposal(ctx, p.RuleID, p.Context)
		if err != nil {
			return err
		}
		if have != nil {
			p = *have
			return nil
		}
		p.ID, p.State, p.CreatedAt, p.CreatedBy, p.CreatedName = ids.New(), Proposed, s.clock.Instant(), who.UserID, who.Name
		if err := s.store.insertProposal(ctx, &p); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "ruleset.propose_exception", ObjectType: "rule_exception", ObjectID: p.ID, CustomerID: p.CustomerID, To: Proposed,
			Detail: map[string]any{"rule": p.RuleID, "batch": p.BatchID, "group": p.GroupID},
		})
	})
	return &p, err
}

// Proposals lists reports, the newest first, and how many there are in each state.
func (s *Service) Proposals(ctx context.Context, states []string) ([]Proposal, map[string]int64, error) {
	return s.store.proposals(ctx, states, 200)
}

func (s *Service) proposed(ctx context.Context, id string) (*Proposal, error) {
	p, err := s.store.proposal(ctx, id)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, ErrNoProposal
	}
	if p.State != Proposed {
		return nil, ErrDecided.With("state", p.State)
	}
	return p, nil
}

// AcceptException puts the context (as proposed, or as the editor words it) into the exceptions of the draft's rule. It is refused
// where the rule's own examples would fail with it.
func (s *Service) AcceptException(ctx context.Context, id, context_ string) (*Saved, error) {
	p, err := s.proposed(ctx, id)
	if err != nil {
		return nil, err
	}
	if context_ = strings.TrimSpace(context_); context_ == "" {
		context_ = p.Context
	}
	if err := CheckContext(p.Word, context_); err != nil {
		return nil, err
	}
	key := docKey(KindRule, p.RuleID)
	o, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	if o.Change == "deleted" {
		return nil, ErrNoDoc.With("document", key)
	}
	if o.Form == nil || o.Form.Rule == nil || o.Waiting {
		return nil, ErrUnsound.At(key, "unsound", "这条规则的草稿有错误，请先改好再采纳", "the draft of this rule has faults; mend it first")
	}
	r := *o.Form.Rule
	if !slices.Contains(r.Except, context_) {
		r.Except = append(slices.Clone(r.Except), context_)
	}
	text, err := Form{Rule: &r}.Text(KindRule, o.Text)
	if err != nil {
		return nil, err
	}
	ps, _, _, err := s.CheckText(ctx, key, KindRule, text)
	if err != nil {
		return nil, err
	}
	if failures(ps) {
		return nil, errorOf(ps)
	}
	// The draft first: a kill between the two leaves a report that can be accepted again, with the same outcome.
	saved, err := s.Save(ctx, key, text, o.Version)
	if err != nil {
		return nil, err
	}
	return saved, s.db.Run(ctx, func(ctx context.Context) error {
		d, err := s.store.liveDraft(ctx, false)
		if err != nil {
			return err
		}
		if d != nil {
			p.DraftID = d.ID
		}
		return s.decide(ctx, p, Accepted, "")
	})
}

// DeclineException says no, with the reason; the reviewer sees it.
func (s *Service) DeclineException(ctx context.Context, id, reason string) error {
	reason, err := checkReason(reason)
	if err != nil {
		return err
	}
	p, err := s.proposed(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error { return s.decide(ctx, p, Declined, reason) })
}

func (s *Service) decide(ctx context.Context, p *Proposal, to, reason string) error {
	who := actor.From(ctx)
	p.State, p.DecidedAt, p.DecidedBy, p.DecidedName, p.DecidedReason = to, s.clock.Instant(), who.UserID, who.Name, reason
	ok, err := s.store.decideProposal(ctx, p)
	if err != nil {
		return err
	}
	if !ok {
		return ErrDecided
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: "ruleset." + map[string]string{Accepted: "accept_exception", Declined: "decline_exception"}[to], ObjectType: "rule_exception", ObjectID: p.ID,
		CustomerID: p.CustomerID, From: Proposed, To: to, Reason: reason, Detail: map[string]any{"rule": p.RuleID},
	})
}
