package story_test

import (
	"fmt"
	"slices"
	"testing"

	"sealgate/server/appeal"
)

// restricted is a customer against whom something of every kind stands on 14 October, and whose person is yunfan. It gives the objects by kind.
func restricted(t *testing.T) (w *World, objects map[appeal.Kind]string) {
	t.Helper()
	w, customer, contract, sent := complaining(t) // sent on 12 October
	sales, reviewer, lead := w.as("sales"), w.as("compliance_reviewer"), w.as("compliance_lead")
	objects = map[appeal.Kind]string{}
	signature := sales.get("/customers/" + customer + "/registrations?kind=signature").str("items.0.id")

	// 13 October: a batch for which nobody agreed, a number that is somebody else's, a licence that can't be read, a proof that proves nothing.
	w.to("2026-10-13 09:00")
	objects[appeal.Batch] = w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "marketing", "mode": "list_one_text",
		"text": "【云帆商城】会员专享满300减50，拒收请回复R"}, "a.csv", []byte("手机号\n13811110001\n13811110003\n"))
	w.work()
	phone := sales.post(201, "/customers/"+customer+"/registrations", JSON{"kind": "phone", "parent_id": signature, "text": "028-85559999", "owner": "成都云帆电子商务有限公司",
		"proof_attachment_id": sales.upload("证明.pdf", "registration", pdf("proof"))}).str("id")
	reviewer.post(200, "/registrations/"+phone+"/refuse", JSON{"reason": "话费单户主不是本企业"})
	objects[appeal.Registration] = phone
	icp := sales.post(201, "/customers/"+customer+"/licences", JSON{"kind": "icp", "number": "川ICP备1号", "issuer": "四川省通信管理局", "valid_from": "2026-01-01",
		"attachment_id": sales.upload("备案.pdf", "licence", pdf("icp"))}).str("id")
	reviewer.post(200, "/licences/"+icp+"/refuse", JSON{"reason": "扫描件不清晰"})
	objects[appeal.Licence] = icp
	consent := sales.post(201, "/consents", JSON{"customer_id": customer, "category": "marketing", "title": "会员章程", "obtained": "web", "most": 4, "days": 30, "from": "2026-06-01", "until": "2026-12-31"}).str("id")
	sales.list(200, "/consents/"+consent+"/numbers?name=a.csv", "手机号\n13811110001\n")
	sales.post(200, "/consents/"+consent+"/submit", JSON{"document_id": sales.upload("章程.pdf", "consent", pdf("terms"))})
	reviewer.post(200, "/consents/"+consent+"/refuse", JSON{"reason": "章程没有同意接收短信的内容"})
	objects[appeal.Consent] = consent
	complaint := w.complain(phoneOf(7), "2026-10-13").str("id")
	reviewer.post(200, "/complaints/"+complaint+"/forward", JSON{"note": "请提供证明"})
	w.as("yunfan").post(200, "/complaints/"+complaint+"/answer", JSON{"text": "门店登记"})
	reviewer.post(200, "/complaints/"+complaint+"/close", JSON{"outcome": "upheld", "result": "没有同意接收短信的内容"})
	objects[appeal.Complaint] = complaint

	// 14 October: stopped and suspended by people, by the watch for the volume of the 12th, and at last everything.
	w.to("2026-10-14 09:00")
	objects[appeal.Alert] = w.stoppedByWatch(customer, contract, signature)
	objects[appeal.Stop] = lead.post(201, "/handoff/stops", JSON{"scope": "contract", "object_id": contract, "reason": "监管部门来电"}).str("id")
	lead.post(200, "/contracts/"+contract+"/suspend", JSON{"reason": "behaviour", "evidence": "短时间内发送量激增"})
	objects[appeal.Suspension] = contract + ":behaviour"
	objects[appeal.Takedown] = reviewer.post(201, "/batches/"+sent+"/takedown", JSON{"class": "fraud", "description": "冒充快递"}).str("id")
	return w, objects
}

// stoppedByWatch has the watch stop a customer for the volume of today; it gives the alert.
func (w *World) stoppedByWatch(customer, contract, signature string) string {
	w.t.Helper()
	lead := w.as("compliance_lead")
	lead.call(200, "PUT", "/customers/"+customer+"/watch/volume", JSON{"enabled": true, "auto_stop": true, "params": JSON{"least": 20, "tenths": 11}, "until": "2026-12-16", "reason": "观察期"})
	w.notices(contract, signature, 400, "【云帆商城】您的订单{n}已发货，请留意查收。")
	if n := lead.post(200, "/watch/look", nil).num("raised"); n != 1 {
		w.t.Fatalf("%d alerts", n)
	}
	return lead.get("/watch/alerts?state=stopped").str("items.0.id")
}

