package deposit

import (
	"context"
	"fmt"

	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/payment"
)

// Taking is what is to be kept of a deposit, and why.
type Taking struct {
	Amount     money.Fen
	Reason     string
	DocumentID string // evidence; needed for a deduction
}

func (s *Service) checkTaking(in Taking) (Taking, error) {
	var f errs.Fields
	payment.CheckAmount(&f, "amount_fen", in.Amount)
	in.Reason = form.Text(&f, "reason", in.Reason, 200, true)
	return in, f.Err(ErrInvalid)
}

// RequestDeduction asks to keep a part of a deposit for a breach, with its evidence; a second person decides. The contract
// has to be topped up afterwards while it is in force. Errors: ErrInvalid, ErrEvidence, ErrNotHeld, ErrPending, ErrState,
// contract.ErrNotFound.
func (s *Service) RequestDeduction(ctx context.Context, contractID string, in Taking) (*Move, error) {
	in, err := s.checkTaking(in)
	if err != nil {
		return nil, err
	}
	if in.DocumentID == "" {
		return nil, ErrEvidence.At("document_id", "missing", "请上传扣减依据", "upload the evidence")
	}
	return s.request(ctx, contractID, Deducted, Input{Amount: in.Amount, On: s.clock.Today(), Reason: in.Reason}, in.DocumentID, inLife)
}

// inLife takes contracts that have come into force and are not closed.
func inLife(_ context.Context, c *contract.Contract) error {
	if !c.State.Live() && !c.State.Ended() || c.State == contract.Closed {
		return ErrState.With("state", c.State).Say("合同未生效或已结案，不能处理押金", "the contract is not in force yet or is closed")
	}
	return nil
}

// RequestForfeit asks to keep what is left of a deposit after the end of a contract, where the cause of the end allows it
// (RuleOf); a second person decides. Errors: ErrInvalid, ErrForfeit, ErrNotHeld, ErrPending, contract.ErrNotFound.
func (s *Service) RequestForfeit(ctx context.Context, contractID string, in Taking) (*Move, error) {
	in, err := s.checkTaking(in)
	if err != nil {
		return nil, err
	}
	return s.request(ctx, contractID, Forfeited, Input{Amount: in.Amount, On: s.clock.Today(), Reason: in.Reason}, in.DocumentID, func(_ context.Context, c *contract.Contract) error {
		if !c.State.Ended() || c.State == contract.Closed {
			return ErrForfeit.Say("合同尚未终止，不能没收押金", "the contract has not ended, so its deposit can't be kept")
		}
		if RuleOf(c.EndCause) != MayForfeit {
			return ErrForfeit.With("cause", c.EndCause)
		}
		return nil
	})
}

// RequestSetOff asks to pay what a contract owes out of its deposit; a second person decides, and the customer gets a
// notice document. Errors: ErrInvalid, ErrOwesLess, ErrNotHeld, ErrPending, ErrState, contract.ErrNotFound.
func (s *Service) RequestSetOff(ctx context.Context, contractID string, in Taking) (*Move, error) {
	in, err := s.checkTaking(in)
	if err != nil {
		return nil, err
	}
	return s.request(ctx, contractID, SetOff, Input{Amount: in.Amount, On: s.clock.Today(), Reason: in.Reason}, in.DocumentID, func(ctx context.Context, c *contract.Contract) error {
		if err := inLife(ctx, c); err != nil {
			return err
		}
		return s.owesAsMuch(ctx, c.ID, in.Amount)
	})
}

func (s *Service) owesAsMuch(ctx context.Context, contractID string, amount money.Fen) error {
	owes, err := s.store.owes(ctx, contractID)
	if err != nil {
		return err
	}
	if amount > owes {
		return ErrOwesLess.With("owed_fen", int64(owes)).At("amount_fen", "too_much", "该合同现欠 "+owes.Grouped()+" 元", "the contract owes "+owes.Grouped()+" yuan")
	}
	return nil
}

// setOff has the deposit pay the bills, in the transaction of its approval.
func (s *Service) setOff(ctx context.Context, m *Move) error {
	if s.Payments == nil {
		return fmt.Errorf("deposit %s: nobody to pay with it", m.Number)
	}
	if err := s.owesAsMuch(ctx, m.ContractID, m.AmountFen); err != nil {
		return err
	}
	p, err := s.Payments.SetOff(ctx, payment.Other{Number: m.Number, CustomerID: m.CustomerID, ContractID: m.ContractID, Amount: m.AmountFen, On: m.OnDate, Note: m.Reason})
	if err != nil {
		return err
	}
	m.PaymentID = p.ID
	return nil
}

