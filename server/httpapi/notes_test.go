package httpapi_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"sealgate/server/contract/contracttest"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
	"sealgate/server/statement"
	"sealgate/server/taxinvoice"
	"sealgate/server/testkit"
)

// desk is the till with statements and tax invoices, October billed (1,234.56 + 19.89), and the clock at noon of 1 November.
type desk struct {
	*till
	invoices           *taxinvoice.Service
	finance, lead, own *apitest.Client
	bill               string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	c := &desk{}
	c.till = newTill(t, func(d *httpapi.Deps) {
		folder, err := taxinvoice.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		d.Statements = statement.New(d.DB, d.Clock, d.Trail, statement.Deps{Bills: d.Bills, Customers: d.Customers, Usage: d.Usage, Notices: d.Notices, Provider: contracttest.Provider()})
		c.invoices = taxinvoice.New(d.DB, d.Clock, d.Trail, taxinvoice.Deps{Bills: d.Bills, Customers: d.Customers, Documents: d.Documents, Notices: d.Notices, Provider: contracttest.Provider(), Platform: folder})
		d.TaxInvoices = c.invoices
	})
	c.money.Use(t, c.contract, "2026-10-20", 1234)
	c.money.To(t, "2026-11-01")
	c.bill = c.money.Bill(t, c.contract, "2026-10").ID
	c.people(t, "1")
	return c
}

// people signs everybody in again: moving the clock has ended their sessions.
func (c *desk) people(t *testing.T, n string) {
	t.Helper()
	c.finance, c.lead = c.Person("fin"+n, "", staff.Finance), c.Person("lead"+n, "", staff.FinanceLead)
	c.own = c.Person("cust"+n, c.customer, staff.CustomerRole)
}

func TestNotesStatementsInvoices_whoMayDoWhat(t *testing.T) {
	t.Parallel()
	c := newDesk(t)
	for _, x := range []struct {
		method, path, capability string
		body                     any
	}{
		{"POST", "/bills/x/credit-notes", "bill.note", object{}},
		{"POST", "/bills/x/debit-notes", "bill.note", object{}},
		{"GET", "/bill-notes", "bill.read", nil},
		{"GET", "/bill-notes/x", "bill.read", nil},
		{"GET", "/bill-notes/x/document", "bill.read", nil},
		{"GET", "/note-requests", "bill.note", nil},
		{"POST", "/note-requests/x/decision", "bill.note", object{}},
		{"GET", "/disputes", "bill.read", nil},
		{"POST", "/bills/x/disputes", "bill.dispute", object{}},
		{"POST", "/disputes/x/resolution", "bill.dispute", object{}},
		{"GET", "/reissues", "bill.reissue", nil},
		{"POST", "/reissues", "bill.reissue", object{}},
		{"POST", "/reissues/x/run", "bill.reissue", nil},
		{"GET", "/statements", "statement.read", nil},
		{"GET", "/statements/x/document", "statement.read", nil},
		{"POST", "/statements/x/confirmation", "statement.answer", object{}},
		{"POST", "/statements/x/disputes", "statement.answer", object{}},
		{"POST", "/statement-runs", "statement.run", object{}},
		{"GET", "/tax-invoices", "taxinvoice.read", nil},
		{"POST", "/bills/x/tax-invoices", "taxinvoice.write", nil},
		{"POST", "/tax-invoices/x/answer", "taxinvoice.write", object{}},
		{"POST", "/tax-invoices/x/red-flush", "taxinvoice.write", object{}},
		{"POST", "/tax-invoices/x/resubmit", "taxinvoice.write", nil},
	} {
		c.Refuses(x.method, x.path, x.capability, x.body)
	}
}

type shownBill struct {
	State       string
	OpenFen     int64 `json:"open_fen"`
	NotedFen    int64 `json:"noted_fen"`
	DisputedFen int64 `json:"disputed_fen"`
	Notes       []object
	Disputes    []object
	Requests    []object `json:"note_requests"`
	Rest        []object
	Invoices    []object `json:"tax_invoices"`
	StatementID string   `json:"statement_id"`
	Entries     []object
	Actions     []string `json:"available_actions"`
}

