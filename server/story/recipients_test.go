package story_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/recipient"
)

func sha(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// piece sends one piece of an upload.
func (p *Person) piece(want int, batch string, number int, content []byte) {
	p.w.t.Helper()
	status, _, b := p.do("PUT", fmt.Sprintf("/batches/%s/upload/pieces/%d?sha256=%s", batch, number, sha(content)), "application/octet-stream", strings.NewReader(string(content)))
	if status != want {
		p.w.t.Fatalf("piece %d: %d %s", number, status, b)
	}
}

// list sends a list of numbers.
func (p *Person) list(want int, path string, content string) JSON {
	p.w.t.Helper()
	status, _, b := p.do("POST", path, "application/octet-stream", strings.NewReader(content))
	if status != want {
		p.w.t.Fatalf("%s: %d %s", path, status, b)
	}
	var out JSON
	if err := json.Unmarshal(b, &out); err != nil {
		p.w.t.Fatalf("%s: %v in %s", path, err, b)
	}
	return out
}

func TestStory_aMarketingListNeedsConsent_andReplyingTEndsIt(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t) // 2026-11-02 09:00
	sales, reviewer := w.as("sales"), w.as("compliance_reviewer")
	customer := sales.get("/contracts/" + contract).str("customer_id")
	promotion := JSON{"contract_id": contract, "signature_id": signature, "category": "marketing", "mode": "list_one_text", "text": "【云帆商城】双十一会员专享满300减50，详询028-85551234，拒收请回复R"}
	numbers := "手机号\n13811110001\n13811110003\n13811110005\n"

	// 2 November: what will happen is told beforehand, and without consent the batch is refused as a whole.
	told := sales.get("/batch-allowance?contract_id=" + contract + "&signature_id=" + signature)
	if fmt.Sprint(told.at("without_consent")) != "[marketing]" || told.num("daily_cap") != 60000 || told.at("inside_hours") != true {
		t.Fatalf("told beforehand: %v", told)
	}
	refused := w.submit("sales", promotion, "a.csv", []byte(numbers))
	w.work()
	if b := sales.get("/batches/" + refused); b.str("state") != "refused" || !strings.Contains(fmt.Sprint(b["reasons"]), "MKT.NO_CONSENT") {
		t.Fatalf("without consent it is %s: %v", b.str("state"), b["reasons"])
	}

	// 3 November: the customer's proof is registered with its list, and checked by somebody else.
	w.to("2026-11-03 10:00")
	consent := sales.post(201, "/consents", JSON{
		"customer_id": customer, "category": "marketing", "title": "会员章程第 8 条：接收促销短信", "obtained": "web", "most": 4, "days": 30, "from": "2026-06-01", "until": "2026-12-31",
	}).str("id")
	list := "手机号\n13811110001\n1.38E+10\n13811110003\n13811110001\n"
	if p := sales.list(200, "/consents/"+consent+"/numbers?preview=true&name="+url.QueryEscape("名单.csv"), list); p.num("rows") != 4 || p.num("bad") != 1 || p.num("added") != 2 {
		t.Fatalf("preview: %v", p)
	}
	if p := sales.list(200, "/consents/"+consent+"/numbers?name=a.csv", list); p.num("added") != 2 || p.num("known") != 1 || len(p.list("faults")) != 1 {
		t.Fatalf("import: %v", p)
	}
	sales.refused(409, "/consents/"+consent+"/submit", JSON{}, "consent.no_evidence")
	sales.post(200, "/consents/"+consent+"/submit", JSON{"document_id": sales.upload("会员章程.pdf", "consent", pdf("terms"))})
	sales.refused(403, "/consents/"+consent+"/approve", JSON{}, "auth.forbidden")
	if c := reviewer.post(200, "/consents/"+consent+"/approve", JSON{}); c.str("state") != "live" || c.num("numbers") != 2 {
		t.Fatalf("%v", c)
	}

	// The same list again: who is not in the proof is left out, the others go on to the desk.
	second := w.submit("sales", promotion, "a.csv", []byte(numbers))
	w.work()
	b := sales.get("/batches/" + second)
	if b.str("state") != "review" || b.num("verdicts.refuse") != 1 || b.num("verdicts.refuse")+b.num("verdicts.pass")+b.num("verdicts.hold") != 3 {
		t.Fatalf("with consent it is %s: %v", b.str("state"), b["verdicts"])
	}

	// 4 November: one of them answers "ｔｄ" and stands on the list at once, with where it came from.
	w.to("2026-11-04 11:00")
	hasher, err := w.App.Recipients.Hasher(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.Recipients.Reply(actor.With(t.Context(), actor.System("reply")), recipient.Reply{
		ID: "reply1", Phone: "13811110001", PhoneHash: hasher.Hash("13811110001"), CustomerID: customer, BatchID: second, Text: "ｔｄ",
	}); err != nil {
		t.Fatal(err)
	}
	found := reviewer.get("/recipient-blocks?phone=138-1111-0001").list("items")
	if len(found) != 1 || found[0].str("source") != "reply" || found[0].str("phone") != "138****0001" || found[0].str("kind") != "opt_out" {
		t.Fatalf("the list: %v", found)
	}
	third := w.submit("sales", promotion, "a.csv", []byte(numbers))
	w.work()
	if b := sales.get("/batches/" + third); b.num("verdicts.refuse") != 2 {
		t.Errorf("after the reply %d are left out: %v", b.num("verdicts.refuse"), b["verdicts"])
	}

	// 1 January: the consent has run out.
	w.to("2027-01-01 09:00")
	told = sales.get("/batch-allowance?contract_id=" + contract)
	if fmt.Sprint(told.at("without_consent")) != "[marketing]" {
		t.Errorf("after its last day the consent still counts: %v", told)
	}
	w.verify()
}

func TestStory_aFileComesInPieces_isShownAndCorrectedBeforeItIsSubmitted(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t) // 2026-11-02 09:00
	sales := w.as("sales")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{称呼}您好，您的订单已发货。"}
	sales.refused(422, "/batches", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": order["text"],
		"scheduled_at": "2026-11-02T23:00:00+08:00"}, "batch.invalid")
	id := sales.post(201, "/batches", order).str("id")
	file := []byte("联系方式,姓名\n13811110001,王女士\n13811110003,李先生\n1.38E+10,赵先生\n")
	up := sales.post(200, "/batches/"+id+"/upload", JSON{"name": "名单.csv", "size": len(file), "sha256": sha(file)})
	if up.num("piece_count") != 1 || fmt.Sprint(up.at("missing")) != "[1]" {
		t.Fatalf("%v", up)
	}
	sales.refused(409, "/batches/"+id+"/upload/complete", JSON{}, "batch.pieces_missing")
	sales.piece(204, id, 1, file)
	sales.piece(204, id, 1, file)
	if status, out, _ := sales.send("PUT", "/batches/"+id+"/upload/pieces/1?sha256="+sha(nil), file); status != 422 || out.str("code") != "batch.piece" {
		t.Errorf("a piece with another hash: %d %v", status, out)
	}
	if up = sales.get("/batches/" + id + "/upload"); up.num("received") != int64(len(file)) {
		t.Fatalf("%v", up)
	}
	// The column for {称呼} is not found; the page shows the rows and asks.
	shown := sales.post(200, "/batches/"+id+"/preview", JSON{})
	if shown.str("problem.code") != "file.missing_column" || shown.list("columns")[0].str("use") != "phone" || len(shown.list("rows")) != 3 {
		t.Fatalf("%v", shown)
	}
	choice := JSON{"mapping": JSON{"header": true, "columns": []JSON{{"use": "phone"}, {"use": "variable", "variable": "称呼"}}}}
	shown = sales.post(200, "/batches/"+id+"/preview", choice)
	if first := shown.list("rows")[0]; shown.num("good") != 2 || first.str("text") != "【云帆商城】王女士您好，您的订单已发货。" || first.num("parts") != 1 || first.str("phone") != "138****0001" {
		t.Fatalf("%v", shown)
	}
	sales.post(200, "/batches/"+id+"/schedule", JSON{"scheduled_at": "2026-11-02T15:00:00+08:00"})
	sales.post(200, "/batches/"+id+"/upload/complete", choice)
	w.work()
	b := sales.get("/batches/" + id)
	if b.str("state") != "review" || b.num("rows.good") != 2 || b.num("rows.bad") != 1 || !strings.HasPrefix(b.str("scheduled_at"), "2026-11-02T15:00:00") || b.str("file.sha256") != sha(file) {
		t.Fatalf("%v", b)
	}
	sales.refused(409, "/batches/"+id+"/schedule", JSON{}, "batch.state")
	if status, _, _ := sales.send(http.MethodDelete, "/batches/"+id+"/upload", nil); status != 404 {
		t.Errorf("what is done was given up: %d", status)
	}
	w.verify()
}

