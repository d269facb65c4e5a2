package story_test

import (
	"bytes"
	"strings"
	"testing"
)

func TestAQualityReport_tellsTheCustomerOfItsMonth(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-09-28 09:00")
	w.hire(everyone...)
	sales, lead := w.as("sales"), w.as("compliance_lead")
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-10-01", "2027-09-30", nil))
	w.to("2026-09-29 10:00")
	w.as("finance").post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-09-29", "method": "transfer", "reference": "D-1"})
	send := func(name string, n int) {
		order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
		batch := w.submit("sales", order, name, rows(n))
		w.work()
		w.approve("compliance_reviewer", batch)
		for range 3 {
			w.work()
		}
	}

	// 10 October: 400 messages. 20 October: the platform is down for 30 hours, by our fault.
	w.to("2026-10-10 10:00")
	send("十月.csv", 400)
	w.to("2026-10-20 00:10")
	w.work()
	broken := lead.post(201, "/announcements", JSON{
		"kind": "unplanned", "title_zh": "平台中断", "title_en": "The platform is down", "reason_zh": "核心交换机故障", "reason_en": "A core switch failed",
		"starts_at": "2026-10-20T00:00:00+08:00", "ends_at": "2026-10-20T08:00:00+08:00", "fault": true,
	}).str("id")
	lead.post(200, "/announcements/"+broken+"/publish", nil)
	w.to("2026-10-21 06:30")
	lead.post(200, "/announcements/"+broken+"/end", JSON{"ended_at": "2026-10-21T06:00:00+08:00", "zh": "已恢复", "en": "Back"})

	// 1 to 3 November: receipts of October may still come; there is no report yet. 4 November: it is drawn up and announced.
	w.to("2026-11-03 23:00")
	if got := sales.get("/quality-reports").num("total"); got != 0 {
		t.Fatalf("%d reports before their day", got)
	}
	w.to("2026-11-04 09:00")
	list := sales.get("/quality-reports")
	if list.num("total") != 1 || list.str("items.0.period") != "2026-10" || list.str("items.0.number") != "Q-202610-000001" {
		t.Fatalf("%v", list)
	}
	october := sales.get("/quality-reports/" + list.str("items.0.id"))
	if d, f := october.num("month.delivered"), october.num("month.failed"); d == 0 || d+f+october.num("month.unknown") != 400 {
		t.Errorf("what became of 400: %v", october["month"])
	}
	if october.str("outages.0.title_zh") != "平台中断" || october.num("outages.0.minutes") != 1800 || october.num("outages.0.credit_days") != 2 || october.num("month.outage_minutes") != 1800 {
		t.Errorf("the outage: %v", october["outages"])
	}
	if october["before"] != nil || october.num("month.p50_s") == 0 || len(october.list("delays")) == 0 || len(october.list("codes")) == 0 {
		t.Errorf("%v", october)
	}
	client := w.hireFor("client", customer, "customer")
	told := 0
	for _, n := range client.get("/notices").list("items") {
		if strings.Contains(n.str("title"), "2026年10月服务质量报告") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the customer was told %d times", told)
	}
	w.verify()

	// 20 November: 100 more. 4 December: the report of November stands beside October's figures; the first one stays as it was.
	w.to("2026-11-20 10:00")
	send("十一月.csv", 100)
	w.to("2026-12-04 09:00")
	client, sales = w.again("client"), w.again("sales")
	list = client.get("/quality-reports")
	if list.num("total") != 2 || list.str("items.0.period") != "2026-11" {
		t.Fatalf("%v", list)
	}
	november := client.get("/quality-reports/" + list.str("items.0.id"))
	if november.num("before.delivered") != october.num("month.delivered") || november.num("before.outage_minutes") != 1800 || november.num("month.outages") != 0 {
		t.Errorf("beside October: %v", november["before"])
	}
	if again := sales.get("/quality-reports/" + october.str("id")); again.str("hash") != october.str("hash") {
		t.Error("October's report has changed")
	}
	if pdf := sales.raw("/quality-reports/" + october.str("id") + "/document"); !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("%%EOF")) {
		t.Error("the report is no PDF")
	}
	w.verify()
}
