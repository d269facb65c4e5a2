package review

import (
	"context"
	"strconv"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/screening"
)

// GroupView is the near-identical texts of a batch as the reviewer sees them: one masked sample with its hits marked, the
// counts, and what is decided.
type GroupView struct {
	ID       string              `json:"id"`
	Rest     bool                `json:"rest" doc:"texts too many to be grouped one by one, put together by verdict"`
	Messages int64               `json:"messages"`
	Wordings int64               `json:"wordings" doc:"how many wordings it has that are more than other numbers and codes"`
	Pass     int64               `json:"pass"`
	Hold     int64               `json:"hold"`
	Refuse   int64               `json:"refuse"`
	Escalate int64               `json:"escalate"`
	Parts    int64               `json:"parts"`
	MaxLevel int64               `json:"max_level"`
	Rules    []string            `json:"rules"`
	Reasons  []string            `json:"reason_codes"`
	FirstSeq int64               `json:"first_seq"`
	Segments []screening.Segment `json:"segments"`
	Hits     []screening.Hit     `json:"hits"`
	Tally    Tally               `json:"tally"`
	Position int64               `json:"position"`
}

// MessageView is one message for a reviewer: number masked, hits marked.
type MessageView struct {
	Seq      int64               `json:"seq"`
	Line     int64               `json:"line"`
	Phone    string              `json:"phone" doc:"masked"`
	Carrier  string              `json:"carrier"`
	Parts    int                 `json:"parts"`
	Verdict  screening.Verdict   `json:"verdict"`
	Level    int                 `json:"level"`
	GroupID  string              `json:"group_id"`
	Segments []screening.Segment `json:"segments"`
	Hits     []screening.Hit     `json:"hits"`
	Outcome  string              `json:"outcome" enum:"undecided,approved,refused"`
}

