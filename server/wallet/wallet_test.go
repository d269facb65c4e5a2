package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/testkit"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// purse is a wallet with a contract around it.
type purse struct {
	*contracttest.House
	Wallets *wallet.Service
	Usage   *usage.Service
	ID      string
}

func prepaid(price string, edit ...func(*plan.Terms)) plan.Terms {
	p := plan.Defaults(plan.KindPrepaid)
	p.Price = money.MustDecimal(price)
	for _, e := range edit {
		e(&p)
	}
	return p
}

func newPurse(t testing.TB, terms plan.Terms) *purse {
	t.Helper()
	h := contracttest.New(t, "2026-10-10 09:00")
	p := &purse{House: h, Usage: usage.New(h.DB)}
	p.Wallets = wallet.New(h.DB, h.Clock, h.Trail, wallet.Deps{Contracts: h.Contracts, Customers: h.Customers, Ledger: h.Ledger, Notices: h.Notices, Provider: contracttest.Provider()})
	customer := p.Customer(t, testkit.As("sales", "sales"), 1).ID
	p.ID = p.contract(t, customer, terms)
	return p
}

var contracts atomic.Int64

func (p *purse) contract(t testing.TB, customer string, terms plan.Terms) string {
	t.Helper()
	now := p.Clock.Instant()
	n := contracts.Add(1)
	id := fmt.Sprintf("c-%d", n)
	c := contract.Contract{ID: id, Number: fmt.Sprintf("HT-2026-9%05d", n), Kind: terms.Kind, CustomerID: customer, CustomerName: "客户有限公司", OwnerID: "u-sales", TemplateID: "prepaid", TemplateVersion: 1,
		State: contract.Active, Values: map[string]string{}, StartDate: caldate.MustParse("2026-10-01"), EndDate: caldate.MustParse("2027-09-30"), ServiceCode: "10690009", SendFrom: "08:00", SendTo: "21:00",
		AllowedCategories: []string{"notice"}, Carriers: []string{"cmcc"}, CreatedAt: now, UpdatedAt: now, ActivatedOn: caldate.MustParse("2026-10-01"), Version: 1}
	d := contract.DatedTerms{ID: "terms-" + id, ContractID: id, EffectiveFrom: caldate.MustParse("2026-10-01"), Source: "contract", Terms: terms, CreatedAt: now}
	err := p.DB.Run(testkit.System(), func(ctx context.Context) error {
		if err := p.DB.Q(ctx).Create(&c).Error; err != nil {
			return err
		}
		return p.DB.Q(ctx).Create(&d).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var serial int
var serialMu sync.Mutex

func reference() string {
	serialMu.Lock()
	defer serialMu.Unlock()
	serial++
	return fmt.Sprintf("TOP%06d", serial)
}

func (p *purse) topUp(t testing.TB, amount string) {
	t.Helper()
	if _, err := p.Wallets.TopUp(testkit.System(), p.ID, wallet.Input{Amount: money.MustYuan(amount), Reference: reference(), ValueDate: p.Clock.Today()}); err != nil {
		t.Fatal(err)
	}
}

func (p *purse) credits(t testing.TB, n int64, fee string) {
	t.Helper()
	if _, err := p.Wallets.TopUp(testkit.System(), p.ID, wallet.Input{Messages: n, Amount: money.MustYuan(fee), Reference: reference(), ValueDate: p.Clock.Today()}); err != nil {
		t.Fatal(err)
	}
}

// delivered is what the hand-off does: usage and wallet in one transaction.
func (p *purse) delivered(t testing.TB, batch, day string, parts int64) {
	t.Helper()
	if err := p.deliver(batch, day, parts); err != nil {
		t.Fatal(err)
	}
}

func (p *purse) deliver(batch, day string, parts int64) error {
	return p.DB.Run(testkit.System(), func(ctx context.Context) error {
		on := caldate.MustParse(day)
		if err := p.Usage.Add(ctx, usage.Row{Day: on, ContractID: p.ID, Parts: parts}); err != nil {
			return err
		}
		return p.Wallets.Receipts(ctx, p.ID, batch, []wallet.Used{{On: on, Parts: parts}})
	})
}

func (p *purse) is(t testing.TB, balance, reserved string, messages, reservedMessages int64) {
	t.Helper()
	if _, err := p.Wallets.Work(testkit.System()); err != nil {
		t.Fatal(err)
	}
	s, err := p.Wallets.Of(testkit.System(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if s.Balance != money.MustYuan(balance) || s.Unposted != 0 || s.Reserved != money.MustYuan(reserved) || s.Messages != messages || s.ReservedMessages != reservedMessages {
		t.Fatalf("balance %s (unposted %s), reserved %s, %d messages, %d reserved; expected %s, %s, %d, %d", s.Balance, s.Unposted, s.Reserved, s.Messages, s.ReservedMessages, balance, reserved, messages, reservedMessages)
	}
	p.sound(t)
}

func (p *purse) sound(t testing.TB) {
	t.Helper()
	for _, f := range []func(context.Context) error{
		func(ctx context.Context) error { v, err := p.Wallets.Verify(ctx); return violated(v, err) },
		func(ctx context.Context) error { v, err := p.Ledger.Verify(ctx); return violated(v, err) },
	} {
		if err := f(testkit.System()); err != nil {
			t.Fatal(err)
		}
	}
}

func violated[T any](v []T, err error) error {
	if err != nil || len(v) == 0 {
		return err
	}
	return fmt.Errorf("broken: %+v", v)
}

func TestTopUp_isCreditedWhenASecondPersonHasSeenTheMoney(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.05"))
	fin, lead := testkit.As("fin", "finance"), testkit.As("lead", "finance_lead")
	in := wallet.Input{Amount: money.MustYuan("1000.00"), Reference: "BANK-1", ValueDate: caldate.MustParse("2026-10-09")}
	m, err := p.Wallets.TopUp(fin, p.ID, in)
	if err != nil || m.State != wallet.Requested || m.Number != "T-2026-000001" {
		t.Fatalf("%+v %v", m, err)
	}
	p.is(t, "0.00", "0.00", 0, 0)
	if _, err := p.Wallets.Decide(fin, m.ID, wallet.Decision{Confirm: true}); !errors.Is(err, wallet.ErrOwn) {
		t.Fatal(err)
	}
	if _, err := p.Wallets.Decide(lead, m.ID, wallet.Decision{}); !errors.Is(err, wallet.ErrInvalid) {
		t.Fatal("rejected without a reason:", err)
	}
	if m, err = p.Wallets.Decide(lead, m.ID, wallet.Decision{Confirm: true}); err != nil || m.CreditedOn != p.Clock.Today() {
		t.Fatalf("%+v %v", m, err)
	}
	p.is(t, "1000.00", "0.00", 0, 0)
	if _, err := p.Wallets.Decide(lead, m.ID, wallet.Decision{Confirm: true}); !errors.Is(err, wallet.ErrDecided) {
		t.Fatal(err)
	}
	if _, err := p.Wallets.TopUp(fin, p.ID, in); !errors.Is(err, wallet.ErrDuplicate) {
		t.Fatal("the same line of the bank's statement twice:", err)
	}
	// A rejected one frees its reference.
	in.Reference = "BANK-2"
	if m, err = p.Wallets.TopUp(fin, p.ID, in); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wallets.Decide(lead, m.ID, wallet.Decision{Reason: "未见到账"}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wallets.TopUp(fin, p.ID, in); err != nil {
		t.Fatal(err)
	}
	name, pdf, err := p.Wallets.Receipt(lead, m.ID)
	if err == nil {
		t.Fatal("a receipt for what was rejected:", name, len(pdf))
	}
	p.is(t, "1000.00", "0.00", 0, 0)
}

func TestTopUp_refusesWhatCanNotBe(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.05"))
	ok := wallet.Input{Amount: 1, Reference: "X", ValueDate: p.Clock.Today()}
	for name, edit := range map[string]func(*wallet.Input){
		"nothing":      func(i *wallet.Input) { i.Amount = 0 },
		"negative":     func(i *wallet.Input) { i.Amount = -1 },
		"too much":     func(i *wallet.Input) { i.Amount = money.MaxFen + 1 },
		"no reference": func(i *wallet.Input) { i.Reference = "" },
		"tomorrow":     func(i *wallet.Input) { i.ValueDate = p.Clock.Today().AddDays(1) },
		"no day":       func(i *wallet.Input) { i.ValueDate = caldate.Date{} },
		"method":       func(i *wallet.Input) { i.Method = "shells" },
		"credits":      func(i *wallet.Input) { i.Messages = -5 },
		"ended":        func(i *wallet.Input) { i.Messages, i.EndsOn = 5, caldate.MustParse("2026-10-09") },
	} {
		in := ok
		edit(&in)
		if _, err := p.Wallets.TopUp(testkit.As("fin", "finance"), p.ID, in); !errors.Is(err, wallet.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := newPurse(t, func() plan.Terms {
		x := plan.Defaults(plan.KindPostpaid)
		x.Price = money.MustDecimal("0.05")
		return x
	}())
	if _, err := other.Wallets.TopUp(testkit.As("fin", "finance"), other.ID, ok); !errors.Is(err, wallet.ErrNone) {
		t.Error("a contract that pays afterwards:", err)
	}
}

func TestReserve_creditsFirstThenMoneyAndTheRestIsHeld(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.085"))
	p.credits(t, 100, "0.00")
	p.topUp(t, "10.00") // 117 parts: 9.945
	ctx := testkit.System()
	if err := p.Wallets.Reserve(ctx, p.ID, "b1", 300); err != nil {
		t.Fatal(err)
	}
	p.is(t, "10.00", "9.95", 100, 100)
	if room, err := p.Wallets.Room(ctx, p.ID, "b1"); err != nil || room != 217 {
		t.Fatal(room, err)
	}
	if ok, err := p.Wallets.CanSend(ctx, p.ID, 1); err != nil || ok {
		t.Fatal("what is reserved was promised twice", err)
	}
	sizes := make([]int, 150)
	for i := range sizes {
		sizes[i] = 2
	}
	if n, err := p.Wallets.Take(ctx, p.ID, "b1", sizes); err != nil || n != 108 {
		t.Fatal(n, err)
	}
	// A top-up lets the rest go.
	p.topUp(t, "100.00")
	if n, err := p.Wallets.Take(ctx, p.ID, "b1", sizes[108:]); err != nil || n != 42 {
		t.Fatal(n, err)
	}
	p.is(t, "110.00", "17.00", 100, 100) // 200 parts in money
	p.delivered(t, "b1", "2026-10-10", 250)
	p.is(t, "97.25", "4.25", 0, 0) // 100 credits, 150 × 0.085 = 12.75
	if err := p.Wallets.Release(ctx, p.ID, "b1", 10); err != nil {
		t.Fatal(err)
	}
	p.is(t, "97.25", "3.40", 0, 0)
	if err := p.Wallets.ReleaseAll(ctx, p.ID, "b1"); err != nil {
		t.Fatal(err)
	}
	p.is(t, "97.25", "0.00", 0, 0)
	p.delivered(t, "b1", "2026-10-14", 40) // receipts after all: late usage, from what is there
	p.is(t, "93.85", "0.00", 0, 0)
}

func TestDelivered_neverBelowZeroAndTheRestIsLeftToTheBill(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.30"))
	p.topUp(t, "1.00")
	p.delivered(t, "", "2026-10-11", 5)
	p.is(t, "0.10", "0.00", 0, 0)
	ms, err := p.Wallets.Months(testkit.System(), p.ID)
	if err != nil || len(ms) != 1 || ms[0].MoneyParts != 3 || ms[0].OpenParts != 2 || ms[0].ChargedFen != 90 {
		t.Fatalf("%+v %v", ms, err)
	}
	p.topUp(t, "5.00")
	p.delivered(t, "", "2026-10-12", 1)
	p.is(t, "4.80", "0.00", 0, 0)
}

func TestDelivered_roundsAMonthOnceHoweverManyReceiptsThereAre(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.085"))
	p.topUp(t, "100.00")
	for range 11 {
		p.delivered(t, "", "2026-10-11", 1)
		p.is(t, p.balance(t), "0.00", 0, 0)
	}
	p.is(t, "99.06", "0.00", 0, 0) // 11 × 0.085 = 0.935 → 0.94
	p.delivered(t, "", "2026-11-01", 1)
	p.is(t, "98.97", "0.00", 0, 0) // a month of its own: 0.085 → 0.09
}

func TestVerify_findsUsageThatNoWalletWasChargedFor(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.085"))
	p.topUp(t, "100.00")
	p.delivered(t, "", "2026-10-11", 3)
	p.sound(t)
	err := p.DB.Run(testkit.System(), func(ctx context.Context) error { // the first of its month
		return p.Usage.Add(ctx, usage.Row{Day: caldate.MustParse("2026-11-01"), ContractID: p.ID, Parts: 7})
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := p.Wallets.Verify(testkit.System()); err != nil || len(v) != 1 || v[0].Invariant != 21 {
		t.Errorf("%v %v", v, err)
	}
}

func (p *purse) balance(t testing.TB) string {
	t.Helper()
	s, err := p.Wallets.Of(testkit.System(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return (s.Balance - s.Unposted).Yuan()
}

func TestDelivered_graduatedTiersCountTheMonthSoFar(t *testing.T) {
	t.Parallel()
	tiers := &plan.Tiers{Mode: plan.Graduated, Steps: []plan.Step{{UpTo: 100, Price: money.MustDecimal("0.10")}, {Price: money.MustDecimal("0.05")}}}
	p := newPurse(t, prepaid("0", func(x *plan.Terms) { x.Tiers = tiers }))
	p.topUp(t, "100.00")
	p.delivered(t, "", "2026-10-11", 90)
	p.is(t, "91.00", "0.00", 0, 0)
	p.delivered(t, "", "2026-10-12", 20) // ten at 0.10, ten at 0.05
	p.is(t, "89.50", "0.00", 0, 0)
	if err := p.Wallets.Reserve(testkit.System(), p.ID, "b", 10); err != nil {
		t.Fatal(err)
	}
	p.is(t, "89.50", "1.00", 0, 0) // at the highest price
}

func TestCredits_areEarnedAsTheyAreUsedTheOldestFirst(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.10"))
	p.credits(t, 3, "0.10")
	p.credits(t, 10, "1.00")
	p.delivered(t, "", "2026-10-11", 4)
	p.is(t, "0.00", "0.00", 9, 0)
	lots, err := p.Wallets.Lots(testkit.System(), p.ID)
	if err != nil || lots[0].Left() != 0 || lots[0].PostedFen != 10 || lots[1].Used != 1 || lots[1].PostedFen != 10 {
		t.Fatalf("%+v %v", lots, err)
	}
}

func TestLow_tellsOnceUntilThereIsEnoughAgain(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.10"))
	p.topUp(t, "100.00") // the notice: a tenth of it
	count := func() int64 {
		var n int64
		if err := p.DB.Q(testkit.System()).Table("notices").Where("kind = 'wallet_low' AND to_customer <> ''").Count(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	p.delivered(t, "", "2026-10-11", 899)
	if count() != 0 {
		t.Fatal("too early")
	}
	p.delivered(t, "", "2026-10-11", 1)
	p.delivered(t, "", "2026-10-11", 1)
	if count() != 1 {
		t.Fatal(count())
	}
	p.topUp(t, "100.00")
	p.delivered(t, "", "2026-10-12", 1000)
	if count() != 2 {
		t.Fatal(count())
	}
}

func (p *purse) end(t testing.TB, cause contract.Cause) {
	t.Helper()
	state := contract.Expired
	if cause != "" {
		state = contract.Terminated
	}
	err := p.DB.Run(testkit.System(), func(ctx context.Context) error {
		return p.DB.Q(ctx).Exec("UPDATE contracts SET state = ?, end_cause = ?, ended_on = '2026-10-20' WHERE id = ?", state, cause, p.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // any number of times with one result
		if _, err := p.Wallets.RunDay(testkit.System(), caldate.MustParse("2026-10-21")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEndTerm_byCause(t *testing.T) {
	t.Parallel()
	for cause, want := range map[contract.Cause]struct {
		balance string
		kind    wallet.Kind
		state   wallet.State
	}{
		"":                      {"50.00", wallet.Refund, wallet.Requested}, // credits lapse with the term
		contract.Mutual:         {"59.00", wallet.Refund, wallet.Requested}, // 90 of 100 credits that cost 10.00 come back
		contract.IllegalContent: {"0.00", wallet.Forfeit, wallet.Done},
		contract.Breach:         {"0.00", wallet.Forfeit, wallet.Done},
		contract.Policy:         {"0.00", wallet.Forfeit, wallet.Done},
	} {
		t.Run(string(cause)+"_", func(t *testing.T) {
			t.Parallel()
			p := newPurse(t, prepaid("0.10"))
			p.topUp(t, "50.00")
			p.credits(t, 100, "10.00")
			p.delivered(t, "", "2026-10-11", 10)
			p.end(t, cause)
			p.is(t, want.balance, "0.00", 0, 0)
			ms, _, err := p.Wallets.Moves(testkit.System(), wallet.Query{ContractID: p.ID, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			var found *wallet.Move
			for i := range ms {
				if ms[i].Kind == want.kind {
					if found != nil {
						t.Fatal("twice")
					}
					found = &ms[i]
				}
			}
			if found == nil || found.State != want.state {
				t.Fatalf("%+v", ms)
			}
			if want.state == wallet.Requested {
				lead := testkit.As("lead", "finance_lead")
				if _, err := p.Wallets.Decide(lead, found.ID, wallet.Decision{Confirm: true}); !errors.Is(err, wallet.ErrInvalid) {
					t.Fatal("paid without the bank's reference:", err)
				}
				if _, err := p.Wallets.Decide(lead, found.ID, wallet.Decision{Confirm: true, Reference: "OUT-1"}); err != nil {
					t.Fatal(err)
				}
				p.is(t, "0.00", "0.00", 0, 0)
			}
		})
	}
}

func TestGiveBack_needsASecondPersonAndAReason(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.10"))
	fin := testkit.As("fin", "finance")
	if _, err := p.Wallets.GiveBack(fin, p.ID, wallet.Input{Amount: 500}); !errors.Is(err, wallet.ErrInvalid) {
		t.Fatal(err)
	}
	m, err := p.Wallets.GiveBack(fin, p.ID, wallet.Input{Amount: 500, Note: "10 月 8 日通道故障"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wallets.Decide(fin, m.ID, wallet.Decision{Confirm: true}); !errors.Is(err, wallet.ErrOwn) {
		t.Fatal(err)
	}
	if _, err := p.Wallets.Decide(testkit.As("lead", "finance_lead"), m.ID, wallet.Decision{Confirm: true}); err != nil {
		t.Fatal(err)
	}
	p.is(t, "5.00", "0.00", 0, 0)
}

func TestWallet_isNeverSpentTwiceAtOnce(t *testing.T) {
	t.Parallel()
	p := newPurse(t, prepaid("0.10"))
	p.topUp(t, "10.00") // 100 parts
	ctx := testkit.System()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			batch := fmt.Sprintf("b%d", i)
			if err := p.Wallets.Reserve(ctx, p.ID, batch, 10); err != nil {
				t.Error(err)
				return
			}
			n, err := p.Wallets.Take(ctx, p.ID, batch, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1})
			if err != nil {
				t.Error(err)
				return
			}
			if n > 0 {
				if err := p.deliver(batch, "2026-10-11", int64(n)); err != nil {
					t.Error(err)
				}
			}
			if err := p.Wallets.ReleaseAll(ctx, p.ID, batch); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ms, err := p.Wallets.Months(ctx, p.ID)
	if err != nil || ms[0].OpenParts != 0 || ms[0].MoneyParts > 100 {
		t.Fatalf("%+v %v", ms, err)
	}
	p.is(t, money.Fen(1000-10*ms[0].MoneyParts).Yuan(), "0.00", 0, 0)
}

// TestWallet_walk does anything in any order and looks at every invariant after each step.
func TestWallet_walk(t *testing.T) {
	t.Parallel()
	house := newPurse(t, prepaid("1"))
	customer := house.Customer(t, testkit.As("sales", "sales"), 2).ID
	rapid.Check(t, func(rt *rapid.T) {
		price := rapid.SampledFrom([]string{"0.085", "0.005", "0.1", "1.333333"}).Draw(rt, "price")
		p := &purse{House: house.House, Usage: house.Usage, Wallets: house.Wallets}
		p.ID = p.contract(t, customer, prepaid(price)) // one database for all walks
		out := map[string]int64{}
		var delivered int64
		check := func() {
			s, err := p.Wallets.Of(testkit.System(), p.ID)
			if err != nil {
				rt.Fatal(err)
			}
			if s.Balance-s.Unposted < 0 || s.Messages < s.ReservedMessages || s.Messages < 0 {
				rt.Fatalf("%+v", s)
			}
			if v, err := p.Wallets.Verify(testkit.System()); err != nil || len(v) > 0 {
				rt.Fatalf("%+v %v", v, err)
			}
			if v, err := p.Ledger.Verify(testkit.System()); err != nil || len(v) > 0 {
				rt.Fatalf("%+v %v", v, err)
			}
		}
		batch := rapid.SampledFrom([]string{"a", "b", "c"})
		day := rapid.SampledFrom([]string{"2026-10-11", "2026-10-12", "2026-11-01"})
		ctx := testkit.System()
		rt.Repeat(map[string]func(*rapid.T){
			"top up": func(rt *rapid.T) { p.topUp(t, money.Fen(rapid.IntRange(1, 2000).Draw(rt, "fen")).Yuan()) },
			"credits": func(rt *rapid.T) {
				p.credits(t, int64(rapid.IntRange(1, 50).Draw(rt, "n")), money.Fen(rapid.IntRange(0, 99).Draw(rt, "fee")).Yuan())
			},
			"reserve": func(rt *rapid.T) {
				if err := p.Wallets.Reserve(ctx, p.ID, batch.Draw(rt, "batch"), int64(rapid.IntRange(1, 200).Draw(rt, "parts"))); err != nil {
					rt.Fatal(err)
				}
			},
			"take": func(rt *rapid.T) {
				b := batch.Draw(rt, "batch")
				sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 20).Draw(rt, "sizes")
				n, err := p.Wallets.Take(ctx, p.ID, b, sizes)
				if err != nil {
					rt.Fatal(err)
				}
				for _, x := range sizes[:n] {
					out[b] += int64(x)
				}
			},
			"deliver": func(rt *rapid.T) {
				b := batch.Draw(rt, "batch")
				if out[b] == 0 {
					return
				}
				n := rapid.Int64Range(1, out[b]).Draw(rt, "parts")
				if err := p.deliver(b, day.Draw(rt, "day"), n); err != nil {
					rt.Fatal(err)
				}
				out[b] -= n
				delivered += n
			},
			"stray": func(rt *rapid.T) {
				n := rapid.Int64Range(1, 30).Draw(rt, "parts")
				if err := p.deliver("", day.Draw(rt, "day"), n); err != nil {
					rt.Fatal(err)
				}
				delivered += n
			},
			"fail": func(rt *rapid.T) {
				b := batch.Draw(rt, "batch")
				if out[b] == 0 {
					return
				}
				n := rapid.Int64Range(1, out[b]).Draw(rt, "parts")
				if err := p.Wallets.Release(ctx, p.ID, b, n); err != nil {
					rt.Fatal(err)
				}
				out[b] -= n
			},
			"close": func(rt *rapid.T) {
				b := batch.Draw(rt, "batch")
				if err := p.Wallets.ReleaseAll(ctx, p.ID, b); err != nil {
					rt.Fatal(err)
				}
				out[b] = 0
			},
			"post": func(rt *rapid.T) {
				if _, err := p.Wallets.Work(ctx); err != nil {
					rt.Fatal(err)
				}
			},
			"": func(rt *rapid.T) { check() },
		})
		ms, err := p.Wallets.Months(ctx, p.ID)
		if err != nil {
			rt.Fatal(err)
		}
		var sum int64
		for _, m := range ms {
			sum += m.MoneyParts + m.CreditParts + m.OpenParts
		}
		if sum != delivered {
			rt.Fatalf("delivered %d, booked %d", delivered, sum)
		}
	})
}

// BenchmarkReceipts charges what receipts of a chunk report: one call per transaction, as the hand-off does, here of 1,000
// parts each; it prints how many messages a second that comes to.
func BenchmarkReceipts(b *testing.B) {
	p := newPurse(b, prepaid("0.05"))
	p.topUp(b, "100000000.00")
	ctx := testkit.System()
	if err := p.Wallets.Reserve(ctx, p.ID, "batch", 1_000_000_000); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		if err := p.deliver("batch", "2026-10-11", 1000); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "messages/s")
	b.StopTimer()
	if _, err := p.Wallets.Work(ctx); err != nil {
		b.Fatal(err)
	}
	p.sound(b)
}