func TestNotes_fromAskingToPaper(t *testing.T) {
	t.Parallel()
	c := newDesk(t)
	c.finance.Post("/bills/"+c.bill+"/credit-notes", object{"amount_fen": 999999999, "reason": "x"}).Problem(409, "bill.too_much")
	c.finance.Post("/bills/"+c.bill+"/credit-notes", object{"reason": "x"}).Problem(422, "bill.note_invalid")
	for _, raw := range []string{"1e3", "NaN", "9223372036854775808", "-1", "1.5"} {
		if a := c.finance.Post("/bills/"+c.bill+"/credit-notes", `{"reason":"x","amount_fen":`+raw+`}`); a.Status < 400 || a.Status > 499 {
			t.Errorf("%s: %d", raw, a.Status)
		}
	}
	var r struct {
		ID, State string
		Note      *struct{ ID, Number, Hash string }
		Actions   []string `json:"available_actions"`
	}
	c.finance.Post("/bills/"+c.bill+"/credit-notes", object{"lines": []object{{"line": 1, "amount_fen": 1989}}, "reason": "计数有误"}).Want(201).JSON(&r)
	if r.State != "approved" || r.Note == nil || r.Note.Number != "CN-202611-000001" {
		t.Fatalf("%+v", r)
	}
	first := r.Note.ID
	c.finance.Post("/bills/"+c.bill+"/credit-notes", object{"amount_fen": 100001, "reason": "补偿"}).Want(201).JSON(&r)
	if r.State != "waiting" || len(r.Actions) != 0 {
		t.Fatalf("%+v", r)
	}
	c.finance.Post("/note-requests/"+r.ID+"/decision", object{"approve": true}).Problem(403, "bill.own_request")
	var list struct {
		Total int64
		Items []struct {
			ID      string
			Actions []string `json:"available_actions"`
		}
	}
	c.lead.Get("/note-requests?state=waiting").Want(200).JSON(&list)
	if list.Total != 1 || len(list.Items[0].Actions) != 2 {
		t.Fatalf("%+v", list)
	}
	c.lead.Post("/note-requests/"+r.ID+"/decision", object{"approve": true}).Want(200)
	c.lead.Post("/note-requests/"+r.ID+"/decision", object{"approve": false, "reason": "x"}).Problem(409, "bill.decided")

	var b shownBill
	c.finance.Get("/bills/" + c.bill).Want(200).JSON(&b)
	if b.NotedFen != -101990 || len(b.Notes) != 2 || len(b.Entries) != 3 || len(b.Rest) != 2 || b.OpenFen != 125445-101990 {
		t.Fatalf("%+v", b)
	}
	if pdf := c.own.Get("/bill-notes/" + first + "/document").Want(200); !strings.HasPrefix(string(pdf.Body), "%PDF") {
		t.Error("no PDF")
	}
	c.own.Get("/bills/" + c.bill).Want(200).JSON(&b)
	if len(b.Notes) != 2 || len(b.Entries) != 0 || len(b.Requests) != 0 {
		t.Errorf("the customer sees %+v", b)
	}
	stranger := c.Person("fremd", "", staff.Sales)
	stranger.Get("/bill-notes/"+first).Problem(404, "bill.note_not_found")
	stranger.Get("/bill-notes/"+first+"/document").Problem(404, "bill.note_not_found")
	c.money.Sound(t)
}

func TestStatement_isDisputedByTheCustomerDecidedByFinanceAndConfirmed(t *testing.T) {
	t.Parallel()
	c := newDesk(t)
	c.finance.Post("/statement-runs", object{"month": "2026-11"}).Problem(409, "statement.month_open")
	c.finance.Post("/statement-runs", object{"month": "2026-10"}).Want(200)
	var list struct {
		Total int64
		Items []struct{ ID, State string }
	}
	c.own.Get("/statements").Want(200).JSON(&list)
	if list.Total != 1 {
		t.Fatalf("%+v", list)
	}
	id := list.Items[0].ID
	var s struct {
		State    string
		Charges  []struct{ Line int }
		Disputes []struct {
			ID, State string
			Actions   []string `json:"available_actions"`
		}
		NotWaived string   `json:"not_waived"`
		Actions   []string `json:"available_actions"`
	}
	c.own.Get("/statements/" + id).Want(200).JSON(&s)
	if len(s.Charges) != 2 || !strings.Contains(s.NotWaived, "不构成") || len(s.Actions) != 3 {
		t.Fatalf("%+v", s)
	}
	c.own.Post("/statements/"+id+"/disputes", object{"lines": []object{{"line": 1, "amount_fen": 1990}}, "reason": "多了"}).Problem(422, "bill.dispute_invalid")
	c.own.Post("/statements/"+id+"/disputes", object{"lines": []object{{"line": 1, "amount_fen": 1989}}, "reason": "不是我们发的"}).Want(201).JSON(&s)
	if s.State != "disputed" || len(s.Disputes) != 1 || strings.Join(s.Disputes[0].Actions, ",") != "withdraw" {
		t.Fatalf("%+v", s)
	}
	d := s.Disputes[0].ID
	c.own.Post("/statements/"+id+"/confirmation", object{}).Problem(409, "statement.open_disputes")
	c.own.Post("/disputes/"+d+"/resolution", object{"outcome": "upheld", "reason": "我说对"}).Problem(403, "bill.only_withdraw")
	var b shownBill
	c.own.Get("/bills/" + c.bill).Want(200).JSON(&b)
	if b.DisputedFen != 1989 || b.StatementID != id || len(b.Disputes) != 1 {
		t.Fatalf("%+v", b)
	}
	c.finance.Post("/disputes/"+d+"/resolution", object{"outcome": "upheld", "reason": "核对属实"}).Want(200)
	c.own.Post("/statements/"+id+"/confirmation", object{}).Want(200).JSON(&s)
	if s.State != "confirmed" {
		t.Fatalf("%+v", s)
	}
	if pdf := c.own.Get("/statements/" + id + "/document").Want(200); !strings.HasPrefix(string(pdf.Body), "%PDF") {
		t.Error("no PDF")
	}
	c.Person("fremd", "", staff.Sales).Get("/statements/"+id).Problem(404, "statement.not_found")
	c.money.Sound(t)
}

