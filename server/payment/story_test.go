package payment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sealgate/server/bankfile"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/testkit"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }
func fen(s string) money.Fen    { return money.MustYuan(s) }
func lead() context.Context     { return testkit.As("lead", "finance_lead") }

// example is the bill of the worked examples: 1,234.56 for October, due on 15 November, grace 10 days, 0.3 % a day.
func example(t testing.TB, edit ...func(*plan.Terms)) (m *moneytest.Counter, customer, contractID string) {
	t.Helper()
	m = moneytest.New(t, "2026-10-01 09:00")
	customer = m.Customer(t, testkit.As("sales", "sales"), 1).ID
	contractID = m.Contract(t, customer, "2026-10-01", "2027-09-30", moneytest.Package("1234.56", edit...))
	m.To(t, "2026-11-01")
	return m, customer, contractID
}

func state(t testing.TB, m *moneytest.Counter, id string, want contract.State) {
	t.Helper()
	if got := m.State(t, id); got != want {
		t.Fatalf("%s: the contract is %s, want %s", m.Clock.Today(), got, want)
	}
}

func balance(t testing.TB, m *moneytest.Counter, a ledger.Account, customer string, want string) {
	t.Helper()
	if got, err := m.Ledger.Balance(testkit.System(), a, customer, ""); err != nil || got != fen(want) {
		t.Fatalf("%s: %s is %s, want %s (%v)", m.Clock.Today(), a, got, want, err)
	}
}

// Story: a transfer that the bank takes back.
func TestBounce_restoresLateFeesAndSuspension(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-26") // 26 Nov: the grace is over
	state(t, m, id, contract.Suspended)
	p := m.Pay(t, customer, "1275.30", "2026-11-26") // 26 Nov: 1,234.56 and 11 days of late fee
	state(t, m, id, contract.Active)
	if b := m.Bill(t, id, "2026-10"); b.State != bill.Paid {
		t.Fatalf("26 Nov: %+v", b.Status)
	}
	m.To(t, "2026-11-30") // 30 Nov: the bank takes the transfer of the 26th back, with value of the 28th
	if _, err := m.Payments.Bounce(moneytest.Finance(), p.ID, payment.Returned{On: day("2026-11-25"), Reason: "账号错误"}); !errors.Is(err, payment.ErrInvalid) {
		t.Fatal("a bounce before the value date:", err)
	}
	if _, err := m.Payments.Bounce(moneytest.Finance(), p.ID, payment.Returned{On: day("2026-11-28"), Reason: "付款行退汇：账户冻结"}); err != nil {
		t.Fatal(err)
	}
	state(t, m, id, contract.Suspended)
	if b := m.Bill(t, id, "2026-10"); b.State != bill.Overdue || b.PaidFen != 0 || b.LateFeeFen != fen("55.56") { // as if never paid: 15 days
		t.Fatalf("30 Nov: %+v", b.Status)
	}
	balance(t, m, ledger.Receivable, customer, "1290.12")
	balance(t, m, ledger.Bank, "", "0.00")
	m.Sound(t)
	if _, err := m.Payments.Bounce(moneytest.Finance(), p.ID, payment.Returned{On: day("2026-11-28"), Reason: "again"}); !errors.Is(err, payment.ErrGone) {
		t.Fatal("bounced twice:", err)
	}
	name, pdf, err := m.Payments.Receipt(testkit.System(), p.ID)
	if err != nil || name != p.Number+".pdf" || len(pdf) == 0 {
		t.Fatal("the receipt stays in the file, marked void:", err)
	}
	if ps, err := m.Payments.Stored(testkit.System(), customer); err != nil || len(ps) != 0 {
		t.Fatal(ps, err)
	}
	rows, _ := m.Contracts.Suspensions(testkit.System(), id)
	if len(rows) != 2 || rows[0].LiftedOn != day("2026-11-26") || rows[1].SuspendedFrom != day("2026-11-30") {
		t.Fatalf("the history of suspensions: %+v", rows)
	}
	m.Pay(t, customer, "1290.12") // the customer pays again: the later payment counts
	state(t, m, id, contract.Active)
	m.Sound(t)
}

