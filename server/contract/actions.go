package contract

import (
	"slices"

	"sealgate/server/caldate"
)

// LifeActions are what a person may do next with a contract in force, before capabilities: amend it, object to its renewal,
// end it, decide on its end, stop a clock, suspend and lift.
func LifeActions(c *Contract, endings []Ending, suspensions []Suspension, today caldate.Date, userID string) []string {
	if !c.State.Live() {
		return nil
	}
	out := []string{"change_plan", "supplement", "terminate", "require_licence", "announce_price"}
	if c.Terms.Renewal.Auto && c.ObjectedBy == "" && !today.After(lastObjection(c.EndDate, c.Terms.Renewal)) {
		out = append(out, "object_renewal")
	}
	for i := range endings {
		switch e := &endings[i]; {
		case e.State == EndingRequested:
			out = append(out, "withdraw_termination")
			if e.RequestedBy != userID {
				out = append(out, "decide_termination")
			}
		case e.State == EndingRunning && rules[e.Cause].Curable:
			out = append(out, "cure", "withdraw_termination")
		case e.State == EndingRunning:
			out = append(out, "withdraw_termination")
		}
	}
	open := map[Reason]bool{}
	for i := range suspensions {
		s := &suspensions[i]
		if s.Open() {
			open[s.Reason] = true
			if s.Reason.ByHand() && s.SuspendedBy != userID {
				out = append(out, "lift")
			}
		}
	}
	if !open[Data] || !open[Behaviour] || !open[Content] {
		out = append(out, "suspend")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Horizon is what a contract's page says about what can be changed from when on.
type Horizon struct {
	PlanChangeFrom caldate.Date // the day from which a plan change that is asked for today holds (C07)
	SupplementFrom caldate.Date // the first day from which a supplement may hold: the day after the last billed one (C06)
	ObjectUntil    caldate.Date // the last day of an objection to the renewal; none where it does not renew itself (C08)
	RenewsUntil    caldate.Date // the end of the term that follows if nobody objects
}
