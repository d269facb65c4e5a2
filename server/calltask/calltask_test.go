package calltask_test

import (
	"errors"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/calltask"
	"sealgate/server/contract/contracttest"
	"sealgate/server/notice"
	"sealgate/server/testkit"
	"sealgate/server/workday"
)

type bench struct {
	*contracttest.House
	C  *calltask.Service
	to string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	h := contracttest.New(t, "2026-09-30 09:00")
	b := &bench{House: h, C: calltask.New(h.DB, h.Clock, h.Trail, calltask.Deps{Customers: h.Customers, Workdays: workday.New(h.DB, h.Clock, h.Trail), Kinds: map[string]int{"renewal_task": 3}})}
	h.Notices.Follow(b.C)
	b.to = h.Customer(t, contracttest.Sales(), 1).ID
	return b
}

func (b *bench) tell(t *testing.T) {
	t.Helper()
	to := notice.To{UserID: "u-sales", About: notice.About{ObjectType: "contract", ObjectID: "c", CustomerID: b.to}}
	if err := b.Notices.Send(testkit.System(), to, "renewal_task", map[string]string{"customer": "甲", "contract": "HT-2026-000001", "end_date": "2026-10-30"}, nil); err != nil {
		t.Fatal(err)
	}
}

func TestNoticesSent_makeOneTaskOfAFactDueInWorkingDays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.tell(t)
	b.tell(t) // another reader of the same fact
	rows, n, err := b.C.List(contracttest.Sales(), calltask.Query{Mine: true, Limit: 5})
	if err != nil || n != 1 || rows[0].DueOn.String() != "2026-10-10" || rows[0].AssigneeID != "u-sales" { // 8, 9 and the worked Saturday
		t.Fatalf("%+v %d %v", rows, n, err)
	}
	if _, n, _ := b.C.List(contracttest.OtherSales(), calltask.Query{Limit: 5}); n != 0 {
		t.Error("another's customer is seen")
	}
	if open, due, err := b.C.Due(contracttest.Sales()); err != nil || open != 1 || due != 0 {
		t.Error(open, due, err)
	}
}

func TestReport_leavesOpenWhatNobodyAnswered(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, err := b.C.Make(contracttest.Sales(), calltask.Input{CustomerID: b.to, Title: "回访", DueOn: caldate.MustParse("2026-10-09")})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]calltask.Call{
		"no outcome": {Note: "x"}, "no note": {Outcome: calltask.Reached}, "no next day": {Outcome: calltask.NoAnswer, Note: "x"}, "a past day": {Outcome: calltask.CallAgain, Note: "x", Again: caldate.MustParse("2026-09-01")},
	} {
		if _, err := b.C.Report(contracttest.Sales(), x.ID, in); !errors.Is(err, calltask.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if x, err = b.C.Report(contracttest.Sales(), x.ID, calltask.Call{Outcome: calltask.NoAnswer, Note: "占线", Again: caldate.MustParse("2026-10-12")}); err != nil || x.State != calltask.Open || x.DueOn.String() != "2026-10-12" {
		t.Fatalf("%+v %v", x, err)
	}
	if x, err = b.C.Report(contracttest.Sales(), x.ID, calltask.Call{Outcome: calltask.Reached, Contact: "李娜", Note: "同意续期"}); err != nil || x.State != calltask.Done || len(x.Attempts) != 2 {
		t.Fatalf("%+v %v", x, err)
	}
	if _, err := b.C.Cancel(contracttest.Sales(), x.ID, "不用了"); !errors.Is(err, calltask.ErrState) {
		t.Error(err)
	}
	if v, err := b.C.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Error(v, err)
	}
}
