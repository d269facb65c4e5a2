package wallet

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
)

// RunDay does what a day brings: credits whose own term is over lapse, wallets of contracts that have ended are settled. It
// may run any number of times with one result.
func (s *Service) RunDay(ctx context.Context, d caldate.Date) (string, error) {
	if _, err := s.Work(ctx); err != nil {
		return "", err
	}
	lapsed, err := s.store.ending(ctx, d)
	if err != nil {
		return "", err
	}
	n := 0
	var failed error
	for _, id := range lapsed {
		did, err := s.lapse(ctx, id, d, false)
		failed = errors.Join(failed, err)
		if did {
			n++
		}
	}
	over, err := s.store.ended(ctx, d)
	if err != nil {
		return "", errors.Join(failed, err)
	}
	for _, id := range over {
		failed = errors.Join(failed, s.EndTerm(ctx, id, d))
	}
	return fmt.Sprintf("credits of %d wallets lapsed, %d wallets of ended contracts looked at", n, len(over)), failed
}

// lapse ends credits that no batch has set aside: those whose own term is over, or all of them.
func (s *Service) lapse(ctx context.Context, contractID string, d caldate.Date, all bool) (did bool, err error) {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has {
		return false, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		did = false
		w, err := s.store.lock(ctx, contractID, who.customerID)
		if err != nil {
			return err
		}
		lots, err := s.store.lots(ctx, contractID, false)
		if err != nil {
			return err
		}
		var sum int64
		for i := range lots {
			l := &lots[i]
			if !all && (l.EndsOn.IsZero() || !l.EndsOn.Before(d)) {
				continue
			}
			n := min(l.Left(), w.freeMessages())
			if n == 0 {
				continue
			}
			l.Lapsed += n
			w.Messages -= n
			sum += n
			s.earn(w, l, d)
			if err := s.store.saveLot(ctx, l); err != nil {
				return err
			}
		}
		if sum == 0 {
			return nil
		}
		did = true
		c, err := s.Contracts.Get(asSystem(ctx), contractID)
		if err != nil {
			return err
		}
		m, err := s.newMove(ctx, c, Lapse, Input{Messages: sum, ValueDate: d, Method: Transfer, Note: "有效期届满"})
		if err != nil {
			return err
		}
		m.State, m.DecidedBy, m.DeciderName, m.DecidedAt, m.CreditedOn = Done, m.RecordedBy, m.RecorderName, m.RecordedAt, d
		if err := s.insert(ctx, m); err != nil {
			return err
		}
		if err := s.finish(ctx, w); err != nil {
			return err
		}
		if err := s.postOne(ctx, contractID); err != nil {
			return err
		}
		if err := s.audit(ctx, m, "wallet.lapse", "", Done); err != nil {
			return err
		}
		return s.tell(ctx, c, "wallet_lapsed", map[string]string{"messages": fmt.Sprint(sum)})
	})
	return did, err
}

