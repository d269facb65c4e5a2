package httpapi_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/contract/contracttest"
	"sealgate/server/contracttemplate"
	"sealgate/server/document"
	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/staff"
	"sealgate/server/testkit"
	"sealgate/server/usage"
	"sealgate/templates"
)

type object = map[string]any

// office is the API with everything that contracts need, and its people.
type office struct {
	*apitest.Kit
	house                        *contracttest.House
	sales, other, reviewer, boss *apitest.Client
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{}
	o.Kit = apitest.New(t, func(k *apitest.Kit, d *httpapi.Deps) {
		h := contracttest.Over(t, k.DB, k.Clock, k.Fake)
		registry, err := contracttemplate.Load(templates.FS)
		if err != nil {
			t.Fatal(err)
		}
		o.house = h
		d.Documents, d.Notices, d.Customers, d.Licences, d.Signatures = h.Documents, h.Notices, h.Customers, h.Licences, h.Signatures
		d.Ledger, d.Contracts, d.Usage, d.Templates, d.Plans = h.Ledger, h.Contracts, usage.New(k.DB), registry, h.Plans
		d.Bills = bill.New(k.DB, k.Clock, k.Trail, bill.Deps{
			Contracts: h.Contracts, Customers: h.Customers, Usage: d.Usage, Ledger: h.Ledger, Notices: h.Notices, Provider: contracttest.Provider(),
		})
	})
	o.sales, o.other = o.Person("wang", "", staff.Sales), o.Person("zhang", "", staff.Sales)
	o.reviewer, o.boss = o.As(staff.ComplianceReviewer), o.As(staff.SalesLead)
	return o
}

// upload sends a file as the portal does.
func upload(c *apitest.Client, name, purpose string, content []byte) *apitest.Answer {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("purpose", purpose)
	w, _ := m.CreateFormFile("file", name)
	_, _ = w.Write(content)
	_ = m.Close()
	return c.Do(http.MethodPost, "/attachments", b.Bytes(), "Content-Type", m.FormDataContentType())
}

func scan(c *apitest.Client) string {
	var out struct{ ID string }
	upload(c, "扫描件.pdf", "contract_scan", contracttest.PDF()).Want(201).JSON(&out)
	return out.ID
}

func customerBody(n int) object {
	d := contracttest.Details(n)
	return object{
		"name": d.Name, "uscc": d.USCC, "address": d.Address, "legal_rep": d.LegalRep, "industry": d.Industry, "bank_name": d.BankName,
		"bank_account": d.BankAccount, "contacts": []object{{"name": "李娜", "phone": "13812345678", "email": "li.na@example.com"}},
	}
}

func created(a *apitest.Answer) string {
	var out struct{ ID string }
	a.Want(201).JSON(&out)
	return out.ID
}

func fieldCodes(p httpapi.Problem) []string {
	var out []string
	for _, f := range p.Errors {
		if f.Zh == "" || f.En == "" {
			out = append(out, f.Field+" lacks a language")
		}
		out = append(out, f.Field+":"+f.Code)
	}
	return out
}