func TestRestriction_ofEveryKindShowsReasonEvidenceAndRemedyAndIsAppealed(t *testing.T) {
	t.Parallel()
	w, objects := restricted(t)
	yunfan, reviewer, lead := w.as("yunfan"), w.as("compliance_reviewer"), w.as("compliance_lead")
	second := w.hireFor("lead2", "", "compliance_lead")
	rival, _ := w.customer("四川星河教育科技有限公司", "91510100MA6DEM1015", "星河课堂")
	stranger := w.hireFor("xinghe", rival, "customer")

	shown := map[appeal.Kind]JSON{}
	for _, r := range yunfan.get("/restrictions").list("items") {
		if objects[appeal.Kind(r.str("kind"))] == r.str("object_id") {
			shown[appeal.Kind(r.str("kind"))] = r
		}
	}
	if n := len(stranger.get("/restrictions").list("items")); n != 0 {
		t.Errorf("another customer sees %d restrictions", n)
	}
	stranger.call(404, "GET", "/restrictions?customer_id="+shown[appeal.Stop].str("customer_id"), nil)
	for _, kind := range appeal.Kinds() {
		r := shown[kind]
		for _, field := range []string{"title", "title_en", "reason", "evidence", "evidence_en", "remedy", "remedy_en", "since"} {
			if r.str(field) == "" {
				t.Errorf("%s: no %s in %v", kind, field, r)
			}
		}
		if zh := r.str("title_en"); zh == r.str("title") {
			t.Errorf("%s: the English title is %s", kind, zh)
		}
		stranger.call(404, "GET", "/restrictions/"+string(kind)+"/"+objects[kind], nil)
	}
	if t.Failed() {
		return
	}

	// 15 October: each is appealed. Who decided does not decide again; what another grants is done.
	w.to("2026-10-15 09:00")
	for _, k := range []struct {
		kind  appeal.Kind
		first *Person // who decided before; nil: the system
		code  string  // why it can't be granted
		after func()
	}{
		{kind: appeal.Batch},
		{kind: appeal.Registration, first: reviewer},
		{kind: appeal.Licence, first: reviewer},
		{kind: appeal.Consent, first: reviewer},
		{kind: appeal.Complaint, first: reviewer},
		{kind: appeal.Stop, first: lead},
		{kind: appeal.Suspension, first: lead},
		{kind: appeal.Alert, code: "contract.suspension_reason"}, // the takedown rests on its stop
		{kind: appeal.Takedown, first: reviewer, after: func() {
			one := "/takedowns/" + objects[appeal.Takedown]
			if s := lead.get(one).str("state"); s != "lift_asked" {
				t.Errorf("a granted appeal asks to lift a takedown; it is %s", s)
			}
			second.refused(403, one+"/decide-lift", JSON{"approve": true, "reason": "同意"}, "takedown.own_lift")
			lead.post(200, one+"/decide-lift", JSON{"approve": true, "reason": "核实属实"})
		}},
	} {
		id := yunfan.post(201, "/appeals", JSON{"kind": k.kind, "object_id": objects[k.kind], "grounds": "情况如下，请复核"}).str("id")
		if got := yunfan.get("/restrictions/" + string(k.kind) + "/" + objects[k.kind]); got.str("appeal_state") != "filed" || len(got.list("available_actions")) != 0 {
			t.Errorf("%s: while it is appealed: %v", k.kind, got)
		}
		if k.first != nil {
			k.first.refused(403, "/appeals/"+id+"/decision", JSON{"grant": true, "answer": "不变"}, "appeal.own")
		}
		if k.code != "" {
			second.refused(422, "/appeals/"+id+"/decision", JSON{"grant": true, "answer": "成立"}, k.code)
			second.post(200, "/appeals/"+id+"/decision", JSON{"grant": false, "answer": "随处置一并解除"})
			continue
		}
		if a := second.post(200, "/appeals/"+id+"/decision", JSON{"grant": true, "answer": "成立"}); a.str("redress") == "" {
			t.Errorf("%s: %v", k.kind, a)
		}
		if k.after != nil {
			k.after()
		}
	}
	var left []string
	for _, r := range yunfan.get("/restrictions").list("items") {
		left = append(left, r.str("kind"))
	}
	slices.Sort(left)
	// What was refused stays on record and may come again; the watch's alert is the lead's to lift.
	if want := []string{"alert", "batch", "consent", "licence", "registration"}; !slices.Equal(left, want) {
		t.Errorf("left: %v, want %v", left, want)
	}
	w.verify()
}

