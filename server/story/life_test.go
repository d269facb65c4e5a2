package story_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// state is where a contract stands, with the reasons of a suspension behind it.
func (w *World) state(contract string) string {
	w.t.Helper()
	c := w.as("sales").get("/contracts/" + contract)
	s := c.str("state")
	for i := range c.list("suspensions") {
		if c.str(fmt.Sprintf("suspensions.%d.lifted_on", i)) == "" {
			s += " " + c.str(fmt.Sprintf("suspensions.%d.reason", i))
		}
	}
	return s
}

// is checks where contracts stand now.
func (w *World) is(want string, contracts ...string) {
	w.t.Helper()
	for i, c := range contracts {
		if s := w.state(c); s != want {
			w.t.Errorf("%s: contract %d is %q, want %q", w.App.Clock.Instant(), i, s, want)
		}
	}
}

// owes checks the total of the bill of a month, in yuan.
func (w *World) owes(contract, month, yuan string) JSON {
	w.t.Helper()
	b := w.bill(contract, month)
	if got := fmt.Sprintf("%d.%02d", b.num("total_fen")/100, b.num("total_fen")%100); got != yuan {
		w.t.Errorf("the bill of %s is %s, want %s: %v", month, got, yuan, b.list("lines"))
	}
	return b
}

func TestLife_aPlanChangeAskedOnDay20AndOneOnDay21(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales := w.as("sales")
	early, late := w.agreed(w.payer(1), "2026-10-01", "2027-09-30", nil), w.agreed(w.payer(2), "2026-10-01", "2027-09-30", nil)
	bigger := JSON{"terms": JSON{"rent_fen": 20000, "included": 3000, "overage": "0.08"}, "reason": "业务增长"}

	w.to("2026-11-20 10:00") // 20 Nov: in time for December
	a := sales.post(201, "/contracts/"+early+"/plan-changes", bigger)
	if a.str("effective_from") != "2026-12-01" || a.str("changes.0.was") != "100.00" || a.str("changes.0.is") != "200.00" {
		t.Errorf("asked on the 20th: %v", a)
	}
	if form := sales.raw("/attachments/" + a.str("form_attachment_id")); !bytes.HasPrefix(form, []byte("%PDF-")) {
		t.Error("the form is no PDF")
	}
	w.to("2026-11-21 10:00") // 21 Nov: a day late, so from January
	if a := sales.post(201, "/contracts/"+late+"/plan-changes", bigger); a.str("effective_from") != "2027-01-01" {
		t.Errorf("asked on the 21st: %v", a)
	}
	sales.refused(409, "/contracts/"+late+"/plan-changes", JSON{"terms": JSON{"rent_fen": 10000}}, "contract.no_change")
	sales.refused(422, "/contracts/"+late+"/plan-changes", JSON{"terms": JSON{"grace_days": 30}}, "contract.amendment")
	w.to("2026-12-01 00:01") // 1 Dec: November is billed as before
	w.owes(early, "2026-11", "100.00")
	w.owes(late, "2026-11", "100.00")
	w.used(early, "2026-12-05", 3100)
	w.used(late, "2026-12-05", 3100)
	w.to("2027-01-01 00:01")           // 1 Jan: December by the new plan for one, by the old for the other
	w.owes(early, "2026-12", "208.00") // 200 + 100 × 0.08
	w.owes(late, "2026-12", "278.50")  // 100 + 2100 × 0.085
	w.to("2027-02-01 00:01")           // 1 Feb
	w.owes(late, "2027-01", "200.00")
	for on, rent := range map[string]float64{"2026-11-30": 10000, "2026-12-01": 20000} {
		if d := sales.get("/contracts/" + early + "/terms?on=" + on); d.at("plan.rent_fen") != rent {
			t.Errorf("the rent of %s: %v", on, d.at("plan.rent_fen"))
		}
	}
	w.sound()
}

