package cmpp_test

import (
	"context"
	"strings"
	"testing"
	"time"

	gocmpp "github.com/bigwhite/gocmpp"
	"github.com/jonboulle/clockwork"

	"sealgate/server/handoff"
	"sealgate/server/handoff/cmpp"
	"sealgate/server/handoff/cmpp/cmpptest"
	"sealgate/server/handoff/enginetest"
	"sealgate/server/platform/clock"
)

type link struct {
	*cmpptest.Gateway
	engine *cmpp.Engine
	sink   *enginetest.Sink
}

var versions = map[string]gocmpp.Type{"3.0": gocmpp.V30, "2.0": gocmpp.V20}

func connect(t *testing.T, version string, timeout time.Duration) *link {
	t.Helper()
	l := &link{Gateway: cmpptest.Start(t, versions[version]), sink: &enginetest.Sink{}}
	var err error
	l.engine, err = cmpp.New(cmpp.Settings{
		Name: "cmpp", Address: l.Address, SPID: l.SPID, Secret: l.Secret, ServiceID: "NOTICE", Version: version, Timeout: timeout,
	}, clock.New(clockwork.NewRealClock()))
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Run(t, l.engine, l.sink)
	enginetest.Until(t, "a session", l.engine.Connected)
	return l
}

func one(text string) []handoff.Outgoing {
	return []handoff.Outgoing{{Key: "batch-1", Phone: "13800000001", Text: text, Sender: "10690001", Parts: 1}}
}

func (l *link) send(t *testing.T, text string) handoff.Answer {
	t.Helper()
	answers, err := l.engine.Send(context.Background(), one(text))
	if err != nil || len(answers) != 1 {
		t.Fatalf("%v %v", answers, err)
	}
	return answers[0]
}

func TestSend_bothVersionsCarryLongMessagesReportsAndReplies(t *testing.T) {
	t.Parallel()
	for version := range versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			l := connect(t, version, 5*time.Second)
			l.Treat = func(n int) cmpptest.Treatment {
				if n == 1 {
					return cmpptest.Treatment{EarlyStat: "DELIVRD"}
				}
				return cmpptest.Treatment{}
			}
			long := "【信闸】" + strings.Repeat("您的包裹已经到达门口", 12)
			a := l.send(t, long)
			if a.Outcome != handoff.Accepted || len(a.Refs) != 2 {
				t.Fatalf("%+v", a)
			}
			text := ""
			for i, p := range l.Got() {
				if p.Number != i+1 || p.Total != 2 || p.Piece.Number != i+1 || !p.HeaderMarked || !p.Registered || p.SPID != l.SPID || p.Service != "NOTICE" || p.From != "10690001" || p.FeeType != 2 {
					t.Errorf("part %d: %+v", i, p)
				}
				text += p.Text
			}
			if text != long {
				t.Errorf("it arrived as %q", text)
			}
			l.Report(l.Got()[1].ID, "MK:0012")
			l.Reply("8613800000009", "1069000199", strings.Repeat("退订，不要再发了！", 10))
			l.Raw("13800000008", "10690001", 15, []byte{0xcd, 0xcb, 0xb6, 0xa9}) // 退订 in GBK
			l.Raw("13800000008", "10690001", 0, []byte("TD"))
			enginetest.Until(t, "everything is acknowledged", func() bool { return l.Acks() == 6 })
			receipts, replies := l.sink.Got()
			if len(receipts) != 2 || receipts[0].Ref != a.Refs[0] || receipts[0].Result != handoff.Success || receipts[1].Ref != a.Refs[1] || receipts[1].Code != "MK:0012" || receipts[1].Result != handoff.Failure {
				t.Errorf("%+v; answers named %v", receipts, a.Refs)
			}
			if len(replies) != 3 || replies[0].Text != strings.Repeat("退订，不要再发了！", 10) || replies[0].ServiceCode != "1069000199" || replies[1].Text != "退订" || replies[2].Text != "TD" {
				t.Errorf("%+v", replies)
			}
		})
	}
}

func TestSend_knowsWhatMayHaveLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		treat cmpptest.Treatment
		want  handoff.Outcome
		code  string
	}{
		"too fast":     {cmpptest.Treatment{Result: 8}, handoff.NotSent, "CMPP:8"},
		"wrong number": {cmpptest.Treatment{Result: 13}, handoff.Refused, "CMPP:13"},
		"silence":      {cmpptest.Treatment{Silent: true}, handoff.Unclear, "timeout"},
		"hung up":      {cmpptest.Treatment{HangUp: true}, handoff.Unclear, "connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := 5 * time.Second
			if c.treat.Silent {
				timeout = 200 * time.Millisecond
			}
			l := connect(t, "3.0", timeout)
			l.Treat = func(int) cmpptest.Treatment { return c.treat }
			if a := l.send(t, "【信闸】一"); a.Outcome != c.want || a.Code != c.code {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestNew_refusesWhatCanNotSignOn(t *testing.T) {
	t.Parallel()
	for _, s := range []cmpp.Settings{
		{Address: "nowhere", SPID: "901234", Secret: "s"}, {Address: "h:1", SPID: "9012", Secret: "s"}, {Address: "h:1", SPID: "901234"},
		{Address: "h:1", SPID: "901234", Secret: "s", Version: "4.0"}, {Address: "h:1", SPID: "901234", Secret: "s", ServiceID: "elevencharacters"},
	} {
		if _, err := cmpp.New(s, clock.New(clockwork.NewFakeClock())); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	g := cmpptest.Start(t, gocmpp.V30)
	e, err := cmpp.New(cmpp.Settings{Address: g.Address, SPID: g.SPID, Secret: "wrong"}, clock.New(clockwork.NewRealClock()))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(context.Background(), &enginetest.Sink{}); err == nil || !strings.Contains(err.Error(), "CMPP:3") {
		t.Errorf("a wrong secret: %v", err)
	}
}
