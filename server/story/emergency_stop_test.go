package story_test

import (
	"testing"

	"sealgate/server/app"
	"sealgate/server/handoff"
	"sealgate/server/testkit"
)

// twoWays is a provider with a channel for one carrier, slow enough to be stopped midway, and one for everybody else.
func twoWays(c *app.Config) {
	c.Channels = []app.ChannelConfig{
		{Name: "mobile", Carriers: []string{"cmcc"}, PerSecond: 100, LinkConfig: app.LinkConfig{Kind: "loopback"}},
		{Name: "rest", Priority: 1, PerSecond: 50, LinkConfig: app.LinkConfig{Kind: "loopback"}},
	}
}

func TestAnEmergencyStop_holdsWhatHasNotLeftUntilAPersonLiftsIt(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-09-28 09:00", twoWays)
	w.hire(everyone...)
	sales, lead := w.as("sales"), w.as("compliance_lead")
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-10-01", "2027-09-30", nil))
	w.to("2026-09-29 10:00")
	w.as("finance").post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-09-29", "method": "transfer", "reference": "D-1"})

	// 10 October, 10:00: a batch of 1,500 is on its way by two channels, 150 messages a second.
	w.to("2026-10-10 10:00")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	batch := w.submit("sales", order, "到货通知.csv", rows(1500))
	w.work()
	w.approve("compliance_reviewer", batch)
	w.work()
	before := w.left(batch)
	if before == 0 || before >= 1500 {
		t.Fatalf("%d have left when the telephone rings", before)
	}

	// 10:02: the lead stops the signature; sales can't. From here on nothing leaves, however long it waits.
	sales.refused(403, "/handoff/stops", JSON{"scope": "signature", "object_id": signature, "reason": "投诉"}, "auth.forbidden")
	lead.refused(422, "/handoff/stops", JSON{"scope": "signature", "reason": "投诉"}, "handoff.stop")
	stop := lead.post(201, "/handoff/stops", JSON{"scope": "signature", "object_id": signature, "reason": "监管部门来电，内容涉嫌违法"}).str("id")
	lead.refused(409, "/handoff/stops", JSON{"scope": "signature", "object_id": signature, "reason": "再次"}, "handoff.stopped")
	w.work()
	w.to("2026-10-10 10:30")
	w.work()
	h := sales.get("/batches/" + batch + "/handoff")
	if w.left(batch) != before || h.str("holds.0.reason") != "stopped" {
		t.Fatalf("stopped at %d, now %d, %v", before, w.left(batch), h["holds"])
	}
	if s := lead.get("/handoff/stops").list("items"); len(s) != 1 || s[0].str("object_name") != "【云帆商城】" {
		t.Errorf("the stops that hold: %v", s)
	}
	w.verify()

	// 11:00: it was a mistake; but the carrier has ordered to send nothing until noon. The others' messages go on.
	w.to("2026-10-10 11:00")
	given := lead.post(201, "/carrier-orders", JSON{
		"carrier": "cmcc", "measure": "stop", "given_by": "省公司 王工", "reference": "电话 10:50", "reason": "网络割接", "until": "2026-10-10T12:00:00+08:00",
	})
	if given.at("holds") != true {
		t.Errorf("the order: %v", given)
	}
	lead.post(200, "/handoff/stops/"+stop+"/lift", JSON{"reason": "已核实，内容合规"})
	for range 15 {
		w.work()
	}
	h = sales.get("/batches/" + batch + "/handoff")
	mobile := h.num("counts.waiting")
	if mobile == 0 || w.left(batch) <= before || h.str("holds.0.reason") != "carrier_order" {
		t.Fatalf("under the order %d wait, %d have left, %v", mobile, w.left(batch), h["holds"])
	}
	w.verify()

	// 12:00: the order's time is over; everything leaves. 16:00: the late receipts are in.
	w.to("2026-10-10 12:00")
	for range 10 {
		w.work()
	}
	w.to("2026-10-10 16:00")
	w.work()
	if b := sales.get("/batches/" + batch); b.str("state") != "done" {
		t.Fatalf("in the afternoon the batch is %s: %v", b.str("state"), b["handoff"])
	}
	if o := lead.get("/carrier-orders").list("items"); len(o) != 1 || o[0].at("holds") != false {
		t.Errorf("the order: %v", o)
	}
	w.verify()

	// 17:00: a recipient answers TD. It stands with contract and batch, costs nothing, and the next batch leaves her out.
	w.to("2026-10-10 17:00")
	used := sales.get("/contracts/" + contract + "/usage?month=2026-10").num("parts")
	code := sales.get("/contracts/" + contract).str("service_code")
	reply := []handoff.Reply{{Ref: "1", Phone: "13100000013", ServiceCode: code + "01", Text: "TD", At: w.App.Clock.Instant()}}
	for range 2 { // the channel repeats it
		if err := w.App.Handoff.Replied(testkit.System(), "mobile", reply); err != nil {
			t.Fatal(err)
		}
	}
	rs := sales.get("/replies?batch_id=" + batch).list("items")
	if len(rs) != 1 || rs[0].str("text") != "TD" || rs[0].str("phone") != "131****0013" || rs[0].at("opt_out") != true || rs[0].str("contract_id") != contract {
		t.Errorf("replies: %v", rs)
	}
	if now := sales.get("/contracts/" + contract + "/usage?month=2026-10").num("parts"); now != used {
		t.Errorf("the reply cost %d parts", now-used)
	}
	second := w.submit("sales", order, "到货通知2.csv", rows(30))
	w.work()
	w.approve("compliance_reviewer", second)
	for range 3 {
		w.work()
	}
	h = sales.get("/batches/" + second + "/handoff")
	if sent := h.num("counts.handed") + h.num("counts.delivered") + h.num("counts.failed"); sent != 29 && h.num("counts.skipped_opt_out") != 1 {
		t.Errorf("after the opt-out: %v", h["counts"])
	}

	// 18:00: somebody answers who got the first batch and not the second, though that is the last one of the code.
	w.to("2026-10-10 18:00")
	w.work()
	if err := w.App.Handoff.Replied(testkit.System(), "mobile", []handoff.Reply{{Ref: "2", Phone: "13500316773", ServiceCode: code, Text: "收到", At: w.App.Clock.Instant()}}); err != nil {
		t.Fatal(err)
	}
	if rs := sales.get("/replies?batch_id=" + batch).list("items"); len(rs) != 2 || rs[0].str("text") != "收到" {
		t.Errorf("the batch that sent to the number: %v", rs)
	}
	w.verify()
}
