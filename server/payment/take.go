package payment

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// TakeKind is why money of a payment no longer counts for bills.
type TakeKind string

// The kinds. Back is the opposite of a refund that never left the bank.
const (
	TakeBounce   TakeKind = "bounce"      // the bank took it back: it never counted
	TakeUndo     TakeKind = "undo"        // entered by mistake: it never was
	TakeRefund   TakeKind = "refund"      // paid back to the customer
	TakeBack     TakeKind = "refund_back" // a refund that was called off
	TakeRecovery TakeKind = "recovery"    // used for a debt that had been written off
	TakeExcess   TakeKind = "excess"      // more was written off than is owed now: money came with an older value date
)

// Take is a part of a payment that no longer counts for bills. Payments and takes are never changed; what a payment
// counts for is its amount less its takes.
type Take struct {
	ID         string `gorm:"primaryKey"`
	PaymentID  string
	CustomerID string
	Kind       TakeKind
	DocumentID string // of the refund, the case; empty for a bounce and an undo, of which a payment has one at most
	AmountFen  money.Fen
	OnDate     caldate.Date
	Reason     string
	TakenBy    string
	TakerName  string
	TakenAt    caldate.Instant
}

// TableName is payment_takes.
func (Take) TableName() string { return "payment_takes" }

// Counting gives the payments of a customer in the order in which they count, each with the amount that counts: less what
// was refunded, taken back by the bank, or entered by mistake. Payments of which nothing counts are left out.
func (s *Service) Counting(ctx context.Context, customerID string) ([]Payment, error) {
	all, err := s.store.ofCustomer(ctx, customerID)
	if err != nil {
		return nil, err
	}
	taken, err := s.store.taken(ctx, customerID)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, p := range all {
		if p.AmountFen -= taken[p.ID]; p.AmountFen > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// Takes gives what was taken from a payment, the first one first.
func (s *Service) Takes(ctx context.Context, paymentID string) ([]Take, error) {
	return s.store.takesOf(ctx, paymentID)
}

// TakesOf gives the takes of many payments at once.
func (s *Service) TakesOf(ctx context.Context, paymentIDs []string) (map[string][]Take, error) {
	return s.store.takesOfAll(ctx, paymentIDs)
}

// Returned says how and when a payment went back.
type Returned struct {
	On     caldate.Date // the day on which the bank took the money back
	Reason string
}

// Bounce notes that the bank took a transfer or cheque back: it counts as if it had never come, so that late fees come
// back from the due date on and a suspension is set again at once if the grace is over; the payment, its receipt and what
// came later stay in the history. Errors: ErrNotFound, ErrInvalid, ErrGone, ErrNotMoney, ErrSpent.
func (s *Service) Bounce(ctx context.Context, id string, in Returned) (*Payment, error) {
	var f errs.Fields
	CheckValueDate(&f, "on", in.On, s.clock.Today())
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.reverse(ctx, id, TakeBounce, in)
}

// Undo takes back a payment that was entered by mistake: for another customer, with a wrong amount, twice. Its bank
// reference may be recorded again; its receipt's number stays used and the receipt is marked void. Errors: ErrNotFound,
// ErrInvalid, ErrGone, ErrNotMoney, ErrSpent.
func (s *Service) Undo(ctx context.Context, id, reason string) (*Payment, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.reverse(ctx, id, TakeUndo, Returned{Reason: reason})
}

func (s *Service) reverse(ctx context.Context, id string, kind TakeKind, in Returned) (*Payment, error) {
	var p *Payment
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{p.CustomerID}); err != nil {
			return err
		}
		switch {
		case !p.Method.Money(), kind == TakeBounce && p.Method == Cash:
			return ErrNotMoney.With("method", p.Method)
		case kind == TakeUndo:
			in.On = p.ValueDate
		case in.On.Before(p.ValueDate):
			return ErrInvalid.At("on", "before_value_date", "退回日期早于到账日期 "+p.ValueDate.String(), "the day is before the value date "+p.ValueDate.String())
		}
		takes, err := s.store.takesOf(ctx, id)
		if err != nil {
			return err
		}
		left := p.AmountFen
		for _, t := range takes {
			if t.Kind == TakeBounce || t.Kind == TakeUndo {
				return ErrGone.With("kind", t.Kind)
			}
			left -= t.AmountFen
		}
		if left != p.AmountFen {
			return ErrSpent.With("refunded_fen", int64(p.AmountFen-left))
		}
		if err := s.take(ctx, p, kind, "", p.AmountFen, in.On, in.Reason); err != nil {
			return err
		}
		e := ledger.Entry{Key: string(kind) + ":" + p.Number, Kind: ledger.KindBounce, On: in.On, CustomerID: p.CustomerID, DocumentType: ledger.DocumentPayment, DocumentID: p.ID,
			Lines: []ledger.Line{ledger.Dr(ledger.Credit, p.AmountFen), ledger.Cr(ledger.Bank, p.AmountFen)}}
		if kind == TakeUndo {
			e.Kind = ledger.KindUndo
		}
		if err := s.Ledger.Post(ctx, e); err != nil {
			return err
		}
		err = s.trail.Record(ctx, trail.Entry{Action: "payment." + string(kind), ObjectType: "payment", ObjectID: p.ID, CustomerID: p.CustomerID, Reason: in.Reason, On: in.On,
			Detail: map[string]any{"number": p.Number, "amount_fen": p.AmountFen, "value_date": p.ValueDate, "reference": p.Reference}})
		if err != nil {
			return err
		}
		if s.watcher == nil {
			return nil
		}
		return s.watcher.PaymentReversed(ctx, p.CustomerID)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (s *Service) tell(ctx context.Context, customerID string) error {
	if s.watcher == nil {
		return nil
	}
	return s.watcher.PaymentRecorded(ctx, customerID)
}

// take writes what no longer counts of a payment; a second time for one document is ErrGone.
func (s *Service) take(ctx context.Context, p *Payment, kind TakeKind, document string, amount money.Fen, on caldate.Date, reason string) error {
	who := actor.From(ctx)
	err := s.store.insertTake(ctx, &Take{ID: ids.New(), PaymentID: p.ID, CustomerID: p.CustomerID, Kind: kind, DocumentID: document, AmountFen: amount, OnDate: on, Reason: reason,
		TakenBy: who.UserID, TakerName: who.Name, TakenAt: s.clock.Instant()})
	if db.IsDuplicate(err) {
		return ErrGone.With("kind", kind)
	}
	return err
}

// takeFromBalance takes an amount out of what no bill has taken of a customer's payments, the newest first, under one
// document. It must be called under the customer's account lock. Errors: ErrBalance.
func (s *Service) takeFromBalance(ctx context.Context, customerID string, kind TakeKind, document string, amount money.Fen, on caldate.Date, reason string) error {
	free, err := s.store.unused(ctx, customerID)
	if err != nil {
		return err
	}
	var sum money.Fen
	for i := range free {
		sum += free[i].Left
	}
	if sum < amount {
		return ErrBalance.With("balance_fen", int64(sum)).Sayf("客户余额只有 %s 元", "the customer's balance is %s yuan only", sum.Grouped())
	}
	for i := len(free) - 1; i >= 0 && amount > 0; i-- {
		part := min(amount, free[i].Left)
		if part <= 0 {
			continue
		}
		if err := s.take(ctx, &free[i].Payment, kind, document, part, on, reason); err != nil {
			return err
		}
		amount -= part
	}
	return nil
}

// Unused is a payment with what no bill has taken of it and nobody has got back.
type Unused struct {
	Payment
	Left money.Fen `gorm:"column:left_fen"`
}

// Recover uses a customer's balance for a debt that was written off (B19): the money leaves the balance and lessens the bad
// debt. The document is the case's event. Errors: ErrBalance.
func (s *Service) Recover(ctx context.Context, customerID, contractID, document string, amount money.Fen, on caldate.Date, reason string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.Bills.LockAccounts(ctx, []string{customerID}); err != nil {
			return err
		}
		if err := s.takeFromBalance(ctx, customerID, TakeRecovery, document, amount, on, reason); err != nil {
			return err
		}
		err := s.Ledger.Post(ctx, ledger.Entry{Key: "recovery:" + document, Kind: ledger.KindRecovery, On: on, CustomerID: customerID, ContractID: contractID, DocumentType: ledger.DocumentCollection, DocumentID: document,
			Lines: []ledger.Line{ledger.Dr(ledger.Credit, amount).Of(customerID, ""), ledger.Cr(ledger.BadDebt, amount)}})
		if err != nil {
			return err
		}
		return s.tell(ctx, customerID)
	})
}

