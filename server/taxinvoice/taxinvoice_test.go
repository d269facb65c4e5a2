package taxinvoice_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract/contracttest"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/taxinvoice"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }
func fen(s string) money.Fen    { return money.MustYuan(s) }

// office is the money side with tax invoices over a folder.
type office struct {
	*moneytest.Counter
	inv *taxinvoice.Service
	dir string
}

func open(t *testing.T, at string, edit ...func(*taxinvoice.Deps)) office {
	t.Helper()
	m := moneytest.New(t, at)
	dir := t.TempDir()
	folder, err := taxinvoice.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	deps := taxinvoice.Deps{Bills: m.Bills, Customers: m.Customers, Documents: m.Documents, Notices: m.Notices, Provider: contracttest.Provider(), Platform: folder}
	for _, e := range edit {
		e(&deps)
	}
	return office{m, taxinvoice.New(m.DB, m.Clock, m.Trail, deps), dir}
}

func (o office) work(t *testing.T) {
	t.Helper()
	if err := o.inv.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
}

func (o office) sound(t *testing.T) {
	t.Helper()
	o.Sound(t)
	if v, err := o.inv.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Fatalf("%+v %v", v, err)
	}
}

func (o office) of(t *testing.T, billID string) []taxinvoice.Invoice {
	t.Helper()
	is, err := o.inv.OfBill(testkit.System(), billID)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// answers puts an answer into the folder.
func (o office) answers(t *testing.T, a taxinvoice.Answer) {
	t.Helper()
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.dir, "in", a.Reference+".json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Fake.Advance(2 * time.Hour) // the next look
}

// october is a bill of 119.89, due on 15 November.
func (o office) october(t *testing.T, edit ...func(*plan.Terms)) (customer string, b bill.Bill) {
	t.Helper()
	customer = o.Customer(t, testkit.As("sales", "sales"), 1).ID
	c := o.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("100.00", edit...))
	o.Use(t, c, "2026-10-20", 1234)
	o.To(t, "2026-11-01")
	return customer, o.Bill(t, c, "2026-10")
}

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func TestStory_aPaidMonthIsInvoicedThenPartlyTakenBack(t *testing.T) {
	t.Parallel()
	o := open(t, "2026-10-01 09:00")
	customer, b := o.october(t)
	o.work(t)
	if is := o.of(t, b.ID); len(is) != 0 {
		t.Fatal("invoiced before it was paid")
	}
	o.To(t, "2026-11-20")
	o.Pay(t, customer, "121.69") // with 5 days of late fee: 5 × 119.89 × 0.003 = 1.79835
	o.work(t)
	is := o.of(t, b.ID)
	if len(is) != 1 || is[0].Reference != "INV-"+b.Number+"-1" || is[0].State != taxinvoice.Requested || is[0].TotalFen != fen("121.69") || is[0].SentAt.IsZero() {
		t.Fatalf("%+v", is)
	}
	lines, _ := is[0].Lines()
	if len(lines) != 3 || lines[0].Code != "3030100000000000000" || lines[0].Name != "*电信服务*月租费" || lines[2].Name != "*电信服务*滞纳金" || lines[2].Amount != fen("1.80") {
		t.Fatalf("%+v", lines)
	}
	o.sound(t)

	// What was written for the tax administration's system reads back as what was asked for.
	var asJSON, asXML taxinvoice.Request
	for name, into := range map[string]func([]byte) error{".json": func(b []byte) error { return json.Unmarshal(b, &asJSON) }, ".xml": func(b []byte) error { return xml.Unmarshal(b, &asXML) }} {
		content, err := os.ReadFile(filepath.Join(o.dir, "out", is[0].Reference+name))
		if err != nil {
			t.Fatal(err)
		}
		if err := into(content); err != nil {
			t.Fatal(err)
		}
	}
	if asJSON.Total != "121.69" || asJSON.Buyer.USCC == "" || asJSON.Seller.USCC == "" || asXML.Total != asJSON.Total || len(asXML.Lines) != 3 || asXML.Lines[1].Quantity != "234" {
		t.Fatalf("%+v %+v", asJSON, asXML)
	}

	number := "26512000000000000001"
	o.answers(t, taxinvoice.Answer{Reference: is[0].Reference, Outcome: taxinvoice.OutcomeIssued, Number: number, IssuedOn: day("2026-11-20"), Total: "121.69", FileName: "发票.pdf", File: []byte(pdf)})
	o.work(t)
	is = o.of(t, b.ID)
	if is[0].State != taxinvoice.Issued || is[0].InvoiceNumber() != number || is[0].DocumentID == "" {
		t.Fatalf("%+v", is[0])
	}
	o.sound(t)

	o.To(t, "2026-12-05")
	o.Credit(t, b.ID, "19.89")
	o.work(t)
	is = o.of(t, b.ID)
	if len(is) != 2 || is[0].State != taxinvoice.RedRequested || is[1].Kind != taxinvoice.Red || is[1].TotalFen != fen("19.89") || is[1].RedOf != is[0].ID {
		t.Fatalf("%+v", is)
	}
	if want := is[1].SentAt.Add(72 * time.Hour); is[1].ConfirmBy != want {
		t.Fatalf("to be confirmed by %s, want %s", is[1].ConfirmBy, want)
	}
	o.sound(t)
	o.answers(t, taxinvoice.Answer{Reference: is[1].Reference, Outcome: taxinvoice.OutcomeIssued, Number: "26512000000000000002", IssuedOn: day("2026-12-05")})
	o.work(t)
	is = o.of(t, b.ID)
	if len(is) != 2 || is[0].State != taxinvoice.Issued || is[0].RedFen != fen("19.89") || is[1].State != taxinvoice.Issued {
		t.Fatalf("%+v", is)
	}
	o.work(t)
	o.sound(t)
}

