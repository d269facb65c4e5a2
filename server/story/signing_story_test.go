package story_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"sealgate/server/esign"
)

// buyer is a person of a customer who answers for it.
func (w *World) buyer(customer, login string) *Person {
	w.t.Helper()
	return w.hireFor(login, customer, "customer")
}

// signatory is a sales lead of the team of sales: who may sign for us what sales drew up.
func (w *World) signatory() *Person {
	w.t.Helper()
	w.hire("sales_lead")
	if _, err := w.App.DB.SQL().Exec("UPDATE users SET team = 'south' WHERE login IN ('sales', 'sales_lead')"); err != nil {
		w.t.Fatal(err)
	}
	return w.as("sales_lead")
}

// approved is a package agreement whose text is final: it waits for both sides.
func (w *World) approved(customer, template, start, end string) string {
	w.t.Helper()
	sales := w.as("sales")
	id := sales.post(201, "/contracts", JSON{"customer_id": customer, "template_id": template, "values": blanks(start, end, JSON{"deposit": "0.00"})}).str("id")
	sales.post(200, "/contracts/"+id+"/submit", nil)
	w.as("compliance_reviewer").post(200, "/contracts/"+id+"/approve", JSON{})
	return id
}

// agree gives back the hash that a person was shown, as the portal does.
func (p *Person) agree(path, amendment string) JSON {
	p.w.t.Helper()
	s := p.get(path + "/statement?amendment=" + amendment)
	if !strings.Contains(s.str("statement"), s.str("sha256")) {
		p.w.t.Errorf("the sentence does not name the text: %v", s)
	}
	return JSON{"agree": true, "sha256": s.str("sha256")}
}

func TestSigning_onPaperOnlineAndByKey(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-09-20 09:00")
	sales, lead, compliance := w.as("sales"), w.signatory(), w.as("compliance_reviewer")

	// 20 September: three customers, three agreements for 1 October.
	one, two, three := w.payer(1), w.payer(2), w.payer(3)
	paper, online, key := w.approved(one, "package", "2026-10-01", "2027-09-30"), w.approved(two, "package_online", "2026-10-01", "2027-09-30"), w.approved(three, "package", "2026-10-01", "2027-09-30")
	li, wang := w.buyer(two, "li.na"), w.buyer(three, "wang.fang")

	// 21 September: the first on paper: a scan with both seals, compared by a second person.
	w.to("2026-09-21 10:00")
	scan := sales.upload("合同.pdf", "contract_scan", pdf("sealed"))
	sales.post(200, "/contracts/"+paper+"/sign", JSON{"customer_signer": "吴岚", "provider_signer": "陈立群", "signed_on": "2026-09-21", "attachment_id": scan})
	sales.refused(403, "/contracts/"+paper+"/confirm-signing", JSON{}, "auth.forbidden")
	compliance.post(200, "/contracts/"+paper+"/confirm-signing", JSON{})

	// 22 September: the second online. What was not read is not agreed to, and another's text is nobody's.
	w.to("2026-09-22 10:00")
	path := "/contracts/" + online
	if c := li.get(path); !strings.Contains(strings.Join(strs(c, "available_actions"), " "), "sign_online") {
		t.Errorf("the customer may %v", c.at("available_actions"))
	}
	agreement := li.agree(path, "")
	li.refused(422, path+"/sign-online", JSON{"agree": false, "sha256": agreement.str("sha256")}, "acceptance.agree")
	li.refused(409, path+"/sign-online", JSON{"agree": true, "sha256": strings.Repeat("0", 64)}, "acceptance.text")
	li.refused(404, "/contracts/"+key+"/sign-online", agreement, "contract.not_found")
	if c := li.post(200, path+"/sign-online", agreement); c.str("state") != "awaiting_signature" || c.str("signings.0.way") != "online" {
		t.Errorf("after the customer's word: %v", c.list("signings"))
	}
	lead.post(200, path+"/sign-online", lead.agree(path, ""))

	// 23 September: the third asks for signature and seal: by key, with the password entered again.
	w.to("2026-09-23 10:00")
	path = "/contracts/" + key
	wang.refused(409, path+"/sign-online", wang.agree(path, ""), "contract.way")
	agreement = wang.agree(path, "")
	agreement["password"] = "not the password"
	wang.refused(422, path+"/e-sign", agreement, "staff.wrong_password")
	agreement["password"] = password
	wang.post(200, path+"/e-sign", agreement)
	agreement = lead.agree(path, "")
	agreement["password"] = password
	lead.post(200, path+"/e-sign", agreement)
	wang.refused(409, path+"/e-sign", agreement, "contract.side_confirmed")

	// 1 October: all three are in force.
	w.to("2026-10-01 00:01")
	w.is("active", paper, online, key)

	// The evidence: who accepted what, when, from where; and a signature that anybody can check without us.
	list := li.get("/contracts/" + online + "/evidence").list("items")
	if len(list) != 2 || list[0].str("login") != "li.na" || list[0].str("ip") == "" || list[0].str("user_agent") == "" || !strings.HasPrefix(list[0].str("at"), "2026-09-22T10:00") {
		t.Errorf("evidence: %v", list)
	}
	if sheet := li.raw("/acceptances/" + list[0].str("id") + "/sheet"); !bytes.HasPrefix(sheet, []byte("%PDF-")) {
		t.Error("the sheet is no PDF")
	}
	if status, _, _ := wang.do("GET", "/acceptances/"+list[0].str("id")+"/sheet", "", nil); status != 404 {
		t.Errorf("another customer reads the evidence: %d", status)
	}
	text := wang.raw("/contracts/" + key + "/document")
	for _, e := range wang.get("/contracts/" + key + "/evidence").list("items") {
		var b esign.Bundle
		if err := json.Unmarshal(wang.raw("/e-signatures/"+e.str("id")), &b); err != nil {
			t.Fatal(err)
		}
		if err := b.Check(text); err != nil {
			t.Errorf("the %s's signature: %v", e.str("side"), err)
		}
	}
	if docs := sales.get("/contracts/" + paper + "/attachments").list("items"); len(docs) != 2 || docs[1].str("sha256") == "" || docs[1].str("uploaded_by_name") == "" {
		t.Errorf("attachments: %v", docs)
	}
	w.sound()
}

