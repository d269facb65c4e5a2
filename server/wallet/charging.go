package wallet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/platform/db"
)

// Reserve sets aside what a batch may cost at most: credits first, then money, as far as there is any; the rest is held
// until there is more (Take tries again). It joins the transaction of the approval. Contracts that don't pay in advance
// have nothing to reserve. Reserving again after ReleaseAll (an approval that was undone) begins anew.
func (s *Service) Reserve(ctx context.Context, contractID, batchID string, parts int64) error {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has || parts <= 0 {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		w, err := s.store.lock(ctx, contractID, who.customerID)
		if err != nil {
			return err
		}
		r, err := s.store.reservation(ctx, contractID, batchID)
		if err != nil {
			return err
		}
		fresh := r == nil
		switch {
		case fresh:
			r = &Reservation{ContractID: contractID, BatchID: batchID, State: reservationOpen, Wanted: parts, CreatedAt: s.clock.Instant()}
		case r.State == reservationOpen:
			return nil // once is enough
		default:
			r.State, r.ClosedAt, r.Wanted = reservationOpen, caldate.Instant{}, r.Settled+parts
		}
		if err := s.extend(ctx, w, r); err != nil {
			return err
		}
		if fresh {
			err = s.store.insertReservation(ctx, r)
		} else {
			err = s.store.saveReservation(ctx, r)
		}
		if err != nil {
			return err
		}
		if err := s.finish(ctx, w); err != nil {
			return err
		}
		if missing := r.Missing(); missing > 0 {
			c, err := s.Contracts.Get(asSystem(ctx), contractID)
			if err != nil {
				return err
			}
			return s.tell(ctx, c, "wallet_short", map[string]string{"missing": fmt.Sprint(missing), "wanted": fmt.Sprint(r.Wanted - r.Settled)})
		}
		return nil
	})
}

// extend sets aside more for a reservation, as far as the wallet has it; wallet and reservation change together.
func (s *Service) extend(ctx context.Context, w *row, r *Reservation) error {
	missing := r.Missing()
	if missing == 0 {
		return nil
	}
	before := r.ReservedFen
	c := min(missing, w.freeMessages())
	r.Credits += c
	w.ReservedMessages += c
	missing -= c
	if missing > 0 && w.free() > 0 {
		b, err := s.priced(ctx, r.ContractID)
		if err != nil {
			return err
		}
		r.UnitPrice = unit(b, s.clock.Today())
		room := w.free() + before // at a new price all of it is reckoned again
		if n := Afford(room, r.UnitPrice, r.MoneyParts+missing); n > r.MoneyParts {
			r.MoneyParts = n
		}
		if Cost(r.MoneyParts, r.UnitPrice) > room { // dearer than when it was set aside: what there is must do
			r.MoneyParts = Afford(room, r.UnitPrice, r.MoneyParts)
		}
		r.reprice()
	}
	w.ReservedFen += r.ReservedFen - before
	return nil
}

// change applies f to a reservation and keeps the wallet's sums in line.
func (w *row) change(r *Reservation, f func()) {
	fen, credits := r.ReservedFen, r.Credits
	f()
	w.ReservedFen += r.ReservedFen - fen
	w.ReservedMessages += r.Credits - credits
}

// Room is how many parts of a batch may leave now: set aside and not at the engine yet, or affordable this moment.
func (s *Service) Room(ctx context.Context, contractID, batchID string) (int64, error) {
	r, err := s.store.reservation(ctx, contractID, batchID)
	if err != nil || r == nil {
		return 0, err
	}
	room := max(0, r.Open()-r.OutParts)
	if r.Missing() == 0 {
		return room, nil
	}
	w, err := s.store.get(ctx, contractID)
	if err != nil || w == nil {
		return room, err
	}
	missing := r.Missing()
	c := min(missing, w.freeMessages())
	missing -= c
	room += c
	if free := w.free(); missing > 0 && free > 0 {
		b, err := s.priced(ctx, contractID)
		if err != nil {
			return room, err
		}
		room += Afford(free, unit(b, s.clock.Today()), missing)
	}
	return room, nil
}

