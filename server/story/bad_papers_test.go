package story_test

import (
	"bytes"
	"maps"
	"mime/multipart"
	"strings"
	"testing"

	"sealgate/server/contract/contracttest"
)

// slips is what a hand, a copy from elsewhere or an attacker puts into a field for a line of text, and what is said of it.
var slips = []struct{ name, text, code string }{
	{"nothing", "", "missing"},
	{"spaces of both kinds", " \u3000 ", "missing"},
	{"10,000 characters", strings.Repeat("名", 10_000), "too_long"},
	{"10,000 rare characters", strings.Repeat("𠮷", 10_000), "too_long"},
	{"a bell", "云\a帆", "bad_character"},
	{"a line break", "云\n帆", "bad_character"},
	{"a zero-width space", "云\u200b帆", "bad_character"},
	{"a byte order mark", "\ufeff云帆", "bad_character"},
	{"text that runs backwards", "云\u202e帆", "bad_character"},
	{"a joined emoji", "云帆👨\u200d👩", "bad_character"},
	{"a variation selector", "云帆\ufe0f", "bad_character"},
	{"an invisible letter", "云\u3164帆", "bad_character"},
	{"a character of private use", "云\ue000帆", "bad_character"},
	{"what is no character", "云\uffff帆", "bad_character"},
}

// with gives a copy of an input in which one field differs; without a value, one that lacks it.
func (j JSON) with(field string, value any) JSON {
	out := maps.Clone(j)
	if out[field] = value; value == nil {
		delete(out, field)
	}
	return out
}

// deskOfPapers is a Tuesday in November: one customer, whose contract has had its bill for October, and a draft of the next one.
type deskOfPapers struct {
	*World
	customer, contract, draft string
}

func openDesk(t *testing.T) deskOfPapers {
	t.Helper()
	w := counter(t, "2026-09-20 09:00")
	w.signatory()
	d := deskOfPapers{World: w, customer: w.payer(1)}
	d.contract = w.agreed(d.customer, "2026-10-01", "2027-09-30", nil)
	w.to("2026-11-03 10:00")
	d.draft = w.as("sales").post(201, "/contracts", JSON{"customer_id": d.customer, "template_id": "package", "values": blanks("2027-12-01", "2028-11-30", nil)}).str("id")
	return d
}

func TestBadPapers_changeNothingAndSayWhereAndHow(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	sales := d.as("sales")
	sales.refusesAll(append(d.badCustomers(), append(d.badLicences(), d.badBlanks()...)...))
	sales.refusesAll(append(d.badSupplements(), d.badHandlers()...))
	d.as("sales_lead").refusesAll(d.badTerminations())
	sales.refusesUploads()

	// What was there can still be worked with: nothing was lost on the way.
	c := sales.get("/contracts/" + d.draft)
	sales.call(200, "PATCH", "/contracts/"+d.draft, JSON{"version": c.num("version"), "values": blanks("2027-12-01", "2028-11-30", JSON{"rent": "120.00"})})
	d.sound()
}

// badCustomers change the record of a customer.
func (d deskOfPapers) badCustomers() (cases []wrong) {
	path := "/customers/" + d.customer
	change := func(field string, value any) JSON {
		return JSON{"version": d.as("sales").get(path).num("version"), field: value}
	}
	add := func(name, field string, value any, want string) {
		cases = append(cases, wrong{"customer: " + name, "PATCH " + path, change(field, value), 422, "customer.invalid", want})
	}
	for _, s := range slips {
		for _, field := range []string{"name", "address", "legal_rep"} {
			add(field+": "+s.name, field, s.text, field+":"+s.code)
		}
	}
	add("a wrong check digit", "uscc", "91510107MA6CDEMK89", "uscc:check_digit")
	add("a credit code cut short", "uscc", "91510107MA6CDEMK8", "uscc:length")
	add("a credit code of 10,000 digits", "uscc", strings.Repeat("9", 10_000), "uscc:length")
	add("an account in scientific notation", "bank_account", "6.22E+18", "bank_account:bank_account")
	add("nobody to talk to", "contacts", []JSON{}, "contacts:missing")
	add("a contact without phone", "contacts", []JSON{{"name": "吴岚", "phone": "12"}}, "contacts[0].phone:phone")
	return append(
		cases,
		wrong{"customer: a NUL", "PATCH " + path, change("name", "云帆\x00"), 400, "http.malformed", "name:nul"},
		wrong{"customer: half a character", "PATCH " + path, []byte(`{"version":1,"name":"\ud842"}`), 400, "http.malformed", "body:utf8"},
		wrong{"customer: an old version", "PATCH " + path, JSON{"version": 99, "name": "云帆"}, 409, "customer.stale", ""},
	)
}

