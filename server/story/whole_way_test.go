package story_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everyone is a person of each role that the stories need.
var everyone = []string{"sales", "sales_lead", "compliance_reviewer", "compliance_lead", "finance", "finance_lead", "system_admin", "security_admin", "auditor"}

// customer registers a customer with its business licence and signature, decided by compliance and filed with the carriers.
func (w *World) customer(name, uscc, signature string) (id, signatureID string) {
	w.t.Helper()
	sales, compliance := w.as("sales"), w.as("compliance_reviewer")
	id = sales.post(201, "/customers", JSON{
		"name": name, "uscc": uscc, "address": "成都市锦江区红星路 8 号", "legal_rep": "吴岚", "industry": "电子商务",
		"bank_name": "示范银行成都锦江支行", "bank_account": "5101000000001234",
		"contacts": []JSON{{"name": "吴岚", "phone": "13880001234", "email": "wu.lan@example.com"}},
	}).str("id")
	licence := sales.post(201, "/customers/"+id+"/licences", JSON{
		"kind": "business", "number": uscc, "issuer": "成都市市场监督管理局", "valid_from": "2020-01-01", "valid_to": "2029-12-31",
		"attachment_id": sales.upload("营业执照.pdf", "licence", pdf("licence")),
	}).str("id")
	compliance.post(200, "/licences/"+licence+"/verify", nil)
	signatureID = w.signature(sales, id, signature)
	w.file()
	return id, signatureID
}

// blanks fill the package agreement of the stories: window 5..15, grace 10 days, 0.3% a day.
func blanks(start, end string, more JSON) JSON {
	v := JSON{
		"start_date": start, "end_date": end, "rent": "100.00", "included": "1000", "overage": "0.085", "deposit": "500.00", "daily_cap": "50000",
		"window_from_day": "5", "window_to_day": "15", "grace_days": "10", "late_fee_rate": "0.003", "send_from": "08:00", "send_to": "21:00",
		"signing_place": "成都市锦江区", "jurisdiction": "court", "jurisdiction_name": "成都市锦江区人民法院",
		"allowed_categories": "verification,notice,marketing", "carriers": "cmcc,cucc,ctcc",
	}
	for k, x := range more {
		v[k] = x
	}
	return v
}

// contract leads a package agreement from the form to the signatures; the deposit is still to come.
func (w *World) contract(customerID string, values JSON) string {
	w.t.Helper()
	sales, compliance := w.as("sales"), w.as("compliance_reviewer")
	id := sales.post(201, "/contracts", JSON{"customer_id": customerID, "template_id": "package", "values": values}).str("id")
	sales.post(200, "/contracts/"+id+"/submit", nil)
	compliance.post(200, "/contracts/"+id+"/approve", JSON{})
	scan := sales.upload("合同扫描件.pdf", "contract_scan", pdf("signed"))
	today := w.App.Clock.Today().String()
	sales.post(200, "/contracts/"+id+"/sign", JSON{"customer_signer": "吴岚", "provider_signer": "陈立群", "signed_on": today, "attachment_id": scan})
	compliance.post(200, "/contracts/"+id+"/confirm-signing", JSON{})
	return id
}

// submit makes a batch and uploads its file.
func (w *World) submit(by string, batch JSON, name string, file []byte) string {
	w.t.Helper()
	p := w.as(by)
	id := p.post(201, "/batches", batch).str("id")
	status, _, b := p.do("PUT", "/batches/"+id+"/file?name="+url.QueryEscape(name), "application/octet-stream", strings.NewReader(string(file)))
	if status != 200 && status != 202 {
		w.t.Fatalf("upload of %s: %d %s", name, status, b)
	}
	return id
}

// approve takes a batch on the desk, lets all of it pass and signs what was decided.
func (w *World) approve(by, batch string) {
	w.t.Helper()
	p, desk := w.as(by), "/review/batches/"+batch
	p.post(200, desk+"/claim", nil)
	hash := p.post(200, desk+"/decide", JSON{"scope": "batch", "decision": "approve"}).str("decisions_hash")
	p.post(200, desk+"/finish", JSON{"decisions_hash": hash})
}

// left is how many messages of an approved batch have left, whatever became of them.
func (w *World) left(batch string) int64 {
	w.t.Helper()
	h := w.as("sales").get("/batches/" + batch + "/handoff")
	counts, _ := h.at("counts").(map[string]any)
	if len(counts) == 0 || h.num("counts.waiting") > h.num("approved") {
		w.t.Fatalf("the hand-off has no counts: %v", h)
	}
	return h.num("approved") - h.num("counts.waiting")
}

// rows makes a CSV of n numbers that are no run, each with a name.
func rows(n int) []byte {
	var b strings.Builder
	b.WriteString("手机号,姓名\n")
	for i := range n {
		fmt.Fprintf(&b, "13%d%08d,客户%d\n", 1+i%9, (i*7919+13)%100000000, i)
	}
	return []byte(b.String())
}

// sample is one of the shared sample files; the test says so and skips where they are not present.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		b, err := os.ReadFile(filepath.Join(dir, "shared", "data", "batches", name))
		if err == nil {
			return b
		}
		dir = filepath.Dir(dir)
	}
	t.Skipf("the sample file %s is not present beside the project", name)
	return nil
}

