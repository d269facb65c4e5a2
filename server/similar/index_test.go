package similar_test

import (
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/similar"
	"sealgate/server/testkit"
)

func decided(batch, group, text string, o similar.Outcome, at int64) similar.Decided {
	return similar.Decided{BatchID: batch, BatchNumber: "B-" + batch, CustomerID: "c", GroupID: group, Outcome: o, ReasonCodes: []string{"CONTENT.FRAUD"}, Messages: 10,
		Sketch: similar.Of(text).String(), At: caldate.InstantMs(at)}
}

const (
	loan   = "【快贷】恭喜您获得三万元低息额度，无需抵押当天放款，点击链接领取，名额有限先到先得。"
	loan2  = "【快贷】恭喜张先生获得五万元低息额度，无需抵押当天放款，点击链接领取，名额有限先到先得。"
	parcel = "【云帆商城】您的包裹已由菜鸟驿站签收，请凭取件码于今日领取。"
)

func TestIndex_findsWhatWasDecidedAboutAlikeTexts(t *testing.T) {
	t.Parallel()
	x := similar.NewIndex(testkit.DB(t))
	ctx := testkit.System()
	keep := func(batch string, ds ...similar.Decided) {
		t.Helper()
		if err := x.Keep(ctx, batch, ds); err != nil {
			t.Fatal(err)
		}
	}
	keep("b1", decided("b1", "g1", loan, similar.Refused, 1000), decided("b1", "g2", parcel, similar.Approved, 1000), decided("b1", "g3", "…", similar.Refused, 1000))
	keep("b2", decided("b2", "g1", loan, similar.Approved, 2000))
	found, err := x.Find(ctx, similar.Of(loan2), "", false)
	if err != nil || len(found) != 2 || found[0].Like < similar.Near || found[0].BatchID != "b2" {
		t.Fatalf("found %+v, %v", found, err)
	}
	if found, err = x.Find(ctx, similar.Of(loan2), "", true); err != nil || len(found) != 1 || found[0].BatchID != "b1" || found[0].ReasonCodes[0] != "CONTENT.FRAUD" {
		t.Errorf("of refused content: %+v, %v", found, err)
	}
	if found, _ = x.Find(ctx, similar.Of(loan2), "b1", true); len(found) != 0 {
		t.Errorf("its own batch: %+v", found)
	}
	for _, c := range []struct {
		texts     []similar.Weighted
		low, high float64
	}{
		{nil, 0, 0},
		{[]similar.Weighted{{parcel, 100}}, 0, 0},
		{[]similar.Weighted{{loan, 100}}, 1, 1},
		{[]similar.Weighted{{loan, 50}, {parcel, 50}}, .5, .5},
		{[]similar.Weighted{{loan2, 100}}, .7, .99},
	} {
		if got, err := x.ToRefused(ctx, "b9", c.texts); err != nil || got < c.low || got > c.high {
			t.Errorf("%v: %.2f, %v", c.texts, got, err)
		}
	}
	keep("b1", decided("b1", "g1", loan, similar.Approved, 3000)) // decided anew
	if got, _ := x.ToRefused(ctx, "b9", []similar.Weighted{{loan, 1}}); got != 0 {
		t.Errorf("what was taken back still counts: %.2f", got)
	}
	if n, err := x.Forget(ctx, caldate.InstantMs(2500)); err != nil || n != 1 {
		t.Errorf("forgot %d, %v", n, err)
	}
}
