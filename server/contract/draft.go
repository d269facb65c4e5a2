package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/platform/ids"
)

// Registration is what a contract is made of: a customer, a template and what was filled into its blanks.
type Registration struct {
	CustomerID      string
	TemplateID      string
	TemplateVersion int    // 0: the newest
	PlanVersionID   string // a version of a plan on offer, whose terms stand wherever no blank says otherwise
	Values          map[string]string
}

func (s *Service) template(id string, version int) (*contracttemplate.Template, error) {
	if version == 0 {
		return s.Templates.Latest(id)
	}
	return s.Templates.Get(id, version)
}

// drawUp checks what was filled in and sets the contract by it; every wrong field is given at once (ErrInvalid).
func (s *Service) drawUp(ctx context.Context, c *Contract, given map[string]string, today caldate.Date) error {
	t, err := s.template(c.TemplateID, c.TemplateVersion)
	if err != nil {
		return err
	}
	who, err := s.Customers.Get(ctx, c.CustomerID)
	if err != nil {
		return err
	}
	base, err := s.base(ctx, c, Kind(t.Kind))
	if err != nil {
		return err
	}
	if c.PlanVersionID != "" {
		if names := unsaid(t, base); len(names) > 0 {
			return ErrInvalid.At("plan_version_id", "unsaid", "合同模板 "+t.ID+" v"+strconv.Itoa(t.Version)+" 写不明套餐的这些条款："+strings.Join(names, "、")+"；请换用较新的模板版本，或者另选套餐",
				"template "+t.ID+" v"+strconv.Itoa(t.Version)+" can't say these terms of the plan: "+strings.Join(names, ", ")+"; take a newer version of the template, or another plan")
		}
	}
	values, f := prefill(t, who, s.Provider, overPlan(t, c.PlanVersionID, base, given))
	for _, e := range t.Check(values) {
		e.Field = valuesField + e.Field
		f = append(f, e)
	}
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	var more errs.Fields
	c.Kind, c.CustomerName, c.OwnerID, c.TemplateVersion, c.Values = Kind(t.Kind), who.Name, who.OwnerID, t.Version, values
	c.StartDate, c.EndDate, more = dates(values, today)
	f = append(f, more...)
	c.Terms, more = terms(base, values)
	f = append(f, more...)
	c.SendFrom, c.SendTo = values["send_from"], values["send_to"]
	c.AllowedCategories, c.Carriers = list(values["allowed_categories"]), list(values["carriers"])
	return f.Err(ErrInvalid)
}

// noClash refuses a period in which the customer has another contract of the kind. inForce looks only at those that are
// or were in force; otherwise what is under review or waits for signatures counts too.
func (s *Service) noClash(ctx context.Context, c *Contract, from, to caldate.Date, inForce bool) error {
	other, err := s.store.clash(ctx, c, from, to, inForce)
	if err != nil || other == nil {
		return err
	}
	first, last := other.Life()
	zh := fmt.Sprintf("与合同 %s（%s 至 %s）重叠；请把起始日改到 %s 之后，或先终止该合同", other.Number, first, last, last)
	en := fmt.Sprintf("overlaps with contract %s (%s to %s); start after %s, or end that contract first", other.Number, first, last, last)
	return ErrOverlap.Say(zh, en).With("contract", other.Number).At(valuesField+"start_date", "overlap", zh, en)
}

