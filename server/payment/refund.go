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
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// RefundState is where a refund stands.
type RefundState string

// The states: asked for, decided by a second person, gone through the bank, come back from it.
const (
	RefundRequested RefundState = "requested"
	RefundApproved  RefundState = "approved" // the money no longer pays bills; it has not left the bank yet
	RefundRejected  RefundState = "rejected"
	RefundCancelled RefundState = "cancelled" // called off before it left
	RefundPaid      RefundState = "paid"
	RefundReturned  RefundState = "returned" // came back: a payment of its own
)

// RefundStates lists them.
func RefundStates() []RefundState {
	return []RefundState{RefundRequested, RefundApproved, RefundRejected, RefundCancelled, RefundPaid, RefundReturned}
}

var refundMoves = map[RefundState][]RefundState{
	RefundRequested: {RefundApproved, RefundRejected},
	RefundApproved:  {RefundPaid, RefundCancelled},
	RefundPaid:      {RefundReturned, RefundApproved}, // Approved: it was matched to a wrong line
	RefundRejected:  {}, RefundCancelled: {}, RefundReturned: {},
}

// CanMoveRefund tells whether the life cycle allows from → to.
func CanMoveRefund(from, to RefundState) bool {
	for _, s := range refundMoves[from] {
		if s == to {
			return true
		}
	}
	return false
}

// Refund is money of a customer's balance that goes back.
type Refund struct {
	ID             string `gorm:"primaryKey"`
	Number         string // RF-YYYY-NNNNNN, without gaps
	CustomerID     string
	CustomerName   string
	State          RefundState
	AmountFen      money.Fen
	ToName         string
	ToBank         string
	ToAccount      string
	Reason         string
	DocumentID     string // the customer's request, where there is a paper
	RequestedBy    string
	RequesterName  string
	RequestedAt    caldate.Instant
	DecidedBy      string
	DeciderName    string
	DecidedAt      caldate.Instant
	DecisionReason string
	PaidOn         caldate.Date // the day on which the bank debited us
	BankAccount    string
	Reference      string // of the bank
	PaidTimes      int    // how often it was noted as paid: a wrong match is taken back and made anew
}

// TableName is payment_refunds.
func (Refund) TableName() string { return "payment_refunds" }

// RefundInput is what finance ask for.
type RefundInput struct {
	CustomerID string
	Amount     money.Fen
	ToName     string // the customer's own name where empty
	ToBank     string
	ToAccount  string
	Reason     string
	DocumentID string
}

// RequestRefund asks for a part of a customer's balance to be paid back; a second person decides. Errors: ErrInvalid,
// ErrBalance, customer.ErrNotFound.
func (s *Service) RequestRefund(ctx context.Context, in RefundInput) (*Refund, error) {
	var f errs.Fields
	if in.CustomerID == "" {
		f.Add("customer_id", "missing", "请选择客户", "choose the customer")
	}
	CheckAmount(&f, "amount_fen", in.Amount)
	in.ToName = form.Text(&f, "to_name", in.ToName, 100, false)
	in.ToBank = form.Text(&f, "to_bank", in.ToBank, 100, false)
	in.ToAccount = form.BankAccount(&f, "to_account", in.ToAccount, false)
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var r *Refund
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Customers.Get(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{c.ID}); err != nil {
			return err
		}
		if in.ToName == "" {
			in.ToName = c.Name
		}
		if in.ToAccount == "" {
			in.ToBank, in.ToAccount = c.BankName, c.BankAccount
		}
		if in.ToAccount == "" {
			return ErrInvalid.At("to_account", "missing", "请填写收款账号：客户资料里没有银行账号", "give the account to pay to: the customer's record has none")
		}
		free, err := s.FreeOf(ctx, c.ID)
		if err != nil {
			return err
		}
		pending, err := s.store.pendingRefunds(ctx, c.ID)
		if err != nil {
			return err
		}
		if in.Amount > free-pending {
			return ErrBalance.With("balance_fen", int64(free)).With("pending_fen", int64(pending)).
				Sayf("客户余额 %s 元，其中 %s 元已在申请退款，最多可退 %s 元", "the balance is %s yuan, %s of it already asked back: at most %s can be refunded", free.Grouped(), pending.Grouped(), max(free-pending, 0).Grouped())
		}
		who, now := actor.From(ctx), s.clock.Instant()
		number, err := refundNumbers.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		r = &Refund{ID: ids.New(), Number: number, CustomerID: c.ID, CustomerName: c.Name, State: RefundRequested, AmountFen: in.Amount,
			ToName: in.ToName, ToBank: in.ToBank, ToAccount: in.ToAccount, Reason: in.Reason, RequestedBy: who.UserID, RequesterName: who.Name, RequestedAt: now}
		if in.DocumentID != "" && s.Documents != nil {
			d, err := s.Documents.Link(ctx, in.DocumentID, "refund", r.ID, c.ID, "")
			if err != nil {
				return err
			}
			r.DocumentID = d.ID
		}
		if err := s.store.insertRefund(ctx, r); err != nil {
			return err
		}
		return s.recordRefund(ctx, r, "refund.request", "", in.Reason)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (s *Service) recordRefund(ctx context.Context, r *Refund, action string, from RefundState, reason string) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "refund", ObjectID: r.ID, CustomerID: r.CustomerID, From: string(from), To: string(r.State), Reason: reason, On: r.PaidOn,
		Detail: map[string]any{"number": r.Number, "amount_fen": r.AmountFen, "reference": r.Reference}})
}

