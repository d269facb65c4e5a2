package handoff_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sealgate/server/actor"
	"sealgate/server/handoff"
	"sealgate/server/testkit"
)

// ear hears replies.
type ear struct {
	heard []handoff.Reply
	fail  error
}

func (e *ear) Replied(_ context.Context, r handoff.Reply) error {
	if e.fail == nil {
		e.heard = append(e.heard, r)
	}
	return e.fail
}

func TestReplied_belongsToTheContractAndTheLastBatchOfItsCodeAndCostsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &ear{}
	h.Out.Watch(e)
	first := h.approved(h.Lines(2, "您的包裹已到"))
	h.drain()
	h.Fake.Advance(time.Hour)
	second := h.approved(h.Lines(2, "您的包裹已到"))
	h.drain()
	used := h.used()
	in := []handoff.Reply{
		{Ref: "1", Phone: "+8613800000001", ServiceCode: "10690001", Text: "TD", At: h.Clock.Instant()},
		{Ref: "2", Phone: "13800000002", ServiceCode: "1069000188", Text: "谢谢\x00", At: h.Clock.Instant()}, // the recipient appended digits
		{Ref: "3", Phone: "13800000003", ServiceCode: "95588", Text: "错发", At: h.Clock.Instant()},          // nobody's
		{Ref: "4", Phone: "13800000004", ServiceCode: "10690001", Text: strings.Repeat("长", 3000), At: h.Clock.Instant().Add(-30 * time.Minute)},
	}
	for range 2 { // a repeat changes nothing
		if err := h.Out.Replied(testkit.System(), "loopback", in); err != nil {
			t.Fatal(err)
		}
	}
	rs, next, err := h.Out.Replies(testkit.System(), handoff.ReplyQuery{Limit: 10})
	if err != nil || len(rs) != 4 || next != "" || len(e.heard) != 4 {
		t.Fatalf("%d replies, %d heard, %v", len(rs), len(e.heard), err)
	}
	byRef := map[string]handoff.Reply{}
	for _, r := range rs {
		byRef[r.Ref] = r
	}
	if r := byRef["1"]; r.Phone != "13800000001" || r.Text != "TD" || r.ContractID != "contract" || r.CustomerID != "cust" || r.BatchID != second {
		t.Errorf("%+v", r)
	}
	if r := byRef["2"]; r.BatchID != second || r.Text != "谢谢" {
		t.Errorf("%+v", r)
	}
	if r := byRef["3"]; r.CustomerID != "" || r.BatchID != "" || r.Text != "错发" {
		t.Errorf("%+v", r)
	}
	if r := byRef["4"]; r.BatchID != first || len([]rune(r.Text)) != 2000 {
		t.Errorf("before the second batch: %s, %d characters", r.BatchID, len([]rune(r.Text)))
	}
	if h.used() != used {
		t.Errorf("replies were charged: %d", h.used()-used)
	}
	var sealed string
	if err := h.DB.ReadSQL().QueryRowContext(context.Background(), "SELECT GROUP_CONCAT(sealed) FROM handoff_replies").Scan(&sealed); err != nil || strings.Contains(sealed, "13800000001") || strings.Contains(sealed, "谢谢") {
		t.Errorf("rows show what was written: %v", err)
	}
}

// known stands for what evidence knows.
type known struct {
	sent []handoff.Sent
	err  error
}

func (k known) SentTo(context.Context, string) ([]handoff.Sent, error) { return k.sent, k.err }

func TestReplied_belongsToTheBatchThatReallySentToTheNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.approved(h.Lines(2, "您的包裹已到"))
	h.drain()
	at := h.Clock.Instant()
	h.Fake.Advance(time.Hour)
	second := h.approved(h.Lines(2, "您的包裹已到"))
	h.drain()
	now := h.Clock.Instant()
	for name, c := range map[string]struct {
		known known
		code  string
		want  string
	}{
		"only the first":             {known{sent: []handoff.Sent{{BatchID: first, At: at}}}, "10690001", first},
		"both, the second later":     {known{sent: []handoff.Sent{{BatchID: first, At: at}, {BatchID: second, At: now}}}, "10690001", second},
		"the second came afterwards": {known{sent: []handoff.Sent{{BatchID: first, At: at}, {BatchID: second, At: now.Add(time.Hour)}}}, "10690001", first},
		"with digits appended":       {known{sent: []handoff.Sent{{BatchID: first, At: at}}}, "1069000188", first},
		"by another code":            {known{sent: []handoff.Sent{{BatchID: first, At: at}}}, "95588", ""},
		"of nothing that is known":   {known{}, "10690001", second},
		"while storage is down":      {known{err: errors.New("no storage")}, "10690001", second},
		"of a batch that is gone":    {known{sent: []handoff.Sent{{BatchID: "gone", At: at}}}, "10690001", second},
	} {
		h.Out.FindBy(c.known)
		if err := h.Out.Replied(testkit.System(), "loopback", []handoff.Reply{{Ref: name, Phone: "13800000001", ServiceCode: c.code, Text: "好", At: now}}); err != nil {
			t.Fatal(err)
		}
		rs, _, err := h.Out.Replies(testkit.System(), handoff.ReplyQuery{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rs {
			if r.Ref == name && r.BatchID != c.want {
				t.Errorf("%s: %q, want %q", name, r.BatchID, c.want)
			}
		}
	}
}

func TestReplied_whatNobodyCouldNoteIsNotStoredAndComesAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &ear{fail: errors.New("the list is locked")}
	h.Out.Watch(e)
	in := []handoff.Reply{{Ref: "1", Phone: "13800000001", ServiceCode: "10690001", Text: "TD"}}
	if err := h.Out.Replied(testkit.System(), "loopback", in); err == nil {
		t.Fatal("stored though nobody took note")
	}
	e.fail = nil
	if err := h.Out.Replied(testkit.System(), "loopback", in); err != nil || len(e.heard) != 1 {
		t.Errorf("%v, %d heard", err, len(e.heard))
	}
}

func TestReplies_showEachCustomerItsOwnPageByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.approved(h.Lines(1, "您的包裹已到"))
	h.drain()
	for _, ref := range []string{"a", "b", "c"} {
		if err := h.Out.Replied(testkit.System(), "loopback", []handoff.Reply{{Ref: ref, Phone: "13800000001", ServiceCode: "10690001", Text: ref, At: h.Clock.Instant()}}); err != nil {
			t.Fatal(err)
		}
	}
	of := func(customer string) context.Context {
		return actor.With(context.Background(), actor.Actor{UserID: "u", CustomerID: customer, Scope: actor.Scope{CustomerID: customer}})
	}
	page, next, err := h.Out.Replies(of("cust"), handoff.ReplyQuery{BatchID: id, Phone: "13800000001", Limit: 2})
	if err != nil || len(page) != 2 || page[0].Text != "c" || next == "" {
		t.Fatalf("%+v %q %v", page, next, err)
	}
	if page, next, err = h.Out.Replies(of("cust"), handoff.ReplyQuery{ContractID: "contract", Cursor: next, Limit: 2}); err != nil || len(page) != 1 || page[0].Text != "a" || next != "" {
		t.Errorf("%+v %q %v", page, next, err)
	}
	if page, _, err := h.Out.Replies(of("other"), handoff.ReplyQuery{Limit: 2}); err != nil || len(page) != 0 {
		t.Errorf("another customer sees %+v %v", page, err)
	}
}
