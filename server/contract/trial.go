package contract

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/plan"
)

// FormTerms reads the billing terms and the period out of a form that need not be finished: what a trial (试算) is made
// from before there is a contract. Blanks left out take the template's default. Errors: ErrInvalid with the fields,
// contracttemplate.ErrUnknownTemplate.
func (s *Service) FormTerms(_ context.Context, r Registration) (t plan.Terms, start, end caldate.Date, err error) {
	tpl, err := s.template(r.TemplateID, r.TemplateVersion)
	if err != nil {
		return t, start, end, err
	}
	values := tpl.Defaults()
	for name, value := range r.Values {
		if value != "" {
			values[name] = value
		}
	}
	today := s.clock.Today()
	if values["start_date"] == "" {
		values["start_date"] = today.MonthOf().Next().First().String()
	}
	if from, err := caldate.Parse(values["start_date"]); err == nil && values["end_date"] == "" {
		values["end_date"] = from.AddYears(1).AddDays(-1).String()
	}
	start, end, f := dates(values, today)
	t, more := terms(plan.Defaults(plan.Kind(tpl.Kind)), values)
	return t, start, end, append(f, more...).Err(ErrInvalid)
}