// Check is one thing that the reviewer need not find out herself.
type Check struct {
	Code   string `json:"code"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// Desk is all that a reviewer needs about a batch, on one page.
type Desk struct {
	Batch     *batch.Batch
	Queued    Queued
	Claim     *Claim
	Groups    []GroupView
	Progress  *Progress
	Decisions []Decision
	Record    Record
	Past      []Past
	Similar   []SimilarBatch
	Notes     []Note
	Questions []Escalation
	Checks    []Check
	Withheld  bool // the texts are left out: the caller neither holds the claim nor named a purpose
}

// Mask hides the middle of a number (P02).
func Mask(phone string) string {
	if len(phone) < 8 {
		return "****"
	}
	return phone[:3] + "****" + phone[len(phone)-4:]
}

func (s *Service) groups(ctx context.Context, batchID string) ([]GroupCounts, error) {
	rows, err := s.batches.GroupCounts(ctx, batchID)
	if err != nil {
		return nil, err
	}
	out := make([]GroupCounts, len(rows))
	for i, g := range rows {
		out[i] = GroupCounts{g.ID, Counts{g.Pass, g.Hold, g.Escalate, g.Refuse}}
	}
	return out, nil
}

// groupsShown bounds a desk page; the groups come worst and largest first, the rest by Groups.
const groupsShown = 100

// Open gives the desk view of a batch. Texts are shown to who holds the claim, whose purpose is the review, and to others who
// name a purpose and why; every look is an audit row (A22). Errors: ErrPurpose with fields.
func (s *Service) Open(ctx context.Context, batchID string, why ...Look) (*Desk, error) {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	if err := s.enqueueOne(ctx, batchID); err != nil {
		return nil, err
	}
	it, err := s.store.item(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	counts, err := s.groups(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.progress(ctx, b, it, counts)
	if err != nil {
		return nil, err
	}
	claim, err := s.store.claim(ctx, b.ID, s.clock.RealInstant())
	if err != nil {
		return nil, err
	}
	look, err := s.purposeOf(ctx, b.ID, claim, why)
	if err != nil {
		return nil, err
	}
	d := &Desk{Batch: b, Progress: p, Decisions: p.decisions, Claim: claim.claim(), Withheld: look.Purpose == ""}
	if d.Groups, err = s.Groups(ctx, batchID, 0, groupsShown); err != nil {
		return nil, err
	}
	if d.Similar, err = s.similarTo(ctx, b.ID); err != nil {
		return nil, err
	}
	if d.Withheld {
		withhold(d.Groups)
	}
	if d.Notes, err = s.store.notes(ctx, b.CustomerID, notesShown); err != nil {
		return nil, err
	}
	if d.Questions, _, err = s.store.escalations(ctx, EscalationQuery{BatchID: b.ID, Limit: 50}); err != nil {
		return nil, err
	}
	if d.Record, err = s.store.record(ctx, b.CustomerID, b.ID); err != nil {
		return nil, err
	}
	if d.Past, err = s.store.past(ctx, b.CustomerID, b.ID, 10); err != nil {
		return nil, err
	}
	if d.Checks, err = s.checks(ctx, b, p); err != nil {
		return nil, err
	}
	d.Queued = Queued{
		BatchID: b.ID, Number: b.Number, CustomerID: b.CustomerID, CustomerName: b.CustomerName, ContractID: b.ContractID, Category: string(b.Category),
		FileName: b.FileName, SubmitterID: b.SubmitterID, SubmitterName: b.SubmitterName, Good: b.Good, Parts: b.Parts, Pass: b.Pass, Hold: b.Hold,
		Refuse: b.Refuse, Escalate: b.Escalate, GroupCount: b.GroupCount, ScheduledAt: b.ScheduledAt, Risk: it.Risk, MaxLevel: it.MaxLevel, HighRisk: it.HighRisk, State: it.State, CameAt: it.CameAt, DueAt: it.DueAt,
		Own: Own(actor.From(ctx).UserID, b.SubmitterID, b.EditorID),
	}
	if d.Claim != nil {
		d.Queued.ClaimUserID, d.Queued.ClaimUserName, d.Queued.ClaimExpires = d.Claim.UserID, d.Claim.UserName, d.Claim.ExpiresAt
	}
	row := []Queued{d.Queued}
	if err := s.route(ctx, row); err != nil {
		return nil, err
	}
	d.Queued = row[0]
	if d.Withheld {
		return d, nil
	}
	return d, s.logLook(ctx, b, look, nil)
}

// MoreGroups is Groups for a page, with how many there are; texts are shown and the look is logged as by Open.
func (s *Service) MoreGroups(ctx context.Context, batchID string, after int64, limit int, why ...Look) ([]GroupView, int64, error) {
	b, err := s.batches.Get(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	claim, err := s.store.claim(ctx, b.ID, s.clock.RealInstant())
	if err != nil {
		return nil, 0, err
	}
	look, err := s.purposeOf(ctx, b.ID, claim, why)
	if err != nil {
		return nil, 0, err
	}
	groups, err := s.Groups(ctx, batchID, after, limit)
	if err != nil {
		return nil, 0, err
	}
	if look.Purpose == "" {
		withhold(groups)
		return groups, b.GroupCount, nil
	}
	return groups, b.GroupCount, s.logLook(ctx, b, look, map[string]any{"groups": len(groups), "after": after})
}

// Groups gives groups of texts after a position, worst first.
func (s *Service) Groups(ctx context.Context, batchID string, after int64, limit int) ([]GroupView, error) {
	gs, err := s.batches.Groups(ctx, batchID, after, limit)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.decisions(ctx, batchID)
	if err != nil {
		return nil, err
	}
	r := Rule(ds)
	out := make([]GroupView, len(gs))
	for i, g := range gs {
		c := Counts{g.Pass, g.Hold, g.Escalate, g.Refuse}
		out[i] = GroupView{
			ID: g.ID, Rest: g.Rest, Messages: g.Total(), Wordings: g.Wordings, Pass: g.Pass, Hold: g.Hold, Refuse: g.Refuse, Escalate: g.Escalate, Parts: g.Parts,
			MaxLevel: g.MaxLevel, Rules: nonNil(g.Rules), Reasons: nonNil(g.Reasons), FirstSeq: g.FirstSeq,
			Segments: segments(g.Sample, g.SampleHits), Hits: hits(g.SampleHits), Tally: r.within(g.ID).TallyUp([]GroupCounts{{g.ID, c}}), Position: g.Position,
		}
	}
	return out, nil
}

// within is the ruling as far as it concerns one group.
func (r Ruling) within(group string) Ruling {
	out := Ruling{batch: r.batch, groups: r.groups, messages: map[int64]*Decision{}, asked: r.asked, cleared: r.cleared}
	for seq, d := range r.messages {
		if d.GroupID == group {
			out.messages[seq] = d
		}
	}
	return out
}

func segments(text string, h []screening.Hit) []screening.Segment {
	out := screening.Segments(text, h)
	for i := range out {
		if out[i].Hits == nil {
			out[i].Hits = []int{}
		}
	}
	return out
}

func hits(h []screening.Hit) []screening.Hit {
	if h == nil {
		return []screening.Hit{}
	}
	return h
}

// Messages gives a page of messages of a batch (of one group where groupID is set) after a number, numbers masked, and where the next
// page begins (0: nowhere). Only the holder of the claim sees single messages; every look is logged (A22).
func (s *Service) Messages(ctx context.Context, batchID, groupID string, after int64, limit int) (views []MessageView, next int64, err error) {
	b, err := s.judge(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	c, err := s.store.claim(ctx, batchID, s.clock.RealInstant())
	if err != nil {
		return nil, 0, err
	}
	if c == nil || c.UserID != actor.From(ctx).UserID {
		return nil, 0, ErrNotClaimed
	}
	ds, err := s.store.decisions(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	page, next, err := s.batches.Page(ctx, batchID, groupID, after, limit)
	if err != nil {
		return nil, 0, err
	}
	r := Rule(ds)
	for _, o := range page {
		m, v := o.Message, o.Verdict
		views = append(views, MessageView{
			Seq: v.Seq, Line: m.Line, Phone: Mask(m.Phone), Carrier: m.Carrier, Parts: m.Parts, Verdict: v.Verdict, Level: v.Level, GroupID: v.Group,
			Segments: segments(m.Text, v.Hits), Hits: hits(v.Hits), Outcome: r.On(v.Verdict, v.Group, v.Seq).String(),
		})
	}
	return views, next, s.logLook(ctx, b, Look{Purpose: ForReview}, map[string]any{"messages": len(views), "group": groupID, "after": after})
}

// checks tells what the house knows: may the contract send, is the category allowed, does it fit into the day, what do the
// batch rules say. None of them decides; hand-off asks again.
func (s *Service) checks(ctx context.Context, b *batch.Batch, p *Progress) ([]Check, error) {
	now := s.clock.Instant()
	may, err := s.contracts.Sendable(asSystem(ctx), b.ContractID, now)
	if err != nil {
		return nil, err
	}
	detail := ""
	for _, r := range may.Reasons {
		detail = join(detail, r)
	}
	out := []Check{{"contract", may.Allowed, detail}}
	c, err := s.contracts.Get(asSystem(ctx), b.ContractID)
	if err != nil {
		return nil, err
	}
	allowed := false
	for _, a := range c.AllowedCategories {
		allowed = allowed || a == string(b.Category)
	}
	out = append(out, Check{"category", allowed, string(b.Category)})
	hours := Check{"hours", true, c.SendFrom + "–" + c.SendTo}
	start := now
	if b.ScheduledAt.After(now) {
		start = b.ScheduledAt
	}
	if at := start.Time().Format("15:04"); c.SendFrom != "" && c.SendTo != "" && (at < c.SendFrom || at >= c.SendTo) {
		hours.OK = false // it will wait, which is no reason to refuse
	}
	out = append(out, hours)
	if room, limited := c.Terms.Room(0); limited {
		out = append(out, Check{"daily_cap", b.PassParts <= room, strconv.FormatInt(b.PassParts, 10) + " / " + strconv.FormatInt(room, 10)})
	}
	detail = ""
	for _, h := range b.Hits {
		detail = join(detail, h.ReasonCode)
	}
	out = append(out, Check{"batch_rules", len(b.Hits) == 0, detail})
	if p.Tally.Escalated > 0 {
		out = append(out, Check{"authority", false, strconv.FormatInt(p.Tally.Escalated, 10)})
	}
	return out, nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// Actions are what may be done next with a batch on the desk, by the caller as a person; capabilities narrow them further.
func (d *Desk) Actions(me string, realNow caldate.Instant) []string {
	out := []string{}
	if d.Queued.Own {
		return out
	}
	mine := d.Claim != nil && d.Claim.UserID == me
	if m := d.Progress.Manifest; m != nil {
		if m.TakenAt.IsZero() && realNow.Before(m.NotBefore) {
			out = append(out, "undo")
		}
		return out
	}
	if d.Batch.State != batch.InReview {
		return out
	}
	signedByOther := false
	for _, g := range d.Progress.Signed {
		signedByOther = signedByOther || g.UserID != me
	}
	switch {
	case d.Claim == nil || mine:
		if !mine && d.Queued.Fit != FitNot {
			out = append(out, "claim")
		}
		if signedByOther && d.Progress.State == second {
			out = append(out, "confirm")
		}
	}
	if mine {
		out = append(out, "decide", "escalate", "release", "hand_over")
		if d.Progress.Tally.Undecided == 0 && !(signedByOther && d.Progress.HighRisk && d.Progress.Tally.Approved > 0) {
			out = append(out, "finish")
		}
	}
	return out
}
