package plan

import (
	"reflect"
	"slices"
	"strings"

	"sealgate/server/money"
)

// Patch is what a plan change (C07) or a supplement (C06) alters: the terms that are set, and no others. Its field names
// are those of Terms, so a form, a paper and a stored patch read alike.
type Patch struct {
	Amount *money.Fen `json:"amount_fen,omitempty"`

	Rent      *money.Fen     `json:"rent_fen,omitempty"`
	Included  *int64         `json:"included,omitempty"`
	Overage   *money.Decimal `json:"overage,omitempty"` // a single price takes the place of tiers, unless the patch brings tiers too
	Price     *money.Decimal `json:"price,omitempty"`
	Threshold *int64         `json:"threshold,omitempty"`
	Mode      *ThresholdMode `json:"mode,omitempty"`
	Ports     *int           `json:"ports,omitempty"`
	OneOff    []OneOff       `json:"one_off,omitempty"` // come on top of the ones agreed before
	Tiers     *Tiers         `json:"tiers,omitempty"`
	LumpSum   *money.Fen     `json:"lump_sum_fen,omitempty"`
	Minimum   *money.Fen     `json:"minimum_fen,omitempty"`
	DailyCap  *int64         `json:"daily_cap,omitempty"`

	FirstMonth         *Proration     `json:"first_month,omitempty"`
	RentWhileSuspended *bool          `json:"rent_while_suspended,omitempty"`
	CountBy            *Counting      `json:"count_by,omitempty"`
	Blocked            *BlockedCharge `json:"blocked,omitempty"`
	Deposit            *money.Fen     `json:"deposit_fen,omitempty"`
	Window             *Window        `json:"window,omitempty"`
	GraceDays          *int           `json:"grace_days,omitempty"`
	LateFee            *LateFee       `json:"late_fee,omitempty"`
	Allocation         *Allocation    `json:"allocation,omitempty"`
	ChangeUntil        *int           `json:"plan_change_cutoff,omitempty"`
	Renewal            *Renewal       `json:"renewal,omitempty"`

	Suspension                  *SuspensionMode `json:"suspension,omitempty"`
	SuspendAfter                *int            `json:"suspend_after_days,omitempty"`
	SuspendFloor                *money.Fen      `json:"suspend_floor_fen,omitempty"`
	TerminateAfterSuspendedDays *int            `json:"terminate_after_suspended_days,omitempty"`
}

// ofPlan are the terms that make up the plan itself: what a plan-change form (业务变更记录表) may alter. Everything else
// needs a supplement.
var ofPlan = []string{"rent_fen", "included", "overage", "price", "threshold", "mode", "ports", "one_off", "tiers", "minimum_fen", "daily_cap"}

// Names gives the terms that the patch sets, by their names in Terms, in that order; none means that it alters nothing.
func (p Patch) Names() []string {
	var out []string
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			out = append(out, name)
		}
	}
	return out
}

// Empty tells whether nothing is set.
func (p Patch) Empty() bool { return len(p.Names()) == 0 }

// Beyond gives the terms of the patch that no plan-change form may alter; none: it is a plan change.
func (p Patch) Beyond() []string {
	var out []string
	for _, name := range p.Names() {
		if !slices.Contains(ofPlan, name) {
			out = append(out, name)
		}
	}
	return out
}

// With gives the terms as the patch leaves them. The receiver stays as it is; Check says whether the result can stand.
func (t Terms) With(p Patch) Terms {
	put(&t.Amount, p.Amount)
	put(&t.Rent, p.Rent)
	put(&t.Included, p.Included)
	if p.Overage != nil || p.Price != nil {
		t.Tiers = nil
	}
	put(&t.Overage, p.Overage)
	put(&t.Price, p.Price)
	put(&t.Threshold, p.Threshold)
	put(&t.Mode, p.Mode)
	put(&t.Ports, p.Ports)
	t.OneOff = slices.Concat(t.OneOff, p.OneOff)
	if p.Tiers != nil {
		steps := *p.Tiers
		steps.Steps = slices.Clone(steps.Steps)
		t.Tiers = &steps
	}
	put(&t.LumpSum, p.LumpSum)
	put(&t.Minimum, p.Minimum)
	put(&t.DailyCap, p.DailyCap)
	put(&t.FirstMonth, p.FirstMonth)
	put(&t.RentWhileSuspended, p.RentWhileSuspended)
	put(&t.CountBy, p.CountBy)
	put(&t.Blocked, p.Blocked)
	put(&t.Deposit, p.Deposit)
	put(&t.Window, p.Window)
	put(&t.GraceDays, p.GraceDays)
	put(&t.LateFee, p.LateFee)
	put(&t.Allocation, p.Allocation)
	put(&t.ChangeUntil, p.ChangeUntil)
	put(&t.Renewal, p.Renewal)
	put(&t.Suspension, p.Suspension)
	if p.SuspendAfter != nil {
		n := *p.SuspendAfter
		t.SuspendAfter = &n
	}
	put(&t.SuspendFloor, p.SuspendFloor)
	put(&t.TerminateAfterSuspendedDays, p.TerminateAfterSuspendedDays)
	return t
}

func put[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
