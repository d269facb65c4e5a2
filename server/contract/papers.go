package contract

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"strconv"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/paper"
)

// sheet is a paper that was made and stored, but is not linked yet.
type sheet struct{ id, sha256 string }

// keep stores a paper before the transaction that links it: a file is no part of one. Should that fail, an unlinked file is
// left behind.
func (s *Service) keep(ctx context.Context, name, purpose string, pdf []byte) (*sheet, error) {
	d, err := s.Documents.Store(ctx, name, purpose, bytes.NewReader(pdf))
	if err != nil {
		return nil, err
	}
	return &sheet{d.ID, d.SHA256}, nil
}

// customerParty is the customer as papers name it.
func (s *Service) customerParty(ctx context.Context, c *Contract) paper.Party {
	p := paper.Party{Name: c.CustomerName}
	if r, err := s.Customers.Get(ctx, c.CustomerID); err == nil {
		p.USCC, p.Address = r.USCC, r.Address
	}
	return p
}

// paperOf renders a paper of this contract by the newest version of its template.
func (s *Service) paperOf(c *Contract, template, number string, on caldate.Date, values map[string]string, side string) ([]byte, error) {
	t, err := s.Templates.Latest(template)
	if err != nil {
		return nil, err
	}
	all := map[string]string{"contract_number": c.Number, "provider_name": s.Provider.Name, "customer_name": c.CustomerName, "issued_on": on.String()}
	maps.Copy(all, values)
	maps.DeleteFunc(all, func(name, _ string) bool { return t.Blank(name) == nil })
	pdf, _, err := t.Render(all, contracttemplate.RenderOptions{Number: number, Now: on.At(12, 0), Seal: s.Provider.Seal, ProviderSide: side})
	if err != nil {
		return nil, fmt.Errorf("paper %s %s: %w", template, number, err)
	}
	return pdf, nil
}

// form makes and stores the paper of an amendment: the plan-change form, the text of the supplement, or the price notice.
func (s *Service) form(ctx context.Context, c *Contract, a *Amendment) (*sheet, error) {
	var rows [][]string
	for _, d := range Compared(a.Before, a.After) {
		rows = append(rows, []string{d.Label.Zh, d.Was.Zh, d.Is.Zh})
	}
	party := s.customerParty(ctx, c)
	values := map[string]string{
		"changes": contracttemplate.Rows(rows), "reason": a.Reason, "effective_from": a.EffectiveFrom.String(), "customer_uscc": party.USCC, "customer_address": party.Address,
		"cutoff": strconv.Itoa(max(1, c.Terms.ChangeUntil)), "handler": actor.From(ctx).Name, "end_was": a.EndBefore.String(), "end_is": a.EndAfter.String(),
		"silence": map[bool]string{true: "accepts", false: "objects"}[a.SilenceAccepts],
	}
	template, purpose, side := "plan_change", "plan_change_form", ""
	switch a.Kind {
	case KindSupplement:
		template, purpose, side = "supplement", "supplement_text", "乙"
		if t, err := s.template(c.TemplateID, c.TemplateVersion); err == nil {
			side = t.ProviderSide
		}
		values["jia_name"], values["yi_name"] = c.CustomerName, s.Provider.Name
		if side == "甲" {
			values["jia_name"], values["yi_name"] = s.Provider.Name, c.CustomerName
		}
	case KindPriceChange:
		template, purpose = "price_notice", "price_notice"
	}
	pdf, err := s.paperOf(c, template, a.Number, a.AskedOn, values, side)
	if err != nil {
		return nil, err
	}
	return s.keep(ctx, a.Number+".pdf", purpose, pdf)
}

// noticeOf makes and stores the written notice of a termination: nil for one that needs none, because both sides agree or
// the customer gave notice itself.
func (s *Service) noticeOf(ctx context.Context, c *Contract, e *Ending) (*sheet, error) {
	if e.Cause == Mutual || e.Cause == Notice || e.Cause == Completed || e.BySide == CustomerSide {
		return nil, nil
	}
	zh, _ := e.Cause.Words()
	over, today := e.StartsOn.AddDays(e.ClockDays), s.clock.Today()
	template, cause := "termination_notice", zh
	if rules[e.Cause].Days > 0 && e.LastDay.After(today) {
		template, cause = "termination_warning", string(e.Cause)
		if e.Cause == Breach {
			template = "breach_notice"
		}
	}
	days := strconv.Itoa(e.ClockDays)
	pdf, err := s.paperOf(c, template, e.Number, today, map[string]string{
		"end_date": c.EndDate.String(), "cause": cause, "reason": e.Reason, "last_day": e.LastDay.String(), "starts_on": e.StartsOn.String(), "clock_days": days, "cure_days": days,
		"cure_until": e.LastDay.String(), "ends_on": over.String(),
	}, "")
	if err != nil {
		return nil, err
	}
	return s.keep(ctx, e.Number+".pdf", "termination_notice", pdf)
}

func either(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
