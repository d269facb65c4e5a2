package story_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"

	"sealgate/server/app"
	"sealgate/server/platform/blob/blobtest"
	"sealgate/server/testkit"
)

// look is the purpose and the grounds of a look.
func look(more JSON) JSON {
	v := JSON{"purpose": "complaint", "grounds": "投诉单 TS-1"}
	for k, x := range more {
		v[k] = x
	}
	return v
}

// sentTo makes a house with one customer and a batch of n messages that is sent and done, and gives contract, batch and a number.
func sentTo(t *testing.T, n int, change ...func(*app.Config)) (w *World, customer, contract, batch, phone string) {
	t.Helper()
	w = start(t, "2026-09-28 09:00", change...)
	w.hire(everyone...)
	for _, login := range []string{"compliance_lead_2", "compliance_reviewer_2"} {
		if err := w.App.Hire(t.Context(), login, []string{strings.TrimSuffix(login, "_2")}, "", password); err != nil {
			t.Fatal(err)
		}
	}
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract = w.contract(customer, blanks("2026-10-01", "2027-09-30", nil))
	w.to("2026-09-29 10:00")
	w.as("finance").post(201, "/contracts/"+contract+"/deposit", JSON{"amount_fen": 50000, "received_on": "2026-09-29", "method": "transfer", "reference": "D-1"})
	w.to("2026-10-10 10:00")
	batch = w.send(contract, signature, n)
	return w, customer, contract, batch, fmt.Sprintf("13%d%08d", 1+2%9, (2*7919+13)%100000000) // the third of rows()
}

// send leads a batch to its end.
func (w *World) send(contract, signature string, n int) string {
	w.t.Helper()
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	batch := w.submit("sales", order, "到货通知.csv", rows(n))
	w.work()
	w.approve("compliance_reviewer", batch)
	w.work()
	w.to(w.App.Clock.Today().String() + " 16:00")
	w.work()
	if s := w.as("sales").get("/batches/" + batch).str("state"); s != "done" {
		w.t.Fatalf("the batch is %s", s)
	}
	return batch
}

// find looks a number up and gives what is found.
func (w *World) find(phone string) []JSON {
	w.t.Helper()
	return w.as("compliance_reviewer").post(200, "/evidence/find", look(JSON{"phone": phone})).list("items")
}

func TestKeeping_aMessageIsFoundByItsNumber_withEverythingThatIsOnRecord(t *testing.T) {
	t.Parallel()
	w, _, _, batch, phone := sentTo(t, 60) // 10 October
	reviewer, lead := w.as("compliance_reviewer"), w.as("compliance_lead")

	reviewer.refused(422, "/evidence/find", JSON{"phone": phone, "purpose": "complaint", "grounds": " "}, "evidence.purpose")
	reviewer.refused(422, "/evidence/find", look(JSON{"phone": "12345"}), "evidence.phone")
	found := w.find(phone[:3] + " " + phone[3:7] + "-" + phone[7:])
	if len(found) != 1 || found[0].str("batch_id") != batch || found[0].num("seq") != 3 || !strings.HasPrefix(found[0].str("sent_at"), "2026-10-10") {
		t.Fatalf("found: %v", found)
	}
	if none := w.find("13912345678"); len(none) != 0 {
		t.Errorf("a number that got nothing: %v", none)
	}
	path := "/evidence/batches/" + batch + "/messages/3"
	m := reviewer.post(200, path, look(nil))
	masked := phone[:3] + "****" + phone[7:]
	if m.str("phone") != masked || m.at("unmasked") != false || !strings.Contains(m.str("text"), "客户2您好") {
		t.Errorf("the message: %v", m)
	}
	if m.num("source.line") != 4 || len(m.str("source.sha256")) != 64 || m.str("verdict.verdict") != "pass" || m.str("verdict.rule_set") == "" || m.str("outcome") != "approved" ||
		m.num("deciding") != 1 || len(m.str("manifest.chunks_hash")) != 64 || m.at("intact") != true || m.str("handoff.key") != batch+"-3" || len(m.list("handoff.slices")) != 1 ||
		len(m.list("handoff.receipts")) == 0 {
		t.Errorf("the chain has gaps: %v", m)
	}
	// The whole number needs a capability of its own; every look is in the trail.
	reviewer.refused(403, path, look(JSON{"unmask": true}), "evidence.unmask")
	if whole := lead.post(200, path, look(JSON{"unmask": true})); whole.str("phone") != phone || whole.at("unmasked") != true {
		t.Errorf("unmasked: %v", whole.str("phone"))
	}
	lead.refused(404, "/evidence/batches/"+batch+"/messages/61", look(nil), "evidence.no_message")
	for action, want := range map[string]int{"evidence.find": 2, "evidence.look": 1, "evidence.unmask": 1} {
		rows := w.as("auditor").get("/audit?action=" + action).list("items")
		if len(rows) != want {
			t.Errorf("%d audit rows %s, want %d", len(rows), action, want)
		}
		for _, r := range rows {
			if strings.Contains(fmt.Sprint(r), phone) || !strings.Contains(r.str("reason"), "投诉单 TS-1") {
				t.Errorf("%s: %v", action, r)
			}
		}
	}
	w.verify()
}