func TestStory_listsLimitsAndSegmentsAreData(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t) // 2026-11-02 09:00
	lead, sales := w.as("compliance_lead"), w.as("sales")
	customer := sales.get("/contracts/" + contract).str("customer_id")

	// A list of complaints is looked at, imported for one customer, and taken back because it was the wrong one.
	list := "13811110001\n13811110003\n13811110001\n二三四\n"
	if p := lead.list(200, "/recipient-imports/blocks?preview=true&kind=blacklist&note=x", list); p.num("rows") != 4 || p.num("bad") != 1 {
		t.Fatalf("%v", p)
	}
	done := lead.list(200, "/recipient-imports/blocks?kind=blacklist&name=a.txt&note="+url.QueryEscape("九月投诉")+"&customer_id="+customer, list)
	if done.num("added") != 2 || done.num("bad") != 1 {
		t.Fatalf("%v", done)
	}
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已发货。"}, "a.txt", []byte("13811110001\n13811110007\n"))
	w.work()
	if b := sales.get("/batches/" + id); b.num("verdicts.refuse") != 1 {
		t.Errorf("%v", b["verdicts"])
	}
	lead.post(204, "/recipient-imports/"+done.str("id")+"/lift", JSON{"reason": "名单有误"})
	if left := lead.get("/recipient-blocks?customer_id=" + customer).list("items"); len(left) != 0 {
		t.Errorf("%v", left)
	}

	// 3 November: a stricter limit, a new table of segments and the month's ported numbers.
	w.to("2026-11-03 09:00")
	lead.post(204, "/recipient-limits", JSON{"category": "notice", "days": 7, "most": 3, "reason": "运营商通知"})
	lead.refused(422, "/recipient-limits", JSON{"category": "notice", "days": 0, "most": 3, "reason": "x"}, "recipient.limit")
	now := lead.get("/segments")
	table := strings.Replace(now.str("text"), "# version "+now.str("version"), "# version 2026-11", 1) + "\n1710 cbn\n"
	if p := lead.post(200, "/segments/preview", JSON{"text": table}); len(p.list("changes")) != 1 || p.list("changes")[0].str("prefix") != "1710" {
		t.Fatalf("%v", p["changes"])
	}
	lead.post(204, "/segments", JSON{"text": table, "note": "工信部公告"})
	lead.refused(409, "/segments", JSON{"text": table, "note": "again"}, "recipient.segments_version")
	if p := lead.list(200, "/recipient-imports/portings?note=x", "13811110007,联通\n"); p.num("added") != 1 {
		t.Fatalf("%v", p)
	}
	id = w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已发货。"}, "a.txt", []byte("13811110007\n17101234567\n"))
	w.work()
	b := sales.get("/batches/" + id)
	if b.num("rows.good") != 2 {
		t.Fatalf("a number of the new segment: %v", b["rows"])
	}
	group := sales.get("/batches/" + id + "/groups").list("items")[0].str("id")
	for _, m := range sales.get("/batches/" + id + "/groups/" + group + "/messages").list("items") {
		if want := map[string]string{"138****0007": "cucc", "171****4567": "cbn"}[m.str("phone")]; m.str("carrier") != want {
			t.Errorf("%s is of %s, want %s", m.str("phone"), m.str("carrier"), want)
		}
	}
	w.verify()
}
