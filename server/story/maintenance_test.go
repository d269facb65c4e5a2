package story_test

import (
	"strings"
	"testing"
)

// maintained is a maintenance agreement in force for a lump sum with one visit included, and one of the customer's people.
func (w *World) maintained() (customer, contract string, client *Person) {
	w.t.Helper()
	customer, _ = w.customer("成都锦里商贸有限公司", "91510107MA6CDEMK88", "锦里商贸")
	w.hireFor("client", customer, "customer")
	sales, compliance := w.as("sales"), w.as("compliance_reviewer")
	contract = sales.post(201, "/contracts", JSON{"customer_id": customer, "template_id": "maintenance", "values": JSON{
		"start_date": "2026-09-14", "end_date": "2027-09-13", "servers": "短信应用服务器两台", "charge_model": "lump_sum", "lump_sum": "6000.00", "visits_included": "1", "visit_fee": "300.00",
		"incident_hours": "2", "change_answer_days": "3", "support_from": "09:00", "support_to": "18:00", "signing_place": "成都市锦江区", "jurisdiction": "court", "jurisdiction_name": "成都市锦江区人民法院",
	}}).str("id")
	sales.post(200, "/contracts/"+contract+"/submit", nil)
	compliance.post(200, "/contracts/"+contract+"/approve", JSON{})
	sales.post(200, "/contracts/"+contract+"/sign", JSON{"customer_signer": "吴岚", "provider_signer": "陈立群", "signed_on": "2026-09-14", "attachment_id": sales.upload("合同扫描件.pdf", "contract_scan", pdf("signed"))})
	compliance.post(200, "/contracts/"+contract+"/confirm-signing", JSON{})
	return customer, contract, w.as("client")
}

