package httpapi_test

import (
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/plan"
	"sealgate/server/staff"
)

// till is the API with the money side, its people, and one customer of the sales person wang with one contract.
type till struct {
	*apitest.Kit
	money                *moneytest.Counter
	wang, zhang, finance *apitest.Client
	customer, contract   string
}

func newTill(t *testing.T, edit ...func(*httpapi.Deps)) *till {
	t.Helper()
	c := &till{}
	c.Kit = apitest.New(t, func(k *apitest.Kit, d *httpapi.Deps) {
		m := moneytest.Of(contracttest.Over(t, k.DB, k.Clock, k.Fake))
		c.money = m
		d.Documents, d.Notices, d.Customers, d.Contracts, d.Ledger = m.Documents, m.Notices, m.Customers, m.Contracts, m.Ledger
		d.Usage, d.Bills, d.Payments, d.Dunning, d.Deposits, d.Collection = m.Usage, m.Bills, m.Payments, m.Dunning, m.Deposits, m.Collection
		for _, e := range edit {
			e(d)
		}
	})
	c.wang, c.zhang, c.finance = c.Person("wang", "", staff.Sales), c.Person("zhang", "", staff.Sales), c.As(staff.Finance)
	c.customer = created(c.wang.Post("/customers", customerBody(1)))
	c.contract = c.money.Contract(t, c.customer, "2026-10-01", "2027-09-30", moneytest.Package("1234.56"))
	return c
}

func TestMoney_whoMayDoWhat(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	for _, x := range []struct {
		method, path, capability string
		body                     any
	}{
		{"GET", "/bills", "bill.read", nil},
		{"GET", "/bills/x", "bill.read", nil},
		{"GET", "/bills/x/document", "bill.read", nil},
		{"POST", "/bill-runs", "bill.run", object{"month": "2026-10", "dry_run": true}},
		{"GET", "/bill-runs/x", "bill.run", nil},
		{"GET", "/payments", "payment.read", nil},
		{"POST", "/payments", "payment.record", object{}},
		{"GET", "/payments/x/receipt", "payment.read", nil},
		{"POST", "/contracts/x/deposit", "deposit.receive", object{}},
		{"GET", "/ledger/entries", "ledger.read", nil},
		{"GET", "/ledger/trial-balance", "ledger.read", nil},
		{"GET", "/contracts/x/usage", "usage.read", nil},
	} {
		c.Refuses(x.method, x.path, x.capability, x.body)
	}
}

