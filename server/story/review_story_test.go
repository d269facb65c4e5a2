package story_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// texts makes a CSV in which every row has its own text.
func texts(n int, text string) []byte {
	var b strings.Builder
	b.WriteString("手机号,短信内容\n")
	for i := range n {
		fmt.Fprintf(&b, "13%d%08d,%s\n", 1+i%9, (i*7919+13)%100000000, strings.ReplaceAll(text, "{n}", fmt.Sprint(1000+i)))
	}
	return []byte(b.String())
}

func (w *World) notices(contract, signature string, n int, text string) string {
	w.t.Helper()
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "text_per_row"}, "通知.csv", texts(n, text))
	w.work()
	return id
}

func (w *World) batchState(id string) string {
	w.t.Helper()
	return w.as("sales").get("/batches/" + id).str("state")
}

func TestEscalation_nothingIsSentBeforeTheAuthorityHasAnswered(t *testing.T) {
	t.Parallel()
	// 2 November 2026: a batch comes in whose content the reviewer can't judge.
	w, contract, signature := sendable(t)
	id := w.notices(contract, signature, 40, "【云帆商城】您好，您预约的中医义诊活动将于本周六上午举行，报名号{n}，请携带身份证参加。")
	reviewer, lead := w.as("compliance_reviewer"), w.as("compliance_lead")
	desk := "/review/batches/" + id
	reviewer.refused(409, desk+"/escalate", JSON{"scope": "batch", "question": "是否属于医疗广告？", "authority": "市场监督管理局"}, "review.not_claimed")
	reviewer.post(200, desk+"/claim", nil)
	e := reviewer.post(201, desk+"/escalate", JSON{"scope": "batch", "question": "义诊通知是否属于医疗广告，可否发送？", "authority": "市场监督管理局", "due_on": "2026-11-05"})
	question := "/escalations/" + e.str("id")
	if e.str("number") != "QS-2026-0001" || e.num("messages") != 40 || e.str("state") != "asked" {
		t.Errorf("the register says %v", e)
	}
	// It waits, and nothing of it leaves, whoever tries what.
	reviewer.post(200, desk+"/claim", nil)
	reviewer.refused(409, desk+"/decide", JSON{"scope": "batch", "decision": "approve"}, "review.escalated")
	// 5 November: no answer yet; the lead is reminded, and again three days later.
	w.to("2026-11-05 09:00")
	if n := lead.get(question).num("reminders"); n != 1 {
		t.Errorf("%d reminders on the day it is due", n)
	}
	w.to("2026-11-08 09:00")
	if q := lead.get(question); q.num("reminders") != 2 || q.at("overdue") != true {
		t.Errorf("three days later: %v", q)
	}
	if s := w.batchState(id); s != "review" {
		t.Fatalf("the batch is %s before there is an answer", s)
	}
	// 9 November: the answer comes on paper; a reviewer may not enter it, the lead does.
	w.to("2026-11-09 10:00")
	answer := JSON{"outcome": "allowed", "answer": "该活动不属于医疗广告，可以告知。", "answer_ref": "市监函〔2026〕88 号", "answered_on": "2026-11-09"}
	answer["document_id"] = ""
	lead.refused(422, question+"/answer", answer, "review.reply")
	answer["document_id"] = lead.upload("复函.pdf", "authority_answer", pdf("answer"))
	if status, _, _ := reviewer.send("POST", question+"/answer", answer); status != 403 {
		t.Errorf("a reviewer enters the answer: %d", status)
	}
	if got := lead.post(200, question+"/answer", answer); got.str("state") != "answered" || got.str("recorded_by_name") == "" {
		t.Errorf("answered: %v", got)
	}
	w.work()
	if s := w.batchState(id); s != "review" {
		t.Fatalf("the answer alone has sent it: %s", s)
	}
	// Now people decide, and it goes out.
	w.approve("compliance_reviewer", id)
	w.work()
	if n := w.left(id); n != 40 {
		t.Errorf("%d of 40 have left", n)
	}
	w.verify()
}

