package review

import (
	"context"
	"fmt"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
)

// EscalationState is where a question to the authority stands.
type EscalationState string

// The states.
const (
	Asked     EscalationState = "asked"
	Answered  EscalationState = "answered"
	Withdrawn EscalationState = "withdrawn"
)

// Ruled is what the authority said.
type Ruled string

// What the authority can say. Allowed leaves the decision to people; forbidden is a refusal.
const (
	Allowed   Ruled = "allowed"
	Forbidden Ruled = "forbidden"
)

const (
	// answerWithin is how many days an answer is waited for before the first reminder, where the question names no day.
	answerWithin = 3
	// remindEvery is how many days lie between two reminders.
	remindEvery = 3
	// afterAnswer is how long people have to decide once the answer is there.
	afterAnswer = 30 * time.Minute
	// forbiddenReason is the reason code of what the authority forbade.
	forbiddenReason = "AUTHORITY.FORBIDDEN"
)

// Authorities are those that content is usually put before; another can be named.
func Authorities() []string {
	return []string{"通信管理局", "公安机关网络安全保卫部门", "互联网信息办公室", "市场监督管理局", "金融监督管理局", "电信运营商信息安全部门"}
}

// Escalation is content that we can't judge, put before the competent authority: what was asked, of whom, when, and the answer
// (A09). AskedAt and RecordedAt are business time; AnsweredOn is the day on the authority's paper.
type Escalation struct {
	ID           string `gorm:"primaryKey"`
	Number       string // QS-2026-0001
	BatchID      string
	BatchNumber  string
	CustomerID   string
	CustomerName string
	ContractID   string
	Scope        Scope // batch or group
	GroupID      string
	Messages     int64
	Question     string
	Authority    string
	State        EscalationState
	OpenKey      *string // one open question about the same
	AskedBy      string
	AskedName    string
	AskedAt      caldate.Instant
	DueOn        caldate.Date // an answer is expected by then
	RemindOn     caldate.Date // next reminder; empty once answered
	Reminders    int64
	Outcome      Ruled
	Answer       string
	AnswerRef    string // number of the authority's paper
	AnsweredOn   caldate.Date
	DocumentID   string
	RecordedBy   string
	RecordedName string
	RecordedAt   caldate.Instant
}

// TableName is escalations.
func (Escalation) TableName() string { return "escalations" }

// Question is what a reviewer wants to know of an authority.
type Question struct {
	BatchID   string
	Scope     Scope // batch or group
	GroupID   string
	Text      string
	Authority string
	DueOn     caldate.Date // empty: in three days
}

func (q *Question) check(today caldate.Date) error {
	var f errs.Fields
	q.Text = form.Lines(&f, "question", q.Text, 2000, true)
	q.Authority = form.Text(&f, "authority", q.Authority, 100, true)
	if q.Scope != WholeBatch && q.Scope != Group {
		f.Add("scope", "unknown", "只能就整批或一个分组请示", "ask about the batch or about a group")
	}
	if (q.Scope == Group) != (q.GroupID != "") {
		f.Add("group_id", "scope", "仅在按分组请示时填写分组编号，且必须填写", "name a group exactly when the scope is group")
	}
	if q.DueOn.IsZero() {
		q.DueOn = today.AddDays(answerWithin)
	}
	if q.DueOn.Before(today) || q.DueOn.Sub(today) > 90 {
		f.Add("due_on", "range", "答复期限应在今天起 90 天以内", "an answer is due within 90 days from today")
	}
	return f.Err(ErrQuestion)
}