func TestUndo_letsTheReferenceBeRecordedForWhoseItIs(t *testing.T) {
	t.Parallel()
	m, wrong, id := example(t)
	right := m.Customer(t, testkit.As("sales", "sales"), 2).ID
	in := payment.Input{CustomerID: wrong, Amount: fen("1234.56"), ValueDate: day("2026-11-01"), Method: payment.Transfer, Reference: "REF7"}
	p, err := m.Payments.Record(moneytest.Finance(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.CustomerID = right
	if _, err := m.Payments.Record(moneytest.Finance(), in); !errors.Is(err, payment.ErrDuplicate) {
		t.Fatal(err)
	}
	if _, err := m.Payments.Undo(moneytest.Finance(), p.ID, "入错客户"); err != nil {
		t.Fatal(err)
	}
	if b := m.Bill(t, id, "2026-10"); b.PaidFen != 0 || b.State != bill.Issued {
		t.Fatalf("%+v", b.Status)
	}
	again, err := m.Payments.Record(moneytest.Finance(), in)
	if err != nil || again.PaymentKey == p.PaymentKey || again.Number != "R-2026-000002" {
		t.Fatalf("%+v %v", again, err)
	}
	if _, err := m.Payments.Record(moneytest.Finance(), in); !errors.Is(err, payment.ErrDuplicate) {
		t.Fatal("the reference counts once again:", err)
	}
	balance(t, m, ledger.Credit, right, "1234.56")
	m.Sound(t)
}

// Story: a customer paid too much and gets it back.
func TestRefund_needsASecondPersonAndNeverMoreThanTheBalance(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	p := m.Pay(t, customer, "2000.00") // 1 Nov: 1,234.56 for the bill, 765.44 left
	ask := payment.RefundInput{CustomerID: customer, Amount: fen("765.45"), ToAccount: "6217000000000000001", ToBank: "某银行", Reason: "多付款项退回"}
	if _, err := m.Payments.RequestRefund(moneytest.Finance(), ask); !errors.Is(err, payment.ErrBalance) {
		t.Fatal("more than the balance:", err)
	}
	ask.Amount = fen("700.00")
	r, err := m.Payments.RequestRefund(moneytest.Finance(), ask)
	if err != nil || r.Number != "RF-2026-000001" {
		t.Fatal(r, err)
	}
	if _, err := m.Payments.RequestRefund(moneytest.Finance(), ask); !errors.Is(err, payment.ErrBalance) {
		t.Fatal("twice together more than the balance:", err)
	}
	if _, err := m.Payments.DecideRefund(moneytest.Finance(), r.ID, true, ""); !errors.Is(err, payment.ErrOwnRefund) {
		t.Fatal("approved by who asked:", err)
	}
	if _, err := m.Payments.PayRefund(moneytest.Finance(), r.ID, payment.Paid{On: day("2026-11-01"), Reference: "OUT1"}); !errors.Is(err, payment.ErrRefundState) {
		t.Fatal("paid before it was approved:", err)
	}
	if _, err := m.Payments.DecideRefund(lead(), r.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	balance(t, m, ledger.Credit, customer, "65.44")
	m.Sound(t)
	if _, err := m.Payments.Bounce(moneytest.Finance(), p.ID, payment.Returned{On: day("2026-11-01"), Reason: "退汇"}); !errors.Is(err, payment.ErrSpent) {
		t.Fatal("a payment of which part was refunded bounces:", err)
	}
	if _, err := m.Payments.PayRefund(moneytest.Finance(), r.ID, payment.Paid{On: day("2026-11-01"), Reference: "OUT1"}); err != nil {
		t.Fatal(err)
	}
	balance(t, m, ledger.Bank, "", "1300.00")
	balance(t, m, ledger.Refunds, "", "0.00")
	m.Sound(t)
	m.To(t, "2026-12-02") // 1 Dec: the next bill takes the 65.44; 2 Dec: the refund comes back and pays it too
	if _, err := m.Payments.ReturnRefund(moneytest.Finance(), r.ID, payment.Paid{On: day("2026-12-02"), Reference: "BACK1"}); err != nil {
		t.Fatal(err)
	}
	if b := m.Bill(t, id, "2026-11"); b.PaidFen != fen("765.44") {
		t.Fatalf("%+v", b.Status)
	}
	balance(t, m, ledger.Bank, "", "2000.00")
	m.Sound(t)
}

func TestRefund_thatIsCalledOffOrRejectedGivesTheMoneyBack(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.Pay(t, customer, "1500.00")
	ask := payment.RefundInput{CustomerID: customer, Amount: fen("265.44"), ToAccount: "6217000000000000001", Reason: "多付"}
	r, err := m.Payments.RequestRefund(moneytest.Finance(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.DecideRefund(lead(), r.ID, false, ""); !errors.Is(err, payment.ErrInvalid) {
		t.Fatal("rejected without a reason:", err)
	}
	if _, err := m.Payments.DecideRefund(lead(), r.ID, false, "下月抵扣"); err != nil {
		t.Fatal(err)
	}
	if r, err = m.Payments.RequestRefund(moneytest.Finance(), ask); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.DecideRefund(lead(), r.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	m.To(t, "2026-12-01")
	if b := m.Bill(t, id, "2026-11"); b.PaidFen != 0 {
		t.Fatalf("refunded money paid a bill: %+v", b.Status)
	}
	if _, err := m.Payments.CancelRefund(moneytest.Finance(), r.ID, "客户改为抵扣"); err != nil {
		t.Fatal(err)
	}
	if b := m.Bill(t, id, "2026-11"); b.PaidFen != fen("265.44") {
		t.Fatalf("%+v", b.Status)
	}
	m.Sound(t)
}

func TestCheque_countsWhenItIsCleared(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	m.To(t, "2026-11-10")
	in := payment.ChequeInput{CustomerID: customer, Number: "00012345", Bank: "某银行", Drawer: "客户有限公司", Amount: fen("1234.56"), ReceivedOn: day("2026-11-10")}
	q, err := m.Payments.ReceiveCheque(moneytest.Finance(), in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.ReceiveCheque(moneytest.Finance(), in); !errors.Is(err, payment.ErrDuplicateCheque) {
		t.Fatal(err)
	}
	if b := m.Bill(t, id, "2026-10"); b.PaidFen != 0 {
		t.Fatal("a cheque counted before it was cleared")
	}
	m.To(t, "2026-11-17") // cleared a day late
	if q, err = m.Payments.ClearCheque(moneytest.Finance(), q.ID, day("2026-11-17"), ""); err != nil || q.State != payment.ChequeCleared {
		t.Fatal(q, err)
	}
	if b := m.Bill(t, id, "2026-10"); b.LateFeeFen != fen("7.41") || b.Owed() != fen("7.41") { // 16 and 17 Nov
		t.Fatalf("%+v", b.Status)
	}
	if _, err := m.Payments.DishonourCheque(moneytest.Finance(), q.ID, day("2026-11-17"), "余额不足"); !errors.Is(err, payment.ErrChequeState) {
		t.Fatal(err)
	}
	in.Number = "00012346"
	in.ReceivedOn = day("2026-11-17")
	if q, err = m.Payments.ReceiveCheque(moneytest.Finance(), in); err != nil {
		t.Fatal(err)
	}
	if q, err = m.Payments.DishonourCheque(moneytest.Finance(), q.ID, day("2026-11-17"), "余额不足"); err != nil || q.State != payment.ChequeDishonoured {
		t.Fatal(q, err)
	}
	m.Sound(t)
}

const account = "6222000000000000001"

// november is a statement: two payments, a fee, and an unknown payer.
func november(more ...string) []byte {
	lines := []string{"日期,借方,贷方,余额,流水号,对方户名,对方账号,摘要"}
	balance := fen("1000.00")
	add := func(date, debit, credit, ref, name, acc, purpose string) {
		if debit != "" {
			balance -= fen(debit)
		} else {
			balance += fen(credit)
		}
		lines = append(lines, fmt.Sprintf("%s,%s,%s,%s,%s,%s,%s,%s", date, debit, credit, balance.Yuan(), ref, name, acc, purpose))
	}
	add("2026-11-05", "", "1234.56", "F1", "客户一有限公司（北京）", "6217001", "B-202610-000001")
	add("2026-11-06", "12.00", "", "F2", "本行", "", "手续费")
	add("2026-11-07", "", "500.00", "F3", "代付人", "6217009", "货款")
	for i := 0; i+6 < len(more); i += 7 {
		add(more[i], more[i+1], more[i+2], more[i+3], more[i+4], more[i+5], more[i+6])
	}
	return []byte(strings.Join(lines, "\n"))
}

// Story: a month's bank file, imported twice and once more with overlap, matched, undone and matched right.
func TestImport_countsEachLineOnceAndIsConfirmedByAPerson(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	if err := m.DB.Run(testkit.System(), func(ctx context.Context) error {
		return m.DB.Q(ctx).Exec("UPDATE customers SET name = '客户一有限公司(北京)' WHERE id = ?", customer).Error
	}); err != nil {
		t.Fatal(err)
	}
	m.To(t, "2026-11-10")
	ctx := moneytest.Finance()
	look, err := m.Payments.LookAt(ctx, account, november(), nil)
	if err != nil || !look.Guessed || look.Fresh != 3 || look.Confirmed() {
		t.Fatalf("%+v %v", look, err)
	}
	if _, err := m.Payments.Import(ctx, account, "11月.csv", november(), nil); !errors.Is(err, payment.ErrUnconfirmed) {
		t.Fatal("imported with a guessed mapping:", err)
	}
	imp, err := m.Payments.Import(ctx, account, "11月.csv", november(), &look.Mapping)
	if err != nil || imp.Fresh != 3 || imp.Known != 0 {
		t.Fatalf("%+v %v", imp, err)
	}
	if again, err := m.Payments.Import(ctx, account, "11月 (1).csv", november(), nil); err != nil || again.Fresh != 0 || again.Known != 3 { // the saved mapping holds
		t.Fatalf("%+v %v", again, err)
	}
	more, err := m.Payments.Import(ctx, account, "11月全.csv", november("2026-11-08", "", "77.00", "F4", "路人", "", "随便"), nil)
	if err != nil || more.Fresh != 1 || more.Known != 3 {
		t.Fatalf("%+v %v", more, err)
	}
	if _, err := m.Payments.Import(ctx, account, "bad.csv", []byte(strings.Replace(string(november()), "500.00", "500.01", 1)), nil); !errors.Is(err, payment.ErrStatement) {
		t.Fatal("a changed amount:", err)
	}
	lines, sums, err := m.Payments.BankLines(ctx, payment.LineQuery{States: []string{"open"}, Limit: 50})
	if err != nil || len(lines) != 4 || sums.In != fen("1811.56") || sums.Out != fen("12.00") {
		t.Fatalf("%d %+v %v", len(lines), sums, err)
	}
	first := lines[0]
	if len(first.Suggestions) == 0 || !first.Suggestions[0].Sure || first.Suggestions[0].CustomerID != customer || len(first.Suggestions[0].Bills) != 1 {
		t.Fatalf("%+v", first.Suggestions)
	}
	for _, l := range lines[1:] {
		if len(l.Suggestions) != 0 {
			t.Errorf("%s %s is suggested for %+v", l.PayerName, l.AmountFen, l.Suggestions)
		}
	}
	sure, total, err := m.Payments.SureLines(ctx, payment.LineQuery{})
	if err != nil || len(sure) != 1 || total.In != fen("1234.56") {
		t.Fatal(sure, total, err)
	}
	if _, err := m.Payments.Confirm(ctx, sure, payment.Confirmed{Count: 1, In: fen("1234.55")}); !errors.Is(err, payment.ErrTotals) {
		t.Fatal("wrong totals:", err)
	}
	if ps, _ := m.Payments.OfCustomer(ctx, customer); len(ps) != 0 {
		t.Fatal("a refused confirmation left a payment")
	}
	// 10 Nov: the sure one, and the unknown payer for the same customer
	both := append(sure, payment.Match{LineID: lines[2].ID, Kind: payment.MatchPayment, CustomerID: customer})
	if n, err := m.Payments.Confirm(ctx, both, payment.Confirmed{Count: 2, In: fen("1734.56")}); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if b := m.Bill(t, id, "2026-10"); b.State != bill.Paid || b.PaidOn != day("2026-11-05") {
		t.Fatalf("%+v", b.Status)
	}
	balance(t, m, ledger.Credit, customer, "500.00")
	m.Sound(t)
	if _, err := m.Payments.Confirm(ctx, sure, payment.Confirmed{Count: 1, In: fen("1234.56")}); !errors.Is(err, payment.ErrLineState) {
		t.Fatal("confirmed twice:", err)
	}
	// the fee is nobody's, the passer-by is parked
	if err := m.Payments.SetAside(ctx, []string{lines[1].ID}, payment.LineIgnored, "银行手续费"); err != nil {
		t.Fatal(err)
	}
	if err := m.Payments.SetAside(ctx, []string{lines[3].ID}, payment.LineParked, "等付款人来电"); err != nil {
		t.Fatal(err)
	}
	// the unknown payer turned out to pay for another: undone, matched anew; the wrong lesson is forgotten
	other := m.Customer(t, testkit.As("sales", "sales"), 2).ID
	if _, err := m.Payments.Reopen(ctx, lines[2].ID, "实为他人代付"); err != nil {
		t.Fatal(err)
	}
	balance(t, m, ledger.Credit, customer, "0.00")
	m.Sound(t)
	if l, err := m.Payments.LineByID(ctx, lines[2].ID); err != nil || l.State != payment.LineOpen || len(l.Suggestions) != 0 {
		t.Fatalf("%+v %v", l, err)
	}
	if _, err := m.Payments.Confirm(ctx, []payment.Match{{LineID: lines[2].ID, Kind: payment.MatchPayment, CustomerID: other}}, payment.Confirmed{Count: 1, In: fen("500.00")}); err != nil {
		t.Fatal(err)
	}
	balance(t, m, ledger.Credit, other, "500.00")
	m.Sound(t)
	// next month the alias is known
	december := []byte("日期,借方,贷方,余额,流水号,对方户名,对方账号,摘要\n2026-11-09,,300.00,9300.00,F9,代 付 人,,货款\n")
	if _, err := m.Payments.Import(ctx, account, "more.csv", december, nil); err != nil {
		t.Fatal(err)
	}
	lines, _, err = m.Payments.BankLines(ctx, payment.LineQuery{States: []string{"open"}, Limit: 50})
	if err != nil || len(lines) != 1 || len(lines[0].Suggestions) != 1 || lines[0].Suggestions[0].CustomerID != other || lines[0].Suggestions[0].Reasons[0].Code != "alias" || lines[0].Suggestions[0].Sure {
		t.Fatalf("%+v %v", lines, err)
	}
}

func TestImport_matchesRefundsAndBouncesAmongDebits(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t)
	ctx := moneytest.Finance()
	m.Pay(t, customer, "1534.56") // 1 Nov: recorded by hand as REF000001
	r, err := m.Payments.RequestRefund(ctx, payment.RefundInput{CustomerID: customer, Amount: fen("300.00"), ToName: "客户一", ToAccount: "6217001000000001", Reason: "多付"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.DecideRefund(lead(), r.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	m.To(t, "2026-11-10")
	content := []byte("日期,借方,贷方,流水号,对方户名,对方账号,摘要\n2026-11-01,,1534.56,REF000001,某人,,货款\n2026-11-03,300.00,,G1,客户一,6217001000000001," + r.Number + "\n2026-11-04,888.00,,G2,某人,,工资\n")
	look, err := m.Payments.LookAt(ctx, account, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.Import(ctx, account, "x.csv", content, &look.Mapping); err != nil {
		t.Fatal(err)
	}
	matched, _, err := m.Payments.BankLines(ctx, payment.LineQuery{States: []string{"matched"}, Limit: 9})
	if err != nil || len(matched) != 1 || matched[0].MatchKind != payment.MatchRecorded || matched[0].Number != "R-2026-000001" {
		t.Fatalf("a payment by hand: %+v %v", matched, err)
	}
	sure, sums, err := m.Payments.SureLines(ctx, payment.LineQuery{})
	if err != nil || len(sure) != 1 || sure[0].Kind != payment.MatchRefund || sums.Out != fen("300.00") {
		t.Fatalf("%+v %v", sure, err)
	}
	if _, err := m.Payments.Confirm(ctx, sure, payment.Confirmed{Count: 1, Out: fen("300.00")}); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Payments.RefundByID(ctx, r.ID); got.State != payment.RefundPaid || got.Reference != "G1" || got.PaidOn != day("2026-11-03") {
		t.Fatalf("%+v", got)
	}
	m.Sound(t)
	if _, err := m.Payments.Reopen(ctx, sure[0].LineID, "对错了"); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Payments.RefundByID(ctx, r.ID); got.State != payment.RefundApproved {
		t.Fatalf("%+v", got)
	}
	m.Sound(t)
	if _, err := m.Payments.Confirm(ctx, sure, payment.Confirmed{Count: 1, Out: fen("300.00")}); err != nil {
		t.Fatal(err)
	}
	m.Sound(t)
}

func TestImport_findsTheTransferThatTheBankTookBack(t *testing.T) {
	t.Parallel()
	m, customer, id := example(t)
	ctx := moneytest.Finance()
	m.To(t, "2026-11-27")
	state(t, m, id, contract.Suspended)
	m.Pay(t, customer, "1300.00")
	state(t, m, id, contract.Active)
	name, _ := m.Customers.CustomerName(testkit.System(), customer)
	content := []byte("日期,借方,贷方,流水号,对方户名,摘要\n2026-11-27,1300.00,,G9," + name + ",退汇 REF000001\n")
	look, err := m.Payments.LookAt(ctx, account, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.Import(ctx, account, "x.csv", content, &look.Mapping); err != nil {
		t.Fatal(err)
	}
	sure, _, err := m.Payments.SureLines(ctx, payment.LineQuery{Direction: bankfile.Out})
	if err != nil || len(sure) != 1 || sure[0].Kind != payment.MatchBounce {
		t.Fatalf("%+v %v", sure, err)
	}
	if _, err := m.Payments.Confirm(ctx, sure, payment.Confirmed{Count: 1, Out: fen("1300.00")}); err != nil {
		t.Fatal(err)
	}
	state(t, m, id, contract.Suspended)
	m.Sound(t)
}

func TestConfirm_refusesAClosedCustomerAndParksTheMoney(t *testing.T) {
	t.Parallel()
	m, customer, _ := example(t)
	ctx := moneytest.Finance()
	if _, err := m.DB.SQL().Exec("UPDATE contracts SET state = 'closed'"); err != nil {
		t.Fatal(err)
	}
	content := []byte("日期,金额,流水号,对方户名,摘要\n2026-11-01,50.00,K1,某人,B-202610-000001\n")
	look, err := m.Payments.LookAt(ctx, account, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Payments.Import(ctx, account, "x.csv", content, &look.Mapping); err != nil {
		t.Fatal(err)
	}
	lines, _, _ := m.Payments.BankLines(ctx, payment.LineQuery{Limit: 5})
	if s := lines[0].Suggestions; len(s) != 1 || !s[0].Closed || s[0].Sure {
		t.Fatalf("%+v", s)
	}
	_, err = m.Payments.Confirm(ctx, []payment.Match{{LineID: lines[0].ID, Kind: payment.MatchPayment, CustomerID: customer}}, payment.Confirmed{Count: 1, In: fen("50.00")})
	if !errors.Is(err, payment.ErrCustomerClosed) || errs.As(err).Fields[0].Field != "matches.0" {
		t.Fatal(err)
	}
	if err := m.Payments.SetAside(ctx, []string{lines[0].ID}, payment.LineParked, "客户已结案，待核实用途"); err != nil {
		t.Fatal(err)
	}
	if l, _ := m.Payments.LineByID(ctx, lines[0].ID); l.State != payment.LineParked || l.Note == "" {
		t.Fatalf("%+v", l)
	}
}