// tellTaken tells the customer what was kept and what has to be topped up.
func (s *Service) tellTaken(ctx context.Context, m *Move) error {
	c, err := s.Contracts.Get(ctx, m.ContractID)
	if err != nil {
		return err
	}
	held, err := s.Ledger.Balance(ctx, ledger.Deposit, m.CustomerID, m.ContractID)
	if err != nil {
		return err
	}
	missing := money.Fen(0)
	if c.State.Live() {
		missing = max(c.Terms.Deposit-held, 0)
	}
	return s.Notices.Send(ctx, notice.To{CustomerID: m.CustomerID, About: notice.About{ObjectType: "contract", ObjectID: m.ContractID, CustomerID: m.CustomerID}}, "deposit_deducted",
		map[string]string{"customer": m.CustomerName, "contract": m.ContractNumber, "amount": m.AmountFen.Grouped(), "number": m.Number, "reason": m.Reason, "held": held.Grouped(), "missing": missing.Grouped()}, nil)
}

// Requests lists what waits for a second person within the actor's scope, the oldest first.
func (s *Service) Requests(ctx context.Context) ([]Move, error) { return s.store.requested(ctx) }

// Notice renders the paper about what was kept or set off: amounts in figures and capitals. Errors: ErrNotFound.
func (s *Service) Notice(ctx context.Context, moveID string) (name string, pdf []byte, err error) {
	m, err := s.store.byID(ctx, moveID)
	if err != nil {
		return "", nil, err
	}
	if m.Kind == Received || m.Kind == Refunded || m.State != Done {
		return "", nil, ErrNotFound
	}
	to := paper.Party{Name: m.CustomerName}
	if c, err := s.Customers.Get(ctx, m.CustomerID); err == nil {
		to.USCC, to.Address = c.USCC, c.Address
	}
	l := paper.MoneyLetterData{Number: m.Number, From: s.Provider, To: to, Date: m.OnDate, Contract: m.ContractNumber, Total: m.AmountFen}
	switch m.Kind {
	case SetOff:
		l.Title, l.TotalAs = "押金抵扣通知书", "抵扣金额合计"
		l.Opening = []string{fmt.Sprintf("贵司与我司签订的合同 %s 项下款项逾期未付。依合同约定，我司已于 **%s** 以贵司交付的押金抵扣下列款项。", m.ContractNumber, m.OnDate.Zh())}
		bills, err := s.store.paidBy(ctx, m.PaymentID)
		if err != nil {
			return "", nil, err
		}
		var sum money.Fen
		for _, b := range bills {
			l.Lines = append(l.Lines, paper.DebtLine{Name: "账单 " + b.Number, DueOn: b.DueOn, Principal: b.Principal, LateFee: b.LateFee, Amount: b.Principal + b.LateFee})
			sum += b.Principal + b.LateFee
		}
		if rest := m.AmountFen - sum; rest > 0 {
			l.Lines = append(l.Lines, paper.DebtLine{Name: "计入贵司余额", DueOn: m.OnDate, Principal: rest, Amount: rest})
		}
	default:
		l.Title, l.TotalAs, l.NoTable = "押金扣减通知书", "扣减金额合计", true
		if m.Kind == Forfeited {
			l.Title = "押金不予退还通知书"
		}
		l.Opening = []string{fmt.Sprintf("依据贵司与我司签订的合同 %s，我司已于 **%s** 自贵司交付的押金中扣减下列金额。", m.ContractNumber, m.OnDate.Zh())}
		l.Lines = []paper.DebtLine{{Name: m.Reason, Amount: m.AmountFen}}
	}
	l.Closing = []string{"合同仍在履行的，请按合同约定及时补足押金；如有异议，请在收到本通知后书面提出。"}
	pdf, err = paper.MoneyLetter(l)
	if err != nil {
		return "", nil, fmt.Errorf("notice %s: %w", m.Number, err)
	}
	return m.Number + ".pdf", pdf, nil
}