// Escalate puts content before the authority. The caller must hold the claim; until there is an answer nothing of it can be
// approved, and a batch of which nothing else is open leaves the queue of open work. Errors: ErrQuestion with fields,
// ErrNoGroup, ErrNotClaimed, ErrAskedAlready.
func (s *Service) Escalate(ctx context.Context, q Question) (*Escalation, error) {
	if err := q.check(s.clock.Today()); err != nil {
		return nil, err
	}
	b, err := s.judge(ctx, q.BatchID)
	if err != nil {
		return nil, err
	}
	if err := s.enqueueOne(ctx, b.ID); err != nil {
		return nil, err
	}
	groups, err := s.groups(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	messages := b.Pass + b.Hold + b.Escalate
	if q.Scope == Group {
		g := find(groups, q.GroupID)
		if g == nil {
			return nil, ErrNoGroup
		}
		messages = g.Pass + g.Hold + g.Escalate
	}
	if messages == 0 {
		return nil, ErrRuledOut
	}
	me, open := actor.From(ctx), b.ID+"|"+q.GroupID
	e := &Escalation{
		ID: ids.New(), BatchID: b.ID, BatchNumber: b.Number, CustomerID: b.CustomerID, CustomerName: b.CustomerName, ContractID: b.ContractID, Scope: q.Scope, GroupID: q.GroupID,
		Messages: messages, Question: q.Text, Authority: q.Authority, State: Asked, OpenKey: &open, AskedBy: me.UserID, AskedName: me.Name, AskedAt: s.clock.Instant(),
		DueOn: q.DueOn, RemindOn: q.DueOn,
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, b.ID)
		if err != nil {
			return err
		}
		if err := s.hold(ctx, b.ID); err != nil {
			return err
		}
		if !it.undecided() {
			return ErrFinished
		}
		number, err := series.Kind{Name: "escalation", Mark: "QS", Digits: 4}.Year(s.clock.Today()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		e.Number = number
		if err := s.store.addEscalation(ctx, e); err != nil {
			if db.IsDuplicate(err) {
				return ErrAskedAlready
			}
			return err
		}
		if err := s.register(ctx, it, b, e, Ask, nil); err != nil {
			return err
		}
		p, err := s.progress(ctx, b, it, groups)
		if err != nil {
			return err
		}
		if Rule(p.decisions).allAsked(groups) { // nothing is left that people could decide or ask
			it.State = waiting
			if err := s.store.changeItem(ctx, it); err != nil {
				return err
			}
			if _, err := s.store.dropClaim(ctx, b.ID, me.UserID); err != nil {
				return err
			}
		}
		if err := s.recordEscalation(ctx, e, "escalation.ask", "", e.Question); err != nil {
			return err
		}
		return s.tellEscalation(ctx, e, "escalation_asked", "compliance_lead", "")
	})
	failpoint.Hit("review.escalate.asked")
	if err != nil {
		return nil, err
	}
	return e, nil
}

// allAsked tells whether the authority is asked about everything that is undecided.
func (r Ruling) allAsked(groups []GroupCounts) bool {
	for _, g := range groups {
		if !r.pending(g.ID) && r.within(g.ID).TallyUp([]GroupCounts{g}).Undecided > 0 {
			return false
		}
	}
	return true
}

func find(groups []GroupCounts, id string) *GroupCounts {
	for i := range groups {
		if groups[i].ID == id {
			return &groups[i]
		}
	}
	return nil
}

// register adds what the register says to the batch's decisions, so that signatures, manifest and checks see it.
func (s *Service) register(ctx context.Context, it *item, b *batch.Batch, e *Escalation, c Choice, reasons []string) error {
	me := actor.From(ctx)
	if err := s.store.addDecision(ctx, decisionRow{
		BatchID: b.ID, N: it.Decisions + 1, Scope: string(e.Scope), GroupID: e.GroupID, Choice: string(c), ReasonCodes: nonNil(reasons), Note: e.Number,
		UserID: me.UserID, UserName: me.Name, At: s.clock.Instant(), RealAt: s.clock.RealInstant(),
	}); err != nil {
		return err
	}
	it.Decisions, it.State = it.Decisions+1, open
	return s.store.changeItem(ctx, it)
}