// Out is how many parts of a batch are at the engine by the wallet's account; has tells whether it keeps one for the batch.
func (s *Service) Out(ctx context.Context, contractID, batchID string) (parts int64, has bool, err error) {
	r, err := s.store.reservation(ctx, contractID, batchID)
	if err != nil || r == nil || r.State != reservationOpen {
		return 0, false, err
	}
	return r.OutParts, true, nil
}

// Take says how many messages, from the first, may go to the engine now: sizes are their parts. What they need beyond what is
// set aside is set aside now, if there is any. It joins the transaction that writes down what leaves.
func (s *Service) Take(ctx context.Context, contractID, batchID string, sizes []int) (n int, err error) {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has {
		return len(sizes), err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		w, err := s.store.lock(ctx, contractID, who.customerID)
		if err != nil {
			return err
		}
		r, err := s.store.reservation(ctx, contractID, batchID)
		if err != nil {
			return err
		}
		var need int64
		for _, x := range sizes {
			need += int64(x)
		}
		fresh := r == nil
		if fresh { // approved before the contract paid in advance, or its approval was lost: it begins here
			r = &Reservation{ContractID: contractID, BatchID: batchID, State: reservationOpen, Wanted: need, CreatedAt: s.clock.Instant()}
		}
		if short := r.OutParts + need - (r.Wanted - r.Settled); short > 0 {
			r.Wanted += short // more parts than the approval knew of
		}
		r.State, r.ClosedAt = reservationOpen, caldate.Instant{}
		if r.Open()-r.OutParts < need {
			if err := s.extend(ctx, w, r); err != nil {
				return err
			}
		}
		room := r.Open() - r.OutParts
		var taken int64
		n = 0
		for _, x := range sizes {
			if taken+int64(x) > room {
				break
			}
			taken += int64(x)
			n++
		}
		r.OutParts += taken
		if fresh {
			err = s.store.insertReservation(ctx, r)
		} else {
			err = s.store.saveReservation(ctx, r)
		}
		if err != nil {
			return err
		}
		return s.finish(ctx, w)
	})
	return n, err
}

// Back notes that parts which had been taken surely did not leave; they will be taken again.
func (s *Service) Back(ctx context.Context, contractID, batchID string, parts int64) error {
	return s.touch(ctx, contractID, batchID, func(_ *row, r *Reservation) { r.OutParts -= min(parts, r.OutParts) })
}

// Release gives back what a batch reserved for parts that will not be delivered: failed, or without a receipt in time.
func (s *Service) Release(ctx context.Context, contractID, batchID string, parts int64) error {
	return s.touch(ctx, contractID, batchID, func(w *row, r *Reservation) {
		r.OutParts -= min(parts, r.OutParts)
		w.change(r, func() { r.ReleasedParts += r.settle(parts) })
	})
}

// Skip is Release for parts that never left.
func (s *Service) Skip(ctx context.Context, contractID, batchID string, parts int64) error {
	return s.touch(ctx, contractID, batchID, func(w *row, r *Reservation) {
		w.change(r, func() { r.ReleasedParts += r.settle(parts) })
		r.OutParts = min(r.OutParts, r.Open())
	})
}

// ReleaseAll ends what a batch has reserved: it is through, or its approval was taken back.
func (s *Service) ReleaseAll(ctx context.Context, contractID, batchID string) error {
	return s.touch(ctx, contractID, batchID, func(w *row, r *Reservation) {
		w.change(r, func() { r.ReleasedParts += r.settle(r.Wanted - r.Settled) })
		r.OutParts, r.State, r.ClosedAt = 0, reservationClosed, s.clock.Instant()
	})
}

// touch changes an open reservation under the lock of its wallet; without one there is nothing to do.
func (s *Service) touch(ctx context.Context, contractID, batchID string, f func(*row, *Reservation)) error {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		w, err := s.store.lock(ctx, contractID, who.customerID)
		if err != nil {
			return err
		}
		r, err := s.store.reservation(ctx, contractID, batchID)
		if err != nil || r == nil || r.State != reservationOpen {
			return err
		}
		f(w, r)
		if err := s.store.saveReservation(ctx, r); err != nil {
			return err
		}
		return s.finish(ctx, w)
	})
}