func TestKeeping_aMonthIsPurgedAfter184Days_andEverybodyIsTold(t *testing.T) {
	t.Parallel()
	w, _, _, batch, phone := sentTo(t, 60) // 10 October 2026
	lead := w.as("compliance_lead")
	plan := func(on string) JSON { return lead.get("/retention/plan?on=" + on).list("items")[0] }

	// Receipts and states of 10 October; the month ends on the 31st, 184 days later is 3 May 2027, so 4 May is the first day.
	if p := plan("2027-05-03"); p.str("due_on") != "2027-05-04" || p.str("state") != "waiting" || p.num("messages") != 60 || p.str("rule") != "month" {
		t.Errorf("the plan: %v", p)
	}
	if p := plan("2027-05-04"); p.str("state") != "due" {
		t.Errorf("the plan of the day: %v", p)
	}
	w.to("2027-05-03 23:00") // the last day
	if len(w.find(phone)) != 1 || len(lead.get("/retention/purges").list("items")) != 0 {
		t.Error("gone before its date")
	}
	w.verify()
	w.to("2027-05-04 01:00") // the first day after it
	purges := lead.get("/retention/purges").list("items")
	if len(purges) != 1 || purges[0].str("month") != "2026-10" || purges[0].num("messages") != 60 || purges[0].str("cleared_at") == "" || purges[0].num("objects") < 4 {
		t.Fatalf("the report: %v", purges)
	}
	if found := w.find(phone); len(found) != 0 {
		t.Errorf("still found: %v", found)
	}
	// Figures, hashes and decisions stay; the content does not, and every page says so.
	b := w.as("sales").get("/batches/" + batch)
	if b.str("state") != "done" || b.num("rows.good") != 60 || b.num("handoff.delivered") == 0 || b.str("purged.on") != "2027-05-04" || b.str("purged.rule") != "month" {
		t.Errorf("the batch: %v", b)
	}
	m := lead.post(200, "/evidence/batches/"+batch+"/messages/3", look(nil))
	if m.str("phone") != "" || m.str("text") != "" || m.str("purged.on") != "2027-05-04" || len(m.str("source.chunk_sha256")) != 64 || m.str("handoff.status") == "" || len(m.list("decisions")) != 1 || m.at("intact") != true {
		t.Errorf("the message: %v", m)
	}
	for _, path := range []string{"/batches/" + batch + "/groups"} {
		out := w.as("compliance_reviewer").call(404, "GET", path, nil)
		if out.str("code") != "crypt.key_gone" || !strings.Contains(out.str("detail"), "2027-05-04") || !strings.Contains(out.str("detail_en"), "purged on 2027-05-04") {
			t.Errorf("%s: %v", path, out)
		}
	}
	w.verify()
}

