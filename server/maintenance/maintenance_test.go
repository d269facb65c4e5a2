package maintenance_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract/contracttest"
	"sealgate/server/contracttemplate"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/maintenance"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
	"sealgate/server/workday"
	"sealgate/templates"
)

type desk struct {
	*moneytest.Counter
	Charges  *charge.Service
	M        *maintenance.Service
	Contract string
	customer string
}

func newDesk(t testing.TB, at string, blanks map[string]string) *desk {
	t.Helper()
	m := moneytest.New(t, at)
	d := &desk{Counter: m, Charges: charge.New(m.DB, m.Clock, m.Trail, charge.Deps{Contracts: m.Contracts, Notices: m.Notices})}
	registry, err := contracttemplate.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	d.M = maintenance.New(m.DB, m.Clock, m.Trail, maintenance.Deps{
		Contracts: m.Contracts, Charges: d.Charges, Documents: m.Documents, Notices: m.Notices, Templates: registry, Workdays: workday.New(m.DB, m.Clock, m.Trail), Provider: contracttest.Provider(),
	})
	d.customer = m.Customer(t, contracttest.Sales(), 1).ID
	d.Contract = m.Contract(t, d.customer, "2026-09-01", "2027-08-31", plan.Defaults(plan.KindMaintenance))
	values := map[string]string{"support_from": "09:00", "support_to": "18:00", "incident_hours": "2", "change_answer_days": "3", "charge_model": "lump_sum", "visits_included": "1", "visit_fee": "300.00"}
	maps.Copy(values, blanks)
	filled, _ := json.Marshal(values)
	if err := m.DB.Run(testkit.System(), func(ctx context.Context) error {
		return m.DB.Q(ctx).Exec("UPDATE contracts SET filled = ? WHERE id = ?", string(filled), d.Contract).Error
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) clean(t testing.TB) {
	t.Helper()
	v, err := d.M.Verify(testkit.System())
	if err != nil || len(v) > 0 {
		t.Errorf("%v %v", v, err)
	}
}

// client is one of the customer's people.
func (d *desk) client() context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "u-client", Name: "李娜", Roles: []string{"customer"}, CustomerID: d.customer, Scope: actor.Scope{CustomerID: d.customer}})
}

func at(s string) caldate.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, caldate.Shanghai)
	if err != nil {
		panic(err)
	}
	return caldate.InstantOf(t)
}

var outcome = maintenance.Outcome{
	On: caldate.MustParse("2026-09-15"), Arrived: "09:30", LeftAt: "11:00", Engineer: "赵强", Work: []maintenance.Work{{Object: "SMS-01", Work: "更换硬盘", Result: "正常"}}, Result: "故障排除",
}

func TestRespondBy_countsSupportHoursOfWorkingDays(t *testing.T) {
	t.Parallel()
	s := workday.Merged(nil)
	var special []caldate.Special
	for _, d := range s {
		special = append(special, caldate.Special{Day: d.Day, Worked: d.Worked})
	}
	w, h := caldate.NewWorkdays(special...), maintenance.Usual
	for _, x := range []struct {
		reported string
		hours    int
		by       string
	}{
		{"2026-09-15 10:00", 2, "2026-09-15 12:00"},
		{"2026-09-15 07:15", 2, "2026-09-15 11:00"},  // before the hours: from 09:00
		{"2026-09-15 17:00", 2, "2026-09-16 10:00"},  // one hour today, one tomorrow
		{"2026-09-15 18:00", 2, "2026-09-16 11:00"},  // at the end: tomorrow
		{"2026-09-19 10:00", 2, "2026-09-20 11:00"},  // a Saturday; the Sunday is worked
		{"2026-09-30 17:30", 2, "2026-10-08 10:30"},  // over the National Day
		{"2026-10-10 09:00", 20, "2026-10-13 11:00"}, // the worked Saturday 9 h, Monday 9 h, Tuesday 2 h
	} {
		if got := maintenance.RespondBy(at(x.reported), x.hours, h, w); got != at(x.by) {
			t.Errorf("%s + %d h: %s, want %s", x.reported, x.hours, got, x.by)
		}
	}
	if got := maintenance.RespondBy(at("2026-10-01 03:00"), 2, maintenance.Hours{From: "00:00", To: "00:00"}, w); got != at("2026-10-01 05:00") {
		t.Errorf("round the clock: %s", got)
	}
}

