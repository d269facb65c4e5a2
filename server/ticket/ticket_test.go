package ticket_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/contract/contracttest"
	"sealgate/server/errs"
	"sealgate/server/ticket"
)

type desk struct {
	*contracttest.House
	*ticket.Service
	customer string
}

func open(t *testing.T) *desk {
	t.Helper()
	h := contracttest.New(t, "2026-11-02 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	return &desk{h, ticket.New(h.DB, h.Clock, h.Trail, ticket.Deps{Customers: h.Customers, Contracts: h.Contracts, Documents: h.Documents, Notices: h.Notices}), c.ID}
}

// own is one of the customer's people.
func (d *desk) own() context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "u-own", Name: "吴岚", Roles: []string{"customer"}, CustomerID: d.customer, Scope: actor.Scope{CustomerID: d.customer}})
}

func (d *desk) ask(t *testing.T) *ticket.Ticket {
	t.Helper()
	x, err := d.Ask(d.own(), "", ticket.Asking{Kind: ticket.Question, Subject: "问", Text: "为什么？"})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestClock_runsWhileItIsOurTurn(t *testing.T) {
	t.Parallel()
	d := open(t)
	x := d.ask(t)
	if got := x.DueAt.Sub(d.Clock.Instant()); got != ticket.AnswerWithin {
		t.Errorf("due in %s", got)
	}
	d.Fake.Advance(time.Hour)
	// A second question before the answer does not move the time of the first.
	again, err := d.Reply(d.own(), x.ID, "还有", nil)
	if err != nil || again.DueAt != x.DueAt {
		t.Fatalf("due %s, was %s: %v", again.DueAt, x.DueAt, err)
	}
	answered, err := d.Reply(contracttest.Sales(), x.ID, "因为", nil)
	if err != nil || !answered.DueAt.IsZero() || answered.State != ticket.Answered || answered.AnsweredAt.IsZero() {
		t.Fatalf("%+v %v", answered, err)
	}
	d.Fake.Advance(48 * time.Hour)
	asked, err := d.Reply(d.own(), x.ID, "还是不明白", nil)
	if err != nil || asked.DueAt.Sub(d.Clock.Instant()) != ticket.AnswerWithin || asked.Overdue(d.Clock.Instant()) {
		t.Errorf("%+v %v", asked, err)
	}
	d.Fake.Advance(ticket.AnswerWithin + time.Second)
	if !asked.Overdue(d.Clock.Instant()) {
		t.Error("a day later it is not overdue")
	}
}

func TestAsking_isCheckedWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, x := range map[string]struct {
		a     ticket.Asking
		field string
	}{
		"no subject":      {ticket.Asking{Kind: ticket.Question, Text: "a"}, "subject"},
		"a long subject":  {ticket.Asking{Kind: ticket.Question, Subject: strings.Repeat("长", 101), Text: "a"}, "subject"},
		"no text":         {ticket.Asking{Kind: ticket.Question, Subject: "a", Text: "  "}, "text"},
		"unknown kind":    {ticket.Asking{Kind: "other", Subject: "a", Text: "a"}, "kind"},
		"six attachments": {ticket.Asking{Kind: ticket.Question, Subject: "a", Text: "a", Documents: make([]string, 6)}, "documents"},
	} {
		_, err := d.Ask(d.own(), "", x.a)
		e := errs.As(err)
		if !errors.Is(err, ticket.ErrInvalid) || len(e.Fields) != 1 || e.Fields[0].Field != x.field || e.Fields[0].En == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever both sides do in whatever order, the state follows the table, the thread is whole and numbers have no gap.
func TestThreads_followTheTable(t *testing.T) {
	t.Parallel()
	d := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		x := d.ask(t)
		was := x.State
		rt.Repeat(map[string]func(*rapid.T){
			"customer": func(*rapid.T) { _, _ = d.Reply(d.own(), x.ID, "问", nil) },
			"provider": func(*rapid.T) { _, _ = d.Reply(contracttest.Sales(), x.ID, "答", nil) },
			"take":     func(*rapid.T) { _, _ = d.Take(contracttest.Sales(), x.ID) },
			"close":    func(*rapid.T) { _, _ = d.Close(d.own(), x.ID) },
			"wait":     func(*rapid.T) { d.Fake.Advance(100 * time.Hour) },
			"": func(rt *rapid.T) {
				now, err := d.Get(d.own(), x.ID)
				if err != nil {
					rt.Fatal(err)
				}
				if now.State != was && !ticket.MayGo(was, now.State) {
					rt.Fatalf("%s became %s", was, now.State)
				}
				if int64(len(now.Thread)) != now.Posts || (now.State == ticket.Open) == now.DueAt.IsZero() {
					rt.Fatalf("%+v", now)
				}
				was = now.State
			},
		})
	})
	if bad, err := d.Service.Verify(contracttest.Sales()); err != nil || len(bad) > 0 {
		t.Errorf("%v %v", bad, err)
	}
}