func TestTheWholeWay_fromContractToResumedService(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-09-28 09:00")
	w.hire(everyone...)
	sales, finance := w.as("sales"), w.as("finance")

	// 28 September: sales registers customer and contract, compliance verifies, both sides sign.
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-10-01", "2027-09-30", nil))
	if state := sales.get("/contracts/" + contract).str("state"); state != "awaiting_signature" {
		t.Fatalf("signed but without deposit the contract is %s", state)
	}
	if b := sales.raw("/contracts/" + contract + "/document"); !strings.HasPrefix(string(b), "%PDF") {
		t.Fatal("the contract is no PDF")
	}

	// 29 September: finance takes the deposit; the contract waits for its first day.
	w.to("2026-09-29 10:00")
	finance.post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-09-29", "method": "transfer", "reference": "D-1"})
	if got := sales.get("/contracts/" + contract); got.str("state") == "active" {
		t.Fatal("active before its start date")
	}
	w.to("2026-10-01 00:01")
	if got := sales.get("/contracts/" + contract); got.str("state") != "active" {
		t.Fatalf("on its first day with everything there the contract is %s: %v", got.str("state"), got["checklist"])
	}

	// 10 October: a batch goes in, is screened, approved by another person, handed off.
	w.to("2026-10-10 10:00")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	first := w.submit("sales", order, "到货通知.csv", rows(1234))
	w.work()
	b := sales.get("/batches/" + first)
	if b.str("state") != "review" {
		t.Fatalf("after screening the batch is %s: %v", b.str("state"), b)
	}
	w.approve("compliance_reviewer", first)
	w.work()
	w.to("2026-10-10 14:00") // late receipts of the loopback engine are in
	w.work()
	b = sales.get("/batches/" + first)
	if b.str("state") != "done" {
		t.Fatalf("after hand-off and receipts the batch is %s: %v", b.str("state"), b)
	}
	usage := sales.get("/contracts/" + contract + "/usage?month=2026-10").num("parts")
	if usage < 1150 || usage > 1234 {
		t.Fatalf("%d parts delivered of 1234", usage)
	}
	w.verify()

	// 1 November: the bill of October.
	w.to("2026-11-01 08:00")
	bills := sales.get("/bills?contract_id=" + contract).list("items")
	if len(bills) != 1 {
		t.Fatalf("%d bills on 1 November", len(bills))
	}
	bill := bills[0]
	want := 10000 + (usage-1000)*85/10
	if over := usage - 1000; over*85%10 >= 5 {
		want++
	}
	if usage <= 1000 {
		want = 10000
	}
	if bill.num("total_fen") != want || !strings.HasPrefix(bill.str("number"), "B-202610-") || bill.str("due_on") != "2026-11-15" {
		t.Fatalf("bill %v, want total %d", bill, want)
	}
	if p := sales.raw("/bills/" + bill.str("id") + "/document"); !strings.HasPrefix(string(p), "%PDF") {
		t.Fatal("the bill is no PDF")
	}

	// 16 November: overdue day 1. 25 November: last day of grace, service goes on. 26 November 00:00: suspended.
	w.to("2026-11-16 09:00")
	if s := sales.get("/bills/" + bill.str("id")).str("state"); s != "overdue" {
		t.Fatalf("on overdue day 1 the bill is %s", s)
	}
	w.to("2026-11-25 23:00")
	if s := sales.get("/contracts/" + contract).str("state"); s != "active" {
		t.Fatalf("on the last day of grace the contract is %s", s)
	}
	w.to("2026-11-26 00:01")
	if s := sales.get("/contracts/" + contract).str("state"); s != "suspended" {
		t.Fatalf("after grace the contract is %s", s)
	}

	// 26 November 10:00: a batch of the suspended contract is screened and approved, but held.
	w.to("2026-11-26 10:00")
	second := w.submit("sales", order, "第二批.csv", rows(200))
	w.work()
	if s := sales.get("/batches/" + second).str("state"); s != "review" {
		t.Fatalf("the batch of a suspended contract is %s", s)
	}
	w.approve("compliance_reviewer", second)
	w.work()
	if n := w.left(second); n != 0 {
		t.Fatalf("%d messages of a suspended contract were handed off", n)
	}
	w.verify()

	// 27 November: finance records what is owed; service resumes by itself and the held batch goes on.
	w.to("2026-11-27 10:00")
	owed := sales.get("/bills/" + bill.str("id")).num("open_fen")
	finance.post(201, "/payments", JSON{"customer_id": customer, "amount_fen": owed, "value_date": "2026-11-27", "method": "transfer", "bank_account": "6222000000000000001", "reference": "P-1"})
	if s := sales.get("/contracts/" + contract).str("state"); s != "active" {
		t.Fatalf("paid in full, the contract is %s", s)
	}
	if s := sales.get("/bills/" + bill.str("id")).str("state"); s != "paid" {
		t.Fatalf("paid in full, the bill is %s", s)
	}
	w.work()
	w.to("2026-11-27 14:00")
	w.work()
	if s := sales.get("/batches/" + second).str("state"); s != "done" {
		t.Fatalf("after resumption the held batch is %s: %v", s, sales.get("/batches/"+second+"/handoff"))
	}
	w.verify()

	// The contract's timeline tells it all.
	var told []string
	for _, e := range sales.get("/contracts/" + contract + "/timeline").list("items") {
		told = append(told, e.str("kind"))
	}
	for _, action := range []string{"contract.suspend", "contract.lift"} {
		if !strings.Contains(strings.Join(told, " "), action) {
			t.Errorf("the timeline does not tell of %s: %v", action, told)
		}
	}
}