func TestContractAPI_leadsFromTheCustomerToTheFirstDayOfService(t *testing.T) {
	t.Parallel()
	o := newOffice(t) // 1 October, 09:00
	customerID := created(o.sales.Post("/customers", customerBody(1)))
	licenceID := created(o.sales.Post("/customers/"+customerID+"/licences", object{
		"kind": "business", "number": "530100000001", "issuer": "昆明市市场监督管理局", "valid_from": "2020-01-01", "attachment_id": scan(o.sales),
	}))
	chain := "/customers/" + customerID + "/registrations"
	qualificationID := created(o.sales.Post(chain, object{
		"kind": "qualification", "text": "信闸资质", "proof_attachment_id": scan(o.sales),
		"handler": object{"name": "王小明", "id_number": "110101199003070038", "phone": "13900139000", "authorised_from": "2026-09-01", "authorised_to": "2028-09-01"},
	}))
	signatureID := created(o.sales.Post(chain, object{"kind": "signature", "parent_id": qualificationID, "text": "【信闸科技】", "source": "company", "proof_attachment_id": scan(o.sales)}))
	var templates httpapi.List[object]
	o.sales.Get("/contract-templates").Want(200).JSON(&templates)
	if !slices.ContainsFunc(templates.Items, func(t object) bool { return t["id"] == "package" }) {
		t.Fatalf("%+v", templates)
	}
	var form struct {
		Blanks []struct{ Name, Default string }
	}
	o.sales.Get("/contract-templates/package/1?customer_id=" + customerID).Want(200).JSON(&form)
	if i := slices.IndexFunc(form.Blanks, func(b struct{ Name, Default string }) bool { return b.Name == "customer_name" }); i < 0 || form.Blanks[i].Default != "客户1有限公司" {
		t.Errorf("the form does not begin with the customer's record: %+v", form)
	}
	body := object{"customer_id": customerID, "template_id": "package", "template_version": 1, "values": contracttest.Values("2026-10-01", "2027-09-30", map[string]string{"deposit": "500.00"})}
	preview := o.sales.Post("/contracts/preview", body).Want(200)
	if preview.Header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(preview.Body, []byte("%PDF-")) {
		t.Errorf("preview is %s", preview.Header.Get("Content-Type"))
	}
	id := created(o.sales.Post("/contracts", body))
	act := func(c *apitest.Client, verb string, in any) (state string, actions []string) {
		t.Helper()
		var out struct {
			State   string
			Actions []string `json:"available_actions"`
		}
		c.Post("/contracts/"+id+"/"+verb, in).Want(200).JSON(&out)
		return out.State, out.Actions
	}
	if s, actions := act(o.sales, "submit", object{}); s != "under_review" || slices.Contains(actions, "approve") {
		t.Errorf("%s %v", s, actions)
	}
	var seen struct {
		Actions  []string `json:"available_actions"`
		Warnings []object
		Version  int64
		Totals   object
	}
	o.reviewer.Get("/contracts/" + id).Want(200).JSON(&seen)
	if !slices.Equal(seen.Actions, []string{"approve", "reject"}) || len(seen.Warnings) != 1 {
		t.Errorf("%+v", seen)
	}
	if s, _ := act(o.reviewer, "approve", object{"version": seen.Version}); s != "awaiting_signature" {
		t.Error(s)
	}
	final := o.sales.Get("/contracts/" + id + "/document").Want(200)
	if !bytes.HasPrefix(final.Body, []byte("%PDF-")) || !bytes.Equal(final.Body, o.reviewer.Get("/contracts/"+id+"/document").Want(200).Body) {
		t.Error("the approved text differs from reader to reader")
	}
	if _, actions := act(o.sales, "sign", object{"attachment_id": scan(o.sales), "signed_on": "2026-10-01", "customer_signer": "王芳", "provider_signer": "赵强"}); slices.Contains(actions, "confirm_signing") {
		t.Errorf("who recorded the signing is offered to confirm it: %v", actions)
	}
	act(o.reviewer, "confirm-signing", object{})
	o.reviewer.Post("/licences/"+licenceID+"/verify", object{}).Want(200)
	o.reviewer.Post("/registrations/"+qualificationID+"/approve", object{}).Want(200)
	o.reviewer.Post("/registrations/"+signatureID+"/approve", object{}).Want(200)
	var waiting struct {
		State     string
		Checklist []struct {
			Key            string
			Done           bool
			Label, LabelEn string
		}
	}
	o.As(staff.Finance).Get("/contracts/" + id).Want(200).JSON(&waiting)
	for _, i := range waiting.Checklist {
		if i.Done == (i.Key == "deposit") {
			t.Errorf("checklist: %+v", i)
		}
	}
	o.house.Deposit(t, id, money.MustYuan("500"))
	var active struct {
		State       string
		ServiceCode string `json:"service_code"`
		Totals      struct {
			Deposit int64 `json:"deposit_fen"`
		}
		Terms []object
	}
	o.sales.Get("/contracts/" + id).Want(200).JSON(&active)
	if active.State != "active" || active.ServiceCode == "" || active.Totals.Deposit != 50000 || len(active.Terms) < 20 {
		t.Errorf("%+v", active)
	}
	var history httpapi.List[struct{ Text, TextEn, Kind string }]
	o.sales.Get("/contracts/" + id + "/timeline").Want(200).JSON(&history)
	if len(history.Items) < 6 || history.Items[0].Kind != "contract.activate" {
		t.Errorf("%+v", history.Items)
	}
	var inbox struct {
		Unread int64
		Items  []struct{ ID, Title, Link string }
	}
	o.sales.Get("/notices").Want(200).JSON(&inbox)
	if inbox.Unread == 0 || inbox.Items[0].Title == "" || inbox.Items[0].Link != "/contracts/"+id {
		t.Errorf("%+v", inbox)
	}
	o.sales.Post("/notices/"+inbox.Items[0].ID+"/read", object{}).Want(200)
	o.other.Post("/notices/"+inbox.Items[0].ID+"/read", object{}).Problem(404, "notice.not_found")
	if s, _ := act(o.boss, "terminate", object{"cause": "mutual", "reason": "协商一致", "on": "2026-10-01"}); s != "terminated" {
		t.Error(s)
	}
}

