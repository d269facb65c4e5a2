package story_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/server/testkit"
)

// operation is one of the OpenAPI description.
type operation struct {
	method, path, id, capability string
	query                        []string
}

// operations reads the public description of the API, as a stranger would.
func (w *World) operations() []operation {
	w.t.Helper()
	res, err := http.Get(w.server.URL + "/api/openapi.json")
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Capability  string `json:"x-capability"`
			Parameters  []struct{ Name, In string }
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		w.t.Fatal(err)
	}
	var out []operation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for method, o := range doc.Paths[path] {
			op := operation{strings.ToUpper(method), strings.TrimPrefix(path, "/api/v1"), o.OperationID, o.Capability, nil}
			for _, p := range o.Parameters {
				if p.In == "query" {
					op.query = append(op.query, p.Name)
				}
			}
			out = append(out, op)
		}
	}
	if len(out) < 80 {
		w.t.Fatalf("only %d operations are described", len(out))
	}
	return out
}

// hireFor makes a person of a login with roles, of a customer where one is given, and signs them in.
func (w *World) hireFor(login, customerID string, roles ...string) *Person {
	w.t.Helper()
	if err := w.App.Hire(context.Background(), login, roles, customerID, password); err != nil {
		w.t.Fatal(err)
	}
	return w.as(login)
}

// nobody is a browser without a session.
func (w *World) nobody() *Person {
	jar, _ := cookiejar.New(nil)
	return &Person{w: w, Login: "nobody", http: &http.Client{Jar: jar}}
}