func TestRestrictions_areTheNewestOfWhatCounts(t *testing.T) {
	t.Parallel()
	const shown = 20                           // of one kind
	w, customer, contract, _ := complaining(t) // sent on 12 October
	sales, reviewer, lead := w.as("sales"), w.as("compliance_reviewer"), w.as("compliance_lead")
	yunfan := w.hireFor("yunfan-2", customer, "customer")
	signature := sales.get("/customers/" + customer + "/registrations?kind=signature").str("items.0.id")
	_, rivals := w.customer("四川星河教育科技有限公司", "91510100MA6DEM1015", "星河课堂")

	// 13 October: one complaint is upheld, and more than the page shows are dismissed after it; as many numbers are refused.
	w.to("2026-10-13 09:00")
	closed := func(n int, outcome string) string {
		id := w.complain(phoneOf(n), "2026-10-13").str("id")
		reviewer.post(200, "/complaints/"+id+"/forward", JSON{"note": "请核对"})
		reviewer.post(200, "/complaints/"+id+"/close", JSON{"outcome": outcome, "result": "已核对"})
		return id
	}
	upheld := closed(0, "upheld")
	var refused []string
	for n := range shown + 2 {
		closed(n+1, "dismissed")
		id := sales.post(201, "/customers/"+customer+"/registrations", JSON{"kind": "phone", "parent_id": signature, "text": fmt.Sprintf("028-8555%04d", n), "owner": "成都云帆电子商务有限公司",
			"proof_attachment_id": sales.upload("证明.pdf", "registration", pdf(fmt.Sprint("proof ", n)))}).str("id")
		reviewer.post(200, "/registrations/"+id+"/refuse", JSON{"reason": "户主不是本企业"})
		refused = append(refused, id)
	}
	// 14 October: two stops of the customer, the second a minute later, and one of somebody else.
	w.to("2026-10-14 09:00")
	first := lead.post(201, "/handoff/stops", JSON{"scope": "contract", "object_id": contract, "reason": "监管部门来电"}).str("id")
	lead.post(201, "/handoff/stops", JSON{"scope": "signature", "object_id": rivals, "reason": "核查"})
	w.to("2026-10-14 09:01")
	second := lead.post(201, "/handoff/stops", JSON{"scope": "signature", "object_id": signature, "reason": "核查"}).str("id")

	got := map[string][]string{}
	for _, r := range yunfan.get("/restrictions").list("items") {
		got[r.str("kind")] = append(got[r.str("kind")], r.str("object_id"))
	}
	if !slices.Equal(got["complaint"], []string{upheld}) {
		t.Errorf("complaints: %v, want the one that was upheld", got["complaint"])
	}
	slices.Reverse(refused)
	newest := slices.Sorted(slices.Values(refused[:shown]))
	slices.Sort(got["registration"])
	if !slices.Equal(got["registration"], newest) {
		t.Errorf("registrations: %v, want %v", got["registration"], newest)
	}
	slices.Sort(got["stop"])
	if want := slices.Sorted(slices.Values([]string{first, second})); !slices.Equal(got["stop"], want) {
		t.Errorf("stops: %v, want %v", got["stop"], want)
	}
}

