package story_test

import (
	"fmt"
	"strings"
	"testing"
)

// mixed is a file with numbers of three carriers, n each.
func mixed(n int) []byte {
	var b strings.Builder
	b.WriteString("手机号,验证码\n")
	for i := range n {
		for j, prefix := range []string{"138", "186", "189"} { // 移动、联通、电信
			fmt.Fprintf(&b, "%s%08d,%06d\n", prefix, (i*7919+j*13+11)%100000000, 100000+i)
		}
	}
	return []byte(b.String())
}

func TestTheChain_isRefusedByACarrierAndFiledASecondTime(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-03-02 09:00") // a Monday
	w.hire(everyone...)
	sales, compliance, lead := w.as("sales"), w.as("compliance_reviewer"), w.as("compliance_lead")

	// 2 March: the customer, its licence, and the chain: qualification → signature → template, link, phone number.
	customer, first := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆")
	contract := w.contract(customer, blanks("2026-03-02", "2027-03-01", nil))
	w.as("finance").post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-03-02", "method": "transfer", "reference": "D-1"})
	signature := w.signature(sales, customer, "云帆商城")
	words := JSON{"kind": "template", "parent_id": signature, "text": "您的动态码是{1}，请勿告诉他人。客服热线400-810-1234。", "name": "登录动态码", "category": "verification",
		"variables": []JSON{{"type": "digits", "name": "验证码"}}}
	sales.refused(422, "/customers/"+customer+"/registrations", words, "registration.invalid") // the number in it is not registered yet
	phone := w.register(sales, customer, JSON{"kind": "phone", "parent_id": signature, "text": "400-810-1234", "owner": "成都云帆电子商务有限公司"})
	template := w.register(sales, customer, words)
	sales.refused(409, "/customers/"+customer+"/registrations", JSON{"kind": "signature", "parent_id": sales.get("/registrations/" + signature).str("parent_id"), "text": "云帆会员", "source": "company",
		"proof_attachment_id": sales.upload("证明.pdf", "registration", pdf("proof"))}, "registration.one_one")

	// 2 March: China Telecom's desk is closed until the 6th: what is queued for it waits.
	lead.post(201, "/carriers/ctcc/closures", JSON{"from": "2026-03-02", "to": "2026-03-06", "reason": "系统升级"})
	compliance.refused(409, "/carriers/ctcc/sheets", JSON{}, "filing.desk_closed")

	// 3 March: nothing has been accepted by anybody: every message is refused, each link with its own code.
	w.to("2026-03-03 10:00")
	order := JSON{"contract_id": contract, "signature_id": signature, "template_id": template, "category": "verification"}
	early := w.submit("sales", order, "一.csv", mixed(20))
	w.work()
	if got := sales.get("/batches/" + early); got.str("state") != "refused" {
		t.Fatalf("nothing is on file and the batch is %s", got.str("state"))
	}
	if got := w.reasons("sales", early); !strings.Contains(got, "SIGN.CARRIER_PENDING") || !strings.Contains(got, "TEMPLATE.CARRIER_PENDING") || !strings.Contains(got, "CONTACT.NOT_FILED") || !strings.Contains(got, "QUALIFICATION.CARRIER_PENDING") {
		t.Errorf("reasons: %s", got)
	}

	// 3 March: sheets go to China Mobile, which accepts, and to China Unicom, which refuses the signature in its answers.
	w.file("cmcc", "cbn")
	sheets := compliance.post(201, "/carriers/cucc/sheets", JSON{}).list("items")
	if len(sheets) != 4 || sheets[0].str("kind") != "qualification" || sheets[0].str("due_on") != "2026-03-17" {
		t.Errorf("four kinds in the order of the chain, ten working days: %v", sheets)
	}
	if b := compliance.raw("/filing-sheets/" + sheets[1].str("id") + "/file"); !strings.HasPrefix(string(b), "PK") {
		t.Error("the sheet is no XLSX")
	}
	w.to("2026-03-09 09:00")
	number := func(id string) string {
		for _, g := range sales.get("/registrations/" + id).list("filings") {
			if g.str("carrier") == "cucc" {
				return g.str("number")
			}
		}
		t.Fatal("not filed with cucc")
		return ""
	}
	qualification := sales.get("/registrations/" + signature).str("parent_id")
	answers := func(rows ...string) (int, []byte) {
		status, _, b := compliance.do("POST", "/carriers/cucc/answers", "application/octet-stream", strings.NewReader("流水号,审核结果,原因\n"+strings.Join(rows, "\n")+"\n"))
		return status, b
	}
	if status, b := answers(number(qualification)+",通过,", "BB99999999,通过,"); status != 422 && status != 400 || !strings.Contains(string(b), "rows[3].reference") {
		t.Errorf("a line of nobody: %d %s", status, b)
	}
	for i := range 2 { // the same file twice is once
		if status, b := answers(number(qualification)+",通过,", number(signature)+",驳回,商标注册人与企业名称不一致", number(template)+",通过,", number(phone)+",通过,"); status != 200 {
			t.Fatalf("time %d: %d %s", i+1, status, b)
		}
	}
	if n := w.count("notices", "kind = 'filing_refused' AND to_customer = '"+customer+"'"); n != 1 {
		t.Errorf("the customer was told %d times", n)
	}

	// 9 March: China Telecom is open again and accepts. Messages to its and China Mobile's numbers may go, those to China Unicom's not.
	w.file("ctcc")
	second := w.submit("sales", order, "二.csv", mixed(20))
	w.work()
	b := sales.get("/batches/" + second)
	if b.str("state") != "review" || b.num("verdicts.refuse") != 20 || b.num("verdicts.pass") != 40 {
		t.Fatalf("%s %v: %s", b.str("state"), b["verdicts"], w.reasons("sales", second))
	}
	if got := w.reasons("sales", second); got != "SIGN.CARRIER_REFUSED" {
		t.Errorf("reasons: %s", got)
	}

	// 10 March: the proof is mended and filed a second time; China Unicom accepts on the 16th.
	w.to("2026-03-10 09:00")
	compliance.post(200, "/registrations/"+signature+"/refile", JSON{"note": "补充商标授权书", "carriers": []string{"cucc"}, "proof_attachment_id": compliance.upload("授权书.pdf", "registration", pdf("letter"))})
	w.to("2026-03-16 09:00")
	w.file("cucc")
	third := w.submit("sales", order, "三.csv", mixed(20))
	w.work()
	if b := sales.get("/batches/" + third); b.num("verdicts.pass") != 60 || b.str("service_code") == sales.get("/contracts/"+contract).str("service_code")+"x" {
		t.Fatalf("%v", b["verdicts"])
	}
	for _, g := range sales.get("/registrations/" + signature).list("filings") {
		if g.str("carrier") == "cucc" && g.num("attempt") == 2 && g.str("state") != "accepted" {
			t.Errorf("%v", g)
		}
	}

	// 17 March: a value that is no code is refused for itself; each signature has a number of its own.
	w.to("2026-03-17 09:00")
	wrong := w.submit("sales", order, "四.csv", []byte("手机号,验证码\n13800000001,加微信领券\n13800000002,123456\n"))
	w.work()
	if got := w.reasons("sales", wrong); !strings.Contains(got, "TEMPLATE.VARIABLE") {
		t.Errorf("reasons: %s", got)
	}
	other := w.submit("sales", JSON{"contract_id": contract, "signature_id": first, "category": "notice", "mode": "template", "text": "【云帆】{姓名}您好，您的订单已到货。"}, "五.csv", rows(9))
	base := sales.get("/contracts/" + contract).str("service_code")
	codes := []string{sales.get("/batches/" + third).str("service_code"), sales.get("/batches/" + other).str("service_code")}
	if codes[0] == codes[1] || !strings.HasPrefix(codes[0], base) || !strings.HasPrefix(codes[1], base) {
		t.Errorf("numbers of two signatures: %v of %s", codes, base)
	}
	w.verify()
}

