package deposit_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/deposit"
	"sealgate/server/dunning/moneytest"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/testkit"
)

func lead() context.Context { return testkit.As("lead", "finance_lead") }

// held is a contract with a deposit of 500.00 in hand, on 1 November, with a bill of 100.00.
func held(t *testing.T, end string) (m *moneytest.Counter, customer, id string) {
	t.Helper()
	m = moneytest.New(t, "2026-10-01 09:00")
	customer = m.Customer(t, testkit.As("sales", "sales"), 1).ID
	terms := moneytest.Package("100.00")
	terms.Deposit = money.MustYuan("500.00")
	id = m.Contract(t, customer, "2026-10-01", end, terms)
	if _, err := m.Deposits.Receive(moneytest.Finance(), id, in("500.00", "D1")); err != nil {
		t.Fatal(err)
	}
	m.To(t, "2026-11-01")
	return m, customer, id
}

func standing(t *testing.T, m *moneytest.Counter, id, held, missing string) {
	t.Helper()
	s, err := m.Deposits.Of(testkit.System(), id)
	if err != nil || s.Held != money.MustYuan(held) || s.Missing() != money.MustYuan(missing) {
		t.Fatalf("held %s missing %s, want %s %s (%v)", s.Held, s.Missing(), held, missing, err)
	}
}

// Story: a deduction, and the top-up that it asks for.
func TestDeduction_needsEvidenceAndASecondPersonAndIsToppedUp(t *testing.T) {
	t.Parallel()
	m, _, id := held(t, "2027-09-30")
	ask := deposit.Taking{Amount: money.MustYuan("120.00"), Reason: "违规发送，合同第九条"}
	if _, err := m.Deposits.RequestDeduction(moneytest.Finance(), id, ask); !errors.Is(err, deposit.ErrEvidence) {
		t.Fatal("without evidence:", err)
	}
	ask.DocumentID = m.Upload(t, moneytest.Finance(), "evidence")
	more := ask
	more.Amount = money.MustYuan("500.01")
	if _, err := m.Deposits.RequestDeduction(moneytest.Finance(), id, more); !errors.Is(err, deposit.ErrNotHeld) {
		t.Fatal("above the deposit:", err)
	}
	move, err := m.Deposits.RequestDeduction(moneytest.Finance(), id, ask)
	if err != nil || move.Number != "DD-2026-000001" {
		t.Fatal(move, err)
	}
	standing(t, m, id, "500.00", "0.00")
	if _, err := m.Deposits.RequestDeduction(moneytest.Finance(), id, deposit.Taking{Amount: money.MustYuan("400.00"), Reason: "x", DocumentID: m.Upload(t, moneytest.Finance(), "evidence")}); !errors.Is(err, deposit.ErrPending) {
		t.Fatal("together above the deposit:", err)
	}
	if _, err := m.Deposits.Decide(moneytest.Finance(), move.ID, true, ""); !errors.Is(err, deposit.ErrOwn) {
		t.Fatal("by who asked:", err)
	}
	if waiting, err := m.Deposits.Requests(lead()); err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	if _, err := m.Deposits.Decide(lead(), move.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Deposits.Decide(lead(), move.ID, true, ""); !errors.Is(err, deposit.ErrDecided) {
		t.Fatal("twice:", err)
	}
	standing(t, m, id, "380.00", "120.00")
	name, pdf, err := m.Deposits.Notice(testkit.System(), move.ID)
	if err != nil || name != "DD-2026-000001.pdf" || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Fatal(name, err)
	}
	top := in("120.00", "D2")
	if _, err := m.Deposits.Receive(moneytest.Finance(), id, top); err != nil {
		t.Fatal(err)
	}
	standing(t, m, id, "500.00", "0.00")
	if income, err := m.Ledger.TrialBalance(testkit.System()); err != nil || !hasBalance(income, ledger.DepositIncome, "120.00") {
		t.Fatal(income, err)
	}
	m.Sound(t)
}

func hasBalance(rows []ledger.AccountBalance, a ledger.Account, want string) bool {
	for _, r := range rows {
		if r.Account == a {
			return r.Balance == money.MustYuan(want)
		}
	}
	return false
}