// send calls an operation with a JSON body and any extra headers (pairs), and gives status, answer and raw bytes.
func (p *Person) send(method, path string, in any, headers ...string) (int, JSON, []byte) {
	p.w.t.Helper()
	var body []byte
	contentType := ""
	switch x := in.(type) {
	case nil:
	case []byte:
		body, contentType = x, "application/json"
	default:
		body, _ = json.Marshal(in)
		contentType = "application/json"
	}
	req, err := http.NewRequest(method, p.w.server.URL+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		p.w.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.http.Do(req)
	if err != nil {
		p.w.t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(res.Body)
	out := JSON{}
	_ = json.Unmarshal(b.Bytes(), &out)
	return res.StatusCode, out, b.Bytes()
}

// firm is a customer of one sales person with a record of every kind, and what must not be read by others.
type firm struct {
	customer, contract, licence, signature, filing, attachment, batch, group, deposit, bill, payment, notice string
	secrets                                                                                                  []string
	values                                                                                                   JSON
}

func (w *World) firm(sales *Person, name, uscc, signature, reference string) firm {
	w.t.Helper()
	compliance, finance := w.as("compliance_reviewer"), w.as("finance")
	f := firm{values: blanks("2026-10-01", "2027-09-30", nil)}
	f.customer = sales.post(201, "/customers", JSON{
		"name": name, "uscc": uscc, "address": "成都市锦江区红星路 8 号", "legal_rep": "吴岚", "bank_name": "示范银行", "bank_account": "5101000000001234",
		"contacts": []JSON{{"name": "吴岚", "phone": "13880001234", "email": "a@example.com"}},
	}).str("id")
	f.attachment = sales.upload("营业执照.pdf", "licence", pdf("licence"))
	f.licence = sales.post(201, "/customers/"+f.customer+"/licences", JSON{
		"kind": "business", "number": uscc, "issuer": "市场监督管理局", "valid_from": "2020-01-01", "valid_to": "2029-12-31", "attachment_id": f.attachment}).str("id")
	compliance.post(200, "/licences/"+f.licence+"/verify", nil)
	f.signature = w.signature(sales, f.customer, signature)
	w.file()
	f.filing = sales.get("/registrations/" + f.signature).str("filings.0.id")
	f.contract = sales.post(201, "/contracts", JSON{"customer_id": f.customer, "template_id": "package", "values": f.values}).str("id")
	sales.post(200, "/contracts/"+f.contract+"/submit", nil)
	compliance.post(200, "/contracts/"+f.contract+"/approve", JSON{})
	sales.post(200, "/contracts/"+f.contract+"/sign", JSON{"customer_signer": "吴岚", "provider_signer": "陈立群", "signed_on": w.App.Clock.Today().String(),
		"attachment_id": sales.upload("合同.pdf", "contract_scan", pdf("signed"))})
	compliance.post(200, "/contracts/"+f.contract+"/confirm-signing", JSON{})
	finance.post(201, "/contracts/"+f.contract+"/deposit", JSON{"amount_fen": 50000, "received_on": w.App.Clock.Today().String(), "method": "transfer", "reference": "D-" + reference})
	f.deposit = finance.get("/contracts/" + f.contract + "/deposit").str("moves.0.id")
	f.secrets = []string{f.customer, name, uscc, f.contract, f.licence, f.signature, signature}
	return f
}

// trade gives a firm a batch on the review desk, a bill and a payment; the clock stands after the 1st of a month.
func (w *World) trade(sales *Person, f *firm, signature, reference string) {
	w.t.Helper()
	f.batch = w.submit(sales.Login, JSON{"contract_id": f.contract, "signature_id": f.signature, "category": "notice", "mode": "template",
		"text": "【" + signature + "】{姓名}您好，您的订单已到货，请到门店自提。"}, reference+".csv", rows(50))
	w.work()
	f.group = sales.get("/batches/" + f.batch + "/groups").str("items.0.id")
	f.bill = sales.get("/bills?contract_id=" + f.contract).str("items.0.id")
	w.as("finance").post(201, "/payments", JSON{"customer_id": f.customer, "amount_fen": 100, "value_date": w.App.Clock.Today().String(), "method": "transfer", "reference": reference})
	f.payment = sales.get("/payments").str("items.0.id")
	f.notice = sales.get("/notices").str("items.0.id")
	if f.batch == "" || f.bill == "" || f.payment == "" || f.deposit == "" || f.group == "" {
		w.t.Fatalf("a record is missing: %+v", *f)
	}
	number := func(path string) string { return sales.get(path).str("number") }
	f.secrets = append(f.secrets, f.batch, f.bill, f.payment, number("/contracts/"+f.contract), number("/bills/"+f.bill), number("/payments/"+f.payment), number("/batches/"+f.batch))
}

// id gives the record of a firm that a path's {id} stands for; "" where the path is nobody's.
func (f firm) id(path string) string {
	switch {
	case strings.HasPrefix(path, "/contracts/"):
		return f.contract
	case strings.HasPrefix(path, "/customers/"):
		return f.customer
	case strings.HasPrefix(path, "/batches/"), strings.HasPrefix(path, "/review/batches/"):
		return f.batch
	case strings.HasPrefix(path, "/bills/"):
		return f.bill
	case strings.HasPrefix(path, "/payments/"):
		return f.payment
	case strings.HasPrefix(path, "/licences/"):
		return f.licence
	case strings.HasPrefix(path, "/registrations/"):
		return f.signature
	case strings.HasPrefix(path, "/filings/"):
		return f.filing
	case strings.HasPrefix(path, "/attachments/"):
		return f.attachment
	case strings.HasPrefix(path, "/deposits/"):
		return f.deposit
	case strings.HasPrefix(path, "/notices/"):
		return f.notice
	}
	return ""
}

// twoFirms are a world with two sales people, a customer each and a person of each customer.
func twoFirms(t *testing.T) (w *World, one, two firm) {
	t.Helper()
	w = start(t, "2026-09-28 09:00")
	w.hire(everyone...)
	second := w.hireFor("sales2", "", "sales")
	one = w.firm(w.as("sales"), "成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城", "P-one")
	two = w.firm(second, "四川星河教育科技有限公司", "91510100MA6DEM1015", "星河课堂", "P-two")
	w.hireFor("client1", one.customer, "customer")
	w.hireFor("client2", two.customer, "customer")
	w.to("2026-11-03 10:00")
	w.trade(w.as("sales"), &one, "云帆商城", "P-one")
	w.trade(second, &two, "星河课堂", "P-two")
	return w, one, two
}

// bodies are well-formed inputs, so that a refusal is about whose record it is and not about the form.
func bodies(f firm) map[string]JSON {
	return map[string]JSON{
		"/batches/{id}/give-up-handing": {"reason": "因为"},
		"/batches/{id}/settle-unknown":  {"outcome": "failed", "reason": "因为"},
		"/batches/{id}/upload":          {"name": "a.csv", "size": 10, "sha256": strings.Repeat("0", 64)}, "/batches/{id}/discard": {"chunk": 1, "reason": "因为"},
		"/consents": {"customer_id": f.customer, "title": "别人的", "obtained": "web", "from": "2026-01-01"}, "/recipient-blocks": {"phone": "13800138000", "customer_id": f.customer, "kind": "blacklist", "reason": "因为"},
		"/recipient-blocks/{id}/lift": {"reason": "因为"}, "/recipient-imports/{id}/lift": {"reason": "因为"}, "/recipient-limits/{id}/end": {"reason": "因为"},
		"/consents/{id}/refuse": {"reason": "因为"}, "/consents/{id}/withdraw": {"reason": "因为"},
		"/contracts/{id}": {"values": f.values, "version": 1}, "/contracts/{id}/reject": {"reason": "因为"}, "/contracts/{id}/withdraw": {"reason": "因为"},
		"/contracts/{id}/deposit":         {"amount_fen": 100, "method": "transfer", "received_on": "2026-11-03", "reference": "x"},
		"/contracts/{id}/deposit/refunds": {"amount_fen": 100, "method": "transfer", "received_on": "2026-11-03", "reference": "x", "reason": "因为"},
		"/contracts/{id}/sign":            {"customer_signer": "a", "provider_signer": "b", "signed_on": "2026-11-03", "attachment_id": f.attachment},
		"/contracts/{id}/terminate":       {"cause": "mutual", "reason": "因为"},
		"/contracts/{id}/plan-changes":    {"terms": JSON{"rent_fen": 100}}, "/contracts/{id}/supplements": {"terms": JSON{"rent_fen": 100}, "effective_from": "2026-12-01"},
		"/contracts/{id}/amendments/{amendment}/cancel": {"reason": "因为"}, "/contracts/{id}/terminations/{termination}/reject": {"reason": "因为"},
		"/contracts/{id}/object-renewal": {"by": "customer"}, "/contracts/{id}/cure": {"reason": "因为"}, "/contracts/{id}/withdraw-termination": {"reason": "因为"},
		"/contracts/{id}/price-changes": {"terms": JSON{"rent_fen": 100}, "effective_from": "2027-01-01", "reason": "因为"}, "/contracts/{id}/amendments/{amendment}/object": {"reason": "因为"},
		"/contracts/{id}/suspend": {"reason": "data", "evidence": "因为"}, "/contracts/{id}/lift": {"reason": "data", "evidence": "因为"}, "/contracts/{id}/required-licences": {"kind": "icp"},
		"/contracts/{id}/sign-online": {"agree": true, "sha256": strings.Repeat("0", 64)}, "/contracts/{id}/e-sign": {"agree": true, "sha256": strings.Repeat("0", 64), "password": password},
		"/contracts/{id}/amendments/{amendment}/sign-online": {"agree": true, "sha256": strings.Repeat("0", 64)}, "/contracts/{id}/amendments/{amendment}/proof": {"attachment_id": f.attachment},
		"/contracts/{id}/amendments/{amendment}/e-sign": {"agree": true, "sha256": strings.Repeat("0", 64), "password": password}, "/contracts/{id}/plan-change-requests": {"terms": JSON{"rent_fen": 100}},
		"/contracts/{id}/attachments": {"attachment_id": f.attachment}, "/contracts/{id}/annexes": {"kind": "offer", "title": "报价", "items": []JSON{{"text": "短信", "quantity": "1", "price": "1"}}},
		"/contracts/{id}/annexes/{annex}/accept": {"agree": true, "sha256": strings.Repeat("0", 64)}, "/contracts/{id}/annexes/{annex}/record": {"signer": "王芳", "attachment_id": f.attachment},
		"/contracts/{id}/annexes/{annex}/return": {"reason": "因为"}, "/contracts/{id}/annexes/{annex}/refuse": {"reason": "因为"}, "/contracts/{id}/annexes/{annex}/withdraw": {"reason": "因为"},
		"/contracts/{id}/force-majeures": {"side": "customer", "what": "洪水", "starts_on": "2026-11-01"}, "/contracts/{id}/force-majeures/{event}/end": {"reason": "因为"},
		"/contracts/{id}/server-sheets":         {"servers": []JSON{{"name": "S1", "model": "R740", "serial": "", "system": "Debian", "address": "", "place": "昆明", "use": "", "keeper": ""}}},
		"/contracts/{id}/change-requests":       {"title": "变更", "text": "内容", "channel": "email", "attachment_id": f.attachment},
		"/contracts/{id}/maintenance-visits":    {"planned_on": "2026-11-03", "purpose": "巡检", "engineer": "赵强"},
		"/contracts/{id}/maintenance-incidents": {"title": "告警", "text": "内容"},
		"/contracts/{id}/service-records":       {"kind": "training", "on": "2026-11-03", "title": "培训", "who": "赵强"},
		"/bills/{id}/disputes":                  {"amount_fen": 100, "reason": "因为"},
		"/contracts/{id}/wallet/top-ups":        {"amount_fen": 100, "method": "transfer", "bank_account": "6222000000000000001", "reference": "x", "value_date": "2026-11-03"},
		"/contracts/{id}/wallet/give-backs":     {"amount_fen": 100, "note": "因为"},
		"/contracts/{id}/wallet/refunds":        {"amount_fen": 100, "note": "因为", "method": "transfer", "bank_account": "6222000000000000001", "reference": "x", "value_date": "2026-11-03"},
		"/contracts/{id}/wallet/threshold":      {"threshold_fen": 100},
		"/customers/{id}":                       {"version": 1, "name": "别人"},
		"/customers/{id}/licences":              {"kind": "icp", "number": "1", "issuer": "x", "valid_from": "2020-01-01", "attachment_id": f.attachment},
		"/customers/{id}/registrations":         {"kind": "phone", "parent_id": f.signature, "text": "028-85551234", "owner": "别人", "proof_attachment_id": f.attachment},
		"/customers/{id}/hotline":               {"phone": "028-61234567", "hours": "每日", "version": 0},
		"/deposits/{id}/decision":               {"approve": true}, "/handoff/stops/{id}/lift": {"reason": "因为"},
		"/licences/{id}/refuse": {"reason": "因为"}, "/licences/{id}/revoke": {"reason": "因为"}, "/registrations/{id}/refuse": {"reason": "因为"}, "/registrations/{id}/withdraw": {"reason": "因为"}, "/registrations/{id}/refile": {"note": "因为"},
		"/registrations/{id}/renew": {"proof_attachment_id": f.attachment, "handler": JSON{"name": "王小明", "id_number": "110101199003070038", "phone": "13900139000", "authorised_from": "2026-09-01", "authorised_to": "2028-09-01"}},
		"/filings/{id}/answer":      {"state": "accepted"}, "/batches/{id}/decline": {"reason": "因为"},
		"/review/batches/{id}/escalate": {"scope": "batch", "question": "可否", "authority": "通信管理局"}, "/review/batches/{id}/notes": {"text": "因为"},
		"/batches/{id}/takedown": {"class": "fraud", "description": "因为"}, "/takedowns/{id}/report": {"authority": "通信管理局", "report_ref": "x"}, "/takedowns/{id}/ask-lift": {"reason": "因为"},
		"/takedowns/{id}/decide-lift": {"approve": true, "reason": "因为"}, "/watch/alerts/{id}/lift": {"reason": "因为"}, "/watch/alerts/{id}/close": {"outcome": "explained", "reason": "因为"},
		"/escalations/{id}/answer": {"outcome": "allowed", "answer": "可", "answer_ref": "x", "answered_on": "2026-11-03", "document_id": f.attachment}, "/escalations/{id}/withdraw": {"reason": "因为"},
		"/review/exemptions/{id}/decision": {"approve": true}, "/review/exemptions/{id}/end": {"reason": "因为"},
		"/review/rechecks/{id}/judge": {"group_id": "x", "choice": "approve"}, "/review/rechecks/{id}/settle": {"resolution": "first", "reason": "因为"},
		"/review/reviewers/{id}":       {"categories": []string{}, "max_risk": 50, "customers": []string{}, "on_duty": true},
		"/customers/{id}/watch/{code}": {"enabled": true, "auto_stop": false, "params": JSON{"least": 1, "tenths": 20}, "reason": "因为"},
		"/review/batches/{id}/confirm": {"decisions_hash": strings.Repeat("0", 64)}, "/review/batches/{id}/finish": {"decisions_hash": strings.Repeat("0", 64)},
		"/review/batches/{id}/decide": {"scope": "batch", "decision": "approve"}, "/review/batches/{id}/hand-over": {"user_id": "nobody"},
		"/users/{id}/roles": {"roles": []string{"sales"}}, "/users/{id}/freeze": {"reason": "因为"}, "/users/{id}/unfreeze": {"reason": "因为"}, "/users/{id}/reset-password": {"reason": "因为"},
	}
}

var idParam = regexp.MustCompile(`\{\w+\}`)

func TestEveryOperation_isClosedToStrangersWrongRolesAndOtherPeople(t *testing.T) {
	t.Parallel()
	w, one, _ := twoFirms(t)
	stranger := w.nobody()
	caps := map[string]map[string]bool{}
	callers := append(slices.Clone(everyone), "sales2", "client2")
	for _, login := range callers {
		caps[login] = map[string]bool{}
		raw, _ := w.as(login).get("/session").at("capabilities").([]any)
		for _, c := range raw {
			caps[login][fmt.Sprint(c)] = true
		}
	}
	before := w.counts()
	body := bodies(one)
	tried := map[string]int{}
	for _, op := range w.operations() {
		if op.capability == "public" || op.id == "sign-out" {
			continue
		}
		id := one.id(op.path)
		path := strings.Replace(strings.Replace(op.path, "{id}", id, 1), "{group}", one.group, 1)
		if id == "" {
			path = idParam.ReplaceAllString(op.path, "00000000000000000000")
		}
		var in any
		if b, ok := body[op.path]; ok {
			in = b
		} else if op.method == "POST" || op.method == "PATCH" {
			in = JSON{}
		}
		if op.method == "PUT" && strings.HasSuffix(op.path, "/file") {
			in = []byte("13800138000\n")
		}
		if strings.HasSuffix(op.path, "/pieces/{number}") {
			in, path = []byte("13800138000\n"), strings.Replace(path, "{number}", "0", 1)+"?sha256="+strings.Repeat("0", 64)
		}
		if s, out, _ := stranger.send(op.method, path, in); s != 401 || out.str("code") == "" {
			t.Errorf("%s %s without a session gave %d %v, want 401", op.method, op.path, s, out)
		}
		for _, login := range callers {
			if caps[login][op.capability] {
				continue
			}
			if s, out, _ := w.as(login).send(op.method, path, in); s != 403 || out.str("code") != "auth.forbidden" {
				t.Errorf("%s %s as %s gave %d %s, want 403 auth.forbidden", op.method, op.path, login, s, out.str("code"))
			}
			tried["403"]++
		}
		if id == "" || !strings.Contains(op.path, "{id}") {
			continue
		}
		for _, login := range []string{"sales2", "client2"} {
			if !caps[login][op.capability] {
				continue
			}
			p := path
			if strings.HasSuffix(op.path, "/usage") {
				p += "?month=2026-10"
			}
			s, out, raw := w.as(login).send(op.method, p, in)
			if s != 404 {
				t.Errorf("%s %s of another as %s gave %d %s, want 404", op.method, op.path, login, s, out.str("code"))
			}
			leaks(t, op.method+" "+op.path+" as "+login, raw, one)
			tried["404"]++
		}
	}
	if tried["403"] < 400 || tried["404"] < 40 {
		t.Errorf("only %v were tried", tried)
	}
	w.unchanged(before)
	w.verify()
}

// leaks tells what of a firm stands in an answer that is not for its eyes.
func leaks(t *testing.T, where string, answer []byte, f firm) {
	t.Helper()
	for _, s := range f.secrets {
		if s != "" && bytes.Contains(answer, []byte(s)) {
			t.Errorf("%s tells %q: %.300s", where, s, answer)
			return
		}
	}
}

func TestListsCountsSearchAndHome_tellNothingOfOtherPeople(t *testing.T) {
	t.Parallel()
	w, one, two := twoFirms(t)
	// What some lists ask for besides what is tried: here it is the other firm's, too.
	besides := map[string]string{
		"/batch-templates": "&contract_id=" + one.contract + "&signature_id=" + one.signature,
		"/statistics/file": "&purpose=" + url.QueryEscape("核对"),
	}
	values := map[string]string{"customer_id": one.customer, "contract_id": one.contract, "month": "2026-10", "document_id": one.bill}
	for _, op := range w.operations() {
		if op.method != "GET" || strings.Contains(op.path, "{") || op.capability == "public" {
			continue
		}
		var queries []string
		for _, name := range op.query {
			switch name {
			case "q":
				for _, s := range one.secrets {
					queries = append(queries, "q="+url.QueryEscape(s))
				}
			case "customer_id", "contract_id", "month", "document_id":
				queries = append(queries, name+"="+values[name])
			}
		}
		for _, q := range append(queries, "") {
			if q != "" {
				q += besides[op.path]
			}
			for _, login := range []string{"sales2", "client2", "system_admin", "security_admin"} {
				if login == "sales2" && op.path == "/customers" && q == "" {
					l := w.as(login).get("/customers")
					if l.num("total") != 1 || len(l.list("items")) != 1 || l.str("items.0.id") != two.customer {
						t.Errorf("sales2 sees %v", l)
					}
				}
				s, out, raw := w.as(login).send("GET", op.path+"?"+q, nil)
				if s == 403 || s == 404 || op.path == "/users" { // accounts of customers' people are who administers them
					continue
				}
				if s == 422 && q == "" {
					continue // it must be told of whom: it tells nothing of everybody
				}
				if s != 200 {
					t.Errorf("%s?%s as %s gave %d %v", op.path, q, login, s, out)
				}
				leaks(t, op.path+"?"+q+" as "+login, raw, one)
				if n, ok := out["total"].(float64); ok && q != "" && strings.Contains(q, "_id=") && n != 0 && op.path != "/notice-ways" { // the kinds of notices are everybody's
					t.Errorf("%s?%s as %s counts %v", op.path, q, login, n)
				}
			}
		}
	}
	// What a role may not read, the search does not find for it either.
	for _, f := range w.as("finance").get("/search?q=" + url.QueryEscape(w.as("sales").get("/batches/"+one.batch).str("number"))).list("items") {
		if f.str("kind") == "batch" {
			t.Errorf("finance, who can't read batches, finds %v", f)
		}
	}
	w.verify()
}

func TestRecords_areNotFoundUnderTheWrongParent(t *testing.T) {
	t.Parallel()
	w, one, two := twoFirms(t)
	desk := w.as("compliance_reviewer")
	for _, path := range []string{
		"/batches/" + one.batch + "/groups/" + two.group + "/messages", "/review/batches/" + one.batch + "/groups/" + two.group + "/messages",
		"/bills/" + one.contract, "/contracts/" + one.bill, "/deposits/" + one.payment + "/receipt", "/payments/" + one.deposit + "/receipt",
		"/attachments/" + one.contract, "/customers/" + one.contract + "/licences",
	} {
		by := desk
		if strings.HasPrefix(path, "/bills") || strings.HasPrefix(path, "/payments") || strings.HasPrefix(path, "/deposits") {
			by = w.as("finance")
		}
		if s, out, raw := by.send("GET", path, nil); s != 404 || len(out.list("items")) > 0 {
			t.Errorf("GET %s gave %d %.200s", path, s, raw)
		}
	}
	desk.post(200, "/review/batches/"+one.batch+"/claim", nil)
	s, out, _ := desk.send("POST", "/review/batches/"+one.batch+"/decide", JSON{"scope": "group", "group_id": two.group, "decision": "approve"})
	if s != 404 && s != 422 {
		t.Errorf("a group of another batch was decided: %d %v", s, out)
	}
	// A batch under one customer's contract with another's signature; another's scan as one's own.
	if s, out, _ := w.as("sales").send("POST", "/batches", JSON{"contract_id": one.contract, "signature_id": two.signature, "category": "notice", "mode": "list_one_text", "text": "【星河课堂】您好"}); s != 404 && s != 422 {
		t.Errorf("another customer's signature was taken: %d %v", s, out)
	}
	if s, out, _ := w.as("sales").send("POST", "/customers/"+one.customer+"/licences", JSON{"kind": "icp", "number": "1", "issuer": "x", "valid_from": "2020-01-01", "attachment_id": two.attachment}); s != 404 && s != 422 {
		t.Errorf("another's attachment was taken: %d %v", s, out)
	}
	w.verify()
}

func TestOwnBatch_isNotApprovedByItsSubmitterInWhateverRole(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	both := w.hireFor("both", "", "sales_lead", "compliance_lead")
	id := w.submit("both", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}, "a.csv", []byte("13800138000\n13900139001\n"))
	w.work()
	desk := "/review/batches/" + id
	if s, out, _ := both.send("POST", desk+"/claim", nil); s != 403 && s != 409 {
		t.Fatalf("the submitter took the own batch: %d %v", s, out)
	}
	if s, out, _ := both.send("POST", desk+"/decide", JSON{"scope": "batch", "decision": "approve"}); s < 400 || out.str("detail_en") == "" {
		t.Fatalf("the submitter decided: %d %v", s, out)
	}
	// Another takes it and hands it to the submitter.
	reviewer := w.as("compliance_reviewer")
	reviewer.post(200, desk+"/claim", nil)
	me := both.get("/session").str("user.id")
	if s, out, _ := reviewer.send("POST", desk+"/hand-over", JSON{"user_id": me}); s < 400 {
		t.Errorf("the batch was handed over to its submitter: %d %v", s, out)
	}
	hash := reviewer.post(200, desk+"/decide", JSON{"scope": "batch", "decision": "approve"}).str("decisions_hash")
	if s, out, _ := both.send("POST", desk+"/finish", JSON{"decisions_hash": hash}); s < 400 {
		t.Fatalf("the submitter finished: %d %v", s, out)
	}
	if s, out, _ := both.send("POST", desk+"/confirm", JSON{"decisions_hash": hash}); s < 400 {
		t.Fatalf("the submitter confirmed: %d %v", s, out)
	}
	// Nor does the database take it from whoever gets round the service.
	w.work()
	if s := w.as("sales").get("/batches/" + id).str("state"); s != "review" {
		t.Errorf("the batch is %s", s)
	}
	w.verify()
}

func TestChangeBetweenApprovalAndSending_isNotPossible(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}, "a.csv", []byte("13800138000\n13900139001\n"))
	w.work()
	w.approve("compliance_reviewer", id)
	s, _, b := sales.do("PUT", "/batches/"+id+"/file?name=b.csv", "application/octet-stream", strings.NewReader("13700137000\n"))
	if s != 409 {
		t.Errorf("another file was taken after approval: %d %s", s, b)
	}
	// Behind the program's back: the sealed text of another batch of the same customer, and with it what it would send.
	other := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】点击链接领取大奖。"}, "a.csv", []byte("13800138000\n13900139001\n"))
	if err := w.App.DB.Run(testkit.System(), func(ctx context.Context) error {
		var sealed string
		q := w.App.DB.Q(ctx)
		if err := q.Raw("SELECT text_sealed FROM batches WHERE id = ?", other).Scan(&sealed).Error; err != nil {
			return err
		}
		return q.Exec("UPDATE batches SET text_sealed = ? WHERE id = ?", sealed, id).Error
	}); err != nil {
		t.Fatal(err)
	}
	for range 3 { // the hand-off may report a fault each time; it must not send
		_ = w.App.Drain(testkit.System())
		w.Fake.Advance(11 * time.Second)
	}
	if n := w.counts()["loopback_log"]; n != 0 {
		t.Errorf("%d messages with a text that nobody approved have left", n)
	}
}