func TestContractAPI_refusesWhoMayNot(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, op := range []struct{ method, path, capability string }{
		{"GET", "/customers", "customer.read"},
		{"POST", "/customers", "customer.write"},
		{"GET", "/customers/x", "customer.read"},
		{"PATCH", "/customers/x", "customer.write"},
		{"GET", "/customers/x/licences", "customer.read"},
		{"POST", "/customers/x/licences", "licence.write"},
		{"GET", "/licences", "customer.read"},
		{"POST", "/licences/x/verify", "licence.verify"},
		{"POST", "/licences/x/refuse", "licence.verify"},
		{"POST", "/licences/x/revoke", "licence.verify"},
		{"GET", "/customers/x/registrations", "customer.read"},
		{"POST", "/customers/x/registrations", "signature.write"},
		{"GET", "/registrations", "customer.read"},
		{"POST", "/registrations/x/approve", "signature.approve"},
		{"POST", "/registrations/x/refuse", "signature.approve"},
		{"POST", "/attachments", "document.write"},
		{"GET", "/attachments/x", "document.read"},
		{"GET", "/contract-templates", "contract.read"},
		{"GET", "/contract-templates/package/1", "contract.read"},
		{"GET", "/contracts", "contract.read"},
		{"POST", "/contracts", "contract.write"},
		{"POST", "/contracts/preview", "contract.write"},
		{"GET", "/contracts/x", "contract.read"},
		{"PATCH", "/contracts/x", "contract.write"},
		{"GET", "/contracts/x/document", "contract.read"},
		{"GET", "/contracts/x/timeline", "contract.read"},
		{"POST", "/contracts/x/submit", "contract.write"},
		{"POST", "/contracts/x/withdraw", "contract.write"},
		{"POST", "/contracts/x/approve", "contract.review"},
		{"POST", "/contracts/x/reject", "contract.review"},
		{"POST", "/contracts/x/sign", "contract.sign"},
		{"POST", "/contracts/x/confirm-signing", "contract.confirm"},
		{"POST", "/contracts/x/terminate", "contract.terminate"},
		{"GET", "/notices", "notice.read"},
		{"POST", "/notices/x/read", "notice.read"},
	} {
		o.Refuses(op.method, op.path, op.capability, nil)
	}
}