func TestLife_aSupplementChangesAPriceFromADay(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales, compliance := w.as("sales"), w.as("compliance_reviewer")
	c := w.agreed(w.payer(1), "2026-10-01", "2027-09-30", JSON{"included": "0", "daily_cap": "5000"})
	path := "/contracts/" + c + "/supplements"
	w.to("2026-11-05 10:00") // 5 Nov: October is billed; the cure says from when on it can be
	refused := sales.refused(422, path, JSON{"terms": JSON{"overage": "0.07"}, "effective_from": "2026-10-15"}, "contract.amendment")
	if refused.str("errors.0.code") != "billed" || !strings.Contains(refused.str("errors.0.detail"), "2026-11-01") {
		t.Errorf("the first possible day is not told: %v", refused)
	}
	w.used(c, "2026-11-10", 100)
	s := sales.post(201, path, JSON{"terms": JSON{"overage": "0.07", "rent_fen": 7000}, "effective_from": "2026-11-16", "reason": "量大优惠"})
	act := "/contracts/" + c + "/amendments/" + s.str("id")
	if s.str("state") != "draft" || !bytes.HasPrefix(sales.raw("/attachments/"+s.str("form_attachment_id")), []byte("%PDF-")) {
		t.Errorf("the draft: %v", s)
	}
	sales.refused(422, act+"/sign", JSON{"customer_signer": "王芳"}, "contract.invalid")
	sales.post(200, act+"/sign", JSON{"customer_signer": "王芳", "provider_signer": "赵强", "signed_on": "2026-11-05", "attachment_id": sales.upload("补充协议.pdf", "contract_scan", pdf("s"))})
	w.to("2026-11-12 10:00") // 12 Nov: the second person has compared the scan
	if s := compliance.post(200, act+"/confirm", nil); s.str("state") != "agreed" {
		t.Errorf("confirmed: %v", s)
	}
	compliance.refused(409, act+"/confirm", nil, "contract.amendment_state")
	w.used(c, "2026-11-20", 100)
	w.to("2026-12-01 00:01") // 1 Dec: 15 days at 100.00, 15 at 70.00; 100 × 0.085 and 100 × 0.07
	b := w.owes(c, "2026-11", "100.50")
	if n := len(b.list("lines")); n != 4 {
		t.Errorf("%d lines: %v", n, b.list("lines"))
	}
	d := sales.get("/contracts/" + c + "/terms?on=2026-11-16")
	if d.str("source") != "supplement" || d.str("from") != "2026-11-16" || d.at("served") != true || len(d.list("versions")) != 2 {
		t.Errorf("the terms of the day: %v", d)
	}
	if d := sales.get("/contracts/" + c + "/terms?on=2026-11-15"); d.str("source") != "contract" || d.str("plan.overage") != "0.085" {
		t.Errorf("the day before: %v", d)
	}
	w.sound()
}

func TestLife_renewalBothWays(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales := w.as("sales")
	auto := JSON{"auto_renew": "yes", "renew_years": "1", "objection_days": "30"}
	payer := w.payer(1)
	goes, objected, plain := w.agreed(payer, "2026-10-01", "2026-12-31", auto), w.agreed(w.payer(2), "2026-10-01", "2026-12-31", auto), w.agreed(w.payer(3), "2026-10-01", "2026-12-31", nil)
	if c := sales.get("/contracts/" + goes); c.str("life.object_until") != "2026-12-01" || c.str("life.renews_until") != "2027-12-31" {
		t.Errorf("%v", c.at("life"))
	}
	w.pay(payer, "500.00", "2026-10-01") // the one that goes on pays ahead
	w.to("2026-12-01 10:00")             // 1 Dec = 31 Dec − 30: the last day
	if c := sales.post(200, "/contracts/"+objected+"/object-renewal", JSON{"by": "customer", "reason": "业务调整"}); c.str("life.objected_on") != "2026-12-01" {
		t.Errorf("%v", c.at("life"))
	}
	w.to("2026-12-02 10:00") // 2 Dec: too late; the answer says until when it was possible
	if r := sales.refused(409, "/contracts/"+goes+"/object-renewal", JSON{"by": "customer"}, "contract.objection_late"); !strings.Contains(r.str("detail"), "2026-12-01") {
		t.Errorf("%v", r)
	}
	kinds := ""
	for _, n := range sales.get("/notices?limit=200").list("items") {
		kinds += n.str("kind") + " "
	}
	for _, kind := range []string{"renewal_due", "renewal_task", "renewal_objection", "renewal_objected"} {
		if !strings.Contains(kinds, kind) {
			t.Errorf("nobody was told %s: %s", kind, kinds)
		}
	}
	w.to("2027-01-01 00:01") // 1 Jan: one goes on on the same terms, the others have ended
	w.is("active", goes)
	w.is("expired", objected, plain)
	if c := sales.get("/contracts/" + goes); c.str("end") != "2027-12-31" || c.num("life.renewals") != 1 || c.str("life.term_from") != "2027-01-01" || c.str("life.amendments.0.kind") != "renewal" {
		t.Errorf("%v", c.at("life"))
	}
	w.to("2027-02-01 00:01")
	w.owes(goes, "2027-01", "100.00")
	if n := len(w.as("finance").get("/bills?contract_id=" + plain + "&month=2027-01").list("items")); n > 0 {
		t.Error("billed after its end")
	}
	w.sound()
}