// excess takes back what was written off beyond what is owed now: money that came with an older value date, or a credit
// note. It must be called under the customer's account lock, after allocations were replaced.
func (s *Service) excess(ctx context.Context, customerID string, on caldate.Date) error {
	over, err := s.store.overWritten(ctx, customerID)
	if err != nil {
		return err
	}
	for i := range over {
		p, left := &over[i].Payment, over[i].Left
		id := ids.New()
		if err := s.take(ctx, p, TakeExcess, id, left, on, "欠款少于核销金额 · less is owed than was written off"); err != nil {
			return err
		}
		err := s.Ledger.Post(ctx, ledger.Entry{Key: "excess:" + id, Kind: ledger.KindReversal, On: on, CustomerID: customerID, ContractID: p.ContractID, DocumentType: ledger.DocumentPayment, DocumentID: p.ID,
			Lines: []ledger.Line{ledger.Dr(ledger.Credit, left).Of(customerID, ""), ledger.Cr(ledger.BadDebt, left)}})
		if err != nil {
			return err
		}
		err = s.trail.Record(ctx, trail.Entry{Action: "payment.excess", ObjectType: "payment", ObjectID: p.ID, CustomerID: customerID, ContractID: p.ContractID, On: on,
			Detail: map[string]any{"number": p.Number, "amount_fen": left}})
		if err != nil {
			return err
		}
	}
	return nil
}