// EndTerm settles the wallet of a contract that has ended, once no batch has anything set aside: credits lapse; the rest of
// the money is to be refunded (a task for finance, with a second person), offset or forfeited by the cause of the end (B08).
// Doing it again changes nothing; before the end it does nothing.
func (s *Service) EndTerm(ctx context.Context, contractID string, on caldate.Date) error {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Contracts.Get(asSystem(ctx), contractID)
		if err != nil {
			return err
		}
		w, err := s.store.lock(ctx, contractID, who.customerID)
		if err != nil || !c.State.Ended() || !w.EndedOn.IsZero() {
			return err
		}
		open, err := s.store.openReservations(ctx, contractID)
		if err != nil || open > 0 {
			return err // receipts may still come
		}
		fate := FateOf(c.EndCause)
		if c.EndCause == "" && fate == Refunded {
			fate = Refunded // expired by itself
		}
		if err := s.postOne(ctx, contractID); err != nil {
			return err
		}
		if c.EndCause != "" && fate != Forfeited { // ended before its time without the customer's fault: what was paid for unused credits is money again
			if err := s.convert(ctx, c, on); err != nil {
				return err
			}
		}
		if _, err := s.lapse(ctx, contractID, on, true); err != nil {
			return err
		}
		if w, err = s.store.lock(ctx, contractID, who.customerID); err != nil {
			return err
		}
		asked, err := s.store.refunding(ctx, contractID)
		if err != nil {
			return err
		}
		if rest := w.BalanceFen - asked; rest > 0 {
			if fate == OffsetFirst && s.payer == nil {
				fate = Refunded
			}
			kind, note := Refund, "合同终止，退还余额"
			switch fate {
			case Forfeited:
				kind, note = Forfeit, "合同因 "+string(c.EndCause)+" 终止，余额不予退还"
			case OffsetFirst:
				kind, note = Offset, "合同因 "+string(c.EndCause)+" 终止，余额抵扣应付款项"
			}
			m, err := s.newMove(ctx, c, kind, Input{Amount: rest, ValueDate: on, Method: Transfer, Note: note})
			if err != nil {
				return err
			}
			if kind != Refund {
				m.State, m.DecidedBy, m.DeciderName, m.DecidedAt, m.CreditedOn = Done, m.RecordedBy, m.RecorderName, m.RecordedAt, on
			}
			if err := s.insert(ctx, m); err != nil {
				return err
			}
			if err := s.audit(ctx, m, "wallet."+string(kind), "", m.State); err != nil {
				return err
			}
			if kind == Refund {
				err = s.tellFinance(ctx, c, "wallet_decision", map[string]string{"what": whatZh[Refund], "amount": amountWords(m), "recorder": "系统"})
			} else {
				err = s.carryOut(ctx, m)
			}
			if err != nil {
				return err
			}
		}
		if w, err = s.store.lock(ctx, contractID, who.customerID); err != nil {
			return err
		}
		w.EndedOn = on
		return s.store.save(ctx, w)
	})
}

// convert turns what was paid for credits that were not used into money of the wallet.
func (s *Service) convert(ctx context.Context, c *contract.Contract, on caldate.Date) error {
	lots, err := s.store.lots(ctx, c.ID, false)
	if err != nil {
		return err
	}
	for i := range lots {
		l := &lots[i]
		rest := l.FeeFen - l.earned(l.Used+l.Lapsed)
		if rest <= 0 {
			continue
		}
		w, err := s.store.lock(ctx, c.ID, c.CustomerID)
		if err != nil {
			return err
		}
		// The lot ends with what it has earned so far: its fee is no longer spread over the credits that are left.
		n := l.Left()
		l.Lapsed += n
		w.Messages -= n
		if err := s.store.saveLot(ctx, l); err != nil {
			return err
		}
		if err := s.store.save(ctx, w); err != nil {
			return err
		}
		m, err := s.newMove(ctx, c, Convert, Input{Amount: rest, Messages: n, ValueDate: on, Method: Transfer, Note: "提前终止，未用短信折回余额"})
		if err != nil {
			return err
		}
		m.State, m.DecidedBy, m.DeciderName, m.DecidedAt, m.CreditedOn = Done, m.RecordedBy, m.RecorderName, m.RecordedAt, on
		if err := s.insert(ctx, m); err != nil {
			return err
		}
		if err := s.audit(ctx, m, "wallet.convert", "", Done); err != nil {
			return err
		}
		if err := s.carryOut(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// RenewalPaid tells whether money or credits came in for a contract since a day: for prepaid terms no payment by the end
// means no renewal (C08).
func (s *Service) RenewalPaid(ctx context.Context, contractID string, since caldate.Date) (bool, error) {
	ms, _, err := s.store.moves(asSystem(ctx), Query{ContractID: contractID, State: Done, Limit: 1000})
	if err != nil {
		return false, errs.As(err)
	}
	for _, m := range ms {
		if m.Kind == TopUp && !m.CreditedOn.Before(since) {
			return true, nil
		}
	}
	return false, nil
}
