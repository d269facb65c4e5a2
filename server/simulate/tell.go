package simulate

import (
	"context"
	"fmt"
	"slices"

	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/deposit"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/wallet"
)

// tell reads what happened out of the services' records.
func (r *run) tell(ctx context.Context) error {
	for _, f := range []func(context.Context) error{r.tellBills, r.tellStates, r.tellDeposits, r.tellWallets, r.tellCustomers, r.tellNotices, r.tellLedger, r.tellFailures} {
		if err := f(ctx); err != nil {
			return err
		}
	}
	slices.SortStableFunc(r.out.Documents, func(a, b Document) int { return a.On.Compare(b.On) })
	return nil
}

func (r *run) tellBills(ctx context.Context) error {
	all, err := r.bills(ctx, "")
	if err != nil {
		return err
	}
	for i := range all {
		b, err := r.bill(ctx, &all[i])
		if err != nil {
			return err
		}
		r.out.Bills = append(r.out.Bills, b)
	}
	slices.SortStableFunc(r.out.Bills, func(a, b Bill) int {
		if c := a.IssuedOn.Compare(b.IssuedOn); c != 0 {
			return c
		}
		if len(a.Number) != len(b.Number) {
			return len(a.Number) - len(b.Number)
		}
		switch {
		case a.Number < b.Number:
			return -1
		case a.Number > b.Number:
			return 1
		}
		return 0
	})
	return nil
}

// bills gives all bills, of a contract where one is named, in the order of months.
func (r *run) bills(ctx context.Context, contractID string) (all []bill.Bill, err error) {
	for cursor := ""; ; {
		page, _, err := r.Bills.List(ctx, bill.Query{ContractID: contractID, Cursor: cursor, Limit: 200})
		if err != nil {
			return nil, fmt.Errorf("bills: %w", err)
		}
		all = append(all, page...)
		if len(page) < 200 {
			return all, nil
		}
		cursor = page[len(page)-1].Number
	}
}

func (r *run) bill(ctx context.Context, b *bill.Bill) (Bill, error) {
	lines, err := b.Lines()
	if err != nil {
		return Bill{}, err
	}
	out := Bill{Contract: r.ids[b.ContractID], Number: b.Number, Period: b.Month, IssuedOn: b.IssuedOn, WindowFrom: b.WindowFrom, DueOn: b.DueOn, SuspendOn: b.SuspendOn,
		Lines: []Line{}, Total: b.TotalFen, TotalWords: b.TotalFen.Capital(), Paid: b.PaidFen, LateFee: b.LateFeeFen, LateFeePaid: b.LateFeePaidFen,
		Disputed: b.DisputedFen, Open: b.Owed(), State: string(b.State)}
	if b.Amendments > 0 {
		notes, err := r.Bills.NotesOf(ctx, []string{b.ID})
		if err != nil {
			return Bill{}, err
		}
		for _, n := range notes {
			d := Document{Contract: out.Contract, Number: n.Number, Kind: "debit_note", Amount: n.TotalFen, On: n.OnDate, Bill: b.Number, Reason: n.Reason}
			if n.Kind == bill.Credit {
				d.Kind = "credit_note"
				out.Credited += n.TotalFen
			} else {
				out.Debited += n.TotalFen
			}
			r.out.Documents = append(r.out.Documents, d)
		}
	}
	if b.State == bill.Paid && !b.PaidOn.IsZero() {
		on := b.PaidOn
		out.PaidOn = &on
	}
	for _, l := range lines {
		out.Lines = append(out.Lines, Line{Charge: string(l.Charge), Name: l.Name, Note: l.Note, Quantity: l.Quantity, Unit: l.Unit, UnitPrice: l.UnitPrice,
			Amount: l.Amount, Net: l.Net, TaxRate: l.TaxRate.String(), Tax: l.Tax, From: l.From, To: l.To})
	}
	return out, nil
}

// inForce are the states of a contract that is signed by both sides: what a scenario takes as its beginning, and all that
// may follow.
var inForce = map[contract.State]bool{contract.Active: true, contract.Suspended: true, contract.Expired: true, contract.Terminated: true, contract.Settled: true, contract.Closed: true}

