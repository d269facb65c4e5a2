package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/sync/errgroup"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/pdf"
	"sealgate/server/review"
	"sealgate/server/staff"
	"sealgate/server/wallet"
)

// demoPeople are the demo's users: one of each role; a second sales person, so that data scope shows, and a second compliance lead,
// because rules are published by two people.
var demoPeople = []newUser{
	{Login: "sales", Name: "张晓雯", Team: "西南一部", Roles: []string{"sales"}},
	{Login: "sales2", Name: "周启明", Team: "西南一部", Roles: []string{"sales"}},
	{Login: "saleslead", Name: "陈立群", Team: "西南一部", Roles: []string{"sales_lead"}},
	{Login: "compliance", Name: "李静", Roles: []string{"compliance_reviewer"}},
	{Login: "compliancelead", Name: "赵国栋", Roles: []string{"compliance_lead"}},
	{Login: "compliancelead2", Name: "许安", Roles: []string{"compliance_lead"}},
	{Login: "finance", Name: "王芳", Roles: []string{"finance"}},
	{Login: "financelead", Name: "刘敏", Roles: []string{"finance_lead"}},
	{Login: "sysadmin", Name: "孙浩", Roles: []string{"system_admin"}},
	{Login: "secadmin", Name: "何雪", Roles: []string{"security_admin"}},
	{Login: "auditor", Name: "郑文", Roles: []string{"auditor"}},
}

