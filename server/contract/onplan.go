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

// said writes terms as the blanks of templates say them: the way back from terms(). A template has some of them.
func said(t plan.Terms) map[string]string {
	out := map[string]string{}
	word := func(name, v string) {
		if v != "" {
			out[name] = v
		}
	}
	number := func(name string, n int) { out[name] = strconv.Itoa(n) }
	yes := func(name string, v bool) {
		if out[name] = "no"; v {
			out[name] = "yes"
		}
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
	yuan("lump_sum", t.LumpSum)
	out["minimum"], out["suspend_floor"] = t.Minimum.Yuan(), t.SuspendFloor.Yuan()
	whole("included", t.Included)
	whole("daily_cap", t.Cap())
	price("overage", t.Overage)
	price("price", t.Price)
	whole("threshold", t.Threshold)
	number("ports", t.Ports)
	word("threshold_mode", string(t.Mode))
	word("side", string(t.Side))
	word("first_month", string(t.FirstMonth))
	yes("rent_while_suspended", t.RentWhileSuspended)
	word("blocked", string(t.Blocked))
	word("fixed_price", string(t.Fixed))
	word("allocation", string(t.Allocation))
	saidTiers(out, t.Tiers)
	saidFees(out, t.OneOff)
	if t.Kind == plan.KindMaintenance {
		if out["charge_model"] = "lump_sum"; t.LumpSum == 0 {
			out["charge_model"] = "per_visit"
		}
	}

	number("window_from_day", t.Window.From)
	number("window_to_day", t.Window.To)
	if out["due_model"] = "window"; t.Window.Days > 0 {
		if out["due_model"] = "issue"; t.Window.Of != "" {
			out["due_model"] = t.Window.Of
		}
		number("due_days", t.Window.Days)
	}
	number("grace_days", t.GraceDays)
	number("plan_change_cutoff", t.ChangeUntil)
	switch out["late_fee_model"] = string(t.LateFee.Model); t.LateFee.Model {
	case plan.LateFeeDaily:
		out["late_fee_rate"] = t.LateFee.Rate.String()
	case plan.LateFeeFlat:
		out["late_fee_share"] = t.LateFee.Rate.String()
	default:
		out["late_fee_rate"] = "0"
	}
	out["late_fee_cap"] = t.LateFee.Cap.String()
	yes("stop_at_suspension", t.LateFee.StopAtSuspension)
	if out["late_fee_tax"] = "extra"; t.LateFee.TaxFree {
		out["late_fee_tax"] = "free"
	}
	yes("auto_renew", t.Renewal.Auto)
	if t.Renewal.Auto {
		number("renew_years", t.Renewal.Years)
	}
	number("objection_days", t.Renewal.ObjectionDays)
	word("suspension", string(t.Suspension))
	if t.SuspendAfter != nil {
		number("suspend_after_days", *t.SuspendAfter)
	}
	number("terminate_after_days", t.TerminateAfterSuspendedDays)
	return out
}

func saidTiers(out map[string]string, t *plan.Tiers) {
	out["price_model"] = "single"
	if t == nil {
		return
	}
	out["price_model"] = string(t.Mode)
	for i, s := range t.Steps {
		out[tierPrice(i)] = s.Price.String()
		if s.UpTo > 0 {
			out[tierUpTo(i)] = strconv.FormatInt(s.UpTo, 10)
		}
	}
}

func saidFees(out map[string]string, all []plan.OneOff) {
	say := func(blank string, o plan.OneOff) {
		if out[blank] = o.Amount.Yuan(); !o.On.IsZero() {
			out[blank+"_on"] = o.On.String()
		}
	}
	for _, f := range fees {
		for _, o := range all {
			if f.name != "" && o.Name == f.name {
				say(f.blank, o)
			}
		}
	}
	if at := otherFee(all); at >= 0 {
		out["other_fee_name"] = all[at].Name
		say("other_fee", all[at])
	}
}

// unsaid names the terms of a plan that a template has no blank for: a contract on it would be billed by what stands nowhere
// in its text. The contract amount matters only where a late fee is a share of it.
func unsaid(t *contracttemplate.Template, offered plan.Terms) []string {
	values := t.Defaults()
	for name, value := range said(offered) {
		if t.Blank(name) != nil {
			values[name] = value
		}
	}
	read, _ := terms(plan.Defaults(offered.Kind), values)
	return slices.DeleteFunc(plan.Differ(offered, read), func(name string) bool {
		return name == "amount_fen" && offered.LateFee.Model != plan.LateFeeFlat || name == "daily_cap" && offered.Cap() == read.Cap() ||
			name == "window" && offered.Window.Days == read.Window.Days && offered.Window.From == read.Window.From && offered.Window.To == read.Window.To ||
			name == "side" && (offered.Buys() == read.Buys())
	})
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
