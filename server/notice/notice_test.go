package notice_test

import (
	"context"
	"errors"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/contract/contracttest"
	"sealgate/server/notice"
	"sealgate/server/testkit"
)

func people(customerID string) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "u-" + customerID, Roles: []string{"customer"}, CustomerID: customerID, Scope: actor.Scope{CustomerID: customerID}})
}

func TestInbox_showsWhatIsAddressedToTheReaderAndNothingElse(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	a, b := h.Customer(t, contracttest.Sales(), 1), h.Customer(t, contracttest.OtherSales(), 2)
	send := func(to notice.To) {
		t.Helper()
		if err := h.Notices.Send(testkit.System(), to, "contract_approved", map[string]string{"customer": "甲", "contract": "HT-2026-000001"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	send(notice.To{UserID: "u-sales"})
	send(notice.To{CustomerID: a.ID, About: notice.About{CustomerID: a.ID}})
	send(notice.To{Role: "sales", About: notice.About{CustomerID: b.ID}}) // for the sales whose customer it is
	send(notice.To{Role: "finance"})
	for who, k := range map[string]struct {
		ctx  context.Context
		want int64
	}{
		"sales":                 {contracttest.Sales(), 1},
		"the other sales":       {contracttest.OtherSales(), 1},
		"finance":               {testkit.As("cashier", "finance"), 1},
		"the customer's people": {people(a.ID), 1},
		"another customer":      {people(b.ID), 0},
		"an auditor":            {testkit.As("auditor", "auditor"), 0},
		"nobody":                {context.Background(), 0},
	} {
		items, total, unread, err := h.Notices.List(k.ctx, notice.Query{Limit: 50})
		if err != nil || total != k.want || unread != k.want || int64(len(items)) != k.want {
			t.Errorf("%s: %d of %d, %d unread, %v", who, len(items), total, unread, err)
		}
	}
}

func TestMarkRead_isPerReaderAndOnlyInTheOwnInbox(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	if err := h.Notices.Send(testkit.System(), notice.To{Role: "finance"}, "contract_approved", map[string]string{"customer": "甲", "contract": "HT-1"}, nil); err != nil {
		t.Fatal(err)
	}
	one, two := testkit.As("one", "finance"), testkit.As("two", "finance")
	items, _, _, err := h.Notices.List(one, notice.Query{Limit: 50})
	if err != nil || len(items) != 1 || items[0].TitleZh == "" || items[0].TitleEn == "" || items[0].BodyZh == "" || items[0].BodyEn == "" {
		t.Fatalf("%+v %v", items, err)
	}
	for range 2 {
		if n, err := h.Notices.MarkRead(one, items[0].ID); err != nil || n.ReadAt.IsZero() {
			t.Fatalf("%+v %v", n, err)
		}
	}
	if got, _, unread, _ := h.Notices.List(one, notice.Query{Limit: 50, Unread: true}); len(got) != 0 || unread != 0 {
		t.Errorf("still unread: %d %d", len(got), unread)
	}
	if _, _, unread, _ := h.Notices.List(two, notice.Query{Limit: 50}); unread != 1 {
		t.Error("one reader's mark counts for another")
	}
	if _, err := h.Notices.MarkRead(contracttest.Sales(), items[0].ID); !errors.Is(err, notice.ErrNotFound) {
		t.Errorf("somebody else's notice: %v", err)
	}
}

func TestSend_failsWithTheFactOnAFaultOfTheProgram(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	for name, k := range map[string]struct {
		to   notice.To
		kind string
		vars map[string]string
		want error
	}{
		"unknown kind":  {notice.To{UserID: "u"}, "party", nil, notice.ErrKind},
		"missing value": {notice.To{UserID: "u"}, "contract_approved", map[string]string{"customer": "甲"}, notice.ErrVars},
		"nobody":        {notice.To{}, "contract_approved", nil, notice.ErrTo},
	} {
		if err := h.Notices.Send(testkit.System(), k.to, k.kind, k.vars, nil); !errors.Is(err, k.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
