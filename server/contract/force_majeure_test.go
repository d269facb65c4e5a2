package contract_test

import (
	"testing"

	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/testkit"
)

// ending gives the latest termination of a contract.
func ending(t testing.TB, h *contracttest.House, id string) contract.Ending {
	t.Helper()
	es, err := h.Contracts.Endings(testkit.System(), id)
	if err != nil || len(es) == 0 {
		t.Fatal(err)
	}
	return es[len(es)-1]
}

func TestStory_forceMajeurePausesTheThirtyDaysOfACure(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	if _, err := h.Contracts.Terminate(lead(), c.ID, contract.Termination{Cause: contract.Breach, Reason: "未报备签名"}); err != nil { // 1 Oct: 30 days, the last is 30 Oct
		t.Fatal(err)
	}
	through(t, h, "2026-10-11") // 11 Oct: flood since the 10th
	m, err := h.Contracts.RecordForceMajeure(contracttest.Lead(), c.ID, contract.ForceMajeureDraft{
		Side: contract.CustomerSide, What: "洪水，机房断电", Pauses: []contract.Pause{contract.PauseClocks, contract.PausePayment}, StartsOn: day("2026-10-10"), DocumentID: h.Upload(t, lead(), "force_majeure"),
	})
	if err != nil || m.Number != c.Number+"-E01" || m.OverOn() != day("2026-12-09") {
		t.Fatalf("%+v %v", m, err)
	}
	_, err = h.Contracts.RecordForceMajeure(contracttest.Lead(), c.ID, contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "又一次", StartsOn: day("2026-10-11")})
	want(t, err, contract.ErrForceRunning)
	if e := ending(t, h, c.ID); e.PausedDays != 2 || e.LastDay != day("2026-11-01") {
		t.Errorf("%+v", e)
	}
	through(t, h, "2026-11-05") // 5 Nov: the 30 days would have been over; it still lasts
	if g, _ := h.Contracts.Get(testkit.System(), c.ID); g.State != contract.Active {
		t.Fatalf("%+v", g)
	}
	// 5 Nov: it was over on the 3rd: 25 days don't count
	if m, err = h.Contracts.EndForceMajeure(contracttest.Lead(), c.ID, m.ID, contract.ForceMajeureEnd{LastDay: day("2026-11-03"), Reason: "恢复供电"}); err != nil || m.Lasts(day("2026-12-31")) != 25 {
		t.Fatalf("%+v %v", m, err)
	}
	if e := ending(t, h, c.ID); e.PausedDays != 25 || e.LastDay != day("2026-11-24") {
		t.Errorf("%+v", e)
	}
	_, err = h.Contracts.EndForceMajeure(contracttest.Lead(), c.ID, m.ID, contract.ForceMajeureEnd{})
	want(t, err, contract.ErrForceOver)
	through(t, h, "2026-11-24") // 24 Nov: the last day
	if g, _ := h.Contracts.Get(testkit.System(), c.ID); g.State != contract.Active {
		t.Fatalf("%+v", g)
	}
	through(t, h, "2026-11-25")
	if g, _ := h.Contracts.Get(testkit.System(), c.ID); g.State != contract.Terminated || g.EndedOn != day("2026-11-24") {
		t.Errorf("%+v", g)
	}
	sound(t, h)
}

func TestStory_afterSixtyDaysOfForceMajeureEitherSideMayLeave(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	m, err := h.Contracts.RecordForceMajeure(lead(), c.ID, contract.ForceMajeureDraft{Side: contract.ProviderSide, What: "海缆中断", StartsOn: day("2026-10-01")})
	if err != nil {
		t.Fatal(err)
	}
	through(t, h, m.OverOn().String()) // 30 Nov: day 61
	if _, err := h.Contracts.Terminate(lead(), c.ID, contract.Termination{Cause: contract.ForceMajeure, By: contract.CustomerSide, Reason: "海缆中断满 60 日", Since: m.StartsOn}); err != nil {
		t.Fatal(err)
	}
	if g, _ := h.Contracts.Get(testkit.System(), c.ID); g.State != contract.Terminated || g.EndedOn != day("2026-11-30") {
		t.Errorf("%+v", g)
	}
	sound(t, h)
}

func TestRecordForceMajeure_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	c := adopted(t, h, 1, "2027-09-30", nil)
	for _, x := range []struct {
		in   contract.ForceMajeureDraft
		want []string
	}{
		{contract.ForceMajeureDraft{}, []string{"side:unknown", "what:missing", "starts_on:missing"}},
		{contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "洪水", StartsOn: day("2026-10-02")}, []string{"starts_on:future"}},
		{contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "洪水", StartsOn: day("2025-09-30")}, []string{"starts_on:past"}},
		{contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "洪水", StartsOn: day("2026-09-30"), ToldOn: day("2026-10-02")}, []string{"told_on:future"}},
		{contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "洪水", StartsOn: day("2026-09-30"), Pauses: []contract.Pause{"rent"}}, []string{"pauses:unknown"}},
	} {
		_, err := h.Contracts.RecordForceMajeure(lead(), c.ID, x.in)
		want(t, err, contract.ErrForceMajeure, x.want...)
	}
	m, err := h.Contracts.RecordForceMajeure(lead(), c.ID, contract.ForceMajeureDraft{Side: contract.CustomerSide, What: "洪水", StartsOn: day("2026-09-30")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Contracts.EndForceMajeure(lead(), c.ID, m.ID, contract.ForceMajeureEnd{LastDay: day("2026-09-29")})
	want(t, err, contract.ErrForceMajeure, "last_day:order")
	_, err = h.Contracts.EndForceMajeure(lead(), c.ID, "none", contract.ForceMajeureEnd{})
	want(t, err, contract.ErrNoForceMajeure)
}