func TestCharged_isByTheContract(t *testing.T) {
	t.Parallel()
	fee := money.MustYuan("300.00")
	for _, x := range []struct {
		perVisit       bool
		fee            money.Fen
		included, made int64
		want           money.Fen
	}{
		{true, fee, 0, 7, fee}, {false, fee, 4, 3, 0}, {false, fee, 4, 4, fee}, {false, 0, 0, 0, 0}, {false, fee, 0, 0, 0},
	} {
		if got, why := maintenance.Charged(x.perVisit, x.fee, x.included, x.made); got != x.want || why == "" {
			t.Errorf("%+v: %s %s", x, got, why)
		}
	}
}

func TestAsk_runsTheClockOfWorkingDays(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-29 16:00", nil)
	r, err := d.M.Ask(d.client(), d.Contract, maintenance.Ask{Title: "增加一台应用服务器", Text: "国庆后扩容", ReceivedOn: caldate.MustParse("2026-09-01")})
	if err != nil {
		t.Fatal(err)
	}
	if r.Channel != maintenance.Portal || r.ReceivedOn.String() != "2026-09-29" {
		t.Errorf("a customer dated its own request: %+v", r)
	}
	if r.DueOn.String() != "2026-10-09" { // 30 September, 8 and 9 October
		t.Errorf("due %s", r.DueOn)
	}
	if n, err := d.M.Counts(contracttest.Sales()); err != nil || n.Requests != 1 || n.Overdue != 0 {
		t.Errorf("%+v %v", n, err)
	}
	if r, err = d.M.Answer(contracttest.Sales(), r.ID, maintenance.Answer{Feasible: true, Text: "可行", Fee: money.MustYuan("1200.00"), WorkDays: 2}); err != nil || r.State != maintenance.Answered || r.Late(d.Clock.Today()) {
		t.Fatalf("%+v %v", r, err)
	}
	if r, err = d.M.Decide(d.client(), r.ID, true, ""); err != nil || r.State != maintenance.Agreed {
		t.Fatalf("%+v %v", r, err)
	}
	if r, err = d.M.Finish(contracttest.Sales(), r.ID, "已扩容并通过测试"); err != nil || r.ChargeID == "" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := d.M.Withdraw(d.client(), r.ID, "不要了"); !errors.Is(err, maintenance.ErrState) {
		t.Error(err)
	}
	d.clean(t)
}

