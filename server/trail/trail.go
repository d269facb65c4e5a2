// Package trail is the audit trail: who did what to which record, when and why. Rows are written in the transaction of
// the fact, so that neither exists without the other; a sequencer chains them by hash within seconds (chain.go).
package trail

import (
	"context"
	"encoding/json"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/verify"
)

// Entry is one fact for the trail. Detail holds what changed; it never holds message texts, whole phone numbers,
// passwords or keys.
type Entry struct {
	Action     string // "contract.suspend": domain.verb, stable
	ObjectType string // "contract", "batch", "bill", ...
	ObjectID   string
	CustomerID string       // whose history this is part of, "" for none
	ContractID string       // so that a contract's timeline shows its batches, bills and payments too
	From, To   string       // states, where the act changed one (C05)
	Reason     string       // why, in the words of the person or the code of the rule
	On         caldate.Date // the business day that the fact counts for; today where empty
	Detail     map[string]any
}

// Row is a stored entry. It is never changed.
type Row struct {
	ID         string          `gorm:"primaryKey" json:"id"`
	At         caldate.Instant `json:"at"`      // business clock
	RealAt     caldate.Instant `json:"real_at"` // machine's clock: what an investigator needs when a sandbox moved
	OnDate     caldate.Date    `json:"on"`
	ActorID    string          `json:"actor_id"`
	ActorName  string          `json:"actor_name"`
	IP         string          `json:"ip"`
	RequestID  string          `json:"request_id"`
	Action     string          `json:"action"`
	ObjectType string          `json:"object_type"`
	ObjectID   string          `json:"object_id"`
	CustomerID string          `json:"customer_id"`
	ContractID string          `json:"contract_id"`
	FromState  string          `json:"from_state"`
	ToState    string          `json:"to_state"`
	Reason     string          `json:"reason"`
	Detail     string          `json:"detail"` // JSON object
}

// TableName is audit_rows.
func (Row) TableName() string { return "audit_rows" }

// Trail writes and reads audit rows.
type Trail struct {
	clock clock.Clock
	store store
}

// New makes the trail over a database.
func New(d *db.DB, c clock.Clock) *Trail { return &Trail{c, store{d}} }

// Record writes entries in the transaction of ctx; outside one it fails, because an audit row that can exist without its
// fact (or the fact without it) proves nothing.
func (t *Trail) Record(ctx context.Context, entries ...Entry) error {
	if !db.InTx(ctx) {
		return fmt.Errorf("trail: %s recorded outside a transaction", entries[0].Action)
	}
	a := actor.From(ctx)
	now := t.clock.Instant()
	rows := make([]Row, len(entries))
	for i, e := range entries {
		detail := []byte("{}")
		if len(e.Detail) > 0 {
			var err error
			if detail, err = json.Marshal(e.Detail); err != nil {
				return fmt.Errorf("trail: detail of %s: %w", e.Action, err)
			}
		}
		on := e.On
		if on.IsZero() {
			on = now.Date()
		}
		rows[i] = Row{
			ID: ids.New(), At: now, RealAt: t.clock.RealInstant(), OnDate: on, ActorID: a.UserID, ActorName: fit(a.Name, 100), IP: a.IP, RequestID: a.RequestID,
			Action: e.Action, ObjectType: e.ObjectType, ObjectID: e.ObjectID, CustomerID: e.CustomerID, ContractID: e.ContractID,
			FromState: e.From, ToState: e.To, Reason: fit(e.Reason, 500), Detail: string(detail),
		}
	}
	if w, ok := ctx.Value(witnessKey{}).(func(context.Context) error); ok {
		if err := w(ctx); err != nil {
			return err
		}
	}
	return t.store.db.Part(ctx, "audit", func(ctx context.Context) error { return t.store.insert(ctx, rows) })
}

// fit cuts a person's words to what the column holds, and shows that it did.
func fit(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

type witnessKey struct{}

// WithWitness lets w run inside every transaction that records a fact below ctx: it learns, as durably as the fact
// itself, that something was done.
func WithWitness(ctx context.Context, w func(ctx context.Context) error) context.Context {
	return context.WithValue(ctx, witnessKey{}, w)
}

// Steps gives, by object, the changes of state that the trail has of the objects of a type, in no order (verify.Walk). A row that
// tells of an act which left the state as it was is no change.
func (t *Trail) Steps(ctx context.Context, objectType string) (map[string][]verify.Step, error) {
	steps, err := t.store.steps(ctx, objectType)
	if err != nil {
		return nil, fmt.Errorf("changes of state of each %s: %w", objectType, err)
	}
	return steps, nil
}