func TestKeeping_aLegalHoldKeepsWhatIsDueUntilAnotherPersonLiftsIt(t *testing.T) {
	t.Parallel()
	w, customer, _, batch, phone := sentTo(t, 30) // 10 October 2026
	lead, second := w.as("compliance_lead"), w.as("compliance_lead_2")
	w.to("2027-04-20 10:00") // 20 April 2027: a court asks to keep October's messages
	order := JSON{"customer_id": customer, "first_month": "2026-10", "last_month": "2026-11", "authority": "成都市锦江区人民法院", "reference": "（2027）川0104民初123号", "reason": "合同纠纷，须保全证据"}
	lead.refused(422, "/legal-holds", JSON{"authority": "法院", "reference": "1", "reason": "x"}, "retention.invalid")
	lead.refused(422, "/legal-holds", JSON{"customer_id": customer, "first_month": "2026-13", "last_month": "2026-11", "authority": "法院", "reference": "1", "reason": "x"}, "retention.invalid")
	hold := lead.post(201, "/legal-holds", order)
	w.to("2027-05-20 10:00") // 20 May: its day was 4 May
	if p := lead.get("/retention/plan").list("items"); p[0].str("state") != "held" || p[0].at("holds.0") != hold.str("number") {
		t.Errorf("the plan: %v", p)
	}
	if len(w.find(phone)) != 1 {
		t.Error("purged in spite of the hold")
	}
	w.verify()
	lead.refused(403, "/legal-holds/"+hold.str("id")+"/lift", JSON{"reason": "案件已结"}, "retention.own_hold")
	second.refused(422, "/legal-holds/"+hold.str("id")+"/lift", JSON{"reason": ""}, "retention.invalid")
	if h := second.post(200, "/legal-holds/"+hold.str("id")+"/lift", JSON{"reason": "案件已结"}); h.str("state") != "lifted" {
		t.Errorf("lifted: %v", h)
	}
	second.refused(409, "/legal-holds/"+hold.str("id")+"/lift", JSON{"reason": "again"}, "retention.lifted")
	w.to("2027-05-21 01:00") // the next day's job
	if len(w.find(phone)) != 0 || w.as("sales").get("/batches/"+batch).str("purged.on") != "2027-05-21" {
		t.Error("not purged after the hold")
	}
	// Too late for another.
	lead.refused(409, "/legal-holds", JSON{"batch_id": batch, "authority": "法院", "reference": "2", "reason": "保全"}, "retention.gone")
	w.verify()
}