// strs gives the strings of a list.
func strs(j JSON, path string) (out []string) {
	list, _ := j.at(path).([]any)
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func TestSigning_aSupplementAndAPlanChangeInThePortal(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales, lead := w.as("sales"), w.signatory()
	customer := w.payer(1)
	c := w.approved(customer, "package_online", "2026-10-01", "2027-09-30")
	path, li := "/contracts/"+c, w.buyer(customer, "li.na")
	for _, p := range []*Person{li, lead} {
		p.post(200, path+"/sign-online", p.agree(path, ""))
	}
	w.to("2026-11-03 10:00") // 3 Nov: sales draws up a supplement for the 16th; both sides accept it
	s := sales.post(201, path+"/supplements", JSON{"terms": JSON{"rent_fen": 7000}, "effective_from": "2026-11-16", "reason": "量大优惠"})
	act := path + "/amendments/" + s.str("id")
	li.post(200, act+"/sign-online", li.agree(path, s.str("id")))
	if got := lead.post(200, act+"/sign-online", lead.agree(path, s.str("id"))); got.str("state") != "agreed" || len(got.list("signings")) != 2 {
		t.Errorf("%v", got)
	}
	w.to("2026-11-20 10:00") // 20 Nov: the customer asks for December; the form is signed on the 25th
	asked := li.post(201, path+"/plan-change-requests", JSON{"terms": JSON{"included": 3000}, "reason": "业务增长"})
	if asked.str("state") != "draft" || asked.str("effective_from") != "2026-12-01" {
		t.Errorf("%v", asked)
	}
	act = path + "/amendments/" + asked.str("id")
	li.post(200, act+"/sign-online", li.agree(path, asked.str("id")))
	w.to("2026-11-25 10:00")
	if got := lead.post(200, act+"/sign-online", lead.agree(path, asked.str("id"))); got.str("state") != "agreed" {
		t.Errorf("%v", got)
	}
	w.used(c, "2026-12-05", 2500)
	w.to("2026-12-01 00:01") // 1 Dec: 15 days at 100.00, 15 at 70.00
	w.owes(c, "2026-11", "85.00")
	w.to("2027-01-01 00:01") // 1 Jan: 2,500 are included
	w.owes(c, "2026-12", "70.00")
	w.sound()
}

func TestPriceChange_withObjectionTheCustomerLeavesAndWithoutProofItDoesNotHold(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales, lead := w.as("sales"), w.signatory()
	leaves, stays, unproved, read := w.payer(1), w.payer(2), w.payer(3), w.payer(4)
	ids := map[string]string{}
	for _, customer := range []string{leaves, stays, unproved, read} {
		ids[customer] = w.agreed(customer, "2026-10-01", "2027-09-30", nil)
	}
	li, wang := w.buyer(leaves, "li.na"), w.buyer(read, "wang.fang")
	price := map[string]JSON{}
	w.to("2026-10-10 10:00") // 10 Oct: announced for 1 December; who says nothing agrees
	for customer, id := range ids {
		price[customer] = sales.post(201, "/contracts/"+id+"/price-changes", JSON{"terms": JSON{"rent_fen": 12000}, "effective_from": "2026-12-01", "reason": "运营商调价", "silence_accepts": true})
	}
	sales.refused(422, "/contracts/"+ids[stays]+"/price-changes", JSON{"terms": JSON{"rent_fen": 13000}, "effective_from": "2026-10-20", "reason": "太早"}, "contract.amendment")
	w.to("2026-10-15 10:00") // 15 Oct: one opens its inbox, of another we have the receipt of the letter
	for _, n := range wang.get("/notices").list("items") {
		wang.post(200, "/notices/"+n.str("id")+"/read", nil)
	}
	act := func(customer, what string) string {
		return "/contracts/" + ids[customer] + "/amendments/" + price[customer].str("id") + "/" + what
	}
	if p := sales.post(200, act(stays, "proof"), JSON{"attachment_id": sales.upload("回执.pdf", "delivery_proof", pdf("receipt"))}); p.str("proof") != "paper" {
		t.Errorf("%v", p)
	}
	w.to("2026-11-01 10:00") // 1 Nov: one objects and leaves with the old price
	li.post(200, act(leaves, "object"), JSON{"reason": "价格过高", "leave": true})
	if c := lead.get("/contracts/" + ids[leaves]); c.str("ends_on") != "2026-11-30" || c.str("end_cause") != "notice" {
		t.Errorf("%v until %v", c.at("end_cause"), c.at("ends_on"))
	}
	w.to("2026-12-01 00:01") // 1 Dec: its day
	w.is("terminated", ids[leaves])
	for customer, want := range map[string]float64{stays: 12000, read: 12000, unproved: 10000} {
		if d := sales.get("/contracts/" + ids[customer] + "/terms?on=2026-12-01"); d.at("plan.rent_fen") != want {
			t.Errorf("%v: rent %v, want %v", price[customer].at("number"), d.at("plan.rent_fen"), want)
		}
	}
	for _, a := range sales.get("/contracts/" + ids[unproved]).list("life.amendments") {
		if a.str("state") != "cancelled" || !strings.Contains(a.str("ended_reason"), "差额由我方承担") {
			t.Errorf("%v", a)
		}
	}
	w.owes(ids[leaves], "2026-11", "100.00")
	w.sound()
}

func TestPort_onBothSidesWithThePayableOfTheOneThatWeBuy(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-09-28 09:00")
	sales, compliance, finance, lead := w.as("sales"), w.as("compliance_reviewer"), w.as("finance"), w.as("finance_lead")
	buyer, carrier := w.payer(1), w.payer(2)
	port := func(customer string, more JSON) string {
		t.Helper()
		values := JSON{
			"start_date": "2026-10-01", "end_date": "2027-09-30", "rent": "500.00", "ports": "2", "threshold": "10000", "threshold_mode": "excess", "price": "0.03", "port_numbers": "10690001、10690002",
			"window_from_day": "5", "window_to_day": "15", "grace_days": "10", "late_fee_rate": "0.003", "deposit": "0.00", "signing_place": "成都市锦江区", "jurisdiction": "court",
			"jurisdiction_name": "成都市锦江区人民法院", "customer_bank_name": "示范银行", "customer_bank_account": "62220000000001",
		}
		for k, v := range more {
			values[k] = v
		}
		telecom := sales.post(201, "/customers/"+customer+"/licences", JSON{
			"kind": "telecom", "number": "B2-20200001", "issuer": "工业和信息化部", "valid_from": "2020-01-01", "valid_to": "2029-12-31", "attachment_id": sales.upload("许可证.pdf", "licence", pdf("licence")),
		})
		compliance.post(200, "/licences/"+telecom.str("id")+"/verify", nil)
		id := sales.post(201, "/contracts", JSON{"customer_id": customer, "template_id": "port", "template_version": 1, "values": values}).str("id")
		sales.post(200, "/contracts/"+id+"/submit", nil)
		compliance.post(200, "/contracts/"+id+"/approve", JSON{})
		scan := sales.upload("合同.pdf", "contract_scan", pdf("sealed"))
		sales.post(200, "/contracts/"+id+"/sign", JSON{"customer_signer": "吴岚", "provider_signer": "陈立群", "signed_on": "2026-09-28", "attachment_id": scan})
		compliance.post(200, "/contracts/"+id+"/confirm-signing", JSON{})
		return id
	}
	let := port(buyer, JSON{"side": "supplier"})                                                               // ports that we let
	rented := port(carrier, JSON{"side": "buyer", "due_model": "receipt", "due_days": "10", "rent": "300.00"}) // ports that we rent from a carrier
	w.to("2026-10-01 00:01")                                                                                   // 1 Oct: both are in force
	w.is("active", let, rented)
	w.used(let, "2026-10-20", 30000)
	w.used(rented, "2026-10-20", 30000)
	w.to("2026-11-01 00:01") // 1 Nov: 2 ports × 500.00 and (30,000 − 10,000) × 0.03 of the one; for the other we write no bill, but owe 2 × 300.00 and the same count
	w.owes(let, "2026-10", "1600.00")
	if n := len(finance.get("/bills?contract_id=" + rented).list("items")); n != 0 {
		t.Errorf("%d bills for ports that we rent", n)
	}
	payables := finance.get("/payables?contract_id=" + rented).list("items")
	if len(payables) != 1 || payables[0].str("state") != "open" || payables[0].num("our_fen") != 120000 {
		t.Fatalf("what we owe: %v", payables)
	}
	path := "/payables/" + payables[0].str("id")
	w.to("2026-11-06 10:00") // 6 Nov: the carrier's statement counts 200 more
	compared := finance.post(200, path+"/compare", JSON{"parts": 30200, "amount_fen": 120600, "attachment_id": finance.upload("运营商对账单.pdf", "carrier_statement", pdf("statement"))})
	if compared.str("state") != "compared" || compared.num("claimed_fen") != 120600 || compared.num("difference") == 0 {
		t.Errorf("%v", compared)
	}
	finance.refused(403, path+"/approve", JSON{"reason": "差异在 1% 以内"}, "payable.own")
	lead.post(200, path+"/approve", JSON{"reason": "差异在 1% 以内，按对方计数"})
	w.to("2026-11-12 10:00") // 12 Nov: paid within ten days of the statement
	if p := finance.post(200, path+"/pay", JSON{"paid_on": "2026-11-12", "reference": "TR-9"}); p.str("state") != "paid" {
		t.Errorf("%v", p)
	}
	w.pay(buyer, "1600.00", "2026-11-12")
	w.stands(w.bill(let, "2026-10").str("id"), "0.00", "0.00", "paid", "active")
	w.verify()
}

func TestEndOfLife_isAListThatIsWorkedOff(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-09-28 09:00")
	sales, finance, lead := w.as("sales"), w.as("finance"), w.as("finance_lead")
	customer := w.payer(1)
	c := w.prepaid(customer, "2026-10-01", "2027-09-30", "0.05")
	path, li := "/contracts/"+c, w.buyer(customer, "li.na")
	w.to("2026-10-02 10:00") // 2 Oct: 100.00 is paid ahead
	w.topUp(c, 10000, "TOP-1")
	w.to("2026-10-20 10:00") // 20 Oct: the work is done; the customer confirms until the 31st
	offer := sales.post(201, path+"/annexes", JSON{"kind": "completion", "title": "迁移完成", "body": "数据与费用核对一致", "last_day": "2026-10-31", "valid_until": "2026-10-25"})
	li.refused(409, path+"/annexes/"+offer.str("id")+"/accept", JSON{"agree": true, "sha256": strings.Repeat("0", 64)}, "acceptance.text")
	sales.refused(403, path+"/annexes/"+offer.str("id")+"/accept", JSON{"agree": true, "sha256": offer.str("form_sha256")}, "auth.forbidden")
	w.to("2026-10-22 10:00") // 22 Oct
	if a := li.post(200, path+"/annexes/"+offer.str("id")+"/accept", JSON{"agree": true, "sha256": offer.str("form_sha256")}); a.str("state") != "confirmed" {
		t.Errorf("%v", a)
	}
	if got := sales.get(path); got.str("ends_on") != "2026-10-31" || got.str("end_cause") != "completed" {
		t.Errorf("ends %v for %v", got.at("ends_on"), got.at("end_cause"))
	}
	if s, _, _ := sales.do("GET", path+"/settlement", "", nil); s != 409 {
		t.Errorf("a list before the end: %d", s)
	}
	w.to("2026-11-01 00:01") // 1 Nov: ended; the wallet's rest waits for finance, so the file is not closed
	done := func() map[string]bool {
		out := map[string]bool{}
		for _, s := range sales.get(path + "/settlement").list("steps") {
			out[s.str("key")] = s.at("done") == true
		}
		return out
	}
	w.to("2026-11-02 10:00")
	if d := done(); !d["stopped"] || !d["discarded"] || d["wallet"] || d["closed"] {
		t.Errorf("2 Nov: %v, the contract is %s", d, w.state(c))
	}
	if s := w.state(c); s == "closed" {
		t.Fatal("closed before the wallet was refunded")
	}
	for _, m := range finance.get("/wallet-moves?contract_id=" + c + "&state=requested").list("items") {
		lead.post(200, "/wallet-moves/"+m.str("id")+"/decision", JSON{"confirm": true, "reference": "R-1", "bank_account": "6222000000000000001"})
	}
	w.to("2026-11-03 00:01") // 3 Nov: refunded, so everything is worked off
	if d := done(); !d["wallet"] || !d["closed"] || !d["final_bill"] {
		t.Errorf("3 Nov: %v, the contract is %s", d, w.state(c))
	}
	if s := sales.get(path + "/settlement"); s.str("confidential_until") != "2036-10-31" || s.str("purge_from") != "2027-05-04" {
		t.Errorf("confidential until %v, purged from %v", s.at("confidential_until"), s.at("purge_from"))
	}
	if all := sales.get("/confidentialities").list("items"); len(all) != 1 || all[0].str("until") != "2036-10-31" {
		t.Errorf("the register: %v", all)
	}
	w.sound()
}

func TestForceMajeure_standsInTheRegisterAndTheCalendar(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	sales, lead, compliance := w.as("sales"), w.signatory(), w.as("compliance_lead")
	c := w.agreed(w.payer(1), "2026-10-01", "2027-09-30", nil)
	path := "/contracts/" + c
	lead.post(200, path+"/terminate", JSON{"cause": "breach", "reason": "未报备签名"}) // 1 Oct
	compliance.post(200, path+"/terminations/"+sales.get(path).str("life.terminations.0.id")+"/approve", nil)
	kinds := func() string {
		var out []string
		for _, e := range sales.get("/obligations?from=2026-10-01&to=2026-12-31").list("items") {
			out = append(out, e.str("on")+" "+e.str("kind"))
		}
		return strings.Join(out, ", ")
	}
	if got := kinds(); got != "2026-10-30 cure" {
		t.Errorf("the calendar of 1 Oct: %s", got)
	}
	w.to("2026-10-12 10:00") // 12 Oct: flood since the 10th
	sales.refused(422, path+"/force-majeures", JSON{"side": "customer", "what": "洪水", "starts_on": "2026-10-13"}, "contract.force_majeure")
	m := sales.post(201, path+"/force-majeures", JSON{
		"side": "customer", "what": "洪水，机房断电", "starts_on": "2026-10-10", "pauses": []string{"clocks", "payment"}, "attachment_id": sales.upload("证明.pdf", "force_majeure", pdf("proof")),
	})
	if m.num("days") != 3 || m.str("over_on") != "2026-12-09" {
		t.Errorf("%v", m)
	}
	if got := kinds(); got != "2026-11-02 cure, 2026-12-09 force" {
		t.Errorf("the calendar of 12 Oct: %s", got)
	}
	w.to("2026-11-05 10:00") // 5 Nov: thirty days since the notice are over, and the clock has stood still
	w.is("active", c)
	sales.post(200, path+"/force-majeures/"+m.str("id")+"/end", JSON{"last_day": "2026-11-04", "reason": "恢复供电"}) // 26 days
	if got := kinds(); got != "2026-11-25 cure" {
		t.Errorf("the calendar of 5 Nov: %s", got)
	}
	if ics := string(sales.raw("/obligations.ics?from=2026-10-01&to=2026-12-31")); !strings.Contains(ics, "DTSTART;VALUE=DATE:20261125") {
		t.Errorf("%s", ics)
	}
	w.to("2026-11-26 00:01") // 26 Nov: the clock is over
	w.is("terminated", c)
	if all := sales.get("/force-majeures").list("items"); len(all) != 1 || all[0].num("days") != 26 {
		t.Errorf("%v", all)
	}
	w.sound()
}

func TestServiceTerms_areAnnouncedAcceptedAndObjectedTo(t *testing.T) {
	t.Parallel()
	w := counter(t, "2026-10-01 09:00")
	lead, compliance := w.signatory(), w.as("compliance_lead")
	one, two := w.payer(1), w.payer(2)
	w.agreed(one, "2026-10-01", "2027-09-30", nil)
	w.agreed(two, "2026-10-01", "2027-09-30", nil)
	li, wang := w.buyer(one, "li.na"), w.buyer(two, "wang.fang")
	text := func(from, changes string) JSON {
		return JSON{"changes": changes, "use_accepts": true, "values": JSON{
			"effective_from": from, "prices": `[["短信","0.05 元/条","按成功发送计"]]`, "jurisdiction": "court", "jurisdiction_name": "成都市锦江区人民法院",
		}}
	}
	v := lead.post(201, "/service-terms", text("2026-10-01", "首次发布"))
	path := "/service-terms/" + v.str("id")
	lead.refused(403, path+"/announce", JSON{"effective_on": "2026-10-01"}, "terms.own")
	if s, _, _ := li.do("GET", path+"/document", "", nil); s != 404 {
		t.Errorf("a customer reads a draft: %d", s)
	}
	v = compliance.post(200, path+"/announce", JSON{"effective_on": "2026-10-01"}) // 1 Oct: the first version
	li.post(200, path+"/accept", JSON{"agree": true, "sha256": v.str("sha256")})
	li.refused(409, path+"/accept", JSON{"agree": true, "sha256": v.str("sha256")}, "terms.accepted")
	w.to("2026-10-10 10:00") // 10 Oct: the second, a month ahead
	second := lead.post(201, "/service-terms", text("2026-11-10", "单价由 0.05 调整为 0.06"))
	compliance.refused(422, "/service-terms/"+second.str("id")+"/announce", JSON{"effective_on": "2026-11-08"}, "terms.effective")
	second = compliance.post(200, "/service-terms/"+second.str("id")+"/announce", JSON{"effective_on": "2026-11-10"})
	path = "/service-terms/" + second.str("id")
	if mine := wang.get("/service-terms"); mine.str("items.0.id") != second.str("id") || mine.at("items.0.in_force") != false || mine.at("items.1.in_force") != true {
		t.Errorf("the customer sees %v", mine)
	}
	w.to("2026-10-20 10:00") // 20 Oct: one objects, the other accepts
	wang.post(200, path+"/object", JSON{"reason": "价格过高"})
	li.post(200, path+"/accept", JSON{"agree": true, "sha256": second.str("sha256")})
	standings := lead.get(path + "/standings").list("items")
	if len(standings) != 2 {
		t.Fatalf("%v", standings)
	}
	for _, s := range standings {
		if s.str("customer_id") == one && s.str("how") != "click" || s.str("customer_id") == two && s.str("objection") == "" {
			t.Errorf("%v", s)
		}
	}
	w.to("2026-11-10 00:01") // 10 Nov: it is in force
	if now := li.get("/service-terms"); now.at("items.0.in_force") != true {
		t.Errorf("%v", now)
	}
	w.sound()
}