func TestFaultOfData_isCorrectedByTheCustomerBeforeItsLastDay_andSuspendsAfterIt(t *testing.T) {
	t.Parallel()
	w, contract, _ := sendable(t) // 2026-11-02 09:00
	sales, reviewer, lead := w.as("sales"), w.as("compliance_reviewer"), w.as("compliance_lead")
	customer := sales.get("/contracts/" + contract).str("customer_id")
	yunfan := w.hireFor("yunfan", customer, "customer")
	state := func(want string) {
		t.Helper()
		if got := sales.get("/contracts/" + contract); got.str("state") != want {
			t.Fatalf("the contract is %s, want %s: %v", got.str("state"), want, got["open_reasons"])
		}
	}

	// 2 November: two things are wrong; the customer reads what and until when.
	raised := map[string]string{}
	for _, field := range []string{"address", "contacts"} {
		raised[field] = reviewer.post(201, "/customers/"+customer+"/faults", JSON{"field": field, "note": "与证照不一致", "due_on": "2026-11-06"}).str("id")
	}
	reviewer.refused(409, "/customers/"+customer+"/faults", JSON{"field": "address", "note": "又"}, "customer.fault_known")
	if n := w.count("notices", "kind = 'customer_fault' AND to_customer = '"+customer+"'"); n != 2 {
		t.Errorf("the customer was told %d times", n)
	}
	for _, f := range yunfan.get("/customer-faults?state=open").list("items") {
		if f.str("due_on") != "2026-11-06" || f.at("suspends") != false || len(f.list("available_actions")) != 0 {
			t.Errorf("the customer sees %v", f)
		}
	}
	state("active")

	// 4 November: it proposes a new address, sales accept, another than who found the fault looks.
	w.to("2026-11-04 10:00")
	p := yunfan.post(201, "/proposals", JSON{"changes": JSON{"address": "成都市锦江区红星路 18 号"}}).str("id")
	sales.post(200, "/proposals/"+p+"/accept", JSON{})
	reviewer.refused(403, "/customer-faults/"+raised["address"]+"/settle", JSON{"settlement": "一致"}, "customer.fault_own")
	lead.post(200, "/customer-faults/"+raised["address"]+"/settle", JSON{"settlement": "与营业执照一致"})

	// 7 November: the contacts were not corrected: suspended, as the customer reads among its restrictions.
	w.to("2026-11-07 00:30")
	state("suspended")
	if r := yunfan.get("/restrictions").list("items"); len(r) != 1 || r[0].str("object_id") != contract+":data" || r[0].str("remedy") == "" {
		t.Errorf("restrictions %v", r)
	}

	// 9 November: the customer proposes its contacts; the first time a number is wrong still.
	w.to("2026-11-09 10:00")
	for i, phone := range []string{"13900001111", "13900002222"} {
		p := yunfan.post(201, "/proposals", JSON{"changes": JSON{"contacts": []JSON{{"name": "吴岚", "phone": phone, "email": ""}}}}).str("id")
		sales.post(200, "/proposals/"+p+"/accept", JSON{})
		if i == 0 {
			reviewer.post(200, "/customer-faults/"+raised["contacts"]+"/return", JSON{"note": "号码是空号"})
		}
	}
	state("suspended")
	lead.post(200, "/customer-faults/"+raised["contacts"]+"/settle", JSON{"settlement": "已回拨核实"})
	state("active")
	if n := reviewer.get("/customer-faults?state=settled").num("total"); n != 2 {
		t.Errorf("%d are settled", n)
	}
	w.verify()
}

func TestProof_isMatchedToThePaymentThatIsSuggested(t *testing.T) {
	t.Parallel()
	w, contract, _ := sendable(t) // 2026-11-02 09:00
	finance := w.as("finance")
	customer := w.as("sales").get("/contracts/" + contract).str("customer_id")
	yunfan := w.hireFor("yunfan", customer, "customer")

	// 2 November: the customer has paid and shows it; two payments of these days are on record, one of another amount.
	pay := func(fen int64, reference string) string {
		return finance.post(201, "/payments", JSON{"customer_id": customer, "amount_fen": fen, "value_date": "2026-11-02", "method": "transfer", "bank_account": "6222000000000000001", "reference": reference}).str("id")
	}
	pay(50000, "B-2")
	want := pay(123456, "B-1")
	proof := yunfan.post(201, "/payment-proofs", JSON{"amount_fen": 123456, "paid_on": "2026-11-01", "payer": "成都云帆电子商务有限公司", "reference": "b-1",
		"document_id": yunfan.upload("回单.pdf", "payment_proof", pdf("slip"))}).str("id")
	found := finance.get("/payment-proofs/" + proof + "/payments").list("items")
	if len(found) != 2 || found[0].str("id") != want || found[0].at("sure") != true || found[1].at("sure") != false {
		t.Fatalf("suggested: %v", found)
	}
	if found = finance.get("/payment-proofs/" + proof + "/payments?q=B-2").list("items"); len(found) != 1 || found[0].str("reference") != "B-2" {
		t.Errorf("searched: %v", found)
	}
	if p := finance.post(200, "/payment-proofs/"+proof+"/match", JSON{"payment_id": want}); p.str("state") != "matched" || p.str("payment_id") != want {
		t.Errorf("matched: %v", p)
	}
	w.verify()
}