// Other is what pays bills without being money that arrived: a deposit that is set off, a debt that is written off.
type Other struct {
	Number     string // of the notice or the write-off
	CustomerID string
	ContractID string // only this contract's bills are paid by it
	Amount     money.Fen
	On         caldate.Date
	Note       string
}

// SetOff has a deposit pay what its contract owes (B07); it joins the transaction of the deposit's move.
func (s *Service) SetOff(ctx context.Context, in Other) (*Payment, error) {
	return s.other(ctx, in, SetOff, ledger.KindSetOff, ledger.Dr(ledger.Deposit, in.Amount))
}

// FromWallet has what is left of a wallet pay what its contract owes (B08); it joins the transaction of the wallet's move.
// What nothing is owed for stays as the customer's money.
func (s *Service) FromWallet(ctx context.Context, in Other) (*Payment, error) {
	return s.other(ctx, in, Wallet, ledger.KindSetOff, ledger.Dr(ledger.Wallet, in.Amount))
}

// WriteOff closes what a contract owes as bad debt (B19); it joins the transaction of the case's decision. What it finds
// nothing to pay for is taken back at once.
func (s *Service) WriteOff(ctx context.Context, in Other) (*Payment, error) {
	return s.other(ctx, in, WriteOff, ledger.KindWriteOff, ledger.Dr(ledger.BadDebt, in.Amount))
}

func (s *Service) other(ctx context.Context, in Other, m Method, kind ledger.Kind, from ledger.Line) (*Payment, error) {
	var p *Payment
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.Bills.LockAccounts(ctx, []string{in.CustomerID}); err != nil {
			return err
		}
		name, err := s.Customers.CustomerName(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		seq, err := s.store.nextSeq(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		who := actor.From(ctx)
		p = &Payment{ID: ids.New(), Number: in.Number, PaymentKey: "pay:" + in.Number, CustomerID: in.CustomerID, CustomerName: name, ContractID: in.ContractID, AmountFen: in.Amount,
			ValueDate: in.On, EntrySeq: seq, Method: m, Note: in.Note, RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: s.clock.Instant()}
		if err := s.store.insert(ctx, p); err != nil {
			return err
		}
		err = s.Ledger.Post(ctx, ledger.Entry{Key: p.PaymentKey, Kind: kind, On: p.ValueDate, CustomerID: p.CustomerID, ContractID: p.ContractID, DocumentType: ledger.DocumentPayment, DocumentID: p.ID,
			Lines: []ledger.Line{from, ledger.Cr(ledger.Credit, p.AmountFen).Of(p.CustomerID, "")}})
		if err != nil {
			return err
		}
		err = s.trail.Record(ctx, trail.Entry{Action: "payment." + string(m), ObjectType: "payment", ObjectID: p.ID, CustomerID: p.CustomerID, ContractID: p.ContractID, On: p.ValueDate,
			Detail: map[string]any{"number": p.Number, "amount_fen": p.AmountFen}})
		if err != nil {
			return err
		}
		return s.tell(ctx, p.CustomerID)
	})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", m, in.Number, err)
	}
	return p, nil
}

// FreeOf is what no bill has taken of a customer's payments.
func (s *Service) FreeOf(ctx context.Context, customerID string) (sum money.Fen, err error) {
	free, err := s.store.unused(ctx, customerID)
	for _, u := range free {
		sum += u.Left
	}
	return sum, err
}