func (d deskOfPapers) badLicences() (cases []wrong) {
	good := JSON{"kind": "icp", "number": "川ICP-1", "issuer": "通信管理局", "valid_from": "2020-01-01", "valid_to": "2029-12-31", "attachment_id": d.as("sales").upload("许可证.pdf", "licence", pdf("licence"))}
	add := func(name, field string, value any, code, want string) {
		cases = append(cases, wrong{"licence: " + name, "/customers/" + d.customer + "/licences", good.with(field, value), 422, code, want})
	}
	for _, s := range slips {
		add("number: "+s.name, "number", s.text, "licence.invalid", "number:"+s.code)
		add("issuer: "+s.name, "issuer", s.text, "licence.invalid", "issuer:"+s.code)
	}
	for _, day := range []string{"2026-02-30", "2026-2-3", "2026/02/03", "20260203", "2026-02-03T00:00:00Z", "99999-01-01", "昨天"} {
		add("valid until "+day, "valid_to", day, "input.invalid", "valid_to:date")
	}
	add("from before there were any", "valid_from", "0206-01-01", "licence.invalid", "valid_from:too_early")
	add("from tomorrow", "valid_from", "2026-11-04", "licence.invalid", "valid_from:future")
	add("until yesterday", "valid_to", "2026-11-02", "licence.invalid", "valid_to:expired")
	add("no scan", "attachment_id", "", "licence.invalid", "attachment_id:missing")
	return cases
}

// badBlanks fill in the form of an agreement; the same is said of a new one and of a draft that is changed.
func (d deskOfPapers) badBlanks() (cases []wrong) {
	draft, good := d.as("sales").get("/contracts/"+d.draft), blanks("2027-12-01", "2028-11-30", nil)
	add := func(name, field string, value any, code string) {
		values, want := good.with(field, value), "values."+field+":"+code
		cases = append(cases,
			wrong{"new contract: " + name, "/contracts", JSON{"customer_id": d.customer, "template_id": "package", "values": values}, 422, "contract.invalid", want},
			wrong{"draft: " + name, "PATCH /contracts/" + d.draft, JSON{"version": draft.num("version"), "values": values}, 422, "contract.invalid", want})
	}
	for _, s := range slips {
		add("place: "+s.name, "signing_place", s.text, s.code)
	}
	for field, values := range map[string]map[string]string{
		"rent":                  {"1.234": "money", "-1": "too_small", "1e9": "money", "１００": "money", "1,000": "money", "99999999999999": "money"},
		"overage":               {"-0.1": "too_small", "1e9": "rate", "0.0000001": "rate"},
		"start_date":            {"2027-02-30": "date", "2027-13-01": "date", "27-12-01": "date"},
		"customer_bank_account": {"12x": "bank_account"},
		"contact_phone":         {"12": "phone"},
		"contact_email":         {"a@b": "email"},
		"customer_name":         {"别的公司": "fixed"},
		"provider_name":         {"别的公司": "fixed"},
	} {
		for value, code := range values {
			add(field+" "+value, field, value, code)
		}
	}
	add("a blank left out", "start_date", nil, "missing")
	add("a blank that the template does not have", "discount", "1", "unknown")
	overlap := JSON{"customer_id": d.customer, "template_id": "package", "values": good.with("start_date", "2027-09-30")}
	return append(cases, wrong{"overlap by a day", "/contracts", overlap, 409, "contract.overlap", "values.start_date:overlap"})
}

