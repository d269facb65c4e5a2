// Package ticket keeps questions of customers and our answers. See README.md.
package ticket

import (
	"slices"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// State is whose turn it is.
type State string

// The states.
const (
	Open     State = "open"     // waits for us
	Answered State = "answered" // waits for the customer
	Closed   State = "closed"
)

var moves = map[State][]State{
	Open:     {Answered, Closed},
	Answered: {Open, Closed},
	Closed:   {Open}, // the customer writes again, within reopenDays
}

// MayGo tells whether the state table has from → to.
func MayGo(from, to State) bool { return slices.Contains(moves[from], to) }

// Kind is what a ticket is about; it says who of us is told.
type Kind string

// The kinds.
const (
	Question   Kind = "question"    // → sales
	Batch      Kind = "batch"       // a refusal, a delay → compliance
	Bill       Kind = "bill"        // → finance
	PlanChange Kind = "plan_change" // a request for other terms → sales
	API        Kind = "api"         // → sales, who asks the technicians
)

// roles are who is told of a new ticket of a kind; sales: the owner of the customer.
var roles = map[Kind]string{Question: "sales", Batch: "compliance_reviewer", Bill: "finance", PlanChange: "sales", API: "sales"}

// Kinds lists all kinds, in the order in which forms show them.
func Kinds() []Kind { return []Kind{Question, Batch, Bill, PlanChange, API} }

// Answers are due within these times of the customer's last question, on the business clock.
const (
	AnswerWithin       = 24 * time.Hour
	UrgentAnswerWithin = 4 * time.Hour
	reopenDays         = 14
)

// Side is who wrote.
type Side string

// The sides.
const (
	Customer Side = "customer"
	Provider Side = "provider"
)

// Ticket is a question and what followed.
type Ticket struct {
	ID           string `gorm:"primaryKey"`
	Number       string // T-000001, gap-free
	CustomerID   string
	ContractID   string
	Kind         Kind
	Subject      string
	State        State
	Urgent       bool
	OpenedBy     string
	OpenedByName string
	OpenedAt     caldate.Instant
	DueAt        caldate.Instant // zero: nothing is due
	AnsweredAt   caldate.Instant // first answer
	ClosedAt     caldate.Instant
	ClosedBy     string
	TakenBy      string // who of us looks after it
	TakenByName  string
	Posts        int64
	Version      int64
	UpdatedAt    caldate.Instant
	Thread       []Post `gorm:"-"`
}

// TableName is tickets.
func (Ticket) TableName() string { return "tickets" }

// Overdue tells whether our answer is late.
func (t *Ticket) Overdue(now caldate.Instant) bool {
	return t.State == Open && !t.DueAt.IsZero() && now.After(t.DueAt)
}

// within is how long we have to answer.
func (t *Ticket) within() time.Duration {
	if t.Urgent {
		return UrgentAnswerWithin
	}
	return AnswerWithin
}

// Actions tell what a side may do with the ticket now.
func (t *Ticket) Actions(side Side, now caldate.Instant) []string {
	out := []string{}
	switch {
	case t.State != Closed:
		out = append(out, "reply", "close")
	case side == Customer && t.mayReopen(now):
		out = append(out, "reply")
	}
	if side == Provider && t.State != Closed {
		out = append(out, "take")
	}
	return out
}

func (t *Ticket) mayReopen(now caldate.Instant) bool {
	return now.Date().Sub(t.ClosedAt.Date()) <= reopenDays
}

// Post is one entry of a thread. It is never changed.
type Post struct {
	TicketID   string `gorm:"primaryKey"`
	Seq        int64  `gorm:"primaryKey;autoIncrement:false"`
	Side       Side
	AuthorID   string
	AuthorName string
	Text       string
	Documents  []string `gorm:"serializer:json"`
	At         caldate.Instant
}

// TableName is ticket_posts.
func (Post) TableName() string { return "ticket_posts" }

// Asking is a new ticket.
type Asking struct {
	ContractID string
	Kind       Kind
	Subject    string
	Urgent     bool
	Text       string
	Documents  []string
}

const (
	maxSubject   = 100
	maxText      = 4000
	maxDocuments = 5
)

func (a Asking) check() (Asking, error) {
	var f errs.Fields
	a.Subject = form.Text(&f, "subject", a.Subject, maxSubject, true)
	a.Text = checkText(&f, a.Text, a.Documents)
	if !slices.Contains(Kinds(), a.Kind) {
		f.Add("kind", "one_of", "请选择类型", "choose what it is about")
	}
	return a, f.Err(ErrInvalid)
}

func checkText(f *errs.Fields, text string, documents []string) string {
	if len(documents) > maxDocuments {
		f.Add("documents", "too_many", "最多 5 个附件", "at most 5 attachments")
	}
	return form.Lines(f, "text", strings.TrimSpace(text), maxText, true)
}
