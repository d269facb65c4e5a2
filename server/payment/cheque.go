package payment

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// ChequeState is where a cheque stands: it counts as money when the bank has cleared it, not before.
type ChequeState string

// The states.
const (
	ChequeReceived    ChequeState = "received"
	ChequeCleared     ChequeState = "cleared" // a payment since
	ChequeDishonoured ChequeState = "dishonoured"
)

// ChequePaper is a cheque that was handed in.
type ChequePaper struct {
	ID           string `gorm:"primaryKey"`
	ChequeKey    string // bank and number: a cheque is taken in once
	CustomerID   string
	CustomerName string
	ChequeNumber string
	Bank         string
	Drawer       string
	AmountFen    money.Fen
	ReceivedOn   caldate.Date
	State        ChequeState
	ClosedOn     caldate.Date
	PaymentID    string
	Reason       string
	RecordedBy   string
	RecorderName string
	RecordedAt   caldate.Instant
	ClosedBy     string
	ClosedAt     caldate.Instant
}

// TableName is payment_cheques.
func (ChequePaper) TableName() string { return "payment_cheques" }

// ChequeInput is what finance read off a cheque.
type ChequeInput struct {
	CustomerID string
	Number     string
	Bank       string
	Drawer     string
	Amount     money.Fen
	ReceivedOn caldate.Date
}

// ReceiveCheque takes in a cheque. It pays nothing until it is cleared. Errors: ErrInvalid, ErrDuplicateCheque,
// customer.ErrNotFound.
func (s *Service) ReceiveCheque(ctx context.Context, in ChequeInput) (*ChequePaper, error) {
	var f errs.Fields
	if in.CustomerID == "" {
		f.Add("customer_id", "missing", "请选择客户", "choose the customer")
	}
	CheckAmount(&f, "amount_fen", in.Amount)
	CheckValueDate(&f, "received_on", in.ReceivedOn, s.clock.Today())
	in.Number = form.Text(&f, "number", in.Number, 40, true)
	in.Bank = form.Text(&f, "bank", in.Bank, 100, true)
	in.Drawer = form.Text(&f, "drawer", in.Drawer, 100, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var q *ChequePaper
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		if err := s.open(ctx, c.ID); err != nil {
			return err
		}
		who := actor.From(ctx)
		q = &ChequePaper{ID: ids.New(), ChequeKey: in.Bank + ":" + in.Number, CustomerID: c.ID, CustomerName: c.Name, ChequeNumber: in.Number, Bank: in.Bank, Drawer: in.Drawer,
			AmountFen: in.Amount, ReceivedOn: in.ReceivedOn, State: ChequeReceived, RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: s.clock.Instant()}
		if err := s.store.insertCheque(ctx, q); err != nil {
			if db.IsDuplicate(err) {
				return ErrDuplicateCheque.With("number", in.Number)
			}
			return err
		}
		return s.recordCheque(ctx, q, "cheque.receive", "")
	})
	if err != nil {
		return nil, err
	}
	return q, nil
}

func (s *Service) recordCheque(ctx context.Context, q *ChequePaper, action string, from ChequeState) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "cheque", ObjectID: q.ID, CustomerID: q.CustomerID, From: string(from), To: string(q.State), Reason: q.Reason, On: q.ClosedOn,
		Detail: map[string]any{"number": q.ChequeNumber, "bank": q.Bank, "amount_fen": q.AmountFen, "received_on": q.ReceivedOn}})
}

// ClearCheque notes that the bank has paid a cheque: from that day on it is a payment with a receipt. Errors:
// ErrChequeNotFound, ErrChequeState, ErrInvalid, and those of Record.
func (s *Service) ClearCheque(ctx context.Context, id string, on caldate.Date, bankAccount string) (*ChequePaper, error) {
	return s.closeCheque(ctx, id, on, func(ctx context.Context, q *ChequePaper) error {
		p, err := s.record(ctx, Input{CustomerID: q.CustomerID, Amount: q.AmountFen, ValueDate: on, Method: Cheque, BankAccount: bankAccount, Reference: q.ChequeNumber, Note: q.Bank}, false)
		if err != nil {
			return err
		}
		q.State, q.PaymentID = ChequeCleared, p.ID
		return nil
	})
}

// DishonourCheque notes that the bank refused a cheque: it never was money. Errors: ErrChequeNotFound, ErrChequeState,
// ErrInvalid.
func (s *Service) DishonourCheque(ctx context.Context, id string, on caldate.Date, reason string) (*ChequePaper, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.closeCheque(ctx, id, on, func(_ context.Context, q *ChequePaper) error {
		q.State, q.Reason = ChequeDishonoured, reason
		return nil
	})
}

func (s *Service) closeCheque(ctx context.Context, id string, on caldate.Date, act func(ctx context.Context, q *ChequePaper) error) (*ChequePaper, error) {
	var f errs.Fields
	CheckValueDate(&f, "on", on, s.clock.Today())
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var q *ChequePaper
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if q, err = s.store.cheque(ctx, id); err != nil {
			return err
		}
		if q.State != ChequeReceived {
			return ErrChequeState.With("state", q.State)
		}
		if on.Before(q.ReceivedOn) {
			return ErrInvalid.At("on", "before_receipt", "日期早于收到支票的日期 "+q.ReceivedOn.String(), "the day is before the cheque was received on "+q.ReceivedOn.String())
		}
		if err := act(ctx, q); err != nil {
			return err
		}
		q.ClosedOn, q.ClosedBy, q.ClosedAt = on, actor.From(ctx).UserID, s.clock.Instant()
		ok, err := s.store.closeCheque(ctx, q)
		if err != nil {
			return err
		}
		if !ok {
			return ErrChequeState
		}
		return s.recordCheque(ctx, q, "cheque."+map[ChequeState]string{ChequeCleared: "clear", ChequeDishonoured: "dishonour"}[q.State], ChequeReceived)
	})
	if err != nil {
		return nil, err
	}
	return q, nil
}

// Cheques gives the cheques within the actor's scope, those that wait first, then the newest.
func (s *Service) Cheques(ctx context.Context, customerID string, states []string) ([]ChequePaper, error) {
	return s.store.cheques(ctx, customerID, states)
}
