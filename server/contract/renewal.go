package contract

import (
	"context"
	"errors"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/plan"
)

// Wallet is what contracts ask the wallet of prepaid terms; app wires it.
type Wallet interface {
	// PaidBetween tells whether money or messages were topped up, and seen by finance, with a value date in [from, to].
	PaidBetween(ctx context.Context, contractID string, from, to caldate.Date) (bool, error)
}

// UseWallet sets who is asked whether a prepaid term was paid for again; without one no prepaid contract renews itself.
func (s *Service) UseWallet(w Wallet) { s.wallet = w }

// prepaidDays is from how many days before the end a top-up counts as the payment of a new prepaid term (C08).
const prepaidDays = 30

// lastObjection is the last day on which an objection is in time: "at least N days before the end".
func lastObjection(end caldate.Date, r plan.Renewal) caldate.Date {
	return end.AddDays(-r.ObjectionDays)
}

// objectUntil is the last day on which a side can object to the renewal of a term; none where it does not renew itself.
func objectUntil(end caldate.Date, t plan.Terms) caldate.Date {
	if !t.Renewal.Auto {
		return caldate.Date{}
	}
	return lastObjection(end, t.Renewal)
}

// nextEnd is the last day of the term that follows one that ends on a day: whole years from the day after.
func nextEnd(end caldate.Date, years int) caldate.Date {
	from := end.AddDays(1)
	to := from.AddYears(years)
	if to.Day() != from.Day() { // from 29 February to 28 February, which is a whole year with that day
		return to
	}
	return to.AddDays(-1)
}

// ObjectRenewal records that a side does not want the present term to renew itself: in time on end − N or earlier (C08).
// Errors: ErrNotFound, ErrState, ErrSide, ErrNoRenewal, ErrObjected, ErrTooLate, those of document.Link.
func (s *Service) ObjectRenewal(ctx context.Context, id string, in Objection) (*Contract, error) {
	var f errs.Fields
	in.Reason = form.Lines(&f, "reason", in.Reason, maxReason, false)
	if in.By != CustomerSide && in.By != ProviderSide {
		f.Add("by", "unknown", ErrSide.Zh, ErrSide.En)
	}
	if err := f.Err(ErrObjection); err != nil {
		return nil, err
	}
	return s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if err := s.amendable(ctx, c); err != nil {
			return err
		}
		today := s.clock.Today()
		t, err := s.termsOn(ctx, id, c.EndDate)
		if err != nil {
			return err
		}
		last := lastObjection(c.EndDate, t.Renewal)
		switch {
		case !t.Renewal.Auto:
			return ErrNoRenewal
		case c.ObjectedBy != "":
			return ErrObjected.With("by", c.ObjectedBy).With("on", c.ObjectedOn)
		case today.After(last):
			return ErrTooLate.Sayf("合同于 %[1]s 到期，异议须最迟在 %[2]s 提出，现已逾期", "the contract ends on %[1]s; an objection was possible until %[2]s", c.EndDate, last).With("until", last)
		}
		if in.DocumentID != "" {
			if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		c.ObjectedBy, c.ObjectedOn = in.By, today
		ok, err := s.store.update(ctx, c, c.State, map[string]any{"objected_by": in.By, "objected_on": today})
		if err != nil {
			return err
		}
		if !ok {
			return ErrStale
		}
		c.Version++
		err = s.note(ctx, c, change{action: "contract.object_renewal", reason: in.Reason, detail: map[string]any{"by": in.By, "end": c.EndDate, "document": in.DocumentID}})
		if err != nil {
			return err
		}
		who := map[Side][2]string{CustomerSide: {"客户", "the customer"}, ProviderSide: {"我方", "the provider"}}[in.By]
		return s.tell(ctx, c, "renewal_objected", map[string]string{"by": who[0], "end_date": c.EndDate.String()}, map[string]string{"by": who[1]})
	})
}

func (s *Service) termsOn(ctx context.Context, id string, day caldate.Date) (plan.Terms, error) {
	rows, err := s.store.termsOf(ctx, id)
	if err != nil {
		return plan.Terms{}, err
	}
	return termsAt(rows, day), nil
}

// why a contract does not go on after its end.
type stop struct{ zh, en string }