func TestIdempotencyKey_repeatsTheFirstAnswerAndNothingElse(t *testing.T) {
	t.Parallel()
	w, one, two := twoFirms(t)
	finance := w.as("finance")
	pay := JSON{"customer_id": one.customer, "amount_fen": 777, "value_date": "2026-11-03", "method": "transfer", "reference": "K-1"}
	s1, first, _ := finance.send("POST", "/payments", pay, "Idempotency-Key", "k-1")
	s2, second, _ := finance.send("POST", "/payments", pay, "Idempotency-Key", "k-1")
	if s1 != 201 || s2 != 201 || first.str("id") != second.str("id") {
		t.Errorf("%d %v, then %d %v", s1, first, s2, second)
	}
	pay["amount_fen"] = 778
	if s, out, _ := finance.send("POST", "/payments", pay, "Idempotency-Key", "k-1"); s != 422 || out.str("code") != "idempotency.other" {
		t.Errorf("another call under the same key: %d %v", s, out)
	}
	if s, out, _ := finance.send("POST", "/contracts/"+one.contract+"/deposit", JSON{"amount_fen": 1, "method": "transfer", "received_on": "2026-11-03", "reference": "x"}, "Idempotency-Key", "k-1"); s != 422 || out.str("code") != "idempotency.other" {
		t.Errorf("another operation under the same key: %d %v", s, out)
	}
	// The key is the user's own: somebody else's answer does not come out by it.
	if s, out, raw := w.as("finance_lead").send("POST", "/payments", JSON{"customer_id": two.customer, "amount_fen": 5, "value_date": "2026-11-03", "method": "transfer", "reference": "K-2"}, "Idempotency-Key", "k-1"); s != 201 || out.str("id") == first.str("id") {
		t.Errorf("another user's key: %d %.200s", s, raw)
	}
	if n := finance.get("/payments?customer_id=" + one.customer).num("total"); n != 2 {
		t.Errorf("%d payments of the customer, want 2", n)
	}
	w.verify()
}

