// Package calltask keeps the calls that sales have to make: to whom, why, until when, and what came of each try. See README.md.
package calltask

import (
	"slices"

	"sealgate/server/caldate"
)

// State is where a task stands.
type State string

// The states of a task.
const (
	Open      State = "open"
	Done      State = "done"
	Cancelled State = "cancelled" // there is no more need
)

// States lists them.
func States() []State { return []State{Open, Done, Cancelled} }

// Outcome is what came of a call.
type Outcome string

// The outcomes. After CallAgain and NoAnswer the task stays open with another day.
const (
	Reached   Outcome = "reached"
	Refused   Outcome = "refused" // the customer does not want what the call was for
	NoAnswer  Outcome = "no_answer"
	CallAgain Outcome = "call_again"
	WrongData Outcome = "wrong_data" // nobody there knows the customer: the record must be put right
)

// Outcomes lists them in the order of the form.
func Outcomes() []Outcome { return []Outcome{Reached, Refused, NoAnswer, CallAgain, WrongData} }

// Closes tells whether the call is done with an outcome.
func (o Outcome) Closes() bool { return o == Reached || o == Refused || o == WrongData }

func (o Outcome) known() bool { return slices.Contains(Outcomes(), o) }

// Attempt is one try.
type Attempt struct {
	At      caldate.Instant `json:"at"`
	By      string          `json:"by"`
	Contact string          `json:"contact"`
	Outcome Outcome         `json:"outcome"`
	Note    string          `json:"note"`
}

// Task is a call to make.
type Task struct {
	ID           string `gorm:"primaryKey"`
	CustomerID   string
	CustomerName string
	ObjectType   string // what it is about
	ObjectID     string
	Kind         string // of the notice that made it, or "manual"
	Source       string // unique: one fact makes one task
	TitleZh      string
	TitleEn      string
	TextZh       string
	TextEn       string
	AssigneeID   string // the customer's sales person when it was made
	DueOn        caldate.Date
	State        State
	Outcome      Outcome
	Attempts     []Attempt `gorm:"serializer:json"`
	CreatedBy    string
	CreatorName  string
	CreatedAt    caldate.Instant
	DoneAt       caldate.Instant
	Version      int64
}

// TableName is call_tasks.
func (Task) TableName() string { return "call_tasks" }
