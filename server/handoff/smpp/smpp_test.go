package smpp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/linxGnu/gosmpp/data"

	"sealgate/server/handoff"
	"sealgate/server/handoff/enginetest"
	"sealgate/server/handoff/smpp"
	"sealgate/server/handoff/smpp/smpptest"
	"sealgate/server/platform/clock"
)

type link struct {
	*smpptest.SMSC
	engine *smpp.Engine
	sink   *enginetest.Sink
}

func connect(t *testing.T, change func(*smpp.Settings)) *link {
	t.Helper()
	l := &link{SMSC: smpptest.Start(t), sink: &enginetest.Sink{}}
	s := smpp.Settings{Name: "smpp", Address: l.Address, SystemID: "sealgate", Password: "secret", Window: 16, Timeout: 5 * time.Second}
	if change != nil {
		change(&s)
	}
	var err error
	if l.engine, err = smpp.New(s, clock.New(clockwork.NewRealClock())); err != nil {
		t.Fatal(err)
	}
	enginetest.Run(t, l.engine, l.sink)
	enginetest.Until(t, "a session", func() bool { return l.Binds() > 0 })
	enginetest.Until(t, "the engine knows of it", l.engine.Connected)
	return l
}

func some(n int, text string) []handoff.Outgoing {
	out := make([]handoff.Outgoing, n)
	for i := range out {
		out[i] = handoff.Outgoing{Key: handoff.Key("batch", int64(i+1)), Phone: fmt.Sprintf("138%08d", i+1), Text: text, Sender: "10690001", Parts: 1}
	}
	return out
}

func (l *link) send(t *testing.T, m []handoff.Outgoing) []handoff.Answer {
	t.Helper()
	answers, err := l.engine.Send(context.Background(), m)
	if err != nil || len(answers) != len(m) {
		t.Fatalf("%v %v", answers, err)
	}
	return answers
}

func TestSend_longMessagesLeaveInThePartsThatWereCounted(t *testing.T) {
	t.Parallel()
	l := connect(t, nil)
	long := "【信闸】" + strings.Repeat("您的包裹已经到达😀", 17) // an emoji takes two units, and may be cut in the middle
	a := l.send(t, some(1, long))
	if a[0].Outcome != handoff.Accepted || len(a[0].Refs) != 3 {
		t.Fatalf("%+v", a)
	}
	var body []byte
	for i, p := range l.Got() {
		if p.Piece.Of != 3 || p.Piece.Number != i+1 || p.From != "10690001" || p.To != "13800000001" || p.ID != a[0].Refs[i] {
			t.Errorf("part %d: %+v", i, p)
		}
		body = append(body, p.Piece.Body...)
	}
	if got := handoff.FromUCS2(body); got != long {
		t.Errorf("it arrived as %q", got)
	}
}

func TestSend_knowsWhatMayHaveLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		treat smpptest.Treatment
		want  handoff.Outcome
		code  string
	}{
		"taken":        {smpptest.Treatment{}, handoff.Accepted, "0"},
		"throttled":    {smpptest.Treatment{Status: data.ESME_RTHROTTLED}, handoff.NotSent, "SMPP:0058"},
		"queue full":   {smpptest.Treatment{Status: data.ESME_RMSGQFUL}, handoff.NotSent, "SMPP:0014"},
		"bad number":   {smpptest.Treatment{Status: data.ESME_RINVDSTADR}, handoff.Refused, "SMPP:000B"},
		"system error": {smpptest.Treatment{Status: data.ESME_RSYSERR}, handoff.Unclear, "SMPP:0008"},
		"silence":      {smpptest.Treatment{Silent: true}, handoff.Unclear, "timeout"},
		"hung up":      {smpptest.Treatment{HangUp: true}, handoff.Unclear, "connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := connect(t, func(s *smpp.Settings) {
				if c.treat.Silent {
					s.Timeout = 200 * time.Millisecond
				}
			})
			l.Treat = func(int) smpptest.Treatment { return c.treat }
			if a := l.send(t, some(1, "【信闸】一")); a[0].Outcome != c.want || a[0].Code != c.code {
				t.Errorf("%+v", a[0])
			}
		})
	}
	nobody, err := smpp.New(smpp.Settings{Name: "x", Address: "127.0.0.1:1", SystemID: "s"}, clock.New(clockwork.NewRealClock()))
	if err != nil {
		t.Fatal(err)
	}
	if a, err := nobody.Send(context.Background(), some(2, "x")); err != nil || a[1].Outcome != handoff.NotSent {
		t.Errorf("not connected: %v %v", a, err)
	}
}