func TestReceipts_forgedChangeNothing(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}, "a.csv", rows(20))
	w.work()
	w.approve("compliance_reviewer", id)
	w.work()
	before, usage := w.counts(), w.as("sales").get("/contracts/"+contract+"/usage?month=2026-11").num("parts")
	stranger := w.nobody()
	for _, q := range []string{"", "key=" + id + "-1&type=1", "key=" + id + "-1&token=&type=1", "key=" + id + "-1&token=" + strings.Repeat("0", 64) + "&type=1", "key=' OR 1=1 --&token=x&type=1", "key=" + id + "-99999999999999999999&token=x&type=2&answer=%00"} {
		q = strings.NewReplacer(" ", "%20", "'", "%27").Replace(q)
		for _, method := range []string{"GET", "POST"} {
			if s, _, raw := stranger.send(method, "/receipts/kannel?"+q, nil); s < 400 || s >= 500 {
				t.Errorf("%s forged receipt %q gave %d %s", method, q, s, raw)
			}
		}
	}
	if n := w.as("sales").get("/contracts/" + contract + "/usage?month=2026-11").num("parts"); n != usage {
		t.Errorf("usage went from %d to %d", usage, n)
	}
	w.unchanged(before)
	w.verify()
}

func TestInjection_byQueryFindsAndBreaksNothing(t *testing.T) {
	t.Parallel()
	w, _, _ := twoFirms(t)
	evil := []string{"' OR '1'='1", `" OR ""="`, "%", "_", `\`, "'; DROP TABLE customers; --", "1) UNION SELECT login,password_hash FROM users --", "\u0000", "\xff", strings.Repeat("a", 5000), "１", "\u202e", "😀"}
	for _, op := range w.operations() {
		if op.method != "GET" || strings.Contains(op.path, "{") || op.capability == "public" {
			continue
		}
		for _, name := range append(op.query, "sort", "order", "ID", "OwnerID") {
			for _, v := range evil {
				for _, login := range []string{"sales2", "auditor", "system_admin", "finance"} {
					s, out, raw := w.as(login).send("GET", op.path+"?"+name+"="+url.QueryEscape(v), nil)
					if s >= 500 {
						t.Errorf("%s?%s=%.30q as %s gave %d %v", op.path, name, v, login, s, out)
					}
					if s >= 400 && (out.str("code") == "" || out.str("detail") == "" || out.str("detail_en") == "") {
						t.Errorf("%s?%s=%.30q: no problem document: %d %.200s", op.path, name, v, s, raw)
					}
					if bytes.Contains(raw, []byte("argon2")) {
						t.Errorf("%s?%s=%q tells a password's hash", op.path, name, v)
					}
					if n, ok := out["total"].(float64); s == 200 && name == "q" && ok && n != 0 && slices.Contains(op.query, "q") && op.path != "/audit" && !(op.path == "/users" && v == "_") && v != "１" {
						t.Errorf("%s?q=%q finds %v", op.path, v, n)
					}
				}
			}
		}
	}
	w.verify()
}

func TestScriptsInNamesReasonsAndTexts_stayTexts(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	script := `<script>alert(1)</script>`
	customer, signature := w.customer("云帆"+script+"𠮷😀有限公司", "91510107MA6CDEMK88", "云帆商城")
	contract := w.contract(customer, blanks("2026-11-02", "2027-11-01", JSON{"deposit": "0.00", "signing_place": "成都" + script + "𠮷"}))
	sales := w.as("sales")
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "text_per_row"}, `"><img src=x onerror=alert(1)>.csv`,
		[]byte("手机号,短信内容\n13800138000,【云帆商城】您好"+script+"您的订单已到货\n13900139001,=cmd|' /C calc'!A0\n"))
	w.work()
	w.as("compliance_reviewer").post(200, "/review/batches/"+id+"/claim", nil)
	for _, path := range []string{"/customers/" + customer, "/contracts/" + contract, "/batches/" + id, "/batches/" + id + "/groups", "/contracts/" + contract + "/timeline", "/search?q=" + url.QueryEscape("云帆<")} {
		_, h, b := sales.do("GET", path, "", nil)
		if ct := h.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s is served as %s, %s", path, ct, h.Get("X-Content-Type-Options"))
		}
		if len(b) == 0 {
			t.Errorf("%s is empty", path)
		}
	}
	if b := sales.raw("/contracts/" + contract + "/document"); !bytes.HasPrefix(b, []byte("%PDF")) || !bytes.Contains(b, []byte("%%EOF")) {
		t.Error("the contract is no PDF")
	}
	w.to("2026-12-01 08:00")
	bill := sales.get("/bills?contract_id=" + contract).str("items.0.id")
	if b := sales.raw("/bills/" + bill + "/document"); !bytes.HasPrefix(b, []byte("%PDF")) || !bytes.Contains(b, []byte("%%EOF")) {
		t.Error("the bill is no PDF")
	}
	w.as("finance").post(201, "/payments", JSON{"customer_id": customer, "amount_fen": 100, "value_date": "2026-12-01", "method": "transfer", "reference": "x", "note": script})
	payment := sales.get("/payments").str("items.0.id")
	if b := sales.raw("/payments/" + payment + "/receipt"); !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Error("the receipt is no PDF")
	}
	w.verify()
}

