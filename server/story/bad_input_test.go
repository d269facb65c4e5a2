package story_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// wrong is an input, what is said of it and where.
type wrong struct {
	name, path string
	in         any
	status     int
	code       string
	field      string // "field:code", "" where the error is about no field
}

// refusesAll sends each input (by POST, where its path names no other method) and wants the refusal, in both languages, and
// nothing changed in any table.
func (p *Person) refusesAll(cases []wrong) {
	p.w.t.Helper()
	before := p.w.contents()
	for _, c := range cases {
		method, path, named := strings.Cut(c.path, " ")
		if !named {
			method, path = "POST", c.path
		}
		s, out, raw := p.send(method, path, c.in)
		if s != c.status || out.str("code") != c.code {
			p.w.t.Errorf("%s: %d %s, want %d %s: %.300s", c.name, s, out.str("code"), c.status, c.code, raw)
			continue
		}
		if zh, en := out.str("detail"), out.str("detail_en"); zh == "" || en == "" || zh == en || strings.Contains(zh+en, "%!") {
			p.w.t.Errorf("%s is told as %q, %q", c.name, zh, en)
		}
		var fields []string
		for _, f := range out.list("errors") {
			fields = append(fields, f.str("field")+":"+f.str("code"))
			if f.str("detail") == "" || f.str("detail_en") == "" || f.str("detail") == f.str("detail_en") {
				p.w.t.Errorf("%s: a field without cure in both languages: %v", c.name, f)
			}
		}
		if c.field != "" && !slices.Contains(fields, c.field) {
			p.w.t.Errorf("%s: %v, want %s", c.name, fields, c.field)
		}
	}
	same(p.w.t, before, p.w.contents())
	p.w.verify()
}

func TestBadCustomers_areRefusedWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	customer := func(more JSON) JSON {
		c := JSON{"name": "四川星河教育科技有限公司", "uscc": "91510100MA6DEM1015", "address": "成都", "legal_rep": "林悦", "contacts": []JSON{{"name": "林悦", "phone": "13880001234", "email": "a@example.com"}}}
		for k, v := range more {
			c[k] = v
		}
		return c
	}
	var cases []wrong
	for name, c := range map[string][2]string{
		"too short": {"91510100MA6DEM101", "length"}, "too long": {"91510100MA6DEM10155", "length"}, "empty": {"", "missing"},
		"letter O": {"9151010OMA6DEM1015", ""}, "check digit": {"91510100MA6DEM1016", "check_digit"}, "not ASCII": {"９1510100MA6DEM101甲", ""},
	} {
		field := ""
		if c[1] != "" {
			field = "uscc:" + c[1]
		}
		cases = append(cases, wrong{name, "/customers", customer(JSON{"uscc": c[0]}), 422, "customer.invalid", field})
	}
	for field, v := range map[string]string{"name": strings.Repeat("名", 10_000), "address": strings.Repeat("址", 10_000), "legal_rep": strings.Repeat("人", 10_000), "bank_name": strings.Repeat("行", 10_000)} {
		cases = append(cases, wrong{field + " of 10,000 characters", "/customers", customer(JSON{field: v}), 422, "customer.invalid", field + ":too_long"})
	}
	cases = append(cases,
		wrong{"the same code twice", "/customers", customer(JSON{"uscc": "91510107MA6CDEMK88"}), 409, "customer.uscc_taken", ""},
		wrong{"no name", "/customers", customer(JSON{"name": "  "}), 422, "customer.invalid", "name:missing"},
		wrong{"a control character", "/customers", customer(JSON{"name": "a\x07b"}), 422, "customer.invalid", ""},
		wrong{"a direction override", "/customers", customer(JSON{"name": "云帆\u202e公司"}), 422, "customer.invalid", ""},
		wrong{"one key twice", "/customers", []byte(`{"name":"a","name":"b"}`), 400, "http.malformed", "name:duplicate"},
		wrong{"unknown field", "/customers", customer(JSON{"vip": true}), 400, "http.malformed", "vip:unknown"},
		wrong{"trailing garbage", "/customers", []byte(`{} {}`), 400, "http.malformed", "body:trailing"},
		wrong{"broken UTF-8", "/customers", []byte("{\"name\":\"\xff\"}"), 400, "http.malformed", "body:utf8"},
		wrong{"no body", "/customers", nil, 400, "http.malformed", ""},
	)
	w.as("sales").refusesAll(cases)
}

