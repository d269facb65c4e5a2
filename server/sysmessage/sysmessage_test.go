package sysmessage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/notice"
	"sealgate/server/sysmessage"
	"sealgate/server/testkit"
)

// engine answers as it is told to.
type engine struct {
	fate sysmessage.Fate
	err  error
	sent []sysmessage.Outgoing
}

func (e *engine) Carry(_ context.Context, ms []sysmessage.Outgoing) (string, []sysmessage.Fate, error) {
	if e.err != nil {
		return "loop", nil, e.err
	}
	e.sent = append(e.sent, ms...)
	fates := make([]sysmessage.Fate, len(ms))
	for i := range fates {
		fates[i] = e.fate
	}
	return "loop", fates, nil
}

type phone struct {
	*contracttest.House
	M      *sysmessage.Service
	engine *engine
	to     string
}

func newPhone(t *testing.T, at string) *phone {
	t.Helper()
	h := contracttest.New(t, at)
	p := &phone{House: h, engine: &engine{fate: sysmessage.Fate{State: sysmessage.Sent}}}
	p.M = sysmessage.New(h.DB, h.Clock, h.Trail, sysmessage.Deps{Customers: h.Customers, Notices: h.Notices, Signature: "信闸", Kinds: map[string]bool{"contract_approved": true, "wallet_low": true}})
	p.M.Through(p.engine)
	h.Notices.Follow(p.M)
	p.to = h.Customer(t, contracttest.Sales(), 1).ID
	return p
}

func (p *phone) tell(t *testing.T) {
	t.Helper()
	to := notice.To{CustomerID: p.to, About: notice.About{ObjectType: "contract", ObjectID: "c", CustomerID: p.to}}
	if err := p.Notices.Send(testkit.System(), to, "contract_approved", map[string]string{"customer": "甲", "contract": "HT-2026-000001"}, nil); err != nil {
		t.Fatal(err)
	}
}

func (p *phone) work(t *testing.T) {
	t.Helper()
	if _, err := p.M.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
}

func (p *phone) one(t *testing.T) sysmessage.Message {
	t.Helper()
	rows, n, err := p.M.List(testkit.System(), sysmessage.Query{Limit: 5})
	if err != nil || n != 1 {
		t.Fatalf("%d messages, %v", n, err)
	}
	return rows[0]
}

func TestWork_sendsOnceAndKeepsTheProof(t *testing.T) {
	t.Parallel()
	p := newPhone(t, "2026-10-01 09:00")
	p.tell(t)
	p.work(t)
	p.work(t)
	m := p.one(t)
	if len(p.engine.sent) != 1 || m.State != sysmessage.Sent || m.Channel != "loop" || m.Masked() != "138****5678" || !strings.HasPrefix(p.engine.sent[0].Text, "【信闸】") {
		t.Fatalf("%+v %+v", p.engine.sent, m)
	}
	for range 2 {
		if mine, err := p.M.Receipt(testkit.System(), m.ID, true, "DELIVRD", p.Clock.Instant()); err != nil || !mine {
			t.Fatal(mine, err)
		}
	}
	if mine, err := p.M.Receipt(testkit.System(), m.ID, false, "UNDELIV", p.Clock.Instant()); err != nil || !mine {
		t.Fatal(err)
	}
	if m = p.one(t); m.State != sysmessage.Delivered || m.Code != "DELIVRD" {
		t.Errorf("a later failure outdid the delivery: %+v", m)
	}
	if mine, err := p.M.Receipt(testkit.System(), "nobody", true, "", caldate.Instant{}); err != nil || mine {
		t.Error("a stranger's receipt is ours", err)
	}
	if v, err := p.M.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Error(v, err)
	}
}

func TestWork_triesAgainWhatSurelyDidNotLeave(t *testing.T) {
	t.Parallel()
	p := newPhone(t, "2026-10-01 09:00")
	p.tell(t)
	p.engine.err = errors.New("engine down")
	p.work(t)
	if m := p.one(t); m.State != sysmessage.Queued || m.Tries != 1 {
		t.Fatalf("%+v", m)
	}
	p.work(t) // not yet
	p.engine.err = nil
	p.Fake.Advance(2 * time.Minute)
	p.work(t)
	if m := p.one(t); m.State != sysmessage.Sent || m.Tries != 2 {
		t.Errorf("%+v", m)
	}
}

func TestWork_givesUpWhatIsRefusedAndAPersonMaySendItAgain(t *testing.T) {
	t.Parallel()
	p := newPhone(t, "2026-10-01 09:00")
	p.tell(t)
	p.engine.fate = sysmessage.Fate{State: sysmessage.Failed, Code: "bad number"}
	p.work(t)
	m := p.one(t)
	if m.State != sysmessage.Failed || m.Code != "bad number" {
		t.Fatalf("%+v", m)
	}
	p.engine.fate = sysmessage.Fate{State: sysmessage.Unclear}
	if _, err := p.M.Again(contracttest.Sales(), m.ID); err != nil {
		t.Fatal(err)
	}
	p.work(t)
	if m = p.one(t); m.State != sysmessage.Unclear {
		t.Fatalf("%+v", m)
	}
	if _, err := p.M.Again(contracttest.Sales(), m.ID); !errors.Is(err, sysmessage.ErrState) {
		t.Error("what may have left was sent again:", err)
	}
	if _, err := p.M.Again(contracttest.OtherSales(), m.ID); !errors.Is(err, sysmessage.ErrNotFound) {
		t.Error(err)
	}
}

func TestWork_ringsNobodyAtNight(t *testing.T) {
	t.Parallel()
	p := newPhone(t, "2026-10-01 21:30")
	p.tell(t)
	p.work(t)
	if len(p.engine.sent) != 0 {
		t.Error("sent at night")
	}
	p.Fake.Advance(11 * time.Hour)
	p.work(t)
	if len(p.engine.sent) != 1 {
		t.Error("not sent in the morning")
	}
}

func TestNoticesSent_mindsPreferencesOfOptionalKinds(t *testing.T) {
	t.Parallel()
	p := newPhone(t, "2026-10-01 09:00")
	if err := p.Notices.Prefer(contracttest.Sales(), p.to, "contract_approved", false, false); !errors.Is(err, notice.ErrOwed) {
		t.Error("what is owed was switched off:", err)
	}
	if err := p.Notices.Prefer(contracttest.Sales(), p.to, "wallet_low", true, false); err != nil {
		t.Fatal(err)
	}
	ways, err := p.Notices.WaysOf(contracttest.Sales(), p.to)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range ways {
		if w.Kind == "wallet_low" && (w.Message || !w.CanMessage || !w.Optional) {
			t.Errorf("%+v", w)
		}
	}
	to := notice.To{CustomerID: p.to, About: notice.About{ObjectType: "contract", ObjectID: "c", CustomerID: p.to}}
	if err := p.Notices.Send(testkit.System(), to, "wallet_low", map[string]string{"customer": "甲", "contract": "HT", "balance": "1.00", "messages": "10"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, n, err := p.M.List(testkit.System(), sysmessage.Query{Limit: 5}); err != nil || n != 0 {
		t.Errorf("%d messages, %v", n, err)
	}
}

func TestWrite_staysWithinThreeParts(t *testing.T) {
	t.Parallel()
	text := sysmessage.Write("信闸", strings.Repeat("很长的标题", 100))
	if n := utf8.RuneCountInString(text); n > 190 || !strings.HasSuffix(text, "请登录客户门户查看。") {
		t.Errorf("%d characters: %s", n, text)
	}
}
