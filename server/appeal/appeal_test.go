package appeal_test

import (
	"testing"

	"sealgate/server/actor"
	"sealgate/server/appeal"
)

func TestMayDecide_leavesOutWhoDecidedBeforeWhoFiledAndTheCustomer(t *testing.T) {
	t.Parallel()
	filed := appeal.Appeal{State: appeal.Filed, DeciderID: "li", FiledBy: "sales"}
	ofSystem := appeal.Appeal{State: appeal.Filed, FiledBy: "yunfan"}
	for name, c := range map[string]struct {
		of   appeal.Appeal
		who  actor.Actor
		want bool
	}{
		"somebody else":         {filed, actor.Actor{UserID: "wang"}, true},
		"who decided before":    {filed, actor.Actor{UserID: "li"}, false},
		"who filed it":          {filed, actor.Actor{UserID: "sales"}, false},
		"the customer":          {filed, actor.Actor{UserID: "x", CustomerID: "c"}, false},
		"nobody":                {filed, actor.Actor{}, false},
		"what the system did":   {ofSystem, actor.Actor{UserID: "li"}, true},
		"decided already":       {appeal.Appeal{State: appeal.Denied, FiledBy: "sales"}, actor.Actor{UserID: "wang"}, false},
		"withdrawn by customer": {appeal.Appeal{State: appeal.Withdrawn, FiledBy: "sales"}, actor.Actor{UserID: "wang"}, false},
	} {
		if got := c.of.MayDecide(c.who); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCanMove_anOutcomeIsAnOutcome(t *testing.T) {
	t.Parallel()
	for _, from := range appeal.States() {
		for _, to := range appeal.States() {
			if want := from == appeal.Filed && to != appeal.Filed; appeal.CanMove(from, to) != want {
				t.Errorf("%s → %s: %v", from, to, !want)
			}
		}
	}
}