func TestBadContracts_areRefusedWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	customer, _ := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	w.contract(customer, blanks("2026-11-02", "2027-11-01", nil))
	contract := func(more JSON) JSON {
		v := blanks("2027-11-02", "2028-11-01", nil)
		for k, x := range more {
			if x == nil {
				delete(v, k)
				continue
			}
			v[k] = x
		}
		return JSON{"customer_id": customer, "template_id": "package", "values": v}
	}
	var cases []wrong
	for _, c := range []struct {
		field string
		value any
		code  string
	}{
		{"rent", nil, "missing"}, {"rent", "", "missing"}, {"rent", "-1", "too_small"}, {"rent", "1e3", "money"}, {"rent", "NaN", "money"}, {"rent", "9223372036854775808", "money"}, {"rent", "1.234", "money"}, {"rent", "一百", "money"},
		{"start_date", "2027-13-01", "date"}, {"start_date", "2027-02-30", "date"}, {"start_date", "2027-02-29", "date"}, {"start_date", nil, "missing"}, {"end_date", "2020-01-01", ""},
		{"window_from_day", "32", ""}, {"window_to_day", "0", ""}, {"grace_days", "-1", ""}, {"grace_days", "1.5", ""}, {"late_fee_rate", "2", ""}, {"late_fee_rate", "-0.1", ""}, {"late_fee_rate", "NaN", ""},
		{"included", "-5", ""}, {"included", "99999999999999999999", ""}, {"overage", "1e-3", ""}, {"daily_cap", "0", ""}, {"send_from", "25:00", ""}, {"send_from", "21:00", ""},
		{"allowed_categories", "spam", ""}, {"carriers", "", ""}, {"jurisdiction", "both", ""}, {"no_such_blank", "x", ""},
		{"signing_place", strings.Repeat("地", 10_000), ""},
	} {
		field := ""
		if c.code != "" {
			field = "values." + c.field + ":" + c.code
		}
		cases = append(cases, wrong{fmt.Sprintf("%s %.20v", c.field, c.value), "/contracts", contract(JSON{c.field: c.value}), 422, "contract.invalid", field})
	}
	cases = append(cases,
		wrong{"overlap", "/contracts", contract(JSON{"start_date": "2027-11-01"}), 409, "contract.overlap", "values.start_date:overlap"},
		wrong{"overlap around it", "/contracts", contract(JSON{"start_date": "2026-01-01", "end_date": "2030-01-01"}), 409, "contract.overlap", ""},
		wrong{"no such template", "/contracts", JSON{"customer_id": customer, "template_id": "lease", "values": JSON{}}, 404, "contract_template.unknown", ""},
		wrong{"no such version", "/contracts", JSON{"customer_id": customer, "template_id": "package", "template_version": 99, "values": blanks("2027-11-02", "2028-11-01", nil)}, 404, "contract_template.unknown", ""},
		wrong{"no such customer", "/contracts", JSON{"customer_id": "nobody", "template_id": "package", "values": blanks("2027-11-02", "2028-11-01", nil)}, 404, "customer.not_found", ""},
		wrong{"a number for a text", "/contracts", contract(JSON{"rent": 100}), 422, "input.invalid", ""},
	)
	w.as("sales").refusesAll(cases)
	// Every ill-formed blank is told at once.
	_, out, _ := w.as("sales").send("POST", "/contracts", contract(JSON{"rent": "-1", "start_date": "2027-13-01", "grace_days": "x", "overage": nil}))
	if n := len(out.list("errors")); n < 4 {
		t.Errorf("of four wrong blanks %d are told: %v", n, out["errors"])
	}
}

