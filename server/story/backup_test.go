package story_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sealgate/server/app"
	"sealgate/server/backup"
	"sealgate/server/testkit"
)

func TestBackup_afterARestoreNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-09-28 09:00")
	w.hire(everyone...)
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-10-01", "2027-09-30", nil))
	w.to("2026-09-29 10:00")
	w.as("finance").post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-09-29", "method": "transfer", "reference": "D-1"})
	w.to("2026-10-10 10:00")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	approved, waiting := w.submit("sales", order, "一.csv", rows(30)), w.submit("sales", order, "二.csv", rows(20))
	w.work()
	w.approve("compliance_reviewer", approved)

	// 10 October: the backup is made between approval and sending. Then the batch is sent.
	file := filepath.Join(t.TempDir(), "sealgate.backup")
	if n, err := w.App.Backup(context.Background(), file); err != nil || n < 100 {
		t.Fatalf("%d rows, %v", n, err)
	}
	sealed, err := os.ReadFile(file)
	if err != nil || bytes.Contains(sealed, []byte("云帆")) || bytes.Contains(sealed, []byte("compliance_reviewer")) {
		t.Errorf("the backup can be read: %d bytes, %v", len(sealed), err)
	}
	w.work()
	if n := w.left(approved); n != 30 {
		t.Fatalf("%d left", n)
	}
	// What waited is approved and sent, too, and the trail is signed again: the backup knows of neither.
	w.approve("compliance_reviewer", waiting)
	w.work()
	if n := w.left(waiting); n != 20 {
		t.Fatalf("%d left", n)
	}
	if _, err := w.App.Trail.Chain(testkit.System(), 100000); err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.Trail.Checkpoint(testkit.System(), w.App.Notary); err != nil {
		t.Fatal(err)
	}

	// 11 October: the database is lost; keys and objects are there.
	c := w.App.Config
	c.Database = testkit.SQLiteDSN(t)
	if mysql := os.Getenv(testkit.MySQLEnv); mysql != "" {
		c.Database = testkit.MySQLDSN(t, mysql)
	}
	strange := c
	strange.KeyDir = t.TempDir()
	if _, err := app.Restore(context.Background(), strange, w.Fake, file); err == nil {
		t.Error("a backup was opened without its keys")
	}
	r, err := app.Restore(context.Background(), c, w.Fake, file)
	if err != nil || len(r.Cancelled) != 2 || r.Lost == 0 {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := app.Restore(context.Background(), c, w.Fake, file); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("restored over a database in use: %v", err)
	}
	again := open(t, c, "2026-10-11 09:00")
	again.work()
	for _, id := range []string{approved, waiting} {
		if s := again.as("sales").get("/batches/" + id).str("state"); s != "cancelled" {
			t.Errorf("a batch that was sent since is %s", s)
		}
	}
	// A new batch is approved; it leaves when a person has compared and lifts the stop, and nothing else does.
	anew := again.submit("sales", order, "三.csv", rows(10))
	again.work()
	again.approve("compliance_reviewer", anew)
	again.work()
	if n := again.left(anew); n != 0 {
		t.Errorf("%d left in spite of the stop", n)
	}
	lead := again.as("compliance_lead")
	stops := lead.get("/handoff/stops").list("items")
	if len(stops) != 1 || stops[0].str("scope") != "all" {
		t.Fatalf("stops: %v", stops)
	}
	lead.post(200, "/handoff/stops/"+stops[0].str("id")+"/lift", JSON{"reason": "已与通道核对"})
	again.work()
	if n := again.left(anew); n != 10 {
		t.Errorf("after the stop was lifted %d of the new batch left", n)
	}
	for _, id := range []string{approved, waiting} {
		again.as("sales").call(404, "GET", "/batches/"+id+"/handoff", nil)
	}
	again.verify()
}