// Used is what was delivered on a day.
type Used struct {
	On    caldate.Date
	Parts int64
}

// Delivered charges parts that were delivered on a day and posts the charge at once. batchID is "" where nothing was
// reserved. It is no-op for contracts that don't pay in advance.
func (s *Service) Delivered(ctx context.Context, contractID, batchID string, on caldate.Date, parts int64) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.Receipts(ctx, contractID, batchID, []Used{{on, parts}}); err != nil {
			return err
		}
		return s.postOne(ctx, contractID)
	})
}

// Receipts charges what receipts of a batch report, summed up by day, in their transaction: credits first, the oldest lot
// first; then money; what the wallet does not cover is left to the month's bill. The ledger gets the charges within a
// minute (Work): a posting per call would make every receipt wait for the provider's accounts.
func (s *Service) Receipts(ctx context.Context, contractID, batchID string, used []Used) error {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has || len(used) == 0 {
		return err
	}
	if !db.InTx(ctx) {
		return fmt.Errorf("wallet of contract %s charged outside a transaction", contractID)
	}
	for _, u := range used {
		if u.Parts <= 0 || u.On.IsZero() {
			return ErrParts.With("contract", contractID)
		}
	}
	return s.db.Part(ctx, "wallet", func(ctx context.Context) error { return s.charge(ctx, contractID, who.customerID, batchID, used) })
}

// charge is Receipts for a contract that has a wallet.
func (s *Service) charge(ctx context.Context, contractID, customerID, batchID string, used []Used) error {
	w, err := s.store.lock(ctx, contractID, customerID)
	if err != nil {
		return err
	}
	var r *Reservation
	if batchID != "" {
		if r, err = s.store.reservation(ctx, contractID, batchID); err != nil {
			return err
		}
		if r != nil && r.State != reservationOpen {
			r = nil // later than its time: late usage
		}
	}
	var lots []Lot
	if w.Messages > 0 {
		if lots, err = s.store.lots(ctx, contractID, false); err != nil {
			return err
		}
	}
	var b *contract.Billable
	used = slices.Clone(used)
	sort.Slice(used, func(i, j int) bool { return used[i].On.Before(used[j].On) })
	for _, u := range used {
		d := Day{ContractID: contractID, Day: u.On}
		left := u.Parts
		// what the batch set aside for these parts is theirs again, and no more than that
		var backCredits int64
		var backMoney int64
		if r != nil {
			r.OutParts -= min(left, r.OutParts)
			w.change(r, func() {
				n := min(left, r.Wanted-r.Settled)
				r.Settled += n
				r.ChargedParts += n
				backCredits = min(n, r.Credits)
				r.Credits -= backCredits
				backMoney = min(n-backCredits, r.MoneyParts)
				r.MoneyParts -= backMoney
				if over := r.Open() - (r.Wanted - r.Settled); over > 0 {
					r.shrink(over)
				}
				r.reprice()
			})
		}
		if n := min(left, w.freeMessages()); n > 0 {
			left -= n
			d.CreditParts = n
			if err := s.useCredits(ctx, w, lots, n, u.On); err != nil {
				return err
			}
		}
		month, exists, err := s.store.month(ctx, contractID, u.On.MonthOf())
		if err != nil {
			return err
		}
		// Whatever is not reserved may pay; a fen of rounding may be borrowed from what is.
		spend := w.free()
		if backMoney > 0 {
			spend = max(spend, min(w.BalanceFen-w.UnpostedFen, spend+1))
		}
		if left > 0 && spend > 0 {
			if b == nil {
				if b, err = s.priced(ctx, contractID); err != nil {
					return err
				}
			}
			days, err := s.store.days(ctx, contractID, month.Month)
			if err != nil {
				return err
			}
			n, gross, net := s.affordable(b, month, days, u.On, left, spend)
			d.MoneyParts, left = n, left-n
			w.UnpostedFen += gross - month.ChargedFen
			month.ChargedFen, month.ChargedNetFen = gross, net
		}
		d.OpenParts = left
		month.MoneyParts, month.CreditParts, month.OpenParts = month.MoneyParts+d.MoneyParts, month.CreditParts+d.CreditParts, month.OpenParts+d.OpenParts
		if u.On.After(month.LastOn) {
			month.LastOn = u.On
		}
		if err := s.store.addDay(ctx, d); err != nil {
			return err
		}
		if err := s.store.saveMonth(ctx, month, exists); err != nil {
			return err
		}
	}
	if r != nil {
		if err := s.store.saveReservation(ctx, r); err != nil {
			return err
		}
	}
	return s.finish(ctx, w)
}