// moveRefund changes a refund's state, if it still is as it was read.
func (s *Service) moveRefund(ctx context.Context, r *Refund, to RefundState, action, reason string) error {
	from := r.State
	if !CanMoveRefund(from, to) {
		return ErrRefundState.With("state", from)
	}
	r.State = to
	ok, err := s.store.saveRefund(ctx, r, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrRefundState
	}
	return s.recordRefund(ctx, r, action, from, reason)
}

func (s *Service) postRefund(ctx context.Context, r *Refund, key string, on caldate.Date, lines ...ledger.Line) error {
	return s.Ledger.Post(ctx, ledger.Entry{Key: "refund:" + r.Number + key, Kind: ledger.KindRefund, On: on, CustomerID: r.CustomerID, DocumentType: ledger.DocumentRefund, DocumentID: r.ID, Lines: lines})
}

// DecideRefund approves a refund or rejects it; whoever asked can't. From the approval on the money pays no bill. Errors:
// ErrRefundNotFound, ErrOwnRefund, ErrRefundState, ErrBalance.
func (s *Service) DecideRefund(ctx context.Context, id string, approve bool, reason string) (*Refund, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, !approve)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.changeRefund(ctx, id, func(ctx context.Context, r *Refund) error {
		who := actor.From(ctx)
		if r.RequestedBy == who.UserID {
			return ErrOwnRefund
		}
		to := RefundRejected
		if approve {
			to = RefundApproved
			if !CanMoveRefund(r.State, to) {
				return ErrRefundState.With("state", r.State)
			}
			today := s.clock.Today()
			if err := s.takeFromBalance(ctx, r.CustomerID, TakeRefund, r.ID, r.AmountFen, today, r.Reason); err != nil {
				return err
			}
			if err := s.postRefund(ctx, r, "", today, ledger.Dr(ledger.Credit, r.AmountFen), ledger.Cr(ledger.Refunds, r.AmountFen)); err != nil {
				return err
			}
		} else if r.State != RefundRequested {
			return ErrRefundState.With("state", r.State)
		}
		r.DecidedBy, r.DeciderName, r.DecidedAt, r.DecisionReason = who.UserID, who.Name, s.clock.Instant(), reason
		return s.moveRefund(ctx, r, to, "refund.decide", reason)
	})
}