func TestMaintenance_clocksOfWorkingDaysVisitsAndSilence(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-09-14 09:00")
	w.hire(everyone...)
	_, contract, client := w.maintained()
	w.is("active", contract)
	sales := w.as("sales")

	// 2026-09-14: the annex, then a second version of it.
	server := JSON{"name": "SMS-01", "model": "戴尔 R740", "serial": "7XK2L13", "system": "Debian 12", "address": "10.0.8.11", "place": "昆明机房", "use": "应用", "keeper": "吴岚"}
	sales.post(201, "/contracts/"+contract+"/server-sheets", JSON{"servers": []JSON{server}})
	sales.refused(409, "/contracts/"+contract+"/server-sheets", JSON{"servers": []JSON{server}, "reason": "无"}, "maintenance.same_sheet")
	server["system"] = "Debian 13"
	second := sales.post(201, "/contracts/"+contract+"/server-sheets", JSON{"servers": []JSON{server}, "reason": "升级系统"})
	if second.num("version") != 2 || !strings.HasPrefix(string(client.raw("/attachments/"+second.str("document_id"))), "%PDF-") {
		t.Fatalf("%v", second)
	}

	// 2026-09-29 16:00, a Tuesday before the National Day: three working days are 30 September, 8 and 9 October.
	w.to("2026-09-29 16:00")
	request := client.post(201, "/contracts/"+contract+"/change-requests", JSON{"title": "增加应用服务器", "text": "国庆后扩容"})
	if request.str("due_on") != "2026-10-09" || request.str("channel") != "portal" {
		t.Fatalf("%v", request)
	}
	path := "/change-requests/" + request.str("id")
	// 2026-09-30: it is a large one.
	w.to("2026-09-30 10:00")
	sales.post(200, path+"/extension", JSON{"until": "2026-10-16", "reason": "须停机演练"})
	if r := client.post(200, path+"/extension/decision", JSON{"yes": true}); r.str("due_on") != "2026-10-16" {
		t.Fatalf("%v", r)
	}
	// 2026-10-12: answered in time, with a fee; the customer agrees, and it is done on the 14th.
	w.to("2026-10-12 10:00")
	sales.post(200, path+"/answer", JSON{"feasible": true, "text": "可行，需两天", "fee_fen": 120000, "work_days": 2})
	sales.refused(422, path+"/decision", JSON{"yes": true}, "maintenance.invalid") // how did the customer say so?
	client.post(200, path+"/decision", JSON{"yes": true})
	w.to("2026-10-14 17:00")
	sales.post(200, path+"/finish", JSON{"note": "扩容完成并通过测试"})

	// 2026-10-15 17:30: an incident; two support hours end the next morning.
	w.to("2026-10-15 17:30")
	incident := client.post(201, "/contracts/"+contract+"/maintenance-incidents", JSON{"title": "磁盘告警", "text": "SMS-01 告警", "object": "SMS-01"})
	if !strings.HasPrefix(incident.str("respond_by"), "2026-10-16T10:30") {
		t.Fatalf("%v", incident)
	}
	sales.post(200, "/maintenance-incidents/"+incident.str("id")+"/accept", JSON{"note": "已远程接入"})

	// 2026-10-16: two visits on one day; the first is included in the lump sum, the second is not.
	w.to("2026-10-16 15:00")
	var visits []JSON
	for range 2 {
		v := sales.post(201, "/contracts/"+contract+"/maintenance-visits", JSON{"planned_on": "2026-10-16", "purpose": "更换硬盘", "engineer": "赵强", "origin_id": incident.str("id")})
		visits = append(visits, sales.post(200, "/maintenance-visits/"+v.str("id")+"/report", JSON{
			"on": "2026-10-16", "arrived": "09:30", "left": "11:00", "engineer": "赵强", "work": []JSON{{"object": "SMS-01", "work": "更换 2 号硬盘", "result": "正常"}}, "result": "故障排除",
		}))
	}
	if visits[0].num("fee_fen") != 0 || visits[1].num("fee_fen") != 30000 || visits[1].str("confirm_by") != "2026-10-21" {
		t.Fatalf("%v", visits)
	}
	client.post(200, "/maintenance-visits/"+visits[0].str("id")+"/confirmation", JSON{"yes": true})
	sales.post(200, "/maintenance-incidents/"+incident.str("id")+"/resolve", JSON{"cause": "2 号硬盘损坏", "prevention": "更换同批次硬盘"})
	client.post(200, "/maintenance-incidents/"+incident.str("id")+"/close", JSON{"note": "正常了"})
	// 2026-10-22: nobody objected to the second report within three working days: it counts as confirmed.
	w.to("2026-10-22 09:00")
	if v := client.get("/maintenance-visits?contract_id=" + contract + "&state=confirmed"); v.num("total") != 2 {
		t.Fatalf("%v", v)
	}
	record := sales.post(201, "/contracts/"+contract+"/service-records", JSON{"kind": "training", "on": "2026-10-21", "title": "运维培训", "who": "赵强"})
	client.post(200, "/service-records/"+record.str("id")+"/acceptance", JSON{"yes": true})

	// 2026-11-01: the visit and the change stand on the bill of October.
	w.to("2026-11-01 06:00")
	bills := w.as("finance").get("/bills?contract_id=" + contract)
	total := int64(0)
	for _, b := range bills.list("items") {
		if b.str("month") == "2026-10" || strings.Contains(b.str("number"), "202610") {
			total += b.num("total_fen")
		}
	}
	if total != 30000+120000 {
		t.Errorf("the bills of October come to %d: %v", total, bills)
	}
	if report := client.raw("/contracts/" + contract + "/maintenance-report?from=2026-10-01&to=2026-10-31"); !strings.HasPrefix(string(report), "%PDF-") {
		t.Error("no report")
	}
	w.verify()
}