func TestContractAPI_hidesOtherPeoplesRecords(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mine := created(o.sales.Post("/customers", customerBody(1)))
	theirs := created(o.other.Post("/customers", customerBody(2)))
	licenceID := created(o.sales.Post("/customers/"+mine+"/licences", object{
		"kind": "business", "number": "1", "issuer": "x", "valid_from": "2020-01-01", "attachment_id": scan(o.sales),
	}))
	body := object{"customer_id": mine, "template_id": "package", "values": contracttest.Values("2026-10-01", "2027-09-30", nil)}
	id := created(o.sales.Post("/contracts", body))
	attachment := scan(o.sales)

	for _, path := range []string{"/customers", "/contracts", "/licences", "/registrations", "/contracts?customer_id=" + mine, "/customers?q=客户1"} {
		var l httpapi.List[object]
		o.other.Get(path).Want(200).JSON(&l)
		for _, i := range l.Items {
			if i["id"] != theirs {
				t.Errorf("%s leaks %v", path, i["id"])
			}
		}
		if l.Total != int64(len(l.Items)) {
			t.Errorf("%s counts %d of %d", path, l.Total, len(l.Items))
		}
	}
	for path, code := range map[string]string{
		"/customers/" + mine: "customer.not_found", "/customers/" + mine + "/licences": "customer.not_found", "/customers/" + mine + "/registrations": "customer.not_found",
		"/contracts/" + id: "contract.not_found", "/contracts/" + id + "/document": "contract.not_found", "/contracts/" + id + "/timeline": "contract.not_found",
		"/attachments/" + attachment: "document.not_found", "/contract-templates/package/1?customer_id=" + mine: "customer.not_found",
		"/contracts/../contracts/" + id: "",
	} {
		if code != "" {
			o.other.Get(path).Problem(404, code)
		}
	}
	o.other.Post("/contracts", body).Problem(404, "customer.not_found")
	o.other.Post("/contracts/preview", body).Problem(404, "customer.not_found")
	o.other.Post("/contracts/"+id+"/submit", object{}).Problem(404, "contract.not_found")
	o.other.Patch("/customers/"+mine, object{"version": 1, "name": "x"}).Problem(404, "customer.not_found")
	// A record under the wrong parent: the licence of one customer does not show under the other.
	var l httpapi.List[object]
	o.boss.Get("/customers/" + theirs + "/licences").Want(200).JSON(&l)
	if l.Total != 0 {
		t.Errorf("licence %s shows under another customer", licenceID)
	}
	// The customer's own people see their own and nothing else.
	person := o.Person("li.na", mine, staff.CustomerRole)
	person.Get("/contracts/" + id).Want(200)
	person.Get("/customers/"+theirs).Problem(404, "customer.not_found")
}