func TestBadLicences_areRefusedAndAnExpiredOneHoldsUpTheContract(t *testing.T) {
	t.Parallel()
	w := start(t, "2026-11-02 09:00")
	w.hire(everyone...)
	sales := w.as("sales")
	customer, _ := w.customer("成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城")
	scan := sales.upload("许可证.pdf", "licence", pdf("licence"))
	licence := func(more JSON) JSON {
		l := JSON{"kind": "icp", "number": "川ICP-1", "issuer": "通信管理局", "valid_from": "2020-01-01", "valid_to": "2029-12-31", "attachment_id": scan}
		for k, v := range more {
			l[k] = v
		}
		return l
	}
	path := "/customers/" + customer + "/licences"
	sales.refusesAll([]wrong{
		{"expired yesterday", path, licence(JSON{"valid_to": "2026-11-01"}), 422, "licence.invalid", "valid_to:expired"},
		{"ends before it begins", path, licence(JSON{"valid_from": "2029-01-01", "valid_to": "2028-01-01"}), 422, "licence.invalid", ""},
		{"month 13", path, licence(JSON{"valid_to": "2027-13-01"}), 422, "input.invalid", "valid_to:date"},
		{"30 February", path, licence(JSON{"valid_from": "2026-02-30"}), 422, "input.invalid", "valid_from:date"},
		{"no such kind", path, licence(JSON{"kind": "fishing"}), 422, "licence.invalid", ""},
		{"no scan", path, licence(JSON{"attachment_id": "nothing"}), 404, "document.not_found", ""},
		{"no such customer", "/customers/nobody/licences", licence(nil), 404, "customer.not_found", ""},
	})
}

