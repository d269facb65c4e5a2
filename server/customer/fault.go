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
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// FaultState is where a fault of a customer's data stands.
type FaultState string

// The states of a fault. While one that suspends is not settled the customer's contracts are suspended for their data (L04).
const (
	FaultOpen      FaultState = "open"
	FaultCorrected FaultState = "corrected" // the field was changed; somebody else looks at it
	FaultSettled   FaultState = "settled"
)

// FaultStates lists them.
func FaultStates() []FaultState { return []FaultState{FaultOpen, FaultCorrected, FaultSettled} }

// longestGrace is how many days a customer may be given at the most to correct its data.
const longestGrace = 90

var faultMoves = map[FaultState][]FaultState{FaultOpen: {FaultCorrected, FaultSettled}, FaultCorrected: {FaultOpen, FaultSettled}, FaultSettled: {}}

// CanMoveFault tells whether from → to is allowed.
func CanMoveFault(from, to FaultState) bool { return slices.Contains(faultMoves[from], to) }

// Fields lists the fields of a customer's data that can be wrong.
func Fields() []string {
	return []string{"name", "uscc", "address", "legal_rep", "industry", "bank_name", "bank_account", "contacts"}
}

var fieldWords = map[string][2]string{
	"name": {"企业名称", "name"}, "uscc": {"统一社会信用代码", "credit code"}, "address": {"地址", "address"}, "legal_rep": {"法定代表人", "legal representative"}, "industry": {"行业", "industry"},
	"bank_name": {"开户行", "bank"}, "bank_account": {"银行账号", "bank account"}, "contacts": {"联系人", "contacts"},
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
	DueOn       caldate.Date    // last day to correct it without being suspended; none: it suspends at once
	SuspendedAt caldate.Instant // when it began to suspend; none without DueOn
	CorrectedBy string
	CorrectedAt caldate.Instant
	SettledBy   string
	SettledAt   caldate.Instant
	Settlement  string // what was compared

	CustomerName string `gorm:"->;-:migration"` // only in lists
}

// TableName is customer_faults.
func (Fault) TableName() string { return "customer_faults" }

// Suspends tells whether the customer's contracts are suspended for the fault, as long as it is not settled.
func (x *Fault) Suspends() bool {
	return x.State != FaultSettled && (x.DueOn.IsZero() || !x.SuspendedAt.IsZero())
}

// steps are what may be done next with a fault by people who check data.
func (x *Fault) steps() []string {
	switch {
	case x.State == FaultCorrected:
		return []string{"settle", "return"}
	case x.State == FaultOpen && !x.Suspends():
		return []string{"settle", "suspend"}
	case x.State == FaultOpen:
		return []string{"settle"}
	}
	return []string{}
}

// barred tells whether a step is not this person's: who corrected a fault does not look at it, who raised it does not settle it.
func (x *Fault) barred(step, userID string) bool {
	return step != "suspend" && x.CorrectedBy == userID || step == "settle" && x.RaisedBy == userID
}

// FaultActions are what a person may do next with a fault, before capabilities.
func FaultActions(x *Fault, userID string) []string {
	return slices.DeleteFunc(x.steps(), func(step string) bool { return x.barred(step, userID) })
}

// DataWatcher is told, in the same transaction, what is wrong with a customer's data now; nothing is "".
type DataWatcher interface {
	CustomerDataChanged(ctx context.Context, customerID, wrong string) error
}

// Watch sets who is told of faults of customers' data.
func (s *Service) Watch(w DataWatcher) { s.watcher = w }

// Finding is what somebody found wrong with a customer's data.
type Finding struct {
	Field string
	Note  string
	DueOn caldate.Date // last day to correct it; none: contracts are suspended at once
}

func (n *Finding) check(today caldate.Date) error {
	var f errs.Fields
	n.Note = form.Lines(&f, "note", n.Note, 500, true)
	if !slices.Contains(Fields(), n.Field) {
		list := strings.Join(Fields(), ", ")
		f.Add("field", "unknown", "没有这一项，请选择："+list, "no such field; choose one of: "+list)
	}
	if last := today.AddDays(longestGrace); !n.DueOn.IsZero() && (n.DueOn.Before(today) || n.DueOn.After(last)) {
		f.Add("due_on", "range", fmt.Sprintf("更正期限应在 %s 至 %s 之间", today, last), fmt.Sprintf("must be from %s to %s", today, last))
	}
	return f.Err(ErrInvalid)
}