func TestBills_fromPreviewToPaid(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	c.money.Use(t, c.contract, "2026-10-20", 1234)

	var run struct {
		ID, State string
		Count     int64
		TotalFen  int64 `json:"total_fen"`
		Items     []object
	}
	c.finance.Post("/bill-runs", object{"month": "2026-10", "dry_run": true}).Want(201).JSON(&run)
	if run.State != "preview" || run.Count != 1 || run.TotalFen != 125445 || len(run.Items) != 1 {
		t.Fatalf("%+v", run)
	}
	c.finance.Post("/bill-runs", object{"month": "2026-10"}).Problem(409, "bill.month_open")
	c.finance.Post("/bill-runs", object{"month": "2026-13"}).Problem(422, "month.invalid")
	c.finance.Post("/bill-runs", object{}).Problem(422, "")
	c.money.Jump(t, "2026-11-01")
	c.finance = c.Person("finance2", "", staff.Finance)
	c.wang, c.zhang = c.Person("wang2", "", staff.SalesLead), c.Person("zhang2", "", staff.Sales)
	c.finance.Post("/bill-runs", object{"month": "2026-10"}).Want(201).JSON(&run)
	if run.State != "done" || run.Count != 1 {
		t.Fatalf("%+v", run)
	}
	c.finance.Get("/bill-runs/" + run.ID).Want(200)

	var list struct {
		Items  []struct{ ID, Number, State string }
		Total  int64
		Totals struct {
			OpenFen int64 `json:"open_fen"`
		}
	}
	c.finance.Get("/bills?month=2026-10&state=issued&q=B-2026").Want(200).JSON(&list)
	if list.Total != 1 || list.Totals.OpenFen != 125445 || list.Items[0].Number != "B-202610-000001" {
		t.Fatalf("%+v", list)
	}
	id := list.Items[0].ID
	c.finance.Get("/bills?month=2026-1").Problem(422, "month.invalid")
	c.finance.Get("/bills?state=lost").Want(422)
	if pdf := c.finance.Get("/bills/" + id + "/document").Want(200); !strings.HasPrefix(string(pdf.Body), "%PDF") {
		t.Error("no PDF")
	}
	// Another sales person's customers can't be seen, whatever the path.
	c.zhang.Get("/bills/"+id).Problem(404, "bill.not_found")
	c.zhang.Get("/bills/"+id+"/document").Problem(404, "bill.not_found")
	c.zhang.Get("/contracts/"+c.contract+"/usage?month=2026-10").Problem(404, "contract.not_found")
	c.zhang.Get("/bills").Want(200).JSON(&list)
	if list.Total != 0 || list.Totals.OpenFen != 0 {
		t.Errorf("a list or its totals leak: %+v", list)
	}

	for d := caldate.MustParse("2026-11-02"); !d.After(caldate.MustParse("2026-11-20")); d = d.AddDays(1) {
		c.money.Jump(t, d.String())
		c.money.Day(t, d)
	}
	c.finance = c.Person("finance3", "", staff.Finance)
	good := object{"customer_id": c.customer, "amount_fen": 125445, "value_date": "2026-11-18", "method": "transfer", "reference": "TX-1"}
	for field, bad := range map[string]any{"amount_fen": -1, "value_date": "2026-11-21", "method": "gold", "reference": ""} {
		body := object{}
		for k, v := range good {
			body[k] = v
		}
		body[field] = bad
		if a := c.finance.Post("/payments", body).Want(422); !strings.Contains(string(a.Body), field) {
			t.Errorf("%s: %s", field, a.Body)
		}
	}
	for _, raw := range []string{`"amount_fen":1e3`, `"amount_fen":9223372036854775808`, `"amount_fen":1.5`} {
		body := `{"customer_id":"` + c.customer + `","value_date":"2026-11-18","method":"cash",` + raw + `}`
		if a := c.finance.Post("/payments", body); a.Status < 400 || a.Status > 499 {
			t.Errorf("%s: %d %s", raw, a.Status, a.Body)
		}
	}
	var paid struct {
		ID, Number  string
		Allocations []object
	}
	c.finance.Post("/payments", good).Want(201).JSON(&paid)
	if paid.Number != "R-2026-000001" || len(paid.Allocations) != 1 {
		t.Fatalf("%+v", paid)
	}
	c.finance.Post("/payments", good).Problem(409, "payment.duplicate")
	c.finance.Get("/payments/" + paid.ID).Want(200)
	c.finance.Get("/payments/" + paid.ID + "/receipt").Want(200)
	c.finance.Get("/payments?q=TX-1").Want(200)

	var bill struct {
		State       string
		OpenFen     int64    `json:"open_fen"`
		LateFeeFen  int64    `json:"late_fee_fen"`
		TotalWords  string   `json:"total_words"`
		LateFeeDays []object `json:"late_fee_days"`
		Lines       []object
		Allocations []object
		Entries     []object
	}
	c.finance.Get("/bills/" + id).Want(200).JSON(&bill)
	// 3 days of 1,254.45, then 2 of the 11.29 that the late fee took from the principal: 11.29005 + 0.06774
	if bill.LateFeeFen != 1136 || bill.OpenFen != 1136 || len(bill.LateFeeDays) == 0 || len(bill.Lines) != 2 || len(bill.Allocations) != 1 || len(bill.Entries) < 4 ||
		bill.TotalWords != "人民币壹仟贰佰伍拾肆元肆角伍分" {
		t.Fatalf("%+v", bill)
	}
	var balance struct {
		SumFen   int64 `json:"sum_fen"`
		Accounts []object
	}
	c.finance.Get("/ledger/trial-balance").Want(200).JSON(&balance)
	if balance.SumFen != 0 || len(balance.Accounts) < 5 {
		t.Fatalf("%+v", balance)
	}
	var entries struct{ Total int64 }
	c.finance.Get("/ledger/entries?account=bank&customer_id=" + c.customer).Want(200).JSON(&entries)
	if entries.Total != 1 {
		t.Fatalf("%+v", entries)
	}
	var usage struct{ Parts int64 }
	c.finance.Get("/contracts/" + c.contract + "/usage?month=2026-10").Want(200).JSON(&usage)
	if usage.Parts != 1234 {
		t.Fatalf("%+v", usage)
	}
	c.money.Sound(t)
}