func TestTaxInvoice_isAskedForAnsweredAndTakenBack(t *testing.T) {
	t.Parallel()
	c := newDesk(t)
	c.finance.Post("/bills/"+c.bill+"/tax-invoices", nil).Problem(409, "taxinvoice.not_paid")
	c.money.To(t, "2026-11-10")
	c.money.Pay(t, c.customer, "1254.45")
	if err := c.invoices.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
	c.people(t, "2")
	var list struct {
		Total    int64
		TotalFen int64 `json:"total_fen"`
		Items    []struct {
			ID, State string
			Actions   []string `json:"available_actions"`
		}
	}
	c.finance.Get("/tax-invoices?state=requested&kind=blue").Want(200).JSON(&list)
	if list.Total != 1 || list.TotalFen != 125445 || strings.Join(list.Items[0].Actions, ",") != "answer" {
		t.Fatalf("%+v", list)
	}
	id := list.Items[0].ID
	c.finance.Post("/tax-invoices/"+id+"/answer", object{"outcome": "issued", "number": "12", "issued_on": "2026-11-10"}).Problem(422, "taxinvoice.answer")
	file := base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"))
	var i struct {
		State      string
		DocumentID string `json:"document_id"`
	}
	c.finance.Post("/tax-invoices/"+id+"/answer", object{"outcome": "issued", "number": "26512000000000000001", "issued_on": "2026-11-10", "file_name": "发票.pdf", "file": file}).Want(200).JSON(&i)
	if i.State != "issued" || i.DocumentID == "" {
		t.Fatalf("%+v", i)
	}
	c.own.Get("/tax-invoices/" + id).Want(200)
	c.finance.Post("/tax-invoices/"+id+"/red-flush", object{"reason": "抬头有误"}).Want(200).JSON(&i)
	if i.State != "red_requested" {
		t.Fatalf("%+v", i)
	}
	c.finance.Post("/tax-invoices/"+id+"/red-flush", object{"reason": "抬头有误"}).Problem(409, "taxinvoice.red_pending")
	c.Person("fremd", "", staff.Sales).Get("/tax-invoices/"+id).Problem(404, "taxinvoice.not_found")
	var b shownBill
	c.own.Get("/bills/" + c.bill).Want(200).JSON(&b)
	if len(b.Invoices) != 2 {
		t.Fatalf("%+v", b.Invoices)
	}
}

func TestReissue_isPreviewedByOneAndRunByAnother(t *testing.T) {
	t.Parallel()
	c := newDesk(t)
	c.finance.Post("/reissues", object{"kind": "none", "from": "2026-10-01", "rate": "0.06", "reason": "x"}).Problem(422, "bill.reissue_invalid")
	c.finance.Post("/reissues", object{"kind": "messages", "from": "2026-10-01", "rate": "6", "reason": "x"}).Problem(422, "bill.reissue_invalid")
	var r struct {
		ID, State string
		Expected  int64
		Done      int64
		Items     []object
	}
	c.finance.Post("/reissues", object{"kind": "messages", "from": "2026-10-01", "to": "2026-10-31", "rate": "0.06", "reason": "税率更正"}).Want(201).JSON(&r)
	if r.State != "preview" || r.Expected != 1 || len(r.Items) != 1 {
		t.Fatalf("%+v", r)
	}
	c.finance.Post("/reissues/"+r.ID+"/run", nil).Problem(403, "bill.own_request")
	c.lead.Post("/reissues/"+r.ID+"/run", nil).Want(200).JSON(&r)
	if r.State != "done" || r.Done != 1 {
		t.Fatalf("%+v", r)
	}
	c.lead.Get("/reissues/" + r.ID).Want(200)
	var b shownBill
	c.own.Get("/bills/" + c.bill).Want(200).JSON(&b)
	if b.State != "void" || b.OpenFen != 0 {
		t.Fatalf("%+v", b)
	}
	c.money.Sound(t)
}