// badSupplements change what was agreed on, by any of the three ways.
func (d deskOfPapers) badSupplements() (cases []wrong) {
	path, good := "/contracts/"+d.contract, JSON{"terms": JSON{"rent_fen": 7000}, "effective_from": "2026-12-01", "reason": "量大优惠"}
	add := func(name string, in any, status int, code, want string) {
		cases = append(cases, wrong{"supplement: " + name, path + "/supplements", in, status, code, want})
	}
	for _, s := range slips {
		if s.code == "bad_character" && !strings.Contains(s.text, "\n") {
			add("reason: "+s.name, good.with("reason", s.text), 422, "contract.amendment", "reason:bad_character")
		}
	}
	add("a reason of 10,000 characters", good.with("reason", strings.Repeat("因", 10_000)), 422, "input.invalid", "reason:max_length")
	add("on the last billed day", good.with("effective_from", "2026-10-31"), 422, "contract.amendment", "effective_from:billed")
	add("before the contract", good.with("effective_from", "2026-09-30"), 422, "contract.amendment", "effective_from:billed")
	add("after its end", good.with("effective_from", "2027-10-01"), 422, "contract.amendment", "effective_from:after_end")
	add("30 February", good.with("effective_from", "2027-02-30"), 422, "input.invalid", "effective_from:date")
	add("an earlier end", JSON{"until": "2027-01-01"}, 422, "contract.amendment", "until:order")
	add("no term", good.with("terms", JSON{}), 422, "contract.amendment", "terms:missing")
	add("an unknown term", good.with("terms", JSON{"discount": "1"}), 400, "http.malformed", "terms.discount:unknown")
	add("the same terms", good.with("terms", JSON{"rent_fen": 10000}), 409, "contract.no_change", "")
	add("a negative rent", good.with("terms", JSON{"rent_fen": -1}), 422, "contract.amendment", "terms.rent_fen:negative")
	add("half a fen", good.with("terms", JSON{"rent_fen": 1.5}), 422, "input.invalid", "terms.rent_fen:integer")
	add("1e9", []byte(`{"terms":{"rent_fen":1e9},"effective_from":"2026-12-01"}`), 400, "http.malformed", "terms.rent_fen:number_range")
	for _, price := range []string{"1e9", "0.0000001", "NaN", "０.１", "00.1", ""} {
		add("a price of "+price, good.with("terms", JSON{"overage": price}), 422, "input.invalid", "terms.overage:decimal")
	}
	return append(
		cases,
		wrong{"price change: too soon", path + "/price-changes", good.with("effective_from", "2026-11-20"), 422, "contract.amendment", "effective_from:too_early"},
		wrong{"price change: no reason", path + "/price-changes", good.with("effective_from", "2027-01-01").with("reason", " "), 422, "contract.amendment", "reason:missing"},
		wrong{"plan change: nothing", path + "/plan-changes", JSON{"terms": JSON{}}, 422, "contract.amendment", "terms:missing"},
	)
}

// badHandlers are people who are said to act for a customer.
func (d deskOfPapers) badHandlers() (cases []wrong) {
	good := JSON{"kind": "qualification", "text": "云帆资质", "proof_attachment_id": d.as("sales").upload("授权书.pdf", "registration", pdf("letter"))}
	add := func(name, field string, value any, code, want string) {
		cases = append(cases, wrong{"handler: " + name, "/customers/" + d.customer + "/registrations", good.with("handler", d.handler().with(field, value)), 422, code, want})
	}
	for _, s := range slips {
		add(s.name, "name", s.text, "registration.invalid", "handler.name:"+s.code)
	}
	add("a wrong check digit", "id_number", "110101199003070039", "registration.invalid", "handler.id_number:id_check")
	add("authorised until 30 February", "authorised_to", "2027-02-30", "input.invalid", "handler.authorised_to:date")
	return cases
}

