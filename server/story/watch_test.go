package story_test

import (
	"bytes"
	"fmt"
	"testing"
)

// list makes a CSV of numbers from one on, with the same text for all.
func list(from, n int) []byte {
	var b bytes.Buffer
	b.WriteString("手机号\n")
	for i := from; i < from+n; i++ {
		fmt.Fprintln(&b, phoneOf(i))
	}
	return b.Bytes()
}

func TestWatch_aBoughtListStopsTheCustomerUntilAPersonLiftsIt(t *testing.T) {
	t.Parallel()
	// 2 November 2026: sales to the customer's own members. The lead has the watch stop it where it sends to strangers.
	w, contract, signature := sendable(t)
	lead, reviewer := w.as("compliance_lead"), w.as("compliance_reviewer")
	customer := w.as("sales").get("/contracts/" + contract).str("customer_id")
	lead.call(422, "PUT", "/watch/rules/recipients", JSON{"enabled": true, "auto_stop": true, "level": 4, "params": JSON{"least": 30, "tenths": 30}})
	lead.call(200, "PUT", "/watch/rules/recipients", JSON{"enabled": true, "auto_stop": true, "level": 4, "params": JSON{"least": 30, "tenths": 30, "share": 500}})
	submit := func(from, n int) string {
		id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的会员积分将于本月底到期，请及时查看。"}, "名单.csv", list(from, n))
		w.work()
		return id
	}
	look := func(want int64) {
		t.Helper()
		if n := lead.post(200, "/watch/look", nil).num("raised"); n != want {
			t.Fatalf("%d alerts, want %d: %v", n, want, lead.get("/watch/alerts"))
		}
	}
	w.approve("compliance_reviewer", submit(0, 100)) // a first list: nobody is known yet
	w.work()
	look(0)

	// 3 November: most of them again, and some who have joined since.
	w.to("2026-11-03 10:00")
	w.approve("compliance_reviewer", submit(20, 90))
	w.work()
	look(0)

	// 4 November: the members, and beside them a list of 400 whom the customer never sent to.
	w.to("2026-11-04 10:00")
	w.approve("compliance_reviewer", submit(0, 110))
	bought := submit(1000, 400)
	look(1)
	look(0) // it was told
	a := lead.get("/watch/alerts?state=stopped&customer_id=" + customer)
	got := map[string]string{}
	for _, e := range a.list("items.0.evidence") {
		got[e.str("name")] = e.str("value")
	}
	number := reviewer.get("/batches/" + bought).str("number")
	if a.str("items.0.code") != "recipients" || got["recipients"] != "400" || got["new"] != "400" || got["new_share"] != "100.0%" || got["usual_new"] != "10" || got["times"] != "40.0" || got["batches"] != number {
		t.Errorf("the alert: %v", a)
	}
	w.approve("compliance_reviewer", bought)
	w.work()
	if n := w.left(bought); n != 0 {
		t.Fatalf("%d messages left while the customer is stopped", n)
	}
	if s := w.as("sales").get("/batches/" + bought + "/handoff").str("holds.0.reason"); s != "stopped" {
		t.Errorf("the hand-off waits for %q", s)
	}
	alert := "/watch/alerts/" + a.str("items.0.id")
	w.as("sales").call(403, "POST", alert+"/lift", JSON{"reason": "客户着急"})
	lead.refused(409, alert+"/close", JSON{"outcome": "confirmed", "reason": "名单来源不明"}, "watch.stopped")

	// 5 November: nothing of the list has left, so it is as new as before. The customer shows that the people agreed; the lead lifts the stop.
	w.to("2026-11-05 10:00")
	again := submit(1000, 400)
	look(1)
	lead.post(200, alert+"/lift", JSON{"reason": "客户提供了合作商户会员的授权书"})
	lead.post(200, alert+"/close", JSON{"outcome": "explained", "reason": "并购后首次向合作商户会员发送"})
	w.work()
	if n := w.left(bought); n != 400 {
		t.Errorf("%d of 400 have left after the stop was lifted", n)
	}
	for _, x := range lead.get("/watch/alerts?state=open").list("items") {
		lead.post(200, "/watch/alerts/"+x.str("id")+"/close", JSON{"outcome": "explained", "reason": "同一名单"})
	}

	// 6 November: by now they are known.
	w.to("2026-11-06 10:00")
	w.approve("compliance_reviewer", again)
	submit(1000, 400)
	look(0)
	w.verify()
}