// Draft registers a contract from a template. Errors: ErrInvalid with the fields, ErrOverlap, customer.ErrNotFound,
// contracttemplate.ErrUnknownTemplate.
func (s *Service) Draft(ctx context.Context, r Registration) (*Contract, error) {
	var c *Contract
	err := s.db.Run(ctx, func(ctx context.Context) error {
		now, who := s.clock.Instant(), actor.From(ctx).UserID
		today := now.Date()
		c = &Contract{
			ID: ids.New(), CustomerID: r.CustomerID, TemplateID: r.TemplateID, TemplateVersion: r.TemplateVersion, PlanVersionID: r.PlanVersionID, State: Draft,
			CreatedBy: who, CreatedAt: now, UpdatedBy: who, UpdatedAt: now, Version: 1,
		}
		if err := s.drawUp(ctx, c, r.Values, today); err != nil {
			return err
		}
		if err := s.noClash(ctx, c, c.StartDate, c.EndDate, false); err != nil {
			return err
		}
		number, err := numbering.Year(today).Next(ctx, s.db)
		if err != nil {
			return err
		}
		c.Number = number
		if err := s.store.insert(ctx, c); err != nil {
			return err
		}
		if err := s.store.putTerms(ctx, &DatedTerms{ID: ids.New(), ContractID: c.ID, EffectiveFrom: c.StartDate, Source: "contract", Terms: c.Terms, CreatedAt: now}); err != nil {
			return err
		}
		return s.record(ctx, c, change{action: "contract.draft", detail: map[string]any{
			"number": c.Number, "kind": c.Kind, "template": fmt.Sprintf("%s v%d", c.TemplateID, c.TemplateVersion), "start": c.StartDate, "end": c.EndDate,
		}}, "", Draft)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Revise replaces what was filled into a draft as of version (0: as it stands). Errors: those of Draft, ErrState, ErrStale.
func (s *Service) Revise(ctx context.Context, id string, version int64, values map[string]string) (*Contract, error) {
	var c *Contract
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if c, err = s.lock(ctx, id); err != nil {
			return err
		}
		if c.State != Draft {
			return ErrState.With("state", c.State)
		}
		if version != 0 && c.Version != version {
			return ErrStale.With("version", c.Version)
		}
		now := s.clock.Instant()
		if err := s.drawUp(ctx, c, values, now.Date()); err != nil {
			return err
		}
		if err := s.noClash(ctx, c, c.StartDate, c.EndDate, false); err != nil {
			return err
		}
		c.UpdatedBy, c.UpdatedAt = actor.From(ctx).UserID, now
		if err := s.store.revise(ctx, c); err != nil {
			return err
		}
		c.Version++
		if err := s.store.replaceTerms(ctx, &DatedTerms{ID: ids.New(), ContractID: c.ID, EffectiveFrom: c.StartDate, Source: "contract", Terms: c.Terms, CreatedAt: now}); err != nil {
			return err
		}
		return s.note(ctx, c, change{action: "contract.revise", detail: map[string]any{"version": c.Version, "start": c.StartDate, "end": c.EndDate}})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Form gives a template whose blanks have the customer's record as their defaults; without a customer, as it is. Errors:
// contracttemplate.ErrUnknownTemplate, customer.ErrNotFound.
//
// With planVersionID the plan's terms are the defaults of the blanks that say them; catalogue's errors where nothing can be
// signed on it.
func (s *Service) Form(ctx context.Context, id string, version int, customerID, planVersionID string) (*contracttemplate.Template, error) {
	t, err := s.template(id, version)
	if err != nil || customerID == "" && planVersionID == "" {
		return t, err
	}
	who := &customer.Customer{}
	if customerID != "" {
		if who, err = s.Customers.Get(ctx, customerID); err != nil {
			return nil, err
		}
	}
	base, err := s.base(ctx, &Contract{PlanVersionID: planVersionID, State: Draft}, Kind(t.Kind))
	if err != nil {
		return nil, err
	}
	values, _ := prefill(t, who, s.Provider, overPlan(t, planVersionID, base, nil))
	form := *t
	form.Blanks = slices.Clone(t.Blanks)
	for i := range form.Blanks {
		form.Blanks[i].Default = values[form.Blanks[i].Name]
	}
	return &form, nil
}

// Preview renders what is filled in so far, with a watermark; blanks that are open stay open. Errors: ErrInvalid for
// values that are wrong, customer.ErrNotFound, contracttemplate.ErrUnknownTemplate.
func (s *Service) Preview(ctx context.Context, r Registration) ([]byte, error) {
	t, err := s.template(r.TemplateID, r.TemplateVersion)
	if err != nil {
		return nil, err
	}
	who, err := s.Customers.Get(ctx, r.CustomerID)
	if err != nil {
		return nil, err
	}
	values, f := prefill(t, who, s.Provider, r.Values)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	pdf, _, err := s.render(t, values, contracttemplate.RenderOptions{Draft: true, Now: s.clock.Now()})
	return pdf, err
}

// render names wrong blanks by their place in the API.
func (s *Service) render(t *contracttemplate.Template, values map[string]string, o contracttemplate.RenderOptions) ([]byte, *contracttemplate.Info, error) {
	pdf, info, err := t.Render(values, o)
	var e *errs.Error
	if errors.As(err, &e) && len(e.Fields) > 0 {
		var f errs.Fields
		for _, field := range e.Fields {
			field.Field = valuesField + field.Field
			f = append(f, field)
		}
		return nil, nil, f.Err(ErrInvalid)
	}
	return pdf, info, err
}

// Paper is a contract's text as a PDF.
type Paper struct {
	Name    string
	Content []byte
	Final   bool // the approved text; otherwise a draft with a watermark
}

// Document gives the text of a contract: the approved one once there is one, else a draft of what is filled in.
func (s *Service) Document(ctx context.Context, id string) (*Paper, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.DocumentID != "" {
		d, content, err := s.Documents.Open(ctx, c.DocumentID)
		if err != nil {
			return nil, fmt.Errorf("text of contract %s: %w", id, err)
		}
		return &Paper{d.Name, content, true}, nil
	}
	t, err := s.template(c.TemplateID, c.TemplateVersion)
	if err != nil {
		return nil, err
	}
	pdf, _, err := s.render(t, c.Values, contracttemplate.RenderOptions{Number: c.Number, Draft: true, Now: c.UpdatedAt.Time()})
	if err != nil {
		return nil, err
	}
	return &Paper{c.Number + "-draft.pdf", pdf, false}, nil
}

// Warnings are what a reviewer should know before approving: terms beyond the law's yardsticks (B18), and characters
// that the fonts don't have, which would be printed as 〓.
func (s *Service) Warnings(c *Contract) []errs.Field {
	var out errs.Fields
	for _, w := range c.Terms.LegalWarnings() {
		if name, ok := blankOf[w.Field]; ok {
			w.Field = name
		}
		out = append(out, w)
	}
	if c.State != Draft && c.State != UnderReview {
		return out
	}
	if t, err := s.template(c.TemplateID, c.TemplateVersion); err == nil {
		if _, info, err := s.render(t, c.Values, contracttemplate.RenderOptions{Number: c.Number, Draft: true, Now: c.UpdatedAt.Time()}); err == nil && len(info.Replaced) > 0 {
			out.Add("values", "font.missing", "有字体中没有的字，将印成“〓”，签署时须手写补正", "some characters are missing in the font and are printed as 〓; they must be written by hand when signing")
		}
	}
	return out
}
