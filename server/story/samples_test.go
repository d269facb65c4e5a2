package story_test

import (
	"strings"
	"testing"
)

// sendable is a world with one contract in force, ready to take batches.
func sendable(t *testing.T) (w *World, contract, signature string) {
	t.Helper()
	w = start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract = w.contract(customer, blanks("2026-11-02", "2027-11-01", JSON{"deposit": "0.00", "included": "100000", "daily_cap": "60000"}))
	if s := w.as("sales").get("/contracts/" + contract).str("state"); s != "active" {
		t.Fatalf("the contract is %s", s)
	}
	return w, contract, signature
}

func TestSampleNotice_isScreenedWithItsBadRowsGivenBack(t *testing.T) {
	t.Parallel()
	file := sample(t, "notice_template_gbk.csv")
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template",
		"text": "【云帆商城】{姓名}您好，订单{订单号}已到货，应付{金额}元，请于{到货日期}前自提，咨询028-85551234。"}, "notice_template_gbk.csv", file)
	w.work()
	b := sales.get("/batches/" + id)
	if b.str("state") != "review" {
		t.Fatalf("the batch is %s: %v", b.str("state"), b)
	}
	good, bad, repeated := b.num("rows.good"), b.num("rows.bad"), b.num("rows.repeated")
	if good+bad+repeated != 20000 {
		t.Errorf("good %d + bad %d + repeated %d are not the 20,000 rows of the file: %v", good, bad, repeated, b["rows"])
	}
	if bad < 100 || repeated < 140 || good < 19500 {
		t.Errorf("good %d, bad %d, repeated %d", good, bad, repeated)
	}
	if e := b.str("file.encoding"); !strings.HasPrefix(strings.ToUpper(e), "GB") {
		t.Errorf("encoding %q was found", e)
	}
	errorsFile := string(sales.raw("/batches/" + id + "/errors"))
	for _, want := range []string{"1.38E+10", "02885551234"} {
		if !strings.Contains(errorsFile, want) {
			t.Errorf("the error file does not give back the row with %s", want)
		}
	}
	if n := strings.Count(strings.TrimSpace(errorsFile), "\n"); int64(n) < bad {
		t.Errorf("the error file has %d rows, %d were bad", n, bad)
	}
	w.verify()
}

func TestSampleMixedTexts_theBadOnesDoNotPass(t *testing.T) {
	t.Parallel()
	file := sample(t, "mixed_texts_utf8bom.csv")
	w, contract, signature := sendable(t)
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "marketing", "mode": "text_per_row"}, "mixed_texts_utf8bom.csv", file)
	w.work()
	b := w.as("sales").get("/batches/" + id)
	if b.str("state") != "review" && b.str("state") != "refused" {
		t.Fatalf("the batch is %s: %v", b.str("state"), b)
	}
	if stopped := b.num("verdicts.hold") + b.num("verdicts.refuse") + b.num("verdicts.escalate"); stopped < 400 {
		t.Errorf("only %d of about 600 bad messages were stopped: %v", stopped, b["rows"])
	}
	groups := w.as("compliance_reviewer").get("/batches/" + id + "/groups").list("items")
	if len(groups) == 0 {
		t.Error("nothing is grouped for review")
	}
	w.verify()
}

func TestSampleNumberRange_isRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	file := sample(t, "number_range_utf16.txt")
	w, contract, signature := sendable(t)
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text",
		"text": "【云帆商城】您的会员积分将于本月底到期，请及时使用。"}, "number_range_utf16.txt", file)
	w.work()
	b := w.as("sales").get("/batches/" + id)
	if b.str("state") != "refused" {
		t.Fatalf("5,000 consecutive numbers were not refused: %s %v", b.str("state"), b["reasons"])
	}
	if b.num("rows.good") != 5000 {
		t.Errorf("%d numbers were read", b.num("rows.good"))
	}
	reasons := b.list("reasons")
	if len(reasons) == 0 || reasons[0].str("detail") == "" || reasons[0].str("detail_en") == "" {
		t.Errorf("no reason in both languages: %v", b["reasons"])
	}
	w.verify()
}