// goesOn decides at the end of a term whether the contract renews itself, and if not, why.
func (s *Service) goesOn(ctx context.Context, c *Contract, t plan.Terms) (until caldate.Date, why stop, err error) {
	switch {
	case !t.Renewal.Auto || t.Renewal.Years == 0:
		return until, stop{"合同期满", "the term is over"}, nil
	case !c.EndsOn.IsZero():
		return until, stop{"合同期满（终止手续进行中）", "the term is over while a termination was under way"}, nil
	case c.ObjectedBy == CustomerSide:
		return until, stop{"合同期满，客户已提出不续期", "the term is over; the customer objected to a renewal"}, nil
	case c.ObjectedBy == ProviderSide:
		return until, stop{"合同期满，我方已提出不续期", "the term is over; the provider objected to a renewal"}, nil
	}
	until = nextEnd(c.EndDate, t.Renewal.Years)
	if c.Kind == plan.KindPrepaid {
		paid := false
		if s.wallet != nil {
			if paid, err = s.wallet.PaidBetween(ctx, c.ID, c.EndDate.AddDays(-prepaidDays), c.EndDate); err != nil {
				return caldate.Date{}, why, fmt.Errorf("renewal payment of contract %s: %w", c.ID, err)
			}
		}
		if !paid {
			return caldate.Date{}, stop{"合同期满，到期前未续费", "the term is over and no new one was paid for"}, nil
		}
	}
	other, err := s.store.clash(ctx, c, c.EndDate.AddDays(1), until, false)
	if err != nil {
		return caldate.Date{}, why, err
	}
	if other != nil {
		return caldate.Date{}, stop{"合同期满，由合同 " + other.Number + " 接续", "the term is over; contract " + other.Number + " follows"}, nil
	}
	return until, why, nil
}

// renew prolongs a contract by another term, on the same terms (C08). A lump sum is due for the new term too.
func (s *Service) renew(ctx context.Context, c *Contract, t plan.Terms, until caldate.Date) error {
	st, err := s.standing(ctx, c.ID)
	if err != nil {
		return err
	}
	from := c.EndDate.AddDays(1)
	a := s.newAmendment(ctx, c, KindRenewal, st, fmt.Sprintf("自动续期 %d 年", t.Renewal.Years), "")
	a.State, a.AskedOn, a.EffectiveFrom, a.EndBefore, a.EndAfter, a.AgreedOn, a.AgreedAt = AmendmentAgreed, from, from, c.EndDate, until, from, a.CreatedAt
	if t.LumpSum > 0 {
		a.Patch.OneOff = []plan.OneOff{{Name: "服务费（续期）", Amount: t.LumpSum, On: from}}
	}
	rows := project(st.base(), append(st.amendments, *a))
	a.Before, a.After = t, termsAt(rows, from)
	if err := s.store.insertAmendment(ctx, a); err != nil {
		return err
	}
	if err := s.apply(ctx, c, a, st.rows, rows); err != nil {
		return err
	}
	if err := s.recordAmendment(ctx, c, a, "contract.renew", a.Reason, "", AmendmentAgreed); err != nil {
		return err
	}
	return s.tell(ctx, c, "contract_renewed", map[string]string{"from": from.String(), "end_date": until.String()}, nil)
}

// remindDays is how long before a renewal or an end reminders go out: about a month (C08).
const remindDays = 30

// objectDays is how long before the last day of an objection both sides are reminded of it.
const objectDays = 7

// remind tells customer and sales of contracts that end or renew themselves within a month, and of the last days of an
// objection; each once a term.
func (s *Service) remind(ctx context.Context, day caldate.Date) error {
	objecting, err := s.store.objecting(ctx, day, day.AddDays(objectDays))
	if err != nil {
		return fmt.Errorf("contracts whose renewal can be objected to on %s: %w", day, err)
	}
	ending, err := s.store.renewing(ctx, day, day.AddDays(remindDays))
	if err != nil {
		return fmt.Errorf("contracts that end after %s: %w", day, err)
	}
	var failed []error
	for _, id := range objecting {
		failed = append(failed, s.remindOf(ctx, id, day, s.remindObjection))
	}
	for _, id := range ending {
		failed = append(failed, s.remindOf(ctx, id, day, s.remindEnd))
	}
	return errors.Join(failed...)
}

func (s *Service) remindOf(ctx context.Context, id string, day caldate.Date, tell func(ctx context.Context, c *Contract, t plan.Terms, day caldate.Date) error) error {
	c, err := s.store.byID(ctx, id, day)
	if err != nil {
		return err
	}
	t, err := s.termsOn(ctx, id, c.EndDate)
	if err != nil {
		return err
	}
	return tell(ctx, c, t, day)
}

func (s *Service) remindObjection(ctx context.Context, c *Contract, t plan.Terms, day caldate.Date) error {
	return s.once(ctx, c, stepObjection+c.EndDate.String(), day, func(ctx context.Context) error {
		return s.tell(ctx, c, "renewal_objection", map[string]string{
			"end_date": c.EndDate.String(), "until": lastObjection(c.EndDate, t.Renewal).String(), "years": fmt.Sprint(t.Renewal.Years),
		}, nil)
	})
}