// affordable is how many of some parts money pays for, and what the month then comes to in all.
func (s *Service) affordable(b *contract.Billable, m *Month, days []Day, on caldate.Date, parts int64, spend money.Fen) (n int64, gross, net money.Fen) {
	with := func(n int64) (money.Fen, money.Fen) {
		return cost(b, m.Month, append(slices.Clone(days), Day{Day: on, MoneyParts: n}))
	}
	if gross, net = with(parts); gross-m.ChargedFen <= spend {
		return parts, gross, net
	}
	lo, hi := int64(0), parts // lo fits, hi does not
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if g, _ := with(mid); g-m.ChargedFen <= spend {
			lo = mid
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return 0, m.ChargedFen, m.ChargedNetFen
	}
	gross, net = with(lo)
	return lo, gross, net
}

// useCredits takes credits from the lots, the oldest first; what was paid for them is earned with them.
func (s *Service) useCredits(ctx context.Context, w *row, lots []Lot, n int64, on caldate.Date) error {
	for i := range lots {
		l := &lots[i]
		take := min(n, l.Left())
		if take == 0 {
			continue
		}
		l.Used += take
		n -= take
		w.Messages -= take
		s.earn(w, l, on)
		if err := s.store.saveLot(ctx, l); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
	return errors.New("wallet: fewer credits in the lots than in the wallet")
}

// earn brings what a lot has earned in line with what was used of it or has lapsed.
func (s *Service) earn(w *row, l *Lot, on caldate.Date) {
	now := l.earned(l.Used + l.Lapsed)
	w.UnpostedFeeFen += now - l.EarnedFen
	l.EarnedFen = now
	if on.After(l.LastOn) || l.LastOn.IsZero() {
		l.LastOn = on
	}
}

// postEach is how many wallets are posted in one transaction.
const postEach = 50

// Work posts what receipts have charged, wallet by wallet, and frees what batches reserved that ended on another way. It
// tells whether there was anything. Any number of servers may call it.
func (s *Service) Work(ctx context.Context) (did bool, err error) {
	gone, err := s.store.abandoned(ctx)
	if err != nil {
		return false, err
	}
	for _, r := range gone {
		did = true
		if err := s.ReleaseAll(ctx, r.ContractID, r.BatchID); err != nil {
			return did, err
		}
	}
	for ctx.Err() == nil {
		ids, err := s.store.unposted(ctx, postEach)
		if err != nil || len(ids) == 0 {
			return did, err
		}
		did = true
		err = s.db.Run(ctx, func(ctx context.Context) error {
			for _, id := range ids { // in the order of their ids: two servers queue
				if err := s.postOne(ctx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return did, err
		}
		if len(ids) < postEach {
			return did, nil
		}
	}
	return did, ctx.Err()
}

// postOne brings one wallet's charges into the ledger: of each month the change of its rounded sum since the last posting.
func (s *Service) postOne(ctx context.Context, contractID string) error {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has {
		return err
	}
	w, err := s.store.lock(ctx, contractID, who.customerID)
	if err != nil || w.UnpostedFen == 0 && w.UnpostedFeeFen == 0 {
		return err
	}
	var entries []ledger.Entry
	post := func(key string, on caldate.Date, from ledger.Account, gross, net money.Fen) {
		entries = append(entries, ledger.Entry{
			Key: key, Kind: ledger.KindWalletCharge, On: on, CustomerID: who.customerID, ContractID: contractID, DocumentType: "wallet", DocumentID: contractID,
			Lines: []ledger.Line{ledger.Dr(from, gross), ledger.Cr(ledger.Revenue(string(plan.ChargeUsage)), net), ledger.Cr(ledger.VATPayable, gross-net)},
		})
	}
	if w.UnpostedFen != 0 {
		months, err := s.store.unpostedMonths(ctx, contractID)
		if err != nil {
			return err
		}
		for i := range months {
			m := &months[i]
			gross, net := m.ChargedFen-m.PostedFen, m.ChargedNetFen-m.PostedNetFen
			m.Postings++
			post(fmt.Sprintf("wallet:%s:%s:%d", contractID, m.Month, m.Postings), m.LastOn, ledger.Wallet, gross, net)
			m.PostedFen, m.PostedNetFen = m.ChargedFen, m.ChargedNetFen
			w.BalanceFen -= gross
			w.UnpostedFen -= gross
			if err := s.store.saveMonth(ctx, m, true); err != nil {
				return err
			}
		}
	}
	if w.UnpostedFeeFen != 0 {
		b, err := s.priced(ctx, contractID)
		if err != nil {
			return err
		}
		lots, err := s.store.unpostedLots(ctx, contractID)
		if err != nil {
			return err
		}
		for i := range lots {
			l := &lots[i]
			net, _ := l.EarnedFen.NetOfTax(plan.TaxRate(b.Kind.Tax(), l.LastOn))
			l.Postings++
			post(fmt.Sprintf("credits:%s:%d", l.ID, l.Postings), l.LastOn, ledger.Credits, l.EarnedFen-l.PostedFen, net-l.PostedNetFen)
			w.UnpostedFeeFen -= l.EarnedFen - l.PostedFen
			l.PostedFen, l.PostedNetFen = l.EarnedFen, net
			if err := s.store.saveLot(ctx, l); err != nil {
				return err
			}
		}
	}
	if err := s.Ledger.Post(ctx, entries...); err != nil {
		return err
	}
	return s.store.save(ctx, w)
}

// Paid is what wallets paid of months: by contract and month.
func (s *Service) Paid(ctx context.Context, contractIDs []string, months []caldate.Month) (map[string]map[caldate.Month]Month, error) {
	out := map[string]map[caldate.Month]Month{}
	if len(contractIDs) == 0 || len(months) == 0 {
		return out, nil
	}
	rows, err := s.store.monthsIn(ctx, contractIDs, months)
	for _, m := range rows {
		if out[m.ContractID] == nil {
			out[m.ContractID] = map[caldate.Month]Month{}
		}
		out[m.ContractID][m.Month] = m
	}
	return out, err
}

// Days gives what was used on the days of a month, by who paid for it.
func (s *Service) Days(ctx context.Context, contractID string, m caldate.Month) ([]Day, error) {
	return s.store.days(ctx, contractID, m)
}

// Billed notes, in the transaction of the bills, what of their months was billed as paid by wallets: what receipts change
// afterwards is late.
func (s *Service) Billed(ctx context.Context, months []Month) error {
	if len(months) == 0 {
		return nil
	}
	return s.store.billed(ctx, slices.Clone(months))
}

// StatementLines are the lines of a wallet's statement for a month: what money paid for, at the prices of its days.
func (s *Service) StatementLines(ctx context.Context, contractID string, m caldate.Month) ([]plan.Line, error) {
	b, err := s.priced(ctx, contractID)
	if err != nil {
		return nil, err
	}
	days, err := s.store.days(ctx, contractID, m)
	if err != nil {
		return nil, err
	}
	t, agreed, changes := b.TermsIn(m)
	first, last := b.Life()
	f := plan.MonthFacts{Month: m, Start: first, PricedOn: agreed, Changes: changes}
	if !last.Before(m.First()) {
		f.End = last
	}
	for _, d := range days {
		if d.MoneyParts > 0 {
			f.Used = append(f.Used, plan.Use{On: d.Day, Parts: d.MoneyParts})
		}
	}
	return plan.WalletCost(t, f), nil
}
