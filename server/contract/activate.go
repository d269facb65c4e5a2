package contract

import (
	"context"
	"fmt"

	"sealgate/server/caldate"
	"sealgate/server/licence"
	"sealgate/server/money"
)

// Item is one thing that a contract needs before it comes into force.
type Item struct {
	Code string
	Done bool
	Zh   string
	En   string
}

// facts are what the checklist looks at, as of a day.
type facts struct {
	signings  []Signing
	licences  []licence.Licence // that count on the day
	signature bool              // the customer has an approved one
	held      money.Fen         // deposit held, by the ledger
	clash     string            // number of a contract in force that overlaps
	on        caldate.Date
}

// checklist says what a contract needs to come into force, and what of it is there (C04, L02, B07).
func checklist(c *Contract, f facts) []Item {
	var out []Item
	add := func(code string, done bool, zh, en string) { out = append(out, Item{code, done, zh, en}) }
	for _, side := range []struct {
		side   Side
		zh, en string
	}{{CustomerSide, "客户", "customer"}, {ProviderSide, "我方", "provider"}} {
		if c.Adopted { // taken as signed
			break
		}
		signed, confirmed := false, false
		for i := range f.signings {
			if f.signings[i].Side == side.side {
				signed, confirmed = true, f.signings[i].Confirmed()
			}
		}
		add(string(side.side)+"_signed", signed, side.zh+"已签署", "signed by the "+side.en)
		add(string(side.side)+"_confirmed", confirmed, side.zh+"的签署已有凭证（纸质签署由第二人核对）", "the "+side.en+"'s signing is proved: on paper by a second person, in the portal by its evidence")
	}
	for _, kind := range c.Needs {
		zh, en := kind.Label()
		add("licence:"+string(kind), hasLicence(f.licences, kind), zh+"已核验且在有效期内", en+" verified and valid")
	}
	if sendsMessages(c.Kind) && !c.Adopted {
		add("signature", f.signature, "至少一个短信签名已通过审核", "at least one signature is approved")
	}
	if d := c.Terms.Deposit; d > 0 {
		add("deposit", f.held >= d, fmt.Sprintf("押金 %s 元已到账（现有 %s 元）", d.Grouped(), f.held.Grouped()), fmt.Sprintf("deposit of %s yuan received (held: %s)", d.Grouped(), f.held.Grouped()))
	}
	add("start_date", !f.on.Before(c.StartDate), "已到起始日 "+c.StartDate.String(), "start date reached: "+c.StartDate.String())
	if f.on.After(c.EndDate) {
		add("period", false, "终止日 "+c.EndDate.String()+" 已过，合同不能再生效", "the end date "+c.EndDate.String()+" has passed; the contract can't come into force any more")
	}
	if f.clash != "" {
		add("overlap", false, "与生效中的合同 "+f.clash+" 重叠", "overlaps with contract "+f.clash+", which is in force")
	}
	return out
}

func complete(items []Item) bool {
	for _, i := range items {
		if !i.Done {
			return false
		}
	}
	return true
}

func hasLicence(ls []licence.Licence, kind licence.Kind) bool {
	for _, l := range ls {
		if l.Kind == kind {
			return true
		}
	}
	return false
}

func (s *Service) facts(ctx context.Context, c *Contract, on caldate.Date) (f facts, err error) {
	f.on = on
	if f.signings, err = s.store.signings(ctx, c.ID, ""); err != nil {
		return f, err
	}
	if f.licences, err = s.Licences.Valid(ctx, c.CustomerID, on); err != nil {
		return f, err
	}
	approved, err := s.Signatures.Approved(ctx, c.CustomerID)
	if err != nil {
		return f, err
	}
	f.signature = len(approved) > 0
	if f.held, err = s.held(ctx, c); err != nil {
		return f, err
	}
	other, err := s.store.clash(ctx, c, laterOf(on, c.StartDate), c.EndDate, true)
	if other != nil {
		f.clash = other.Number
	}
	return f, err
}

func laterOf(a, b caldate.Date) caldate.Date {
	if a.After(b) {
		return a
	}
	return b
}

// Checklist says what a contract that awaits signature still needs. It is nil for one that was in force already.
func (s *Service) Checklist(ctx context.Context, c *Contract) ([]Item, error) {
	if c.State != Draft && c.State != UnderReview && c.State != AwaitingSignature {
		return nil, nil
	}
	f, err := s.facts(ctx, c, s.clock.Today())
	if err != nil {
		return nil, fmt.Errorf("checklist of contract %s: %w", c.ID, err)
	}
	return checklist(c, f), nil
}