// prepareDemo makes the demo's users on the first start and prints them with their passwords; the returned function makes
// the demo's history, which takes seconds and runs after the server is ready. On later starts both do nothing.
func (a *App) prepareDemo(ctx context.Context, out io.Writer) (seed func(context.Context) error, err error) {
	nothing := func(context.Context) error { return nil }
	sys := actor.With(ctx, actor.System("demo"))
	people, _, err := a.Staff.List(sys, staff.Query{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(people) > 0 {
		return nothing, nil
	}
	password, err := demoPassword()
	if err != nil {
		return nil, err
	}
	var g errgroup.Group // hashing a password takes a core 50 ms
	for _, p := range demoPeople {
		p.Password = password
		g.Go(func() error {
			_, err := a.addUser(sys, p)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	h := &history{main: a, password: password}
	a.Sandbox.past = make(chan struct{})
	printPeople(out, password)
	if err := os.WriteFile(a.path("demo-users.txt"), []byte(peopleTable(password)), 0o600); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		defer close(a.Sandbox.past)
		started := time.Now()
		if err := h.make(ctx); err != nil {
			return err
		}
		slog.Info("demo data ready", "after", time.Since(started).Round(time.Millisecond).String())
		return nil
	}, nil
}

// demoPassword is made up anew for every installation: a demo on a reachable address must not have a known one.
func demoPassword() (string, error) {
	var b [10]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	return "Demo-" + s[:4] + "-" + s[4:8] + "-" + s[8:12] + "7", nil
}

func peopleTable(password string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "LOGIN\tPASSWORD\tROLE")
	for _, p := range slices.Concat(demoPeople, demoCustomerUsers) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Login, password, strings.Join(p.Roles, ","))
	}
	_ = w.Flush()
	return b.String()
}

func printPeople(out io.Writer, password string) {
	if out == nil {
		return
	}
	fmt.Fprintf(out, "\nDemo users 演示用户 (printed on the first start only; also in demo-users.txt of the data folder):\n\n%s", peopleTable(password))
}

// demoCustomerUsers are people of the demo's customers: of the first one, and of the one whose servers are maintained.
var demoCustomerUsers = []newUser{
	{Login: "customer", Name: "云帆商城 · 吴岚", Roles: []string{"customer"}},
	{Login: "customer2", Name: "蜀江机械 · 何斌", Roles: []string{"customer"}},
}

// history is the demo's past: made through the real services by a second program over the same database, whose business
// clock starts two months ago and walks to now. The serving program's clock never moves.
type history struct {
	main     *App
	past     *App
	machine  *clockwork.FakeClock
	password string
}

// make walks the past; the serving program starts its timetable and its workers when this is done.
func (h *history) make(ctx context.Context) error {
	now := h.main.Clock.Now()
	first := caldate.OfTime(now).MonthOf().Add(-2).First().At(9, 0)
	h.machine = clockwork.NewFakeClockAt(first)
	h.past = &App{Config: h.main.Config, DB: h.main.DB, Clock: clock.New(h.machine)}
	if err := h.past.wire(ctx); err != nil {
		return err
	}
	h.past.Sandbox.on, h.past.Sandbox.volatile = true, true
	if err := h.tell(ctx, caldate.OfTime(first).MonthOf(), now); err != nil {
		return err
	}
	return h.to(ctx, now.Add(-time.Second))
}

// to moves the past's clock on; what falls due on the way happens.
func (h *history) to(ctx context.Context, at time.Time) error {
	if !at.After(h.past.Clock.Now()) {
		return nil
	}
	_, err := h.past.Sandbox.Advance(actor.With(ctx, actor.System("demo")), at)
	return err
}

// as is a context in which one of the demo's people acts.
func (h *history) as(ctx context.Context, login string) context.Context {
	acc, err := h.past.Staff.ByLogin(actor.With(ctx, actor.System("demo")), login)
	if err != nil {
		panic(fmt.Sprintf("demo user %s: %v", login, err)) // made a moment ago
	}
	who := actor.Actor{UserID: acc.ID, Login: acc.Login, Name: acc.Name, Scope: actor.Scope{All: true}, RequestID: "demo"}
	for _, r := range acc.Roles {
		who.Roles = append(who.Roles, string(r))
	}
	switch {
	case acc.CustomerID != nil:
		who.CustomerID, who.Scope = *acc.CustomerID, actor.Scope{CustomerID: *acc.CustomerID}
	case login == "sales" || login == "sales2":
		who.Scope = actor.Scope{OwnerIDs: []string{acc.ID}}
	}
	return actor.With(ctx, who)
}

// admit gives one of a customer's people an account.
func (h *history) admit(ctx context.Context, who newUser, customerID string) error {
	who.CustomerID, who.Password = customerID, h.password
	_, err := h.past.addUser(actor.With(ctx, actor.System("demo")), who)
	return err
}

// demoFirm is a customer of the demo.
type demoFirm struct {
	name, uscc, signature, person, phone, owner string
	rent, deposit                               string
	included, cap                               string
}

var demoFirms = []demoFirm{
	{"成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城", "吴岚", "13880001001", "sales", "2000.00", "5000.00", "50000", "100000"},
	{"四川星河教育科技有限公司", "91510100MA6DEM1015", "星河教育", "林悦", "13880001002", "sales", "500.00", "1000.00", "5000", "20000"},
	{"成都蓉锦酒店管理有限公司", "91510104MA6DEM202P", "蓉锦酒店", "蒋平", "13880001003", "sales2", "300.00", "1000.00", "3000", "10000"},
	{"岷江物流集团有限公司", "91510000MA6DEM303H", "岷江物流", "郭凯", "13880001004", "sales", "800.00", "2000.00", "10000", "30000"},
}

// tell plays the demo's story: one customer who pays, one who does not, one about to sign, one just registered, and one of each other kind of agreement.
func (h *history) tell(ctx context.Context, m caldate.Month, now time.Time) error {
	var contracts, customers, signatures [4]string
	for i, f := range demoFirms {
		if err := h.register(ctx, i, f, &customers[i], &signatures[i]); err != nil {
			return fmt.Errorf("customer %s: %w", f.name, err)
		}
	}
	if err := h.admit(ctx, demoCustomerUsers[0], customers[0]); err != nil {
		return err
	}
	for i := range 2 { // day 3 of the first month: two contracts come into force
		if err := h.to(ctx, m.Day(3).At(10, 0)); err != nil {
			return err
		}
		var err error
		if contracts[i], err = h.contract(ctx, demoFirms[i], customers[i], true); err != nil {
			return fmt.Errorf("contract of %s: %w", demoFirms[i].name, err)
		}
	}
	prepaid, err := h.prepaid(ctx, demoFirms[2], customers[2])
	if err != nil {
		return fmt.Errorf("prepaid agreement of %s: %w", demoFirms[2].name, err)
	}
	var others kinds
	if err := others.begin(ctx, h); err != nil {
		return err
	}
	if err := h.admit(ctx, demoCustomerUsers[1], others.customers[4]); err != nil {
		return err
	}
	unusual := watched{clinic: others.sender(2), agency: others.sender(1)}
	served := service{customer: customers[0], contract: contracts[0], maintained: others.contracts[4]}
	kept := evidenced{shop: customers[0], school: customers[1]}
	for month := m; !now.Before(month.Day(12).At(15, 0)); month = month.Next() { // each month a batch of each, and the bill before paid by the first
		if err := h.to(ctx, month.Day(10).At(10, 0)); err != nil {
			return err
		}
		if month != m {
			if err := h.pay(ctx, customers[0]); err != nil {
				return err
			}
		}
		for i := range 2 {
			if i == 1 && month != m { // the second does not pay and is suspended after the first month's grace
				continue
			}
			if err := h.send(ctx, contracts[i], signatures[i], demoFirms[i], 1200+300*month.Mon%700, true); err != nil {
				return fmt.Errorf("batch of %s: %w", demoFirms[i].name, err)
			}
		}
		if err := h.send(ctx, prepaid, signatures[2], demoFirms[2], 900, true); err != nil {
			return fmt.Errorf("batch of %s: %w", demoFirms[2].name, err)
		}
		if err := others.month(ctx, h, 12*(month.Year-m.Year)+month.Mon-m.Mon); err != nil {
			return err
		}
		if err := h.to(ctx, month.Day(12).At(12, 0)); err != nil {
			return err
		}
		if month == m {
			if err := served.past(ctx, h); err != nil {
				return err
			}
			if err := kept.past(ctx, h); err != nil {
				return err
			}
			if err := unusual.past(ctx, h); err != nil {
				return err
			}
		}
		if err := others.count(ctx, h, month, now); err != nil {
			return err
		}
	}
	// Today: a contract waits for its signatures, a licence for compliance, a batch for review.
	today := caldate.OfTime(now).Start().Add(9 * time.Hour)
	if today.After(now) {
		today = now.Add(-time.Minute)
	}
	if err := h.to(ctx, today); err != nil {
		return err
	}
	if _, err := h.contract(ctx, demoFirms[2], customers[2], false); err != nil {
		return fmt.Errorf("contract of %s: %w", demoFirms[2].name, err)
	}
	if err := h.waiting(ctx, prepaid, contracts[0]); err != nil {
		return err
	}
	if err := served.today(ctx, h); err != nil {
		return err
	}
	if err := kept.today(ctx, h); err != nil {
		return err
	}
	if err := unusual.today(ctx, h); err != nil {
		return err
	}
	return h.send(ctx, contracts[0], signatures[0], demoFirms[0], 800, false)
}

// prepaid takes over a prepaid agreement that was signed on paper, with a first top-up that two people have confirmed.
func (h *history) prepaid(ctx context.Context, f demoFirm, customerID string) (string, error) {
	p, today := h.past, h.past.Clock.Today()
	terms := plan.Defaults(plan.KindPrepaid)
	terms.Price = money.MustDecimal("0.06")
	c, err := p.Contracts.Adopt(h.as(ctx, f.owner), contract.Adoption{CustomerID: customerID, Kind: plan.KindPrepaid, Start: today, End: today.AddYears(1).AddDays(-1), Terms: terms,
		AllowedCategories: []string{"verification", "notice", "marketing"}, Carriers: []string{"cmcc", "cucc", "ctcc"}, Reference: "YF-2026-018"})
	if err != nil {
		return "", err
	}
	m, err := h.topUp(ctx, c.ID, f, money.MustYuan("180.00"), "CZ-0001")
	if err != nil {
		return "", err
	}
	_, err = p.Wallets.Decide(h.as(ctx, "financelead"), m.ID, wallet.Decision{Confirm: true})
	return c.ID, err
}

func (h *history) topUp(ctx context.Context, contractID string, f demoFirm, amount money.Fen, reference string) (*wallet.Move, error) {
	finance := h.as(ctx, "finance")
	proof, err := h.scan(finance, "payment_proof", "汇款回单", f)
	if err != nil {
		return nil, err
	}
	return h.past.Wallets.TopUp(finance, contractID, wallet.Input{Amount: amount, Reference: reference, ValueDate: h.past.Clock.Today(), DocumentID: proof})
}

// waiting leaves something for a second person to decide: a top-up, and a credit above the limit.
func (h *history) waiting(ctx context.Context, prepaid, monthly string) error {
	if _, err := h.topUp(ctx, prepaid, demoFirms[2], money.MustYuan("500.00"), "CZ-0002"); err != nil {
		return fmt.Errorf("top-up of %s: %w", demoFirms[2].name, err)
	}
	finance := h.as(ctx, "finance")
	for _, x := range []struct {
		kind   charge.Kind
		yuan   string
		reason string
	}{{charge.Credit, "120.00", "通道中断 3 小时，按协议抵扣"}, {charge.Fine, "600.00", "投诉核查属实，运营商罚款转付"}} {
		evidence, err := h.scan(finance, "charge_evidence", "证明文件", demoFirms[0])
		if err != nil {
			return err
		}
		if _, err := h.past.Charges.Add(finance, monthly, charge.Input{Kind: x.kind, Amount: money.MustYuan(x.yuan), On: h.past.Clock.Today(), Reason: x.reason, DocumentID: evidence}); err != nil {
			return fmt.Errorf("charge of %s: %w", demoFirms[0].name, err)
		}
	}
	return nil
}

// register enters a customer with licence and signature; the last one's still wait for compliance.
func (h *history) register(ctx context.Context, i int, f demoFirm, customerID, signatureID *string) error {
	p, sales, compliance := h.past, h.as(ctx, f.owner), h.as(ctx, "compliance")
	c, err := p.Customers.Register(sales, customer.Details{
		Name: f.name, USCC: f.uscc, Address: fmt.Sprintf("成都市锦江区红星路 %d 号", 8+i), LegalRep: f.person, Industry: "商贸服务",
		BankName: "示范银行成都锦江支行", BankAccount: fmt.Sprintf("510100000000%04d", 1001+i),
		Contacts: []customer.Contact{{Name: f.person, Phone: f.phone, Email: fmt.Sprintf("contact%d@example.com", i+1)}},
	})
	if err != nil {
		return err
	}
	*customerID = c.ID
	scan, err := h.scan(sales, "licence", "营业执照", f)
	if err != nil {
		return err
	}
	l, err := p.Licences.Submit(sales, c.ID, licence.Submission{
		Kind: licence.Business, Number: f.uscc, Issuer: "成都市市场监督管理局", ValidFrom: caldate.New(2020, 5, 1), DocumentID: scan,
	})
	if err != nil {
		return err
	}
	if i == len(demoFirms)-1 { // waits for compliance, its chain too
		*signatureID, err = h.chain(ctx, c.ID, f, false)
		return err
	}
	if _, err := p.Licences.Verify(compliance, l.ID); err != nil {
		return err
	}
	*signatureID, err = h.chain(ctx, c.ID, f, true)
	return err
}

// scan makes a paper that stands for a scan, and stores it.
func (h *history) scan(ctx context.Context, purpose, title string, f demoFirm) (string, error) {
	d, err := pdf.Make(pdf.Options{Title: title, Now: h.past.Clock.Now(), Watermark: "演示件"}, func(d *pdf.Document) {
		d.Title(title)
		d.Paragraph(pdf.Plain(f.name), pdf.Style{})
	})
	if err != nil {
		return "", err
	}
	doc, err := h.past.Documents.Store(ctx, title+".pdf", purpose, bytes.NewReader(d.Bytes()))
	if err != nil {
		return "", err
	}
	return doc.ID, nil
}

// contract registers a package agreement and leads it to its signatures; with signed, into force.
func (h *history) contract(ctx context.Context, f demoFirm, customerID string, signed bool) (string, error) {
	today := h.past.Clock.Today()
	r := contract.Registration{CustomerID: customerID, TemplateID: "package", Values: map[string]string{
		"start_date": today.String(), "end_date": today.AddYears(1).AddDays(-1).String(), "rent": f.rent, "included": f.included, "overage": "0.05",
		"deposit": f.deposit, "daily_cap": f.cap, "window_from_day": "5", "window_to_day": "15", "grace_days": "10", "late_fee_rate": "0.003",
		"send_from": "08:00", "send_to": "21:00", "signing_place": "成都市锦江区", "jurisdiction": "court", "jurisdiction_name": "成都市锦江区人民法院",
		"allowed_categories": "verification,notice,marketing", "carriers": "cmcc,cucc,ctcc",
	}}
	if !signed {
		return h.approved(ctx, f, r)
	}
	id, err := h.signed(ctx, f, r)
	if err != nil {
		return "", err
	}
	return id, h.holds(ctx, id, f.deposit)
}

// pay pays what a customer owes, as finance enters it from the bank's list.
func (h *history) pay(ctx context.Context, customerID string) error {
	p, finance := h.past, h.as(ctx, "finance")
	bills, err := p.Bills.OfCustomer(finance, customerID)
	if err != nil {
		return err
	}
	for _, b := range bills {
		if b.Owed() <= 0 {
			continue
		}
		if _, err := p.Payments.Record(finance, payment.Input{CustomerID: customerID, Amount: b.Owed(), ValueDate: p.Clock.Today(),
			Method: payment.Transfer, BankAccount: "6222000000000000001", Reference: "ZF-" + b.Number}); err != nil {
			return err
		}
	}
	return nil
}

// send submits a batch; with approve, compliance lets it go and it is handed off.
func (h *history) send(ctx context.Context, contractID, signatureID string, f demoFirm, n int, approve bool) error {
	p, sales := h.past, h.as(ctx, f.owner)
	b, err := p.Batches.Create(sales, batch.Order{ContractID: contractID, SignatureID: signatureID, Category: batch.Notice, Mode: batch.TextPerRow})
	if err != nil {
		return err
	}
	file := demoFile(f, n, !approve)
	if _, err := p.Batches.Upload(sales, b.ID, fmt.Sprintf("%s%s通知.csv", f.signature, p.Clock.Today()), int64(len(file)), bytes.NewReader(file)); err != nil {
		return err
	}
	if err := p.Drain(ctx); err != nil || !approve {
		return err
	}
	return h.letGo(ctx, b.ID)
}

// letGo has compliance approve a batch that waits for it, and hands it off; a suspended contract's may be refused outright.
func (h *history) letGo(ctx context.Context, batchID string) error {
	p, compliance := h.past, h.as(ctx, "compliance")
	b, err := p.Batches.Get(compliance, batchID)
	if err != nil {
		return err
	}
	if b.State == batch.InReview {
		if _, err := p.Reviews.Claim(compliance, b.ID); err != nil {
			return err
		}
		progress, err := p.Reviews.Decide(compliance, review.Act{BatchID: b.ID, Scope: review.WholeBatch, Choice: review.Approve})
		if err != nil {
			return err
		}
		if _, err := p.Reviews.Finish(compliance, b.ID, progress.DecisionsHash); err != nil {
			return err
		}
	}
	h.machine.Advance(11 * time.Second) // the time in which an approval can be undone
	return p.Drain(ctx)
}

var demoPrefixes = []string{"138", "186", "189", "158", "133"}

// recipientOf is the made-up number on the n-th line of the demo's files, the same in each.
func recipientOf(n int) string {
	return fmt.Sprintf("%s%08d", demoPrefixes[n%len(demoPrefixes)], (n*104729+7919)%100000000)
}

// demoFile is a list of made-up numbers with texts; some of them, where asked, give compliance something to look at.
func demoFile(f demoFirm, n int, doubtful bool) []byte {
	texts := []string{
		"【%s】尊敬的客户，您预订的商品已到货，请于三日内到店自提，营业时间9:00至20:00。",
		"【%s】您好，您的订单已由配送员送出，预计今日送达，请保持电话畅通。",
		"【%s】温馨提示：您的会员服务将于本月底到期，请留意续期时间。",
	}
	bad := []string{
		"【%s】无抵押贷 款当天放款，加微信 dk88661 咨询，利息低至三厘。",
		"【%s】恭喜您被抽中为幸运用户，点击 hxxp.cc/a9k 填写银行卡号领取奖金。",
		"【%s】代开各类发 票，点数优惠，联系电话13800008888。",
	}
	var b strings.Builder
	b.WriteString("手机号,短信内容\n")
	for i := range n {
		text := texts[i%len(texts)]
		if doubtful && i%40 == 7 {
			text = bad[i/40%len(bad)]
		}
		fmt.Fprintf(&b, "%s,%s\n", recipientOf(i), fmt.Sprintf(text, f.signature))
	}
	return []byte(b.String())
}
