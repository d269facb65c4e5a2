package trail_test

import (
	"context"
	"testing"

	"sealgate/server/testkit"
	"sealgate/server/trail"
)

func TestRecord_refusesToWriteOutsideATransaction(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	tr := trail.New(d, c)
	e := trail.Entry{Action: "customer.register", ObjectType: "customer", ObjectID: "c1"}
	if err := tr.Record(testkit.As("wang", "sales"), e); err == nil {
		t.Fatal("an audit row was written without its fact")
	}
	if err := d.Run(testkit.As("wang", "sales"), func(ctx context.Context) error { return tr.Record(ctx, e) }); err != nil {
		t.Fatal(err)
	}
}
