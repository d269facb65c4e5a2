package contract

import (
	"context"
	"slices"
	"strconv"

	"sealgate/server/catalogue"
	"sealgate/server/contracttemplate"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// base gives the terms that a contract starts from: those of its plan, or the defaults of its kind. A draft can only be on
// a version that is on offer today; what was approved keeps its version.
func (s *Service) base(ctx context.Context, c *Contract, kind Kind) (plan.Terms, error) {
	if c.PlanVersionID == "" {
		return plan.Defaults(kind), nil
	}
	t, _, err := s.Plans.Signable(ctx, c.PlanVersionID, kind)
	return t, err
}

// overPlan completes what was filled in by what the plan says.
func overPlan(t *contracttemplate.Template, planVersionID string, terms plan.Terms, given map[string]string) map[string]string {
	if planVersionID == "" {
		return given
	}
	out := map[string]string{}
	for name, value := range said(terms) {
		if t.Blank(name) != nil {
			out[name] = value
		}
	}
	for name, value := range given {
		if value != "" || out[name] == "" {
			out[name] = value
		}
	}
	return out
}

// said writes terms as the blanks of templates say them: the way back from terms().
func said(t plan.Terms) map[string]string {
	out := map[string]string{
		"first_month": string(t.FirstMonth), "window_from_day": strconv.Itoa(t.Window.From), "window_to_day": strconv.Itoa(t.Window.To),
		"grace_days": strconv.Itoa(t.GraceDays), "plan_change_cutoff": strconv.Itoa(t.ChangeUntil), "late_fee_rate": t.LateFee.Rate.String(),
	}
	yuan := func(name string, f money.Fen) {
		if f != 0 {
			out[name] = f.Yuan()
		}
	}
	whole := func(name string, n int64) {
		if n != 0 {
			out[name] = strconv.FormatInt(n, 10)
		}
	}
	price := func(name string, d money.Decimal) {
		if !d.IsZero() {
			out[name] = d.String()
		}
	}
	yuan("amount", t.Amount)
	yuan("rent", t.Rent)
	yuan("deposit", t.Deposit)
	whole("included", t.Included)
	whole("daily_cap", t.Cap())
	price("overage", t.Overage)
	if t.Renewal.Auto {
		out["auto_renew"] = "yes"
		whole("renew_years", int64(t.Renewal.Years))
	}
	return out
}

// OnPlan is the plan that a contract was signed on, and which of its own terms differ from it.
type OnPlan struct {
	Plan     *catalogue.Plan
	Version  *catalogue.Version
	Deviates []string // names of terms as in plan.Terms
}

// Plan gives the plan of a contract; nil where it has terms of its own.
func (s *Service) Plan(ctx context.Context, c *Contract) (*OnPlan, error) {
	if c.PlanVersionID == "" {
		return nil, nil
	}
	p, v, err := s.Plans.Of(ctx, c.PlanVersionID)
	if err != nil {
		return nil, err
	}
	return &OnPlan{p, v, deviations(v.Terms, c.Terms)}, nil
}

// deviations names the terms in which a contract differs from its plan. The contract amount and the deposit are every
// contract's own.
func deviations(offered, agreed plan.Terms) []string {
	return slices.DeleteFunc(plan.Differ(offered, agreed), func(name string) bool {
		return name == "amount_fen" || name == "deposit_fen" || name == "daily_cap" && offered.Cap() == agreed.Cap()
	})
}