func TestLife_everyCauseOfTerminationHasItsClock(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	lead, compliance, finance := w.as("compliance_lead"), w.hireFor("second", "", "compliance_lead"), w.as("finance")
	causes := []string{"mutual", "notice", "breach", "insolvency", "force_majeure", "policy", "illegal_content", "complaints"}
	of := map[string]string{}
	payers := map[string]string{}
	for n, cause := range append(causes, "cured", "rejected") {
		payers[cause] = w.payer(n + 1)
		of[cause] = w.agreed(payers[cause], "2026-10-01", "2027-09-30", JSON{"first_month": "daily"})
	}
	w.to("2026-11-10 10:00") // 10 Nov: all are asked to end
	decide := map[string]string{}
	for _, cause := range causes {
		c := lead.post(200, "/contracts/"+of[cause]+"/terminate", JSON{"cause": cause, "reason": "测试 " + cause})
		decide[cause] = "/contracts/" + of[cause] + "/terminations/" + c.str("life.terminations.0.id")
	}
	w.is("terminated", of["mutual"], of["notice"])
	w.is("suspended content", of["illegal_content"]) // the sending stops before the second person has decided
	w.is("active", of["breach"], of["insolvency"], of["force_majeure"], of["policy"], of["complaints"])
	for _, cause := range causes[2:] {
		lead.refused(403, decide[cause]+"/approve", nil, "contract.own_ending")
		compliance.post(200, decide[cause]+"/approve", nil)
	}
	w.is("terminated", of["mutual"], of["notice"], of["policy"], of["illegal_content"], of["complaints"])
	w.is("active", of["breach"], of["insolvency"], of["force_majeure"])
	for _, cause := range []string{"cured", "rejected"} {
		c := lead.post(200, "/contracts/"+of[cause]+"/terminate", JSON{"cause": "breach", "reason": "未报备"})
		decide[cause] = "/contracts/" + of[cause] + "/terminations/" + c.str("life.terminations.0.id")
	}
	compliance.post(200, decide["rejected"]+"/reject", JSON{"reason": "证据不足"})
	c := compliance.post(200, decide["cured"]+"/approve", nil)
	if c.str("life.terminations.0.ends_on") != "2026-12-10" || c.str("ends_on") != "2026-12-09" || !strings.Contains(fmt.Sprint(c.at("available_actions")), "cure") {
		t.Errorf("the clock of a breach: %v", c.at("life.terminations.0"))
	}
	if notice := lead.raw("/attachments/" + c.str("life.terminations.0.notice_attachment_id")); !bytes.HasPrefix(notice, []byte("%PDF-")) {
		t.Error("the notice is no PDF")
	}
	w.to("2026-11-23 10:00")
	w.is("active", of["insolvency"])
	w.to("2026-11-24 00:01") // 24 Nov 00:00 = 10 Nov + 14
	w.is("terminated", of["insolvency"])
	lead.post(200, "/contracts/"+of["cured"]+"/cure", JSON{"reason": "已补报"})
	lead.refused(409, "/contracts/"+of["cured"]+"/cure", JSON{"reason": "再来"}, "contract.not_curable")

	w.to("2026-12-01 00:01") // 1 Dec: final bills: 10 of 30 days, 23 of 30 days
	for _, cause := range []string{"mutual", "notice", "policy", "illegal_content", "complaints"} {
		w.owes(of[cause], "2026-11", "33.33")
	}
	w.owes(of["insolvency"], "2026-11", "76.67")
	w.to("2026-12-02 10:00")
	w.pay(payers["mutual"], "200.00", "2026-12-02") // October with its late fee, and November
	w.to("2026-12-03 00:01")                        // final bill made, nothing owed, no deposit: the file is closed
	w.is("closed", of["mutual"])
	w.is("terminated", of["notice"])
	w.to("2026-12-10 00:01") // 10 Dec 00:00 = 10 Nov + 30
	w.is("terminated", of["breach"])
	if s := w.state(of["cured"]); !strings.HasPrefix(s, "active") && s != "suspended non_payment" {
		t.Errorf("cured: %s", s)
	}
	w.to("2027-01-09 00:01") // 9 Jan 00:00 = 10 Nov + 60
	w.is("terminated", of["force_majeure"])
	if c := lead.get("/contracts/" + of["force_majeure"]); c.str("ended_on") != "2027-01-08" {
		t.Errorf("last day of force majeure: %s", c.str("ended_on"))
	}
	if c := lead.get("/contracts/" + of["rejected"]); c.str("life.terminations.0.state") != "rejected" || c.str("ends_on") != "" {
		t.Errorf("rejected: %v", c.at("life.terminations.0"))
	}
	if n := len(finance.get("/bills?contract_id=" + of["mutual"]).list("items")); n != 2 {
		t.Errorf("%d bills of a contract that was closed", n)
	}
	w.sound()
}

