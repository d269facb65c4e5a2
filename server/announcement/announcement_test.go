package announcement_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/announcement"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract/contracttest"
	"sealgate/server/contracttemplate"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/plan"
	"sealgate/server/testkit"
	"sealgate/templates"
)

type desk struct {
	*moneytest.Counter
	A        *announcement.Service
	Charges  *charge.Service
	contract string
	customer string
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	m := moneytest.New(t, "2026-11-09 09:00")
	registry, err := contracttemplate.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Counter: m, Charges: charge.New(m.DB, m.Clock, m.Trail, charge.Deps{Contracts: m.Contracts, Notices: m.Notices, Documents: m.Documents})}
	d.A = announcement.New(m.DB, m.Clock, m.Trail, announcement.Deps{Contracts: m.Contracts, Charges: d.Charges, Documents: m.Documents, Notices: m.Notices, Templates: registry, Provider: contracttest.Provider()})
	d.customer = m.Customer(t, contracttest.Sales(), 1).ID
	d.contract = m.Contract(t, d.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00"))
	m.Contract(t, d.customer, "2026-10-01", "2027-09-30", plan.Defaults(plan.KindPrepaid)) // without rent
	return d
}

func at(s string) caldate.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, caldate.Shanghai)
	if err != nil {
		panic(err)
	}
	return caldate.InstantOf(t)
}

func planned() announcement.Input {
	return announcement.Input{Kind: announcement.Planned, TitleZh: "移动通道割接", TitleEn: "Work on the CMCC channel", ReasonZh: "运营商网络升级", ReasonEn: "The carrier upgrades its network",
		StartsAt: at("2026-11-13 00:00"), EndsAt: at("2026-11-13 04:00"), Carriers: []string{"cmcc"}}
}

func writer() context.Context { return testkit.As("lead", "sales_lead") }
func second() context.Context { return testkit.As("compliance", "compliance_lead") }
func (d *desk) client() context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "u-client", Roles: []string{"customer"}, CustomerID: d.customer, Scope: actor.Scope{CustomerID: d.customer}})
}

func TestPublish_tellsEveryCustomerOnceAndRefusesItsWriter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, err := d.A.DrawUp(writer(), planned())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.A.Get(d.client(), a.ID); !errors.Is(err, announcement.ErrNotFound) {
		t.Error("a customer sees a draft:", err)
	}
	if _, err := d.A.Publish(writer(), a.ID); !errors.Is(err, announcement.ErrOwn) {
		t.Fatal(err)
	}
	if a, err = d.A.Publish(second(), a.ID); err != nil || a.Told != 1 || a.ShortNotice {
		t.Fatalf("%+v %v", a, err)
	}
	if _, err := d.A.Publish(second(), a.ID); !errors.Is(err, announcement.ErrState) {
		t.Error(err)
	}
	inbox, total, _, err := d.Notices.List(d.client(), notice.Query{Limit: 10})
	if err != nil || total != 1 || inbox[0].Kind != "interruption_announced" || inbox[0].TitleEn == inbox[0].TitleZh {
		t.Fatalf("%+v %v", inbox, err)
	}
	if now, err := d.A.Current(d.client()); err != nil || len(now) != 1 {
		t.Errorf("%v %v", now, err)
	}
	if a, err = d.A.CallOff(second(), a.ID, "割接取消", "The work was called off"); err != nil || len(a.Updates) != 1 {
		t.Fatalf("%+v %v", a, err)
	}
	if now, _ := d.A.Current(d.client()); len(now) != 0 {
		t.Error("the banner shows what was called off")
	}
}

func TestPublish_marksShortNotice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := planned()
	in.StartsAt, in.EndsAt = at("2026-11-12 08:59"), at("2026-11-12 12:00") // 71 h 59 min ahead
	a, err := d.A.DrawUp(writer(), in)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = d.A.Publish(second(), a.ID); err != nil || !a.ShortNotice {
		t.Fatalf("%+v %v", a, err)
	}
}

