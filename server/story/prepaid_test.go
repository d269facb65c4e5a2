package story_test

import (
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

// prepaid takes over a prepaid agreement that was signed outside.
func (w *World) prepaid(customerID, start, end, price string) string {
	w.t.Helper()
	terms := plan.Defaults(plan.KindPrepaid)
	terms.Price = money.MustDecimal(price)
	c, err := w.App.Contracts.Adopt(testkit.System(), contract.Adoption{CustomerID: customerID, Kind: plan.KindPrepaid, Start: caldate.MustParse(start), End: caldate.MustParse(end), Terms: terms,
		AllowedCategories: []string{"notice"}, Carriers: []string{"cmcc", "cucc", "ctcc"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c.ID
}

// topUp records a top-up as sales and has finance confirm it.
func (w *World) topUp(contractID string, fen int64, reference string) {
	w.t.Helper()
	move := w.as("sales").post(201, "/contracts/"+contractID+"/wallet/top-ups", JSON{
		"amount_fen": fen, "reference": reference, "value_date": w.App.Clock.Today().String(), "attachment_id": w.as("sales").upload("汇款凭证.pdf", "payment_proof", pdf("proof")),
	}).str("id")
	w.as("sales").refused(403, "/wallet-moves/"+move+"/decision", JSON{"confirm": true}, "auth.forbidden")
	w.as("finance").post(200, "/wallet-moves/"+move+"/decision", JSON{"confirm": true})
}

func TestPrepaid_fromTheFirstTopUpToTheEndOfTheTerm(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-09-28 09:00")
	w.hire(everyone...)
	sales, finance, lead := w.as("sales"), w.as("finance"), w.as("finance_lead")

	// 28 September: customer and agreement; it comes into force on 1 October.
	customer, signature := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	id := w.prepaid(customer, "2026-10-01", "2026-12-31", "0.05")
	w.to("2026-10-01 00:01")
	if s := sales.get("/contracts/" + id).str("state"); s != "active" {
		t.Fatalf("on its first day the agreement is %s", s)
	}

	// 9 October: nothing is there, so nothing leaves.
	w.to("2026-10-09 10:00")
	order := JSON{"contract_id": id, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	batch := w.submit("sales", order, "到货通知.csv", rows(1200))
	w.work()
	w.approve("compliance_reviewer", batch)
	w.work()
	if n := w.left(batch); n != 0 {
		t.Fatalf("%d messages left without a balance", n)
	}
	if h := sales.get("/batches/" + batch + "/handoff"); h.str("holds.0.reason") != "balance" {
		t.Fatalf("held for %v", h["holds"])
	}

	// 10 October: 50.00 come in. Who recorded them can't confirm them; a line of the bank's statement counts once.
	w.to("2026-10-10 10:00")
	w.topUp(id, 50_00, "BANK-20261010-1")
	sales.refused(409, "/contracts/"+id+"/wallet/top-ups", JSON{"amount_fen": 50_00, "reference": "BANK-20261010-1", "value_date": "2026-10-10"}, "wallet.duplicate")
	own := finance.post(201, "/contracts/"+id+"/wallet/top-ups", JSON{"amount_fen": 1, "reference": "BANK-20261010-2", "value_date": "2026-10-10"}).str("id")
	finance.refused(403, "/wallet-moves/"+own+"/decision", JSON{"confirm": true}, "wallet.own")
	lead.post(200, "/wallet-moves/"+own+"/decision", JSON{"confirm": false, "reason": "未见到账"})
	w.work()
	// A thousand parts are paid for and leave; the rest waits.
	if n := w.left(batch); n < 1000 || n >= 1200 {
		t.Fatalf("%d messages left for 50.00 at 0.05", n)
	}
	if h := sales.get("/batches/" + batch + "/handoff"); h.str("holds.0.reason") != "balance" {
		t.Fatalf("held for %v", h["holds"])
	}
	w.verify()
	wallet := sales.get("/contracts/" + id + "/wallet")
	if wallet.num("available_fen") >= 5 || wallet.num("reservations.0.held") == 0 {
		t.Fatalf("%v", wallet)
	}

	// 11 October: 20.00 more; the batch goes on by itself. Receipts charge what was delivered, failures give back.
	w.to("2026-10-11 10:00")
	w.topUp(id, 20_00, "BANK-20261011-1")
	w.work()
	if n := w.left(batch); n != 1200 {
		t.Fatalf("%d of 1200 messages have left after the top-up", n)
	}
	w.to("2026-10-11 16:00")
	w.work()
	if s := sales.get("/batches/" + batch).str("state"); s != "done" {
		t.Fatalf("the batch is %s", s)
	}
	parts := sales.get("/contracts/" + id + "/usage?month=2026-10").num("parts")
	wallet = sales.get("/contracts/" + id + "/wallet")
	if wallet.num("balance_fen") != 70_00-parts*5 || wallet.num("reserved_fen") != 0 {
		t.Fatalf("%d parts were delivered: %v", parts, wallet)
	}
	w.verify()

	// What is left is low: the customer has been told once.
	if wallet.at("low") != false {
		t.Fatalf("70.00 less %d × 0.05 is not low: %v", parts, wallet)
	}
	sales.call(200, "PUT", "/contracts/"+id+"/wallet/threshold", JSON{"threshold_fen": 20_00})
	if wallet = sales.get("/contracts/" + id + "/wallet"); wallet.at("low") != true {
		t.Fatalf("below the threshold and not low: %v", wallet)
	}
	if l := sales.get("/wallets?low=true").list("items"); len(l) != 1 || l[0].num("balance_fen") != 70_00-parts*5 || l[0].str("contract_id") != id {
		t.Fatalf("those with little left: %v", l)
	}

	// 1 November: the wallet has paid for everything, so there is no bill; its statement has the charges.
	w.to("2026-11-01 08:00")
	if bills := sales.get("/bills?contract_id=" + id).list("items"); len(bills) != 0 {
		t.Fatalf("a bill although the wallet has paid: %v", bills)
	}
	wallet = sales.get("/contracts/" + id + "/wallet")
	if wallet.num("months.0.charged_fen") != parts*5 || wallet.num("months.0.lines.0.amount_fen") != parts*5 || wallet.num("months.0.open_parts") != 0 {
		t.Fatalf("%v", wallet["months"])
	}

	// 1 January: the term is over without a renewal. The rest waits for finance to pay it back, with the bank's reference.
	w.to("2027-01-02 10:00")
	if s := sales.get("/contracts/" + id).str("state"); s != "expired" && s != "settled" && s != "closed" {
		t.Fatalf("after its last day the agreement is %s", s)
	}
	var refund JSON
	for _, m := range finance.get("/wallet-moves?state=requested&contract_id=" + id).list("items") {
		if m.str("kind") == "refund" {
			refund = m
		}
	}
	if refund.num("amount_fen") != 70_00-parts*5 {
		t.Fatalf("to be paid back: %v", refund)
	}
	finance.refused(422, "/wallet-moves/"+refund.str("id")+"/decision", JSON{"confirm": true}, "wallet.invalid")
	finance.post(200, "/wallet-moves/"+refund.str("id")+"/decision", JSON{"confirm": true, "reference": "OUT-20270102-1"})
	if wallet = sales.get("/contracts/" + id + "/wallet"); wallet.num("balance_fen") != 0 || wallet.str("ended_on") == "" {
		t.Fatalf("%v", wallet)
	}
	var receipt string
	for _, m := range wallet.list("moves") {
		if m.str("kind") == "top_up" && m.str("state") == "done" {
			receipt = m.str("id")
		}
	}
	if b := sales.raw("/wallet-moves/" + receipt + "/receipt"); !strings.HasPrefix(string(b), "%PDF") {
		t.Fatal("the receipt of a top-up is no PDF")
	}
	w.verify()
}