func TestContractAPI_tellsBadInputWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	bad := customerBody(1)
	bad["uscc"] = "91350100M000100Y44"
	if got := fieldCodes(o.sales.Post("/customers", bad).Problem(422, "customer.invalid")); !slices.Equal(got, []string{"uscc:check_digit"}) {
		t.Errorf("%v", got)
	}
	bad = customerBody(1)
	bad["name"] = strings.Repeat("名", 10_000)
	if got := fieldCodes(o.sales.Post("/customers", bad).Problem(422, "customer.invalid")); !slices.Equal(got, []string{"name:too_long"}) {
		t.Errorf("%v", got)
	}
	bad["owner_id"] = "u-somebody"
	o.sales.Post("/customers", bad).Problem(400, "http.malformed") // nobody sets the owner from outside
	id := created(o.sales.Post("/customers", customerBody(1)))
	o.other.Post("/customers", customerBody(1)).Problem(409, "customer.uscc_taken")
	licence := object{"kind": "business", "number": "1", "issuer": "x", "valid_from": "2020-01-01", "valid_to": "2026-09-30", "attachment_id": scan(o.sales)}
	if p := o.sales.Post("/customers/"+id+"/licences", licence).Problem(422, "licence.invalid"); !strings.Contains(p.Errors[0].Zh, "2026-09-30") || !strings.Contains(p.Errors[0].En, "2026-09-30") {
		t.Errorf("the day is not named: %+v", p.Errors)
	}
	licence["valid_to"] = "2026-13-01"
	o.sales.Post("/customers/"+id+"/licences", licence).Problem(422, "input.invalid")
	draft := func(more map[string]string) *apitest.Answer {
		v := contracttest.Values("2026-10-01", "2027-09-30", more)
		delete(v, "") // a blank named "" leaves one out
		return o.sales.Post("/contracts", object{"customer_id": id, "template_id": "package", "values": v})
	}
	for value, field := range map[string]string{"-100.00": "values.rent:too_small", "1e3": "values.rent:money", "99999999999999999.00": "values.rent:money", "": "values.rent:missing"} {
		if got := fieldCodes(draft(map[string]string{"rent": value}).Problem(422, "contract.invalid")); !slices.Contains(got, field) {
			t.Errorf("rent %q: %v", value, got)
		}
	}
	if got := fieldCodes(draft(map[string]string{"start_date": "2026-13-01"}).Problem(422, "contract.invalid")); !slices.Contains(got, "values.start_date:date") {
		t.Errorf("month 13: %v", got)
	}
	o.sales.Post("/contracts", object{"customer_id": id, "template_id": "lease", "values": object{}}).Problem(404, "contract_template.unknown")
	one := created(draft(nil))
	o.sales.Post("/contracts/"+one+"/submit", object{}).Want(200)
	if got := fieldCodes(draft(nil).Problem(409, "contract.overlap")); !slices.Equal(got, []string{"values.start_date:overlap"}) {
		t.Errorf("%v", got)
	}
	o.sales.Get("/contracts?state=sleeping").Problem(422, "")
	o.sales.Get("/contracts?cursor=x").Problem(400, "list.bad_cursor")
	o.boss.Post("/contracts/"+one+"/terminate", object{"cause": "mutual", "reason": "x"}).Problem(409, "contract.state")
}

func TestAttachmentAPI_takesByContentAndServesAsDownload(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		name, purpose string
		content       []byte
		status        int
		code          string
	}{
		{"fake.pdf", "licence", []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00"), 422, "document.type"},
		{"page.pdf", "licence", []byte("<html><script>alert(1)</script>"), 422, "document.type"},
		{"empty.pdf", "licence", nil, 422, "document.empty"},
		{"big.pdf", "licence", append(contracttest.PDF(), make([]byte, document.MaxSize)...), 413, "document.too_large"},
		{"a.pdf", "LICENCE!", contracttest.PDF(), 422, "document.purpose"},
	} {
		upload(o.sales, c.name, c.purpose, c.content).Problem(c.status, c.code)
	}
	o.sales.Post("/attachments", object{"file": "x"}).Problem(422, "document.multipart")
	id := scan(o.sales)
	a := o.sales.Get("/attachments/" + id).Want(200)
	if a.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment;") || a.Header.Get("X-Content-Type-Options") != "nosniff" || !bytes.Equal(a.Body, contracttest.PDF()) {
		t.Errorf("%v", a.Header)
	}
	o.reviewer.Get("/attachments/"+id).Problem(404, "document.not_found") // not linked yet: the uploader's alone
}

func TestNoticesAPI_pagesNewestFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range 5 {
		err := o.house.Notices.Send(testkit.System(), notice.To{UserID: o.sales.UserID}, "contract_approved", map[string]string{"customer": "甲", "contract": "HT-2026-000001"}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	seen, cursor := map[any]bool{}, ""
	for range 3 {
		var l httpapi.List[object]
		o.sales.Get("/notices?limit=2&cursor=" + cursor).Want(200).JSON(&l)
		for _, i := range l.Items {
			seen[i["id"]] = true
		}
		cursor = l.NextCursor
	}
	if len(seen) != 5 || cursor != "" {
		t.Errorf("%d seen, then %q", len(seen), cursor)
	}
}