func TestCrossOrigin_postsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	w, one, _ := twoFirms(t)
	before := w.counts()
	for _, h := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"}} {
		s, out, _ := w.as("finance").send("POST", "/payments", JSON{"customer_id": one.customer, "amount_fen": 1, "value_date": "2026-11-03", "method": "transfer", "reference": "x-origin"}, h...)
		if s != 403 || out.str("code") != "auth.cross_origin" {
			t.Errorf("%v: %d %v", h, s, out)
		}
	}
	w.unchanged(before)
}

func TestBruteForce_locksTheAccountForEveryoneAndTellsNothing(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	stranger := w.nobody()
	codes := map[string]int{}
	for i := range 12 {
		s, out, _ := stranger.send("POST", "/session", JSON{"login": "finance", "password": fmt.Sprintf("wrong-password-%d", i)})
		codes[fmt.Sprintf("%d %s", s, out.str("code"))]++
	}
	_, unknown, _ := stranger.send("POST", "/session", JSON{"login": "no-such-person", "password": "wrong-password-0"})
	s, out, _ := stranger.send("POST", "/session", JSON{"login": "finance", "password": password})
	if s < 400 {
		t.Fatalf("after %v the right password still opens the account", codes)
	}
	if unknown.str("code") == "" || codes["401 "+unknown.str("code")] == 0 {
		t.Errorf("an unknown login is told apart: %v, known: %v", unknown, codes)
	}
	t.Logf("%v, then %d %s", codes, s, out.str("code"))
	w.verify()
}

