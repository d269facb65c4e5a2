package story_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
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

func TestHotline_isOnRecordAndFoundByTheExactSignatureAlone(t *testing.T) {
	t.Parallel()
	w, customer, _, _ := complaining(t)
	yunfan, path := w.as("yunfan"), "/customers/"+customer+"/hotline"
	look := func(sender string) string {
		res, err := http.Get(w.server.URL + "/hotlines?sender=" + url.QueryEscape(sender)) // nobody is signed in
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		page, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%q: %d %v", sender, res.StatusCode, err)
		}
		return string(page)
	}

	// 12 October: no line is on record yet: whoever asks is sent to us.
	if list := w.as("compliance_lead").get("/complaint-hotlines?missing=true"); list.num("total") != 1 || list.str("items.0.customer_id") != customer {
		t.Fatalf("who has told none: %v", list)
	}
	if page := look("云帆商城"); !strings.Contains(page, "尚未公布投诉电话") {
		t.Errorf("without a line: %s", page)
	}
	// 13 October: the customer tells one; a wrong one says so; a second person's older version is refused.
	w.to("2026-10-13 09:00")
	yunfan.call(422, "PUT", path, JSON{"phone": "123", "hours": "", "version": 0})
	if h := yunfan.call(200, "PUT", path, JSON{"phone": "028-61234567", "hours": "每日 9:00–21:00", "version": 0}); h.num("version") != 1 {
		t.Fatalf("%v", h)
	}
	if e := w.as("sales").call(409, "PUT", path, JSON{"phone": "028-61234568", "hours": "每日", "version": 0}); e.str("code") != "complaint.stale" {
		t.Errorf("%v", e)
	}
	w.as("finance").call(403, "PUT", path, JSON{"phone": "028-61234568", "hours": "每日", "version": 1})
	for _, sender := range []string{"云帆商城", "【云帆商城】", " 成都云帆电子商务有限公司 "} {
		if page := look(sender); !strings.Contains(page, "028-61234567") || strings.Contains(page, "91510107MA6CDEMK88") {
			t.Errorf("%q finds %s", sender, page)
		}
	}
	for _, sender := range []string{"", "云帆", "成都", "%", "<script>"} {
		if page := look(sender); strings.Contains(page, "028-61234567") || strings.Contains(page, "<script>") {
			t.Errorf("%q finds %s", sender, page)
		}
	}
	w.verify()
}

func TestComplaint_thatComesAgainBecauseOfDelayIsCountedApart(t *testing.T) {
	t.Parallel()
	w, customer, _, _ := complaining(t)
	reviewer := w.as("compliance_reviewer")
	// 13 October: the customer has until the 16th, and says nothing. On the 19th the recipient complains again, on the 20th another one.
	w.to("2026-10-13 09:00")
	first := w.complain(phoneOf(7), "2026-10-13")
	reviewer.post(200, "/complaints/"+first.str("id")+"/forward", JSON{})
	w.to("2026-10-19 09:00")
	again := w.complain(phoneOf(7), "2026-10-19")
	if again.str("repeat_of") != first.str("id") || again.at("by_delay") != true {
		t.Fatalf("again: %v", again)
	}
	w.to("2026-10-20 09:00")
	if other := w.complain(phoneOf(8), "2026-10-20"); other.str("repeat_of") != "" || other.at("by_delay") != false {
		t.Errorf("another recipient: %v", other)
	}
	s := w.as("compliance_lead").get("/complaint-standings?month=2026-10&customer_id=" + customer).list("items")
	if len(s) != 1 || s[0].num("complaints") != 2 || s[0].num("by_delay") != 1 {
		t.Errorf("standings %v", s)
	}
	w.verify()
}

func TestComplaint_attachingWeighsOnce(t *testing.T) {
	t.Parallel()
	w, customer, _, batch := complaining(t)
	w.to("2026-10-13 09:00")
	w.complain(phoneOf(5), "2026-10-13") // one of two that put the customer under watch
	// The second names a day on which nothing was sent: no sender is found by itself. A person chooses the message in the month before.
	c := w.as("compliance_reviewer").post(201, "/complaints", JSON{"source": "phone", "kind": "unwanted", "phone": phoneOf(6), "received_on": "2026-10-13", "signature": "别家", "text": "不要再发了"})
	if c.str("customer_id") != "" {
		t.Fatalf("found by itself: %v", c)
	}
	c = w.as("compliance_reviewer").post(200, "/complaints/"+c.str("id")+"/attach", JSON{"batch_id": batch, "seq": 7})
	if c.str("customer_id") != customer {
		t.Fatalf("%v", c)
	}
	s := w.as("compliance_lead").get("/complaint-standings?month=2026-10&customer_id=" + customer).list("items")
	if len(s) != 1 || s[0].num("complaints") != 2 || len(s[0].list("measures")) != 1 {
		t.Errorf("standings %v", s)
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