func (d deskOfPapers) badTerminations() (cases []wrong) {
	good := JSON{"cause": "mutual", "reason": "双方协商", "on": "2026-12-31"}
	for _, c := range []struct{ name, field, value, code, want string }{
		{"no reason", "reason", "", "contract.end", "reason:missing"},
		{"a reason of 10,000 characters", "reason", strings.Repeat("因", 10_000), "contract.end", "reason:too_long"},
		{"a day that has passed", "on", "2026-10-01", "contract.end", "on:past"},
		{"30 February", "on", "2027-02-30", "input.invalid", "on:date"},
		{"an unknown cause", "cause", "boredom", "input.invalid", "cause:one_of"},
	} {
		cases = append(cases, wrong{"termination: " + c.name, "/contracts/" + d.contract + "/terminate", good.with(c.field, c.value), 422, c.code, c.want})
	}
	return append(cases, wrong{"termination: a paper that is not there", "/contracts/" + d.contract + "/terminate", good.with("attachment_id", "nothing"), 404, "document.not_found", ""})
}

// refusesUploads sends files that are not what they say, and wants each refused with its real kind and nothing kept.
func (p *Person) refusesUploads() {
	p.w.t.Helper()
	before := p.w.contents()
	for _, c := range []struct {
		name, file, says string
		content          []byte
	}{
		{"a program named .pdf", "营业执照.pdf", "application/x-elf", append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 60)...)},
		{"a zip named .xlsx", "报价.xlsx", "application/zip", []byte(zipped(p.w.t, "a.txt", []byte("a")))},
		{"a page named .png", "a.png", "text/html", []byte("<html><script>1</script></html>")},
		{"a PDF named .jpg", "a.jpg", "application/pdf", pdf("a")},
		{"a picture cut off", "a.png", "application/octet-stream", []byte("\x89PNG\r\n\x1a\n\x00\x00")},
		{"an ending turned around", "营业执照\u202efdp.exe", "营业执照fdp.exe", []byte("MZ")},
		{"nothing", "a.pdf", "", nil},
	} {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("purpose", "licence")
		f, _ := m.CreateFormFile("file", c.file)
		_, _ = f.Write(c.content)
		_ = m.Close()
		s, _, answer := p.do("POST", "/attachments", m.FormDataContentType(), &b)
		out := decode(p.w.t, answer)
		if zh, en := out.str("detail"), out.str("detail_en"); s != 422 || !strings.Contains(zh, c.says) || zh == en || en == "" || strings.Contains(zh+en, "\u202e") {
			p.w.t.Errorf("%s: %d %s", c.name, s, answer)
		}
	}
	same(p.w.t, before, p.w.contents())
}

func TestAProblem_isTitledInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire("sales")
	for accepts, title := range map[string]string{"zh-CN,zh;q=0.9,en;q=0.8": "输入有误", "en-GB,en;q=0.9,zh;q=0.1": "Invalid input", "": "输入有误"} {
		_, out, _ := w.as("sales").send("POST", "/customers", JSON{"name": "", "uscc": "1", "address": "", "legal_rep": "", "contacts": []JSON{}}, "Accept-Language", accepts)
		if out.str("title") != title || out.str("detail") == "" || out.str("detail_en") == "" {
			t.Errorf("%q: %v", accepts, out)
		}
	}
}

func TestRareNames_areKeptAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire("sales")
	sales := w.as("sales")
	for n, name := range []string{"𠮷野家（成都）餐饮有限公司", "㐂𪚥贸易行", "Ünïcode·Gesellschaft", "شركة", "云帆😀商城", strings.Repeat("𠀀", 100)} {
		in := JSON{"name": name, "uscc": contracttest.USCC(n + 1), "address": "成都", "legal_rep": "林悦", "contacts": []JSON{{"name": "林悦", "phone": "13880001234"}}}
		if got := sales.get("/customers/" + sales.post(201, "/customers", in).str("id")).str("name"); got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
	w.verify()
}