// Reply is what the authority answered, on its paper.
type Reply struct {
	Outcome    Ruled
	Text       string
	Ref        string       // number of the paper
	On         caldate.Date // its day
	DocumentID string       // the paper itself
}

func (r *Reply) check(asked, today caldate.Date) error {
	var f errs.Fields
	r.Text = form.Lines(&f, "answer", r.Text, 2000, true)
	r.Ref = form.Text(&f, "answer_ref", r.Ref, 100, true)
	if r.Outcome != Allowed && r.Outcome != Forbidden {
		f.Add("outcome", "unknown", "请选择答复结果：可以发送（allowed）或不得发送（forbidden）", "choose what was answered: allowed or forbidden")
	}
	if r.On.IsZero() || r.On.Before(asked) || r.On.After(today) {
		f.Add("answered_on", "range", "答复日期应在请示之日与今天之间", "the day of the answer lies between the question and today")
	}
	if r.DocumentID == "" {
		f.Add("document_id", "required", "请上传主管部门的答复文件", "upload the authority's paper")
	}
	return f.Err(ErrReply)
}

// RecordAnswer enters the authority's answer with its paper. Content that it forbids is refused by that; for content that it
// allows people decide anew: the batch comes back to the queue. Whoever made the batch can't enter it. Errors: ErrNoEscalation,
// ErrEscalationState, ErrReply with fields, ErrOwnBatch, those of document.Link.
func (s *Service) RecordAnswer(ctx context.Context, id string, r Reply) (*Escalation, error) {
	return s.settleEscalation(ctx, id, func(ctx context.Context, e *Escalation) (Choice, []string, error) {
		if err := r.check(e.AskedAt.Date(), s.clock.Today()); err != nil {
			return "", nil, err
		}
		d, err := s.extras.Documents.Link(ctx, r.DocumentID, "escalation", e.ID, e.CustomerID, e.ContractID)
		if err != nil {
			return "", nil, err
		}
		e.State, e.Outcome, e.Answer, e.AnswerRef, e.AnsweredOn, e.DocumentID = Answered, r.Outcome, r.Text, r.Ref, r.On, d.ID
		if r.Outcome == Forbidden {
			return Refuse, []string{forbiddenReason}, nil
		}
		return Clear, nil, nil
	})
}

// WithdrawQuestion takes a question back, with the reason. What the rules escalated still needs an answer. Errors:
// ErrNoEscalation, ErrEscalationState, ErrReply, ErrOwnBatch.
func (s *Service) WithdrawQuestion(ctx context.Context, id, reason string) (*Escalation, error) {
	return s.settleEscalation(ctx, id, func(_ context.Context, e *Escalation) (Choice, []string, error) {
		var f errs.Fields
		e.Answer = form.Lines(&f, "reason", reason, 500, true)
		e.State = Withdrawn
		return Recall, nil, f.Err(ErrReply)
	})
}

// settleEscalation ends a question: what came of it goes into the register and, while the batch is in review, into its decisions.
func (s *Service) settleEscalation(ctx context.Context, id string, act func(ctx context.Context, e *Escalation) (Choice, []string, error)) (*Escalation, error) {
	e, err := s.store.escalation(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := s.batches.Get(ctx, e.BatchID)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	if me.IsSystem() || Own(me.UserID, b.SubmitterID, b.EditorID) {
		return nil, ErrOwnBatch
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		it, err := s.store.lockItem(ctx, e.BatchID)
		if err != nil {
			return err
		}
		if e, err = s.store.escalation(ctx, id); err != nil {
			return err
		}
		if e.State != Asked {
			return ErrEscalationState.With("state", string(e.State))
		}
		choice, reasons, err := act(ctx, e)
		if err != nil {
			return err
		}
		e.OpenKey, e.RemindOn, e.RecordedBy, e.RecordedName, e.RecordedAt = nil, caldate.Date{}, me.UserID, me.Name, s.clock.Instant()
		if ok, err := s.store.settleEscalation(ctx, e); err != nil || !ok {
			return orState(err, ErrEscalationState)
		}
		if it.undecided() && b.State == batch.InReview {
			if err := s.register(ctx, it, b, e, choice, reasons); err != nil {
				return err
			}
			if err := s.store.setDue(ctx, e.BatchID, s.clock.Instant().Add(afterAnswer)); err != nil {
				return err
			}
		}
		if err := s.recordEscalation(ctx, e, "escalation."+string(e.State), Asked, e.Answer); err != nil {
			return err
		}
		return s.tellEscalation(ctx, e, "escalation_answered", "compliance_reviewer", "")
	})
	failpoint.Hit("review.escalate.settled")
	if err != nil {
		return nil, err
	}
	return e, nil
}