func TestSend_aPartThatFailsAfterOthersLeftIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	l := connect(t, nil)
	l.Treat = func(n int) smpptest.Treatment {
		if n > 1 {
			return smpptest.Treatment{Status: data.ESME_RTHROTTLED}
		}
		return smpptest.Treatment{}
	}
	a := l.send(t, some(1, strings.Repeat("长", 100)))
	if a[0].Outcome != handoff.Refused || len(a[0].Refs) != 2 || a[0].Refs[1] != "" {
		t.Errorf("%+v", a[0])
	}
}

func TestRun_receiptsComeInAnyOrderAndAreAcknowledgedOnceStored(t *testing.T) {
	t.Parallel()
	l := connect(t, nil)
	l.Treat = func(n int) smpptest.Treatment {
		if n == 1 {
			return smpptest.Treatment{EarlyStat: "DELIVRD"} // before the answer
		}
		return smpptest.Treatment{}
	}
	l.sink.Fail(1)
	a := l.send(t, some(3, "【信闸】一"))
	l.Receipt(a[2].Refs[0], "UNDELIV", "045")
	l.Receipt(a[1].Refs[0], "MK:0001", "000")
	l.Receipt(a[1].Refs[0], "MK:0001", "000")
	l.Receipt(a[0].Refs[0], "ENROUTE", "000")
	enginetest.Until(t, "five receipts are acknowledged", func() bool { return l.Acks() == 5 })
	rs, _ := l.sink.Got()
	want := map[string]handoff.Result{"DELIVRD": handoff.Success, "UNDELIV/045": handoff.Failure, "MK:0001": handoff.Failure, "ENROUTE": handoff.Interim}
	if len(rs) != 5 {
		t.Fatalf("%+v", rs)
	}
	for _, r := range rs {
		if r.Ref == "" || r.Key != "" || want[r.Code] != r.Result {
			t.Errorf("%+v", r)
		}
	}
}

func TestRun_repliesArePutTogether(t *testing.T) {
	t.Parallel()
	l := connect(t, nil)
	long := strings.Repeat("请不要再发了，谢谢😀", 12)
	l.Reply("8613800000009", "1069000188", long)
	l.Reply("13800000008", "10690001", "TD")
	enginetest.Until(t, "two replies", func() bool { _, r := l.sink.Got(); return len(r) == 2 })
	_, rs := l.sink.Got()
	if rs[0].Text != long || rs[0].Phone != "8613800000009" || rs[0].ServiceCode != "1069000188" || rs[1].Text != "TD" {
		t.Errorf("%+v", rs)
	}
}

func TestRun_takesABrokenSessionUpAgain(t *testing.T) {
	t.Parallel()
	l := connect(t, nil)
	l.HangUp()
	enginetest.Until(t, "another session", func() bool { return l.Binds() > 1 && l.engine.Connected() })
	if a := l.send(t, some(16, "【信闸】一")); a[15].Outcome != handoff.Accepted {
		t.Errorf("%+v", a)
	}
}

func TestNew_refusesWhatCanNotBind(t *testing.T) {
	t.Parallel()
	for _, s := range []smpp.Settings{
		{Address: "nowhere", SystemID: "s"}, {Address: "h:1"}, {Address: "h:1", SystemID: strings.Repeat("s", 16)}, {Address: "h:1", SystemID: "s", Password: "ninechars"},
	} {
		if _, err := smpp.New(s, clock.New(clockwork.NewFakeClock())); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	l := &link{SMSC: smpptest.Start(t)}
	e, err := smpp.New(smpp.Settings{Address: l.Address, SystemID: "sealgate", Password: "wrong"}, clock.New(clockwork.NewRealClock()))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(context.Background(), &enginetest.Sink{}); err == nil || !strings.Contains(err.Error(), "SMPP:000E") {
		t.Errorf("a wrong password: %v", err)
	}
}