func TestRoles_nobodyChangesTheirOwnAndDutiesStayApart(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	sec, sys := w.as("security_admin"), w.as("system_admin")
	ids := map[string]string{}
	for _, u := range sec.get("/users?limit=200").list("items") {
		ids[u.str("login")] = u.str("id")
	}
	for _, c := range []struct {
		by      *Person
		login   string
		roles   []string
		statuse int
	}{
		{sec, "security_admin", []string{"security_admin", "finance"}, 0}, {sec, "security_admin", []string{"finance"}, 0},
		{sec, "sales", []string{"sales", "auditor"}, 0}, {sec, "sales", []string{"system_admin", "security_admin"}, 0}, {sec, "sales", []string{"god"}, 0},
		{sec, "sales", []string{"customer"}, 0}, {sys, "sales", []string{"sales_lead"}, 403}, {w.as("sales"), "sales", []string{"sales_lead"}, 403},
	} {
		s, out, _ := c.by.send("PUT", "/users/"+ids[c.login]+"/roles", JSON{"roles": c.roles})
		if s < 400 || s >= 500 || c.statuse != 0 && s != c.statuse || out.str("detail_en") == "" {
			t.Errorf("%s gives %s the roles %v: %d %v", c.by.Login, c.login, c.roles, s, out)
		}
	}
	// Past every service: the database itself refuses.
	for login, role := range map[string]string{"auditor": "finance", "finance": "auditor", "system_admin": "security_admin", "security_admin": "compliance_reviewer"} {
		if err := w.App.DB.Run(testkit.System(), func(ctx context.Context) error {
			return w.App.DB.Q(ctx).Exec("INSERT INTO user_roles (user_id, role, granted_by, granted_at) VALUES (?, ?, 'x', 1)", ids[login], role).Error
		}); err == nil || !strings.Contains(err.Error(), "dut") {
			t.Errorf("the database lets %s become %s as well: %v", login, role, err)
		}
	}
	w.verify()
}