func TestBadMoney_isRefusedWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	w, one, _ := twoFirms(t)
	finance := w.as("finance")
	pay := func(more JSON) JSON {
		p := JSON{"customer_id": one.customer, "amount_fen": 100, "value_date": "2026-11-03", "method": "transfer", "reference": "new"}
		for k, v := range more {
			p[k] = v
		}
		return p
	}
	number := func(s string) []byte {
		return []byte(`{"customer_id":"` + one.customer + `","amount_fen":` + s + `,"value_date":"2026-11-03","method":"transfer","reference":"new"}`)
	}
	deposit, refund := "/contracts/"+one.contract+"/deposit", "/contracts/"+one.contract+"/deposit/refunds"
	move := func(amount int64, on string) JSON {
		return JSON{"amount_fen": amount, "received_on": on, "method": "transfer", "reference": "new", "reason": "因为"}
	}
	finance.refusesAll([]wrong{
		{"negative", "/payments", pay(JSON{"amount_fen": -1}), 422, "payment.invalid", "amount_fen:not_positive"},
		{"nothing", "/payments", pay(JSON{"amount_fen": 0}), 422, "payment.invalid", "amount_fen:not_positive"},
		{"huge", "/payments", pay(JSON{"amount_fen": int64(1) << 62}), 422, "payment.invalid", "amount_fen:too_large"},
		{"2^63", "/payments", number("9223372036854775808"), 400, "http.malformed", "amount_fen:number_range"},
		{"1e3", "/payments", number("1e3"), 400, "http.malformed", "amount_fen:number_range"},
		{"NaN", "/payments", number("NaN"), 400, "http.malformed", "body:syntax"},
		{"half a fen", "/payments", number("0.5"), 422, "input.invalid", "amount_fen:integer"},
		{"text", "/payments", number(`"100"`), 422, "input.invalid", "amount_fen:integer"},
		{"tomorrow", "/payments", pay(JSON{"value_date": "2026-11-04"}), 422, "payment.invalid", "value_date:future"},
		{"month 13", "/payments", pay(JSON{"value_date": "2026-13-01"}), 422, "input.invalid", "value_date:date"},
		{"30 February", "/payments", pay(JSON{"value_date": "2026-02-30"}), 422, "input.invalid", "value_date:date"},
		{"year 1", "/payments", pay(JSON{"value_date": "0001-01-01"}), 422, "payment.invalid", "value_date:too_early"},
		{"the same reference", "/payments", pay(JSON{"reference": "P-one"}), 409, "payment.duplicate", "reference:duplicate"},
		{"the same reference with blanks", "/payments", pay(JSON{"reference": " P-one "}), 409, "payment.duplicate", ""},
		{"unknown customer", "/payments", pay(JSON{"customer_id": "nobody"}), 404, "customer.not_found", ""},
		{"unknown method", "/payments", pay(JSON{"method": "magic"}), 422, "payment.invalid", "method:unknown"},
		{"no reference", "/payments", pay(JSON{"reference": ""}), 422, "payment.invalid", "reference:missing"},
		{"a reference of 10,000 characters", "/payments", pay(JSON{"reference": strings.Repeat("x", 10_000)}), 422, "input.invalid", ""},
		{"deposit: more than agreed", deposit, move(1, "2026-11-03"), 422, "deposit.invalid", "amount_fen:too_much"},
		{"deposit: negative", deposit, move(-1, "2026-11-03"), 422, "deposit.invalid", "amount_fen:not_positive"},
		{"deposit: tomorrow", deposit, move(1, "2026-11-04"), 422, "deposit.invalid", "received_on:future"},
		{"refund: more than held", refund, move(50001, "2026-11-03"), 409, "deposit.not_ended", ""},
		{"refund: negative", refund, move(-50001, "2026-11-03"), 422, "deposit.invalid", "amount_fen:not_positive"},
		{"bills of this month", "/bill-runs", JSON{"month": "2026-11"}, 409, "bill.month_open", ""},
		{"bills of next year", "/bill-runs", JSON{"month": "2027-11"}, 409, "bill.month_open", ""},
		{"bills of month 13", "/bill-runs", JSON{"month": "2026-13"}, 422, "month.invalid", ""},
	})
	w.as("sales").refusesAll([]wrong{
		{"clock backwards", "/sandbox/clock", JSON{"to": "2026-11-03T09:00:00+08:00"}, 422, "sandbox.backwards", ""},
		{"clock by a hundred years", "/sandbox/clock", JSON{"to": "2126-11-03T09:00:00+08:00"}, 422, "sandbox.too_far", ""},
		{"clock to month 13", "/sandbox/clock", JSON{"to": "2026-13-03T09:00:00+08:00"}, 422, "input.invalid", "to:date_time"},
	})
}