func TestKeeping_aLawfulRequest(t *testing.T) {
	t.Parallel()
	w, customer, _, batch, phone := sentTo(t, 60) // 10 October 2026
	reviewer, lead := w.as("compliance_reviewer"), w.as("compliance_lead")

	// 12 October: the police bring their request; it is recorded with the paper.
	w.to("2026-10-12 10:00")
	order := func() JSON {
		return JSON{
			"ground": "lawful_request", "requester": "成都市公安局锦江区分局", "officers": "张某（警号 012345）、李某（警号 012346）", "reference": "锦公（刑）调证字〔2026〕88 号",
			"received_on": "2026-10-12", "reason": "侦办电信诈骗案件", "attachment_id": reviewer.upload("调取证据通知书.pdf", "disclosure", pdf("request")),
			"scope": JSON{"phones": []string{phone}, "first_day": "2026-10-01", "last_day": "2026-10-11"},
		}
	}
	bad := order()
	bad["ground"], bad["attachment_id"], bad["scope"] = "consent", "", JSON{"first_day": "2026-10-01", "last_day": "2026-09-01"}
	if e := reviewer.refused(422, "/disclosures", bad, "disclosure.invalid"); len(e.list("errors")) < 4 {
		t.Errorf("what is wrong: %v", e)
	}
	d := reviewer.post(201, "/disclosures", order())
	path := "/disclosures/" + d.str("id")
	if d.str("state") != "requested" || d.at("phones.0") != phone[:3]+"****"+phone[7:] || d.str("number") != "DS-2026-0001" {
		t.Errorf("recorded: %v", d)
	}
	// Nobody approves their own, and nothing is given out before.
	reviewer.call(403, "POST", path+"/approve", JSON{"reason": "核对无误"})
	own := lead.post(201, "/disclosures", JSON{
		"ground": "emergency", "requester": "成都市公安局", "received_on": "2026-10-12", "reason": "有人轻生", "scope": JSON{"phones": []string{phone}, "first_day": "2026-10-01", "last_day": "2026-10-12"},
	})
	lead.refused(403, "/disclosures/"+own.str("id")+"/approve", JSON{"reason": "核对无误"}, "disclosure.own")
	if own.str("papers_due_on") != "2026-10-15" {
		t.Errorf("an emergency's papers: %v", own)
	}
	out := reviewer.call(409, "GET", path+"/file?purpose="+url.QueryEscape("交给办案民警"), nil)
	if out.str("code") != "disclosure.state" {
		t.Errorf("before the approval: %v", out)
	}
	if d = lead.post(200, path+"/approve", JSON{"reason": "文书齐全，范围恰当"}); d.str("state") != "approved" {
		t.Errorf("approved: %v", d)
	}
	w.work()
	if d = reviewer.get(path); d.str("state") != "ready" || d.num("messages") != 1 || d.str("expires_on") != "2026-11-11" {
		t.Fatalf("made: %v", d)
	}
	if out := reviewer.call(422, "GET", path+"/file?purpose=", nil); out.str("code") != "disclosure.purpose" {
		t.Errorf("without a purpose: %v", out)
	}
	file := reviewer.raw(path + "/file?purpose=" + url.QueryEscape("交给办案民警张某"))
	sum := sha256.Sum256(file)
	if hex.EncodeToString(sum[:]) != d.str("sha256") {
		t.Error("the file does not have its hash")
	}
	files := unzip(t, file)
	if letter := files["cover-letter.pdf"]; !bytes.HasPrefix(letter, []byte("%PDF")) {
		t.Error("no cover letter")
	}
	if dir := os.Getenv("SEALGATE_TEST_KEEP"); dir != "" {
		_ = os.WriteFile(dir+"/cover-letter.pdf", files["cover-letter.pdf"], 0o600)
	}
	csv := string(files["messages.csv"])
	if strings.Count(csv, "\r\n") != 2 || !strings.Contains(csv, phone) || !strings.Contains(csv, "客户2您好") {
		t.Errorf("the table is not limited to its scope: %s", csv)
	}
	if chain := string(files["evidence.jsonl"]); strings.Count(chain, "\n") != 1 || !strings.Contains(chain, `"chunks_hash"`) || !strings.Contains(chain, phone) {
		t.Errorf("the chain: %s", chain)
	}
	for line := range strings.Lines(string(files["MANIFEST.sha256"])) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if sum := sha256.Sum256(files[name]); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s does not have its hash", name)
		}
	}
	if text, err := w.App.Notary.Open(files["MANIFEST.sha256.signed"]); err != nil || text != string(files["MANIFEST.sha256"]) {
		t.Errorf("the signature: %v", err)
	}
	if d = reviewer.get(path); len(d.list("downloads")) != 1 || d.str("downloads.0.purpose") != "交给办案民警张某" {
		t.Errorf("the log: %v", d.list("downloads"))
	}
	w.verify()

	// 13 October: all messages of a customer's batch, with its consent.
	w.to("2026-10-13 10:00")
	c := lead.post(201, "/disclosures", JSON{
		"ground": "consent", "requester": "成都云帆电子商务有限公司", "received_on": "2026-10-13", "reason": "客户核对", "attachment_id": lead.upload("同意书.pdf", "disclosure", pdf("consent")),
		"scope": JSON{"customer_id": customer, "batches": []string{w.as("sales").get("/batches/" + batch).str("number")}, "first_day": "2026-10-01", "last_day": "2026-10-31"}, "keep_days": 1,
	})
	w.as("compliance_lead_2").post(200, "/disclosures/"+c.str("id")+"/approve", JSON{"reason": "同意书有效"})
	w.work()
	if c = lead.get("/disclosures/" + c.str("id")); c.num("messages") != 60 || c.str("expires_on") != "2026-10-14" {
		t.Errorf("made: %v", c)
	}
	w.to("2026-10-15 01:00") // its last day is over
	if c = lead.get("/disclosures/" + c.str("id")); c.str("state") != "expired" {
		t.Errorf("expired: %v", c)
	}
	if out := lead.call(404, "GET", "/disclosures/"+c.str("id")+"/file?purpose="+url.QueryEscape("再看一次"), nil); out.str("code") != "disclosure.expired" {
		t.Errorf("after its last day: %v", out)
	}
	w.verify()
}

