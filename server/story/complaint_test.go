package story_test

import (
	"fmt"
	"strings"
	"testing"
)

// phoneOf is the number in the n-th row of rows().
func phoneOf(n int) string {
	line := strings.Split(string(rows(n+1)), "\n")[n+1]
	phone, _, _ := strings.Cut(line, ",")
	return phone
}

// complaining is a world in which a customer has sent a batch of 300 on 12 October.
func complaining(t *testing.T) (w *World, customer, contract, batch string) {
	t.Helper()
	w = start(t, "2026-09-28 09:00")
	w.hire(everyone...)
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract = w.contract(customer, blanks("2026-10-01", "2027-09-30", JSON{"deposit": "0.00"}))
	w.hireFor("yunfan", customer, "customer")
	w.to("2026-10-12 10:00")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	batch = w.submit("sales", order, "到货通知.csv", rows(300))
	w.work()
	w.approve("compliance_reviewer", batch)
	w.work()
	w.to("2026-10-12 14:00")
	w.work()
	return w, customer, contract, batch
}

func (w *World) complain(phone, on string) JSON {
	w.t.Helper()
	return w.as("compliance_reviewer").post(201, "/complaints", JSON{"source": "phone", "kind": "unwanted", "phone": phone, "received_on": on, "text": "没有订过这家的东西，不要再发了"})
}

func TestComplaint_isTracedAnsweredAndAppealed(t *testing.T) {
	t.Parallel()
	w, customer, _, batch := complaining(t)
	reviewer, lead, yunfan := w.as("compliance_reviewer"), w.as("compliance_lead"), w.as("yunfan")

	// 13 October: a recipient calls. The message is found by the number, the recipient gets no more from this customer.
	w.to("2026-10-13 09:00")
	c := w.complain(phoneOf(7), "2026-10-13")
	id := c.str("id")
	if c.str("customer_id") != customer || c.str("batch_id") != batch || c.num("seq") != 8 || c.str("blocked") != "customer" || !strings.Contains(c.str("phone"), "****") {
		t.Fatalf("registered as %v", c)
	}
	if c.str("due_on") != "2026-11-03" { // 15 working days; no holiday among them
		t.Errorf("the recipient must have our answer by %s", c.str("due_on"))
	}
	yunfan.refused(403, "/complaints/"+id+"/close", JSON{"outcome": "dismissed", "result": "没有的事"}, "auth.forbidden")

	// The customer has three working days. It answers on the 15th.
	if c = reviewer.post(200, "/complaints/"+id+"/forward", JSON{"note": "请提供接收同意的证明"}); c.str("answer_by") != "2026-10-16" {
		t.Errorf("the customer has time until %s", c.str("answer_by"))
	}
	w.to("2026-10-15 11:00")
	yunfan.post(200, "/complaints/"+id+"/answer", JSON{"text": "该用户 9 月在门店登记过手机号，附登记单"})
	w.to("2026-10-19 15:00")
	reviewer.post(200, "/complaints/"+id+"/close", JSON{"outcome": "upheld", "result": "登记单没有同意接收短信的内容；已停止发送并致歉"})

	// 20 October: the customer appeals. Who decided can't decide again; the lead finds for the customer.
	w.to("2026-10-20 10:00")
	ap := yunfan.post(201, "/appeals", JSON{"kind": "complaint", "object_id": id, "grounds": "补充了用户签字的同意书"})
	yunfan.refused(409, "/appeals", JSON{"kind": "complaint", "object_id": id, "grounds": "再说一次"}, "appeal.open")
	reviewer.refused(403, "/appeals/"+ap.str("id")+"/decision", JSON{"grant": false, "answer": "不变"}, "appeal.own")
	if ap = lead.post(200, "/appeals/"+ap.str("id")+"/decision", JSON{"grant": true, "answer": "同意书有效"}); ap.str("state") != "granted" || ap.str("redress") == "" {
		t.Errorf("the appeal is %v", ap)
	}
	if c = yunfan.get("/complaints/" + id); c.str("outcome") != "dismissed" || c.str("appeal.state") != "granted" {
		t.Errorf("after the appeal: %s, appeal %s", c.str("outcome"), c.str("appeal.state"))
	}

	// The recipient stays on the list: the next batch leaves the number out.
	second := w.submit("sales", JSON{"contract_id": w.as("sales").get("/batches/" + batch).str("contract_id"), "signature_id": w.as("sales").get("/batches/" + batch).str("signature_id"),
		"category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的第二单已到货，请到门店自提。"}, "第二批.csv", rows(20))
	w.work()
	if b := w.as("sales").get("/batches/" + second); b.num("verdicts.refuse") != 1 {
		t.Errorf("of the second batch %v", b["verdicts"])
	}
	w.verify()
}