func TestBadFiles_areRefusedWithPlaceAndCureAndChangeNothing(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	template := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	id := sales.post(201, "/batches", template).str("id")
	before := w.counts()
	for _, c := range []struct{ name, file, code, says string }{
		{"empty", "", "file.empty", ""},
		{"a byte order mark", "\ufeff", "file.empty", ""},
		{"blank", "\r\n \n", "file.empty", ""},
		{"a million columns", strings.Repeat("a,", 1_000_000) + "\n", "file.first_row", "1"},
		{"zip named .csv", zipped(t, "a.csv", []byte("13800138000\n")), "file.zip", ""},
		{"only names of columns", "手机号,姓名\n", "batch.only_header", ""},
		{"a Word document named .csv", zipped(t, "word/document.xml", nil), "file.not_table", "Word"},
		{"a column too few", "手机号,名字\n13800138000,张三\n", "file.missing_column", "姓名"},
		{"a column twice", "手机号,姓名,姓名\n13800138000,张三,李四\n", "file.column_twice", ""},
		{"no header", "13800138000,张三\n", "file.no_header", ""},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file.not_table", "PNG"},
		{"PDF", "%PDF-1.7 ...", "file.not_table", "PDF"},
		{"gzip named .csv", "\x1f\x8b\x08\x00\x00\x00\x00\x00", "file.not_table", "gzip"},
		{"an old spreadsheet named .csv", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "file.xls", ""},
		{"a spreadsheet with a password", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", "file.password", "密码"},
		{"an OpenDocument sheet", "PK\x03\x04" + strings.Repeat("\x00", 26) + "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "file.ods", ".ods"},
		{"NUL bytes", strings.Repeat("\x00", 5000), "file.not_table", ""},
		{"web page", "<html><p>13800138000</p>", "file.not_table", ""},
	} {
		s, _, b := sales.do("PUT", "/batches/"+id+"/file?name=a.csv", "application/octet-stream", strings.NewReader(c.file))
		out := decode(t, b)
		if s != 422 || out.str("code") != c.code || !strings.Contains(out.str("detail"), c.says) || out.str("detail_en") == "" || strings.Contains(out.str("detail")+out.str("detail_en"), "%!") {
			t.Errorf("%s: %d %s", c.name, s, b)
		}
	}
	if b := sales.get("/batches/" + id); b.str("state") != "draft" || b.str("file.sha256") != "" {
		t.Errorf("the batch is %v", b)
	}
	w.unchanged(before)
	w.verify()
}

func TestDamagedFiles_giveTheirGoodRowsAndNameTheBadOnes(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	head, template := "手机号,姓名\n", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货，请到门店自提。"}
	gbk := func(s string) string {
		out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(head + "13800138000,张三\n13900139001,李四\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		good       int64
		line       int64
		code       string
	}{
		{"UTF-8 broken in the middle", head + "13800138000,张三\n13900139001,李\xe5\x8d\n13700137001,王五\n", 2, 3, "ROW.ENCODING"},
		{"GBK broken in the middle", gbk(head+"13800138000,张三\n13900139001,李") + "\xff\n" + gbk("13700137001,王五\n"), 2, 3, "ROW.ENCODING"},
		{"UTF-16 without a byte order mark", utf16, 2, 0, ""},
		{"a NUL in a number", head + "13800138000,张三\n139\x0000139001,李四\n13700137001,王五\n", 2, 3, "PHONE.INVALID"},
		{"a NUL in a name", head + "13800138000,张三\n13900139001,李\x00四\n13700137001,王五\n", 2, 3, "TEXT.CONTROL"},
		{"a million columns on one line", head + "13800138000,张三\n" + strings.Repeat("1,", 1_000_000) + "\n13700137001,王五\n", 2, 3, "ROW.TOO_LONG"},
		{"a formula for a number", head + "=1+1,张三\n13700137001,王五\n", 1, 2, "CELL.FORMULA"},
		{"a name that was not found", head + "13800138000,#N/A\n13700137001,王五\n", 1, 2, "CELL.FORMULA"},
		{"numbers kept from being numbers", head + "=\"13800138000\",张三\n=\"13700137001\",王五\n", 2, 0, ""},
		{"a number as a spreadsheet shows it", head + "13800138000,张三\n1.38E+10,李四\n", 1, 3, "PHONE.SCIENTIFIC"},
		{"rare characters", head + "13800138000,𠮷野家😀\n", 1, 0, ""},
		{"old line ends", "手机号,姓名\r13800138000,张三\r13900139001,李四\r", 2, 0, ""},
	} {
		id := w.submit("sales", template, "a.csv", []byte(c.file))
		w.work()
		b := sales.get("/batches/" + id)
		if b.str("state") != "review" || b.num("rows.good") != c.good {
			t.Errorf("%s: %s, %v, %v", c.name, b.str("state"), b["rows"], b["problem"])
			continue
		}
		if c.code == "" {
			continue
		}
		e := sales.get("/batches/" + id + "/error-rows").list("items")
		if len(e) != 1 || e[0].num("line") != c.line || e[0].str("code") != c.code || e[0].str("reason") == "" || e[0].str("reason_en") == "" {
			t.Errorf("%s: %v", c.name, e)
		}
	}
	w.verify()
}

// Not parallel: it looks at what the process holds.
func TestOneEndlessLine_isRefusedToWhoIsStillSendingAndMemoryStaysFlat(t *testing.T) {
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	order := JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "list_one_text", "text": "【云帆商城】您的订单已到货，请到门店自提。"}
	const size = 100 << 20
	// A caller that sends its whole file before it looks at the answer, as browsers and many libraries do.
	send := func(method, path, contentType string) string {
		u, err := url.Parse(w.server.URL)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(2 * time.Minute))
		fmt.Fprintf(conn, "%s /api/v1%s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nCookie: ", method, path, u.Host, contentType, size)
		for _, c := range sales.http.Jar.Cookies(u) {
			fmt.Fprintf(conn, "%s=%s; ", c.Name, c.Value)
		}
		fmt.Fprint(conn, "\r\n\r\n")
		piece := bytes.Repeat([]byte("1"), 1<<20)
		for left := size; left > 0; left -= len(piece) {
			if _, err := conn.Write(piece); err != nil {
				t.Fatalf("%s: hung up with %d bytes to come: %v", path, left, err)
			}
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: no answer: %v", path, err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return fmt.Sprintf("%d %s", res.StatusCode, body)
	}
	runtime.GC()
	var start, end runtime.MemStats
	runtime.ReadMemStats(&start)
	id := sales.post(201, "/batches", order).str("id")
	if got := send("PUT", "/batches/"+id+"/file?name=a.csv", "application/octet-stream"); !strings.HasPrefix(got, "422 ") || !strings.Contains(got, "file.first_row") {
		t.Errorf("one line: %s", got)
	}
	if got := send("POST", "/attachments", "multipart/form-data; boundary=x"); !strings.HasPrefix(got, "413 ") || !strings.Contains(got, "http.body_too_large") {
		t.Errorf("an attachment: %s", got)
	}
	// A good line before one of a gigabyte, and one after.
	s, _, b := sales.do("PUT", "/batches/"+id+"/file?name=a.csv", "application/octet-stream",
		io.MultiReader(strings.NewReader("13800138000\n"), io.LimitReader(ones{}, 1<<30), strings.NewReader("\n13900139001\n")))
	if s != 202 {
		t.Fatalf("%d %s", s, b)
	}
	w.work()
	if b := sales.get("/batches/" + id); b.num("rows.good") != 2 || b.num("rows.bad") != 1 {
		t.Errorf("%v", b["rows"])
	}
	runtime.ReadMemStats(&end)
	if grown := int64(end.Sys) - int64(start.Sys); grown > 80<<20 {
		t.Errorf("the process took %d MB more for a line of 1 GB", grown>>20)
	}
	w.verify()
}

type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

func TestFormulas_areNeutralisedInWhatComesOut(t *testing.T) {
	t.Parallel()
	w, contract, signature := sendable(t)
	sales := w.as("sales")
	id := w.submit("sales", JSON{"contract_id": contract, "signature_id": signature, "category": "notice", "mode": "template", "text": "【云帆商城】{姓名}您好，您的订单已到货。"},
		"=cmd|' /C calc'!A0.csv", []byte("手机号,姓名\n=1+1,@SUM(A1)\n+1+1,＝1+1\n13700137001,王五\n"))
	w.work()
	for i, row := range csvRows(t, sales.raw("/batches/"+id+"/errors")) {
		for _, cell := range row {
			if i > 0 && formula(cell) {
				t.Errorf("the error file has the cell %q", cell)
			}
		}
	}
	// A reason that a person wrote goes into the audit trail and out by its export.
	sales.post(200, "/batches/"+id+"/cancel", JSON{"reason": `=HYPERLINK("http://evil.example","click")`})
	for i, row := range csvRows(t, w.as("auditor").raw("/audit/export?object_id="+id)) {
		for _, cell := range row {
			if i > 0 && formula(cell) {
				t.Errorf("the audit export has the cell %q", cell)
			}
		}
	}
	w.verify()
}

// formula tells whether a spreadsheet would compute a cell.
func formula(cell string) bool {
	cell = strings.TrimLeft(cell, " ")
	return cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") && strings.Trim(cell, "+-0123456789.") != "" || strings.HasPrefix(cell, "＝")
}

func csvRows(t *testing.T, b []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v in %.300s", len(rows), err, b)
	}
	return rows
}

func zipped(t testing.TB, name string, content []byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(content)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
