package contract

import (
	"context"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/licence"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
)

// neededLicences are the kinds of licence without which a contract lets nothing out: those of its kind and categories, unless
// it was adopted, and those required by hand.
func neededLicences(c *Contract, more []required) []licence.Kind {
	var need []licence.Kind
	if !c.Adopted {
		need = RequiredLicences(c.Kind, c.AllowedCategories)
	}
	for _, r := range more {
		if r.ContractID == c.ID && !slices.Contains(need, r.Kind) {
			need = append(need, r.Kind)
		}
	}
	return need
}

// RequireLicence makes a kind of licence necessary for a contract from today on, beyond those of its kind: while there is no
// valid one it is suspended for that. Requiring it again changes nothing. Errors: ErrNotFound, ErrState, ErrInvalid.
func (s *Service) RequireLicence(ctx context.Context, id string, kind licence.Kind, reason string) error {
	var f errs.Fields
	if !slices.Contains(licence.Kinds(), kind) {
		f.Add("kind", "unknown", "没有这种证照："+string(kind), "no such kind of licence: "+string(kind))
	}
	reason = form.Lines(&f, "reason", reason, maxReason, false)
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	_, err := s.change(ctx, id, func(ctx context.Context, c *Contract) error {
		if c.State.Ended() {
			return ErrState.With("state", c.State)
		}
		now := s.clock.Instant()
		err := s.store.require(ctx, &required{ContractID: id, Kind: kind, Since: now.Date(), Reason: reason, RequiredBy: actor.From(ctx).UserID, RequiredAt: now})
		if db.IsDuplicate(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if !slices.Contains(c.Needs, kind) {
			c.Needs = append(c.Needs, kind)
		}
		if err := s.note(ctx, c, change{action: "contract.require_licence", reason: reason, detail: map[string]any{"kind": kind}}); err != nil {
			return err
		}
		return s.weighLicences(ctx, c, now.Date())
	})
	return err
}

// weighLicences suspends a contract in force for a licence that it lacks on a day, from the day on which it was missing, or
// lifts that; one that waits for it comes into force (L02, L03).
func (s *Service) weighLicences(ctx context.Context, c *Contract, on caldate.Date) error {
	if c.State == AwaitingSignature {
		return s.tryActivate(ctx, c.ID, on)
	}
	if !c.State.Live() {
		return nil
	}
	valid, err := s.Licences.Valid(ctx, c.CustomerID, on)
	if err != nil {
		return err
	}
	var missing licence.Kind
	for _, kind := range c.Needs {
		if !hasLicence(valid, kind) {
			missing = kind
			break
		}
	}
	if missing == "" {
		return s.Lift(ctx, c.ID, Licence, on, "licences valid")
	}
	since, err := s.Licences.MissingSince(ctx, c.CustomerID, missing, on)
	if err != nil {
		return err
	}
	more, err := s.store.required(ctx, []string{c.ID})
	if err != nil {
		return err
	}
	for _, r := range more {
		if r.Kind == missing && (c.Adopted || !slices.Contains(RequiredLicences(c.Kind, c.AllowedCategories), missing)) {
			since = laterOf(since, r.Since) // it was not needed before
		}
	}
	return s.Suspend(ctx, c.ID, Licence, laterOf(since, c.ActivatedOn), "licence "+string(missing)+" not valid")
}

// Adopt registers a contract that is taken as signed; it comes into force on its first day, or when its deposit and its
// required licences are there. It may overlap with others of the customer: that was agreed outside. Errors: ErrAdoption
// with the fields, customer.ErrNotFound.
func (s *Service) Adopt(ctx context.Context, in Adoption) (*Contract, error) {
	var f errs.Fields
	in.Reference = form.Text(&f, "reference", in.Reference, 100, false)
	switch {
	case in.Start.IsZero():
		f.Add("start", "missing", "请填写起始日", "give the first day of service")
	case in.End.IsZero():
		f.Add("end", "missing", "请填写终止日", "give the last day of service")
	case in.End.Before(in.Start):
		f.Add("end", "order", "合同终止日不能早于起始日", "the end date is before the start date")
	}
	if in.Kind != "" && in.Kind != in.Terms.Kind {
		f.Add("kind", "differs", "与条款的合同类型不一致："+string(in.Terms.Kind), "the terms are of another kind: "+string(in.Terms.Kind))
	}
	for _, e := range in.Terms.Check() {
		e.Field = termsField + e.Field
		f = append(f, e)
	}
	if err := f.Err(ErrAdoption); err != nil {
		return nil, err
	}
	var c *Contract
	err := s.db.Run(ctx, func(ctx context.Context) error {
		now, by := s.clock.Instant(), actor.From(ctx).UserID
		who, err := s.Customers.Get(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		c = &Contract{
			ID: ids.New(), Kind: in.Terms.Kind, CustomerID: who.ID, CustomerName: who.Name, OwnerID: who.OwnerID, TemplateID: "adopted", State: Draft, Adopted: true,
			Values: map[string]string{}, Terms: in.Terms, StartDate: in.Start, EndDate: in.End, SendFrom: either(in.SendFrom, "08:00"), SendTo: either(in.SendTo, "21:00"),
			AllowedCategories: append([]string{}, in.AllowedCategories...), Carriers: append([]string{}, in.Carriers...), CreatedBy: by, CreatedAt: now, UpdatedBy: by, UpdatedAt: now, Version: 1,
		}
		if in.Reference != "" {
			c.Values["reference"] = in.Reference
		}
		number, err := numbering.Year(now.Date()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		c.Number = number
		if sendsMessages(c.Kind) {
			if c.ServiceCode, err = s.Numbers.Allot(ctx, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		if err := s.store.insert(ctx, c); err != nil {
			return err
		}
		if err := s.store.putTerms(ctx, &DatedTerms{ID: ids.New(), ContractID: c.ID, EffectiveFrom: c.StartDate, Source: "contract", Terms: c.Terms, CreatedAt: now}); err != nil {
			return err
		}
		err = s.record(ctx, c, change{action: "contract.draft", detail: map[string]any{"number": c.Number, "kind": c.Kind, "start": c.StartDate, "end": c.EndDate, "reference": in.Reference}}, "", Draft)
		if err != nil {
			return err
		}
		for _, to := range []State{UnderReview, AwaitingSignature} {
			if err := s.move(ctx, c, to, change{action: "contract.adopt", reason: "已在系统外签署 · signed outside this system"}); err != nil {
				return err
			}
		}
		if in.Start.After(now.Date()) {
			return nil
		}
		return s.tryActivate(ctx, c.ID, in.Start)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, c.ID)
}