func TestAsk_refusesWhatIsNotInWriting(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-29 16:00", nil)
	ok := maintenance.Ask{Title: "换证书", Text: "到期", Channel: maintenance.Email, DocumentID: d.Upload(t, contracttest.Sales(), "request")}
	for name, edit := range map[string]func(*maintenance.Ask){
		"no mail": func(a *maintenance.Ask) { a.DocumentID = "" }, "no channel": func(a *maintenance.Ask) { a.Channel = "phone" }, "no text": func(a *maintenance.Ask) { a.Text = "" },
		"tomorrow": func(a *maintenance.Ask) { a.ReceivedOn = caldate.MustParse("2026-09-30") }, "wanted before": func(a *maintenance.Ask) { a.WantedBy = caldate.MustParse("2026-09-01") },
	} {
		in := ok
		edit(&in)
		if _, err := d.M.Ask(contracttest.Sales(), d.Contract, in); !errors.Is(err, maintenance.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := d.Counter.Contract(t, d.customer, "2026-09-01", "2027-08-31", moneytest.Package("100.00"))
	if _, err := d.M.Ask(contracttest.Sales(), other, ok); !errors.Is(err, maintenance.ErrKind) {
		t.Error(err)
	}
	if _, err := d.M.Ask(contracttest.Sales(), d.Contract, ok); err != nil {
		t.Error(err)
	}
}

func TestAskLonger_countsOnlyWhenTheCustomerAgrees(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-14 10:00", nil)
	r, err := d.M.Ask(d.client(), d.Contract, maintenance.Ask{Title: "迁移数据库", Text: "迁到新机房"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.M.AskLonger(contracttest.Sales(), r.ID, r.DueOn, "工作量大"); !errors.Is(err, maintenance.ErrInvalid) {
		t.Error("not longer:", err)
	}
	until := caldate.MustParse("2026-09-30")
	if r, err = d.M.AskLonger(contracttest.Sales(), r.ID, until, "须停机演练"); err != nil || r.DueOn.String() != "2026-09-17" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := d.M.AgreeLonger(contracttest.Sales(), r.ID, true, ""); !errors.Is(err, maintenance.ErrInvalid) {
		t.Error("our people noted it without saying how they were told:", err)
	}
	if r, err = d.M.AgreeLonger(d.client(), r.ID, true, ""); err != nil || r.DueOn != until || r.ExtendedBy != "李娜" {
		t.Fatalf("%+v %v", r, err)
	}
	d.To(t, "2026-10-08")
	if _, err := d.M.AskLonger(contracttest.Sales(), r.ID, caldate.MustParse("2026-10-20"), "再延"); !errors.Is(err, maintenance.ErrState) {
		t.Error("after its day:", err)
	}
	if r, _ = d.M.Request(contracttest.Sales(), r.ID); !r.Late(d.Clock.Today()) {
		t.Error("it is not late")
	}
}

func TestReport_isAPaperThatSilenceConfirmsAndTheBillTakes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 15:00", nil)
	sales := contracttest.Sales()
	var made []*maintenance.Visit
	for range 2 {
		v, err := d.M.Plan(sales, d.Contract, maintenance.Trip{PlannedOn: caldate.MustParse("2026-09-15"), Purpose: "磁盘告警", Engineer: "赵强"})
		if err != nil {
			t.Fatal(err)
		}
		if v, err = d.M.Report(sales, v.ID, outcome); err != nil {
			t.Fatal(err)
		}
		made = append(made, v)
	}
	if made[0].FeeFen != 0 || made[1].FeeFen != money.MustYuan("300.00") || made[1].ConfirmBy.String() != "2026-09-18" {
		t.Fatalf("%+v %+v", made[0], made[1])
	}
	doc, pdf, err := d.Documents.Open(d.client(), made[1].DocumentID)
	if err != nil || doc.Purpose != "visit_report" || len(pdf) < 1000 {
		t.Fatalf("the customer's copy: %+v %v", doc, err)
	}
	if _, err := d.M.Confirm(d.client(), made[0].ID, false, ""); !errors.Is(err, maintenance.ErrInvalid) {
		t.Error("objected without saying why:", err)
	}
	if v, err := d.M.Confirm(d.client(), made[0].ID, false, "时间写错了"); err != nil || v.State != maintenance.Objected {
		t.Fatalf("%+v %v", v, err)
	}
	again := outcome
	again.LeftAt = "12:30"
	if v, err := d.M.Report(sales, made[0].ID, again); err != nil || v.State != maintenance.Reported || v.FeeFen != money.MustYuan("300.00") && v.FeeFen != 0 {
		t.Fatalf("%+v %v", v, err)
	}
	d.To(t, "2026-09-18")
	if said, err := d.M.RunDay(testkit.System(), d.Clock.Today()); err != nil {
		t.Fatal(said, err)
	}
	if v, _ := d.M.Visit(sales, made[1].ID); v.State != maintenance.Reported {
		t.Error("confirmed on the last day of the silence")
	}
	d.To(t, "2026-09-19")
	if _, err := d.M.RunDay(testkit.System(), d.Clock.Today()); err != nil {
		t.Fatal(err)
	}
	v, _ := d.M.Visit(sales, made[1].ID)
	if v.State != maintenance.Confirmed || !v.Silent || v.ChargeID == "" {
		t.Fatalf("%+v", v)
	}
	if x, err := d.Charges.Get(sales, v.ChargeID); err != nil || x.AmountFen != v.FeeFen || x.Kind != charge.Visit || x.OnDate != outcome.On {
		t.Errorf("%+v %v", x, err)
	}
	d.clean(t)
}

func TestReport_namesWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 15:00", nil)
	v, err := d.M.Plan(contracttest.Sales(), d.Contract, maintenance.Trip{PlannedOn: caldate.MustParse("2026-09-15"), Purpose: "巡检", Engineer: "赵强"})
	if err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*maintenance.Outcome){
		"no work": func(o *maintenance.Outcome) { o.Work = nil }, "left before": func(o *maintenance.Outcome) { o.LeftAt = "09:00" }, "no time": func(o *maintenance.Outcome) { o.Arrived = "9.30" },
		"tomorrow": func(o *maintenance.Outcome) { o.On = caldate.MustParse("2026-09-16") }, "no result": func(o *maintenance.Outcome) { o.Result = " " },
	} {
		in := outcome
		edit(&in)
		if _, err := d.M.Report(contracttest.Sales(), v.ID, in); !errors.Is(err, maintenance.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v, err = d.M.Cancel(contracttest.Sales(), v.ID, "客户改期"); err != nil || v.State != maintenance.Cancelled {
		t.Fatal(err)
	}
	if _, err := d.M.Report(contracttest.Sales(), v.ID, outcome); !errors.Is(err, maintenance.ErrState) {
		t.Error(err)
	}
}

func TestIncident_hasAClockOfItsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 17:00", nil)
	i, err := d.M.Raise(d.client(), d.Contract, maintenance.Fault{Title: "磁盘告警", Text: "SMS-01 告警灯亮", Object: "SMS-01", ReportedAt: at("2026-08-01 08:00")})
	if err != nil || i.RespondBy != at("2026-09-16 10:00") || i.ReportedAt != at("2026-09-15 17:00") {
		t.Fatalf("%+v %v", i, err)
	}
	d.Fake.Advance(18 * time.Hour) // 2026-09-16 11:00
	for range 2 {
		if err := d.M.Watch(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
	if i, _ = d.M.Incident(d.client(), i.ID); i.RemindedAt.IsZero() || !i.Late(d.Clock.Instant()) {
		t.Errorf("%+v", i)
	}
	if i, err = d.M.Accept(contracttest.Sales(), i.ID, "工程师已远程接入"); err != nil || !i.Late(d.Clock.Instant()) {
		t.Fatalf("%+v %v", i, err)
	}
	if _, err := d.M.Accept(contracttest.Sales(), i.ID, "再来"); !errors.Is(err, maintenance.ErrState) {
		t.Error(err)
	}
	if i, err = d.M.Resolve(contracttest.Sales(), i.ID, "2 号硬盘损坏", "更换同批次硬盘"); err != nil {
		t.Fatal(err)
	}
	if i, err = d.M.Reopen(d.client(), i.ID, "又亮了"); err != nil || i.State != maintenance.Accepted || i.Reopened != 1 {
		t.Fatalf("%+v %v", i, err)
	}
	if i, err = d.M.Resolve(contracttest.Sales(), i.ID, "阵列卡固件缺陷", "升级固件"); err != nil {
		t.Fatal(err)
	}
	if i, err = d.M.CloseIncident(d.client(), i.ID, "正常了"); err != nil || i.State != maintenance.Closed {
		t.Fatalf("%+v %v", i, err)
	}
	d.clean(t)
}

func TestSaveSheet_makesAVersionOfWhatDiffers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 10:00", nil)
	sales := contracttest.Sales()
	servers := []maintenance.Server{{Name: "SMS-01", Model: "戴尔 R740", System: "Debian 12", Place: "昆明机房"}}
	x, err := d.M.SaveSheet(sales, d.Contract, servers, "")
	if err != nil || x.SheetVersion != 1 || x.DocumentID == "" {
		t.Fatalf("%+v %v", x, err)
	}
	if _, err := d.M.SaveSheet(sales, d.Contract, servers, "同样"); !errors.Is(err, maintenance.ErrNoChange) {
		t.Error(err)
	}
	two := append([]maintenance.Server{}, servers[0], servers[0])
	if _, err := d.M.SaveSheet(sales, d.Contract, two, "加一台"); !errors.Is(err, maintenance.ErrInvalid) {
		t.Error("two servers of one name:", err)
	}
	two[1].Name = "SMS-02"
	if _, err := d.M.SaveSheet(sales, d.Contract, two, ""); !errors.Is(err, maintenance.ErrInvalid) {
		t.Error("without a reason:", err)
	}
	if x, err = d.M.SaveSheet(sales, d.Contract, two, "加一台"); err != nil || x.SheetVersion != 2 {
		t.Fatalf("%+v %v", x, err)
	}
	sheets, err := d.M.Sheets(d.client(), d.Contract)
	if err != nil || len(sheets) != 2 || len(sheets[1].Servers) != 1 {
		t.Fatalf("%+v %v", sheets, err)
	}
	d.clean(t)
}

func TestRecord_isAcceptedByTheCustomer(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 10:00", nil)
	other := d.Counter.Contract(t, d.customer, "2026-09-01", "2027-08-31", moneytest.Package("100.00")) // of any kind (C21)
	r, err := d.M.Record(contracttest.Sales(), other, maintenance.Given{Kind: maintenance.Training, On: caldate.MustParse("2026-09-14"), Title: "使用培训", Who: "赵强"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = d.M.AcceptRecord(d.client(), r.ID, false, "人没来"); err != nil || r.State != maintenance.ObjectedToRecord {
		t.Fatalf("%+v %v", r, err)
	}
	if r, err = d.M.AcceptRecord(d.client(), r.ID, true, ""); err != nil || r.State != maintenance.AcceptedRecord {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err = d.M.AcceptRecord(d.client(), r.ID, true, ""); !errors.Is(err, maintenance.ErrState) {
		t.Error(err)
	}
}

func TestPeriod_reportsWhatHappened(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 10:00", nil)
	if _, err := d.M.Raise(d.client(), d.Contract, maintenance.Fault{Title: "告警", Text: "x"}); err != nil {
		t.Fatal(err)
	}
	name, pdf, err := d.M.Period(d.client(), d.Contract, caldate.MustParse("2026-09-01"), caldate.MustParse("2026-09-30"))
	if err != nil || name == "" || len(pdf) < 1000 {
		t.Fatal(name, err)
	}
	if _, _, err := d.M.Period(d.client(), d.Contract, caldate.MustParse("2026-09-30"), caldate.MustParse("2026-09-01")); !errors.Is(err, maintenance.ErrInvalid) {
		t.Error(err)
	}
}

func TestAStranger_seesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 10:00", nil)
	i, err := d.M.Raise(d.client(), d.Contract, maintenance.Fault{Title: "告警", Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.M.Accept(contracttest.OtherSales(), i.ID, "我来"); !errors.Is(err, maintenance.ErrNotFound) {
		t.Error(err)
	}
	if rows, n, err := d.M.Incidents(contracttest.OtherSales(), maintenance.Query{Limit: 10}); err != nil || n != 0 || len(rows) != 0 {
		t.Errorf("%v %d %v", rows, n, err)
	}
}

// Whatever is tried in whatever order, a record moves only as its table allows, and the books agree afterwards.
func TestStateMachines_holdWhateverIsTried(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "2026-09-15 10:00", map[string]string{"charge_model": "per_visit"})
	sales, client := contracttest.Sales(), d.client()
	rapid.Check(t, func(rt *rapid.T) {
		r, err := d.M.Ask(client, d.Contract, maintenance.Ask{Title: "变更", Text: "x"})
		if err != nil {
			rt.Fatal(err)
		}
		v, err := d.M.Plan(sales, d.Contract, maintenance.Trip{PlannedOn: caldate.MustParse("2026-09-15"), Purpose: "巡检", Engineer: "赵强"})
		if err != nil {
			rt.Fatal(err)
		}
		tries := []func() error{
			func() error {
				_, err := d.M.Answer(sales, r.ID, maintenance.Answer{Feasible: rapid.Bool().Draw(rt, "feasible"), Text: "答", Fee: 100})
				return err
			},
			func() error { _, err := d.M.Decide(client, r.ID, rapid.Bool().Draw(rt, "agree"), "好"); return err },
			func() error { _, err := d.M.Finish(sales, r.ID, "完"); return err },
			func() error { _, err := d.M.Withdraw(client, r.ID, "撤"); return err },
			func() error { _, err := d.M.AskLonger(sales, r.ID, caldate.MustParse("2026-09-25"), "大"); return err },
			func() error {
				_, err := d.M.AgreeLonger(client, r.ID, rapid.Bool().Draw(rt, "longer"), "行")
				return err
			},
			func() error { _, err := d.M.Report(sales, v.ID, outcome); return err },
			func() error { _, err := d.M.Confirm(client, v.ID, rapid.Bool().Draw(rt, "right"), "嗯"); return err },
			func() error { _, err := d.M.Cancel(sales, v.ID, "不去"); return err },
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			wasR, _ := d.M.Request(sales, r.ID)
			wasV, _ := d.M.Visit(sales, v.ID)
			err := tries[rapid.IntRange(0, len(tries)-1).Draw(rt, "what")]()
			isR, _ := d.M.Request(sales, r.ID)
			isV, _ := d.M.Visit(sales, v.ID)
			if err != nil && (isR.Version != wasR.Version || isV.Version != wasV.Version) {
				rt.Fatalf("refused with %v, and changed all the same", err)
			}
			if isR.State != wasR.State && !maintenance.CanMoveRequest(wasR.State, isR.State) || isV.State != wasV.State && !maintenance.CanMoveVisit(wasV.State, isV.State) {
				rt.Fatalf("%s → %s, %s → %s", wasR.State, isR.State, wasV.State, isV.State)
			}
		}
		if broken, err := d.M.Verify(testkit.System()); err != nil || len(broken) > 0 {
			rt.Fatal(broken, err)
		}
	})
}