func TestStory_aRedRequestLapsesAfter72HoursAndIsAskedForAgain(t *testing.T) {
	t.Parallel()
	o := open(t, "2026-10-01 09:00")
	customer, b := o.october(t)
	o.To(t, "2026-11-10")
	o.Pay(t, customer, "119.89")
	o.work(t)
	o.answers(t, taxinvoice.Answer{Reference: o.of(t, b.ID)[0].Reference, Outcome: taxinvoice.OutcomeIssued, Number: "26512000000000000001", IssuedOn: day("2026-11-10")})
	o.work(t)
	blue := o.of(t, b.ID)[0]
	if _, err := o.inv.RedFlush(moneytest.Finance(), blue.ID, ""); !errors.Is(err, taxinvoice.ErrInvalid) {
		t.Fatal(err)
	}
	if _, err := o.inv.RedFlush(moneytest.Finance(), blue.ID, "购方名称有误"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.inv.RedFlush(moneytest.Finance(), blue.ID, "再来一次"); !errors.Is(err, taxinvoice.ErrUnsettled) {
		t.Fatal(err)
	}
	o.work(t)
	o.Fake.Advance(71*time.Hour + 59*time.Minute)
	o.work(t)
	if is := o.of(t, b.ID); is[1].State != taxinvoice.Requested {
		t.Fatalf("%+v", is[1])
	}
	o.Fake.Advance(time.Minute)
	o.work(t)
	is := o.of(t, b.ID)
	if is[0].State != taxinvoice.Issued || is[1].State != taxinvoice.Lapsed {
		t.Fatalf("%+v", is)
	}
	o.sound(t)
	if _, err := o.inv.RedFlush(moneytest.Finance(), blue.ID, "购方名称有误，第二次"); err != nil {
		t.Fatal(err)
	}
	o.work(t)
	is = o.of(t, b.ID)
	o.answers(t, taxinvoice.Answer{Reference: is[2].Reference, Outcome: taxinvoice.OutcomeIssued, Number: "26512000000000000009", IssuedOn: o.Clock.Today()})
	o.work(t) // the red one is there: the month is invoiced anew
	o.work(t)
	is = o.of(t, b.ID)
	if len(is) != 4 || is[0].State != taxinvoice.RedFlushed || is[2].State != taxinvoice.Issued || is[3].Kind != taxinvoice.Blue || is[3].TotalFen != fen("119.89") || is[3].State != taxinvoice.Requested {
		t.Fatalf("%+v", is)
	}
	o.sound(t)
}

func TestStory_aBillThatIsIssuedAgainGetsARedInvoiceAndANewOne(t *testing.T) {
	t.Parallel()
	o := open(t, "2026-10-01 09:00")
	customer, b := o.october(t)
	o.To(t, "2026-11-10")
	o.Pay(t, customer, "119.89")
	o.work(t)
	o.answers(t, taxinvoice.Answer{Reference: o.of(t, b.ID)[0].Reference, Outcome: taxinvoice.OutcomeIssued, Number: "26512000000000000001", IssuedOn: day("2026-11-10")})
	o.work(t)
	r, err := o.Bills.PreviewReissue(moneytest.Finance(), bill.ReissueInput{Kind: plan.TaxMessages, From: day("2026-10-01"), To: day("2026-10-31"), Rate: money.MustDecimal("0.06"), Reason: "税率更正"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Bills.RunReissue(testkit.As("finance-lead", "finance_lead"), r.ID); err != nil {
		t.Fatal(err)
	}
	o.work(t)
	is := o.of(t, b.ID)
	if len(is) != 2 || is[1].Kind != taxinvoice.Red || is[1].TotalFen != is[0].TotalFen || is[1].TaxFen != is[0].TaxFen {
		t.Fatalf("%+v", is)
	}
	all, n, _, err := o.inv.List(testkit.System(), taxinvoice.Query{CustomerID: customer, Kind: taxinvoice.Blue, Limit: 10})
	if err != nil || n != 2 || all[0].BillID == b.ID || all[0].TotalFen != fen("119.89") || all[0].TaxFen >= is[0].TaxFen {
		t.Fatalf("%d %+v %v", n, all, err)
	}
	o.sound(t)
}

func TestAnswers_thatDoNotFitAreRefusedWithWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := open(t, "2026-10-01 09:00")
	customer, b := o.october(t)
	o.To(t, "2026-11-10")
	o.Pay(t, customer, "119.89")
	o.work(t)
	i := o.of(t, b.ID)[0]
	good := taxinvoice.Answer{Outcome: taxinvoice.OutcomeIssued, Number: "26512000000000000001", IssuedOn: day("2026-11-10")}
	for name, spoil := range map[string]func(*taxinvoice.Answer){
		"a number of letters":      func(a *taxinvoice.Answer) { a.Number = "A123" },
		"a number too long":        func(a *taxinvoice.Answer) { a.Number = strings.Repeat("9", 21) },
		"a day before the request": func(a *taxinvoice.Answer) { a.IssuedOn = day("2026-11-09") },
		"a day that has not come":  func(a *taxinvoice.Answer) { a.IssuedOn = day("2026-11-11") },
		"another total":            func(a *taxinvoice.Answer) { a.Total = "119.88" },
		"a total that is none":     func(a *taxinvoice.Answer) { a.Total = "1e3" },
		"a blue one that lapses":   func(a *taxinvoice.Answer) { a.Outcome = taxinvoice.OutcomeLapsed },
		"no outcome":               func(a *taxinvoice.Answer) { a.Outcome = "" },
		"refused without a reason": func(a *taxinvoice.Answer) { a.Outcome = taxinvoice.OutcomeRejected },
	} {
		a := good
		spoil(&a)
		if _, err := o.inv.Record(moneytest.Finance(), i.ID, a); !errors.Is(err, taxinvoice.ErrAnswer) || len(errs.As(err).Fields) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string]string{"no JSON": "<html>", "cut off": `{"reference":"`, "of another request": `{"reference":"INV-X-1","outcome":"issued","number":"26512000000000000001","issued_on":"2026-11-10"}`, "unknown field": `{"a":1}`} {
		if err := os.WriteFile(filepath.Join(o.dir, "in", i.Reference+".json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		o.Fake.Advance(2 * time.Hour)
		o.work(t)
		if now := o.of(t, b.ID)[0]; now.State != taxinvoice.Requested || now.Problem == "" {
			t.Errorf("%s: %+v", name, now)
		}
	}
	if _, err := o.inv.Record(moneytest.Finance(), i.ID, good); err != nil {
		t.Fatal(err)
	}
	if _, err := o.inv.Record(moneytest.Finance(), i.ID, good); !errors.Is(err, taxinvoice.ErrState) {
		t.Fatal(err)
	}
	o.sound(t)
}

func TestRejected_isAskedForAnewWithTheCustomersPresentData(t *testing.T) {
	t.Parallel()
	o := open(t, "2026-10-01 09:00")
	customer, b := o.october(t)
	o.To(t, "2026-11-10")
	o.Pay(t, customer, "119.89")
	o.work(t)
	i := o.of(t, b.ID)[0]
	if _, err := o.inv.Resubmit(moneytest.Finance(), i.ID); !errors.Is(err, taxinvoice.ErrState) {
		t.Fatal(err)
	}
	if _, err := o.inv.Record(moneytest.Finance(), i.ID, taxinvoice.Answer{Outcome: taxinvoice.OutcomeRejected, Reason: "购方税号不存在"}); err != nil {
		t.Fatal(err)
	}
	o.work(t)
	if is := o.of(t, b.ID); len(is) != 1 {
		t.Fatal("asked again by itself")
	}
	is, err := o.inv.Resubmit(moneytest.Finance(), i.ID)
	if err != nil || len(is) != 2 || is[0].State != taxinvoice.Cancelled || is[1].State != taxinvoice.Requested || is[1].Reference != "INV-"+b.Number+"-2" {
		t.Fatalf("%+v %v", is, err)
	}
	o.sound(t)
}

func TestManual_asksForRedOnesByItselfAndForBlueOnesWhenTold(t *testing.T) {
	t.Parallel()
	o := open(t, "2026-10-01 09:00", func(d *taxinvoice.Deps) { d.Manual = true })
	customer, b := o.october(t)
	if _, err := o.inv.Request(moneytest.Finance(), b.ID); !errors.Is(err, taxinvoice.ErrNotPaid) {
		t.Fatal(err)
	}
	o.To(t, "2026-11-10")
	o.Pay(t, customer, "119.89")
	o.work(t)
	if is := o.of(t, b.ID); len(is) != 0 {
		t.Fatalf("%+v", is)
	}
	if is, err := o.inv.Request(moneytest.Finance(), b.ID); err != nil || len(is) != 1 {
		t.Fatalf("%+v %v", is, err)
	}
	if _, err := o.inv.Request(moneytest.Finance(), b.ID); !errors.Is(err, taxinvoice.ErrNothing) {
		t.Fatal(err)
	}
	o.sound(t)
}

// platform is a tax platform over HTTP that takes each reference once, checks signatures, and can be slow or broken.
type platform struct {
	t       *testing.T
	mu      sync.Mutex
	secret  []byte
	got     map[string]taxinvoice.Request
	posts   int
	fail    int // how many calls from now on fail
	hang    int // how many posts are taken without an answer
	answers map[string]taxinvoice.Answer
	forge   bool
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if taxinvoice.Sign(p.secret, r.Method, r.URL.Path, r.Header.Get("X-Timestamp"), body) != r.Header.Get("X-Signature") {
		p.t.Errorf("%s %s: wrong signature", r.Method, r.URL.Path)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if p.fail > 0 {
		p.fail--
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if r.Method == http.MethodPost {
		p.posts++
		var req taxinvoice.Request
		if err := json.Unmarshal(body, &req); err != nil || req.Reference != r.Header.Get("Idempotency-Key") {
			p.t.Errorf("%v %+v", err, req)
		}
		_, known := p.got[req.Reference]
		p.got[req.Reference] = req
		if p.hang > 0 {
			p.hang--
			panic(http.ErrAbortHandler) // taken, but the connection breaks
		}
		if known {
			w.WriteHeader(http.StatusConflict)
		} else {
			w.WriteHeader(http.StatusCreated)
		}
		return
	}
	a, ok := p.answers[filepath.Base(r.URL.Path)]
	if !ok {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	out, _ := json.Marshal(a)
	stamp := strconv.FormatInt(1, 10)
	w.Header().Set("X-Timestamp", stamp)
	if p.forge {
		stamp = "2"
	}
	w.Header().Set("X-Signature", taxinvoice.Sign(p.secret, r.Method, r.URL.Path, stamp, out))
	_, _ = w.Write(out)
}

func TestRemote_survivesTimeoutsRepeatsAndForgedAnswers(t *testing.T) {
	t.Parallel()
	p := &platform{t: t, secret: []byte("geheim"), got: map[string]taxinvoice.Request{}, answers: map[string]taxinvoice.Answer{}}
	server := httptest.NewServer(p)
	defer server.Close()
	o := open(t, "2026-10-01 09:00")
	remote, err := taxinvoice.NewRemote(server.URL+"/api", "seller", "geheim", &http.Client{Timeout: 5 * time.Second}, o.Clock)
	if err != nil {
		t.Fatal(err)
	}
	o.inv.Platform = remote
	customer, b := o.october(t)
	o.To(t, "2026-11-10")
	o.Pay(t, customer, "119.89")

	p.fail, p.hang = 2, 1
	for range 5 { // two failures, one request that is taken without an answer, one repeat, then quiet
		o.work(t)
		o.Fake.Advance(2 * time.Hour)
	}
	i := o.of(t, b.ID)[0]
	if i.SentAt.IsZero() || i.State != taxinvoice.Requested || len(p.got) != 1 || p.posts != 2 {
		t.Fatalf("%+v; %d requests in %d posts", i, len(p.got), p.posts)
	}
	p.answers[i.Reference] = taxinvoice.Answer{Reference: i.Reference, Outcome: taxinvoice.OutcomeIssued, Number: "26512000000000000001", IssuedOn: day("2026-11-10"), Total: "119.89"}
	p.forge = true
	o.work(t)
	if i = o.of(t, b.ID)[0]; i.State != taxinvoice.Requested || !strings.Contains(i.Problem, "签名") {
		t.Fatalf("a forged answer was taken: %+v", i)
	}
	p.forge = false
	o.Fake.Advance(2 * time.Hour)
	o.work(t)
	if i = o.of(t, b.ID)[0]; i.State != taxinvoice.Issued || i.InvoiceNumber() != "26512000000000000001" {
		t.Fatalf("%+v", i)
	}
	o.work(t)
	o.sound(t)

	server.Close() // the platform is away: nothing is lost
	o.To(t, "2026-12-10")
	o.Pay(t, customer, "100.00")
	o.work(t)
	next := o.of(t, o.Bill(t, b.ContractID, "2026-11").ID)
	if len(next) != 1 || !next[0].SentAt.IsZero() || next[0].Attempts != 1 || next[0].Problem == "" {
		t.Fatalf("%+v", next)
	}
	o.sound(t)
}

func TestRemote_refusesSettingsThatCantWork(t *testing.T) {
	t.Parallel()
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	for _, in := range [][2]string{{"", "s"}, {"ftp://x", "s"}, {"https://x", ""}, {"://", "s"}} {
		if _, err := taxinvoice.NewRemote(in[0], "k", in[1], nil, c); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
}

func TestFolder_refusesReferencesThatAreNoNames(t *testing.T) {
	t.Parallel()
	p, err := taxinvoice.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []string{"", "../x", "a/b", strings.Repeat("A", 65)} {
		if err := p.Submit(context.Background(), taxinvoice.Request{Reference: r}); err == nil {
			t.Errorf("%q was written", r)
		}
		if _, err := p.Fetch(context.Background(), r); err == nil {
			t.Errorf("%q was read", r)
		}
	}
}

func TestMissing_comparesLineByLine(t *testing.T) {
	t.Parallel()
	line := func(of int, amount money.Fen) taxinvoice.Line {
		net, tax := amount.NetOfTax(money.MustDecimal("0.09"))
		return taxinvoice.Line{Of: of, Amount: amount, Net: net, Tax: tax, TaxRate: money.MustDecimal("0.09")}
	}
	total := func(ls []taxinvoice.Line) (sum money.Fen) {
		for _, l := range ls {
			sum += l.Amount
		}
		return sum
	}
	for name, c := range map[string]struct {
		wanted, have []taxinvoice.Line
		blue, red    money.Fen
	}{
		"nothing invoiced yet":   {[]taxinvoice.Line{line(0, 100), line(1, 50)}, nil, 150, 0},
		"all invoiced":           {[]taxinvoice.Line{line(0, 100)}, []taxinvoice.Line{line(0, 100)}, 0, 0},
		"a credit came":          {[]taxinvoice.Line{line(0, 70)}, []taxinvoice.Line{line(0, 100)}, 0, 30},
		"a line went":            {[]taxinvoice.Line{line(0, 100)}, []taxinvoice.Line{line(0, 100), line(1, 50)}, 0, 50},
		"void":                   {nil, []taxinvoice.Line{line(0, 100), line(-1, 5)}, 0, 105},
		"a debit came":           {[]taxinvoice.Line{line(0, 100), line(1, 20)}, []taxinvoice.Line{line(0, 100)}, 20, 0},
		"taken back already":     {nil, []taxinvoice.Line{line(0, 100), line(0, -100)}, 0, 0},
		"a credit of the month":  {[]taxinvoice.Line{line(0, 100), line(1, -30)}, nil, 70, 0},
		"credits above a line":   {[]taxinvoice.Line{line(0, 100), line(1, 60), line(2, -130)}, nil, 30, 0},
		"credits above all":      {[]taxinvoice.Line{line(0, 100), line(1, -130)}, nil, 0, 0},
		"one up, the other down": {[]taxinvoice.Line{line(0, 60), line(1, 90)}, []taxinvoice.Line{line(0, 100), line(1, 50)}, 40, 40},
	} {
		blue, red := taxinvoice.Missing(c.wanted, c.have)
		if total(blue) != c.blue || total(red) != c.red {
			t.Errorf("%s: blue %s, red %s; want %s, %s", name, total(blue), total(red), c.blue, c.red)
		}
		for _, l := range append(blue, red...) {
			if l.Net+l.Tax != l.Amount || l.Amount <= 0 {
				t.Errorf("%s: %+v", name, l)
			}
		}
	}
}

func TestCodes_followTheDayOfService(t *testing.T) {
	t.Parallel()
	c := taxinvoice.DefaultCodes()
	if c.For(plan.TaxMessages, day("2025-12-31")) != c.Added || c.For(plan.TaxMessages, day("2026-01-01")) != c.Basic || c.For(plan.TaxSoftware, day("2026-01-01")) != c.Software {
		t.Error("wrong category")
	}
}