// RaiseFault notes that a field of a customer's data is incomplete or wrong and tells the customer. Its contracts are suspended until that is
// settled: at once, or from the day after the last day that it is given. Errors: ErrInvalid with the fields, ErrNotFound, ErrFaultKnown.
func (s *Service) RaiseFault(ctx context.Context, customerID string, n Finding) (*Fault, error) {
	if err := n.check(s.clock.Today()); err != nil {
		return nil, err
	}
	key := customerID + ":" + n.Field
	x := &Fault{
		ID: ids.New(), CustomerID: customerID, Field: n.Field, Note: n.Note, State: FaultOpen, OpenKey: &key, RaisedBy: actor.From(ctx).UserID, RaisedAt: s.clock.Instant(), DueOn: n.DueOn,
	}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if _, err := s.store.byID(ctx, customerID); err != nil {
			return err
		}
		if err := s.store.insertFault(ctx, x); err != nil {
			return err
		}
		if err := s.faultMoved(ctx, x, "customer.fault", "", n.Note); err != nil {
			return err
		}
		return s.demand(ctx, x)
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
	return s.actOnFault(ctx, id, "settle", func(ctx context.Context, x *Fault) error {
		from, who := x.State, actor.From(ctx).UserID
		x.State, x.OpenKey, x.SettledBy, x.SettledAt, x.Settlement = FaultSettled, nil, who, s.clock.Instant(), settlement
		return s.moveFault(ctx, x, from, settlement)
	})
}

// ReturnFault notes that the correction is not right yet, and says what is wrong still; the customer's last day stays. Errors: as SettleFault.
func (s *Service) ReturnFault(ctx context.Context, id, note string) (*Fault, error) {
	var f errs.Fields
	note = form.Lines(&f, "note", note, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.actOnFault(ctx, id, "return", func(ctx context.Context, x *Fault) error {
		x.State, x.Note, x.CorrectedBy, x.CorrectedAt = FaultOpen, note, "", caldate.Instant{}
		if err := s.moveFault(ctx, x, FaultCorrected, note); err != nil {
			return err
		}
		return s.demand(ctx, x)
	})
}

// SuspendForFault does not wait for the last day of a fault: from now on it suspends. Errors: ErrFaultNotFound, ErrFaultState.
func (s *Service) SuspendForFault(ctx context.Context, id string) (*Fault, error) {
	return s.actOnFault(ctx, id, "suspend", s.suspendFor)
}

// suspendFor has an open fault suspend from now on.
func (s *Service) suspendFor(ctx context.Context, x *Fault) error {
	x.SuspendedAt = s.clock.Instant()
	if err := s.moveFault(ctx, x, FaultOpen, ""); err != nil {
		return err
	}
	return s.demand(ctx, x)
}

// RunDay suspends for the faults whose last day was before day and that nobody has corrected. It tells how many there were.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (int, error) {
	xs, err := s.store.faultsDue(ctx, day)
	if err != nil {
		return 0, err
	}
	for i := range xs {
		if err := s.db.Run(ctx, func(ctx context.Context) error { return s.suspendFor(ctx, &xs[i]) }); err != nil {
			return i, fmt.Errorf("suspend for fault %s: %w", xs[i].ID, err)
		}
	}
	return len(xs), nil
}

// actOnFault lets do change a fault within the actor's scope, if the step is open and this person's.
func (s *Service) actOnFault(ctx context.Context, id, step string, do func(ctx context.Context, x *Fault) error) (*Fault, error) {
	var x *Fault
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if x, err = s.store.fault(ctx, id); err != nil {
			return err
		}
		switch {
		case !slices.Contains(x.steps(), step):
			return ErrFaultState.With("state", x.State)
		case x.barred(step, actor.From(ctx).UserID):
			return ErrFaultOwn
		}
		return do(ctx, x)
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
		if o.Suspends() {
			wrong = append(wrong, fmt.Sprintf("%s：%s", fieldWords[o.Field][0], o.Note))
		}
	}
	return s.watcher.CustomerDataChanged(ctx, x.CustomerID, strings.Join(wrong, "；"))
}

// demand tells the customer and its sales owner what is to be corrected and until when.
func (s *Service) demand(ctx context.Context, x *Fault) error {
	c, err := s.store.byID(ctx, x.CustomerID)
	if err != nil {
		return err
	}
	by, byEn := "服务已暂停，更正并核对后恢复", "Service is suspended until it is corrected and checked"
	if !x.Suspends() {
		by, byEn = "请在 "+x.DueOn.String()+" 前更正，逾期将暂停服务", "Please correct it by "+x.DueOn.String()+"; after that service is suspended"
	}
	field := fieldWords[x.Field]
	about := notice.About{ObjectType: "customer_fault", ObjectID: x.ID, CustomerID: c.ID}
	for _, to := range []notice.To{{CustomerID: c.ID, About: about}, {UserID: c.OwnerID, About: about}} {
		err := s.notices.Send(ctx, to, "customer_fault", map[string]string{"customer": c.Name, "field": field[0], "note": x.Note, "by": by}, map[string]string{"field": field[1], "by": byEn})
		if err != nil {
			return fmt.Errorf("tell of fault %s: %w", x.ID, err)
		}
	}
	return nil
}

// AllFaults gives a page of the faults of the actor's customers, the newest first, and how many there are.
func (s *Service) AllFaults(ctx context.Context, q FaultQuery) ([]Fault, int64, error) {
	return s.store.allFaults(ctx, q)
}

// Faults gives the faults of a customer in the actor's scope, newest first; ErrNotFound where the customer is not in it.
func (s *Service) Faults(ctx context.Context, customerID string) ([]Fault, error) {
	if _, err := s.store.byID(ctx, customerID); err != nil {
		return nil, err
	}
	return s.store.faults(ctx, customerID)
}