func TestAnnouncement_aPlannedAndAnUnplannedInterruption(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-10-01 09:00")
	w.hire(everyone...)
	customer, _ := w.customer("成都锦里商贸有限公司", "91510107MA6CDEMK88", "锦里商贸")
	w.hireFor("client", customer, "customer")
	contract := w.contract(customer, blanks("2026-10-01", "2027-09-30", JSON{"deposit": "0.00", "rent": "3000.00"}))
	w.is("active", contract)
	lead, second, client := w.as("sales_lead"), w.as("compliance_lead"), w.as("client")

	// 2026-10-12: work on the channel in four days; its writer can't publish it.
	w.to("2026-10-12 10:00")
	planned := lead.post(201, "/announcements", JSON{"kind": "planned", "title_zh": "移动通道割接", "title_en": "Work on the CMCC channel", "reason_zh": "运营商网络升级", "reason_en": "The carrier upgrades its network",
		"starts_at": "2026-10-16T00:00:00+08:00", "ends_at": "2026-10-16T04:00:00+08:00", "carriers": []string{"cmcc"}})
	lead.refused(403, "/announcements/"+planned.str("id")+"/publish", nil, "announcement.own")
	if a := second.post(200, "/announcements/"+planned.str("id")+"/publish", nil); a.num("told") != 1 || a.at("short_notice") != false {
		t.Fatalf("%v", a)
	}
	if now := client.get("/announcements/current"); now.num("total") != 1 || now.str("items.0.title_en") != "Work on the CMCC channel" {
		t.Fatalf("the banner: %v", now)
	}
	if inbox := client.get("/notices"); inbox.str("items.0.kind") != "interruption_announced" {
		t.Fatalf("the inbox: %v", inbox)
	}
	// 2026-10-16 05:00: it is over; four hours earn no credit.
	w.to("2026-10-16 05:00")
	second.post(200, "/announcements/"+planned.str("id")+"/end", JSON{"ended_at": "2026-10-16T03:30:00+08:00", "zh": "割接完成", "en": "Done"})
	if got := w.as("finance").call(409, "GET", "/announcements/"+planned.str("id")+"/credits", nil); got.str("code") != "announcement.no_credit" {
		t.Fatalf("%v", got)
	}

	// 2026-10-20 08:00: a switch has failed since 02:00; told at once by whoever knows. Back after 49 hours: three begun days.
	w.to("2026-10-20 08:00")
	broken := lead.post(201, "/announcements", JSON{"kind": "unplanned", "title_zh": "平台中断", "title_en": "The platform is down", "reason_zh": "核心交换机故障", "reason_en": "A core switch failed",
		"starts_at": "2026-10-20T02:00:00+08:00", "ends_at": "2026-10-20T12:00:00+08:00", "fault": true})
	lead.post(200, "/announcements/"+broken.str("id")+"/publish", nil)
	w.to("2026-10-22 09:00")
	lead.post(200, "/announcements/"+broken.str("id")+"/news", JSON{"zh": "备件已到", "en": "The spare part is here"})
	lead.post(200, "/announcements/"+broken.str("id")+"/end", JSON{"ended_at": "2026-10-22T03:00:00+08:00", "zh": "更换交换机后恢复", "en": "Back after a switch was replaced"})
	finance := w.as("finance")
	due := finance.get("/announcements/" + broken.str("id") + "/credits")
	if due.num("total") != 1 || due.num("items.0.days") != 3 || due.num("items.0.amount_fen") != 29032 { // 3,000.00 × 3 / 31
		t.Fatalf("%v", due)
	}
	given := finance.post(200, "/announcements/"+broken.str("id")+"/credits", JSON{"contract_ids": []string{contract}})
	if given.at("items.0.granted") != true || !strings.HasPrefix(string(client.raw("/attachments/"+given.str("items.0.document_id"))), "%PDF-") {
		t.Fatalf("%v", given)
	}
	// 2026-11-01: the credit stands on the bill of October.
	w.to("2026-11-01 06:00")
	bill := finance.get("/bills?contract_id=" + contract)
	if bill.num("items.0.total_fen") != 300000-29032 {
		t.Errorf("%v", bill)
	}
	w.verify()
}