func TestDeposits_receiveRefusesAndRefund(t *testing.T) {
	t.Parallel()
	c := newTill(t)
	c.finance.Post("/contracts/"+c.contract+"/deposit", object{"amount_fen": 100, "received_on": "2026-10-01", "method": "cash"}).Problem(409, "deposit.none")
	id := c.money.Contract(t, c.customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00", func(p *plan.Terms) { p.Deposit = 50000 }))
	at := "/contracts/" + id + "/deposit"
	body := object{"amount_fen": 20000, "received_on": "2026-10-01", "method": "transfer", "reference": "D-1"}
	var d struct {
		HeldFen    int64 `json:"held_fen"`
		MissingFen int64 `json:"missing_fen"`
		Moves      []struct {
			ID, Number string
			Words      string `json:"amount_words"`
		}
	}
	c.finance.Post(at, body).Want(201).JSON(&d)
	if d.HeldFen != 20000 || d.MissingFen != 30000 || d.Moves[0].Number != "R-2026-000001" || d.Moves[0].Words != "人民币贰佰元整" {
		t.Fatalf("%+v", d)
	}
	c.finance.Post(at, body).Problem(409, "deposit.duplicate")
	c.finance.Post(at, object{"amount_fen": 30001, "value_date": "2026-10-01", "method": "cash"}).Problem(422, "deposit.invalid")
	c.finance.Post(at, object{"amount_fen": 0, "received_on": "2026-10-01", "method": "cash"}).Problem(422, "deposit.invalid")
	c.finance.Post(at, object{"amount_fen": 30000, "value_date": "2026-10-01", "method": "cash"}).Want(201)
	if pdf := c.finance.Get("/deposits/" + d.Moves[0].ID + "/receipt").Want(200); !strings.HasPrefix(string(pdf.Body), "%PDF") {
		t.Error("no receipt")
	}
	c.zhang.Get("/deposits/"+d.Moves[0].ID+"/receipt").Problem(404, "deposit.not_found")
	refund := object{"amount_fen": 50000, "value_date": "2026-10-01", "method": "transfer", "reference": "OUT-1", "reason": "合同终止"}
	c.finance.Post(at+"/refunds", refund).Problem(409, "deposit.not_ended")
	if _, err := c.DB.SQL().Exec("UPDATE contracts SET state = 'settled' WHERE id = '" + id + "'"); err != nil {
		t.Fatal(err)
	}
	var move struct{ ID, State string }
	c.finance.Post(at+"/refunds", refund).Want(201).JSON(&move)
	c.finance.Post("/deposits/"+move.ID+"/decision", object{"approve": true}).Problem(403, "deposit.own_refund")
	lead := c.As(staff.FinanceLead)
	lead.Post("/deposits/"+move.ID+"/decision", object{"approve": true}).Want(200)
	lead.Post("/deposits/"+move.ID+"/decision", object{"approve": true}).Problem(409, "deposit.decided")
	lead.Get(at).Want(200).JSON(&d)
	if d.HeldFen != 0 {
		t.Fatalf("%+v", d)
	}
	c.money.Sound(t)
}