// changeRefund reads a refund under its customer's account lock and lets act change it.
func (s *Service) changeRefund(ctx context.Context, id string, act func(ctx context.Context, r *Refund) error) (*Refund, error) {
	var r *Refund
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if r, err = s.store.refund(ctx, id); err != nil {
			return err
		}
		if err := s.Bills.LockAccounts(ctx, []string{r.CustomerID}); err != nil {
			return err
		}
		if r, err = s.store.refund(ctx, id); err != nil {
			return err
		}
		return act(ctx, r)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Paid says how a refund left the bank.
type Paid struct {
	On          caldate.Date
	BankAccount string
	Reference   string
}

// PayRefund notes that the bank has paid an approved refund, and tells the customer. Errors: ErrRefundNotFound, ErrInvalid,
// ErrRefundState.
func (s *Service) PayRefund(ctx context.Context, id string, in Paid) (*Refund, error) {
	var f errs.Fields
	CheckValueDate(&f, "on", in.On, s.clock.Today())
	in.BankAccount = form.BankAccount(&f, "bank_account", in.BankAccount, false)
	in.Reference = form.Text(&f, "reference", in.Reference, 80, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	if in.BankAccount == "" {
		in.BankAccount = s.Provider.BankAccount
	}
	return s.changeRefund(ctx, id, func(ctx context.Context, r *Refund) error {
		if r.State != RefundApproved {
			return ErrRefundState.With("state", r.State)
		}
		if approved := r.DecidedAt.Date(); in.On.Before(approved) {
			return ErrInvalid.At("on", "before_approval", "付款日期早于批准日期 "+approved.String(), "the day is before the approval of "+approved.String())
		}
		r.PaidOn, r.BankAccount, r.Reference, r.PaidTimes = in.On, in.BankAccount, in.Reference, r.PaidTimes+1
		if err := s.moveRefund(ctx, r, RefundPaid, "refund.pay", ""); err != nil {
			return err
		}
		if err := s.postRefund(ctx, r, fmt.Sprintf(":paid:%d", r.PaidTimes), in.On, ledger.Dr(ledger.Refunds, r.AmountFen), ledger.Cr(ledger.Bank, r.AmountFen)); err != nil {
			return err
		}
		if s.Notices == nil || r.PaidTimes > 1 {
			return nil
		}
		return s.Notices.Send(ctx, notice.To{CustomerID: r.CustomerID, About: notice.About{ObjectType: "customer", ObjectID: r.CustomerID, CustomerID: r.CustomerID}}, "refund_paid",
			map[string]string{"customer": r.CustomerName, "number": r.Number, "amount": r.AmountFen.Grouped(), "account": tail(r.ToAccount), "on": r.PaidOn.String()}, nil)
	})
}

// tail is what a notice says of an account's number.
func tail(account string) string {
	if len(account) <= 4 {
		return account
	}
	return "…" + account[len(account)-4:]
}

// unpayRefund takes back that a refund was paid: the line that said so was another's.
func (s *Service) unpayRefund(ctx context.Context, id, reason string) error {
	_, err := s.changeRefund(ctx, id, func(ctx context.Context, r *Refund) error {
		if r.State != RefundPaid {
			return ErrRefundState.With("state", r.State)
		}
		if err := s.postRefund(ctx, r, fmt.Sprintf(":unpaid:%d", r.PaidTimes), r.PaidOn, ledger.Cr(ledger.Refunds, r.AmountFen), ledger.Dr(ledger.Bank, r.AmountFen)); err != nil {
			return err
		}
		r.PaidOn, r.Reference = caldate.Date{}, ""
		return s.moveRefund(ctx, r, RefundApproved, "refund.unpay", reason)
	})
	return err
}

// CancelRefund calls an approved refund off before it left the bank: the money is the customer's balance again. Errors:
// ErrRefundNotFound, ErrRefundState, ErrInvalid.
func (s *Service) CancelRefund(ctx context.Context, id, reason string) (*Refund, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.changeRefund(ctx, id, func(ctx context.Context, r *Refund) error {
		if err := s.moveRefund(ctx, r, RefundCancelled, "refund.cancel", reason); err != nil {
			return err
		}
		today := s.clock.Today()
		takes, err := s.store.takesFor(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, t := range takes {
			if err := s.take(ctx, &Payment{ID: t.PaymentID, CustomerID: t.CustomerID}, TakeBack, r.ID, -t.AmountFen, today, reason); err != nil {
				return err
			}
		}
		if err := s.postRefund(ctx, r, ":cancelled", today, ledger.Dr(ledger.Refunds, r.AmountFen), ledger.Cr(ledger.Credit, r.AmountFen)); err != nil {
			return err
		}
		return s.tell(ctx, r.CustomerID)
	})
}

// ReturnRefund notes that a refund came back from the bank: a payment of the customer from that day on. Errors:
// ErrRefundNotFound, ErrRefundState, ErrInvalid, ErrDuplicate.
func (s *Service) ReturnRefund(ctx context.Context, id string, in Paid) (*Refund, error) {
	return s.changeRefund(ctx, id, func(ctx context.Context, r *Refund) error {
		if !in.On.IsZero() && in.On.Before(r.PaidOn) {
			return ErrInvalid.At("value_date", "before_payment", "退回日期早于付款日期 "+r.PaidOn.String(), "the day is before the payment of "+r.PaidOn.String())
		}
		if err := s.moveRefund(ctx, r, RefundReturned, "refund.return", ""); err != nil {
			return err
		}
		_, err := s.record(ctx, Input{CustomerID: r.CustomerID, Amount: r.AmountFen, ValueDate: in.On, Method: Transfer, BankAccount: in.BankAccount, Reference: in.Reference,
			Note: "退款 " + r.Number + " 被银行退回"}, true)
		return err
	})
}

// Refunds gives a page of refunds within the actor's scope, the newest first, and how many fit.
func (s *Service) Refunds(ctx context.Context, q RefundQuery) ([]Refund, int64, error) {
	return s.store.refunds(ctx, q)
}

// RefundQuery narrows a list of refunds.
type RefundQuery struct {
	CustomerID string
	States     []string
	Cursor     string
	Limit      int
}

// RefundByID gives a refund within the actor's scope, else ErrRefundNotFound.
func (s *Service) RefundByID(ctx context.Context, id string) (*Refund, error) {
	return s.store.refund(ctx, id)
}

// IsUndone tells that a payment counts no more, and why.
func IsUndone(takes []Take) (TakeKind, bool) {
	for _, t := range takes {
		if t.Kind == TakeBounce || t.Kind == TakeUndo {
			return t.Kind, true
		}
	}
	return "", false
}