// TryActivate brings a contract into force if it awaits signature and its checklist is complete; otherwise it does
// nothing. Whoever completes a point of the list calls it in that transaction; the daily job does for the start date.
func (s *Service) TryActivate(ctx context.Context, id string) error {
	return s.tryActivate(ctx, id, s.clock.Today())
}

func (s *Service) tryActivate(ctx context.Context, id string, on caldate.Date) error {
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State != AwaitingSignature {
			return nil
		}
		// Two contracts of one customer must not come into force side by side: the second waits here and then sees the first.
		if err := s.store.lockCustomer(ctx, c.CustomerID); err != nil {
			return err
		}
		f, err := s.facts(ctx, c, on)
		if err != nil {
			return err
		}
		if !complete(checklist(c, f)) {
			return nil
		}
		t, err := s.termsOn(ctx, id, c.EndDate)
		if err != nil {
			return err
		}
		c.ActivatedOn, c.ObjectUntil = on, objectUntil(c.EndDate, t)
		err = s.move(ctx, c, Active, change{
			action: "contract.activate", on: on, set: map[string]any{"activated_on": on, "object_until": c.ObjectUntil},
			detail: map[string]any{"deposit_held_fen": int64(f.held), "licences": len(f.licences)},
		})
		if err != nil {
			return err
		}
		return s.tell(ctx, c, "contract_active", map[string]string{"start_date": on.String(), "end_date": c.EndDate.String()}, nil)
	})
	if err != nil {
		return fmt.Errorf("activate contract %s: %w", id, err)
	}
	return nil
}

// LicenceChanged implements licence.Watcher: contracts that waited for a licence come into force; those in force are
// suspended from the day on which a licence that they need was missing, and resumed when it is there again (L03).
func (s *Service) LicenceChanged(ctx context.Context, customerID string, on caldate.Date) error {
	cs, err := s.store.ofCustomer(ctx, customerID, AwaitingSignature, Active, Suspended)
	if err != nil {
		return err
	}
	if err := s.store.complete(ctx, cs, on); err != nil {
		return err
	}
	for i := range cs {
		if err := s.weighLicences(ctx, &cs[i], on); err != nil {
			return err
		}
	}
	return nil
}

// SignatureChanged implements registration.Watcher.
func (s *Service) SignatureChanged(ctx context.Context, customerID string) error {
	cs, err := s.store.ofCustomer(ctx, customerID, AwaitingSignature)
	if err != nil {
		return err
	}
	for i := range cs {
		if err := s.TryActivate(ctx, cs[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// DepositChanged implements the deposit's watcher: a contract that waited for its deposit comes into force, one that is
// settled is closed once nothing of it is held any more.
func (s *Service) DepositChanged(ctx context.Context, contractID string) error {
	if err := s.TryActivate(ctx, contractID); err != nil {
		return err
	}
	return s.closeSettled(ctx, contractID, "款项结清，押金已退还 · nothing owed, deposit returned")
}

// Sendable tells whether the contract lets messages out at a moment, and if not, why. It looks at dates and licences
// themselves, so it is right at 00:00 whether or not the daily jobs have run. Sending hours and caps are the batch's.
func (s *Service) Sendable(ctx context.Context, id string, at caldate.Instant) (Sendable, error) {
	c, err := s.store.byID(ctx, id, at.Date())
	if err != nil {
		return Sendable{}, err
	}
	valid, err := s.Licences.Valid(ctx, c.CustomerID, at.Date())
	if err != nil {
		return Sendable{}, fmt.Errorf("licences of contract %s: %w", id, err)
	}
	reasons := hindrances(c, valid, at.Date())
	return Sendable{Allowed: len(reasons) == 0, Reasons: reasons}, nil
}

func hindrances(c *Contract, valid []licence.Licence, on caldate.Date) []string {
	reasons := []string{}
	first, last := c.Life()
	switch {
	case c.State.Ended() || c.State.Live() && on.After(last):
		reasons = append(reasons, "ended")
	case !c.State.Live() || on.Before(first):
		reasons = append(reasons, "contract_not_active")
	}
	for _, r := range c.OpenReasons {
		reasons = append(reasons, "suspended:"+string(r))
	}
	for _, kind := range c.Needs {
		if !hasLicence(valid, kind) {
			reasons = append(reasons, "licence")
			break
		}
	}
	return reasons
}
