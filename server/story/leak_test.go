package story_test

import (
	"maps"
	"strings"
	"testing"
)

// leaked is what is known of a leak at 10:00 on 12 October: the numbers of a customer's recipients.
func leaked(customers ...JSON) JSON {
	return JSON{
		"severity": "general", "title": "导出文件发错邮箱", "description": "运维把一份号码文件发到了外部邮箱", "noticed_at": "2026-10-12T10:00:00+08:00", "from_day": "2026-10-11",
		"data_kinds": []string{"phones", "names"}, "people": 300, "harm": "收信人可能收到骚扰短信", "measures": "已联系对方删除并取得确认；请提醒收信人警惕陌生来电", "customers": customers,
	}
}

// leaking is a world on the morning of 12 October, with a customer and one of its people.
func leaking(t *testing.T) (w *World, customer string) {
	w = start(t, "2026-10-12 08:00")
	w.hire(everyone...)
	customer, _ = w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	w.hireFor("yunfan", customer, "customer")
	return w, customer
}

// dutyOf finds a duty by its kind and customer.
func dutyOf(t *testing.T, l JSON, kind, customer string) JSON {
	t.Helper()
	for _, d := range l.list("duties") {
		if d.str("kind") == kind && (customer == "" || d.str("customer_id") == customer) {
			return d
		}
	}
	t.Fatalf("no duty %s %s in %v", kind, customer, l)
	return nil
}