// What was stored as evidence is compared with what is on record of it: the file that a batch came in, the runs that numbers are found by,
// the files that were given out; and who lifted a hold with who placed it.
func TestKeeping_verifyTellsOfEvidenceThatIsGoneOrAnother(t *testing.T) {
	t.Parallel()
	w, customer, _, _, phone := sentTo(t, 30) // 10 October 2026
	lead, second := w.as("compliance_lead"), w.as("compliance_lead_2")
	w.to("2026-10-12 10:00")
	d := lead.post(201, "/disclosures", JSON{
		"ground": "emergency", "requester": "成都市公安局", "received_on": "2026-10-12", "reason": "有人轻生", "scope": JSON{"phones": []string{phone}, "first_day": "2026-10-01", "last_day": "2026-10-12"},
	})
	second.post(200, "/disclosures/"+d.str("id")+"/approve", JSON{"reason": "情况紧急"})
	w.work()
	hold := lead.post(201, "/legal-holds", JSON{"customer_id": customer, "first_month": "2026-10", "last_month": "2026-10", "authority": "法院", "reference": "1", "reason": "保全"})
	second.post(200, "/legal-holds/"+hold.str("id")+"/lift", JSON{"reason": "案件已结"})
	w.verify()

	// One after the other: gone, cut short, and as it was again.
	for folder, want := range map[string]string{"batches/": "its source file", "runs/": "is not in storage", "disclosures/": "its file is not the one"} {
		key, whole := w.object(folder)
		if err := w.App.Blobs.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		w.broken(want)
		w.put(key, whole[:len(whole)-1])
		w.broken(want)
		if err := w.App.Blobs.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		w.put(key, whole)
		w.verify()
	}
	who := func(sql string) {
		if err := w.App.DB.Run(t.Context(), func(ctx context.Context) error { return w.App.DB.Q(ctx).Exec(sql).Error }); err != nil {
			t.Fatal(err)
		}
	}
	who("UPDATE legal_holds SET reason = lifted_by, lifted_by = placed_by")
	w.broken("was lifted by who placed it")
	who("UPDATE legal_holds SET lifted_by = reason")
	w.verify()
}

// object gives a stored object below a folder; of a batch's, the source file.
func (w *World) object(folder string) (key string, whole []byte) {
	w.t.Helper()
	all, err := w.App.Blobs.List(w.t.Context(), folder)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, o := range all {
		if folder != "batches/" || strings.Contains(o.Key, "/source-") {
			if whole, err = w.App.Blobs.Read(w.t.Context(), o.Key); err != nil {
				w.t.Fatal(err)
			}
			return o.Key, whole
		}
	}
	w.t.Fatalf("nothing lies below %s", folder)
	return "", nil
}

func (w *World) put(key string, object []byte) {
	w.t.Helper()
	if _, err := w.App.Blobs.Put(w.t.Context(), key, bytes.NewReader(object)); err != nil {
		w.t.Fatal(err)
	}
}

// broken says that Verify tells of it.
func (w *World) broken(want string) {
	w.t.Helper()
	rep, err := w.App.Verify(testkit.System())
	if err != nil || !strings.Contains(fmt.Sprint(rep.Violations), want) {
		w.t.Errorf("nothing tells %q: %v, %v", want, rep.Violations, err)
	}
}

func unzip(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = b
	}
	return out
}

func TestKeeping_theWholeWayOverAnS3Service_keysInABucketOfTheirOwn(t *testing.T) {
	t.Parallel()
	s3 := blobtest.S3(t, blobtest.Options{})
	keys := blobtest.S3(t, blobtest.Options{})
	over := func(c *app.Config) {
		for to, from := range map[*app.StorageConfig]string{&c.Storage: s3.Endpoint, &c.KeyStore: keys.Endpoint} {
			to.Kind = "s3"
			to.S3 = app.S3Config{Endpoint: from, Bucket: s3.Bucket, AccessKey: s3.AccessKey, SecretKey: s3.SecretKey, Addressing: "path", Prefix: "house"}
		}
	}
	w, _, _, batch, phone := sentTo(t, 40, over) // 10 October 2026
	if found := w.find(phone); len(found) != 1 || found[0].str("batch_id") != batch {
		t.Errorf("found: %v", found)
	}
	w.verify()
	w.to("2027-05-04 01:00")
	if len(w.find(phone)) != 0 {
		t.Error("still found")
	}
	w.verify()
}