func TestIllegalContent_stopsEverythingOfTheCustomerUntilTwoPeopleLiftIt(t *testing.T) {
	t.Parallel()
	// 2 November 2026: one batch is scheduled for tomorrow and approved, another lies on the desk.
	w, contract, signature := sendable(t)
	later := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "text_per_row", "scheduled_at": "2026-11-03T10:00:00+08:00"},
		"明日.csv", texts(30, "【云帆商城】您的订单{n}明日送达，请留意签收。"))
	w.work()
	w.approve("compliance_reviewer", later)
	w.work()
	bad := w.notices(contract, signature, 20, "【云帆商城】您好，内部彩票开奖号码{n}，加入计划群稳赚不赔。")
	reviewer, lead := w.as("compliance_reviewer"), w.as("compliance_lead")
	if s := w.batchState(bad); s != "review" {
		t.Skipf("the rules decided alone: %s", s)
	}
	// What it would stop stands before the person who confirms it.
	totals := reviewer.get("/batches/" + bad + "/takedown")
	if totals.num("totals.contracts") != 1 || totals.num("totals.batches") != 2 || totals.num("totals.messages") != 50 || totals.num("totals.found") != 20 {
		t.Errorf("totals %v", totals)
	}
	if status, _, _ := w.as("sales").send("POST", "/batches/"+bad+"/takedown", JSON{"class": "obscene", "description": "x"}); status != 403 {
		t.Errorf("sales takes a batch down: %d", status)
	}
	reviewer.refused(422, "/batches/"+bad+"/takedown", JSON{"class": "nonsense", "description": ""}, "takedown.input")
	c := reviewer.post(201, "/batches/"+bad+"/takedown", JSON{"class": "obscene", "description": "以彩票名义传播赌博信息", "authority": "公安机关网络安全保卫部门"})
	one := "/takedowns/" + c.str("id")
	if c.str("number") != "CZ-2026-0001" || c.str("state") != "stopped" {
		t.Errorf("the register says %v", c)
	}
	reviewer.refused(409, "/batches/"+bad+"/takedown", JSON{"class": "fraud", "description": "再次"}, "takedown.open")
	if s := w.as("sales").get("/contracts/" + contract).str("state"); s != "suspended" {
		t.Errorf("the contract is %s", s)
	}
	// The report: a draft until it is registered, then always the same paper.
	draft := reviewer.raw(one + "/report.pdf")
	if !bytes.HasPrefix(draft, []byte("%PDF")) {
		t.Error("the draft is no PDF")
	}
	if r := reviewer.post(200, one+"/report", JSON{"authority": "公安机关网络安全保卫部门", "report_ref": "EMS 1034"}); r.str("report_sha256") == "" {
		t.Errorf("reported %v", r)
	}
	if again := reviewer.raw(one + "/report.pdf"); bytes.Equal(again, draft) || !bytes.Equal(again, reviewer.raw(one+"/report.pdf")) {
		t.Error("the paper that was sent is the draft, or changes")
	}
	// 3 November, ten o'clock: the scheduled batch does not leave either.
	w.to("2026-11-03 11:00")
	w.work()
	if n := w.left(later); n != 0 {
		t.Errorf("%d messages left after the stop", n)
	}
	// Nothing of the customer can be approved.
	reviewer.post(200, "/review/batches/"+bad+"/claim", nil)
	p := reviewer.post(200, "/review/batches/"+bad+"/decide", JSON{"scope": "batch", "decision": "approve"})
	reviewer.refused(409, "/review/batches/"+bad+"/finish", JSON{"decisions_hash": p.str("decisions_hash")}, "review.barred")
	p = reviewer.post(200, "/review/batches/"+bad+"/decide", JSON{"scope": "batch", "decision": "refuse", "reason_codes": []string{"CONTENT.ILLEGAL"}})
	reviewer.post(200, "/review/batches/"+bad+"/finish", JSON{"decisions_hash": p.str("decisions_hash")})
	w.work()
	if s := w.batchState(bad); s != "refused" {
		t.Errorf("the batch with the content is %s", s)
	}
	w.verify()
	// 6 November: lifting needs another person than who asks.
	w.to("2026-11-06 09:00")
	lead.post(200, one+"/ask-lift", JSON{"reason": "客户账号被盗用，已报案并整改"})
	lead.refused(403, one+"/decide-lift", JSON{"approve": true, "reason": "同意"}, "takedown.own_lift")
	w.hireFor("lead2", "", "compliance_lead")
	if r := w.as("lead2").post(200, one+"/decide-lift", JSON{"approve": true, "reason": "核实属实"}); r.str("state") != "lifted" {
		t.Errorf("lifted: %v", r)
	}
	w.work()
	if s := w.as("sales").get("/contracts/" + contract).str("state"); s != "active" {
		t.Errorf("the contract is %s", s)
	}
	if n := w.left(later); n != 30 {
		t.Errorf("%d of the 30 go on", n)
	}
	w.verify()
}