// Story: the deposit pays an overdue bill, and only this contract's.
func TestSetOff_paysWhatTheContractOwes(t *testing.T) {
	t.Parallel()
	m, customer, id := held(t, "2027-09-30")
	older := m.Contract(t, customer, "2026-09-01", "2027-08-31", moneytest.Package("70.00"))
	m.To(t, "2026-11-28")
	if _, err := m.Bills.IssueMonth(testkit.System(), caldate.MustParseMonth("2026-10"), caldate.MustParse("2026-11-28"), false); err != nil { // the older contract's bill, due at once
		t.Fatal(err)
	}
	if m.State(t, id) != contract.Suspended {
		t.Fatal(m.State(t, id))
	}
	if _, err := m.Deposits.RequestSetOff(moneytest.Finance(), id, deposit.Taking{Amount: money.MustYuan("300.00"), Reason: "逾期"}); !errors.Is(err, deposit.ErrOwesLess) || errs.As(err).Fields[0].Field != "amount_fen" {
		t.Fatal("more than is owed:", err)
	}
	due := m.Bill(t, id, "2026-10")
	owed := due.Owed()
	move, err := m.Deposits.RequestSetOff(moneytest.Finance(), id, deposit.Taking{Amount: owed, Reason: "逾期未付"})
	if err != nil || move.Number != "DS-2026-000001" {
		t.Fatal(move, err)
	}
	if move, err = m.Deposits.Decide(lead(), move.ID, true, ""); err != nil || move.PaymentID == "" {
		t.Fatal(move, err)
	}
	if b := m.Bill(t, id, "2026-10"); b.State != bill.Paid || m.State(t, id) != contract.Active {
		t.Fatalf("%+v %s", b.Status, m.State(t, id))
	}
	if b := m.Bill(t, older, "2026-10"); b.PaidFen != 0 {
		t.Fatalf("another contract's bill was paid: %+v", b.Status)
	}
	standing(t, m, id, (money.MustYuan("500.00") - owed).Yuan(), owed.Yuan())
	name, pdf, err := m.Deposits.Notice(testkit.System(), move.ID)
	if err != nil || name != "DS-2026-000001.pdf" || len(pdf) == 0 {
		t.Fatal(name, err)
	}
	if _, _, err := m.Payments.Receipt(testkit.System(), move.PaymentID); err == nil {
		t.Fatal("a receipt for money that never came")
	}
	m.Sound(t)
}

func TestForfeit_followsTheCauseOfTheEnd(t *testing.T) {
	t.Parallel()
	for cause, want := range map[contract.Cause]deposit.Rule{
		"": deposit.Refund, contract.Mutual: deposit.Refund, contract.Notice: deposit.Refund, contract.ForceMajeure: deposit.Refund, contract.Policy: deposit.Refund, contract.Insolvency: deposit.Refund,
		contract.Breach: deposit.MayForfeit, contract.IllegalContent: deposit.MayForfeit, contract.NotPaid: deposit.MayForfeit, contract.Complaints: deposit.MayForfeit,
	} {
		if got := deposit.RuleOf(cause); got != want {
			t.Errorf("%q: %s, want %s", cause, got, want)
		}
	}
	m, customer, id := held(t, "2027-09-30")
	ask := deposit.Taking{Amount: money.MustYuan("500.00"), Reason: "涉诈内容，合同第十二条"}
	if _, err := m.Deposits.RequestForfeit(moneytest.Finance(), id, ask); !errors.Is(err, deposit.ErrForfeit) {
		t.Fatal("while in force:", err)
	}
	end := func(cause contract.Cause) {
		if err := m.DB.Run(testkit.System(), func(ctx context.Context) error {
			return m.DB.Q(ctx).Exec("UPDATE contracts SET state = 'terminated', ended_on = '2026-11-01', end_cause = ? WHERE id = ?", cause, id).Error
		}); err != nil {
			t.Fatal(err)
		}
	}
	end(contract.Mutual)
	if _, err := m.Deposits.RequestForfeit(moneytest.Finance(), id, ask); !errors.Is(err, deposit.ErrForfeit) {
		t.Fatal("after an agreement:", err)
	}
	end(contract.IllegalContent)
	move, err := m.Deposits.RequestForfeit(moneytest.Finance(), id, ask)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Deposits.Decide(lead(), move.ID, true, "经法务确认"); err != nil {
		t.Fatal(err)
	}
	if s, _ := m.Deposits.Of(testkit.System(), id); s.Held != 0 {
		t.Fatal(s.Held)
	}
	_ = customer
	if v, err := m.Deposits.Verify(testkit.System()); err != nil || len(v) > 0 {
		t.Fatal(v, err)
	}
}

func TestVerify_findsADeductionWithoutASecondPersonOrEntry(t *testing.T) {
	t.Parallel()
	m, _, id := held(t, "2027-09-30")
	move, err := m.Deposits.RequestDeduction(moneytest.Finance(), id, deposit.Taking{Amount: 100, Reason: "x", DocumentID: m.Upload(t, moneytest.Finance(), "evidence")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.DB.SQL().Exec("UPDATE deposit_moves SET state = 'done', decided_by = recorded_by WHERE id = ?", move.ID); err != nil {
		t.Fatal(err)
	}
	v, err := m.Deposits.Verify(testkit.System())
	if err != nil || len(v) != 2 || v[0].Invariant != 5 || v[1].Invariant != 16 {
		t.Fatal(v, err)
	}
}