// tellStates reads the changes of state out of the audit trail; a contract of the file is there as signed, so its story
// begins when it comes into force.
func (r *run) tellStates(ctx context.Context) error {
	for _, sc := range r.s.Contracts {
		c := r.contracts[sc.ID]
		rows, err := r.Trail.OfContract(ctx, c.id)
		if err != nil {
			return err
		}
		k, err := r.Contracts.Get(ctx, c.id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ObjectType != "contract" || row.ObjectID != c.id || row.ToState == "" || row.ToState == row.FromState || !inForce[contract.State(row.ToState)] {
				continue
			}
			s := State{Contract: c.ID, On: row.At.Date(), At: row.At, State: row.ToState}
			switch contract.State(row.ToState) {
			case contract.Suspended:
				s.Reasons = []string{row.Reason}
			case contract.Terminated:
				s.Cause = string(k.EndCause)
			}
			r.out.States = append(r.out.States, s)
		}
	}
	slices.SortStableFunc(r.out.States, func(a, b State) int { return int(a.At.Ms() - b.At.Ms()) })
	return nil
}

func (r *run) tellDeposits(ctx context.Context) error {
	for _, sc := range r.s.Contracts {
		d, err := r.Deposits.Of(ctx, r.contracts[sc.ID].id)
		if err != nil {
			return err
		}
		out := Deposit{Contract: sc.ID, Held: d.Held}
		for _, m := range d.Moves {
			if m.State != deposit.Done {
				continue
			}
			switch m.Kind {
			case deposit.Received:
			case deposit.Refunded:
				out.Refunded += m.AmountFen
			default:
				out.Deducted += m.AmountFen
			}
		}
		r.out.Deposits = append(r.out.Deposits, out)
	}
	return nil
}

func (r *run) tellWallets(ctx context.Context) error {
	for _, sc := range r.s.Contracts {
		out := Wallet{Contract: sc.ID}
		if wallet.Has(sc.Terms.Kind) {
			w, err := r.Wallets.Of(ctx, r.contracts[sc.ID].id)
			if err != nil {
				return err
			}
			out.Balance, out.Messages, out.Reserved = w.Balance-w.Unposted, w.Messages, w.Reserved
		}
		r.out.Wallets = append(r.out.Wallets, out)
	}
	return nil
}

func (r *run) tellCustomers(ctx context.Context) error {
	told := map[string]bool{}
	for _, sc := range r.s.Contracts {
		if told[sc.Customer] {
			continue
		}
		told[sc.Customer] = true
		balance, err := r.Ledger.Balance(ctx, ledger.Credit, r.customers[sc.Customer], "")
		if err != nil {
			return err
		}
		r.out.Customers = append(r.out.Customers, Customer{sc.Customer, balance})
	}
	return nil
}

// letter is a notice as it lies in the inboxes.
type letter struct {
	Kind       string
	CustomerID string
	ToUser     string
	ToCustomer string
	ToRole     string
	TitleZh    string
	TitleEn    string
	At         caldate.Instant
}

func (r *run) tellNotices(ctx context.Context) error {
	var rows []letter
	err := r.DB.Q(ctx).Raw("SELECT kind, customer_id, to_user, to_customer, to_role, title_zh, title_en, at FROM notices ORDER BY at, id").Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	for _, l := range rows {
		n := Notice{On: l.At.Date(), At: l.At, Kind: l.Kind, Customer: r.names[l.CustomerID], Title: l.TitleZh, TitleEn: l.TitleEn, To: l.ToRole}
		switch {
		case l.ToCustomer != "":
			n.To = "customer"
		case l.ToUser != "":
			n.To = "sales"
		}
		r.out.Notices = append(r.out.Notices, n)
	}
	return nil
}

func (r *run) tellLedger(ctx context.Context) error {
	accounts, err := r.Ledger.TrialBalance(ctx)
	if err != nil {
		return err
	}
	r.out.Ledger.Balances = map[string]money.Fen{}
	for _, a := range accounts {
		r.out.Ledger.Balances[string(a.Account)] = a.Debit - a.Credit
		r.out.Ledger.Sum += a.Debit - a.Credit
	}
	_, r.out.Ledger.Entries, err = r.Ledger.Entries(ctx, ledger.Query{Limit: 1})
	return err
}

// tellFailures reads the reports of the bill runs: a month that could not be billed must not look like one that owed nothing.
func (r *run) tellFailures(ctx context.Context) error {
	runs, err := r.Bills.Runs(ctx, 12*maxYears+12)
	if err != nil {
		return fmt.Errorf("reports of bill runs: %w", err)
	}
	for _, x := range slices.Backward(runs) {
		for _, f := range x.Failures {
			r.out.Failed = append(r.out.Failed, Failure{Contract: r.ids[f.ContractID], Period: x.Month, Detail: f.Error})
		}
	}
	return nil
}
