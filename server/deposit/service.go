package deposit

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/payment"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Watcher is told, in the transaction of the move, that a contract's deposit has changed.
type Watcher interface {
	DepositChanged(ctx context.Context, contractID string) error
}

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Customers *customer.Service
	Ledger    *ledger.Service
	Notices   *notice.Service
	Documents *document.Service // evidence
	Payments  *payment.Service  // what is set off pays bills
	Provider  paper.Party       // who holds the deposit
}

// Service receives, holds and refunds deposits.
type Service struct {
	Deps
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	watcher Watcher
	store   store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// Watch has w told of changes.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// Input is money that arrived as a deposit, or leaves as a refund.
type Input struct {
	Amount      money.Fen
	On          caldate.Date // value date
	Method      payment.Method
	BankAccount string
	Reference   string
	Reason      string
}

func (s *Service) check(in Input) (Input, errs.Fields) {
	var f errs.Fields
	out := in
	payment.CheckAmount(&f, "amount_fen", in.Amount)
	payment.CheckValueDate(&f, "received_on", in.On, s.clock.Today())
	out.BankAccount = form.BankAccount(&f, "bank_account", in.BankAccount, false)
	switch in.Method {
	case payment.Transfer, payment.Cheque:
		out.Reference = form.Text(&f, "reference", in.Reference, 80, true)
	case payment.Cash:
		out.Reference = form.Text(&f, "reference", in.Reference, 80, false)
	default:
		f.Add("method", "unknown", "付款方式请选择：transfer（转账）、cash（现金）、cheque（支票）", "the method must be transfer, cash or cheque")
	}
	if out.Method == payment.Transfer && out.BankAccount == "" {
		out.BankAccount = s.Provider.BankAccount
	}
	return out, f
}

// Receive takes in a deposit, whole or in part, and gives it a receipt. The contract comes into force in the same
// transaction if that was the last thing it lacked. Errors: contract.ErrNotFound, ErrInvalid with fields (more than what is
// missing is refused too), ErrNone, ErrState, ErrDuplicate.
func (s *Service) Receive(ctx context.Context, contractID string, in Input) (*Move, error) {
	in, f := s.check(in)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var m *Move
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Contracts.Get(ctx, contractID)
		if err != nil {
			return err
		}
		if c.State != contract.AwaitingSignature && !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		if c.Terms.Deposit == 0 {
			return ErrNone
		}
		if err := s.store.lock(ctx, c.ID); err != nil {
			return err
		}
		held, err := s.Ledger.Balance(ctx, ledger.Deposit, c.CustomerID, c.ID)
		if err != nil {
			return err
		}
		if missing := c.Terms.Deposit - held; in.Amount > missing {
			return ErrInvalid.At("amount_fen", "too_much", fmt.Sprintf("合同押金 %s 元，已收 %s 元，最多再收 %s 元", c.Terms.Deposit.Grouped(), held.Grouped(), missing.Grouped()),
				fmt.Sprintf("the deposit is %s yuan, %s is held: at most %s more", c.Terms.Deposit.Grouped(), held.Grouped(), missing.Grouped()))
		}
		now := s.clock.Instant()
		number, err := payment.ReceiptNumbers.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		m = s.move(ctx, c, Received, Done, number, in)
		if err := s.insert(ctx, m); err != nil {
			return err
		}
		err = s.post(ctx, m, ledger.KindDeposit, []ledger.Line{ledger.Dr(ledger.Bank, m.AmountFen), ledger.Cr(ledger.Deposit, m.AmountFen)})
		if err != nil {
			return err
		}
		if err := s.record(ctx, m, "deposit.receive", "", Done); err != nil {
			return err
		}
		err = s.Notices.Send(ctx, notice.To{CustomerID: c.CustomerID, About: notice.About{ObjectType: "contract", ObjectID: c.ID, CustomerID: c.CustomerID}}, "deposit_received",
			map[string]string{"customer": c.CustomerName, "contract": c.Number, "amount": m.AmountFen.Grouped(), "receipt": m.Number, "received_on": m.OnDate.String()}, nil)
		if err != nil || s.watcher == nil {
			return err
		}
		return s.watcher.DepositChanged(ctx, c.ID)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// RequestRefund asks for the deposit of an ended contract that owes nothing to be paid back; a second person approves it.
// Errors: contract.ErrNotFound, ErrInvalid, ErrNotEnded, ErrNotHeld, ErrPending.
func (s *Service) RequestRefund(ctx context.Context, contractID string, in Input) (*Move, error) {
	in, f := s.check(in)
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.request(ctx, contractID, Refunded, in, "", func(_ context.Context, c *contract.Contract) error {
		if c.State != contract.Settled {
			return ErrNotEnded.With("state", c.State)
		}
		return nil
	})
}

// RequestRest is RequestRefund for all that is held: what the end of a contract asks for. Nothing held is ErrNotHeld.
func (s *Service) RequestRest(ctx context.Context, contractID string, in Input) (*Move, error) {
	d, err := s.Of(ctx, contractID)
	if err != nil {
		return nil, err
	}
	if d.Held <= 0 {
		return nil, ErrNotHeld.With("held_fen", int64(d.Held))
	}
	in.Amount = d.Held
	return s.RequestRefund(ctx, contractID, in)
}

// request enters what is to be taken from a deposit, to be decided by a second person. Together with what waits already it
// never is more than what is held.
func (s *Service) request(ctx context.Context, contractID string, kind Kind, in Input, documentID string, allowed func(ctx context.Context, c *contract.Contract) error) (*Move, error) {
	var m *Move
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Contracts.Get(ctx, contractID)
		if err != nil {
			return err
		}
		if err := s.store.lock(ctx, c.ID); err != nil {
			return err
		}
		if err := allowed(ctx, c); err != nil {
			return err
		}
		if err := s.holds(ctx, c.CustomerID, c.ID, in.Amount); err != nil {
			return err
		}
		pending, err := s.store.pending(ctx, c.ID)
		if err != nil {
			return err
		}
		if pending > 0 && s.holds(ctx, c.CustomerID, c.ID, in.Amount+pending) != nil {
			return ErrPending.With("pending_fen", int64(pending))
		}
		number, err := numbering[kind].Year(s.clock.Today()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		m = s.move(ctx, c, kind, Requested, number, in)
		if documentID != "" && s.Documents != nil {
			d, err := s.Documents.Link(ctx, documentID, "deposit", m.ID, c.CustomerID, c.ID)
			if err != nil {
				return err
			}
			m.DocumentID = d.ID
		}
		if err := s.insert(ctx, m); err != nil {
			return err
		}
		return s.record(ctx, m, map[Kind]string{Refunded: "deposit.refund_request", Deducted: "deposit.deduct_request", Forfeited: "deposit.forfeit_request", SetOff: "deposit.set_off_request"}[kind], "", Requested)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (s *Service) holds(ctx context.Context, customerID, contractID string, amount money.Fen) error {
	held, err := s.Ledger.Balance(ctx, ledger.Deposit, customerID, contractID)
	if err != nil {
		return err
	}
	if amount > held {
		return ErrNotHeld.With("held_fen", int64(held))
	}
	return nil
}

// DecideRefund is Decide for refunds alone.
func (s *Service) DecideRefund(ctx context.Context, moveID string, approve bool) (*Move, error) {
	m, err := s.store.byID(ctx, moveID)
	if err != nil {
		return nil, err
	}
	if m.Kind != Refunded {
		return nil, ErrDecided
	}
	return s.Decide(ctx, moveID, approve, "")
}

// Decide approves what somebody asked to take from a deposit (the ledger says so at once) or rejects it; whoever asked
// can't. Errors: ErrNotFound, ErrOwn, ErrDecided, ErrNotHeld, ErrOwesLess, ErrInvalid.
func (s *Service) Decide(ctx context.Context, moveID string, approve bool, reason string) (*Move, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var m *Move
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if m, err = s.store.byID(ctx, moveID); err != nil {
			return err
		}
		who := actor.From(ctx)
		if !m.Kind.Takes() || m.State != Requested {
			return ErrDecided
		}
		if m.RecordedBy == who.UserID {
			return ErrOwn
		}
		if err := s.store.lock(ctx, m.ContractID); err != nil {
			return err
		}
		to := Rejected
		if approve {
			to = Done
			if err := s.holds(ctx, m.CustomerID, m.ContractID, m.AmountFen); err != nil {
				return err
			}
		}
		m.DecidedBy, m.DeciderName, m.DecidedAt, m.DecisionReason = who.UserID, who.Name, s.clock.Instant(), reason
		if today := m.DecidedAt.Date(); approve && m.OnDate.Before(today) {
			m.OnDate = today // no money leaves before it is approved
		}
		if !approve {
			m.MoveKey = "rejected:" + m.Number // no money moved: its reference may be asked for again
		}
		if approve && m.Kind == SetOff {
			if err := s.setOff(ctx, m); err != nil {
				return err
			}
		}
		ok, err := s.store.decide(ctx, m, to)
		if err != nil {
			return err
		}
		if !ok {
			return ErrDecided
		}
		m.State = to
		if approve {
			switch m.Kind {
			case Refunded:
				err = s.post(ctx, m, ledger.KindDepositRefund, []ledger.Line{ledger.Dr(ledger.Deposit, m.AmountFen), ledger.Cr(ledger.Bank, m.AmountFen)})
			case Deducted, Forfeited:
				err = s.post(ctx, m, ledger.KindDepositDeduct, []ledger.Line{ledger.Dr(ledger.Deposit, m.AmountFen), ledger.Cr(ledger.DepositIncome, m.AmountFen)})
			}
			if err != nil {
				return err
			}
			if m.Kind != Refunded {
				if err := s.tellTaken(ctx, m); err != nil {
					return err
				}
			}
		}
		action := map[Kind]string{Refunded: "deposit.refund_decide", Deducted: "deposit.deduct_decide", Forfeited: "deposit.forfeit_decide", SetOff: "deposit.set_off_decide"}[m.Kind]
		if err := s.record(ctx, m, action, Requested, to); err != nil || s.watcher == nil {
			return err
		}
		return s.watcher.DepositChanged(ctx, m.ContractID)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (s *Service) move(ctx context.Context, c *contract.Contract, kind Kind, state State, number string, in Input) *Move {
	who := actor.From(ctx)
	key := "deposit:"
	switch kind {
	case Refunded: // what leaves the bank has references of its own
		key = "refund:"
	case Deducted, Forfeited, SetOff: // nothing passes the bank
		in.Method, in.BankAccount, in.Reference = "", "", ""
	}
	return &Move{ID: ids.New(), Number: number, MoveKey: key + payment.Key(in.Method, in.BankAccount, in.Reference, number), ContractID: c.ID, ContractNumber: c.Number,
		CustomerID: c.CustomerID, CustomerName: c.CustomerName, Kind: kind, State: state, AmountFen: in.Amount, OnDate: in.On, Method: in.Method, BankAccount: in.BankAccount,
		Reference: in.Reference, Reason: in.Reason, RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: s.clock.Instant()}
}

func (s *Service) insert(ctx context.Context, m *Move) error {
	err := s.store.insert(ctx, m)
	if db.IsDuplicate(err) {
		return ErrDuplicate.With("reference", m.Reference).At("reference", "duplicate", "流水号 "+m.Reference+" 已登记", "reference "+m.Reference+" is recorded already")
	}
	return err
}

func (s *Service) post(ctx context.Context, m *Move, kind ledger.Kind, lines []ledger.Line) error {
	err := s.Ledger.Post(ctx, ledger.Entry{Key: "deposit:" + m.Number, Kind: kind, On: m.OnDate, CustomerID: m.CustomerID, ContractID: m.ContractID,
		DocumentType: ledger.DocumentDeposit, DocumentID: m.ID, Lines: lines})
	if errors.Is(err, ledger.ErrPosted) {
		return ErrDuplicate.Because(err)
	}
	return err
}

func (s *Service) record(ctx context.Context, m *Move, action string, from, to State) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "deposit", ObjectID: m.ID, CustomerID: m.CustomerID, ContractID: m.ContractID, From: string(from), To: string(to),
		Reason: m.Reason, On: m.OnDate, Detail: map[string]any{"number": m.Number, "amount_fen": m.AmountFen, "reference": m.Reference}})
}

// Of gives a contract's deposit within the actor's scope.
func (s *Service) Of(ctx context.Context, contractID string) (Standing, error) {
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return Standing{}, err
	}
	out := Standing{Agreed: c.Terms.Deposit}
	if out.Held, err = s.Ledger.Balance(ctx, ledger.Deposit, c.CustomerID, c.ID); err != nil {
		return out, err
	}
	out.Moves, err = s.store.of(ctx, contractID)
	return out, err
}

// Receipt renders the receipt of a deposit (B07): amount in figures and capitals. Errors: ErrNotFound.
func (s *Service) Receipt(ctx context.Context, moveID string) (name string, pdf []byte, err error) {
	m, err := s.store.byID(ctx, moveID)
	if err != nil {
		return "", nil, err
	}
	if m.Kind != Received {
		return "", nil, ErrNotFound
	}
	payer := paper.Party{Name: m.CustomerName}
	if c, err := s.Customers.Get(ctx, m.CustomerID); err == nil {
		payer.USCC, payer.Address = c.USCC, c.Address
	}
	pdf, err = paper.Receipt(paper.ReceiptData{Number: m.Number, Title: "押金收据", Purpose: "合同押金", ContractNumber: m.ContractNumber, Payee: s.Provider, Payer: payer,
		Amount: m.AmountFen, Method: m.Method.Zh(), Reference: m.Reference, ReceivedOn: m.OnDate, IssuedOn: m.RecordedAt.Date(), Handler: m.RecorderName,
		Notes: []string{"押金在合同终止并结清款项后无息退还，届时请出示本收据。"}})
	if err != nil {
		return "", nil, fmt.Errorf("receipt of deposit %s: %w", m.Number, err)
	}
	return m.Number + ".pdf", pdf, nil
}

// Verify checks that every move that is done is in the ledger with its amount, and the receipts' part of invariant 7.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	lost, err := s.store.unposted(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range lost {
		out = append(out, verify.Violation{Invariant: 5, Object: "deposit " + n, Detail: "not in the ledger with its amount"})
	}
	gaps, err := payment.ReceiptNumbers.Verify(ctx, s.db, "payments", "deposit_moves")
	if err != nil {
		return nil, err
	}
	out = append(out, gaps...)
	for _, k := range []Kind{Refunded, Deducted, SetOff} {
		if gaps, err = numbering[k].Verify(ctx, s.db, "deposit_moves"); err != nil {
			return nil, err
		}
		out = append(out, gaps...)
	}
	own, err := s.store.ownDecisions(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range own {
		out = append(out, verify.Violation{Invariant: 16, Object: "deposit " + n, Detail: "taken without a second person"})
	}
	return out, nil
}
