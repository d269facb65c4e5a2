package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// FaultState is where a fault of a customer's data stands.
type FaultState string

// The states of a fault. While one is not settled the customer's contracts are suspended for their data (L04).
const (
	FaultOpen      FaultState = "open"
	FaultCorrected FaultState = "corrected" // the field was changed; somebody else looks at it
	FaultSettled   FaultState = "settled"
)

var faultMoves = map[FaultState][]FaultState{FaultOpen: {FaultCorrected, FaultSettled}, FaultCorrected: {FaultOpen, FaultSettled}, FaultSettled: {}}

// CanMoveFault tells whether from → to is allowed.
func CanMoveFault(from, to FaultState) bool { return slices.Contains(faultMoves[from], to) }

// Fields lists the fields of a customer's data that can be wrong.
func Fields() []string {
	return []string{"name", "uscc", "address", "legal_rep", "industry", "bank_name", "bank_account", "contacts"}
}

// Fault is a field of a customer's data that was found incomplete or wrong.
type Fault struct {
	ID          string `gorm:"primaryKey"`
	CustomerID  string
	Field       string
	Note        string // what is wrong, and what would be right
	State       FaultState
	OpenKey     *string // customer and field until it is settled: unique
	RaisedBy    string
	RaisedAt    caldate.Instant
	CorrectedBy string
	CorrectedAt caldate.Instant
	SettledBy   string
	SettledAt   caldate.Instant
	Settlement  string // what was compared
}

// TableName is customer_faults.
func (Fault) TableName() string { return "customer_faults" }

// DataWatcher is told, in the same transaction, what is wrong with a customer's data now; nothing is "".
type DataWatcher interface {
	CustomerDataChanged(ctx context.Context, customerID, wrong string) error
}

// Watch sets who is told of faults of customers' data.
func (s *Service) Watch(w DataWatcher) { s.watcher = w }

// RaiseFault notes that a field of a customer's data is incomplete or wrong; its contracts are suspended until that is settled. Errors:
// ErrInvalid with the fields, ErrNotFound, ErrFaultKnown.
func (s *Service) RaiseFault(ctx context.Context, customerID, field, note string) (*Fault, error) {
	var f errs.Fields
	note = form.Lines(&f, "note", note, 500, true)
	if !slices.Contains(Fields(), field) {
		list := strings.Join(Fields(), ", ")
		f.Add("field", "unknown", "没有这一项，请选择："+list, "no such field; choose one of: "+list)
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	key := customerID + ":" + field
	x := &Fault{ID: ids.New(), CustomerID: customerID, Field: field, Note: note, State: FaultOpen, OpenKey: &key, RaisedBy: actor.From(ctx).UserID, RaisedAt: s.clock.Instant()}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if _, err := s.store.byID(ctx, customerID); err != nil {
			return err
		}
		if err := s.store.insertFault(ctx, x); err != nil {
			return err
		}
		return s.faultMoved(ctx, x, "customer.fault", "", note)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// SettleFault notes that a fault is gone, as somebody else than who raised or corrected it has seen; with the last one the contracts go on. Errors:
// ErrInvalid with the fields, ErrFaultNotFound, ErrFaultOwn, ErrFaultState.
func (s *Service) SettleFault(ctx context.Context, id, settlement string) (*Fault, error) {
	var f errs.Fields
	settlement = form.Lines(&f, "settlement", settlement, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var x *Fault
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if x, err = s.store.fault(ctx, id); err != nil {
			return err
		}
		from, who := x.State, actor.From(ctx).UserID
		switch {
		case !CanMoveFault(from, FaultSettled):
			return ErrFaultState.With("state", from)
		case x.CorrectedBy == who || x.RaisedBy == who:
			return ErrFaultOwn
		}
		x.State, x.OpenKey, x.SettledBy, x.SettledAt, x.Settlement = FaultSettled, nil, who, s.clock.Instant(), settlement
		return s.moveFault(ctx, x, from, settlement)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// correct notes that the fields of open faults were changed.
func (s *Service) correct(ctx context.Context, customerID string, changed []string) error {
	xs, err := s.store.faults(ctx, customerID, FaultOpen)
	if err != nil {
		return err
	}
	for i := range xs {
		x := &xs[i]
		if !slices.Contains(changed, x.Field) {
			continue
		}
		x.State, x.CorrectedBy, x.CorrectedAt = FaultCorrected, actor.From(ctx).UserID, s.clock.Instant()
		if err := s.moveFault(ctx, x, FaultOpen, ""); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) moveFault(ctx context.Context, x *Fault, from FaultState, reason string) error {
	ok, err := s.store.moveFault(ctx, x, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrFaultState
	}
	return s.faultMoved(ctx, x, "customer.fault_"+string(x.State), from, reason)
}

// faultMoved writes the audit row of a fault and tells the watcher what is wrong now.
func (s *Service) faultMoved(ctx context.Context, x *Fault, action string, from FaultState, reason string) error {
	err := s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "customer_fault", ObjectID: x.ID, CustomerID: x.CustomerID, From: string(from), To: string(x.State), Reason: reason, Detail: map[string]any{"field": x.Field},
	})
	if err != nil || s.watcher == nil {
		return err
	}
	open, err := s.store.faults(ctx, x.CustomerID, FaultOpen, FaultCorrected)
	if err != nil {
		return err
	}
	var wrong []string
	for _, o := range open {
		wrong = append(wrong, fmt.Sprintf("%s：%s", o.Field, o.Note))
	}
	return s.watcher.CustomerDataChanged(ctx, x.CustomerID, strings.Join(wrong, "；"))
}

// Faults gives the faults of a customer in the actor's scope, newest first; ErrNotFound where the customer is not in it.
func (s *Service) Faults(ctx context.Context, customerID string) ([]Fault, error) {
	if _, err := s.store.byID(ctx, customerID); err != nil {
		return nil, err
	}
	return s.store.faults(ctx, customerID)
}