func TestWatch_stopsAnUnusualCustomerUntilAPersonLiftsIt(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	lead, sales := w.as("compliance_lead"), w.as("sales")
	customer := sales.get("/contracts/" + contract).str("customer_id")
	// 2 November 2026: this customer is watched more closely for two weeks.
	threshold := JSON{"enabled": true, "auto_stop": true, "params": JSON{"least": 20, "tenths": 30}, "until": "2026-11-16"}
	lead.call(422, "PUT", "/customers/"+customer+"/watch/volume", threshold)
	threshold["reason"] = "新客户观察期"
	lead.call(200, "PUT", "/customers/"+customer+"/watch/volume", threshold)
	send := func(n int) string {
		id := w.notices(contract, signature, n, "【云帆商城】您的订单{n}已发货，请留意查收。")
		w.approve("compliance_reviewer", id)
		return id
	}
	w.work()
	send(10)
	w.to("2026-11-03 10:00")
	send(12)
	w.to("2026-11-04 10:00")
	if n := lead.post(200, "/watch/look", nil).num("raised"); n != 0 {
		t.Errorf("%d alerts on ordinary days", n)
	}
	// 4 November: nine times the usual.
	big := w.notices(contract, signature, 99, "【云帆商城】您的订单{n}已发货，请留意查收。")
	if n := lead.post(200, "/watch/look", nil).num("raised"); n != 1 {
		t.Errorf("%d alerts", n)
	}
	if n := lead.post(200, "/watch/look", nil).num("raised"); n != 0 {
		t.Errorf("%d alerts when looked at again", n)
	}
	a := lead.get("/watch/alerts?state=stopped")
	alert := "/watch/alerts/" + a.str("items.0.id")
	if a.num("total") != 1 || a.str("items.0.code") != "volume" || a.str("items.0.customer_id") != customer || !strings.Contains(fmt.Sprint(a.at("items.0.evidence")), "9.0") {
		t.Fatalf("alerts %v", a)
	}
	w.approve("compliance_reviewer", big)
	w.work()
	if n := w.left(big); n != 0 {
		t.Errorf("%d messages left while the customer is stopped", n)
	}
	lead.refused(409, alert+"/close", JSON{"outcome": "explained", "reason": "大促"}, "watch.stopped")
	lead.refused(422, alert+"/lift", JSON{"reason": " "}, "watch.input")
	if status, _, _ := sales.send("POST", alert+"/lift", JSON{"reason": "大促"}); status != 403 {
		t.Errorf("sales lifts it: %d", status)
	}
	// 5 November: explained and lifted by a person; the batch goes out.
	w.to("2026-11-05 09:00")
	if l := lead.post(200, alert+"/lift", JSON{"reason": "客户书面说明双十一大促"}); l.str("state") != "open" || l.str("lift_reason") == "" {
		t.Errorf("lifted %v", l)
	}
	lead.post(200, alert+"/close", JSON{"outcome": "explained", "reason": "双十一大促"})
	w.work()
	if n := w.left(big); n != 99 {
		t.Errorf("%d of 99 have left", n)
	}
	w.verify()
}