func TestDrawUp_namesWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, edit := range map[string]func(*announcement.Input){
		"no English":       func(i *announcement.Input) { i.TitleEn = "" },
		"ends before":      func(i *announcement.Input) { i.EndsAt = i.StartsAt },
		"planned, past":    func(i *announcement.Input) { i.StartsAt = at("2026-11-09 08:00") },
		"unplanned, ahead": func(i *announcement.Input) { i.Kind = announcement.Unplanned },
		"no such carrier":  func(i *announcement.Input) { i.Carriers = []string{"bt"} },
		"no such kind":     func(i *announcement.Input) { i.Kinds = []string{"free"} },
	} {
		in := planned()
		edit(&in)
		if _, err := d.A.DrawUp(writer(), in); !errors.Is(err, announcement.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGrant_givesTheRentOfTheDaysOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := planned()
	in.Kind, in.StartsAt, in.EndsAt, in.Carriers, in.Fault = announcement.Unplanned, at("2026-11-08 02:00"), at("2026-11-09 12:00"), nil, true
	a, err := d.A.DrawUp(writer(), in)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = d.A.Publish(writer(), a.ID); err != nil { // an unplanned one at once, by whoever knows
		t.Fatal(err)
	}
	if _, err := d.A.Credits(writer(), a.ID); !errors.Is(err, announcement.ErrNoCredit) {
		t.Error("it is not over:", err)
	}
	if _, err := d.A.End(writer(), a.ID, at("2026-11-08 01:00"), "恢复", "Back"); !errors.Is(err, announcement.ErrInvalid) {
		t.Error(err)
	}
	if a, err = d.A.End(writer(), a.ID, at("2026-11-09 08:00"), "交换机更换后恢复", "Back after a switch was replaced"); err != nil { // 30 hours: two begun days
		t.Fatal(err)
	}
	due, err := d.A.Credits(writer(), a.ID)
	if err != nil || len(due) != 1 || due[0].AmountFen != money.MustYuan("6.67") || due[0].Days != 2 {
		t.Fatalf("%+v %v", due, err)
	}
	for range 2 { // again: nothing doubles
		if due, err = d.A.Grant(testkit.As("finance", "finance"), a.ID, []string{d.contract}); err != nil || !due[0].Granted {
			t.Fatalf("%+v %v", due, err)
		}
	}
	charges, n, err := d.Charges.List(testkit.System(), charge.Query{ContractID: d.contract, Limit: 10})
	if err != nil || n != 1 || charges[0].Kind != charge.Credit || charges[0].Signed() != -money.MustYuan("6.67") || charges[0].DocumentID == "" {
		t.Fatalf("%+v %v", charges, err)
	}
	if _, err := d.A.Grant(writer(), a.ID, []string{"another"}); !errors.Is(err, announcement.ErrInvalid) {
		t.Error(err)
	}
	if v, err := d.A.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Error(v, err)
	}
}

func TestDays_andDue(t *testing.T) {
	t.Parallel()
	for lasted, want := range map[time.Duration]int{time.Hour: 0, 24 * time.Hour: 0, 24*time.Hour + 1: 2, 30 * time.Hour: 2, 48 * time.Hour: 2, 48*time.Hour + time.Minute: 3} {
		if got := announcement.Days(lasted); got != want {
			t.Errorf("%s: %d days, want %d", lasted, got, want)
		}
	}
	feb := caldate.MustParseMonth("2026-02")
	for days, want := range map[int]string{1: "3.57", 28: "100.00", 40: "100.00"} {
		if got := announcement.Due(money.MustYuan("100.00"), days, feb); got != money.MustYuan(want) {
			t.Errorf("%d days: %s, want %s", days, got, want)
		}
	}
}

func TestStates_moveOnlyAsTheTableAllows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := planned()
		in.Kind, in.StartsAt = announcement.Unplanned, at("2026-11-08 02:00")
		a, err := d.A.DrawUp(writer(), in)
		if err != nil {
			rt.Fatal(err)
		}
		tries := []func() (*announcement.Announcement, error){
			func() (*announcement.Announcement, error) { return d.A.Publish(second(), a.ID) },
			func() (*announcement.Announcement, error) { return d.A.Add(second(), a.ID, "新情况", "News") },
			func() (*announcement.Announcement, error) {
				return d.A.End(second(), a.ID, at("2026-11-09 08:00"), "恢复", "Back")
			},
			func() (*announcement.Announcement, error) { return d.A.CallOff(second(), a.ID, "取消", "Off") },
		}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			was, _ := d.A.Get(writer(), a.ID)
			_, err := tries[rapid.IntRange(0, len(tries)-1).Draw(rt, "what")]()
			is, _ := d.A.Get(writer(), a.ID)
			if err != nil && is.Version != was.Version || is.State != was.State && !announcement.CanMove(was.State, is.State) {
				rt.Fatalf("%s → %s, %v", was.State, is.State, err)
			}
		}
	})
	if v, err := d.A.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Error(v, err)
	}
}