func TestLife_nonPaymentEndsAContractSixtyDaysAfterItsSuspension(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	c, payer := "", w.payer(1)
	c = w.agreed(payer, "2026-10-01", "2027-09-30", nil)
	w.term(c, `"terminate_after_suspended_days":0`, `"terminate_after_suspended_days":60`)
	w.to("2026-11-26 00:01") // 26 Nov 00:00: suspended
	w.is("suspended non_payment", c)
	w.to("2027-01-24 23:00") // the 60th day
	w.is("suspended non_payment", c)
	w.to("2027-01-25 00:01") // 25 Jan 00:00
	w.is("terminated", c)
	w.to("2027-02-01 00:01") // the final bill
	w.owes(c, "2027-01", "100.00")
	w.to("2027-02-02 10:00")
	w.pay(payer, "1000.00", "2027-02-02")
	w.to("2027-02-03 00:01")
	w.is("closed", c)
	w.sound()
}

func TestLife_aLicenceGapAndASuspensionByHandLiftOnlyThemselves(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales, reviewer, lead := w.as("sales"), w.as("compliance_reviewer"), w.as("compliance_lead")
	payer := w.payer(1)
	c := w.agreed(payer, "2026-10-01", "2027-09-30", nil)
	icp := func(from, to string) string {
		return sales.post(201, "/customers/"+payer+"/licences", JSON{"kind": "icp", "number": "滇ICP备1号", "issuer": "通信管理局", "valid_from": from, "valid_to": to,
			"attachment_id": sales.upload("icp.pdf", "licence", pdf("icp"))}).str("id")
	}
	reviewer.post(200, "/licences/"+icp("2026-01-01", "2026-11-05")+"/verify", nil)
	reviewer.post(200, "/contracts/"+c+"/required-licences", JSON{"kind": "icp", "reason": "含网址的短信"})
	w.is("active", c)
	w.to("2026-11-03 10:00") // 3 Nov: somebody sees something
	reviewer.post(200, "/contracts/"+c+"/suspend", JSON{"reason": "behaviour", "evidence": "夜间发送量激增"})
	reviewer.refused(403, "/contracts/"+c+"/lift", JSON{"reason": "behaviour", "evidence": "查清"}, "contract.own_suspension")
	w.to("2026-11-06 00:01") // 6 Nov: the day after the licence's last
	w.is("suspended behaviour licence", c)
	lead.post(200, "/contracts/"+c+"/lift", JSON{"reason": "behaviour", "evidence": "客户已说明"})
	w.is("suspended licence", c)
	w.to("2026-11-09 10:00") // 9 Nov: a new one is verified
	id := icp("2026-11-06", "2029-11-05")
	w.is("suspended licence", c)
	reviewer.post(200, "/licences/"+id+"/verify", nil)
	w.is("active", c)
	w.sound()
}