func TestFieldsThatAreNobodysToSet_areRefused(t *testing.T) {
	t.Parallel()
	w, one, two := twoFirms(t)
	before := w.counts()
	sales := w.as("sales")
	for _, c := range []struct {
		path string
		good JSON
		bad  []string
	}{
		{"/customers", JSON{"name": "x", "uscc": "91510000MA6DEM303H", "address": "x", "legal_rep": "x", "contacts": []JSON{}}, []string{"id", "number", "owner_id", "state", "version", "created_at"}},
		{"/contracts", JSON{"customer_id": one.customer, "template_id": "package", "values": one.values}, []string{"id", "number", "state", "owner_id", "service_code", "active_from"}},
		{"/batches", JSON{"contract_id": one.contract, "signature_id": one.signature, "category": "notice", "mode": "text_per_row"}, []string{"id", "state", "submitted_by", "customer_id", "rule_set", "verdict"}},
		{"/customers/" + one.customer + "/licences", JSON{"kind": "icp", "number": "1", "issuer": "x", "valid_from": "2020-01-01", "attachment_id": one.attachment}, []string{"state", "verified_by", "customer_id"}},
		{"/customers/" + one.customer + "/registrations", JSON{"kind": "signature", "text": "【云帆】"}, []string{"state", "customer_id", "decided_by"}},
	} {
		for _, field := range c.bad {
			in := maps.Clone(c.good)
			in[field] = "x"
			if s, out, _ := sales.send("POST", c.path, in); s != 400 || out.str("code") != "http.malformed" || !strings.Contains(out.str("detail_en"), field) && !strings.Contains(fmt.Sprint(out["errors"]), field) {
				t.Errorf("POST %s with %s: %d %v", c.path, field, s, out)
			}
		}
	}
	for field, v := range map[string]any{"owner_id": "x", "uscc": "91510000MA6DEM303H", "state": "x", "id": two.customer} {
		if s, out, _ := sales.send("PATCH", "/customers/"+one.customer, JSON{"version": 1, field: v}); field != "uscc" && s != 400 {
			t.Errorf("PATCH with %s: %d %v", field, s, out)
		}
	}
	after := w.counts()
	delete(before, "audit_rows")
	delete(after, "audit_rows")
	if c := sales.get("/customers/" + one.customer); c.str("id") != one.customer {
		t.Errorf("%v", c)
	}
	if !maps.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	w.verify()
}