// merged is one object with the fields of another over it.
func merged(a, b JSON) JSON {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func TestLeak_isToldInTimeAndClosedByAnotherPerson(t *testing.T) {
	t.Parallel()
	w, customer := leaking(t)
	second, _ := w.customer("成都锦里商贸有限公司", "91510100MA6DEM1015", "锦里商贸")
	lead, reviewer, yunfan := w.as("compliance_lead"), w.as("compliance_reviewer"), w.as("yunfan")

	// 12 October 11:00: recorded an hour after it was noticed. The clocks run from its noticing.
	w.to("2026-10-12 11:00")
	lead.refused(422, "/leaks", JSON{"severity": "general", "title": "x", "description": "x", "noticed_at": "2026-10-12T12:00:00+08:00", "data_kinds": []string{"moods"}, "harm": "x", "measures": "x"}, "leak.invalid")
	w.as("finance").refused(403, "/leaks", leaked(), "auth.forbidden")
	l := lead.post(201, "/leaks", leaked(JSON{"customer_id": customer, "people": 300}))
	id, path := l.str("id"), "/leaks/"+l.str("id")
	if l.str("number") != "SJ-2026-0001" || len(l.list("duties")) != 3 {
		t.Fatalf("recorded as %v", l)
	}
	for kind, due := range map[string]string{"authority": "2026-10-13T10:00", "customer": "2026-10-13T10:00", "persons": "2026-10-15T10:00"} {
		if d := dutyOf(t, l, kind, ""); !strings.HasPrefix(d.str("due_at"), due) || d.str("basis") == "" {
			t.Errorf("%s is due %s by %q", kind, d.str("due_at"), d.str("basis"))
		}
	}

	// 13:00: it is graver. The authority must have it within four hours of the noticing; a second customer is found, with its time from now.
	w.to("2026-10-12 13:00")
	graver := leaked(JSON{"customer_id": customer, "people": 300}, JSON{"customer_id": second})
	graver["severity"] = "large"
	if e := lead.call(409, "PUT", path+"?version=9", graver); e.str("code") != "leak.stale" {
		t.Errorf("%v", e)
	}
	l = lead.call(200, "PUT", path+"?version=1", graver)
	if d := dutyOf(t, l, "authority", ""); !strings.HasPrefix(d.str("due_at"), "2026-10-12T14:00") {
		t.Errorf("the authority is told by %s", d.str("due_at"))
	}
	if d := dutyOf(t, l, "customer", second); !strings.HasPrefix(d.str("due_at"), "2026-10-13T01:00") {
		t.Errorf("the second customer is told by %s", d.str("due_at"))
	}

	// 15:00: the customers are told. The first reads it; the second has nobody in the portal: a call waits for sales.
	w.to("2026-10-12 15:00")
	lead.post(200, path+"/tell-customers", JSON{})
	lead.refused(409, path+"/tell-customers", JSON{}, "leak.nobody")
	inbox := yunfan.get("/notices")
	if inbox.str("items.0.kind") != "leak_customer" || !strings.Contains(inbox.str("items.0.text"), "手机号码") || !strings.Contains(inbox.str("items.0.text_en"), "phone numbers") || strings.Contains(inbox.str("items.0.link"), "leaks") {
		t.Fatalf("the customer reads %v", inbox)
	}
	yunfan.post(200, "/notices/"+inbox.str("items.0.id")+"/read", nil)
	l = reviewer.get(path)
	if d := dutyOf(t, l, "customer", customer); d.str("state") != "done" || d.at("reached") != true || d.str("proof.read_at") == "" {
		t.Errorf("the first customer: %v", d)
	}
	if d := dutyOf(t, l, "customer", second); d.str("state") != "done" || d.at("reached") != false {
		t.Errorf("the second customer: %v", d)
	}
	if calls := w.as("sales").get("/call-tasks"); calls.num("total") != 2 {
		t.Errorf("calls: %v", calls)
	}
	yunfan.call(403, "GET", path, nil)

	// 16:00: the authority is told, two hours late; without a proof that does not count.
	w.to("2026-10-12 16:00")
	authority := dutyOf(t, l, "authority", "").str("id")
	telling := JSON{"at": "2026-10-12T15:50:00+08:00", "told": "四川省通信管理局", "way": "网络安全事件报送系统", "reference": "BS-20261012-01"}
	lead.refused(422, path+"/duties/"+authority+"/meet", merged(telling, JSON{"document_id": ""}), "leak.invalid")
	l = lead.post(200, path+"/duties/"+authority+"/meet", merged(telling, JSON{"document_id": lead.upload("回执.pdf", "leak", pdf("received"))}))
	if d := dutyOf(t, l, "authority", ""); d.str("state") != "done" || d.at("late") != true || len(l.list("files")) != 1 {
		t.Errorf("the authority: %v", d)
	}
	lead.refused(409, path+"/duties/"+authority+"/meet", merged(telling, JSON{"document_id": lead.upload("又.pdf", "leak", pdf("again"))}), "leak.state")

	// 13 October: contained; persons need not be told. It can't be closed before the final report.
	w.to("2026-10-13 09:00")
	lead.refused(409, path+"/ask-close", JSON{"outcome": "real", "conclusion": "结束"}, "leak.state")
	l = lead.post(200, path+"/contain", JSON{"measures": "对方已删除并出具确认函"})
	summary := dutyOf(t, l, "summary", "")
	if !strings.HasPrefix(summary.str("due_at"), "2026-11-12T09:00") {
		t.Errorf("the final report is due %s", summary.str("due_at"))
	}
	lead.refused(409, path+"/duties/"+summary.str("id")+"/waive", JSON{"reason": "不必"}, "leak.waive")
	lead.post(200, path+"/duties/"+dutyOf(t, l, "persons", "").str("id")+"/waive", JSON{"reason": "文件加密且对方已删除，危害已有效避免"})
	lead.refused(409, path+"/ask-close", JSON{"outcome": "real", "conclusion": "结束"}, "leak.duties")

	// 20 October: the final report is sent. The lead asks to close it and can't decide that; the reviewer closes it.
	w.to("2026-10-20 10:00")
	lead.post(200, path+"/duties/"+summary.str("id")+"/meet", JSON{"at": "2026-10-20T09:30:00+08:00", "told": "四川省通信管理局", "way": "网络安全事件报送系统", "document_id": lead.upload("总结.pdf", "leak", pdf("summary"))})
	lead.post(200, path+"/ask-close", JSON{"outcome": "real", "conclusion": "误发邮件，已改为平台内交换"})
	lead.refused(403, path+"/decide-close", JSON{"approve": true, "note": "好"}, "leak.own")
	reviewer.post(200, path+"/decide-close", JSON{"approve": false, "note": "请补充培训记录"})
	if l = reviewer.get(path); l.str("state") != "contained" {
		t.Fatalf("sent back to %s", l.str("state"))
	}
	lead.post(200, path+"/ask-close", JSON{"outcome": "real", "conclusion": "误发邮件，已改为平台内交换；培训记录已附"})
	if l = reviewer.post(200, path+"/decide-close", JSON{"approve": true, "note": "核对无误"}); l.str("state") != "closed" || len(l.list("available_actions")) != 0 {
		t.Errorf("closed as %v", l)
	}
	lead.refused(409, path+"/add-file", JSON{"document_id": lead.upload("迟.pdf", "leak", pdf("late"))}, "leak.state")
	if log := w.as("auditor").get("/audit?object_type=leak&object_id=" + id); log.num("total") < 10 {
		t.Errorf("audit rows: %v", log.num("total"))
	}
	w.verify()
}

func TestLeak_thatIsLateIsRemindedOfOnceADay(t *testing.T) {
	t.Parallel()
	w, customer := leaking(t)
	lead := w.as("compliance_lead")
	due := func() (n int) {
		for _, i := range lead.get("/notices?limit=200").list("items") {
			if i.str("kind") == "leak_due" {
				n++
			}
		}
		return n
	}

	// 12 October 15:00: recorded. Nothing is due before the next morning.
	w.to("2026-10-12 15:00")
	l := lead.post(201, "/leaks", leaked(JSON{"customer_id": customer}))
	if n := due(); n != 0 {
		t.Errorf("%d reminders at once", n)
	}
	// 14 October: authority and customer are late: one reminder each on the 14th, and again on the 15th, when the persons' time ends, too.
	w.to("2026-10-14 09:00")
	first := due()
	if first < 2 {
		t.Errorf("%d reminders of what is late since the 13th", first)
	}
	w.to("2026-10-14 18:00")
	if n := due(); n != first {
		t.Errorf("%d reminders later on the same day, %d before", n, first)
	}
	w.to("2026-10-15 12:00")
	if n := due(); n <= first {
		t.Errorf("%d reminders on the next day", n)
	}
	// 16 October: nothing had got out after all; with that it is closed, and what was due falls away.
	w.to("2026-10-16 09:00")
	path := "/leaks/" + l.str("id")
	lead.post(200, path+"/ask-close", JSON{"outcome": "none", "conclusion": "日志证实文件没有离开内网"})
	l = w.as("compliance_reviewer").post(200, path+"/decide-close", JSON{"approve": true, "note": "核对日志无误"})
	for _, d := range l.list("duties") {
		if d.str("state") != "waived" {
			t.Errorf("%s is %s", d.str("kind"), d.str("state"))
		}
	}
	before := due()
	w.to("2026-10-18 09:00")
	if n := due(); n != before {
		t.Errorf("%d reminders of a closed leak", n-before)
	}
	w.verify()
}

func TestLeakDeadlines_areDataFromADayOn(t *testing.T) {
	t.Parallel()
	w, _ := leaking(t)
	lead := w.as("compliance_lead")
	w.to("2026-10-12 11:00")
	var lines []JSON
	for _, d := range lead.get("/leak-deadlines").list("items") {
		hours := d.num("hours")
		if d.str("duty") == "authority" {
			hours = 1
		}
		lines = append(lines, JSON{"duty": d.str("duty"), "severity": d.str("severity"), "hours": hours, "basis": d.str("basis")})
	}
	w.as("compliance_reviewer").call(403, "PUT", "/leak-deadlines", JSON{"from": "2026-10-13", "reason": "新规", "deadlines": lines})
	if e := lead.call(422, "PUT", "/leak-deadlines", JSON{"from": "2026-10-13", "reason": "新规", "deadlines": lines[1:]}); e.str("code") != "leak.deadline" {
		t.Errorf("%v", e)
	}
	lead.call(200, "PUT", "/leak-deadlines", JSON{"from": "2026-10-13", "reason": "新规", "deadlines": lines})
	// What was noticed on the 12th keeps its 24 hours; on the 13th it is one.
	old := lead.post(201, "/leaks", leaked())
	w.to("2026-10-13 11:00")
	later := leaked()
	later["noticed_at"] = "2026-10-13T10:30:00+08:00"
	for _, c := range []struct {
		leak JSON
		due  string
	}{{old, "2026-10-13T10:00"}, {lead.post(201, "/leaks", later), "2026-10-13T11:30"}} {
		if d := dutyOf(t, c.leak, "authority", ""); !strings.HasPrefix(d.str("due_at"), c.due) {
			t.Errorf("due %s, want %s", d.str("due_at"), c.due)
		}
	}
	w.verify()
}