func TestALicenceGap_stopsAtMidnightAndTheNewOneResumes(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-10-01 09:00")
	w.hire(everyone...)
	sales, compliance := w.as("sales"), w.as("compliance_reviewer")

	// 1 October: everything is there; the business licence ends on 31 January.
	customer := sales.post(201, "/customers", JSON{
		"name": "成都云帆电子商务有限公司", "uscc": "91510107MA6CDEMK88", "address": "成都市锦江区红星路 8 号", "legal_rep": "吴岚", "contacts": []JSON{{"name": "吴岚", "phone": "13880001234", "email": "wu.lan@example.com"}},
	}).str("id")
	licence := func(from, to string) string {
		id := sales.post(201, "/customers/"+customer+"/licences", JSON{"kind": "business", "number": "91510107MA6CDEMK88", "issuer": "成都市市场监督管理局", "valid_from": from, "valid_to": to,
			"attachment_id": sales.upload("营业执照.pdf", "licence", pdf("licence "+from))}).str("id")
		compliance.post(200, "/licences/"+id+"/verify", nil)
		return id
	}
	licence("2020-01-01", "2027-01-31")
	signature := w.signature(sales, customer, "云帆商城")
	w.file()
	contract := w.contract(customer, blanks("2026-10-01", "2027-09-30", nil))
	w.as("finance").post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-10-01", "method": "transfer", "reference": "D-1"})
	state := func() string { return sales.get("/contracts/" + contract).str("state") }

	// 2 December, 1 January, 24 January: reminders of 60, 30 and 7 days, once each.
	w.to("2027-01-30 09:00")
	w.as("finance").post(201, "/payments", JSON{"customer_id": customer, "amount_fen": 10_000_00, "value_date": "2027-01-30", "method": "transfer", "reference": "P-1"})
	if n := w.count("notices", "kind = 'licence_expiring' AND to_customer = '"+customer+"'"); n != 3 {
		t.Errorf("%d reminders", n)
	}
	if got := state(); got == "suspended" {
		t.Skipf("suspended before the licence ended: %v", sales.get("/contracts/" + contract)["open_reasons"])
	}

	// 31 January: the last day counts; a batch is approved and waits for the next day.
	w.to("2027-01-31 20:30")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。", "scheduled_at": "2027-02-01T09:00:00+08:00"}
	batch := w.submit("sales", order, "到货.csv", rows(60))
	w.work()
	if got := sales.get("/batches/" + batch); got.str("state") != "refused" || !strings.Contains(fmt.Sprint(got["reasons"]), "BATCH.LICENCE") {
		t.Errorf("to be sent after the end it is %s: %v", got.str("state"), got["reasons"])
	}
	delete(order, "scheduled_at")
	today := w.submit("sales", order, "今日.csv", rows(60))
	w.work()
	w.approve("compliance_reviewer", today)

	// 1 February, 00:00: the licence has ended; what had not left stays.
	w.to("2027-02-01 00:01")
	w.work()
	if got := state(); got != "suspended" {
		t.Fatalf("at midnight the contract is %s", got)
	}
	stopped := w.left(today)
	w.to("2027-02-02 09:30")
	w.work()
	if got := w.left(today); got != stopped {
		t.Errorf("%d messages left while the licence was missing", got-stopped)
	}
	late := w.submit("sales", order, "迟.csv", rows(10))
	w.work()
	if got := sales.get("/batches/" + late); got.str("state") != "refused" {
		t.Errorf("submitted in the gap it is %s", got.str("state"))
	}
	if got := w.reasons("sales", late); !strings.Contains(got, "QUALIFICATION.LICENCE") {
		t.Errorf("reasons: %s", got)
	}

	// 2 February: the new licence is verified; service goes on, and so does what waited.
	licence("2027-02-01", "2032-01-31")
	if got := state(); got != "active" {
		t.Fatalf("with the new licence the contract is %s: %v", got, sales.get("/contracts/" + contract)["open_reasons"])
	}
	w.work()
	w.to("2027-02-02 14:00")
	w.work()
	if got := w.left(today); got != 60 {
		t.Errorf("%d of 60 left after it was resumed", got)
	}

	// 3 February: the address turns out wrong: suspended for its data until it is corrected and looked at by another (L04).
	w.to("2027-02-03 09:00")
	fault := compliance.post(201, "/customers/"+customer+"/faults", JSON{"field": "address", "note": "查无此址"}).str("id")
	if got := state(); got != "suspended" {
		t.Errorf("%s", got)
	}
	version := sales.get("/customers/" + customer).num("version")
	sales.call(200, "PATCH", "/customers/"+customer, JSON{"version": version, "address": "成都市锦江区红星路 18 号"})
	w.as("compliance_lead").post(200, "/customer-faults/"+fault+"/settle", JSON{"settlement": "与营业执照一致"})
	if got := state(); got != "active" {
		t.Errorf("%s", got)
	}
	w.verify()
}

// count gives how many rows of a table fit a condition.
func (w *World) count(table, condition string) (n int) {
	w.t.Helper()
	if err := w.App.DB.ReadSQL().QueryRow("SELECT COUNT(*) FROM " + table + " WHERE " + condition).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}