func TestComplaints_beyondTheThresholdSuspendUntilAnAppealIsGranted(t *testing.T) {
	t.Parallel()
	w, customer, contract, _ := complaining(t)
	lead := w.as("compliance_lead")

	// 13 to 16 October: four complaints. Two put the customer under watch; the fifth suspends it.
	for i := range 4 {
		w.to(fmt.Sprintf("2026-10-%d 09:00", 13+i))
		w.complain(phoneOf(20+i), fmt.Sprintf("2026-10-%d", 13+i))
	}
	w.is("active", contract)
	w.to("2026-10-19 09:00")
	w.complain(phoneOf(40), "2026-10-19")
	w.is("suspended behaviour", contract)
	s := lead.get("/complaint-standings?month=2026-10").list("items")
	if len(s) != 1 || s[0].str("customer_id") != customer || s[0].num("complaints") != 5 || len(s[0].list("measures")) != 2 || s[0].str("rate") == "" {
		t.Fatalf("standings %v", s)
	}

	// 20 October: the customer appeals against the suspension; the lead grants it, service resumes at once.
	w.to("2026-10-20 10:00")
	ap := w.as("yunfan").post(201, "/appeals", JSON{"kind": "suspension", "object_id": contract + ":behaviour", "grounds": "已停用该批号码来源，附整改说明"})
	if ap.str("due_on") != "2026-10-23" {
		t.Errorf("to be decided by %s", ap.str("due_on"))
	}
	lead.post(200, "/appeals/"+ap.str("id")+"/decision", JSON{"grant": true, "answer": "整改有效"})
	w.is("active", contract)
	w.as("yunfan").refused(409, "/appeals", JSON{"kind": "suspension", "object_id": contract + ":behaviour", "grounds": "再来"}, "appeal.nothing")

	// 1 November: the lead sets other thresholds; five in November do nothing any more.
	w.to("2026-11-02 09:00")
	lead.call(200, "PUT", "/complaint-thresholds", JSON{"from": "2026-11-02", "reason": "按运营商新规", "thresholds": []JSON{{"measure": "suspend", "per_million": "0.25", "at_least": 50}}})
	for i := range 6 {
		w.complain(phoneOf(60+i), "2026-11-02")
	}
	w.is("active", contract)
	w.verify()
}

func TestComplaints_ofACarrierComeByFileAndTellEachLine(t *testing.T) {
	t.Parallel()
	w, _, _, batch := complaining(t)
	reviewer := w.as("compliance_reviewer")
	w.to("2026-10-14 09:00")
	sheet := "投诉编号,手机号码,投诉时间,投诉类型,投诉内容,短信签名\n" +
		"YD-1," + phoneOf(3) + ",2026/10/13 15:20,骚扰,一直发,【云帆商城】\n" +
		"YD-2,12345,2026-10-13,骚扰,一直发,\n" +
		"YD-3," + phoneOf(4) + ",2026-02-30,骚扰,一直发,\n" +
		"YD-4,13999999999,2026-10-13,疑似诈骗,不认识,\n"
	send := func() JSON {
		status, _, b := reviewer.do("POST", "/complaints/import?carrier=cmcc", "application/octet-stream", strings.NewReader(sheet))
		if status != 200 {
			t.Fatalf("import: %d %s", status, b)
		}
		return decode(t, b)
	}
	got := send()
	if got.num("taken") != 2 || got.num("bad") != 2 || got.num("known") != 0 {
		t.Fatalf("%v", got)
	}
	for i, l := range got.list("lines") {
		if bad := i == 1 || i == 2; (l.str("problem") != "") != bad || bad && l.str("problem_en") == "" || l.num("line") != int64(i+2) {
			t.Errorf("line %d: %v", i+2, l)
		}
	}
	if again := send(); again.num("taken") != 0 || again.num("known") != 2 {
		t.Errorf("the file again: %v", again)
	}
	items := reviewer.get("/complaints").list("items")
	if len(items) != 2 || items[1].str("batch_id") != batch || items[1].str("received_on") != "2026-10-13" || items[0].str("customer_id") != "" || items[0].str("kind") != "fraud" || items[0].str("blocked") != "all" {
		t.Errorf("on record: %v", items)
	}
	// Nobody's sender is known of the last one: it can't be forwarded, but closed.
	reviewer.refused(409, "/complaints/"+items[0].str("id")+"/forward", JSON{}, "complaint.no_sender")
	reviewer.post(200, "/complaints/"+items[0].str("id")+"/close", JSON{"outcome": "dismissed", "result": "我方未向该号码发送过短信"})
	w.verify()
}