func (s *Service) remindEnd(ctx context.Context, c *Contract, t plan.Terms, day caldate.Date) error {
	renews := t.Renewal.Auto && c.ObjectedBy == ""
	return s.once(ctx, c, stepRenewal+c.EndDate.String(), day, func(ctx context.Context) error {
		next, en := "届时自动续期", "it then renews itself"
		switch {
		case renews && c.Kind == plan.KindPrepaid:
			next, en = "到期前续费的，届时自动续期；未续费的，服务至到期日为止", "topped up before that, it renews itself; otherwise the service stops then"
		case !renews:
			next, en = "届时终止；需要继续使用的，请联系客户经理签订续期协议", "it then ends; for going on, agree on a renewal with your account manager"
		}
		if err := s.tell(ctx, c, "renewal_due", map[string]string{"end_date": c.EndDate.String(), "next": next}, map[string]string{"next": en}); err != nil {
			return err
		}
		if renews {
			return nil
		}
		return s.tellOwner(ctx, c, "renewal_task", map[string]string{"end_date": c.EndDate.String()}, nil) // sales call the customer
	})
}

// once does something about a contract in a transaction of its own, unless it was done before.
func (s *Service) once(ctx context.Context, c *Contract, step string, day caldate.Date, do func(ctx context.Context) error) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		first, err := s.store.step(ctx, c.ID, step, day, s.clock.Instant())
		if err != nil || !first {
			return err
		}
		return do(ctx)
	})
}

// begin notes in the timeline that amendments hold from a day on.
func (s *Service) begin(ctx context.Context, day caldate.Date) error {
	rows, err := s.store.effective(ctx, day)
	if err != nil {
		return fmt.Errorf("amendments that begin on %s: %w", day, err)
	}
	var failed []error
	for i := range rows {
		a := &rows[i]
		c, err := s.store.byID(ctx, a.ContractID, day)
		if err != nil || !c.State.Live() {
			failed = append(failed, err)
			continue
		}
		failed = append(failed, s.once(ctx, c, "begin:"+a.ID, day, func(ctx context.Context) error {
			zh, en := Differences(a.Before, a.After)
			return s.note(ctx, c, change{action: "contract.terms_change", on: day, detail: map[string]any{"number": a.Number, "changes": zh, "changes_en": en}})
		}))
	}
	return errors.Join(failed...)
}

// settleUp is what follows once an ended contract owes nothing: with nothing of the customer's held any more the file is closed; with a
// deposit finance is asked to return it; what is in the wallet waits for its refund.
func (s *Service) settleUp(ctx context.Context, c *Contract) error {
	held, err := s.held(ctx, c)
	if err != nil {
		return err
	}
	if held == 0 {
		return s.closeUp(ctx, c, "款项结清，无押金 · nothing owed, no deposit held")
	}
	for _, w := range s.settled {
		if err := w.ContractSettled(ctx, c.ID, held); err != nil {
			return err
		}
	}
	if held, err = s.held(ctx, c); err != nil || held == 0 { // somebody has returned it at once
		return err
	}
	return s.send(ctx, c, notice.To{Role: "finance"}, "deposit_due", map[string]string{"amount": held.Grouped()}, nil)
}

// inWallet is what is held for the customer in the wallet of a contract, by the ledger: money that was paid ahead and not refunded yet.
func (s *Service) inWallet(ctx context.Context, c *Contract) (money.Fen, error) {
	n, err := s.Ledger.Balance(ctx, ledger.Wallet, c.CustomerID, c.ID)
	if err != nil {
		return 0, fmt.Errorf("wallet of contract %s: %w", c.ID, err)
	}
	return n, nil
}

// closeUp closes the file of a settled contract unless a deposit or money in the wallet is still held.
func (s *Service) closeUp(ctx context.Context, c *Contract, reason string) error {
	held, err := s.held(ctx, c)
	if err != nil || held != 0 {
		return err
	}
	left, err := s.inWallet(ctx, c)
	if err != nil || left != 0 {
		return err
	}
	return s.move(ctx, c, Closed, change{action: "contract.close", reason: reason})
}

// WalletChanged is called in the transaction in which money left the wallet of a contract: a settled one is closed once nothing of it
// is held any more.
func (s *Service) WalletChanged(ctx context.Context, contractID string) error {
	return s.closeSettled(ctx, contractID, "款项结清，预存款余额已退还 · nothing owed, the wallet's balance returned")
}

func (s *Service) closeSettled(ctx context.Context, contractID, reason string) error {
	_, err := s.change(ctx, contractID, func(ctx context.Context, c *Contract) error {
		if c.State != Settled {
			return nil
		}
		return s.closeUp(ctx, c, reason)
	})
	return err
}

// SettledWatcher is told, in the transaction, that an ended contract owes nothing any more and that its deposit is due.
type SettledWatcher interface {
	ContractSettled(ctx context.Context, contractID string, held money.Fen) error
}

// WatchSettled has w told of settled contracts whose deposit is still held.
func (s *Service) WatchSettled(w SettledWatcher) { s.settled = append(s.settled, w) }