func orState(err error, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// RemindEscalations tells the compliance leads of questions whose answer is due, and again every three days. A second run of the
// day does nothing.
func (s *Service) RemindEscalations(ctx context.Context, day caldate.Date) (n int, err error) {
	due, err := s.store.toRemind(ctx, day)
	if err != nil {
		return 0, err
	}
	for i := range due {
		e := &due[i]
		err := s.db.Run(ctx, func(ctx context.Context) error {
			ok, err := s.store.remind(ctx, e, day.AddDays(remindEvery))
			if err != nil || !ok {
				return err
			}
			n++
			return s.tellEscalation(ctx, e, "escalation_reminder", "compliance_lead", day.String())
		})
		if err != nil {
			return n, fmt.Errorf("remind of escalation %s: %w", e.Number, err)
		}
	}
	return n, nil
}

var ruledWords = map[Ruled][2]string{Allowed: {"可以发送，请作出审核决定", "it may be sent; decide now"}, Forbidden: {"不得发送，已拒绝", "it must not be sent and is refused"}}

func (s *Service) tellEscalation(ctx context.Context, e *Escalation, kind, role, day string) error {
	vars := map[string]string{"customer": e.CustomerName, "batch": e.BatchNumber, "number": e.Number, "authority": e.Authority}
	var en map[string]string
	switch kind {
	case "escalation_asked":
		vars["due"] = e.DueOn.String()
	case "escalation_reminder":
		vars["asked"], vars["due"], vars["day"] = e.AskedAt.Date().String(), e.DueOn.String(), day
	default:
		w := ruledWords[e.Outcome]
		if e.State == Withdrawn {
			w = [2]string{"请示已撤回", "the question was withdrawn"}
		}
		vars["outcome"], en = w[0], map[string]string{"outcome": w[1]}
	}
	about := notice.About{ObjectType: "escalation", ObjectID: e.ID, CustomerID: e.CustomerID}
	return s.notices.Send(ctx, notice.To{Role: role, About: about}, kind, vars, en)
}

func (s *Service) recordEscalation(ctx context.Context, e *Escalation, action string, from EscalationState, reason string) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "escalation", ObjectID: e.ID, CustomerID: e.CustomerID, ContractID: e.ContractID, From: string(from), To: string(e.State), Reason: cut(reason),
		Detail: map[string]any{"number": e.Number, "batch": e.BatchID, "group": e.GroupID, "authority": e.Authority, "outcome": e.Outcome, "answer_ref": e.AnswerRef},
	})
}

// EscalationQuery narrows and pages the register; the newest come first.
type EscalationQuery struct {
	States  []string
	BatchID string
	Search  string // part of the number, the batch's, the customer's or the authority's name
	Cursor  string
	Limit   int
}

// Escalations gives a page of the register within the caller's scope, and how many match.
func (s *Service) Escalations(ctx context.Context, q EscalationQuery) ([]Escalation, int64, error) {
	return s.store.escalations(ctx, q)
}

// Escalation gives one entry of the register.
func (s *Service) Escalation(ctx context.Context, id string) (*Escalation, error) {
	return s.store.escalation(ctx, id)
}
